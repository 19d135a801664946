"""Grading submitted attempts: under a lock, as often as one likes, one grade (quizzes.md section 1); grading graded ones again.

One attempt or a batch go the same way: count the try, lock, load what is needed of the whole batch in two queries, compute
by `quizzes.marking`, write what was found in a few statements.
"""

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, PositiveIntegerField, Value, When

from quizzes.enums import AttemptState, GradeCause
from quizzes.failpoints import failpoint
from quizzes.marking import CannotMark, Marks, marks_of_attempts
from quizzes.models import Attempt, AttemptQuestion, GradeRecord, Quiz
from quizzes.models.attempts import MAX_GRADING_TRIES

logger = logging.getLogger(__name__)

FIRST_PAUSE = timedelta(seconds=10)
BATCH = 200
# What one sweep takes on: the next one follows within a minute, and a task has five.
GRADE_AT_ONCE = 20_000


class GradingFailed(Exception):  # noqa: N818 - says what happened
    """The attempt could not be graded; its try is counted, its answers are untouched."""


@dataclass(frozen=True, slots=True)
class Regraded:
    """What grading again came to: how many attempts were looked at, and the primary keys of those whose points changed."""

    seen: int
    changed: tuple[int, ...]
    failed: tuple[int, ...] = ()


def grade(*, attempt_id: int, now: datetime) -> Attempt | None:
    """Grade a submitted attempt and return it; return it unchanged if it is graded already, None where nothing is owed
    (unknown, running, voided, or quarantined after five tries).

    The try is counted and the next one put off before the work begins, in a transaction of its own, so that a process
    that dies here is counted too. Raises GradingFailed where the questions cannot be scored.
    """
    if _count_try(attempt_id, now):
        failures = _grade([attempt_id], now)
        if attempt_id in failures:
            raise GradingFailed(f"attempt {attempt_id}: {failures[attempt_id]}") from failures[attempt_id]
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


def _grade(attempt_ids: Collection[int], now: datetime) -> Mapping[int, CannotMark]:
    """Grade those of the attempts that are still submitted, in one transaction; return why some could not be."""
    with transaction.atomic():
        waiting = Attempt.objects.filter(pk__in=attempt_ids, state=AttemptState.SUBMITTED)
        credits_of = dict(waiting.select_for_update(no_key=True).order_by("pk").values_list("pk", "credit"))
        if not credits_of:
            return {}
        marks, failures = marks_of_attempts(credits_of)
        _write_questions(marks.values())
        records = [GradeRecord(attempt_id=pk, cause=GradeCause.FIRST, score=one.total, at=now) for pk, one in marks.items()]
        GradeRecord.objects.bulk_create(records)
        failpoint("grade.before_commit")
        if marks:
            totals = _case({pk: one.total for pk, one in marks.items()})
            graded = Attempt.objects.filter(pk__in=marks, state=AttemptState.SUBMITTED)
            graded.update(state=AttemptState.GRADED, graded_at=now, score=totals, grade_after=None)
    return failures


def _write_questions(marks: Iterable[Marks]) -> None:
    """Write the points of all questions in one statement."""
    values = {pk: points for one in marks for pk, points in one.by_question.items()}
    if values:
        AttemptQuestion.objects.filter(pk__in=values).update(score=_case(values))


def _case(values: Mapping[int, int]) -> Case:
    """Return the expression that gives each row (by primary key) its own value: few values occur, many rows have each.

    The value that most rows have needs no list of them.
    """
    by_value: dict[int, list[int]] = {}
    for pk, value in values.items():
        by_value.setdefault(value, []).append(pk)
    common = max(by_value, key=lambda value: len(by_value[value]))
    whens = [When(pk__in=pks, then=Value(value)) for value, pks in by_value.items() if value != common]
    return Case(*whens, default=Value(common), output_field=PositiveIntegerField())


def grade_again(*, quiz: Quiz) -> list[int]:
    """Owe five more tries to every attempt of a quiz that grading gave up; return their primary keys. None: nothing changes."""
    with transaction.atomic():
        given_up = list(Attempt.objects.filter(quiz=quiz).waiting_for_person().select_for_update(no_key=True).order_by("pk"))
        ids = [attempt.pk for attempt in given_up]
        Attempt.objects.filter(pk__in=ids).update(grade_tries=0, grade_after=None)
    return ids


