"""The doors of what one student has and others have not: accommodations in a course, exceptions in a quiz.

Attempts that are running move with every change, in the same transaction: what a student is told is what holds. Every change
holds the student's enrolment first, as a start does, then shares the quiz, then locks attempts: always in this order.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from course.models import Course
from quizzes.actions.attempts import hold_student, share_quiz
from quizzes.actions.grading import regrade
from quizzes.actions.refusals import RefusedError
from quizzes.allowances import Allowance, Override
from quizzes.enums import AttemptState
from quizzes.models import Accommodation, Attempt, Quiz, QuizException
from quizzes.schedule import schedules_of, times_with

if TYPE_CHECKING:
    from accounts.models import User

NO_ACCOMMODATION = "This changes nothing. Set a time factor above 1, no time limit, or extra days."
NO_EXCEPTION = "This changes nothing. Fill in what is different for this student."


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an accommodation gives; `reason` is for staff alone."""

    factor: Decimal = Decimal(1)
    no_limit: bool = False
    extra_days: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What is different for one student in one quiz (None: as it is otherwise); the limit is in seconds."""

    opens_at: datetime | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None
    time_limit: int | None = None
    attempts_allowed: int | None = None
    reason: str = ""

    def override(self) -> Override:
        """Return the values as the formulas take them."""
        limit = None if self.time_limit is None else timedelta(seconds=self.time_limit)
        return Override(self.opens_at, self.due_at, self.closes_at, limit, self.attempts_allowed)


@transaction.atomic
def set_accommodation(*, course: Course, student: "User", terms: Terms, by: "User", now: datetime) -> int:
    """Give a student more time in every quiz of the course, instead of what they had; return how many running attempts moved.

    Raises RefusedError for terms that give nothing.
    """
    if terms.factor == 1 and not terms.no_limit and not terms.extra_days:
        raise RefusedError([NO_ACCOMMODATION])
    hold_student(course.pk, student)
    values = asdict(terms) | {"set_by": by, "set_at": now}
    Accommodation.objects.update_or_create(course=course, student=student, defaults=values)
    return _reschedule_student(course, student, now)


@transaction.atomic
def remove_accommodation(*, course: Course, student: "User", now: datetime) -> int:
    """Take a student's accommodation away; return how many running attempts moved. Without one nothing changes."""
    hold_student(course.pk, student)
    Accommodation.objects.filter(course=course, student=student).delete()
    return _reschedule_student(course, student, now)


@transaction.atomic
def set_exception(*, quiz: Quiz, student: "User", difference: Difference, by: "User", now: datetime) -> int:
    """Let other values hold for a student in one quiz, instead of what was different before; return how many running
    attempts moved.

    Raises RefusedError for an exception that says nothing, and for one with which the quiz would close before it opens.
    """
    quiz = share_quiz(quiz, student)
    given = Accommodation.objects.filter(course=quiz.course_id, student=student).first()
    allowance = Allowance(given.factor, given.no_limit, given.extra_days) if given else Allowance()
    if problems := list(_problems(quiz, allowance, difference)):
        raise RefusedError(problems)
    values = asdict(difference) | {"set_by": by, "set_at": now}
    QuizException.objects.update_or_create(quiz=quiz, student=student, defaults=values)
    restore_credit(quiz, now, student)
    return reschedule_running(quiz, now, student)


@transaction.atomic
def remove_exception(*, quiz: Quiz, student: "User", now: datetime) -> int:
    """Take a student's exception away; return how many running attempts moved. Without one nothing changes."""
    quiz = share_quiz(quiz, student)
    QuizException.objects.filter(quiz=quiz, student=student).delete()
    return reschedule_running(quiz, now, student)


def reschedule_running(quiz: Quiz, now: datetime, student: "User | None" = None) -> int:
    """Give the running attempts at a quiz (of one student, if given) the end that follows from the rules, accommodations
    and exceptions as they are now; return how many moved.

    Call it inside the transaction of the change, with the quiz locked or shared, after the change is written. An attempt
    whose end and grace are over stays as it is; an end is never moved before `now`: what was saved, was saved in time.
    """
    running = Attempt.objects.filter(Q(shut_at=None) | Q(shut_at__gt=now), quiz=quiz, state=AttemptState.IN_PROGRESS)
    if student is not None:
        running = running.filter(student=student)
    held = list(running.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    if not held:
        return 0
    schedules = schedules_of(quiz, {attempt.student_id for attempt in held}, now)
    moved = 0
    for attempt in held:
        schedule = schedules[attempt.student_id].for_running(attempt)
        ends = schedule.ends.value
        moved += ends != attempt.ends_at
        attempt.ends_at, attempt.shut_at, attempt.schedule = ends, ends and ends + schedule.grace, schedule.record()
    Attempt.objects.bulk_update(held, ["ends_at", "shut_at", "schedule"], batch_size=200)
    return moved


def restore_credit(quiz: Quiz, now: datetime, student: "User | None" = None) -> int:
    """Give attempts that were handed in late (of one student, if given) the credit that follows from the due date as it is
    now, where that is more; return how many have more. What is graded already is graded again. Nobody loses any.

    Call it as `reschedule_running`. Raises GradingFailed, with nothing changed, where a graded attempt cannot be graded again.
    """
    late = Attempt.objects.filter(quiz=quiz, credit__lt=100, state__in=[AttemptState.SUBMITTED, AttemptState.GRADED])
    if student is not None:
        late = late.filter(student=student)
    held = list(late.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    schedules = schedules_of(quiz, {attempt.student_id for attempt in held}, now) if held else {}
    restored = 0
    for attempt in held:
        assert attempt.submitted_at is not None
        credit = schedules[attempt.student_id].credit_at(attempt.submitted_at)
        if credit > attempt.credit:
            restored += 1
            Attempt.objects.filter(pk=attempt.pk).update(credit=credit)
            if attempt.state == AttemptState.GRADED:
                regrade(attempt_id=attempt.pk, now=now)
    return restored


def _reschedule_student(course: Course, student: "User", now: datetime) -> int:
    concerned = Q(attempts__state=AttemptState.IN_PROGRESS) | Q(attempts__credit__lt=100)
    found = Quiz.objects.filter(concerned, course=course, attempts__student=student).distinct()
    moved = 0
    for found_quiz in found.select_related("course").order_by("pk"):
        quiz = share_quiz(found_quiz)
        restore_credit(quiz, now, student)
        moved += reschedule_running(quiz, now, student)
    return moved


def _problems(quiz: Quiz, allowance: Allowance, difference: Difference) -> Iterator[str]:
    override = difference.override()
    if override == Override():
        yield NO_EXCEPTION
    own = times_with(quiz, allowance, override)
    if own.opens.value and own.closes.value and own.closes.value <= own.opens.value:
        yield "The quiz would close for this student before it opens. Set both times, or move one of them."
    if override.due and own.opens.value and override.due < own.opens.value:
        yield "The quiz would be due for this student before it opens."
    if override.due and own.closes.value and override.due > own.closes.value:
        yield "The quiz would close for this student before it is due. Move the closing time, too."
