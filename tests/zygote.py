"""Processes that cost little to start: one has imported the program, and every piece of work runs in a fork of it.

What is killed is a process of its own with its own connections, as a worker's or a server's would be; only its start, two seconds
of importing, is not repeated each time.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self

LONGEST = 240  # seconds
ROOT = Path(__file__).resolve().parent.parent


class Child:
    """A fork at work. Its standard output and errors are those of this process."""

    def __init__(self, zygote: "Zygote", pid: int) -> None:
        self.zygote, self.pid = zygote, pid

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)  # not reaped before `wait`: the number is still its own

    def wait(self) -> int:
        """Return the exit status, that of a killed process as in subprocess: -9."""
        return self.zygote.ask(str(self.pid))


class Zygote:
    """The process that is forked; it has opened no connection, and has no thread."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.zygote"],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()

    def start(self, code: str) -> Child:
        """Run Python code in a new fork."""
        return Child(self, self.ask(json.dumps(code)))

    def run(self, code: str) -> int:
        """Run Python code in a new fork to its end; return the exit status."""
        return self.start(code).wait()

    def ask(self, line: str) -> int:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{line}\n")
        return int(self.process.stdout.readline())


def serve() -> None:
    """Answer a piece of code with the process that runs it, and the number of such a process with its exit status."""
    for line in sys.stdin:
        asked = json.loads(line)
        if isinstance(asked, int):
            answer = os.waitstatus_to_exitcode(os.waitpid(asked, 0)[1])
        elif not (answer := os.fork()):
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(2, 1)
            signal.alarm(LONGEST)
            exec(asked, {"__name__": "__main__"})
            sys.exit(0)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    import django

    django.setup()
    import config.urls  # noqa: F401 - with all views and forms

    serve()
