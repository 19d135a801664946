"""Requests as a web server makes them, without one: the same handler, in this process, one after the other."""

import io
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, override_settings

from accounts.models import User
from benchmarks.floors import BARE

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TOKEN = "a" * 32


@dataclass
class Browser:
    """One signed-in person with a session and a form token."""

    person: User
    cookies: str = ""

    def __post_init__(self) -> None:
        client = Client()
        client.force_login(self.person, backend=BACKEND)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"


@dataclass
class Stack:
    """A stack of middleware and what its requests took by step: seconds on the clock, and of this process at work."""

    handler: WSGIHandler
    took: dict[str, list[float]] = field(default_factory=dict)
    worked: dict[str, list[float]] = field(default_factory=dict)

    def ask(self, step: str, browser: Browser, path: str, data: list[tuple[str, str]] | None = None) -> tuple[int, str]:
        """Do one request and remember its time under `step`; return its status and where it leads."""
        path, _, query = path.partition("?")
        body = urlencode(data).encode() if data is not None else b""
        environ = {
            "REQUEST_METHOD": "GET" if data is None else "POST",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "testserver",
            "HTTP_COOKIE": browser.cookies,
            "HTTP_X_CSRFTOKEN": TOKEN,
            "HTTP_ORIGIN": "http://testserver",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http",
        }
        if step == "save":
            environ["HTTP_HX_REQUEST"] = "true"
        told: list[tuple[str, dict[str, str]]] = []
        begin, at_work = time.perf_counter(), time.process_time()
        answer = self.handler(environ, lambda status, headers, _=None: told.append((status, dict(headers))))  # type: ignore[arg-type]  # nobody writes
        b"".join(answer)
        answer.close()
        self.took.setdefault(step, []).append(time.perf_counter() - begin)
        self.worked.setdefault(step, []).append(time.process_time() - at_work)
        status, headers = told[0]
        return int(status.split()[0]), headers.get("Location", "")


def product() -> Stack:
    return Stack(WSGIHandler())


def bare() -> Stack:
    with override_settings(MIDDLEWARE=BARE):
        return Stack(WSGIHandler())


def expect(status: int, *wanted: int) -> None:
    if status not in wanted:
        raise SystemExit(f"answered {status}, not {wanted}: the measurement is worth nothing")
