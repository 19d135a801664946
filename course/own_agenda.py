"""What a course itself puts on the agenda: the next class, the reading before it, and what waits for staff."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from course.access import Membership
from course.agenda import Item, Urgency, register
from course.desk import Desk, desk_of
from course.enums import Release
from course.models import CourseSession, Week
from course.numerals import capital, counted
from course.reading_budget import in_hours
from course.templatetags.clock import day_words

SOON = timedelta(days=7)  # a draft this close to its class waits for somebody
LATER = 2  # classes after the next one that stand in the list of dates


def day_of_class(meeting: CourseSession, now: datetime) -> str:
    """Return the day of a class in a sentence: "tonight", "today", "tomorrow", "on Wed 14 Oct"."""
    words = day_words(meeting.starts_at, now)
    if words == "today" and timezone.localtime(meeting.starts_at).hour >= 17:
        return "tonight"
    return words if words in {"today", "tomorrow", "yesterday"} else f"on {words}"


def hours_of_class(meeting: CourseSession) -> str:
    """Return "18:00" and "20:40" with a dash between them, in the active zone."""
    return f"{timezone.localtime(meeting.starts_at):%H:%M}\u2013{timezone.localtime(meeting.ends_at):%H:%M}"


# Before `classes`: at the same time of day, what is left to read is said before the class itself.
@register
def reading(member: Membership, now: datetime) -> list[Item]:
    """What is left to read before the next class; only for those who tick."""
    desk = desk_of(member, now)
    required = [one for one in desk.readings if not one.reading.optional]
    meeting = desk.meeting
    if not member.takes_part or meeting is None or desk.week is None or not required or meeting.starts_at <= now:
        return []
    words = reading_left(desk)
    return [
        Item(
            kind="reading",
            title=f"{words} left before class {day_of_class(meeting, now)}",
            short=f"Reading for {desk.week.title}",
            at=meeting.starts_at,
            url=_page_of(member, desk.week),
            urgency=Urgency.NEXT,
            detail=f"{desk.week}.",
            action="Open the week page",
            done=not desk.unread,
        )
    ]


@register
def classes(member: Membership, now: datetime) -> list[Item]:
    """The class that runs or comes next, and the ones after it for the list of dates."""
    desk = desk_of(member, now)
    if desk.meeting is None:
        return []
    later = [_later_class(member, desk, meeting) for meeting in desk.ahead[1 : 1 + LATER]]
    return [_next_class(member, desk, desk.meeting, now), *later]


def _page_of(member: Membership, week: Week | None) -> str:
    return (
        reverse("course:week", args=[member.course.slug, week.slug])
        if week
        else reverse("course:weeks", args=[member.course.slug])
    )


def _next_class(member: Membership, desk: Desk, meeting: CourseSession, now: datetime) -> Item:
    week = desk.week_of(meeting)
    runs = meeting.starts_at <= now
    if runs:
        title = f"Class is on until {timezone.localtime(meeting.ends_at):%H:%M}"
    else:
        title = f"Class is {day_of_class(meeting, now)}, {hours_of_class(meeting)}"
    return Item(
        kind="session",
        title=title,
        short=f"Class: {week.title}" if week else "Class",
        at=meeting.ends_at if runs else meeting.starts_at,
        url=_page_of(member, week),
        urgency=Urgency.OPEN if runs else Urgency.NEXT,
        detail=f"{week}." if week else "",
        action="Open the week page" if week else "",
    )


def _later_class(member: Membership, desk: Desk, meeting: CourseSession) -> Item:
    week = desk.week_of(meeting)
    short = f"Class: {week.title}" if week else "Class"
    return Item(
        kind="session",
        title=short,
        short=short,
        at=meeting.starts_at,
        url=_page_of(member, week),
        urgency=Urgency.QUIET,
    )


def reading_left(desk: Desk) -> str:
    """Return the required reading that is left, as the beginning of a sentence: "50 min of reading are"."""
    minutes = desk.budget.left
    if minutes:
        return f"{in_hours(minutes)} of reading {'is' if minutes == 1 else 'are'}"
    count = len(desk.unread)
    return f"{capital(counted(count, 'text'))} {'is' if count == 1 else 'are'}"


@register
def waiting(member: Membership, now: datetime) -> list[Item]:
    """What of the next two classes' weeks waits for staff: a draft close to its class, lines to fill, openings to come."""
    if not member.is_staff:
        return []
    desk = desk_of(member, now)
    items: list[Item] = []
    for meeting in desk.ahead[:2]:
        if week := desk.week_of(meeting):
            items += _waiting_of(member, week, meeting, now)
    return items + [
        _opening(member, week) for week in desk.weeks if week.state == Release.SCHEDULED and not week.is_released(now)
    ]


def _waiting_of(member: Membership, week: Week, meeting: CourseSession, now: datetime) -> Iterator[Item]:
    name = f"Week {week.number}" if week.number is not None else f"“{week.title}”"
    if week.state == Release.DRAFT and meeting.starts_at - now < SOON:
        yield Item(
            kind="week",
            title=f"{name} is not open to students yet",
            short=f"{name} is a draft",
            at=meeting.starts_at,
            url=_page_of(member, week),
            urgency=Urgency.WAITS,
            at_words="Its class is",
            action="Look and open it" if member.may_plan else "Look",
        )
    if week.to_fill:
        opens = week.opens_at if week.state == Release.SCHEDULED and not week.is_released(now) else None
        yield Item(
            kind="week",
            title=f"{name} has {counted(len(week.to_fill), 'line')} to fill",
            short=f"Fill {name}",
            at=opens or meeting.starts_at,
            url=_editor_of(member, week),
            urgency=Urgency.WAITS,
            at_words="It opens to students" if opens else "Its class is",
            detail="Students read it already; they do not see these lines." if week.is_released(now) else "",
            action=_fill_words(member, len(week.to_fill)),
        )


def _fill_words(member: Membership, lines: int) -> str:
    if not member.may_plan:
        return "Look"
    return "Fill it" if lines == 1 else "Fill them"


def _editor_of(member: Membership, week: Week) -> str:
    return reverse("course:week_edit", args=[member.course.slug, week.slug]) if member.may_plan else _page_of(member, week)


def _opening(member: Membership, week: Week) -> Item:
    short = f"Week {week.number} opens" if week.number is not None else f"{week.title} opens"
    return Item(kind="week", title=short, short=short, at=week.opens_at, url=_page_of(member, week), urgency=Urgency.QUIET)
