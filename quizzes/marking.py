"""From stored answers and keys to points: what grading computes, for one attempt or for many at once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from quizzes import scoring
from quizzes.enums import Effect
from quizzes.models import Attempt, AttemptQuestion, Option

NOTHING = Fraction(0)
# What an answer is worth, exactly and rounded, by version, points, policy and what was chosen.
Known = dict[tuple[int, int, str, tuple[str, ...] | None], tuple[Fraction, int]]


class CannotMark(Exception):  # noqa: N818 - says what happened
    """An attempt's questions cannot be scored: its key is incomplete, or an answer names what is not there."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The result of one attempt: hundredths by question (primary key) before late credit, and of the whole after it.

    Each is rounded once; the whole is the exact sum times the credit, rounded at the end (quizzes.md section 2).
    """

    by_question: dict[int, int]
    total: int


@dataclass(frozen=True, slots=True)
class Key:
    """What of a question version is right, by place in its stored order. `place` finds an option by its public id."""

    place: Mapping[str, int]
    right: frozenset[int]
    neutral: frozenset[int]
    always: frozenset[int]


@dataclass(frozen=True, slots=True)
class Answer:
    """One question of an attempt: what it is worth and what was chosen (public option ids; None: never answered)."""

    question: int
    version: int
    points: int
    policy: str
    chosen: Sequence[str] | None


def marks_of_attempts(credit: Mapping[int, int]) -> tuple[dict[int, Marks], dict[int, CannotMark]]:
    """Return the marks of attempts by primary key, and why some have none. `credit` is the percent of each that counts.

    Two queries for any number of attempts: the answers, and the keys of the versions that occur in them.
    """
    answers = answers_of(credit)
    keys = keys_of({answer.version for several in answers.values() for answer in several})
    marks: dict[int, Marks] = {}
    failures: dict[int, CannotMark] = {}
    known: Known = {}
    for attempt, percent in credit.items():
        try:
            marks[attempt] = marks_from(answers.get(attempt, ()), keys, credit=percent, known=known)
        except (ValueError, LookupError) as error:
            failures[attempt] = CannotMark(f"{type(error).__name__}: {error}")
    return marks, failures


def marks_of(attempt: Attempt) -> Marks:
    """Return the marks of one attempt, computed afresh. Two queries. Raises CannotMark."""
    marks, failures = marks_of_attempts({attempt.pk: attempt.credit})
    if attempt.pk in failures:
        raise failures[attempt.pk]
    return marks[attempt.pk]


def answers_of(attempts: Collection[int]) -> dict[int, list[Answer]]:
    """Return the questions and answers of attempts, by the attempt's primary key. One query."""
    found: dict[int, list[Answer]] = {}
    rows = AttemptQuestion.objects.filter(attempt__in=list(attempts)).order_by("attempt", "position")
    for attempt, *values in rows.values_list("attempt", "pk", "version", "points", "scoring", "response__chosen"):
        found.setdefault(attempt, []).append(Answer(*values))
    return found


def keys_of(versions: Collection[int]) -> dict[int, Key]:
    """Return the keys of question versions by primary key; one with an option that has no key is left out. One query."""
    rows = Option.objects.filter(version__in=versions).order_by("version", "position")
    options: dict[int, list[tuple[str, bool | None, str]]] = {}
    for version, public_id, correct, effect in rows.values_list("version", "public_id", "key__correct", "key__effect"):
        options.setdefault(version, []).append((public_id, correct, effect))
    return {
        version: _key(several) for version, several in options.items() if not any(correct is None for _, correct, _ in several)
    }


def _key(options: Iterable[tuple[str, bool | None, str]]) -> Key:
    several = list(enumerate(options))
    return Key(
        place={public_id: index for index, (public_id, _, _) in several},
        right=frozenset(index for index, (_, correct, _) in several if correct),
        neutral=frozenset(index for index, (_, _, effect) in several if effect == Effect.NEUTRAL),
        always=frozenset(index for index, (_, _, effect) in several if effect == Effect.ALWAYS),
    )


def marks_from(answers: Iterable[Answer], keys: Mapping[int, Key], *, credit: int = 100, known: Known | None = None) -> Marks:
    """Return the marks of one attempt: fractions are summed, times `credit` percent, and only then rounded.

    `known` keeps what an answer is worth for the next attempt with the same one: a class gives few different ones.
    Raises LookupError for a version without a whole key or an unknown option, ValueError as `quizzes.scoring.fraction`.
    """
    worths: Known = {} if known is None else known
    by_question, total = {}, NOTHING
    for answer in answers:
        same = (answer.version, answer.points, answer.policy, None if answer.chosen is None else tuple(answer.chosen))
        if same not in worths:
            exact = fraction_of(answer, keys) * answer.points
            worths[same] = (exact, scoring.points(exact, 1))
        exact, by_question[answer.question] = worths[same]
        total += exact
    return Marks(by_question, scoring.points(total * Fraction(credit, 100), 1))


def fraction_of(answer: Answer, keys: Mapping[int, Key]) -> Fraction:
    """Return the part of its points that a question earned; a question without any response earns nothing."""
    if answer.chosen is None:
        return NOTHING
    key = keys[answer.version]
    chosen = frozenset(key.place[option] for option in answer.chosen)
    return scoring.fraction(answer.policy, chosen, key.right, len(key.place), neutral=key.neutral, always=key.always)
