"""Relative links between the texts and files of a course."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from course.actions.pages import save_page
from course.actions.weeks import save_week
from course.enums import Release
from course.file_links import Places, asks_for_files, heading_name, linked_to_files, local_addresses
from course.markdown import render
from course.models import Page, Week
from tests.conftest import NOW, Cast

PLACES = Places.of([
    ("weeks/03-chairs.md", "/w/3"),
    ("pages/outline.md", "/p/outline"),
    ("assets/docs/Guide Two.pdf", "/f/guide"),
    ("assets/a/notes.txt", "/f/a"),
    ("assets/b/notes.txt", "/f/b"),
    ("assets/my-board.png", "/f/board"),
])  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("./outline.md", "/p/outline"),
        ("outline", "/p/outline"),
        ("03-chairs.md", "/w/3"),
        ("../weeks/03-chairs.md", "/w/3"),
        ("../modules/03-CHAIRS.md", "/w/3"),
        ("../docs/Guide%20Two.pdf", "/f/guide"),
        ("../docs/guide two.pdf?raw=1#page=2", "/f/guide"),
        ("../assets/a/notes.txt", "/f/a"),
        ("b/notes.txt", "/f/b"),
        ("notes.txt", None),  # two have this name
        ("../images/My Board.png", "/f/board"),
        ("../../outline.md", None),  # leaves the course
        ("a/../outline.md", None),
        ("..", None),
        ("./", None),
        ("nothing.md", None),
    ],
)
def test_places_find_files_by_path_else_by_their_end(typed: str, place: str | None) -> None:
    assert PLACES.find(typed) == place


@pytest.mark.parametrize(
    ("source", "student", "staff"),
    [
        ("[a](03-chairs.md#top)", '<a href="/w/3#top">a</a>', '<a href="/w/3#top">a</a>'),
        ('[**a**](outline.md "b")', '<a href="/p/outline" title="b"><strong>a</strong></a>', None),
        (
            "[a](gone&lost.md)",
            "a",
            '<span class="missing-file">a</span><span class="visually-hidden"> (the course has no file gone&amp;lost.md)</span>',
        ),
        ("[a](#no-such-part)", "a", "a"),
    ],
)
def test_linked_to_files_local_link_leads_there_or_is_words(source: str, student: str, staff: str | None) -> None:
    html = render(source)
    assert asks_for_files(local_addresses(html)) is not source.startswith("[a](#")
    assert linked_to_files(html, PLACES) == f"<p>{student}</p>\n"
    assert linked_to_files(html, PLACES, tell=True) == f"<p>{staff or student}</p>\n"


@pytest.mark.parametrize(
    "source",
    ["[a](https://example.org/outline.md)", "[a](mailto:x@example.edu)", "[a](/sign-out/)", "[a](//example.org)", "[a](?x=1)"],
)
def test_linked_to_files_other_links_stay_as_they_are(source: str) -> None:
    html = render(source)
    assert local_addresses(html) == set()
    assert linked_to_files(html, PLACES, tell=True) == html


def test_linked_to_files_anchor_leads_to_the_heading_of_that_name() -> None:
    html = '<h2 id="week-readings">Readings</h2>' + render(
        "# Part *Two*: Pots!\n\n[a](#part-two-pots) [b](#readings) [c](#week-readings)"
    )
    assert linked_to_files(html, Places()) == (
        '<h2 id="week-readings">Readings</h2><h2 id="h-part-two-pots">Part <em>Two</em>: Pots!</h2>\n'
        '<p><a href="#h-part-two-pots">a</a> <a href="#week-readings">b</a> <a href="#week-readings">c</a></p>\n'
    )


def test_linked_to_files_note_still_leads_to_its_note() -> None:
    html = render("a[^1]\n\n[^1]: b")
    leads = re.findall(r'href="(#[^"]+)"', html)
    assert len(leads) == 2
    assert re.findall(r'href="(#[^"]+)"', linked_to_files(html, Places())) == leads


def test_heading_name_is_made_as_github_does() -> None:
    assert heading_name("What <em>is</em> C&amp;C, really? (1)") == "what-is-cc-really-1"


# ---------------------------------------------------------------- on the pages

WEEK = """# Week 5: Chairs

See [the outline](./outline.md), [[Outline]], [next week](06-tables.md) and [[04:10]].

## READINGS

* [The plan (5m)](../pages/outline.md)
* [Lost](../docs/lost.pdf)
"""


@pytest.fixture
def outline(cast: Cast) -> Page:
    return save_page(course=cast.course, page=None, title="Outline", source="One.", week=None, author=None, now=NOW)


@pytest.fixture
def week(cast: Cast, outline: Page) -> Week:
    made = save_week(course=cast.course, week=None, text=WEEK, author=None, now=NOW)
    Week.objects.filter(pk=made.pk).update(state=Release.OPEN)
    return made


def shown(client: Client, cast: Cast, week: Week, person: str) -> str:
    client.force_login(getattr(cast, person))
    return client.get(week.get_absolute_url()).content.decode()


def test_week_page_links_of_open_page_lead_there_and_a_draft_is_words(
    client: Client, cast: Cast, week: Week, outline: Page
) -> None:
    link = f'<a href="{outline.get_absolute_url()}">'
    draft = shown(client, cast, week, "student")
    assert link not in draft
    assert "See the outline, Outline, next week and [[04:10]]." in draft

    Page.objects.filter(pk=outline.pk).update(state=Release.OPEN)
    html = shown(client, cast, week, "student")
    assert f"See {link}the outline</a>, {link}Outline</a>, next week and [[04:10]]." in html
    assert f'<p class="reading-title">{link}The plan</a></p>' in html
    assert '<p class="reading-title">Lost</p>' in html
    assert "../" not in html


def test_week_page_tells_staff_which_links_lead_nowhere(client: Client, cast: Cast, week: Week) -> None:
    html = shown(client, cast, week, "instructor")
    assert (
        '<span class="missing-file">Lost</span><span class="visually-hidden"> (the course has no file ../docs/lost.pdf)</span>'
        in html
    )


def test_week_page_link_to_a_week_that_opens_later_leads_there_from_then_on(client: Client, cast: Cast, week: Week) -> None:
    later = save_week(course=cast.course, week=None, text="# Week 6: Tables\n", author=None, now=NOW, filename="06-tables.md")
    assert "next week and" in shown(client, cast, week, "student")
    Week.objects.filter(pk=later.pk).update(state=Release.SCHEDULED, opens_at=NOW - timedelta(minutes=1))
    assert f'<a href="{later.get_absolute_url()}">next week</a>' in shown(client, cast, week, "student")


def test_links_of_any_number_cost_the_same_queries_and_pages_without_none(client: Client, cast: Cast) -> None:
    texts = [
        "Words.",
        "[a](outline.md)",
        "[a](outline.md) [b](x.pdf) [c](06-tables.md) [d](#top)",
        "[a](#top) [b](https://example.org)",
    ]
    pages = [save_page(course=cast.course, page=None, title=f"Page {at}", source=text, now=NOW) for at, text in enumerate(texts)]
    Page.objects.update(state=Release.OPEN)
    client.force_login(cast.student)

    def cost(page: Page) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page.get_absolute_url()).status_code == 200
        return len(queries)

    plain = cost(pages[0])
    assert [cost(page) - plain for page in pages] == [0, 4, 4, 0]
