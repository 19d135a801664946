"""What holds for one student in one quiz at one time: the only place that knows (quizzes.md section 3).

Every value comes with its reason in a sentence, so that a page can say why. Windows are half-open: a quiz is open
from `opens` on and no longer open at `closes`. Nothing here reads a clock.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING

from quizzes.allowances import Allowance, Because, Effective, Override, Rules, effective, end_of, late_credit
from quizzes.enums import AttemptState, QuizState
from quizzes.granted import Given, Grant, grants, in_quizzes, last_shut, of_students
from quizzes.models import Attempt, Quiz
from quizzes.wording import counted, duration, number

if TYPE_CHECKING:
    from accounts.models import User

NOTHING_GIVEN = Given()
AT_ONCE = "The times were changed while the attempt was running."


class Standing(Enum):
    """Where a student stands with a quiz; the start page has one face for each."""

    DRAFT = auto()
    NOT_YET = auto()
    RUNNING = auto()
    OPEN = auto()
    WAITING = auto()
    USED_UP = auto()
    CLOSED = auto()


@dataclass(frozen=True, slots=True)
class Schedule:
    """The effective times and attempts of one student. `ends` is the absolute end of the running attempt or, where none
    runs, of one that would start now; `next_start` is when the wait after the last attempt is over; `attempts` are the
    student's own, oldest first, without voided ones; `last_number` counts those too, because their numbers stay taken.
    """

    quiz: Quiz
    now: datetime
    opens: Because[datetime | None]
    due: Because[datetime | None]
    closes: Because[datetime | None]
    limit: Because[timedelta | None]
    ends: Because[datetime | None]
    attempts_allowed: Because[int | None]
    attempts_left: Because[int | None]
    next_start: Because[datetime | None]
    grace: timedelta
    attempts: tuple[Attempt, ...]
    last_number: int

    @property
    def running(self) -> Attempt | None:
        """The attempt that can still be written in, if there is one."""
        return next((attempt for attempt in self.attempts if is_running(attempt, self.now)), None)

    @property
    def standing(self) -> Standing:
        if self.quiz.state != QuizState.PUBLISHED:
            return Standing.DRAFT
        if self.running:
            return Standing.RUNNING
        if self.opens.value and self.now < self.opens.value:
            return Standing.NOT_YET
        if self.closes.value and self.now >= self.closes.value:
            return Standing.CLOSED
        if self.attempts_left.value == 0:
            return Standing.USED_UP
        return Standing.WAITING if self.next_start.value and self.now < self.next_start.value else Standing.OPEN

    @property
    def limit_words(self) -> str:
        """The time limit in words, "" without one."""
        return duration(self.limit.value) if self.limit.value else ""

    @property
    def cut(self) -> bool:
        """Whether the closing time takes something off the time limit of whoever starts now; never where nobody can start."""
        limit, ends = self.limit.value, self.ends.value
        return limit is not None and ends is not None and self.standing is Standing.OPEN and ends < self.now + limit

    @property
    def reason_of_all(self) -> str:
        """The reason of opening, due and closing time and of the limit, where it is one and the same; else ""."""
        told = {self.opens.reason, self.closes.reason, self.limit.reason} | ({self.due.reason} if self.due.value else set())
        return told.pop() if len(told) == 1 else ""

    @property
    def full_time_until(self) -> datetime | None:
        """The last moment at which a start still has the whole time limit."""
        if self.limit.value is None or self.closes.value is None:
            return None
        return self.closes.value - self.limit.value

    @property
    def one_press(self) -> bool:
        """Whether the quiz may start from a list, without the rules page: nothing runs, no attempt is used up, nothing is asked."""
        free = self.limit.value is None and self.attempts_allowed.value is None
        return free and not self.quiz.access_code and not self.quiz.wait

    def credit_at(self, moment: datetime) -> int:
        """Return the percent of the points that count for a submission at `moment`: the quiz's late steps from this
        student's own due date on, each up to and including its last moment; 0 after the last step.
        """
        return late_credit(self.due.value, self.quiz.late_steps, moment)

    def late_steps(self) -> list[tuple[datetime, int]]:
        """Return until when a late submission has which percent of its points; without a due date or steps, nothing."""
        due = self.due.value
        return [(due + timedelta(minutes=minutes), percent) for minutes, percent in self.quiz.late_steps] if due else []

    def shut_at(self) -> datetime | None:
        """Return the last moment at which this student can still change an answer, grace included; None: not by itself."""
        ends = self.ends.value if self.running else self.closes.value
        return ends and ends + self.grace

    def for_running(self, attempt: Attempt) -> "Schedule":
        """Return the schedule with the end that `attempt`, begun earlier, has by these times: never moved before `now`,
        because what was saved until now was saved in time; an end that is over already only moves where it comes again.
        """
        ends = end_of(attempt.started_at, self.limit.value, self.closes.value)
        if ends.value is not None and ends.value < self.now:
            told = _stored_end(attempt)
            is_over = told.value is not None and told.value <= self.now
            ends = told if is_over else Because(max(self.now, attempt.started_at + timedelta.resolution), AT_ONCE)
        return replace(self, ends=ends)

    def record(self) -> dict[str, dict[str, object]]:
        """Return the values with their reasons for storing with an attempt (times in ISO format, limit in seconds)."""
        values: dict[str, Because[datetime | None]] = {
            "opens": self.opens,
            "due": self.due,
            "closes": self.closes,
            "ends": self.ends,
        }
        stored: dict[str, dict[str, object]] = {
            name: {"at": because.value and because.value.isoformat(), "reason": because.reason}
            for name, because in values.items()
        }
        seconds = self.limit.value and int(self.limit.value.total_seconds())
        stored["limit"] = {"seconds": seconds, "reason": self.limit.reason}
        stored["attempts"] = {"allowed": self.attempts_allowed.value, "reason": self.attempts_allowed.reason}
        return stored


def is_running(attempt: Attempt, now: datetime) -> bool:
    """Whether an attempt can still be written in: not submitted, and its end and grace are not over."""
    return attempt.state == AttemptState.IN_PROGRESS and (attempt.shut_at is None or now < attempt.shut_at)


def stored_due(attempt: Attempt) -> datetime | None:
    """Return the due date that is stored with an attempt: it moves with every change of rules and grants while it runs."""
    at = attempt.schedule.get("due", {}).get("at")
    return datetime.fromisoformat(at) if at else None


def effective_schedule(quiz: Quiz, student: "User", now: datetime) -> Schedule:
    """Return every value that holds for `student` in `quiz` at `now`, with its reason. One query."""
    return effective_schedules([quiz], student, now)[quiz.pk]


def effective_schedules(quizzes: Iterable[Quiz], student: "User", now: datetime) -> dict[int, Schedule]:
    """Return the schedules of one student in many quizzes, by the quiz's primary key. One query for any number.

    Each quiz needs its course: days are counted on its clock.
    """
    wanted = list(quizzes)
    given = in_quizzes(wanted, student)
    return {quiz.pk: _schedule(quiz, given.get(quiz.pk, NOTHING_GIVEN), now) for quiz in wanted}


def general_schedules(quizzes: Iterable[Quiz], now: datetime) -> dict[int, Schedule]:
    """Return what holds for everybody, as somebody without attempts sees it, by the quiz's primary key. No query."""
    return {quiz.pk: _schedule(quiz, NOTHING_GIVEN, now) for quiz in quizzes}


