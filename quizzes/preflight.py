"""Before a quiz opens: what holds for every student, and everything in it that will surprise somebody (quizzes.md section 3)."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from zoneinfo import ZoneInfo

from accounts.models import User
from course.models import Enrollment
from quizzes.clock_changes import comes_twice, is_after_jump, is_left_out
from quizzes.enums import QuizKind, ShowKey
from quizzes.models import Accommodation, Quiz, QuizException
from quizzes.schedule import Schedule, class_schedules, everybody_ends, general_schedules
from quizzes.wording import counted, duration, listed

MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One student with what holds for them; `warnings` are whole sentences about them alone."""

    student: User
    schedule: Schedule
    accommodation: Accommodation | None
    exception: QuizException | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All students by name, and the warnings about the quiz as a whole. `ends` is when nobody can change an answer any more."""

    rows: list[Row]
    warnings: list[str]
    general: Schedule
    ends: datetime | None

    @property
    def count(self) -> int:
        """How many warnings there are in all."""
        return len(self.warnings) + sum(len(row.warnings) for row in self.rows)


def preflight(quiz: Quiz, now: datetime) -> Report:
    """Return what holds for every current student of a quiz and what will surprise somebody. Eight or nine queries for any class."""
    people = [one.person for one in Enrollment.objects.filter(course=quiz.course).students().select_related("person")]
    schedules = class_schedules(quiz, now)
    granted = {one.student_id: one for one in Accommodation.objects.filter(course=quiz.course)}
    excepted = {one.student_id: one for one in QuizException.objects.filter(quiz=quiz)}
    general = general_schedules([quiz], now)[quiz.pk]
    rows = [
        Row(
            student=person,
            schedule=schedules[person.pk],
            accommodation=granted.get(person.pk),
            exception=excepted.get(person.pk),
            warnings=tuple(own_warnings(schedules[person.pk], general, granted.get(person.pk), excepted.get(person.pk))),
        )
        for person in people
        if person.pk in schedules
    ]
    ends = everybody_ends(quiz, now)
    found = [*_about_content(quiz, people), *window_warnings(general).values(), *_of_release(quiz, rows, general, ends, now)]
    return Report(rows, found, general, ends)


def _about_content(quiz: Quiz, people: Collection[User]) -> Iterator[str]:
    if not people:
        yield "Nobody is enrolled as a student. Invite people before the quiz opens."
    if not quiz.items.exists() and not quiz.draws.exists():
        yield "The quiz has no questions yet."


class Conflict(Enum):
    """What can be wrong with one set of times."""

    NO_WINDOW = auto()
    SHORT_WINDOW = auto()
    NO_SECOND = auto()
    TOO_LATE = auto()
    CLOCKS = auto()


def window_warnings(schedule: Schedule) -> dict[Conflict, str]:
    """Return what is wrong with one set of times, as sentences without a subject of their own."""
    return {kind: words for kind, words in _window_warnings(schedule) if words}


def _window_warnings(schedule: Schedule) -> Iterator[tuple[Conflict, str]]:
    quiz, zone = schedule.quiz, schedule.quiz.course.tz
    opens, closes, limit = schedule.opens.value, schedule.closes.value, schedule.limit.value
    if opens and closes:
        length, wait = closes - opens, timedelta(minutes=quiz.wait)
        if length <= timedelta(0):
            yield Conflict.NO_WINDOW, "It closes before it opens: nobody can start."
        elif limit and length < limit:
            words = f"It is open for {duration(length)}, which is shorter than the time limit of {duration(limit)}."
            yield Conflict.SHORT_WINDOW, words
        if wait and schedule.attempts_allowed.value != 1 and length <= wait:
            words = f"The wait of {duration(wait)} between attempts is as long as it is open: there is no second one."
            yield Conflict.NO_SECOND, words
    late = schedule.late_steps()
    if late and closes and closes > late[-1][0]:
        words = f"It stays open after the last step of late credit, {_clock(late[-1][0], zone)}: what is submitted then counts for nothing."
        yield Conflict.TOO_LATE, words
    yield Conflict.CLOCKS, " ".join(_clock_warnings(schedule, zone))


def _clock_warnings(schedule: Schedule, zone: ZoneInfo) -> Iterator[str]:
    for name, because in (("opens", schedule.opens), ("is due", schedule.due), ("closes", schedule.closes)):
        at = because.value
        if at and comes_twice(at, zone):
            yield f"It {name} at a time that the clock shows twice, {_clock(at, zone)}: the clocks go back that night."
        elif at and is_after_jump(at, zone):
            yield f"It {name} right where the clocks go forward, {_clock(at, zone)}: an hour of that night is left out."


def own_warnings(
    own: Schedule, general: Schedule, given: Accommodation | None = None, special: QuizException | None = None
) -> Iterator[str]:
    """Yield what is wrong with the times of one student and not with everybody's."""
    said = window_warnings(general)
    yield from (words for kind, words in window_warnings(own).items() if kind not in said)
    yield from _moved_by_clocks(own, given, special)
    if special and special.closes_at and not special.due_at and own.late_steps() and own.due.value:
        yield f"Their closing time is set, their due date is not: from {_clock(own.due.value, own.quiz.course.tz)} on it is late for them, too."
    limit, usual = own.limit.value, general.limit.value
    closes, usually = own.closes.value, general.closes.value
    if limit and usual and closes and usually and limit > usual:
        # Who starts at the last moment that leaves everybody the whole time has so long.
        left = closes - (usually - usual)
        if left < limit:
            yield f"Their extra time is cut: who starts as late as the others may has {_span(left)} instead of {duration(limit)}."
    running = own.running
    if running and limit and running.ends_at and running.ends_at < running.started_at + limit:
        yield f"Their attempt is running and is cut to {_span(running.ends_at - running.started_at)} of {duration(limit)} by the closing time."


