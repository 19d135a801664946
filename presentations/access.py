"""Loading slots and bookings for a member of their course, and people by a typed name."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.http import Http404

from course.models import Enrollment
from presentations.models import Booking, Slot
from presentations.names import matches

if TYPE_CHECKING:
    from accounts.models import User
    from course.access import Membership
    from course.models import Course


def slot_for(member: "Membership", public_id: str) -> Slot:
    """Return a slot of the member's course with its session; 404 for any other."""
    slot = Slot.objects.filter(course=member.course, public_id=public_id).select_related("session").first()
    if slot is None:
        raise Http404
    return slot


def booking_for(member: "Membership", public_id: str, person: str) -> Booking:
    """Return the booking of `person` (a public id) in a slot of the member's course; 404 where there is none."""
    bookings = Booking.objects.active().filter(slot__course=member.course, slot__public_id=public_id, person__public_id=person)
    booking = bookings.select_related("slot__session", "person").first()
    if booking is None:
        raise Http404
    return booking


def presenters(course: "Course") -> list["User"]:
    """Return who may be given a place: the active students, by name. One query."""
    return [one.person for one in Enrollment.objects.students().filter(course=course).select_related("person")]


def found(typed: str, people: Sequence["User"]) -> list["User"]:
    """Return the people whom a typed name or address may mean: one if it is clear, several to choose from, or none."""
    exact = [one for one in people if one.email == typed.strip().casefold()]
    return exact or [people[index] for index in matches(typed, [str(one) for one in people])]
