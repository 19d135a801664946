"""Editing a week on the web: the bytes, the preview, refusals that keep what was typed, and one more reading."""

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from accounts.models import User
from course.actions.weeks import save_week
from course.line_changes import changed_lines
from course.models import CourseSession, Week
from tests.conftest import NOW, Cast
from tests.course.week_texts import TEXT

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

EDIT = "/courses/hum240/weeks/5/edit/"
PREVIEW = "/courses/hum240/weeks/5/preview/"
ADD = "/courses/hum240/weeks/5/readings/add/"


def make_week(cast: Cast, text: str = TEXT) -> Week:
    return save_week(course=cast.course, week=None, text=text, author=cast.instructor, now=NOW, session=cast.session)


@pytest.fixture
def week(cast: Cast) -> Week:
    return make_week(cast)


def as_browser(text: str) -> str:
    """A text as a browser posts it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


def post(client: Client, person: User, path: str, data: dict[str, object], **extra: object) -> "Response":
    client.force_login(person)
    return client.post(path, data, **extra)  # type: ignore[arg-type]


def save(client: Client, cast: Cast, text: str, version: int = 1) -> "Response":
    return post(client, cast.instructor, EDIT, {"text": as_browser(text), "version": version, "session": cast.session.pk})


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.replace("\n", "\r\n"),
        TEXT.rstrip("\n"),
        "\ufeff" + TEXT,
        "\n\n  \n" + TEXT + "\n\n   ",
        TEXT.replace("\n", "\r\n", 7),
        "\t\n" + TEXT + "\u00a0",
    ],
)
def test_edit_posted_unchanged_stores_the_same_bytes(client: Client, cast: Cast, text: str) -> None:
    week = make_week(cast, text)
    assert save(client, cast, text.removeprefix("\ufeff")).status_code == 303
    week.refresh_from_db()
    assert week.source == text
    assert week.version == 1


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_edit_one_line_changes_one_line_of_the_file(client: Client, cast: Cast, newline: str) -> None:
    text = TEXT.replace("\n", newline)
    week = make_week(cast, text)
    save(client, cast, TEXT.replace("A language model bets on words.", "  A gambler. "))
    week.refresh_from_db()
    assert week.source == text.replace("A language model bets on words.", "  A gambler. ")
    assert changed_lines(text, week.source) == 1
    assert week.version == 2


@pytest.mark.parametrize("text", [TEXT, "\n\nBefore.\n" + TEXT])
def test_edit_form_holds_the_exact_text(client: Client, cast: Cast, text: str) -> None:
    make_week(cast, text)
    client.force_login(cast.instructor)
    page = client.get(EDIT).content.decode()
    shown = page.split("<textarea", 1)[1].split(">\n", 1)[1].split("</textarea>")[0]  # a browser drops the first newline
    assert shown == text.replace("'", "&#x27;").replace(">", "&gt;")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Line 1: E209"),
        ("# Week 5: A\0B\n", "Line 1: E206"),
        ("# Title\n", "Line 1: E210"),
        ("y" * 200_001, "Line 1: E208"),
        ("# Week 6: Six\n", "Week 6: Taken is in the course already"),
    ],
)
def test_edit_refused_text_is_kept_with_the_reason(client: Client, cast: Cast, week: Week, text: str, message: str) -> None:
    save_week(course=cast.course, week=None, text="# Week 6: Taken\n", author=None, now=NOW)
    response = save(client, cast, text)
    page = response.content.decode()
    assert response.status_code == 422
    assert message in page
    assert 'class="error-summary"' in page
    assert as_browser(text)[:40] in page
    week.refresh_from_db()
    assert (week.source, week.version) == (TEXT, 1)


def test_edit_on_an_old_version_shows_both_and_loses_nothing(client: Client, cast: Cast, week: Week) -> None:
    save(client, cast, TEXT.replace("bets on", "counts"))
    response = save(client, cast, TEXT.replace("bets on", "weighs"))
    page = response.content.decode()
    assert response.status_code == 409
    assert "A language model counts words.</span>" in page
    assert "A language model weighs words.</span>" in page
    assert "A language model weighs words." in page.split("<textarea", 1)[1]
    assert '<input type="hidden" name="version" value="2"' in page
    week.refresh_from_db()
    assert "counts" in week.source
    assert save(client, cast, TEXT.replace("bets on", "weighs"), version=2).status_code == 303


def test_edit_session_can_be_changed_and_taken_away(client: Client, cast: Cast, week: Week) -> None:
    post(client, cast.instructor, EDIT, {"text": as_browser(TEXT), "version": 1, "session": ""})
    week.refresh_from_db()
    assert week.session is None


def test_edit_session_of_another_course_is_refused_and_the_text_kept(client: Client, cast: Cast, week: Week) -> None:
    foreign = CourseSession.objects.create(course=cast.twin, starts_at=NOW, ends_at=cast.session.ends_at)
    response = post(client, cast.instructor, EDIT, {"text": "# Week 5: Mine", "version": 1, "session": foreign.pk})
    assert response.status_code == 422
    assert "# Week 5: Mine</textarea>" in response.content.decode()


@pytest.mark.parametrize("path", [EDIT, ADD, "/courses/hum240/weeks/new/", "/courses/hum240/weeks/import/"])
@pytest.mark.parametrize(
    ("who", "status"), [("student", 403), ("observer", 403), ("admin", 403), ("stranger", 404), ("assistant", 200)]
)
def test_editors_are_for_planners(client: Client, cast: Cast, week: Week, path: str, who: str, status: int) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(path).status_code == status


def test_editor_lists_what_is_missing_first_and_by_line(client: Client, cast: Cast, week: Week) -> None:
    client.force_login(cast.instructor)
    page = client.get(EDIT).content.decode()
    assert "Four lines to look at" in page
    assert page.index("Line 23") < page.index("Line 29") < page.index("<textarea")
    assert "\u201cComing\u201d under Coding. Students do not see this topic until it has a reading." in page


def test_preview_by_htmx_answers_with_parts_and_stores_nothing(client: Client, cast: Cast, week: Week) -> None:
    text = as_browser(
        TEXT.replace("* Coming", "* [Thirty Lines (30m)](https://example.org/lines)", 1).replace("bets on", "counts")
    )
    response = post(client, cast.instructor, PREVIEW, {"text": text, "version": 1}, headers={"HX-Request": "true"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in page
    assert "Thirty Lines" in page
    assert "A language model counts words." in page
    assert '<section id="todo" aria-labelledby="to-fill-title" hx-swap-oob="true">' in page
    assert "Three lines to look at" in page
    assert "This edit changes 2 lines of <code>week-5.md</code>." in page
    assert "Hidden until filled: Overhead" in page
    week.refresh_from_db()
    assert week.source == TEXT


def test_preview_without_javascript_is_the_editor_with_what_was_typed(client: Client, cast: Cast, week: Week) -> None:
    response = post(client, cast.instructor, PREVIEW, {"text": "# Week 5: Typed\n", "version": 1, "session": cast.session.pk})
    page = response.content.decode()
    assert response.status_code == 200
    assert "# Week 5: Typed" in page.split("<textarea", 1)[1]
    assert "<h2>Typed</h2>" in page
    assert f'<option value="{cast.session.pk}" selected>' in page


@pytest.mark.parametrize("text", ["\0", "z" * 200_001])
def test_preview_of_what_is_no_text_says_so(client: Client, cast: Cast, week: Week, text: str) -> None:
    response = post(client, cast.instructor, PREVIEW, {"text": text}, headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert "This text cannot be shown" in response.content.decode()


def test_preview_of_deep_nesting_is_as_typed_with_its_line(client: Client, cast: Cast, week: Week) -> None:
    response = post(
        client,
        cast.instructor,
        PREVIEW,
        {"text": "# Week 5: Deep\n\n" + "> " * 400 + "x\n"},
        headers={"HX-Request": "true"},
    )
    page = response.content.decode()
    assert "W316 nested too deeply" in page
    assert "Line 3" in page


def test_new_week_starts_as_a_draft_to_fill(client: Client, cast: Cast) -> None:
    response = post(
        client,
        cast.instructor,
        "/courses/hum240/weeks/new/",
        {"number": 7, "title": "Voice", "session": cast.session.pk},
    )
    assert response.status_code == 303
    assert response["Location"] == "/courses/hum240/weeks/7/edit/"
    made = Week.objects.get()
    assert (made.title, made.state, made.session) == ("Voice", "draft", cast.session)
    assert made.source.startswith("# Week 7: Voice\n\nComing\n")
    assert not made.sections.filter(placeholder_only=False).exists()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"number": "5", "title": "Again"}, "Week 5: The Next Word is in the course already"),
        ({"number": "", "title": "A"}, "Enter the week number."),
        ({"number": "-1", "title": "A"}, "greater than or equal to 0"),
        ({"number": "6", "title": "A\0"}, "Null characters"),
    ],
)
def test_new_week_refused_keeps_what_was_typed(
    client: Client,
    cast: Cast,
    week: Week,
    data: dict[str, object],
    message: str,
) -> None:
    response = post(client, cast.instructor, "/courses/hum240/weeks/new/", data)
    page = response.content.decode()
    assert response.status_code == 422
    assert message in page
    assert f'value="{data["title"]}"' in page
    assert Week.objects.count() == 1


def test_add_reading_writes_one_line_and_leads_to_it(client: Client, cast: Cast, week: Week) -> None:
    line = week.sections.get(heading="RESEARCH").line
    data = {
        "section_line": line,
        "title": "Marginalia",
        "url": "https://example.org/m",
        "minutes": "20",
        "read_by": "",
        "version": 1,
    }
    response = post(client, cast.instructor, ADD, data)
    week.refresh_from_db()
    made = week.readings.get(title="Marginalia")
    assert response.status_code == 303
    assert response["Location"] == f"/courses/hum240/weeks/5/#reading-{made.public_id}"
    assert changed_lines(TEXT, week.source) == 1
    assert made.minutes == 20


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"title": ""}, "Enter the title."),
        ({"section_line": ""}, "Choose a topic."),
        ({"url": "javascript:alert(1)"}, "are not shown"),
        ({"section_line": 3}, "Select a valid choice"),
        ({"minutes": "soon"}, "Enter a whole number"),
        ({"version": 0}, "The page was changed meanwhile"),
        ({"title": "A\0"}, "Null characters"),
    ],
)
def test_add_reading_refused_keeps_what_was_typed(
    client: Client,
    cast: Cast,
    week: Week,
    change: dict[str, object],
    message: str,
) -> None:
    line = week.sections.get(heading="RESEARCH").line
    data = {"section_line": line, "title": "Marginalia", "url": "https://example.org/m", "minutes": "20", "version": 1} | change
    response = post(client, cast.instructor, ADD, data)
    page = response.content.decode()
    assert response.status_code == 422
    assert message in page
    assert f'value="{data["url"]}"' in page
    week.refresh_from_db()
    assert week.source == TEXT


def test_add_reading_after_a_change_can_be_sent_again(client: Client, cast: Cast, week: Week) -> None:
    line = week.sections.get(heading="RESEARCH").line
    data = {"section_line": line, "title": "Marginalia", "url": "", "minutes": "", "version": 0}
    page = post(client, cast.instructor, ADD, data).content.decode()
    assert '<input type="hidden" name="version" value="1"' in page
    assert post(client, cast.instructor, ADD, data | {"version": 1}).status_code == 303


def test_add_reading_page_without_topics_says_what_to_write(client: Client, cast: Cast) -> None:
    make_week(cast, "# Week 5: Bare\n")
    client.force_login(cast.instructor)
    assert "The page has no heading for readings" in client.get(ADD).content.decode()
