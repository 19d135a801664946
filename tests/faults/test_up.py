"""`manage.py up` for real: it stops by every signal, and nothing is left behind, whoever is killed."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest
from celery import Celery
from django.core.management.base import CommandError

from config.management.commands.up import check_port, only_one
from config.supervisor import Program, Supervisor
from config.valkey import LONGEST_SOCKET_PATH, broker_url, socket_path
from tests.faults.processes import Born, alive, born, descendants, free_port, kill_all, wait_for
from tests.once import once_in_a_run

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = [pytest.mark.fault, pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")]


PREPARE = "import django; django.setup(); from config.management.commands.up import Command; Command().prepare()"


def environment(var: Path) -> dict[str, str]:
    """Return the variables of a `manage.py up` with its files in `var`."""
    env = {key: value for key, value in os.environ.items() if key not in {"REDIS_URL", "DATABASE_URL", "DEBUG"}}
    return env | {"SEMINAR_VAR": str(var), "DJANGO_SETTINGS_MODULE": "tests.faults.up_settings", "PYTHONPATH": str(ROOT)}


class Up:
    """One running `manage.py up` with its port, folder and lines."""

    def __init__(self, var: Path, *arguments: str) -> None:
        self.port, self.var, self.log = free_port(), var, var / "up.log"
        var.mkdir(parents=True, exist_ok=True)
        env = environment(var) | {"PORT": str(self.port)}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", *arguments],
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # noqa: PLW1509 - as a shell does for `make demo &`
            )
        self.seen: set[Born] = set()

    def says(self, text: str) -> bool:
        return text in self.log.read_text(errors="replace")

    def wait_until_ready(self) -> None:
        assert wait_for(lambda: self.says("Ctrl-C stops it") or self.process.poll() is not None, 60)
        assert self.says("Seminar runs at"), self.log.read_text()
        # supervisor, valkey, granian and its worker, worker, beat
        assert wait_for(lambda: len(descendants(self.process.pid)) >= 6, 30)
        self.seen = descendants(self.process.pid)

    def make_busy(self) -> None:
        """Give the worker a task of a minute, and wait until it is at it."""
        mark = self.var / f"busy-{time.monotonic_ns()}"
        # Not the current application of this process: other tests' tasks would go to its queues.
        app = Celery(broker=broker_url(self.var), set_as_current=False)
        app.send_task("tests.slow", kwargs={"mark": str(mark), "seconds": 60}, queue="default")
        app.close()
        assert wait_for(mark.exists, 30), self.log.read_text()

    def end(self, sig: signal.Signals) -> tuple[int, float]:
        """Send `sig`; return exit status and seconds."""
        begin = time.monotonic()
        self.process.send_signal(sig)
        return self.process.wait(40), time.monotonic() - begin

    def clear(self) -> None:
        """End whatever is left of it."""
        kill_all({*self.seen, *descendants(self.process.pid)})
        self.process.wait()


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo course, prepared once for all processes of the run: it takes longer than all that follows."""
    prepared = once_in_a_run(tmp_path_factory, "up-prepared", prepare)
    return Path(shutil.copytree(prepared, tmp_path_factory.mktemp("up") / "var"))


def prepare(folder: Path) -> None:
    subprocess.run([sys.executable, "-c", PREPARE], cwd=ROOT, env=environment(folder), check=True, timeout=240)


@pytest.fixture
def up(var: Path, request: pytest.FixtureRequest) -> Iterator[Up]:
    running = Up(var, *getattr(request, "param", ()))
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.clear()


