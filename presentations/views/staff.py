"""What staff change on the schedule."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.form_base import posted
from course.access import Right, frame, membership_for, see_other
from presentations import actions
from presentations.access import booking_for, found, presenters, slot_for
from presentations.actions import SlotError
from presentations.enums import SlotKind
from presentations.forms import SlotsForm
from presentations.schedule import day_of
from presentations.views.answer import Problem, changed, schedule_page


@login_required
@require_POST
def assign(request: HttpRequest, course: str, slot: str) -> HttpResponse:
    """Assign by a typed name; a name that means nobody or several people comes back with the candidates."""
    member = membership_for(request, course, Right.PLAN)
    place, now, typed = slot_for(member, slot), timezone.now(), request.POST.get("who", "")
    people = presenters(member.course)
    meant = found(typed, people)
    if len(meant) != 1:
        problem = Problem(place, typed, _why_not_clear(typed, len(meant)), meant)
        return schedule_page(request, member, now, part="schedule" if request.htmx else "", problem=problem)  # type: ignore[attr-defined]  # set by HtmxMiddleware
    try:
        actions.assign(slot=place, person=meant[0], by=member.user, now=now)
    except SlotError as error:
        return changed(request, member, place, now, error)
    return changed(request, member, place, now, f"{meant[0]} presents on {day_of(place.session)}.")


def _why_not_clear(typed: str, count: int) -> str:
    if not typed.strip():
        return "Type a name."
    return f"{count} people match “{typed}”. Choose one." if count else f"Nobody in this course is called “{typed}”."


@login_required
@require_POST
def unassign(request: HttpRequest, course: str, slot: str, person: str) -> HttpResponse:
    member = membership_for(request, course, Right.PLAN)
    booking, now = booking_for(member, slot, person), timezone.now()
    actions.unassign(booking=booking, now=now)
    return changed(request, member, booking.slot, now, f"{booking.person} no longer presents there. The place is open again.")


@login_required
@require_POST
def slot_move(request: HttpRequest, course: str, slot: str) -> HttpResponse:
    member = membership_for(request, course, Right.PLAN)
    place = slot_for(member, slot)
    actions.move_slot(slot=place, up=request.POST.get("to") == "earlier")
    return changed(request, member, place, timezone.now(), "The order is changed.")


@login_required
@require_POST
def slot_delete(request: HttpRequest, course: str, slot: str) -> HttpResponse:
    member = membership_for(request, course, Right.PLAN)
    place, now = slot_for(member, slot), timezone.now()
    try:
        actions.delete_slot(slot=place)
    except SlotError as error:
        return changed(request, member, place, now, error)
    return changed(request, member, place, now, "The place is removed.")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def slots_add(request: HttpRequest, course: str) -> HttpResponse:
    member = membership_for(request, course, Right.PLAN)
    form = SlotsForm(posted(request), course=member.course, initial={"sessions": request.GET.getlist("class")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        added = actions.add_slots(
            sessions=list(data["sessions"]),
            kind=SlotKind(data["kind"]),
            minutes=data["minutes"],
            capacity=data["capacity"],
            count=data["count"],
            opens_at=data["opens_at"],
            closes_at=data["closes_at"],
        )
        messages.success(request, "One place is added." if len(added) == 1 else f"{len(added)} places are added.")
        return see_other(reverse("presentations:schedule", args=[member.course.slug]))
    context = {"form": form} | frame(member, "presentations")
    return render(request, "presentations/slots_add.html", context, status=422 if form.is_bound else 200)
