"""A real Chromium against a live server as in production: DEBUG off, PostgreSQL, hashed static files."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.testcases import (  # private, but what LiveServerTestCase uses
    LiveServerThread,
    _StaticFilesHandler,
)
from django.utils import timezone
from playwright.sync_api import sync_playwright

from accounts.models import User
from config.demo.build import SLUG, build
from config.demo.cast import ADMIN, INSTRUCTOR, STUDENTS, address
from course.models import Course
from tests.conftest import empty_tables
from tests.once import once_in_a_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

# Playwright's loop runs in this thread; Django would refuse the ORM beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

AXE = (Path(__file__).parent.parent / "vendor" / "axe" / "axe.min.js").read_text(encoding="utf-8")
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    skip = pytest.mark.skip(reason="no Chromium on this machine")
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(skip)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def static_root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    storages = settings.STORAGES | {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}

    def collect(root: Path) -> None:
        with override_settings(STATIC_ROOT=root, STORAGES=storages):
            call_command("collectstatic", interactive=False, verbosity=0)

    root = once_in_a_run(tmp_path_factory, "static", collect)
    with override_settings(STATIC_ROOT=root, STORAGES=storages):
        yield root


@pytest.fixture
def site(transactional_db: None, static_root: Path) -> Iterator[str]:
    """The address of a live server over the test database."""
    server = LiveServerThread("127.0.0.1", _StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    address = f"http://127.0.0.1:{server.port}"
    with override_settings(SITE_URL=address):
        yield address
    server.terminate()


@dataclass(frozen=True)
class Demo:
    """The demo course with the people that the tests sign in as."""

    course: Course
    student: User
    instructor: User
    admin: User

    @property
    def url(self) -> str:
        return f"/courses/{self.course.slug}/"


def _take(folder: Path) -> None:
    """Build the demo course and write its rows into `folder`, a file for each table."""
    build(now=timezone.now())
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            if table not in {"django_migrations", "django_content_type", "auth_permission", "seminar_cache"}:
                with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                    (folder / table).write_bytes(b"".join(bytes(part) for part in copy))
    empty_tables()


def _put(tables: dict[str, bytes]) -> None:
    models = apps.get_models(include_auto_created=True)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # rows come in any order
        for table, rows in tables.items():
            with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                copy.write(rows)
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


@pytest.fixture
def demo(transactional_db: None, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo course: built once in a run, its rows copied in for each test."""
    rows = once_in_a_run(tmp_path_factory, "demo", _take)
    _put({file.name: file.read_bytes() for file in rows.iterdir()})
    course = Course.objects.get(slug=SLUG)
    people = {name: User.objects.get(email=address(name)) for name in (STUDENTS[0], INSTRUCTOR, ADMIN)}
    return Demo(course, people[STUDENTS[0]], people[INSTRUCTOR], people[ADMIN])


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page, signed in as `user`; console errors and CSP violations fail the test."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_it(user: User | None = None, path: str = "/", **options: Any) -> Page:
        context = browser.new_context(
            base_url=site, viewport=options.pop("viewport", DESKTOP), timezone_id="America/Chicago", **options
        )
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value, "url": site}]
            )
        page = context.new_page()
        page.set_default_timeout(10_000)
        # A navigation that overtakes the last one's cross-fade is told as an error; nothing of ours failed.
        page.on("pageerror", lambda error: None if "ransition" in str(error) else troubles.append(f"{page.url}: {error}"))
        page.on(
            "console",
            # axe itself, which has no address, sets styles while it looks at Django's admin.
            lambda message: (
                troubles.append(f"{page.url}: {message.text}")
                if "Content Security Policy" in message.text and message.location["url"]
                else None
            ),
        )
        page.goto(path)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert troubles == []


AXE_RULES = '["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]'
COLOUR_RULES = '{type: "rule", values: ["color-contrast", "link-in-text-block"]}'


def axe(page: Page, *, colours_only: bool = False) -> list[str]:
    """Return what axe finds on the page: one line a node, empty when there is nothing.

    `colours_only` runs the rules that look at colours and no others: what a second look in another theme can change.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate(
        "async () => (await axe.run({runOnly: %s, resultTypes: ['violations']})).violations"
        ".flatMap(v => v.nodes.map(n => `${v.id}: ${n.target.join(' ')} ${n.failureSummary ?? ''}`))"
        % (COLOUR_RULES if colours_only else AXE_RULES)
    )
    return [str(line) for line in found]


def sideways(page: Page) -> int:
    """Return by how many CSS pixels the page scrolls sideways; 0 is right."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))
