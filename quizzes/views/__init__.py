"""The two pages that look different to those who teach; everything else is in the modules of this package."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from course.access import membership_for
from quizzes.views import staff, student


@require_safe
@login_required
def quizzes(request: HttpRequest, course: str) -> HttpResponse:
    """List the quizzes of a course."""
    member = membership_for(request, course)
    return staff.quizzes(request, member) if member.is_staff else student.quizzes(request, member)


@require_safe
@login_required
def quiz(request: HttpRequest, course: str, quiz: str) -> HttpResponse:
    """Show one quiz: before the start for students, its overview with results for staff."""
    member = membership_for(request, course)
    return staff.quiz(request, member, quiz) if member.is_staff else student.quiz(request, member, quiz)
