"""Reading what students have done and been granted: attempts, accommodations and exceptions, joined in one query."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import F, FilteredRelation, Q, QuerySet

from accounts.models import User as Person
from course.enums import EnrollmentState, Role
from quizzes.allowances import Allowance, Override
from quizzes.enums import AttemptState
from quizzes.models import Accommodation, Attempt, Quiz, QuizException

if TYPE_CHECKING:
    from accounts.models import User

_ATTEMPT = tuple(one.attname for one in Attempt._meta.concrete_fields)  # noqa: SLF001 - documented for this use
_GRANTED = ("factor", "no_limit", "extra_days")
_OWN = ("opens_at", "due_at", "closes_at", "time_limit", "attempts_allowed")
Grant = tuple[Allowance, Override]
NO_ALLOWANCE, NO_OVERRIDE = Allowance(), Override()


@dataclass(frozen=True, slots=True)
class Given:
    """What one student has done in one quiz (attempts oldest first, voided ones too), and has been granted."""

    attempts: list[Attempt] = field(default_factory=list)
    allowance: Allowance = NO_ALLOWANCE
    override: Override = NO_OVERRIDE


def in_quizzes(quizzes: Iterable[Quiz], student: "User") -> dict[int, Given]:
    """Return where a student stands, by the quiz's primary key. One query for any number of quizzes."""
    rows = Quiz.objects.filter(pk__in=[quiz.pk for quiz in quizzes]).annotate(
        done=FilteredRelation("attempts", condition=Q(attempts__student=student)),
        granted=FilteredRelation("course__accommodations", condition=Q(course__accommodations__student=student)),
        own=FilteredRelation("exceptions", condition=Q(exceptions__student=student)),
    )
    return _read(rows)


def of_students(quiz: Quiz, students: Collection[int] | None = None) -> dict[int, Given]:
    """Return where students (by primary key; None: all current ones of the course) stand in a quiz. One query."""
    people = Person.objects.filter(pk__in=students) if students is not None else _current(quiz)
    rows = people.annotate(
        done=FilteredRelation("attempts", condition=Q(attempts__quiz=quiz)),
        granted=FilteredRelation("accommodations", condition=Q(accommodations__course=quiz.course_id)),
        own=FilteredRelation("quiz_exceptions", condition=Q(quiz_exceptions__quiz=quiz)),
    )
    return _read(rows)


def _current(quiz: Quiz) -> "QuerySet[Person]":
    return Person.objects.filter(
        enrollments__course=quiz.course_id, enrollments__role=Role.STUDENT, enrollments__state=EnrollmentState.ACTIVE
    )


def _read(rows: "QuerySet[Any]") -> dict[int, Given]:
    """Read the joined rows: one for each attempt, and one for whoever has none. Attempts are whole, as their own query gives them."""
    columns = (
        [f"done__{name}" for name in _ATTEMPT] + [f"granted__{name}" for name in _GRANTED] + [f"own__{name}" for name in _OWN]
    )
    found: dict[int, Given] = {}
    for pk, *values in rows.order_by("pk", "done__number").values_list("pk", *columns):
        attempt, rest = values[: len(_ATTEMPT)], values[len(_ATTEMPT) :]
        if pk not in found:
            found[pk] = Given([], allowance(rest[: len(_GRANTED)]), override(rest[len(_GRANTED) :]))
        if attempt[0] is not None:
            found[pk].attempts.append(Attempt.from_db(rows.db, _ATTEMPT, attempt))
    return found


def allowance(values: Sequence[Any]) -> Allowance:
    """Return the allowance of a row with factor, no limit and extra days; without a row, none."""
    return NO_ALLOWANCE if values[0] is None else Allowance(*values)


def override(values: Sequence[Any]) -> Override:
    """Return the override of a row with opening, due and closing time, limit in seconds and attempts."""
    opens, due, closes, limit, attempts = values
    return Override(opens, due, closes, None if limit is None else timedelta(seconds=limit), attempts)


def grants(quizzes: Collection[Quiz]) -> dict[int, dict[int, Grant]]:
    """Return what the current students with an accommodation or an exception have, by the primary keys of quiz and student.
    Two queries.
    """
    allowed = {
        (course, student): allowance(values)
        for course, student, *values in _of_current(Accommodation.objects.order_by(), "course")
        .filter(course__in={quiz.course_id for quiz in quizzes})
        .values_list("course", "student", *_GRANTED)
    }
    own = {
        (quiz, student): override(values)
        for quiz, student, *values in _of_current(QuizException.objects.order_by(), "quiz__course")
        .filter(quiz__in=quizzes)
        .values_list("quiz", "student", *_OWN)
    }
    found: dict[int, dict[int, Grant]] = {}
    for quiz in quizzes:
        who = {student for course, student in allowed if course == quiz.course_id} | {one for at, one in own if at == quiz.pk}
        found[quiz.pk] = {
            one: (allowed.get((quiz.course_id, one), NO_ALLOWANCE), own.get((quiz.pk, one), NO_OVERRIDE)) for one in who
        }
    return found


def _of_current(rows: "QuerySet[Any]", course: str) -> "QuerySet[Any]":
    return rows.filter(
        student__enrollments__course=F(course),
        student__enrollments__role=Role.STUDENT,
        student__enrollments__state=EnrollmentState.ACTIVE,
    )


def last_shut(quizzes: Collection[Quiz]) -> dict[int, list[datetime | None]]:
    """Return when each unsubmitted attempt shuts (None: not by itself), by the quiz's primary key. One query."""
    found: dict[int, list[datetime | None]] = defaultdict(list)
    running = Attempt.objects.filter(quiz__in=quizzes, state=AttemptState.IN_PROGRESS).order_by()
    for quiz, shut_at in running.values_list("quiz", "shut_at").distinct():
        found[quiz].append(shut_at)
    return found
