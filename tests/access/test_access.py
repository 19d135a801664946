"""Every named URL × the cast, against tests/access/table.py."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.objects import Objects, make_objects
from tests.access.table import CAST, TABLE
from tests.conftest import Cast

# Guarded by the admin site itself and tested in tests/config/test_admin.py.
ELSEWHERE = ("admin:",)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def named(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from named(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern) and entry.name:
            yield namespace + entry.name


def all_names() -> set[str]:
    return {name for name in named(get_resolver()) if not name.startswith(ELSEWHERE)}


def test_table_lists_every_named_url() -> None:
    assert all_names() == {row.split()[1] for row in TABLE}


@pytest.fixture
def objects(cast: Cast) -> Objects:
    return make_objects(cast)


def verdict(status: int, location: str) -> str:
    if status == 401 or (status == 302 and location.startswith("/account/login/")):
        return "login"
    if status in {403, 404, 405, 410, 503}:
        return str(status)
    return "ok" if status < 400 or status in {409, 422} else f"unexpected {status}"


def ask(client: Client, row: str, url: str, objects: Objects) -> str:
    """Send one request whose effects are undone, so that the next person meets the same objects."""
    method, _ = row.split()
    with transaction.atomic():
        response = client.get(url) if method == "GET" else client.post(url, objects.data.get(row, {}))
        transaction.set_rollback(True)
    return verdict(response.status_code, response.headers.get("Location", ""))


def clients(cast: Cast) -> dict[str, Client]:
    found = {}
    for who in CAST:
        found[who] = Client()
        if who != "anonymous":
            found[who].force_login(getattr(cast, who), backend=BACKEND)
    return found


def test_every_url_for_each_role_answers_as_the_table_says(cast: Cast, objects: Objects) -> None:
    people = clients(cast)
    answers = {
        row: " ".join(
            ask(people[who], row, reverse(row.split()[1], kwargs=objects.kwargs(row.split()[1])), objects) for who in CAST
        )
        for row in TABLE
    }
    assert {row: answer for row, answer in answers.items() if answer != TABLE[row]} == {}


def test_every_url_for_the_twin_course_hides_our_objects(cast: Cast, objects: Objects) -> None:
    """The instructor of the twin course has every right there but that of taking part, which is refused before any look-up."""
    people = clients(cast)
    answers = {}
    for row in TABLE:
        name = row.split()[1]
        kwargs = objects.kwargs(name)
        if TABLE[row].startswith("login 404") and set(kwargs) != {"course"}:
            answers[row] = ask(people["stranger"], row, reverse(name, kwargs=kwargs | {"course": cast.twin.slug}), objects)
    assert len(answers) > 30
    assert {row: answer for row, answer in answers.items() if answer not in {"403", "404"}} == {}
