"""The schedule, and a student's own places in it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from course.access import Right, membership_for
from presentations import actions
from presentations.access import booking_for, slot_for
from presentations.actions import SlotError
from presentations.schedule import day_of
from presentations.views.answer import changed, schedule_page


@login_required
@require_safe
def schedule(request: HttpRequest, course: str) -> HttpResponse:
    member = membership_for(request, course)
    return schedule_page(request, member, timezone.now())


@login_required
@require_POST
def claim(request: HttpRequest, course: str, slot: str) -> HttpResponse:
    member = membership_for(request, course, Right.TAKE_PART)
    place, now = slot_for(member, slot), timezone.now()
    try:
        actions.claim(slot=place, person=member.user, now=now)
    except SlotError as error:
        return changed(request, member, place, now, error)
    return changed(request, member, place, now, f"The place on {day_of(place.session)} is yours.")


@login_required
@require_POST
def undo(request: HttpRequest, course: str, slot: str) -> HttpResponse:
    member = membership_for(request, course, Right.TAKE_PART)
    place, now = slot_for(member, slot), timezone.now()
    try:
        actions.undo(booking=booking_for(member, slot, member.user.public_id), person=member.user, now=now)
    except SlotError as error:
        return changed(request, member, place, now, error)
    return changed(request, member, place, now, "You gave the place back. It is open again.")
