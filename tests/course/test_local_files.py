"""Links to files that the course has not: told where texts are written on the web, and never for what it has."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from course.actions.files import save_file
from course.actions.pages import save_page
from course.actions.weeks import save_week
from course.local_files import LocalFiles, link_todo
from course.models import Page, Week
from tests.conftest import NOW, Cast
from tests.course.test_pictures import png

THERE = (
    "[a](outline.md) [b](../pages/outline.md#part) [c](../weeks/05-chairs.md) [d](05-chairs.md) [e](?x) [f](#top) "
    "[g](https://example.org/x.pdf) [h](/account/) [i](mailto:a@example.edu) ![words](files/My%20Board.PNG) ![words](my-board.png)"
)
LOST = "[x](../docs/lost%23.pdf)"
TOLD = "W315 local file not found: ../docs/lost%23.pdf"


@pytest.fixture
def staff(cast: Cast, client: Client) -> Client:
    save_page(course=cast.course, page=None, title="Outline", source="One.", now=NOW)
    save_week(
        course=cast.course, week=None, text="# Week 5: Chairs\n\n## READINGS\n", author=None, now=NOW, filename="05-chairs.md"
    )
    save_file(course=cast.course, name="my board.png", content=png(), person=cast.instructor, now=NOW)
    client.force_login(cast.instructor)
    return client


def lines_told(html: str) -> list[str]:
    """Return the findings in the list of an editor."""
    return re.findall(r"<span>(?:[EW]\d{3} )([^<]*)</span>", html)


@pytest.mark.parametrize(("name", "field"), [("page_new", "text"), ("announcement_new", "source")])
def test_editor_tells_a_lost_file_after_saving_and_in_its_list_and_nothing_of_what_is_there(
    cast: Cast, staff: Client, name: str, field: str
) -> None:
    form = {"title": "Notes", field: f"{THERE}\r\n\r\n{LOST}", "when": "now", "do": "draft"}
    saved = staff.post(reverse(f"course:{name}", args=[cast.course.slug]), form, follow=True)
    html = saved.content.decode()
    assert saved.status_code == 200
    assert f"Line 3: {TOLD}" in html
    assert html.count("W315") == 1
    editor = staff.get(f"{saved.redirect_chain[-1][0]}edit/").content.decode()
    assert lines_told(editor) == ["local file not found: ../docs/lost%23.pdf — add it, or correct the address"]
    refused = staff.post(reverse(f"course:{name}", args=[cast.course.slug]), form | {"title": ""}).content.decode()
    assert len(lines_told(refused)) == 1


def test_week_editor_lists_a_lost_file_and_nothing_of_what_is_there(cast: Cast, staff: Client) -> None:
    week = Week.objects.get(number=5)
    text = f"# Week 5: Chairs\n\n{THERE}\n\n## READINGS\n\n* [The plan (5m)](../pages/outline.md)\n* {LOST.replace('[x]', '[x (5m)]')}\n"
    save_week(course=cast.course, week=week, text=text, author=None, now=NOW)
    html = staff.get(reverse("course:week_edit", args=[cast.course.slug, week.slug])).content.decode()
    assert [one for one in lines_told(html) if "file" in one] == [
        "local file not found: ../docs/lost%23.pdf — add it, or correct the address"
    ]
    week.refresh_from_db()
    assert "W315" not in str(week.messages)  # what is there changes without the text: asked anew each time


def test_part_of_a_week_tells_only_what_its_edit_brought(cast: Cast, staff: Client) -> None:
    week = save_week(
        course=cast.course,
        week=Week.objects.get(number=5),
        text="# Week 5: Chairs\n\n## READINGS\n\n* [Old (5m)](old.pdf)\n* [Plan (5m)](outline.md)\n",
        author=None,
        now=NOW,
    )
    url = reverse("course:week_part", args=[cast.course.slug, week.slug, "item-6"])
    for address, told in (("../docs/new.pdf", True), ("../pages/outline.md", False)):
        week.refresh_from_db()
        form = {"version": week.version, "words": "Plan (5m)", "url": address}
        html = staff.post(url, form, follow=True).content.decode()
        assert ("W315 local file not found: ../docs/new.pdf" in html) is told
        assert "old.pdf —" not in html


def test_review_of_a_week_file_lists_a_lost_file(cast: Cast, staff: Client) -> None:
    text = f"# Week 7: Stools\n\n{THERE}\n\n{LOST}\n"
    target = staff.post(reverse("course:week_import", args=[cast.course.slug]), {"text": text})["Location"]
    assert staff.get(target).content.decode().count("W315") == 1


@pytest.mark.parametrize(("links", "queries"), [(0, 0), (1, 5), (9, 5)])
def test_files_are_looked_up_once_and_only_for_local_links(
    cast: Cast, staff: Client, links: int, queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert Page.objects.count() == 1
    member = staff.get(reverse("course:weeks", args=[cast.course.slug])).context["member"]
    with django_assert_num_queries(queries):
        found = link_todo(f"[a](https://example.org) {LOST * links}", "pages", LocalFiles(member, NOW))
    assert len(found) == links
