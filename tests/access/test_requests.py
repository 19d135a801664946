"""What holds for every request: looking writes nothing, acting needs the form's token, each answer carries its headers."""

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path, reverse
from django.utils import timezone

from config import urls
from course.actions.weeks import note_week_read
from course.models import Enrollment, Week
from tests.access.objects import Objects, make_objects
from tests.access.table import CAST, TABLE
from tests.access.test_access import BACKEND
from tests.conftest import Cast

# Looking at these may write, each for its own reason; with nothing left to write they too only read.
WRITES_BY_LOOKING = {
    "course:now": "notes the visit, at most once an hour",
    "course:week": "notes which version a student has read, once an hour and version",
}
LONGEST_FORM = 10_000_000


@pytest.fixture
def objects(cast: Cast) -> Objects:
    return make_objects(cast)


def rows(method: str) -> list[str]:
    return [row.split()[1] for row in TABLE if row.startswith(f"{method} ")]


def signed_in(who: str, cast: Cast, *, csrf: bool = False) -> Client:
    client = Client(raise_request_exception=False, enforce_csrf_checks=csrf)
    if who != "anonymous":
        client.force_login(getattr(cast, who), backend=BACKEND)
    return client


def who_may(row: str) -> list[str]:
    return [who for who, verdict in zip(CAST, TABLE[row].split(), strict=True) if verdict == "ok"]


def look_in_read_only(client: Client, url: str) -> str:
    """Ask for a page in a transaction that refuses every write; return what was refused, "" if nothing."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        response = client.get(url)
        raised = getattr(response, "exc_info", None)
        transaction.set_rollback(True)
    return f"{response.status_code} {raised and raised[1]!r}" if raised or response.status_code == 500 else ""


def refused_looks(cast: Cast, objects: Objects) -> dict[str, str]:
    people = {who: signed_in(who, cast) for who in CAST}
    found = {}
    for name in rows("GET"):
        url = reverse(name, kwargs=objects.kwargs(name))
        for who in who_may(f"GET {name}"):
            if refused := look_in_read_only(people[who], url):
                found[name] = f"{who}: {refused}"
    return found


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has transactions that refuse to write")
def test_get_of_every_page_in_a_read_only_transaction_writes_only_what_is_named(cast: Cast, objects: Objects) -> None:
    found = refused_looks(cast, objects)
    assert found.keys() == WRITES_BY_LOOKING.keys(), found


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has transactions that refuse to write")
def test_get_of_pages_that_may_write_with_nothing_left_to_note_writes_nothing(cast: Cast, objects: Objects) -> None:
    Enrollment.objects.update(seen_at=timezone.now())
    week, now = Week.objects.get(course=cast.course), timezone.now()
    note_week_read(week=week, person=cast.student, known=None, now=now)
    for name in WRITES_BY_LOOKING:
        url = reverse(name, kwargs=objects.kwargs(name))
        assert [look_in_read_only(signed_in(who, cast), url) for who in who_may(f"GET {name}")] == [""] * len(
            who_may(f"GET {name}")
        )


def test_post_of_every_form_without_its_token_is_refused(cast: Cast, objects: Objects) -> None:
    answers = {}
    for name in rows("POST"):
        who = next((who for who in who_may(f"POST {name}") if who != "anonymous"), "student")
        response = signed_in(who, cast, csrf=True).post(
            reverse(name, kwargs=objects.kwargs(name)), objects.data.get(f"POST {name}", {})
        )
        answers[name] = response.status_code
    # Pressed by the mail program for its reader: no cookie, no token, a signed address instead (RFC 8058).
    assert answers.pop("notifications:unsubscribe") == 404
    assert set(answers.values()) == {403}


def test_post_to_the_account_pages_without_their_token_is_refused(cast: Cast) -> None:
    names = ("account_login", "account_reset_password", "account_logout", "account_change_password", "account_reauthenticate")
    client = signed_in("student", cast, csrf=True)
    assert {client.post(reverse(name), {}).status_code for name in names} == {403}


def test_post_of_a_body_that_is_too_long_is_refused_before_anything_is_done(cast: Cast, objects: Objects) -> None:
    answers = {}
    for name in rows("POST"):
        who = next((who for who in who_may(f"POST {name}") if who != "anonymous"), "student")
        client = signed_in(who, cast, csrf=True)
        client.cookies["csrftoken"] = token = "a" * 32
        response = client.generic(
            "POST",
            reverse(name, kwargs=objects.kwargs(name)),
            b"csrfmiddlewaretoken=" + token.encode() + b"&text=" + b"x" * LONGEST_FORM,
            content_type="application/x-www-form-urlencoded",
        )
        answers[name] = response.status_code
    assert answers.pop("notifications:unsubscribe") == 404
    assert set(answers.values()) <= {400, 413}


def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError("something of ours is wrong")


urlpatterns = [path("broken/", broken), *urls.urlpatterns]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500

COURSE = "/courses/hum240"
# Status, address, and what is posted to it.
STATES: dict[str, tuple[int, str, dict[str, str] | bytes | None]] = {
    "a page": (200, f"{COURSE}/", None),
    "a redirect": (302, "/", None),
    "an answer to a form": (303, "/settings/", {"name": "Ines", "zone": "", "theme": "system"}),
    "what cannot be read": (400, "/settings/", b"no form"),
    "no right": (403, f"{COURSE}/people/", None),
    "nothing there": (404, "/nowhere/", None),
    "a wrong method": (405, f"{COURSE}/people/invite/", None),
    "a wrong form": (422, "/settings/", {"name": ""}),
    "our mistake": (500, "/broken/", None),
}


@override_settings(ROOT_URLCONF="tests.access.test_requests", DEBUG=False)
@pytest.mark.parametrize("who", ["student", "anonymous"])
@pytest.mark.parametrize("state", STATES)
def test_headers_of_every_kind_of_answer_protect_the_page(cast: Cast, state: str, who: str) -> None:
    status, url, data = STATES[state]
    client = signed_in(who, cast)
    if data is None:
        response = client.get(url)
    elif isinstance(data, bytes):
        response = client.generic("POST", url, data, content_type="multipart/form-data")
    else:
        response = client.post(url, data)
    if who == "student":
        assert response.status_code == status
        assert "no-store" in response["Cache-Control"]
    policy = {part.split()[0]: part.split()[1:] for part in response["Content-Security-Policy"].split(";")}
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == ["'self'"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
