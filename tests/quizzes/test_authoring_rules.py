"""The pure rules behind authoring: identity, small edits of a text, the author check, wall clock, which score counts."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from quizzes.checks import Grade, minutes_needed, question_at, remarks
from quizzes.formats import markdown
from quizzes.identity import Node, match
from quizzes.quiztext import take_settings, with_newlines_of, with_right, with_settings
from quizzes.tally import counted
from quizzes.walltime import NoSuchTimeError, instant
from tests.quizzes.authoring_texts import QUIZ

CHICAGO = ZoneInfo("America/Chicago")


def nodes(*texts: str) -> list[Node]:
    return [Node(text) for text in texts]


@pytest.mark.parametrize(
    ("old", "new", "pairs"),
    [
        ("abc", "abc", [0, 1, 2]),
        ("abc", "cab", [2, 0, 1]),
        ("abc", "axc", [0, 1, 2]),
        ("abc", "xbc", [0, 1, 2]),
        ("abc", "bc", [1, 2]),
        ("abc", "xabc", [None, 0, 1, 2]),
        ("abc", "abxc", [0, 1, None, 2]),
        ("abc", "xyz", [0, 1, 2]),
        ("abc", "xy", [None, None]),
        ("abcd", "axyd", [0, 1, 2, 3]),
        ("abc", "axyc", [0, None, None, 2]),
        ("aab", "aba", [0, 2, 1]),
        ("", "ab", [None, None]),
        ("ab", "", []),
    ],
)
def test_match_by_text_then_place(old: str, new: str, pairs: list[int | None]) -> None:
    assert match(nodes(*old), nodes(*new)) == pairs


def test_match_written_id_wins_over_text() -> None:
    assert match([Node("a", "one"), Node("b", "two")], [Node("b", "one"), Node("a", "two")]) == [0, 1]


def test_match_parts_in_common_win_over_place() -> None:
    old = [Node("a", parts=frozenset("123")), Node("b", parts=frozenset("456"))]
    new = [Node("x", parts=frozenset("45")), Node("y", parts=frozenset("19"))]
    assert match(old, new) == [1, 0]


def test_match_never_pairs_one_old_node_twice() -> None:
    old = [Node("a", parts=frozenset("12"))]
    assert match(old, [Node("x", parts=frozenset("1")), Node("y", parts=frozenset("12"))]) == [0, None]


@pytest.mark.parametrize(
    ("before", "typed", "after"),
    [
        ("a\nb", "a\r\nc", "a\nc"),
        ("a\r\nb", "a\r\nc", "a\r\nc"),
        ("a\rb", "a\r\nc", "a\rc"),
        ("", "a\r\nc", "a\nc"),
    ],
)
def test_newlines_of_a_browser_become_those_of_the_text(before: str, typed: str, after: str) -> None:
    assert with_newlines_of(typed, before) == after


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("---\ntitle: T\n---\n\n# Q", "# Q"),
        ("---\r\ntitle: T\r\nroom: A\r\n---\r\n# Q", "---\r\nroom: A\r\n---\r\n# Q"),
        ("---\npoints: 2\ntitle: T\n---\n# Q", "---\npoints: 2\n---\n# Q"),
        ("---\n# a remark\ntitle: T\nroom:\n  - one\n---\n# Q", "---\n# a remark\nroom:\n  - one\n---\n# Q"),
        ("---\ntitle: >\n  two\n  lines\npoints: 1\n---\nQ", "---\npoints: 1\n---\nQ"),
        ("\ufeff---\ntitle: T\n---\nQ", "Q"),
        ("# Q\n---\ntitle: T\n---\n", "# Q\n---\ntitle: T\n---\n"),
        ("---\nkind: survey\ntitle: T\n---\nQ", "---\nkind: survey\n---\nQ"),
        ("---\ndue: soon\n---\nQ", "---\ndue: soon\n---\nQ"),
        ("---\ntitle: T\n", "---\ntitle: T\n"),
    ],
)
def test_settings_leave_the_text_and_all_else_stays(text: str, rest: str) -> None:
    assert take_settings(text)[1] == rest


def test_settings_put_on_top_come_off_again() -> None:
    for text in (QUIZ, QUIZ.replace("\n", "\r\n"), "---\nroom: A\n---\n" + QUIZ):
        settings, rest = take_settings(with_settings(text, ["title: T", "time_limit: 20"]))
        assert (settings.title, settings.time_limit, rest) == ("T", 20, text)


def test_right_marks_change_one_character_an_option() -> None:
    text = QUIZ.replace("\n", "\r\n")
    question = markdown.parse(text).questions[0]
    changed = with_right(text, question, {0, 1, 2})
    assert [index for index, (a, b) in enumerate(zip(text, changed, strict=True)) if a != b] == [text.index("[ ] The first") + 1]


def test_right_marks_one_left_of_a_multi_select_keeps_its_kind() -> None:
    question = markdown.parse(QUIZ).questions[1]
    changed = with_right(QUIZ, question, {1})
    assert "## What can a summary lose? {multi}\n" in changed
    assert markdown.parse(changed).questions[1].kind == "multi"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("## Q?\n\n- [ ] a\n- [ ] b\n", "Question 1 has no right option"),
        ("## Q? {multi}\n\n- [x] a\n- [x] b\n", "Question 1: every option is right"),
        ("## Q?\n\n- [x] a very long and careful option\n- [ ] b\n- [ ] c\n", "Question 1: the longest option is right"),
        ("## Q? {select=1 multi}\n\n- [x] aa\n- [ ] bb\n- [ ] cc\n", "Question 1: easy to guess"),
        ("## Q?\n\n- [x] aa\n- [ ] bb\n", "Question 1: easy to guess"),
        ("## Q?\n\n- [x] aa\n- [ ] bb\n- [ ] cc\n", "Question 1 has no feedback"),
        ("## Q?\n\n- [x] aa\n- [ ] aa\n", "Options on lines 3 and 4 have the same text"),
    ],
)
def test_check_remarks_the_fault(text: str, title: str) -> None:
    assert title in [remark.title for remark in remarks(markdown.parse(text), limit=None)]


def test_check_careful_quiz_has_no_bad_remark() -> None:
    text = "## Q?\n\n- [x] one word\n  > So.\n- [ ] two word\n  > Not so.\n- [x] six word\n- [ ] ten word\n- [ ] hot word\n"
    assert remarks(markdown.parse(text), limit=None) == []


def test_check_guess_tells_both_chances() -> None:
    found = remarks(markdown.parse("## Q? {select=3}\n\n- [x] aa\n- [x] bb\n- [x] cc\n- [ ] dd\n  > No.\n"), limit=None)
    assert [remark.text for remark in found] == ["A pure guess is right 1 time in 4 with “Select 3”, 1 time in 16 without."]


@pytest.mark.parametrize(("limit", "grade"), [(60, Grade.WARN), (1200, Grade.OK)])
def test_check_time_limit_is_compared(limit: int, grade: Grade) -> None:
    parsed = markdown.parse(QUIZ)
    assert minutes_needed(parsed) == 3
    assert grade in [remark.grade for remark in remarks(parsed, limit=limit) if "ime" in remark.title]


def test_check_key_of_a_question_that_waits_is_not_remarked_twice() -> None:
    parsed = markdown.parse("## Q?\n\n- [ ] aa\n- [ ] bb\n")
    assert remarks(parsed, limit=None, settled=frozenset({1})) == []


def test_check_gravest_come_first() -> None:
    text = "## Q?\n\n- [x] aa\n- [ ] bb\n\n## R?\n\n- [ ] cc\n- [ ] dd\n"
    grades = [remark.grade for remark in remarks(markdown.parse(text), limit=3000)]
    assert grades[0] is Grade.BAD
    assert grades[-1] is Grade.OK


def test_question_at_tells_the_question_of_a_line() -> None:
    parsed = markdown.parse(QUIZ)
    assert [question_at(parsed, line) for line in (None, 1, 12, 500)] == [None, 1, 2, None]


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        (datetime.fromisoformat("2026-10-07T17:30"), "2026-10-07T22:30:00+00:00"),
        (datetime.fromisoformat("2026-11-01T01:30"), "2026-11-01T06:30:00+00:00"),  # comes twice: the first coming
        (datetime.fromisoformat("2026-12-07T17:30"), "2026-12-07T23:30:00+00:00"),
        (datetime(2026, 12, 7, 17, 30, tzinfo=UTC), "2026-12-07T17:30:00+00:00"),
    ],
)
def test_instant_of_a_wall_clock_time(wall: datetime, utc: str) -> None:
    assert instant(wall, CHICAGO).astimezone(UTC).isoformat() == utc


def test_instant_in_the_gap_is_refused_with_a_time_that_exists() -> None:
    with pytest.raises(NoSuchTimeError, match=r"02:30 does not exist on Sun 8 Mar 2026 in Chicago.*such as 03:30"):
        instant(datetime.fromisoformat("2026-03-08T02:30"), CHICAGO)


@pytest.mark.parametrize(("policy", "score"), [("highest", 90), ("latest", 45), ("first", 70), ("average", 68)])
def test_counted_score_by_policy(policy: str, score: int) -> None:
    assert counted({1: 70, 2: 90, 3: 45}, policy) == score


def test_counted_average_rounds_half_up() -> None:
    assert counted({1: 1, 2: 2}, "average") == 2


def test_counted_without_a_graded_attempt_is_none() -> None:
    assert counted({}, "highest") is None
