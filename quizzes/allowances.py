"""From what a quiz says to everybody to what holds for one student: the formulas of quizzes.md section 3, each value with its reason.

Pure: no clock, no database. A reason is a sentence for the student concerned; why somebody has more time is nowhere in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from quizzes.wording import counted, duration, listed

T = TypeVar("T")

FOR_EVERYBODY = "The same for everybody."
FOR_YOU = "Set for you in this quiz."
ALL_CREDIT = 100
NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Because(Generic[T]):
    """A value of the schedule and the sentence that says why it is so."""

    value: T
    reason: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What a quiz says to everybody; None: no such date, no limit, as many attempts as wanted."""

    opens: datetime | None
    due: datetime | None
    closes: datetime | None
    limit: timedelta | None
    attempts: int | None


@dataclass(frozen=True, slots=True)
class Allowance:
    """More time for one student in every quiz of a course; as it stands here, none."""

    factor: Decimal = Decimal(1)
    no_limit: bool = False
    extra_days: int = 0


@dataclass(frozen=True, slots=True)
class Override:
    """Values set for one student in one quiz; None: as it would be without."""

    opens: datetime | None = None
    due: datetime | None = None
    closes: datetime | None = None
    limit: timedelta | None = None
    attempts: int | None = None


@dataclass(frozen=True, slots=True)
class Effective:
    """What holds for one student, each value with its reason."""

    opens: Because[datetime | None]
    due: Because[datetime | None]
    closes: Because[datetime | None]
    limit: Because[timedelta | None]
    attempts: Because[int | None]


def effective(rules: Rules, allowance: Allowance, override: Override, zone: ZoneInfo) -> Effective:
    """Return what holds for a student with this allowance and these overrides; days are calendar days in `zone`.

    Without an override: own limit = ceil(limit · factor) in seconds, own closes = closes + extra days + (own limit - limit),
    due likewise, so that granted time is never cut by the closing date (quizzes.md section 3). An override stands as it is. A
    limit set longer by an override moves due and closing time as an allowance does, where those are not set themselves.
    """
    granted = longer_limit(rules.limit, allowance)
    limit = _limit(rules.limit, granted, allowance, override)
    more = max(_more(rules.limit, granted), _more(rules.limit, limit.value))
    days = allowance.extra_days
    closes = _own(override.closes) or _later(rules.closes, days, more, zone, "This quiz has no closing date.")
    due = _own(override.due) or _later(rules.due, days, more, zone, "No date of its own.")
    if due.value and closes.value and due.value > closes.value:
        due = Because(closes.value, "It closes for you then.")
    return Effective(_opens(rules.opens, override.opens), due, closes, limit, _attempts(rules.attempts, override.attempts))


def longer_limit(limit: timedelta | None, allowance: Allowance) -> timedelta | None:
    """Return the time limit with an allowance: times its factor, whole seconds, rounded up; None where there is none."""
    if limit is None or allowance.no_limit:
        return None
    return timedelta(seconds=ceil(Fraction(int(limit.total_seconds())) * Fraction(allowance.factor)))


def days_later(moment: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return the moment at which the clock in `zone` shows the same time that many calendar days later, in UTC.

    Where the clocks go forward over that time it is as much later as they jump; where they show it twice, it is the second
    time: a day that was granted never ends early by a change of the clocks.
    """
    if not days:
        return moment
    wall = moment.astimezone(zone).replace(tzinfo=None) + timedelta(days=days)
    return max(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1) if _later_or_real(wall, zone, fold))


def _later_or_real(wall: datetime, zone: ZoneInfo, fold: int) -> bool:
    """Whether the clock shows `wall` at this fold, or jumps over it and this is the reading after the jump."""
    shown = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    return shown >= wall


def end_of(start: datetime, limit: timedelta | None, closes: datetime | None) -> Because[datetime | None]:
    """Return the absolute end of an attempt begun at `start`: min(start + limit, closes); without a limit, closes."""
    if limit is None:
        return Because(closes, "The quiz closes then." if closes else "It does not end by itself.")
    if closes is not None and closes < start + limit:
        return Because(closes, f"The quiz closes before {duration(limit)} are over.")
    return Because(start + limit, f"{duration(limit)} after the start.")


def late_credit(due: datetime | None, steps: Sequence[Sequence[int]], moment: datetime) -> int:
    """Return the percent of the points that count for a submission at `moment`.

    `steps` are [minutes after due, percent], in order; each holds up to and including its last moment, because an attempt
    ended by its deadline is submitted exactly then. After the last step nothing counts; without steps being late costs nothing.
    """
    if due is None or not steps or moment <= due:
        return ALL_CREDIT
    return next((percent for minutes, percent in steps if moment <= due + timedelta(minutes=minutes)), 0)


def _limit(
    limit: timedelta | None, granted: timedelta | None, allowance: Allowance, override: Override
) -> Because[timedelta | None]:
    if override.limit is not None:
        return Because(override.limit, FOR_YOU)
    if limit is None:
        return Because(None, "This quiz has no time limit.")
    if granted is None:
        return Because(None, f"You have no time limit in this course; others have {duration(limit)}.")
    if granted != limit:
        return Because(granted, f"{duration(limit)} for everybody, times {allowance.factor.normalize():f} for you.")
    return Because(limit, FOR_EVERYBODY)


def _more(limit: timedelta | None, own: timedelta | None) -> timedelta:
    return max(NONE, own - limit) if limit is not None and own is not None else NONE


def _own(at: datetime | None) -> Because[datetime | None] | None:
    return Because(at, FOR_YOU) if at is not None else None


def _later(at: datetime | None, days: int, more: timedelta, zone: ZoneInfo, without: str) -> Because[datetime | None]:
    if at is None:
        return Because(None, without)
    words = [counted(days, "day")] if days else []
    words += [duration(more)] if more else []
    if not words:
        return Because(at, FOR_EVERYBODY)
    return Because(days_later(at, days, zone) + more, f"For you {listed(words)} later than for everybody.")


def _opens(at: datetime | None, own: datetime | None) -> Because[datetime | None]:
    return _own(own) or Because(at, FOR_EVERYBODY if at else "It is open from the day it is published.")


def _attempts(allowed: int | None, own: int | None) -> Because[int | None]:
    if own is not None:
        return Because(own, FOR_YOU)
    return Because(allowed, FOR_EVERYBODY if allowed else "You may take it as often as you like.")
