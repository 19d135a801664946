"""The landing page's contents: one answer in the h1, then what follows from it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from course.access import Membership
from course.agenda import InClass, Item, Urgency, items_for
from course.desk import Desk, desk_of
from course.models import CourseSession, Reading, Week
from course.news import News, news_for, since_when, since_words
from course.numerals import capital
from course.own_agenda import day_of_class, hours_of_class
from course.reading_budget import Budget
from course.week_page import Entry, Shown
from notifications.ahead import MailAhead, mail_ahead

DATES = 6
UNREAD = 6


@dataclass(frozen=True, slots=True)
class Place:
    """What an app has in the next class, as a panel in the agenda; `html` are plain lines, which the template escapes."""

    item: InClass

    @property
    def kinds(self) -> tuple[str, ...]:
        return self.item.places

    @property
    def title(self) -> str:
        return self.item.title

    @property
    def html(self) -> str:
        return "\n".join(self.item.lines)


@dataclass(frozen=True, slots=True)
class Landing:
    """Everything the landing page shows of one course to one person at one moment.

    `head` is the answer (None: nothing to do); `then` what can be done besides it, `waits` what waits for staff; `mail` is
    what the course will mail, for staff.
    """

    desk: Desk
    head: Item | None
    then: list[Item]
    waits: list[Item]
    coming: list[Item]
    agenda: list[Entry]
    mail: list[MailAhead]
    since: datetime | None
    news_title: str
    news: list[News]
    meeting_day: str
    meeting_hours: str
    meeting_words: str

    @property
    def budget(self) -> Budget:
        return self.desk.budget

    @property
    def meeting(self) -> CourseSession | None:
        return self.desk.meeting

    @property
    def meeting_title(self) -> str:
        """Return "Tonight, 18:00" with the class's end."""
        return f"{self.meeting_day}, {self.meeting_hours}"

    @property
    def meeting_week(self) -> Week | None:
        """The week of the next class, if this person may see it."""
        return self.desk.week_of(self.meeting) if self.meeting else None

    @property
    def unread(self) -> list[Reading]:
        """What is left to read for the next class, the first few."""
        return self.desk.unread[:UNREAD]


def landing_for(member: Membership, now: datetime) -> Landing:
    """Return the landing page's contents. Five queries of its own, six for staff, and those of the apps that register agenda items."""
    items = items_for(member, now)
    todo = sorted(
        (item for item in items if not item.done and item.urgency <= Urgency.WAITS), key=partial(_answer_order, now=now)
    )
    head = todo[0] if todo else None
    desk, since = desk_of(member, now), since_when(member, now)
    return Landing(
        desk=desk,
        head=head,
        then=[item for item in todo[1:] if item.action and item.urgency is not Urgency.WAITS and not _is_shown_below(item)],
        waits=[item for item in todo[1:] if item.urgency is Urgency.WAITS],
        coming=_dates(items, head, desk, now),
        agenda=desk.agenda(_in_class(items, desk)),
        mail=mail_ahead(member.course.pk) if member.is_staff else [],
        since=since,
        news_title=since_words(since, now),
        news=news_for(member, desk, since, now),
        meeting_day=_meeting_day(desk.meeting, now),
        meeting_hours=hours_of_class(desk.meeting) if desk.meeting else "",
        meeting_words=_meeting_words(desk.meeting, now),
    )


def _answer_order(item: Item, *, now: datetime) -> tuple[bool, datetime, bool]:
    """Put first what is open; then, by date, what comes and what waits for staff, work before what only happens."""
    comes = item.urgency >= Urgency.NEXT
    return (comes, (item.at or datetime.max.replace(tzinfo=UTC)) if comes else now, item.urgency is not Urgency.WAITS)


def _is_shown_below(item: Item) -> bool:
    """Whether the page has a part of its own for this: the reading with its ruler, the next class in the margin."""
    return item.kind in {"reading", "session"}


def _in_class(items: list[Item], desk: Desk) -> list[Shown]:
    """Return what stands in the agenda of the next class. Items are in no order of the class: the headings give it."""
    meeting = desk.meeting
    return [Place(item) for item in items if meeting and isinstance(item, InClass) and item.meeting == meeting.pk]


def _dates(items: list[Item], head: Item | None, desk: Desk, now: datetime) -> list[Item]:
    """Return the dates to come, soonest first, without what the page says elsewhere: the answer, the next class, the reading."""
    this_class = {desk.meeting.starts_at, desk.meeting.ends_at} if desk.meeting else set()
    dated = [
        item
        for item in items
        if item is not head
        and not item.done
        and item.at is not None
        and item.at > now
        and item.short
        and item.urgency is not Urgency.WAITS
        and item.kind != "reading"
        and not (item.kind == "session" and item.at in this_class)
    ]
    return sorted(dated, key=lambda item: item.at or now)[:DATES]


def _meeting_day(meeting: CourseSession | None, now: datetime) -> str:
    if meeting is None:
        return ""
    return "Now" if meeting.starts_at <= now else capital(day_of_class(meeting, now).removeprefix("on "))


def _meeting_words(meeting: CourseSession | None, now: datetime) -> str:
    """Return how a sentence about the reading ends: " before class tonight", " for this class", ""."""
    if meeting is None:
        return ""
    return " for this class" if meeting.starts_at <= now else f" before class {day_of_class(meeting, now)}"
