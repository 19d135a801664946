"""The author check of whole quizzes and of their rules."""

from dataclasses import replace
from datetime import timedelta

import pytest

from quizzes.checks import Grade, guess_words, remarks
from quizzes.content import can_be_asked
from quizzes.enums import QuizKind, ShowKey
from quizzes.formats import markdown
from quizzes.preview import shown_questions
from quizzes.rule_checks import rule_remarks
from quizzes.rules import QuizRules, rule_problems, settled
from quizzes.scoring import Policy
from tests.conftest import NOW

RULES = QuizRules(
    title="Week 6 quiz",
    week=None,
    kind=QuizKind.GRADED,
    opens_at=NOW,
    due_at=None,
    closes_at=NOW + timedelta(days=2),
    time_limit=1200,
    attempts_allowed=1,
    counts="highest",
    shuffle=False,
    scoring="exact",
    show_key=ShowKey.AFTER_DUE,
)


def longest(right: int) -> str:
    """Four questions; in the first `right` of them the longest option is the right one."""
    return "\n".join(
        f"## Q{n}?\n\n- [{'x' if n < right else ' '}] a longer one\n- [{' ' if n < right else 'x'}] shorter\n- [ ] short\n\n> So.\n"
        for n in range(4)
    )


@pytest.mark.parametrize(("right", "told"), [(4, True), (3, False)])
def test_check_longest_option_right_in_every_question_is_told(right: int, told: bool) -> None:
    titles = [remark.title for remark in remarks(markdown.parse(longest(right)), limit=None)]
    assert ("The longest option is right every time" in titles) is told


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("## Q?\n\n- [x] Sand\n- [ ] sand.\n- [ ] Rock\n\n> So.\n", "Question 1: two options are nearly the same"),
        ("## Q?\n\n- [x] Sand\n- [ ]\n- [ ] Rock\n\n> So.\n", "Question 1 has an option without a text"),
    ],
)
def test_check_options_that_look_alike_or_say_nothing_are_told(text: str, title: str) -> None:
    assert title in [remark.title for remark in remarks(markdown.parse(text), limit=None)]


@pytest.mark.parametrize(
    ("change", "title"),
    [
        ({}, None),
        ({"closes_at": None}, "Results never show by themselves"),
        ({"closes_at": None, "show_key": ShowKey.ON_RELEASE}, None),
        ({"closes_at": None, "show_key": ShowKey.NEVER, "show_score": ShowKey.AFTER_ALL}, "Results never show by themselves"),
        ({"closes_at": NOW + timedelta(minutes=15)}, "Nobody has the whole time limit"),
        ({"attempts_allowed": 2, "wait": 2880}, "A second attempt is out of reach"),
        (
            {"due_at": NOW + timedelta(days=1), "late_steps": [[720, 80], [1440, 60], [2880, 40], [4320, 20]]},
            "Late credit is cut off",
        ),
        ({"due_at": NOW + timedelta(days=1), "late_steps": [[1440, 60]]}, None),
        ({"attempts_allowed": None, "show_key": ShowKey.IMMEDIATELY}, "The right answers show between attempts"),
        ({"attempts_allowed": 2, "show_correctness": ShowKey.IMMEDIATELY}, "The right answers show between attempts"),
        ({"attempts_allowed": None, "show_key": ShowKey.IMMEDIATELY, "kind": QuizKind.PRACTICE}, None),
    ],
)
def test_check_rules_hardly_meant_are_told(change: dict[str, object], title: str | None) -> None:
    found = rule_remarks(replace(RULES, **change))  # type: ignore[arg-type]  # some fields
    assert [remark.title for remark in found] == ([title] if title else [])
    assert all(remark.grade is Grade.WARN for remark in found)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"closes_at": NOW}, "closes_at"),
        ({"due_at": NOW - timedelta(days=1)}, "due_at"),
        ({"due_at": NOW + timedelta(days=3)}, "closes_at"),
        ({"late_steps": [[60, 50]]}, "late_steps"),
        ({"time_limit": 0}, "time_limit"),
        ({"attempts_allowed": 0}, "attempts_allowed"),
    ],
)
def test_rules_that_cannot_hold_name_what_to_change(change: dict[str, object], rule: str) -> None:
    assert [problem.rule for problem in rule_problems(replace(RULES, **change))] == [rule]  # type: ignore[arg-type]  # one field


def test_practice_settled_has_no_limit_and_shows_all_at_once() -> None:
    practice = settled(replace(RULES, kind=QuizKind.PRACTICE, wait=5, late_steps=[[60, 50]], show_feedback=ShowKey.NEVER))
    assert (practice.time_limit, practice.attempts_allowed, practice.wait, practice.late_steps) == (None, None, 0, [])
    assert (practice.show_key, practice.show_feedback, practice.closes_at) == (ShowKey.IMMEDIATELY, "", RULES.closes_at)
    assert settled(RULES) is RULES


@pytest.mark.parametrize(
    ("head", "words"),
    [("## Q? {multi}", "1 time in 16"), ("## Q? {multi select=1}", "1 time in 4"), ("## Q?", "1 time in 4")],
)
def test_guess_is_told_as_the_student_would_guess(head: str, words: str) -> None:
    parsed = markdown.parse(f"{head}\n\n- [x] a\n- [ ] b\n- [ ] c\n- [ ] d\n")
    assert guess_words(parsed.questions[0]) == words


def test_preview_tells_what_does_not_count() -> None:
    parsed = markdown.parse("## Q?\n\n- [x] a\n- [~] b\n- [!] c\n- [ ] d\n")
    assert shown_questions(parsed, Policy.EXACT)[0].apart == "B does not count and C is right for everybody"


def test_question_of_ten_thousand_options_is_refused_in_words() -> None:
    text = "## Q? {multi}\n\n" + "\n".join(f"- [{'x' if n % 2 else ' '}] o{n}" for n in range(10_000))
    parsed = markdown.parse(text)
    assert [message.text for message in parsed.errors] == [
        'question "Q?" has 10000 options — 100 are the most; make several questions of it'
    ]
    assert not can_be_asked(parsed.questions[0])
    assert guess_words(parsed.questions[0]) == "less than 1 time in a million"
