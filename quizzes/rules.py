"""Dates and rules of a quiz as one value: where they contradict each other, and what "practice" means. No clock, no queries."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import NamedTuple

from course.models import Week
from quizzes.enums import Layout, QuizKind, ShowKey
from quizzes.models import Quiz

MAX_LIMIT_MINUTES = 24 * 60
MAX_WAIT_MINUTES = 30 * 24 * 60
MAX_GRACE_SECONDS = 600
WITH_KEY = ""
"""What a part of the result says that shows together with the right answers."""


class Problem(NamedTuple):
    """What is wrong with the rules: the name of the rule that should change, and a sentence."""

    rule: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizRules:
    """Dates and rules of a quiz as its settings page gives them.

    Times are aware, `time_limit` and `grace` are in seconds, `wait` in minutes; `late_steps` are [minutes after due, percent].
    The names are those of the quiz's fields.
    """

    title: str
    week: Week | None
    kind: str
    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None
    time_limit: int | None
    attempts_allowed: int | None
    counts: str
    shuffle: bool
    scoring: str
    show_key: str
    grace: int = 30
    wait: int = 0
    late_steps: list[list[int]] = field(default_factory=list)
    access_code: str = ""
    layout: str = Layout.ONE
    back_allowed: bool = True
    shuffle_questions: bool = False
    show_score: str = ShowKey.IMMEDIATELY
    show_answers: str = ShowKey.IMMEDIATELY
    show_correctness: str = WITH_KEY
    show_feedback: str = WITH_KEY
    show_explanation: str = WITH_KEY


def rules_of(quiz: Quiz) -> QuizRules:
    """Return the rules that a quiz has."""
    return QuizRules(**{one.name: getattr(quiz, one.name) for one in fields(QuizRules)})


def put_rules(quiz: Quiz, rules: QuizRules) -> None:
    """Give a quiz these rules (not saved)."""
    for one in fields(QuizRules):
        setattr(quiz, one.name, getattr(rules, one.name))


def settled(rules: QuizRules) -> QuizRules:
    """Return the rules as they will hold: practice has no limit of time or attempts, no late credit, and shows all at once."""
    if rules.kind != QuizKind.PRACTICE:
        return rules
    return replace(
        rules,
        time_limit=None,
        attempts_allowed=None,
        wait=0,
        late_steps=[],
        show_key=ShowKey.IMMEDIATELY,
        show_score=ShowKey.IMMEDIATELY,
        show_answers=ShowKey.IMMEDIATELY,
        show_correctness=WITH_KEY,
        show_feedback=WITH_KEY,
        show_explanation=WITH_KEY,
    )


def rule_problems(rules: QuizRules) -> list[Problem]:
    """Return what contradicts itself in the rules, one sentence each; nothing if they can hold."""
    return list(_problems(rules))


def _problems(rules: QuizRules) -> Iterator[Problem]:
    opens, due, closes = rules.opens_at, rules.due_at, rules.closes_at
    if opens and closes and closes <= opens:
        yield Problem("closes_at", "The quiz would close before it opens. Choose a later closing time, or an earlier opening.")
    if opens and due and due < opens:
        yield Problem("due_at", "The quiz would be due before it opens. Choose a later due date.")
    if due and closes and due > closes:
        yield Problem("closes_at", "The quiz would close before it is due. Choose a later closing time, or an earlier due date.")
    if rules.late_steps and due is None:
        yield Problem("late_steps", "Late credit counts from the due date. Give a due date, or take the steps away.")
    if rules.time_limit is not None and rules.time_limit < 1:
        yield Problem("time_limit", "A time limit of 0 leaves no time to answer. Leave it empty for no limit.")
    if rules.attempts_allowed is not None and rules.attempts_allowed < 1:
        yield Problem("attempts_allowed", "Without an attempt nobody can take the quiz. Leave it empty for any number.")
