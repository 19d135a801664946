"""Opening a week or a page to students: now, at a time, or not yet."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from course.access import Membership, Right, frame, membership_for, page_for, see_other, week_for
from course.actions.pages import release_page
from course.actions.weeks import ReleaseRefusedError, release_week
from course.enums import Release
from course.forms.weeks import ReleaseForm
from course.models import Page, Week
from course.templatetags.clock import when


@require_POST
@login_required
def week_release(request: HttpRequest, course: str, week: str) -> HttpResponse:
    """Open a week now or later, or take it back to a draft."""
    member, now = membership_for(request, course, Right.PLAN), timezone.now()
    shown = week_for(member, week, now)
    return _release(request, member, shown, partial(release_week, week=shown), now)


@require_POST
@login_required
def page_release(request: HttpRequest, course: str, page: str) -> HttpResponse:
    """Open a page now or later, or take it back to a draft."""
    member, now = membership_for(request, course, Right.PLAN), timezone.now()
    shown = page_for(member, page, now)
    return _release(request, member, shown, partial(release_page, page=shown), now)


def _release(
    request: HttpRequest, member: Membership, shown: Week | Page, release: Callable[..., Week | Page], now: datetime
) -> HttpResponse:
    """Do what the form says by `release`, which takes its state and time; a refusal comes back with the form."""
    shown.course = member.course
    form = ReleaseForm(request.POST)
    if form.is_valid():
        try:
            released = release(state=Release(form.cleaned_data["state"]), opens_at=form.cleaned_data["opens_at"], now=now)
        except ReleaseRefusedError as error:
            form.add_error("opens_at", str(error))
        else:
            messages.success(request, release_words(released, now))
            return see_other(shown.get_absolute_url())
    context = {"form": form, "title": str(shown), "back": shown.get_absolute_url(), "action": request.path}
    return render(request, "course/week_release.html", frame(member, "weeks") | context, status=422)


def release_words(thing: Week | Page, now: datetime) -> str:
    """Return what the release of a week or page now means for students."""
    if thing.state == Release.SCHEDULED and thing.opens_at:
        return f"{thing} opens to students {when(thing.opens_at, now)}."
    if thing.state == Release.OPEN:
        return f"{thing} is open to students."
    return f"{thing} is a draft. Students do not see it."
