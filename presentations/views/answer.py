"""The one answer of every change on the schedule: the schedule again, as a page or as its part."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from course.access import frame, see_other
from presentations.access import presenters
from presentations.actions import SlotError
from presentations.models import Slot
from presentations.schedule import schedule_for

if TYPE_CHECKING:
    from accounts.models import User
    from course.access import Membership

PAGE = "presentations/schedule.html"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an assignment was not made: what was typed for which slot, and whom it may have meant."""

    slot: Slot
    typed: str
    text: str
    candidates: list["User"] = field(default_factory=list)


def schedule_page(
    request: HttpRequest,
    member: "Membership",
    now: datetime,
    *,
    part: str = "",
    problem: Problem | None = None,
) -> HttpResponse:
    """Render the schedule, or with `part` only that part of its template; a problem answers 422."""
    people = presenters(member.course) if member.may_plan else []
    context = {"schedule": schedule_for(member, now), "presenters": people, "problem": problem, "now": now}
    return render(
        request,
        f"{PAGE}#{part}" if part else PAGE,
        context | frame(member, "presentations"),
        status=422 if problem else 200,
    )


def changed(request: HttpRequest, member: "Membership", slot: Slot, now: datetime, said: str | SlotError) -> HttpResponse:
    """Answer after a change, or after its refusal: htmx gets the schedule as it is now, a form goes back to where it stood."""
    if isinstance(said, SlotError):
        messages.error(request, str(said))
    else:
        messages.success(request, said)
    if getattr(request, "htmx", False):
        return schedule_page(request, member, now, part="refreshed")
    return see_other(_back(request, member, slot))


def _back(request: HttpRequest, member: "Membership", slot: Slot) -> str:
    week = getattr(slot.session, "week", None) if request.POST.get("back") == "week" else None
    return week.get_absolute_url() if week is not None else reverse("presentations:schedule", args=[member.course.slug])
