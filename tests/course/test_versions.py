"""The history of weeks and pages: who wrote what, what is different, and an older text restored."""

import pytest
from django.test import Client

from course.actions.pages import restore_page, save_page
from course.actions.weeks import save_week
from course.line_changes import MOST_PAIRS, RowFate, changed_lines, compare, likely_line, moved_line, side_by_side
from course.models import Page, PageVersion, Week
from course.word_changes import Fate
from tests.conftest import NOW, Cast
from tests.course.week_texts import TEXT

WEEK = "/courses/hum240/weeks/5/versions/"
PAGE = "/courses/hum240/pages/syllabus/versions/"


def rows(old: str, new: str) -> list[list[tuple[str, int | None, int | None, str]]]:
    return [
        [(row.fate, row.old, row.new, "|".join(piece.text for piece in row.pieces)) for row in group]
        for group in side_by_side(old, new, context=1)
    ]


def test_side_by_side_reworded_line_is_compared_word_by_word() -> None:
    assert rows("a\nb c d\ne", "a\nb x d\ne") == [
        [(RowFate.SAME, 1, 1, "a"), (RowFate.REWORDED, 2, 2, "b |c|x| d"), (RowFate.SAME, 3, 3, "e")]
    ]


def test_side_by_side_far_changes_stand_in_groups_of_their_own() -> None:
    old = "\n".join("abcdefgh")
    assert rows(old, old.replace("a\n", "").replace("h", "h\ni")) == [
        [(RowFate.GONE, 1, None, "a"), (RowFate.SAME, 2, 1, "b")],
        [(RowFate.SAME, 8, 7, "h"), (RowFate.NEW, None, 8, "i")],
    ]


def test_side_by_side_of_the_same_text_is_empty() -> None:
    assert side_by_side("a\nb", "a\nb") == []


def test_side_by_side_of_endless_lines_stops_comparing_words() -> None:
    old, new = "\n".join(["a b " * 800] * 4), "\n".join(["b c " * 800] * 4)
    fates = [{piece.fate for piece in row.pieces} for row in side_by_side(old, new)[0]]
    assert fates[-1] == {Fate.GONE, Fate.NEW}


def test_changed_lines_beyond_the_limit_count_as_replaced() -> None:
    size = int(MOST_PAIRS**0.5) + 2
    old = "\n".join(f"a{n}" for n in range(size))
    new = "\n".join(f"a{n}" for n in range(size - 1, -1, -1))
    assert changed_lines(old, new) == size
    assert changed_lines(old, f"{old}\nend") == 1


@pytest.mark.parametrize(
    ("old", "new", "marks"),
    [("a\nb", "a\nc", " -+"), ("a", "a\nb", " +"), ("", "a", "-+"), ("a\nb\nc\nd\ne\nf", "x\nb\nc\nd\ne\ny", "-+    -+")],
)
def test_compare_shows_lines_around_each_change(old: str, new: str, marks: str) -> None:
    assert "".join(change.mark for change in compare(old, new)) == marks


def test_moved_line_is_none_for_lines_that_changed() -> None:
    old, new = ["a", "b", "c"], ["x", "a", "b", "d"]
    assert (moved_line(old, new, 1, 2), moved_line(old, new, 2, 3)) == (2, None)


def test_likely_line_follows_a_changed_line_and_none_that_is_gone() -> None:
    old = ["a", "b", "c", "d"]
    assert [likely_line(old, ["x", "a", "B", "c"], line) for line in (1, 2, 3, 4)] == [2, 3, 4, None]


@pytest.fixture
def week(cast: Cast) -> Week:
    week = save_week(course=cast.course, week=None, text=TEXT, author=cast.instructor, now=NOW, session=cast.session)
    text = TEXT.replace("bets on words", "bets on <b>letters</b>")
    return save_week(course=cast.course, week=week, text=text, author=cast.assistant, now=NOW, session=cast.session)


