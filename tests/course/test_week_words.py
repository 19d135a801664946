"""The pure parts around a week page: reading budget, changed lines, words, the sentence about the term."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from course.enums import Release
from course.line_changes import changed_lines, compare
from course.models import CourseSession, Week
from course.reading_budget import RULER_WIDTH, Load, budget, in_hours
from course.week_template import new_week_text
from course.week_todo import lines_to_fill, remarks
from course.week_words import sentence_case
from course.weekfile import parse
from course.weeks_overview import current_week, term_words

NOW = datetime(2026, 10, 7, 16, 0, tzinfo=UTC)


def test_budget_adds_up_required_optional_and_read() -> None:
    sums = budget(
        [Load(14, False, True), Load(9, True, False), Load(35, False, False), Load(25, True, True), Load(None, False, False)]
    )
    assert (sums.required, sums.optional, sums.read, sums.left, sums.optional_left, sums.untimed) == (49, 34, 39, 35, 9, 1)
    assert [bar.kind for bar in sums.bars] == ["read", "read", "left", "optional"]


@pytest.mark.parametrize("count", [1, 7, 60, 400])
def test_budget_ruler_fills_its_width_in_proportion(count: int) -> None:
    bars = budget([Load(5 + n % 3, False, False) for n in range(count)]).bars
    assert bars[0].x == 0
    assert bars[-1].x + bars[-1].width == pytest.approx(RULER_WIDTH, abs=0.2)
    assert all(one.x + one.width <= other.x + 0.11 for one, other in itertools.pairwise(bars))
    if count == 7:
        assert bars[1].width / bars[0].width == pytest.approx(6 / 5, abs=0.01)


def test_budget_without_times_has_no_ruler() -> None:
    assert budget([Load(None, False, False)]).bars == ()
    assert budget([]).bars == ()


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0 min"), (49, "49 min"), (60, "1 h"), (99, "1 h 39 min"), (150, "2 h 30 min")]
)
def test_hours_are_said_as_people_say_them(minutes: int, words: str) -> None:
    assert in_hours(minutes) == words


@pytest.mark.parametrize(
    ("old", "new", "count"),
    [
        ("a\nb\nc", "a\nb\nc", 0),
        ("a\nb\nc", "a\nB\nc", 1),
        ("a\r\nb", "a\nb", 0),
        ("a\nb", "a\nx\ny\nb", 2),
        ("a\nb\nc", "c", 2),
        ("a", "", 1),
    ],
)
def test_changed_lines_counts_a_replaced_line_once(old: str, new: str, count: int) -> None:
    assert changed_lines(old, new) == count


def test_compare_shows_changes_with_their_lines_and_context() -> None:
    lines = compare("1\n2\n3\n4\n5\n6\n7", "1\n2\n3\nfour\n5\n6\n7", context=1)
    assert [(one.mark, one.old, one.new, one.text) for one in lines] == [
        (" ", 3, 3, "3"),
        ("-", 4, None, "4"),
        ("+", None, 4, "four"),
        (" ", 5, 5, "5"),
    ]
    assert compare("same", "same") == []


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("CODE REVIEW", "Code review"),
        ("AI NEWS", "AI news"),
        ("FOLLOW-UPS", "Follow-ups"),
        ("Follow-ups", "Follow-ups"),
        ("LLMS & YOU", "LLMS & you"),
        ("", ""),
    ],
)
def test_sentence_case_lowers_capitals_only(heading: str, words: str) -> None:
    assert sentence_case(heading) == words


def test_new_week_text_is_a_page_with_everything_still_to_fill() -> None:
    file = parse(new_week_text(7, "Voice:\n and *style*").encode())
    assert (file.number, file.title) == (7, "Voice: and *style*")
    assert all(section.placeholder_only for section in file.sections)
    assert not [one for one in file.messages if one.code != "W312"]
    assert {one.kind.value for one in file.sections} >= {"overhead", "presentations", "announcements", "news_reading"}


def test_lines_to_fill_say_where_and_with_what_consequence() -> None:
    text = "# Week 1: T\n\nComing\n\n## READINGS\n\n### RESEARCH\n\n* [A](https://example.org/a)\n* Coming\n\n### CODING\n\n* TBA\n\n## IN CLASS\n\n### NEWS\n"
    assert [(todo.line, todo.text) for todo in lines_to_fill(parse(text.encode()))] == [
        (3, "\u201cplaceholder text\u201d stands for something still to write. Students do not see it."),
        (9, "\u201cA\u201d has no minutes. The reading budget counts it as 0."),
        (10, "\u201cComing\u201d under Research. Students do not see this line."),
        (14, "\u201cTBA\u201d under Coding. Students do not see this topic until it has a reading."),
        (18, "Nothing stands under News. Students do not see this heading."),
    ]


def test_remarks_add_the_parsers_messages_by_line() -> None:
    text = "# Week 1: T\n\n## ODD THINGS\n\n* [Notes](../../x.pdf)\n"
    assert [(todo.line, todo.grave) for todo in remarks(parse(text.encode()))] == [(5, True)]
    assert [todo.line for todo in remarks(parse(text.encode()), all_headings=True)] == [3, 5]


def week(number: int, days: int | None, state: Release = Release.OPEN, opens_at: datetime | None = None) -> Week:
    session = None
    if days is not None:
        start = NOW + timedelta(days=days, hours=2)
        session = CourseSession(pk=number, starts_at=start, ends_at=start + timedelta(hours=2))
    return Week(pk=number, number=number, state=state, opens_at=opens_at, session=session)


def said(*weeks: Week) -> str:
    with timezone.override(ZoneInfo("America/Chicago")):
        return term_words(weeks, NOW)


def test_term_words_say_when_and_what_is_open() -> None:
    opens = NOW + timedelta(days=5)
    assert said(week(1, -7), week(2, 0), week(3, 7, Release.SCHEDULED, opens), week(4, 14, Release.DRAFT)) == (
        "Wednesdays, 13:00\u201315:00, 30 September to 21 October. Weeks 1\u20132 are open. Week 3 opens Mon 12 Oct, 11:00."
    )


@pytest.mark.parametrize(
    ("weeks", "words"),
    [
        ([], ""),
        ([week(1, None)], "All of them are open."),
        ([week(1, None, Release.DRAFT)], "None is open yet."),
        ([week(1, None, Release.DRAFT), week(2, None)], "Week 2 is open."),
        ([week(1, None), week(2, None, Release.DRAFT), week(3, None)], "2 are open."),
        ([week(1, 0), week(2, 1)], "7 October to 8 October. All of them are open."),
    ],
)
def test_term_words_say_only_what_is_known(weeks: list[Week], words: str) -> None:
    assert said(*weeks) == words


def test_current_week_is_the_next_to_meet_or_meeting() -> None:
    weeks = [week(1, -7), week(2, 0), week(3, 7), week(4, None)]
    assert current_week(weeks, NOW) == weeks[1]
    assert current_week(weeks, NOW + timedelta(hours=3, minutes=59)) == weeks[1]
    assert current_week(weeks, NOW + timedelta(hours=4)) == weeks[2]
    assert current_week(weeks, NOW + timedelta(days=30)) is None