@pytest.mark.parametrize("up", [["--prepare"]], indirect=True)
def test_up_interrupted_in_the_background_stops_everything(up: Up) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{up.port}/account/login/", timeout=10) as page:
        assert b"csrfmiddlewaretoken" in page.read()
    second = subprocess.run(
        [sys.executable, "manage.py", "up"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | {"SEMINAR_VAR": str(up.var), "PORT": str(up.port), "DJANGO_SETTINGS_MODULE": "config.settings.dev"},
    )
    assert second.returncode != 0
    assert "already runs on" in second.stderr
    status, seconds = up.end(signal.SIGINT)
    assert (status, alive(up.seen)) == (0, set())
    assert seconds < 10  # the longest that is promised; 3 on an idle machine, which tests side by side never have
    socket.create_server(("127.0.0.1", up.port)).close()


def test_up_terminated_with_a_running_task_stops_within_ten_seconds(up: Up) -> None:
    up.make_busy()
    status, seconds = up.end(signal.SIGTERM)
    assert (status, alive(up.seen)) == (0, set())
    assert seconds < 10


def test_up_killed_with_a_running_task_leaves_nothing(up: Up) -> None:
    up.make_busy()
    up.end(signal.SIGKILL)
    assert wait_for(lambda: not alive(up.seen), 10), alive(up.seen)


def test_up_worker_killed_stops_the_rest_with_status_one(up: Up) -> None:
    worker = next(one for one in up.seen if b"worker" in Path(f"/proc/{one[0]}/cmdline").read_bytes().split(b"\0"))
    os.kill(worker[0], signal.SIGKILL)
    assert up.process.wait(20) == 1
    assert alive(up.seen) == set()
    assert up.says("worker ended by itself")


# --- the supervisor alone, with small programs


class Supervised:
    """tests.faults.supervised, alone or under a make of its own; `seen` is all that was started, `pid` the supervisor's."""

    def __init__(self, *options: str, makefile: Path | None = None) -> None:
        command = [sys.executable, "-u", "-m", "tests.faults.supervised", *options]
        if makefile:
            makefile.write_text(f"demo:\n\t@exec {' '.join(command)}\n")
            command = ["make", "-f", str(makefile), "demo"]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # a run that was started in the background ignores SIGINT and would hand that down to make
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - before any thread of ours
        )
        self.seen: set[Born] = set()

    def __enter__(self) -> Self:
        assert self.process.stdout is not None
        self.pid = next(int(line.split()[1]) for line in self.process.stdout if line.startswith("pid "))
        # the supervisor, sleep, sh and its sleep
        assert wait_for(lambda: len(descendants(self.pid)) == 4, 10)
        self.seen = descendants(self.process.pid)
        return self

    def __exit__(self, *_: object) -> None:
        kill_all(self.seen | descendants(self.process.pid))
        self.process.communicate()

    def sleeper(self) -> set[Born]:
        return {one for one in self.seen if is_sleeper(one)}


def is_sleeper(process: Born) -> bool:
    return Path(f"/proc/{process[0]}/cmdline").read_bytes() == b"sleep\x00600\x00"


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_supervisor_stopped_ends_also_a_child_that_ignores_it_and_its_grandchild(sig: signal.Signals) -> None:
    with Supervised() as running:
        running.process.send_signal(sig)
        assert running.process.wait(10) == 0
        assert alive(running.seen) == set()


@pytest.mark.parametrize("options", [[], ["--unprotected"]])
def test_supervisor_killed_leaves_children_only_without_the_kernels_help(options: list[str]) -> None:
    with Supervised(*options) as running:
        sleeper = running.sleeper()
        running.process.kill()
        running.process.wait()
        gone = wait_for(lambda: not alive(sleeper), 2)
        assert gone is (options == [])  # the control: without PR_SET_PDEATHSIG it stays


@pytest.mark.parametrize("sig", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_supervisor_under_make_ends_when_only_make_is_signalled(sig: signal.Signals, tmp_path: Path) -> None:
    with Supervised("--with-parent", makefile=tmp_path / "Makefile") as running:
        time.sleep(0.2)  # make is back in its wait
        running.process.send_signal(sig)
        assert wait_for(lambda: not alive(running.seen), 10), alive(running.seen)


def test_supervisor_under_make_that_does_not_watch_it_stays_the_control(tmp_path: Path) -> None:
    with Supervised(makefile=tmp_path / "Makefile") as running:
        running.process.kill()
        running.process.wait()
        assert not wait_for(lambda: not born(running.pid), 1)


def test_supervisor_child_ends_stops_the_others() -> None:
    lines: list[str] = []
    supervisor = Supervisor(dict(os.environ), lines.append)
    before = descendants(os.getpid())
    supervisor.start(Program("stays", ["sleep", "600"], 1, 2.0))
    stays = descendants(os.getpid()) - before
    assert alive(stays)
    supervisor.start(Program("fails", ["sh", "-c", "echo broken; exit 3"], 1, 2.0))
    assert supervisor.watch() == 1
    supervisor.stop()
    assert alive(stays) == set()
    assert wait_for(lambda: "fails  | broken" in lines, 2)
    assert "fails ended by itself, so everything stops." in lines


def test_port_taken_names_the_variable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(CommandError, match="PORT=8001"):
        check_port("127.0.0.1", server.getsockname()[1])


def test_host_of_another_machine_is_refused_with_its_name() -> None:
    with pytest.raises(CommandError, match="HOST"):
        check_port("192.0.2.7", free_port())


def test_folder_held_twice_is_refused(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(CommandError, match="already runs"), only_one(tmp_path):
        pass


def test_socket_of_a_long_folder_is_short_and_its_own(tmp_path: Path) -> None:
    short, long, other = tmp_path / "var", tmp_path / ("v" * 120), tmp_path / ("w" * 120)
    assert socket_path(short) == short / "valkey" / "valkey.sock"
    assert len(os.fsencode(socket_path(long))) <= LONGEST_SOCKET_PATH
    assert socket_path(long) != socket_path(other)