@pytest.fixture
def page(cast: Cast) -> Page:
    made = save_page(course=cast.course, page=None, title="Syllabus", source="One\n", author=cast.instructor, now=NOW)
    return save_page(course=cast.course, page=made, title="Plan", source="Two\n", author=cast.assistant, now=NOW)


def test_week_history_shows_who_saved_what_and_restores_it(client: Client, cast: Cast, week: Week) -> None:
    client.force_login(cast.instructor)
    listed = client.get(WEEK).content.decode()
    assert listed.index(str(cast.assistant)) < listed.index("The first text")
    shown = client.get(f"{WEEK}2/").content.decode()
    assert "A language model bets on <del>" in shown
    assert "letters&lt;/b&gt;" in shown
    assert "<b>letters" not in shown
    assert "Restore version" not in shown
    assert "Restore version 1" in client.get(f"{WEEK}1/?from=2").content.decode()
    assert client.post(f"{WEEK}1/restore/")["Location"] == WEEK
    week.refresh_from_db()
    assert (week.source, week.version, week.session_id) == (TEXT, 3, cast.session.pk)
    assert week.versions.get(number=3).author == cast.instructor
    client.post(f"{WEEK}1/restore/")
    assert week.versions.count() == 3


def test_week_history_restore_of_a_number_that_is_taken_says_so(client: Client, cast: Cast, week: Week) -> None:
    save_week(course=cast.course, week=week, text="# Week 8: Moved\n", author=None, now=NOW)
    save_week(course=cast.course, week=None, text="# Week 5: Taken\n", author=None, now=NOW)
    client.force_login(cast.instructor)
    answer = client.post("/courses/hum240/weeks/8/versions/1/restore/", follow=True).content.decode()
    assert "Version 1 is not restored: Week 5: Taken is in the course already" in answer
    assert Week.objects.get(pk=week.pk).number == 8


def test_page_history_keeps_titles_and_texts_with_their_authors(client: Client, cast: Cast, page: Page) -> None:
    kept = PageVersion.objects.filter(page=page).values_list("number", "title", "source", "author")
    assert list(kept) == [(2, "Plan", "Two\n", cast.assistant.pk), (1, "Syllabus", "One\n", cast.instructor.pk)]
    client.force_login(cast.instructor)
    assert client.get(PAGE).status_code == 200
    assert '<del><span class="visually-hidden">gone: </span>Syllabus' in client.get(f"{PAGE}2/").content.decode()
    assert client.post(f"{PAGE}1/restore/")["Location"] == PAGE
    page.refresh_from_db()
    assert (page.title, page.source, page.version) == ("Syllabus", "One\n", 3)


def test_page_saved_with_the_same_text_is_no_version(cast: Cast, page: Page) -> None:
    save_page(course=cast.course, page=page, title="Plan", source="Two\n", author=None, now=NOW)
    restore_page(page=page, number=2, author=None, now=NOW)
    assert page.versions.count() == 2


@pytest.mark.parametrize("base", [WEEK, PAGE])
def test_history_of_a_version_that_is_none_does_not_exist(client: Client, cast: Cast, week: Week, page: Page, base: str) -> None:
    client.force_login(cast.instructor)
    for path in ("0/", "3/", "99999999999999999999/"):
        assert client.get(base + path).status_code == 404
        assert client.post(f"{base}{path}restore/").status_code == 404
    for other in ("x", "", "99999999999999999999", "\u0661", "2"):
        assert client.get(f"{base}2/", {"from": other}).status_code == 200


def test_history_pages_of_an_admin_have_nothing_to_press(client: Client, cast: Cast, week: Week) -> None:
    client.force_login(cast.admin)
    assert "Restore" not in client.get(f"{WEEK}1/").content.decode()


def test_week_editor_says_who_saved_last(client: Client, cast: Cast, week: Week) -> None:
    client.force_login(cast.instructor)
    assert f"Version 2 is by {cast.assistant}" in client.get("/courses/hum240/weeks/5/edit/").content.decode()
