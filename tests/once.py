"""Things that take long to make and that all processes of a parallel run can share: the first that needs one makes it."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest


def once_in_a_run(folders: pytest.TempPathFactory, name: str, fill: Callable[[Path], None]) -> Path:
    """Return the folder `name` of the whole run. Who comes first makes it and calls `fill` with it, all others wait."""
    mine = folders.getbasetemp()
    common = mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine
    with (common / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        whole = common / name
        if not whole.exists():
            half = common / f"{name}-half"  # what a killed run or an error leaves is never taken for the whole
            half.mkdir()
            fill(half)
            half.rename(whole)
    return whole
