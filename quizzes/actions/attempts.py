"""The life of an attempt: start, save, mark, submit, close. Each is the one door to its change of state."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from course.models import Enrollment
from quizzes.actions.drawing import AskedQuestion, questions_for
from quizzes.allowances import late_credit
from quizzes.enums import AttemptState, QuestionKind, SubmittedBy
from quizzes.models import Attempt, AttemptQuestion, Quiz, Response
from quizzes.saving import chain
from quizzes.schedule import Schedule, Standing, effective_schedule, is_running, stored_due

if TYPE_CHECKING:
    from accounts.models import User

CLOSE_AT_ONCE = 500
STUDENT_HELD, QUIZ_SHARED = "FOR NO KEY UPDATE OF held", "FOR SHARE OF quiz"


class NotStartable(Exception):  # noqa: N818 - a state of the quiz, not an error of the program
    """The student may not start now: `schedule` says why, or `empty` that the quiz has no questions, or `wrong_code` that
    its access code was not given.
    """

    def __init__(self, schedule: Schedule, *, empty: bool = False, wrong_code: bool = False) -> None:
        why = "no questions" if empty else "wrong access code" if wrong_code else schedule.standing.name
        super().__init__(f"{schedule.quiz} cannot be started: {why}")
        self.schedule, self.empty, self.wrong_code = schedule, empty, wrong_code


@dataclass(frozen=True, slots=True)
class Submission:
    """What became of a submit: `missing` are the places of questions whose saves the server has not got."""

    attempt: Attempt
    missing: tuple[int, ...] = ()


def start(*, quiz: Quiz, student: "User", now: datetime, code: str = "") -> Attempt:
    """Create the student's next attempt with its questions, stored option order and absolute end; resume an open one.

    Raises NotStartable for a draft, before opening, after closing, with no attempts left, before the wait after the last
    attempt is over, without the access code where there is one, and for a quiz without questions. The limit holds by
    constraint and by a count under the lock of the enrolment; the quiz stays as it is read here.
    """
    with transaction.atomic():
        quiz = share_quiz(quiz, student)
        schedule = effective_schedule(quiz, student, now)
        if schedule.running:
            return schedule.running
        for left_open in schedule.attempts:
            if left_open.state == AttemptState.IN_PROGRESS:
                left_open.quiz = quiz
                _finish(left_open, by=SubmittedBy.DEADLINE, at=left_open.ends_at or now)
        if schedule.standing is not Standing.OPEN:
            raise NotStartable(schedule)
        if not code_fits(quiz, code):
            raise NotStartable(schedule, wrong_code=True)
        return _create(schedule, student)


def code_fits(quiz: Quiz, code: str) -> bool:
    """Whether `code` opens the quiz; capitals and blanks around it do not matter. Takes the same time for any wrong code."""
    return not quiz.access_code or constant_time_compare(_plain(code), _plain(quiz.access_code))


def _plain(code: str) -> str:
    return code.strip().casefold()


def hold_student(course_id: int, student: "User") -> None:
    """Lock the enrolment: starts of one student in one course, and changes of what they are granted, stand in line."""
    held = Enrollment.objects.select_for_update(no_key=True).filter(course_id=course_id, person=student)
    list(held.order_by("pk").values_list("pk"))


def share_quiz(quiz: Quiz, hold: "User | None" = None) -> Quiz:
    """Lock a quiz against changes and read it again: whoever makes it a draft or edits it waits until the attempt is there.

    With `hold`, a person of its course, their enrolment is locked in the same statement, as `hold_student` does. The quiz is
    locked FOR SHARE, which Django has no word for: any number of starts hold it side by side, and only changes wait
    (`_locked` in `quizzes.actions.publishing` and `authoring`, which lock nothing that a start holds). On SQLite a
    transaction is alone. Raises IndexError where `hold` was never in the course.
    """
    found, values, locks = "SELECT quiz.* FROM quizzes_quiz quiz", [quiz.pk], [QUIZ_SHARED]
    if hold is not None:
        found += " JOIN course_enrollment held ON held.course_id = quiz.course_id AND held.person_id = %s"
        values, locks = [hold.pk, quiz.pk], [STUDENT_HELD, QUIZ_SHARED]
    found += " WHERE quiz.id = %s"
    if connection.features.has_select_for_update:
        found = " ".join([found, *locks])
    shared: Quiz = Quiz.objects.raw(found, values)[0]
    shared.course = quiz.course
    return shared


def _create(schedule: Schedule, student: "User") -> Attempt:
    quiz, ends = schedule.quiz, schedule.ends.value
    attempt = Attempt(
        quiz=quiz,
        student=student,
        number=schedule.last_number + 1,
        quiz_revision=quiz.revision,
        started_at=schedule.now,
        ends_at=ends,
        shut_at=ends and ends + schedule.grace,
        schedule=schedule.record(),
    )
    questions = questions_for(quiz=quiz, attempt=attempt)
    if not questions:
        raise NotStartable(schedule, empty=True)
    attempt.max_score = sum(question.points for question in questions)
    attempt.save(force_insert=True)
    AttemptQuestion.objects.bulk_create(
        [
            AttemptQuestion(
                attempt=attempt,
                position=place,
                version_id=question.version_id,
                points=question.points,
                scoring=question.scoring or quiz.scoring,
                option_order=_option_order(question, attempt, place, shuffle=quiz.shuffle),
            )
            for place, question in enumerate(questions, start=1)
        ]
    )
    return attempt


def _option_order(question: AskedQuestion, attempt: Attempt, place: int, *, shuffle: bool) -> list[str]:
    """The public ids in the order shown. The seed is secret: who knows it could undo the shuffle."""
    order = list(question.options)
    if shuffle and question.kind != QuestionKind.TRUE_FALSE:
        seed = salted_hmac("quizzes.option_order", f"{attempt.public_id}:{place}").hexdigest()
        random.Random(seed).shuffle(order)  # noqa: S311 - the seed is the secret, not the generator
    return order


def hold(attempt: Attempt) -> Attempt:
    """Lock an attempt inside a transaction and read it again: what was true before the lock may have changed."""
    held = Attempt.objects.select_for_update(no_key=True).get(pk=attempt.pk)
    held.quiz = attempt.quiz
    return held


def mark(*, attempt: Attempt, position: int, marked: bool, now: datetime) -> bool:
    """Mark a question to look at again, or take the mark away; return False where the attempt is over or has no such place."""
    if not is_running(attempt, now):
        return False
    places = AttemptQuestion.objects.filter(attempt=attempt, position=position, attempt__state=AttemptState.IN_PROGRESS)
    return places.update(marked=marked) == 1


def submit(*, attempt: Attempt, known: Mapping[int, int], now: datetime, only_over: bool = False) -> Submission:
    """Submit an attempt once; a repeat changes nothing. `known` are save numbers by question that the page has seen.

    Refuses (names the questions, changes nothing) where the page knows of saves that are not stored here. From the
    deadline on the finish time is the deadline and the submission counts as automatic, whoever pressed. `only_over`: a
    page says that the time is over; where it is not, because more was given meanwhile, nothing changes.
    """
    with transaction.atomic():
        held = hold(attempt)
        if held.state != AttemptState.IN_PROGRESS:
            return Submission(held)
        if only_over and (held.ends_at is None or now < held.ends_at):
            return Submission(held)
        missing = _missing(held, known)
        if missing and is_running(held, now):
            return Submission(held, missing)
        if held.ends_at is not None and now >= held.ends_at:
            _finish(held, by=SubmittedBy.DEADLINE, at=held.ends_at)
        else:
            _finish(held, by=SubmittedBy.STUDENT, at=now)
    return Submission(held)


def _missing(attempt: Attempt, known: Mapping[int, int]) -> tuple[int, ...]:
    if not known:
        return ()
    stored = dict(Response.objects.filter(question__attempt=attempt).values_list("question__position", "save_number"))
    return tuple(sorted(place for place, save in known.items() if save > stored.get(place, 0)))


def close_if_over(*, attempt: Attempt, now: datetime) -> Attempt:
    """Submit an attempt whose end and grace are over, as of its deadline; return it as it is now. Repeats change nothing."""
    if attempt.state != AttemptState.IN_PROGRESS or is_running(attempt, now):
        return attempt
    with transaction.atomic():
        held = hold(attempt)
        if held.state == AttemptState.IN_PROGRESS and held.ends_at is not None and not is_running(held, now):
            _finish(held, by=SubmittedBy.DEADLINE, at=held.ends_at)
    return held


def close_overdue(*, now: datetime) -> list[int]:
    """Submit every attempt whose end and grace are over, as of its deadline; return the primary keys. One transaction each."""
    overdue = Attempt.objects.overdue(now).select_related("quiz").order_by("shut_at")[:CLOSE_AT_ONCE]
    return [
        closed.pk for attempt in overdue if (closed := close_if_over(attempt=attempt, now=now)).state == AttemptState.SUBMITTED
    ]


def _finish(attempt: Attempt, *, by: SubmittedBy, at: datetime) -> bool:
    """The one transition in_progress → submitted, guarded in the database; say whether it happened here."""
    values = {
        "state": AttemptState.SUBMITTED,
        "submitted_at": at,
        "submitted_by": by,
        "answers_digest": answers_digest(attempt),
        "credit": late_credit(stored_due(attempt), attempt.quiz.late_steps, at),
    }
    done = Attempt.objects.filter(pk=attempt.pk, state=AttemptState.IN_PROGRESS).update(**values)
    if done:
        for name, value in values.items():
            setattr(attempt, name, value)
    return bool(done)


def answers_digest(attempt: Attempt) -> str:
    """Return the digest of all answers of an attempt: place, question version, chosen options, in order of place."""
    answers = Response.objects.filter(question__attempt=attempt).order_by("question__position")
    rows = answers.values_list("question__position", "question__version_id", "chosen")
    return chain("", {"attempt": attempt.public_id, "answers": [list(row) for row in rows]})
