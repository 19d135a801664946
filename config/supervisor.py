"""Runs a few programs as one: started in order, their lines prefixed, stopped in order, none left behind.

The rules and the measurements behind them: every child gets a session of its own, so that the terminal's Ctrl-C reaches only
the supervisor, which stops the children one group after the other; the kernel ends a child whose supervisor was killed;
a child that ends by itself ends everything with status 1.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_STOP_MASK = sum(1 << (sig - 1) for sig in STOP_SIGNALS)
POLL_SECONDS = 0.1
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Program:
    """One child. Programs of a higher `stage` stop first; `grace` is how many seconds it has after SIGTERM.

    `if_orphaned` is the signal the kernel sends when the supervisor itself was killed (Linux).
    """

    name: str
    command: Sequence[str | Path]
    stage: int
    grace: float
    if_orphaned: signal.Signals = signal.SIGTERM


def _die_with_parent(sig: signal.Signals) -> Callable[[], None] | None:
    """Return what a child runs before its program starts: ask the kernel for `sig` when the supervisor dies."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    supervisor = os.getpid()

    def ask_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(sig), 0, 0, 0)
        if os.getppid() != supervisor:  # it died between fork and prctl
            os._exit(1)

    return ask_kernel


class Parent:
    """The process that started us (`make`), watched because signals sent to it alone never reach us."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._blocked_before = self._blocked()

    def wants_us_to_stop(self) -> bool:
        """Tell whether the parent is gone, or sits in its handler of Ctrl-C and waits for us to end."""
        # make answers Ctrl-C by waiting for its children, to whom it expects the terminal to have sent it too. While it
        # waits, the signal is blocked, and Linux shows that.
        return os.getppid() != self.pid or bool(self._blocked() & ~self._blocked_before & _STOP_MASK)

    def _blocked(self) -> int:
        """Return the parent's mask of blocked signals; 0 where the system does not tell."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii", errors="replace")
        except OSError:
            return 0
        return next((int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigBlk:")), 0)


class Supervisor:
    """Starts programs and sees them through to the end. Make one in the main thread, call `start` and then `watch`."""

    def __init__(self, env: Mapping[str, str], say: Callable[[str], None], parent: Parent | None = None) -> None:
        self._env = {**env, "PYTHONUNBUFFERED": "1"}
        self._say = say
        self._parent = parent
        self._running: list[tuple[Program, subprocess.Popen[str]]] = []
        self._signals = 0

    def listen(self) -> None:
        """Take over the stop signals, also those that a shell ignores for background jobs."""
        for sig in STOP_SIGNALS:
            signal.signal(sig, self._on_signal)

    def _on_signal(self, _number: int, _frame: object) -> None:
        self._signals += 1

    def should_stop(self) -> bool:
        """Tell whether somebody asked for the end: a signal, or the parent."""
        return self._signals > 0 or (self._parent is not None and self._parent.wants_us_to_stop())

    def start(self, program: Program) -> None:
        """Start `program` in a session of its own; its lines appear with its name in front."""
        child = subprocess.Popen(  # noqa: S603 - the commands are ours
            [str(part) for part in program.command],
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=_die_with_parent(program.if_orphaned),  # noqa: PLW1509 - no threads hold locks in the child: it only calls prctl
        )
        self._running.append((program, child))
        threading.Thread(target=self._relay, args=(program.name, child), daemon=True).start()

    def _relay(self, name: str, child: subprocess.Popen[str]) -> None:
        assert child.stdout is not None
        with child.stdout:
            for line in child.stdout:
                self._say(f"{name:7}| {line.rstrip()}")

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> bool:
        """Wait for `ready`; return False as soon as that is hopeless: time is up, a child ended, or we should stop."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self.ended() or self.should_stop() or time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
        return True

    def ended(self) -> Program | None:
        """Return a program that ended by itself, if there is one."""
        return next((program for program, child in self._running if child.poll() is not None), None)

    def watch(self) -> int:
        """Stay until somebody asks for the end (returns 0) or a program ends by itself (returns 1). Call `stop` after it."""
        while not self.should_stop():
            if program := self.ended():
                self._say(f"{program.name} ended by itself, so everything stops.")
                return 1
            time.sleep(POLL_SECONDS)
        return 0

    def stop(self) -> None:
        """Stop all programs, the highest stage first. A second signal means: at once."""
        asked = self._signals
        for stage in sorted({program.stage for program, _ in self._running}, reverse=True):
            group = [(program, child) for program, child in self._running if program.stage == stage]
            for _, child in group:
                with contextlib.suppress(ProcessLookupError):
                    child.terminate()
            for program, child in group:
                self._wait_for_end(program, child, asked)
        self._running.clear()

    def _wait_for_end(self, program: Program, child: subprocess.Popen[str], asked: int) -> None:
        deadline = time.monotonic() + program.grace
        while child.poll() is None and self._signals <= asked and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS / 5)
        if child.poll() is None:
            self._say(f"{program.name} did not stop in time and is ended.")
        # Also what the program started itself: the group outlives its leader.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
