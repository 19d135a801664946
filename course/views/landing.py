"""Where somebody lands: the one course, or the list of courses, and in a course the answer to "what do I do next"."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import person_of
from course.access import courses_of, frame, membership_for, roles_of
from course.actions.people import note_visit
from course.landing import landing_for


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Go to the one course somebody is in; else show the list."""
    mine = courses_of(person_of(request))
    if len(mine) == 1:
        return redirect("course:now", mine[0].slug)
    return redirect("courses")


@require_safe
@login_required
def courses(request: HttpRequest) -> HttpResponse:
    """List the courses somebody may look into: an admin all of them, others their own."""
    person = person_of(request)
    context = {"courses": courses_of(person), "roles": roles_of(person), "is_admin": person.is_admin}
    return render(request, "course/courses.html", context)


@require_safe
@login_required
def now(request: HttpRequest, course: str) -> HttpResponse:
    """Answer "what do I do next" in one course."""
    member = membership_for(request, course)
    moment = timezone.now()
    context = frame(member, "now") | {"now": moment, "page": landing_for(member, moment)}
    if member.enrollment:
        note_visit(enrollment=member.enrollment, now=moment)
    return render(request, "course/now.html", context)
