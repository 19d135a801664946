"""What happened in a course since a person was here."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator

from course.access import Membership
from course.away_from_pages import beginning
from course.desk import Desk
from course.models import Announcement, Week
from course.numerals import capital, counted
from course.templatetags.clock import day_words

AT_LEAST = timedelta(days=1)  # a second look on the same day still shows yesterday's news
MOST = 6
WORDS = 32


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened. `pinned` ones stay until they are unpinned."""

    at: datetime
    title: str
    url: str
    text: str
    pinned: bool = False


def since_when(member: Membership, now: datetime) -> datetime | None:
    """Return from when on things are news to this person; None at the first visit."""
    seen = member.enrollment.seen_at if member.enrollment else now - timedelta(days=7)
    return seen and min(seen, now - AT_LEAST)


def since_words(since: datetime | None, now: datetime) -> str:
    """Return the heading over the news: "Since Monday", "Since yesterday", "Since 12 Sep"; "News" at the first visit."""
    if since is None:
        return "News"
    if now - since < timedelta(days=6) and (words := day_words(since, now)) not in {"today", "yesterday"}:
        return f"Since {timezone.localtime(since):%A}" if words else ""
    words = day_words(since, now)
    return f"Since {words if words in {'today', 'yesterday'} else words.split(' ', 1)[1]}"


def news_for(member: Membership, desk: Desk, since: datetime | None, now: datetime) -> list[News]:
    """Return announcements and, for those who do not write them, changed weeks since `since`, newest first. One query."""
    found = Announcement.objects.filter(course=member.course).published(now)
    if since:
        found = found.filter(Q(publish_at__gt=since) | Q(pinned=True))
    news = [_announced(one) for one in found.select_related("course")[:MOST]]
    if since and not member.is_staff:
        news += [_changed(week, desk, since) for week in desk.weeks if _is_news(week, since)]
    return sorted(news, key=lambda one: (not one.pinned, -one.at.timestamp()))[:MOST]


def _announced(one: Announcement) -> News:
    return News(
        one.publish_at or one.created_at,
        one.title,
        one.get_absolute_url(),
        Truncator(beginning(one.html)).words(WORDS),
        one.pinned,
    )


def _is_news(week: Week, since: datetime) -> bool:
    return week.changed_at > since or (week.opens_at is not None and week.opens_at > since)


def _changed(week: Week, desk: Desk, since: datetime) -> News:
    name = f"Week {week.number}" if week.number is not None else week.title
    if week.opens_at and week.opens_at > since:
        return News(max(week.changed_at, week.opens_at), f"{name} is open", week.get_absolute_url(), f"{week.title}.")
    added = sum(1 for one in desk.readings if one.reading.week_id == week.pk and one.reading.added_at > since)
    said = f"{capital(counted(added, 'reading'))} {'was' if added == 1 else 'were'} added." if added else "Its text has changed."
    return News(week.changed_at, f"{name} changed", week.get_absolute_url(), said)
