"""Grading a submitted attempt: under a lock, as often as one likes, one grade (quizzes.md section 1)."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from django.db import transaction
from django.db.models import Prefetch

from quizzes import scoring
from quizzes.enums import AttemptState, Effect
from quizzes.failpoints import failpoint
from quizzes.models import Attempt, AttemptQuestion, Option, Quiz
from quizzes.models.attempts import MAX_GRADING_TRIES

logger = logging.getLogger(__name__)

FIRST_PAUSE = timedelta(seconds=10)
GRADE_AT_ONCE = 500


class GradingFailed(Exception):  # noqa: N818 - says what happened
    """The attempt could not be graded; its try is counted, its answers are untouched."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The result of one attempt: hundredths by question (primary key), and of the whole, rounded once each."""

    by_question: dict[int, int]
    total: int


def grade(*, attempt_id: int, now: datetime) -> Attempt | None:
    """Grade a submitted attempt and return it; return it unchanged if it is graded already, None where nothing is owed
    (unknown, running, voided, or quarantined after five tries).

    The try is counted and the next one put off before the work begins, in a transaction of its own, so that a process
    that dies here is counted too. Raises GradingFailed where the questions cannot be scored.
    """
    if _count_try(attempt_id, now):
        try:
            _grade(attempt_id, now)
        except (ValueError, LookupError, Option.key.RelatedObjectDoesNotExist) as error:
            raise GradingFailed(f"attempt {attempt_id}: {error}") from error
    return Attempt.objects.filter(pk=attempt_id, state=AttemptState.GRADED).first()


def _count_try(attempt_id: int, now: datetime) -> bool:
    with transaction.atomic():
        owed = Attempt.objects.filter(pk=attempt_id, state=AttemptState.SUBMITTED, grade_tries__lt=MAX_GRADING_TRIES)
        attempt = owed.select_for_update(no_key=True).first()
        if attempt is None:
            return False
        attempt.grade_after = now + FIRST_PAUSE * 2**attempt.grade_tries
        attempt.grade_tries += 1
        attempt.save(update_fields=["grade_tries", "grade_after"])
        return True


def _grade(attempt_id: int, now: datetime) -> None:
    with transaction.atomic():
        attempt = Attempt.objects.select_for_update(no_key=True).filter(pk=attempt_id, state=AttemptState.SUBMITTED).first()
        if attempt is None:
            return
        questions = questions_with_key(attempt)
        marks = marks_of(questions)
        for question in questions:
            question.score = marks.by_question[question.pk]
        AttemptQuestion.objects.bulk_update(questions, ["score"])
        failpoint("grade.before_commit")
        submitted = Attempt.objects.filter(pk=attempt_id, state=AttemptState.SUBMITTED)
        submitted.update(state=AttemptState.GRADED, graded_at=now, score=marks.total, grade_after=None)


def questions_with_key(attempt: Attempt) -> list[AttemptQuestion]:
    """Return the questions of an attempt with answers, options and key. For grading and after release only. Two queries."""
    options = Option.objects.select_related("key").order_by("position")
    return list(
        AttemptQuestion.objects.filter(attempt=attempt)
        .select_related("version", "response")
        .prefetch_related(Prefetch("version__options", queryset=options))
    )


def marks_of(questions: list[AttemptQuestion]) -> Marks:
    """Return the points of questions loaded by `questions_with_key`. Fractions are summed before rounding."""
    worth = {question.pk: fraction_of(question) * question.points for question in questions}
    total = sum(worth.values(), start=Fraction(0))
    return Marks({pk: scoring.points(value, 1) for pk, value in worth.items()}, scoring.points(total, 1))


def fraction_of(question: AttemptQuestion) -> Fraction:
    """Return the part of its points that a question earned; a question without any response earns nothing."""
    response = getattr(question, "response", None)
    if response is None:
        return Fraction(0)
    options = list(question.version.options.all())
    place = {option.public_id: index for index, option in enumerate(options)}
    effects = [Effect(option.key.effect) for option in options]
    return scoring.fraction(
        question.scoring,
        frozenset(place[chosen] for chosen in response.chosen),
        frozenset(index for index, option in enumerate(options) if option.key.correct),
        len(options),
        neutral=frozenset(index for index, effect in enumerate(effects) if effect is Effect.NEUTRAL),
        always=frozenset(index for index, effect in enumerate(effects) if effect is Effect.ALWAYS),
    )


def grade_again(*, quiz: Quiz) -> list[int]:
    """Owe five more tries to every attempt of a quiz that grading gave up; return their primary keys. None: nothing changes."""
    with transaction.atomic():
        given_up = list(Attempt.objects.filter(quiz=quiz).waiting_for_person().select_for_update(no_key=True).order_by("pk"))
        ids = [attempt.pk for attempt in given_up]
        Attempt.objects.filter(pk__in=ids).update(grade_tries=0, grade_after=None)
    return ids


def grade_owed(*, now: datetime) -> int:
    """Grade everything that is owed and whose back-off is over; return how many. One that fails does not stop the rest."""
    done = 0
    for attempt_id in list(Attempt.objects.owed(now).order_by("submitted_at").values_list("pk", flat=True)[:GRADE_AT_ONCE]):
        try:
            done += grade(attempt_id=attempt_id, now=now) is not None
        except GradingFailed:
            logger.exception("attempt %s could not be graded", attempt_id)
    return done
