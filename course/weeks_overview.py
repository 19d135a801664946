"""The list of weeks: its rows, and the sentence about the term above them. Pure, but for the active time zone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format

from course.enums import Release
from course.models import Week
from course.week_rows import Column, Note


@dataclass(slots=True)
class Row:
    """One week with what other apps say about it."""

    week: Week
    talks: list[Note] = field(default_factory=list)
    quiz: list[Note] = field(default_factory=list)


def rows_of(weeks: Sequence[Week], notes: Sequence[Note]) -> list[Row]:
    """Put each note into the row of its week."""
    rows = {week.pk: Row(week) for week in weeks}
    for note in notes:
        if row := rows.get(note.week):
            (row.talks if note.column is Column.TALKS else row.quiz).append(note)
    return list(rows.values())


def current_week(weeks: Sequence[Week], now: datetime) -> Week | None:
    """Return the week whose class meets next, or is meeting now; None without one."""
    coming = [(one.session.starts_at, one.pk, one) for one in weeks if one.session and one.session.ends_at > now]
    return min(coming)[2] if coming else None


def term_words(weeks: Sequence[Week], now: datetime) -> str:
    """Return when the class meets and what is open, in two or three sentences."""
    return " ".join(part for part in (_meetings(weeks), _open(weeks, now), _next_opening(weeks, now)) if part)


def _meetings(weeks: Sequence[Week]) -> str:
    times = [(timezone.localtime(one.session.starts_at), timezone.localtime(one.session.ends_at)) for one in weeks if one.session]
    usual = {(f"{start:%A}s", f"{start:%H:%M}", f"{end:%H:%M}") for start, end in times}
    if len(times) < 2:
        return ""
    first, last = min(times)[0], max(times)[0]
    span = f"{date_format(first, 'j F')} to {date_format(last, 'j F')}"
    if len(usual) > 1:
        return f"{span}."
    days, starts, ends = usual.pop()
    return f"{days}, {starts}\u2013{ends}, {span}."


def _open(weeks: Sequence[Week], now: datetime) -> str:
    if not weeks:
        return ""
    numbers = [one.number for one in weeks if one.is_released(now)]
    if len(numbers) == len(weeks):
        return "All of them are open."
    if not numbers:
        return "None is open yet."
    known = [number for number in numbers if number is not None]
    if len(known) == 1:
        return f"Week {known[0]} is open."
    if len(known) == len(numbers) and known[-1] - known[0] == len(known) - 1:
        return f"Weeks {known[0]}\u2013{known[-1]} are open."
    return f"{len(numbers)} are open."


def _next_opening(weeks: Sequence[Week], now: datetime) -> str:
    coming = [
        (one.opens_at, one.number) for one in weeks if one.state == Release.SCHEDULED and one.opens_at and one.opens_at > now
    ]
    if not coming:
        return ""
    when, number = min(coming, key=lambda one: one[0])
    return f"{f'Week {number}' if number is not None else 'The next one'} opens {date_format(timezone.localtime(when), 'D j M, H:i')}."
