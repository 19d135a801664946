"""Looking at processes of our own: who descends from whom, who is still there (Linux)."""

import contextlib
import os
import signal
import socket
import time
from collections.abc import Callable, Iterable
from pathlib import Path

Born = tuple[int, str]  # process id and start time: together they name one process for good


def _stat(pid: int) -> list[str] | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    except (OSError, IndexError):
        return None


def born(pid: int) -> Born | None:
    stat = _stat(pid)
    return (pid, stat[19]) if stat and stat[0] != "Z" else None


def descendants(pid: int) -> set[Born]:
    """Return `pid` and everything it started, directly or not."""
    parents = {
        int(entry.name): stat for entry in Path("/proc").iterdir() if entry.name.isdigit() and (stat := _stat(int(entry.name)))
    }
    found, new = {pid}, {pid}
    while new:
        new = {child for child, stat in parents.items() if int(stat[1]) in new} - found
        found |= new
    return {name for one in found if (name := born(one))}


def alive(processes: Iterable[Born]) -> set[Born]:
    return {one for one in processes if born(one[0]) == one}


def wait_for(condition: Callable[[], object], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return bool(condition())


def kill_all(processes: Iterable[Born]) -> None:
    for pid, _ in alive(processes):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
