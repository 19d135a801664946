"""Quizzes for the tests of the engine, with a marker in every key and feedback."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from course.models import Course
from quizzes.enums import Effect, QuestionKind, QuizState, Scoring
from quizzes.models import (
    Attempt,
    Bank,
    Option,
    OptionKey,
    Question,
    QuestionKey,
    QuestionVersion,
    Quiz,
    QuizItem,
)
from quizzes.saving import SaveRequest
from tests.conftest import NOW

CANARY = "canary-5f3a"
KEYS = ("AC", "B", "")  # right letters of each question, five options each


def make_quiz(course: Course, slug: str = "week-5", *, keys: Sequence[str] = KEYS, options: int = 5, **fields: object) -> Quiz:
    """Return a published quiz, open from a day before NOW until a day after, with one question for each entry of `keys`."""
    values: dict[str, object] = {
        "title": slug.replace("-", " ").capitalize() + " quiz",
        "state": QuizState.PUBLISHED,
        "opens_at": NOW - timedelta(days=1),
        "closes_at": NOW + timedelta(days=1),
        "time_limit": 20 * 60,
        "published_at": NOW - timedelta(days=2),
    }
    quiz = Quiz.objects.create(course=course, slug=slug, **(values | fields))
    bank, _ = Bank.objects.get_or_create(course=course)
    for place, key in enumerate(keys, start=1):
        QuizItem.objects.create(quiz=quiz, position=place, version=make_question(bank, place, key, options=options))
    return quiz


def make_question(bank: Bank, place: int, key: str, *, options: int = 5, **fields: Any) -> QuestionVersion:
    version = QuestionVersion.objects.create(
        question=Question.objects.create(bank=bank),
        number=1,
        kind=fields.pop("kind", QuestionKind.MULTI),
        stem=f"Stem {place}",
        stem_html=f"<p>Stem {place}</p>",
        **fields,
    )
    QuestionKey.objects.create(version=version, general=CANARY, general_html=f"<p>{CANARY} general</p>")
    for index in range(options):
        letter = "ABCDEFGHIJKLMNOP"[index]
        option = Option.objects.create(
            version=version, position=index + 1, text=f"{place}{letter}", html=f"<p>Option {place}{letter}</p>"
        )
        OptionKey.objects.create(
            option=option,
            correct=letter in key,
            effect=Effect.NORMAL,
            feedback=CANARY,
            feedback_html=f"<p>{CANARY} ticked</p>",
            feedback_unticked=CANARY,
            feedback_unticked_html=f"<p>{CANARY} unticked</p>",
        )
    return version


def ids(attempt: Attempt, place: int, letters: str) -> tuple[str, ...]:
    """The public ids of options by their letters in the version's own order."""
    version = attempt.questions.get(position=place).version
    by_letter = {option.text[len(str(place)) :]: option.public_id for option in version.options.all()}
    return tuple(sorted(by_letter[letter] for letter in letters))


def request(attempt: Attempt, place: int, letters: str, **fields: object) -> SaveRequest:
    """A save request: tab "a", counter 1, base 0 and a request id made of them unless given."""
    values = {"tab": "a", "counter": 1, "base": 0} | fields
    values.setdefault("request_id", f"{values['tab']}-{place}-{values['counter']}")
    return SaveRequest(position=place, chosen=ids(attempt, place, letters), **values)  # type: ignore[arg-type]  # test values


def at(seconds: float) -> datetime:
    """A time this many seconds after NOW."""
    return NOW + timedelta(seconds=seconds)


__all__ = ["CANARY", "KEYS", "Scoring", "at", "ids", "make_question", "make_quiz", "request"]
