"""The doors of every change to slots and bookings.

A place is taken and given back by a conditional UPDATE of `Slot.taken`, slot before booking in every action, so that two
requests cannot both get the last place and none of them waits for the other in a circle (safety.md, row 12).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.text import get_text_list

from course.models import Course, CourseSession, Enrollment
from presentations.enums import OUTCOMES, TAKES_PLACE, BookingState, SlotKind
from presentations.models import Booking, Slot

if TYPE_CHECKING:
    from accounts.models import User

UNDO_FOR = timedelta(minutes=10)
# What a student may give back and staff may take away: later states are history.
_AHEAD = (BookingState.HELD, BookingState.CONFIRMED)


class SlotError(Exception):
    """A change that the rules refuse; the text is for the person who asked."""


class TooLateError(SlotError):
    """Every place went to others before this request arrived."""


def claim(*, slot: Slot, person: "User", now: datetime) -> Booking:
    """Give `person` a place in `slot`, if claiming is open at `now` and a place is free.

    Raises TooLateError naming who was faster, SlotError when claiming is not open, the class has begun, or the person
    already presents in that class.
    """
    if slot.session.starts_at <= now:
        raise SlotError("This class has begun: its places can no longer be claimed.")
    if slot.opens_at is not None and now < slot.opens_at:
        raise SlotError("Claiming has not opened yet for this place.")
    if slot.closes_at is not None and slot.closes_at <= now:
        raise SlotError("Claiming is over for this place. Ask your instructor.")
    return _book(slot, person, by=person, now=now)


def assign(*, slot: Slot, person: "User", by: "User | None", now: datetime) -> Booking:
    """Staff give `person` a place in `slot`, at any time; capacity holds for them too.

    Raises TooLateError when the slot is full, SlotError when the person is no student of the course or already presents
    in that class.
    """
    if not Enrollment.objects.students().filter(course_id=slot.course_id, person=person).exists():
        raise SlotError(f"{person} is not a student of this course.")
    return _book(slot, person, by=by, now=now)


def _book(slot: Slot, person: "User", *, by: "User | None", now: datetime) -> Booking:
    try:
        with transaction.atomic():
            _take_place(slot)
            return Booking.objects.create(slot=slot, person=person, made_by=by, made_at=now)
    except IntegrityError as error:
        who = "You have" if by == person else f"{person} has"
        raise SlotError(f"{who} a place in this class already: one place per person and class.") from error


def _take_place(slot: Slot) -> None:
    # No join in this UPDATE: PostgreSQL looks again at a row that changed meanwhile, but not at a subquery's rows.
    if Slot.objects.filter(pk=slot.pk, taken__lt=F("capacity")).update(taken=F("taken") + 1):
        return
    if not Slot.objects.filter(pk=slot.pk).exists():
        raise SlotError("This place is no longer offered.")
    holders = [str(booking.person) for booking in slot.bookings.active().select_related("person")]
    was = "was" if len(holders) == 1 else "were"
    raise TooLateError(f"{get_text_list(holders, 'and')} {was} faster: every place here is taken.")


def can_undo(booking: Booking, person: "User", now: datetime) -> bool:
    """Whether `person` may give back this place: their own claim, before `undo_until`."""
    own = booking.person_id == person.pk and booking.made_by_id == person.pk
    return own and booking.state in _AHEAD and now < undo_until(booking)


def undo_until(booking: Booking) -> datetime:
    """Return until when a claim can be given back: as long as claiming is open, at least ten minutes, never past the
    start of the class. Needs the booking's slot and session.
    """
    begins = booking.slot.session.starts_at
    closes = booking.slot.closes_at or begins
    return min(begins, max(closes, booking.made_at + UNDO_FOR))


def undo(*, booking: Booking, person: "User", now: datetime) -> None:
    """Give a claimed place back; quietly nothing if it was given back already.

    Raises SlotError when it is not this person's own claim or the time for it is over.
    """
    if booking.state == BookingState.CANCELLED:
        return
    if not can_undo(booking, person, now):
        raise SlotError("This place can no longer be given back here. Ask your instructor.")
    _cancel(booking, now)


def unassign(*, booking: Booking, now: datetime) -> None:
    """Staff take a booking out of its slot; quietly nothing if it is out already."""
    _cancel(booking, now)


def _cancel(booking: Booking, now: datetime) -> None:
    with transaction.atomic():
        # The slot first, as in a claim: the other order could wait in a circle with the same person's next claim.
        Slot.objects.select_for_update().filter(pk=booking.slot_id).values_list("pk").first()
        changed = Booking.objects.filter(pk=booking.pk, state__in=_AHEAD).update(
            state=BookingState.CANCELLED,
            cancelled_at=now,
        )
        if changed:
            Slot.objects.filter(pk=booking.slot_id, taken__gt=0).update(taken=F("taken") - 1)


def add_slots(
    *,
    sessions: Sequence[CourseSession],
    kind: SlotKind,
    minutes: int,
    capacity: int,
    count: int,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
) -> list[Slot]:
    """Append `count` slots to each of `sessions`, behind those that are there. `minutes` per slot, `capacity` people each.

    `opens_at` and `closes_at` bound the claiming; without them students may claim until the class begins.
    """
    with transaction.atomic():
        # A new place needs the course's row, which an import of a folder holds first: two must not wait in a circle.
        courses = Course.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in={one.course_id for one in sessions})
        list(courses.order_by("pk").values_list("pk"))
        # The meetings' rows are locked so that two people adding at once do not pick the same positions.
        locked = list(CourseSession.objects.select_for_update().filter(pk__in=[one.pk for one in sessions]).order_by("pk"))
        last = dict(Slot.objects.filter(session__in=locked).order_by().values_list("session").annotate(Max("position")))
        return Slot.objects.bulk_create(
            [
                Slot(
                    course_id=session.course_id,
                    session=session,
                    kind=kind,
                    position=last.get(session.pk, 0) + number,
                    minutes=minutes,
                    capacity=capacity,
                    opens_at=opens_at,
                    closes_at=closes_at,
                )
                for session in locked
                for number in range(1, count + 1)
            ]
        )


def move_slot(*, slot: Slot, up: bool) -> None:
    """Change places with the slot before (`up`) or after in the order of the class; quietly nothing at the end."""
    with transaction.atomic():
        row = list(Slot.objects.select_for_update().filter(session_id=slot.session_id).order_by("position"))
        index = next((i for i, one in enumerate(row) if one.pk == slot.pk), None)
        if index is None:
            return
        other = index - 1 if up else index + 1
        if not 0 <= other < len(row):
            return
        _swap_positions(row[index], row[other], free=row[-1].position + 1)


def _swap_positions(one: Slot, other: Slot, *, free: int) -> None:
    # Three steps over a free position: the unique constraint holds after each statement.
    for slot, position in ((one, free), (other, one.position), (one, other.position)):
        Slot.objects.filter(pk=slot.pk).update(position=position)


def delete_slot(*, slot: Slot) -> None:
    """Take a slot out of the schedule. Raises SlotError while somebody is booked in it."""
    with transaction.atomic():
        locked = Slot.objects.select_for_update().filter(pk=slot.pk).first()
        if locked is None:
            return
        if locked.taken:
            raise SlotError("Somebody presents here. Take them out first, then remove the place.")
        locked.delete()


def edit_booking(*, booking: Booking, title: str, abstract: str, link: str) -> None:
    """Write what a talk is about. `title` is one line; `link` the paper's address, or empty."""
    booking.title = title
    booking.abstract = abstract
    booking.link = link
    booking.save(update_fields=["title", "abstract", "link"])


def note_outcome(*, booking: Booking, state: BookingState, now: datetime) -> None:
    """Say what became of a talk: it was given, its presenter did not come, or (CONFIRMED) neither is said.

    Quietly nothing where that is said already or the booking is cancelled. Raises SlotError before the class has begun.
    """
    if state not in OUTCOMES:
        raise SlotError("A talk was given, or its presenter did not come, or nothing is said about it.")
    if state != BookingState.CONFIRMED and now < booking.slot.session.starts_at:
        raise SlotError("This class has not begun: what became of a talk is said afterwards.")
    if state == BookingState.CONFIRMED and booking.state in _AHEAD:
        return
    if Booking.objects.filter(pk=booking.pk, state__in=TAKES_PLACE).update(state=state):
        booking.state = state
