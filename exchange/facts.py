"""What the course itself says of a thing whose file it does not keep letter for letter: the parts that a web page can change.

An export compares these with what they were at the last exchange and changes the file only where they differ
(`exchange.rewriting`). Values are raw YAML, "" where there is none. No queries: everything is loaded before.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from course.enums import AnnouncementState, Release
from course.models import Announcement, Course, CourseSession, Week
from exchange.schedule_table import DONE, NO_SHOW
from exchange.yaml_text import written
from presentations.enums import BookingState
from presentations.models import Booking, Slot
from quizzes.models import Quiz
from quizzes.native_file import settings_lines

_OUTCOMES = {BookingState.PRESENTED: DONE, BookingState.NO_SHOW: NO_SHOW}


class Facts(TypedDict, total=False):
    """Single values by key; a body of text; what is said of several things, by their name."""

    values: dict[str, str]
    body: str
    entries: dict[str, dict[str, str]]
    days: dict[str, list[list[str | None]]]


def quiz_facts(quiz: Quiz) -> Facts:
    """Return dates and rules as front matter says them, and the text of the questions."""
    pairs = (line.split(": ", 1) for line in settings_lines(quiz))
    return {"values": dict(pairs), "body": quiz.source}


def announcement_facts(one: Announcement, zone: ZoneInfo) -> Facts:
    """Return title, times, pin, week and text of an announcement; `mail` only where it will go out by mail."""
    scheduled = one.state == AnnouncementState.SCHEDULED
    values = {
        "title": written(one.title),
        "publish": _moment(one.publish_at, zone),
        "until": _moment(one.until, zone),
        "pin": "true" if one.pinned else "",
        "week": str(one.week.number) if one.week and one.week.number is not None else "",
        "mail": "true" if scheduled and one.mail else "",
    }
    return {"values": values, "body": one.source}


def course_facts(course: Course, weeks: Iterable[tuple[str, Week]]) -> Facts:
    """Return what course.yaml says of a course and, by the path of its file, of each week: the day of class, open or not."""
    term = course.term
    return {
        "values": {
            "title": written(course.title),
            "code": written(course.code),
            "timezone": course.zone,
            "term.name": written(term.name),
            "term.starts": term.starts_on.isoformat(),
            "term.ends": term.ends_on.isoformat(),
        },
        "entries": {path: _week(week, course.tz) for path, week in weeks},
    }


def _week(week: Week, zone: ZoneInfo) -> dict[str, str]:
    scheduled = week.state == Release.SCHEDULED
    return {
        "class": day_of(week.session, zone).isoformat() if week.session else "",
        "open": _moment(week.opens_at, zone) if scheduled else ("true" if week.state == Release.OPEN else ""),
    }


def schedule_facts(slots: Iterable[Slot], zone: ZoneInfo) -> Facts:
    """Return for each day its places in order as [names, title, what became of it]; free ones are empty. Needs sessions and
    active bookings. Of a place where one presented and another did not come, the table cannot say it (None).
    """
    days: dict[str, list[list[str | None]]] = {}
    for slot in slots:
        bookings = list(slot.bookings.all())
        names = ", ".join(str(one.person) for one in bookings)
        title = " / ".join(dict.fromkeys(one.title for one in bookings if one.title))
        days.setdefault(day_of(slot.session, zone).isoformat(), []).append([names, title, _outcome(bookings)])
    return {"days": days}


def _outcome(bookings: Iterable[Booking]) -> str | None:
    said = {_OUTCOMES.get(BookingState(one.state), "") for one in bookings}
    return said.pop() if len(said) == 1 else None if said else ""


def day_of(session: CourseSession, zone: ZoneInfo) -> date:
    """Return the day of a class on the course's clock."""
    return session.starts_at.astimezone(zone).date()


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else ""