def without_exception(quiz: Quiz, student: "User", now: datetime) -> Schedule:
    """Return what would hold for a student if they had no exception in this quiz. One query."""
    given = in_quizzes([quiz], student).get(quiz.pk, NOTHING_GIVEN)
    return _schedule(quiz, Given(given.attempts, given.allowance), now)


def own_times(quiz: Quiz, student: "User") -> Effective:
    """Return the times, limit and attempts of one student, whatever the time is now. One query."""
    given = in_quizzes([quiz], student).get(quiz.pk, NOTHING_GIVEN)
    return times_with(quiz, given.allowance, given.override)


def class_schedules(quiz: Quiz, now: datetime) -> dict[int, Schedule]:
    """Return the schedules of all current students of the quiz's course, by the student's primary key. One query."""
    return {student: _schedule(quiz, given, now) for student, given in of_students(quiz).items()}


def schedules_of(quiz: Quiz, students: Collection[int], now: datetime) -> dict[int, Schedule]:
    """Return the schedules of these students (primary keys), also of those who left the course. One query."""
    return {student: _schedule(quiz, given, now) for student, given in of_students(quiz, students).items()}


def everybody_ends(quiz: Quiz, now: datetime) -> datetime | None:
    """Return the last moment at which anybody can still change an answer: grace, accommodations, exceptions and running
    attempts included. None: never by itself. Three queries.
    """
    return ends_of_everybody([quiz], now)[quiz.pk]


