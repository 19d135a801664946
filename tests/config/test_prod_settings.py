"""A class's settings: one fault, and the program does not start and says which variable it is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD = {
    "SECRET_KEY": "k3y-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOP",
    "SITE_URL": "https://seminar.example.edu",
    "DATABASE_URL": "postgres://seminar:secret@127.0.0.1:1/seminar",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "BEHIND_PROXY": "1",
    "EMAIL_URL": "smtp+ssl://user:password@mail.example.edu:465",
}


def manage(*arguments: str, **env: str | None) -> subprocess.CompletedProcess[str]:
    """Run manage.py with production settings, GOOD values and the changes in `env` (None: not set)."""
    clean = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG", "VIRTUAL_ENV"}}
    values = {key: value for key, value in {**GOOD, **env}.items() if value is not None}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=clean | values | {"DJANGO_SETTINGS_MODULE": "config.settings.prod"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_production_with_good_values_passes_the_deployment_check(tmp_path: Path) -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", SEMINAR_VAR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", None),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "ab" * 40),
        ("SECRET_KEY", "only-for-one-laptop-never-for-a-class-0123456789abcdef"),
        ("SITE_URL", None),
        ("SITE_URL", "seminar.example.edu"),
        ("ALLOWED_HOSTS", "*"),
        ("DATABASE_URL", None),
        ("DATABASE_URL", "sqlite:///seminar.sqlite3"),
        ("REDIS_URL", None),
        ("EMAIL_URL", None),
        ("DEBUG", "1"),
        ("BEHIND_PROXY", None),
    ],
)
def test_production_with_one_fault_does_not_start_and_names_it(name: str, value: str | None) -> None:
    done = manage("check", **{name: value})
    assert done.returncode != 0
    assert f"{name} " in done.stderr.splitlines()[-1].replace(":", " "), done.stderr


def test_production_has_no_pages_for_developing(tmp_path: Path) -> None:
    done = manage("shell", "-c", "from django.urls import reverse; reverse('dev_mail')", SEMINAR_VAR=str(tmp_path))
    assert "NoReverseMatch" in done.stderr
