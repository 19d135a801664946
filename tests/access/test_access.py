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
    if status in {403, 404, 405}:
        return str(status)
    return "ok" if status < 400 or status in {409, 422} else f"unexpected {status}"


@pytest.mark.parametrize("row", TABLE)
def test_url_for_each_role_answers_as_the_table_says(row: str, cast: Cast, objects: Objects) -> None:
    method, name = row.split()
    url = reverse(name, kwargs=objects.kwargs(name))
    answers = []
    for who in CAST:
        client = Client()
        if who != "anonymous":
            client.force_login(getattr(cast, who), backend=BACKEND)
        with transaction.atomic():  # undone, so that each person meets the same objects
            response = client.get(url) if method == "GET" else client.post(url, objects.data.get(row, {}))
            transaction.set_rollback(True)
        answers.append(verdict(response.status_code, response.headers.get("Location", "")))
    assert " ".join(answers) == TABLE[row]


@pytest.mark.parametrize("row", [row for row in TABLE if TABLE[row].startswith("login 404")])
def test_url_of_the_twin_course_does_not_show_our_objects(row: str, cast: Cast, objects: Objects) -> None:
    method, name = row.split()
    kwargs = objects.kwargs(name)
    if set(kwargs) == {"course"}:
        pytest.skip("names no object")
    url = reverse(name, kwargs=kwargs | {"course": cast.twin.slug})
    client = Client()
    client.force_login(cast.stranger, backend=BACKEND)  # instructor of the twin course
    response = client.get(url) if method == "GET" else client.post(url, objects.data.get(row, {}))
    # The instructor of the twin has every right there but that of taking part, which is refused before any look-up.
    assert response.status_code in {403, 404}
