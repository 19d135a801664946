"""What presenters are told by mail: seven days before, and one day before."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.html import format_html

from course.enums import Role
from course.models import Enrollment
from course.notices import local, number_of, why
from notifications.actions import LEASE
from notifications.ahead import keys_of
from notifications.enums import Standing
from notifications.models import Delivery
from notifications.plaintext import wrap
from notifications.registry import AHEAD, Kind, Letter, Owed, register
from notifications.times import Lead, days_before, version
from presentations.enums import BookingState
from presentations.models import Booking, BookingQuerySet

# "In a week" is no longer true three days before; "tomorrow" not in the last hours.
LEADS = (
    Lead("7d", timedelta(days=7), until=timedelta(days=3)),
    Lead("1d", timedelta(days=1), until=timedelta(hours=3)),
)
_AHEAD = (BookingState.HELD, BookingState.CONFIRMED)


def _time(booking: Booking, lead: Lead) -> datetime:
    """The same time of day as the class, whole days before, on the clocks of the course."""
    return days_before(booking.session.starts_at, lead.before.days, booking.slot.course.tz)


def _ahead(now: datetime) -> BookingQuerySet:
    longest = max(lead.before for lead in LEADS)
    bookings = Booking.objects.filter(state__in=_AHEAD, person__is_active=True, session__starts_at__gt=now)
    return bookings.filter(session__starts_at__lte=now + longest + AHEAD + timedelta(hours=1)).select_related(
        "session", "slot__course"
    )


def _owed(now: datetime) -> Iterator[Owed]:
    """Two queries: bookings of the coming days, and who is still a student."""
    bookings = list(_ahead(now))
    enrolled = set(
        Enrollment.objects.students()
        .filter(course__in={one.slot.course_id for one in bookings})
        .values_list("course_id", "person_id"),
    )
    for booking in bookings:
        if (booking.slot.course_id, booking.person_id) not in enrolled:
            continue
        begins = booking.session.starts_at
        for lead in LEADS:
            at = _time(booking, lead)
            if at <= now + AHEAD and now < begins - lead.until:
                yield Owed(f"booking:{booking.pk}", version(begins, lead.name), booking.person_id, at)


def _standing(delivery: Delivery, now: datetime) -> Standing:
    pk = number_of(delivery.notice.object_key)
    booking = Booking.objects.filter(pk=pk, person=delivery.person).select_related("session", "slot").first()
    if booking is None or booking.state == BookingState.CANCELLED:
        return Standing.WITHDRAWN
    if booking.state not in _AHEAD:
        return Standing.DONE
    if not Enrollment.objects.students().filter(course=booking.slot.course_id, person=delivery.person).exists():
        return Standing.WITHDRAWN
    begins = booking.session.starts_at
    lead = next((one for one in LEADS if version(begins, one.name) == delivery.notice.version), None)
    if lead is None:
        return Standing.MOVED
    return Standing.OWED if now < begins - lead.until else Standing.PAST


def _distance(booking: Booking, delivery: Delivery) -> str:
    """Return how far the class is when the letter leaves, which may be later than planned: "in a week", "tomorrow", "today"."""
    zone = ZoneInfo(delivery.person.zone or booking.slot.course.zone)
    leaves = delivery.lease_until - LEASE if delivery.lease_until else delivery.due_at
    days = (booking.session.starts_at.astimezone(zone).date() - leaves.astimezone(zone).date()).days
    return {0: "today", 1: "tomorrow", 7: "in a week"}.get(days, f"in {days} days")


def _letter(delivery: Delivery) -> Letter:
    booking = Booking.objects.select_related("session", "slot__course").get(pk=number_of(delivery.notice.object_key))
    session, course = booking.session, booking.slot.course
    when = local(session.starts_at, course, delivery.person)
    room = f", {session.room}" if session.room else ""
    first = f"{booking.slot.get_kind_display()}, {booking.slot.minutes} minutes, in the class of {when}{room}."
    second = (
        f"Your title: {booking.title}." if booking.title else "You have not said yet what it is about: add a title and the paper."
    )
    heading = f"You present {_distance(booking, delivery)}"
    return Letter(
        subject=f"{course.code}: {heading[0].lower()}{heading[1:]}",
        place=str(course),
        heading=heading,
        html=format_html("<p>{}</p><p>{}</p>", first, second),
        text=f"{wrap(first)}\n\n{wrap(second)}",
        path=reverse("presentations:booking_edit", args=[course.slug, booking.slot.public_id, delivery.person.public_id]),
        action="Title and paper",
        why=why(course, Role.STUDENT, "your presentations"),
        reply_to=course.contact_email,
    )


register(
    Kind(
        name="presentation",
        title="Your presentations",
        help="Seven days and one day before you present.",
        label="Presentation reminder",
        keys_in=lambda course: keys_of("booking", Booking.objects.filter(slot__course=course)),
        owed=_owed,
        still_owed=_standing,
        render=_letter,
    )
)
