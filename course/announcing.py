"""What is the same wherever an announcement's mail is spoken of: its name in the ledger, its time, who gets it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.text import Truncator

from course.away_from_pages import beginning
from course.enums import Role
from course.models import Announcement, Course, Enrollment, EnrollmentQuerySet
from notifications.enums import DeliveryState
from notifications.models import Delivery, Unsubscribe

if TYPE_CHECKING:
    from accounts.models import User

KIND = "announcement"
_ORDER = (Role.STUDENT, Role.ASSISTANT, Role.INSTRUCTOR, Role.OBSERVER)


def object_key(announcement: Announcement) -> str:
    return f"announcement:{announcement.pk}"


def hold() -> timedelta:
    """Return how long mail waits after posting, so that a slip can be corrected."""
    return timedelta(seconds=settings.ANNOUNCEMENT_HOLD)


def hold_words() -> str:
    """Return the hold as people say it: "10 minutes"; "" where there is none."""
    minutes = settings.ANNOUNCEMENT_HOLD // 60
    if minutes:
        return "1 minute" if minutes == 1 else f"{minutes} minutes"
    return f"{settings.ANNOUNCEMENT_HOLD} seconds" if settings.ANNOUNCEMENT_HOLD else ""


def leaves_at(publish_at: datetime) -> datetime:
    return publish_at + hold()


def excerpt(one: Announcement, characters: int) -> str:
    """Return the beginning of the text without its marks."""
    return Truncator(beginning(one.html)).chars(characters)


def recipients(course: Course) -> EnrollmentQuerySet:
    """Return the enrollments an announcement goes to: everybody active in the course; the author is left out by the caller."""
    return Enrollment.objects.active().filter(course=course, person__is_active=True)


@dataclass(frozen=True, slots=True)
class Audience:
    """Who would get mail about an announcement by one author now."""

    roles: list[tuple[int, str]] = field(default_factory=list)  # how many of which role, in words
    mailed: int = 0
    off: list[str] = field(default_factory=list)  # who turned these mails off


def audience(course: Course, author: "User | None") -> Audience:
    """Count who gets mail before it is sent. Two queries."""
    people = list(recipients(course).exclude(person=author).select_related("person"))
    unsubscribed = set(
        Unsubscribe.objects.filter(kind=KIND, person__in=[one.person_id for one in people]).values_list("person_id", flat=True),
    )
    counts = Counter(Role(one.role) for one in people)
    return Audience(
        roles=[(counts[role], _words(role, counts[role])) for role in _ORDER if counts[role]],
        mailed=len(people) - len(unsubscribed),
        off=[str(one.person) for one in people if one.person_id in unsubscribed],
    )


def _words(role: Role, count: int) -> str:
    word = role.label.lower()
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


@dataclass(frozen=True, slots=True)
class Mailing:
    """What became of an announcement's mail, from the ledger."""

    sent: int
    waiting: int
    failed: int

    @property
    def begun(self) -> bool:
        return bool(self.sent)


def mailing(announcement: Announcement) -> Mailing:
    """Return how many letters left, wait and failed. One query. A letter being sent counts as sent: it cannot be stopped."""
    states = Counter(
        Delivery.objects.filter(notice__kind=KIND, notice__object_key=object_key(announcement)).values_list("state", flat=True),
    )
    left = (DeliveryState.SENT, DeliveryState.CLAIMED, DeliveryState.UNKNOWN)
    return Mailing(
        sent=sum(states[state] for state in left),
        waiting=states[DeliveryState.PLANNED] + states[DeliveryState.HELD],
        failed=states[DeliveryState.FAILED],
    )
