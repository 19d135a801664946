"""What one talk is about."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.form_base import posted
from course.access import frame, membership_for, see_other
from presentations import actions
from presentations.access import booking_for
from presentations.enums import BookingState
from presentations.forms import BookingForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def booking_edit(request: HttpRequest, course: str, slot: str, person: str) -> HttpResponse:
    """Title, abstract and paper, by the presenter or by staff who may plan (403 for everybody else)."""
    member = membership_for(request, course)
    booking = booking_for(member, slot, person)
    own = member.takes_part and booking.person_id == member.user.pk
    if not (own or member.may_plan):
        raise PermissionDenied
    now = timezone.now()
    can_note = member.may_plan and booking.slot.session.starts_at <= now
    form = BookingForm(posted(request), instance=booking, outcome=can_note)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        actions.edit_booking(booking=booking, title=data["title"], abstract=data["abstract"], link=data["link"])
        if can_note:
            actions.note_outcome(booking=booking, state=BookingState(data["outcome"]), now=now)
        messages.success(request, "Saved. Everybody in the course sees it on the schedule.")
        return see_other(reverse("presentations:schedule", args=[member.course.slug]))
    context = {"form": form, "booking": booking, "own": own} | frame(member, "presentations")
    return render(request, "presentations/booking_edit.html", context, status=422 if form.is_bound else 200)
