"""Dockerfile and docker-compose.yml without an engine: they are read, and the very commands in them are run."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
import yaml

from accounts.models import User
from config.celery import BEAT
from config.checks import no_demo_accounts
from config.demo.cast import INSTRUCTOR, PASSWORD, address
from tests.faults.processes import descendants, free_port, kill_all, wait_for

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
APP = ("migrate", "web", "worker", "worker-mail", "beat")


def image_command() -> list[str]:
    found = re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert found
    command: list[str] = json.loads(found[1])
    return command


def command_of(service: str) -> list[str]:
    command: list[str] = COMPOSE["services"][service].get("command") or image_command()
    return command


def test_compose_services_wait_for_what_they_need() -> None:
    services = COMPOSE["services"]
    assert set(services) == {"db", "broker", *APP}
    assert services["migrate"]["depends_on"]["db"]["condition"] == "service_healthy"
    for name in set(APP) - {"migrate"}:
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
        assert services[name]["restart"] == "always"
    assert services["migrate"]["restart"] == "no"
    assert "healthcheck" in services["db"] | services["broker"]


def test_compose_broker_forgets_nothing() -> None:
    command = " ".join(COMPOSE["services"]["broker"]["command"])
    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command


def test_compose_workers_hear_every_queue_of_the_beat() -> None:

    heard = {
        queue for name in ("worker", "worker-mail") for queue in command_of(name)[command_of(name).index("-Q") + 1].split(",")
    }
    assert heard >= {queue for _, _, queue in BEAT.values()} | {"default", "mail", "slow"}


def test_dockerfile_runs_as_a_user_without_rights_on_hashed_packages() -> None:
    lines = [line for line in DOCKERFILE.splitlines() if line and not line.startswith("#")]
    assert lines[0].startswith("FROM python:3.")
    assert [line for line in lines if line.startswith("USER")] == ["USER seminar"]
    assert "--require-hashes -r requirements/base.txt" in DOCKERFILE
    assert "/healthz" in next(line for line in lines if line.startswith("HEALTHCHECK"))


def test_env_example_names_every_variable_that_is_read() -> None:
    code = "".join((ROOT / "config/settings" / name).read_text() for name in ("base.py", "prod.py"))
    read = set(re.findall(r"""(?:env(?:\.\w+)?|_required)\(\s*"([A-Z_]+)\"""", code)) - {
        "HOST",
        "PORT",
        "DEBUG",
    }
    example = (ROOT / ".env.example").read_text()
    assert len(read) > 8
    assert {name for name in read if not re.search(rf"^(# )?{name}=", example, re.MULTILINE)} == set()


@pytest.fixture
def database() -> Iterator[str]:
    """A database of its own on the tests' server."""
    server = os.environ["DATABASE_URL"]
    if not server.startswith("postgres"):
        pytest.skip("a class runs on PostgreSQL")
    name = f"seminar_compose_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as link:
        link.execute(f"CREATE DATABASE {name}")
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        link.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.fault
def test_commands_of_the_image_serve_a_class(database: str, tmp_path: Path) -> None:
    port = free_port()
    env = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG"}} | {
        "DATABASE_URL": database,
        "REDIS_URL": os.environ["REDIS_URL"],
        "SITE_URL": f"http://localhost:{port}",
        "SEMINAR_VAR": str(tmp_path),
        "SECRET_KEY": "k3y-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOP",
        "EMAIL_URL": "smtp://127.0.0.1:1",
    }
    env["PATH"] = f"{Path(sys.executable).parent}:{env['PATH']}"  # `python` is this one
    production = env | {"DJANGO_SETTINGS_MODULE": "config.settings.prod"}
    build = re.search(r"^RUN (python manage.py collectstatic[^&]*)", DOCKERFILE, re.MULTILINE)
    assert build
    subprocess.run(shlex.split(build[1]), cwd=ROOT, env=env, check=True, capture_output=True, timeout=120)
    subprocess.run(command_of("migrate"), cwd=ROOT, env=production, check=True, capture_output=True, timeout=120)
    changes = {"8000": str(port), "0.0.0.0": "127.0.0.1", "/tmp/beat-schedule": str(tmp_path / "beat")}
    running = []
    try:
        for name in ("web", "worker", "worker-mail", "beat"):
            command = [changes.get(part, part) for part in command_of(name)]
            with (tmp_path / f"{name}.log").open("wb") as log:
                running.append(
                    subprocess.Popen(command, cwd=ROOT, env=production, stdout=log, stderr=log, start_new_session=True)
                )
        assert wait_for(lambda: status(f"http://127.0.0.1:{port}/healthz", port) == 200, 60), logs(tmp_path)
        assert status(f"http://127.0.0.1:{port}/account/login/", port) == 200
        assert wait_for(lambda: status(f"http://127.0.0.1:{port}/readyz", port) == 200, 90), logs(tmp_path)
        assert all(process.poll() is None for process in running), logs(tmp_path)
    finally:
        stop(running)


def status(url: str, port: int) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers={"Host": f"localhost:{port}"}), timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        time.sleep(0.5)
        return error.code
    except OSError:
        return 0


def logs(folder: Path) -> str:
    return "\n".join(f"== {path.name}\n{path.read_text()[-1500:]}" for path in folder.glob("*.log"))


def stop(running: list[subprocess.Popen[bytes]]) -> None:
    seen = {one for process in running for one in descendants(process.pid)}
    for process in running:
        process.send_signal(signal.SIGTERM)
    for process in running:
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    kill_all(seen)


@pytest.mark.django_db
def test_database_of_the_demo_is_refused_for_a_class(settings: Any) -> None:

    person = User.objects.create_user(address(INSTRUCTOR), "another password", name=INSTRUCTOR)
    settings.DEV_PAGES = False
    assert no_demo_accounts(databases=["default"]) == []
    person.set_password(PASSWORD)
    person.save()
    assert [error.id for error in no_demo_accounts(databases=["default"])] == ["seminar.E001"]
    settings.DEV_PAGES = True
    assert no_demo_accounts(databases=["default"]) == []
