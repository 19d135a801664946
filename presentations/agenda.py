"""What presentations add to a person's dates: when I present, what I can claim; for staff, places that are still open."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import F, Q
from django.urls import reverse

from course.agenda import Item, Urgency, in_class, register
from course.desk import desk_of
from presentations.enums import BookingState
from presentations.models import Booking, Slot
from presentations.schedule import day_of

if TYPE_CHECKING:
    from course.access import Membership

SOON = timedelta(days=14)  # staff hear of open places that far ahead


@register
def presentation_items(member: "Membership", now: datetime) -> list[Item]:
    """Return my presentations and, without one, what I could claim; for staff the open places of the next two weeks."""
    if member.may_plan:
        return _open_soon(member, now)
    return _mine(member, now) if member.takes_part else []


@register
def talks_of_class(member: "Membership", now: datetime) -> list[Item]:
    """Return who presents in the class that runs or comes next, in run order: the landing page says it in its agenda."""
    meeting = desk_of(member, now).meeting
    if meeting is None:
        return []
    talks = [one for one in _bookings(member, now) if one.session_id == meeting.pk]
    people = ["You" if one.person_id == member.user.pk else str(one.person) for one in talks]
    if not people:
        return []
    lines = [", ".join(people)]
    if member.is_staff:  # who runs the class introduces each talk
        lines = [f"{name}: {one.title}" if one.title else name for name, one in zip(people, talks, strict=True)]
    url = _schedule_url(member)
    return [in_class(meeting=meeting.pk, title="Presentations", url=url, places=("presentations",), lines=lines)]


def _bookings(member: "Membership", now: datetime) -> list[Booking]:
    """Return this person's own bookings and everybody's in the next class. One query, kept as long as the request (as in `course.desk`)."""
    kept: dict[tuple[int, datetime], list[Booking]] = vars(member.course).setdefault("_bookings", {})
    key = (member.user.pk, now)
    if key not in kept:
        meeting = desk_of(member, now).meeting
        wanted = Q(person=member.user) if member.takes_part else Q(pk__in=[])
        if meeting:
            wanted |= Q(session=meeting)
        held = Booking.objects.active().filter(wanted, slot__course=member.course)
        kept[key] = list(held.select_related("session", "slot", "person").order_by("session__starts_at", "slot__position", "pk"))
    return kept[key]


def _schedule_url(member: "Membership") -> str:
    return reverse("presentations:schedule", args=[member.course.slug])


def _mine(member: "Membership", now: datetime) -> list[Item]:
    """Two queries at most."""
    bookings = [one for one in _bookings(member, now) if one.person_id == member.user.pk]
    items = [_item(member, one, now) for one in bookings]
    if bookings:
        return items
    free = list(Slot.objects.filter(course=member.course).claimable(now).values_list("closes_at", flat=True))
    if not free:
        return []
    closes = min((one for one in free if one is not None), default=None)
    places = "One place" if len(free) == 1 else f"{len(free)} places"
    return [
        Item(
            kind="claim",
            title=f"{places} to present {'is' if len(free) == 1 else 'are'} open",
            short="Claim a place to present",
            at=closes,
            url=_schedule_url(member),
            urgency=Urgency.NEXT if closes is None else Urgency.OPEN,
            detail="You have none yet.",
            action="Choose a place",
        )
    ]


def _item(member: "Membership", booking: Booking, now: datetime) -> Item:
    done = booking.session.ends_at <= now or booking.state == BookingState.PRESENTED
    return Item(
        kind="presentation",
        title=f"You present on {day_of(booking.session)}",
        short=f"You present: {booking.title or 'no title yet'}",
        at=booking.session.starts_at,
        urgency=Urgency.NEXT,
        url=reverse("presentations:booking_edit", args=[member.course.slug, booking.slot.public_id, member.user.public_id]),
        detail=booking.title or "You have not said yet what it is about.",
        action="Title and paper",
        done=done,
    )


def _open_soon(member: "Membership", now: datetime) -> list[Item]:
    """One query; one item for each class with places nobody has."""
    slots = Slot.objects.filter(course=member.course, session__starts_at__gt=now, session__starts_at__lte=now + SOON)
    free: dict[int, int] = {}
    sessions = {}
    for slot in slots.filter(taken__lt=F("capacity")).select_related("session").order_by("session__starts_at"):
        sessions[slot.session_id] = slot.session
        free[slot.session_id] = free.get(slot.session_id, 0) + slot.capacity - slot.taken
    return [
        Item(
            kind="open_slots",
            title=f"{'One place is' if count == 1 else f'{count} places are'} open on {day_of(sessions[pk])}",
            short=f"{count} open to present",
            at=sessions[pk].starts_at,
            url=_schedule_url(member),
            urgency=Urgency.WAITS,
            detail="Students can claim them, or you assign them.",
            action="Assign presenters",
        )
        for pk, count in free.items()
    ]