def ends_of_everybody(
    quizzes: Collection[Quiz], now: datetime, running: Mapping[int, Sequence[datetime | None]] | None = None
) -> dict[int, datetime | None]:
    """Return `everybody_ends` of many quizzes, by the quiz's primary key. Three queries for any number, two for whoever has
    read already when each unsubmitted attempt shuts (`running`, as `last_shut`).
    """
    granted, shut = grants(quizzes), last_shut(quizzes) if running is None else running
    return {quiz.pk: _last_end(quiz, granted[quiz.pk].values(), shut.get(quiz.pk, [])) for quiz in quizzes}


def _last_end(quiz: Quiz, granted: Iterable[Grant], running: Sequence[datetime | None]) -> datetime | None:
    grace = timedelta(seconds=quiz.grace)
    closing = [times_with(quiz, *grant).closes.value for grant in granted]
    ends = [at and at + grace for at in (quiz.closes_at, *closing)]
    known = [at for at in (*ends, *running) if at is not None]
    return max(known) if len(known) == len(ends) + len(running) else None


def times_with(quiz: Quiz, allowance: Allowance, override: Override) -> Effective:
    """Return the times, limit and attempts that follow from these grants. No query, if the quiz has its course."""
    limit = None if quiz.time_limit is None else timedelta(seconds=quiz.time_limit)
    rules = Rules(quiz.opens_at, quiz.due_at, quiz.closes_at, limit, quiz.attempts_allowed)
    return effective(rules, allowance, override, quiz.course.tz)


def _schedule(quiz: Quiz, given: Given, now: datetime) -> Schedule:
    attempts = tuple(attempt for attempt in given.attempts if attempt.state != AttemptState.VOIDED)
    own = times_with(quiz, given.allowance, given.override)
    running = next((attempt for attempt in attempts if is_running(attempt, now)), None)
    return Schedule(
        quiz=quiz,
        now=now,
        opens=own.opens,
        due=own.due,
        closes=own.closes,
        limit=own.limit,
        ends=_stored_end(running) if running else end_of(now, own.limit.value, own.closes.value),
        attempts_allowed=own.attempts,
        attempts_left=_left(own.attempts.value, len(attempts)),
        next_start=_next_start(quiz, attempts),
        grace=timedelta(seconds=quiz.grace),
        attempts=attempts,
        last_number=given.attempts[-1].number if given.attempts else 0,
    )


def _stored_end(attempt: Attempt) -> Because[datetime | None]:
    return Because(attempt.ends_at, str(attempt.schedule.get("ends", {}).get("reason", "")))


def _left(allowed: int | None, used: int) -> Because[int | None]:
    if allowed is None:
        return Because(None, "You may take it as often as you like.")
    left = max(0, allowed - used)
    if allowed == 1:
        return Because(left, "You have used your one attempt." if used else "You have one attempt.")
    return Because(left, f"You have used {number(used)} of {counted(allowed, 'attempt')}.")


def _next_start(quiz: Quiz, attempts: Sequence[Attempt]) -> Because[datetime | None]:
    """When the wait after the last attempt is over; one that nobody closed yet counts as submitted at its end."""
    done = [at for attempt in attempts if (at := attempt.submitted_at or attempt.ends_at) is not None]
    if not quiz.wait or not done:
        return Because(None, "Nothing to wait for.")
    wait = timedelta(minutes=quiz.wait)
    return Because(max(done) + wait, f"Between two attempts there are {duration(wait)}.")