def _moved_by_clocks(schedule: Schedule, given: Accommodation | None, special: QuizException | None) -> Iterator[str]:
    """Extra days that end in the hour which the clocks leave out."""
    quiz, zone = schedule.quiz, schedule.quiz.course.tz
    own = special or QuizException()
    for name, usual, set_at, at in (
        ("closes", quiz.closes_at, own.closes_at, schedule.closes.value),
        ("is due", quiz.due_at, own.due_at, schedule.due.value),
    ):
        if given and usual and at and set_at is None and is_left_out(usual, given.extra_days, zone):
            yield f"With their extra days it {name} in the hour that the clocks leave out; {_clock(at, zone)} holds instead."


def _of_release(quiz: Quiz, rows: Iterable[Row], general: Schedule, ends: datetime | None, now: datetime) -> Iterator[str]:
    """Whether somebody may learn the key while others can still answer. Practice may always be learned from."""
    if quiz.kind == QuizKind.PRACTICE or (ends is not None and ends <= now):
        return
    later = [str(row.student) for row in rows if _ends_later(row.schedule, general)]
    others = _names(later) if later else "the others"
    out = quiz.released_at is not None and quiz.released_at <= now and quiz.show_key != ShowKey.NEVER
    if out:
        yield f"The results are released while {others} can still answer."
    elif _shows_at_once(quiz):
        yield f"Right answers show right after submitting: whoever is done can tell them to {others}, who can still answer."


def _ends_later(own: Schedule, general: Schedule) -> bool:
    mine, usual = own.closes.value, general.closes.value
    return usual is not None and (mine is None or mine > usual)


def _shows_at_once(quiz: Quiz) -> bool:
    tells = (quiz.show_key, quiz.show_correctness, quiz.show_feedback, quiz.show_explanation)
    return ShowKey.IMMEDIATELY in tells


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%a %-d %b, %H:%M}"


def _span(length: timedelta) -> str:
    return duration(length) if length > timedelta(0) else "no time"


def _names(people: Sequence[str]) -> str:
    more = len(people) - MOST_NAMES
    return listed([*people[:MOST_NAMES], *([counted(more, "other")] if more > 0 else [])])
