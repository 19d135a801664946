from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from course.access import Right, frame, membership_for


@require_safe
@login_required
def people(request: HttpRequest, course: str) -> HttpResponse:
    """Everybody in the course, for its staff."""
    member = membership_for(request, course, Right.SEE_STAFF_PAGES)
    return render(request, "course/people.html", frame(member, "people"))


@require_POST
@login_required
def person_invite(request: HttpRequest, course: str) -> HttpResponse:
    return HttpResponse()


@require_POST
@login_required
def person_role(request: HttpRequest, course: str, person: str) -> HttpResponse:
    return HttpResponse()


@require_POST
@login_required
def person_remove(request: HttpRequest, course: str, person: str) -> HttpResponse:
    return HttpResponse()


@require_POST
@login_required
def person_restore(request: HttpRequest, course: str, person: str) -> HttpResponse:
    return HttpResponse()


@require_POST
@login_required
def person_reinvite(request: HttpRequest, course: str, person: str) -> HttpResponse:
    return HttpResponse()