def grade_owed(*, now: datetime) -> int:
    """Grade everything that is owed and whose back-off is over; return how many. One that fails does not stop the rest.

    What was never tried goes in batches; what was tried before goes one by one, so that an attempt that kills its process
    takes no other with it more than once.
    """
    done = 0
    while done < GRADE_AT_ONCE and (batch := _claim(now)):
        failures = _grade(batch, now)
        for attempt_id, error in failures.items():
            logger.error("attempt %s could not be graded", attempt_id, exc_info=error)
        done += len(batch) - len(failures)
    return done + _grade_singly(now, GRADE_AT_ONCE - done)


def _claim(now: datetime) -> list[int]:
    """Count the first try of the next batch and return its primary keys; what another process just took is left to it."""
    with transaction.atomic():
        fresh = Attempt.objects.owed(now).filter(grade_tries=0).order_by("submitted_at", "pk")
        batch = list(fresh.select_for_update(no_key=True, skip_locked=True).values_list("pk", flat=True)[:BATCH])
        Attempt.objects.filter(pk__in=batch).update(grade_tries=F("grade_tries") + 1, grade_after=now + FIRST_PAUSE)
    return batch


def _grade_singly(now: datetime, most: int) -> int:
    done = 0
    tried = Attempt.objects.owed(now).filter(grade_tries__gt=0).order_by("submitted_at")
    for attempt_id in list(tried.values_list("pk", flat=True)[: max(0, most)]):
        try:
            done += grade(attempt_id=attempt_id, now=now) is not None
        except GradingFailed:
            logger.exception("attempt %s could not be graded", attempt_id)
    return done


def regrade(*, attempt_id: int, now: datetime) -> bool:
    """Grade a graded attempt again, by the key as it is now; say whether its points changed.

    Attempts that are not graded are never touched. Raises GradingFailed where the questions cannot be scored.
    """
    found = _regrade([attempt_id], now)
    if found.failed:
        raise GradingFailed(f"attempt {attempt_id} cannot be graded again")
    return bool(found.changed)


def regrade_quiz(*, quiz: Quiz, now: datetime, showing: Collection[int] | None = None) -> Regraded:
    """Grade all graded attempts of a quiz again, in batches of one transaction each; running ones are never touched.

    With `showing` only those that show one of these question versions (primary keys).
    Can be stopped and repeated at any time: what has its points already does not change, and an unchanged key writes nothing.
    """
    graded = Attempt.objects.filter(quiz=quiz, state=AttemptState.GRADED).order_by("pk")
    if showing is not None:
        graded = graded.filter(pk__in=AttemptQuestion.objects.filter(version__in=list(showing)).order_by().values("attempt"))
    found, last = Regraded(0, ()), 0
    while batch := list(graded.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        one, last = _regrade(batch, now), batch[-1]
        found = Regraded(found.seen + one.seen, found.changed + one.changed, found.failed + one.failed)
    return found


def _regrade(attempt_ids: Collection[int], now: datetime) -> Regraded:
    with transaction.atomic():
        held = Attempt.objects.select_for_update(no_key=True).filter(pk__in=attempt_ids, state=AttemptState.GRADED).order_by("pk")
        before = {pk: (credit, score) for pk, credit, score in held.values_list("pk", "credit", "score")}
        marks, failures = marks_of_attempts({pk: credit for pk, (credit, _) in before.items()})
        points = dict(AttemptQuestion.objects.filter(attempt__in=marks).order_by().values_list("pk", "score"))
        changed = [
            pk
            for pk, one in marks.items()
            if one.total != before[pk][1] or any(points[question] != own for question, own in one.by_question.items())
        ]
        _write_questions(marks[pk] for pk in changed)
        records = [GradeRecord(attempt_id=pk, cause=GradeCause.REGRADE, score=marks[pk].total, at=now) for pk in changed]
        GradeRecord.objects.bulk_create(records)
        if changed:
            totals = _case({pk: marks[pk].total for pk in changed})
            Attempt.objects.filter(pk__in=changed, state=AttemptState.GRADED).update(score=totals, graded_at=now)
    for attempt_id, error in failures.items():
        logger.error("attempt %s could not be graded again", attempt_id, exc_info=error)
    return Regraded(len(before), tuple(changed), tuple(failures))
