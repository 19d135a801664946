"""Course texts that are no weeks."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from course.actions.pages import PageRefusedError, release_page, save_page
from course.actions.weeks import ReleaseRefusedError, release_week, save_week
from course.enums import Release
from course.models import Page, Reading
from tests.conftest import NOW, Cast

NEW = "/courses/hum240/pages/new/"
SYLLABUS = "/courses/hum240/pages/syllabus/"
TEXT = "# What we do\r\n\r\nWe read.  \r\n\r\n<b>Bring paper.</b>"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def page(cast: Cast) -> Page:
    return save_page(course=cast.course, page=None, title="Syllabus", source=TEXT, now=NOW)


def test_save_page_keeps_the_exact_text_and_renders_it(page: Page) -> None:
    page.refresh_from_db()
    assert (page.slug, page.source, page.state) == ("syllabus", TEXT, Release.DRAFT)
    assert "<h2>What we do</h2>" in page.html
    assert "&lt;b&gt;Bring paper." in page.html


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Syllabus", "syllabus-2"), ("New", "new-2"), ("\u0938\u0902\u0938\u094d\u0915\u0943\u0924", "page"), ("A" * 200, "a" * 50)],
)
def test_save_page_new_one_gets_a_free_address(cast: Cast, page: Page, title: str, slug: str) -> None:
    assert save_page(course=cast.course, page=None, title=title, source="", now=NOW).slug == slug


@pytest.mark.parametrize(("source", "message"), [("a\nb\0", "line 2 contains a NUL"), ("x" * 200_001, "longer than 200 kB")])
def test_save_page_unusable_text_is_refused(cast: Cast, page: Page, source: str, message: str) -> None:
    with pytest.raises(PageRefusedError, match=message):
        save_page(course=cast.course, page=page, title="Syllabus", source=source, now=NOW)
    page.refresh_from_db()
    assert page.source == TEXT


def test_save_page_week_of_another_course_is_refused(cast: Cast) -> None:
    week = save_week(course=cast.twin, week=None, text="# Week 1: One\n", author=None, now=NOW)
    with pytest.raises(PageRefusedError, match="another course"):
        save_page(course=cast.course, page=None, title="Notes", source="", now=NOW, week=week)


@pytest.mark.parametrize(
    ("who", "draft", "open_"),
    [
        ("student", 404, 200),
        ("observer", 404, 200),
        ("instructor", 200, 200),
        ("assistant", 200, 200),
        ("admin", 200, 200),
        ("stranger", 404, 404),
    ],
)
def test_page_state_decides_who_sees_it(client: Client, cast: Cast, page: Page, who: str, draft: int, open_: int) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(SYLLABUS).status_code == draft
    release_page(page=page, state=Release.OPEN, now=NOW)
    assert client.get(SYLLABUS).status_code == open_


def test_page_open_student_sees_text_without_controls(client: Client, cast: Cast, page: Page) -> None:
    release_page(page=page, state=Release.OPEN, now=NOW)
    client.force_login(cast.student)
    shown = client.get(SYLLABUS).content.decode()
    assert '<div class="prose" hx-disable><h2>What we do</h2>' in shown
    assert "Edit this page" not in shown
    assert "Open now" not in shown


def test_page_of_a_draft_week_does_not_name_the_week(client: Client, cast: Cast, page: Page) -> None:
    week = save_week(course=cast.course, week=None, text="# Week 9: Secret\n", author=None, now=NOW)
    save_page(course=cast.course, page=page, title="Syllabus", source="", week=week, now=NOW)
    release_page(page=page, state=Release.OPEN, now=NOW)
    client.force_login(cast.student)
    assert "/weeks/9/" not in client.get(SYLLABUS).content.decode()
    client.force_login(cast.instructor)
    assert "/weeks/9/" in client.get(SYLLABUS).content.decode()


def test_pages_are_listed_for_staff_only(client: Client, cast: Cast, page: Page) -> None:
    client.force_login(cast.instructor)
    assert (
        'href="/courses/hum240/pages/syllabus/">Syllabus</a> <span class="tag">Draft'
        in client.get("/courses/hum240/weeks/").content.decode()
    )
    client.force_login(cast.student)
    assert "Syllabus" not in client.get("/courses/hum240/weeks/").content.decode()


def test_new_page_is_a_draft_with_plain_newlines(client: Client, cast: Cast) -> None:
    client.force_login(cast.instructor)
    response = client.post(NEW, {"title": "Field guide", "text": "\r\n  A\r\nB  ", "week": ""})
    made = Page.objects.get()
    assert (response.status_code, response["Location"]) == (303, "/courses/hum240/pages/field-guide/")
    assert (made.source, made.state) == ("\n  A\nB  ", Release.DRAFT)


def test_edit_page_from_a_browser_keeps_the_newlines_of_the_text(client: Client, cast: Cast, page: Page) -> None:
    client.force_login(cast.instructor)
    form = client.get(SYLLABUS + "edit/").content.decode()
    changed_at = form.split('name="changed_at" value="')[1].split('"')[0]
    save_page(course=cast.course, page=page, title="Syllabus", source=TEXT.replace("\r\n", "\n"), now=NOW)
    response = client.post(
        SYLLABUS + "edit/", {"title": "Syllabus", "text": TEXT.replace("read", "write"), "week": "", "changed_at": changed_at}
    )
    assert response.status_code == 303
    page.refresh_from_db()
    assert page.source == TEXT.replace("\r\n", "\n").replace("read", "write")


def test_edit_page_changed_meanwhile_shows_both_and_can_be_sent_again(client: Client, cast: Cast, page: Page) -> None:
    client.force_login(cast.instructor)
    old = client.get(SYLLABUS + "edit/").content.decode().split('name="changed_at" value="')[1].split('"')[0]
    save_page(course=cast.course, page=page, title="Syllabus", source="Theirs.", now=NOW + timedelta(minutes=1))
    data = {"title": "Syllabus", "text": "Mine.", "week": "", "changed_at": old}
    response = client.post(SYLLABUS + "edit/", data)
    shown = response.content.decode()
    assert response.status_code == 409
    assert "Theirs." in shown
    assert "Mine.</textarea>" in shown
    page.refresh_from_db()
    assert page.source == "Theirs."
    new = shown.split('name="changed_at" value="')[1].split('"')[0]
    assert client.post(SYLLABUS + "edit/", data | {"changed_at": new}).status_code == 303


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"title": "", "text": "kept words"}, "Enter the title."),
        ({"title": "T", "text": "kept words\0"}, "line 1 contains a NUL"),
    ],
)
def test_edit_page_refused_keeps_what_was_typed(
    client: Client, cast: Cast, page: Page, data: dict[str, str], message: str
) -> None:
    client.force_login(cast.instructor)
    for path in (NEW, SYLLABUS + "edit/"):
        response = client.post(path, data)
        assert response.status_code == 422
        assert message in response.content.decode()
        assert "kept words" in response.content.decode()
    assert Page.objects.get().source == TEXT


@pytest.mark.parametrize("path", [NEW, SYLLABUS + "edit/"])
@pytest.mark.parametrize(("who", "status"), [("student", 403), ("admin", 403), ("stranger", 404), ("assistant", 200)])
def test_page_editors_are_for_planners(client: Client, cast: Cast, page: Page, path: str, who: str, status: int) -> None:
    release_page(page=page, state=Release.OPEN, now=NOW)
    client.force_login(getattr(cast, who))
    assert client.get(path).status_code == status


def test_release_page_by_post_opens_it(client: Client, cast: Cast, page: Page) -> None:
    client.force_login(cast.instructor)
    assert client.post(SYLLABUS + "release/", {"state": "open"}).status_code == 303
    page.refresh_from_db()
    assert page.is_released(NOW)
    late = client.post(SYLLABUS + "release/", {"state": "scheduled", "opens_at": "2026-10-01T09:00"})
    assert late.status_code == 422
    assert "Give a time in the future, or open the page now" in late.content.decode()
    assert f'href="{SYLLABUS}"' in late.content.decode()
    client.force_login(cast.student)
    assert client.post(SYLLABUS + "release/", {"state": "draft"}).status_code == 403


def test_release_page_scheduled_opens_at_its_time(page: Page) -> None:
    later = NOW + timedelta(days=1)
    page = release_page(page=page, state=Release.SCHEDULED, opens_at=later, now=NOW)
    assert (page.is_released(NOW), page.is_released(later)) == (False, True)
    with pytest.raises(ReleaseRefusedError):
        release_page(page=page, state=Release.SCHEDULED, opens_at=NOW, now=NOW)


@pytest.mark.parametrize("size", [10, 20_000])
def test_page_any_size_takes_the_same_queries(
    client: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, size: int
) -> None:
    page = save_page(course=cast.course, page=None, title="Long", source="word " * size, now=NOW)
    release_page(page=page, state=Release.OPEN, now=NOW)
    client.force_login(cast.student)
    with django_assert_num_queries(4):
        client.get("/courses/hum240/pages/long/")


LINKS = "See [[Syllabus]], [[syllabus#Rules|the rules]], [[Week 6]], [[Nowhere <b>]], `[[Syllabus]]` and ![[board.png|300]].\n"


def test_page_bracketed_title_is_a_link_where_the_text_exists(client: Client, cast: Cast, page: Page) -> None:
    save_week(course=cast.course, week=None, text="# Week 6: Reading\n", author=None, now=NOW)
    notes = save_page(course=cast.course, page=None, title="Notes", source=LINKS, now=NOW)
    client.force_login(cast.instructor)
    shown = client.get("/courses/hum240/pages/notes/").content.decode()
    assert f'<a href="{SYLLABUS}">Syllabus</a>, <a href="{SYLLABUS}">the rules</a>' in shown
    assert '<a href="/courses/hum240/weeks/6/">Week 6</a>, <span class="missing-file">Nowhere &lt;b&gt;</span>' in shown
    assert "(no page, week or reading has this title)</span>, <code>[[Syllabus]]</code>" in shown
    assert '<span class="missing-file">Missing picture: board.png</span>' in shown
    notes.refresh_from_db()
    assert notes.source == LINKS


def test_page_bracketed_title_of_a_draft_is_plain_text_for_students(client: Client, cast: Cast, page: Page) -> None:
    notes = save_page(course=cast.course, page=None, title="Notes", source=LINKS, now=NOW)
    release_page(page=notes, state=Release.OPEN, now=NOW)
    client.force_login(cast.student)
    shown = client.get("/courses/hum240/pages/notes/").content.decode()
    assert "See Syllabus, the rules, Week 6, Nowhere" in shown
    assert SYLLABUS not in shown


def test_page_bracketed_title_of_a_reading_leads_to_its_place_in_an_open_week(client: Client, cast: Cast, page: Page) -> None:
    text = "# Week 6: Reading\n\n## READINGS\n\n### RESEARCH\n\n* [The Smallest Words (40m)](https://example.org/words)\n"
    week = save_week(course=cast.course, week=None, text=text, author=None, now=NOW)
    release_page(
        page=save_page(course=cast.course, page=page, title="Syllabus", source="See [[the smallest  words|it]].", now=NOW),
        state=Release.OPEN,
        now=NOW,
    )
    client.force_login(cast.student)
    assert "<p>See it.</p>" in client.get(SYLLABUS).text
    release_week(week=week, state=Release.OPEN, now=NOW)
    place = f"/courses/hum240/weeks/6/#reading-{Reading.objects.get().public_id}"
    assert f'<p>See <a href="{place}">it</a>.</p>' in client.get(SYLLABUS).text
    assert f'id="{place.split("#")[1]}"' in client.get("/courses/hum240/weeks/6/").text
