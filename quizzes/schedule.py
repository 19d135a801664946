"""What holds for one student in one quiz at one time: the only place that knows (quizzes.md section 3).

Every value comes with its reason in a sentence, so that a page can say why. Windows are half-open: a quiz is open
from `opens` on and no longer open at `closes`. Nothing here reads a clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING, Generic, TypeVar

from quizzes.enums import AttemptState, QuizState
from quizzes.models import Attempt, Quiz
from quizzes.wording import counted, duration, number

if TYPE_CHECKING:
    from accounts.models import User

T = TypeVar("T")


class Standing(Enum):
    """Where a student stands with a quiz; the start page has one face for each."""

    DRAFT = auto()
    NOT_YET = auto()
    RUNNING = auto()
    OPEN = auto()
    USED_UP = auto()
    CLOSED = auto()


@dataclass(frozen=True, slots=True)
class Because(Generic[T]):
    """A value of the schedule and the sentence that says why it is so."""

    value: T
    reason: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """The effective times and attempts of one student. `ends` is the absolute end of the running attempt or, where none
    runs, of one that would start now; `attempts` are the student's own, oldest first, without voided ones; `last_number`
    counts those too, because their numbers stay taken.
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
        return Standing.USED_UP if self.attempts_left.value == 0 else Standing.OPEN

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
        """Whether the quiz may start from a list, without the rules page: nothing runs and no attempt is used up."""
        return self.limit.value is None and self.attempts_allowed.value is None

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


def effective_schedule(quiz: Quiz, student: "User", now: datetime) -> Schedule:
    """Return every value that holds for `student` in `quiz` at `now`, with its reason. One query."""
    return effective_schedules([quiz], student, now)[quiz.pk]


def effective_schedules(quizzes: Iterable[Quiz], student: "User", now: datetime) -> dict[int, Schedule]:
    """Return the schedules of one student in many quizzes, by the quiz's primary key. One query for any number."""
    wanted = list(quizzes)
    attempts: dict[int, list[Attempt]] = {quiz.pk: [] for quiz in wanted}
    for attempt in Attempt.objects.filter(quiz__in=wanted, student=student).order_by("number"):
        attempts[attempt.quiz_id].append(attempt)
    return {quiz.pk: _schedule(quiz, tuple(attempts[quiz.pk]), now) for quiz in wanted}


def general_schedules(quizzes: Iterable[Quiz], now: datetime) -> dict[int, Schedule]:
    """Return what holds for everybody, as somebody without attempts sees it, by the quiz's primary key. No query."""
    return {quiz.pk: _schedule(quiz, (), now) for quiz in quizzes}


def _schedule(quiz: Quiz, numbered: tuple[Attempt, ...], now: datetime) -> Schedule:
    attempts = tuple(attempt for attempt in numbered if attempt.state != AttemptState.VOIDED)
    closes = Because(quiz.closes_at, "The same for everybody." if quiz.closes_at else "This quiz has no closing date.")
    limit = _limit(quiz)
    running = next((attempt for attempt in attempts if is_running(attempt, now)), None)
    return Schedule(
        quiz=quiz,
        now=now,
        opens=Because(quiz.opens_at, "The same for everybody." if quiz.opens_at else "It is open from the day it is published."),
        due=Because(quiz.due_at, "The same for everybody." if quiz.due_at else "No date of its own."),
        closes=closes,
        limit=limit,
        ends=_stored_end(running) if running else _end(now, limit.value, closes.value),
        attempts_allowed=_allowed(quiz),
        attempts_left=_left(quiz, len(attempts)),
        grace=timedelta(seconds=quiz.grace),
        attempts=attempts,
        last_number=numbered[-1].number if numbered else 0,
    )


def _limit(quiz: Quiz) -> Because[timedelta | None]:
    if quiz.time_limit is None:
        return Because(None, "This quiz has no time limit.")
    return Because(timedelta(seconds=quiz.time_limit), "The same for everybody.")


def _end(start: datetime, limit: timedelta | None, closes: datetime | None) -> Because[datetime | None]:
    """The absolute end of an attempt that starts at `start`: min(start + limit, closes)."""
    if limit is None:
        return Because(closes, "The quiz closes then." if closes else "It does not end by itself.")
    if closes is not None and closes < start + limit:
        return Because(closes, f"The quiz closes before {duration(limit)} are over.")
    return Because(start + limit, f"{duration(limit)} after the start.")


def _stored_end(attempt: Attempt) -> Because[datetime | None]:
    return Because(attempt.ends_at, str(attempt.schedule.get("ends", {}).get("reason", "")))


def _allowed(quiz: Quiz) -> Because[int | None]:
    if quiz.attempts_allowed is None:
        return Because(None, "You may take it as often as you like.")
    return Because(quiz.attempts_allowed, "The same for everybody.")


def _left(quiz: Quiz, used: int) -> Because[int | None]:
    if quiz.attempts_allowed is None:
        return Because(None, "You may take it as often as you like.")
    left = max(0, quiz.attempts_allowed - used)
    if quiz.attempts_allowed == 1:
        return Because(left, "You have used your one attempt." if used else "You have one attempt.")
    return Because(left, f"You have used {number(used)} of {counted(quiz.attempts_allowed, 'attempt')}.")
