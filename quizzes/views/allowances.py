"""More time for one student: in every quiz of the course (accommodation), or other values in one quiz (exception). Staff only."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.form_base import posted
from accounts.models import User
from course.access import Membership, Right, enrollment_for, frame, membership_for, see_other
from course.enums import EnrollmentState, Role
from quizzes.access import quiz_for
from quizzes.actions.allowances import remove_accommodation, remove_exception, set_accommodation, set_exception
from quizzes.actions.refusals import RefusedError
from quizzes.allowance_forms import AccommodationForm, ExceptionForm
from quizzes.models import Accommodation, QuizException
from quizzes.preflight import preflight
from quizzes.schedule import effective_schedule, without_exception
from quizzes.wording import capital, counted


def student_for(member: Membership, public_id: str) -> User:
    """Return a current student of the member's course; anybody else has no times of their own (404)."""
    enrollment = enrollment_for(member, public_id)
    if enrollment.state != EnrollmentState.ACTIVE or enrollment.role != Role.STUDENT:
        raise Http404
    return enrollment.person


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def accommodation(request: HttpRequest, course: str, person: str) -> HttpResponse:
    """Give a student more time in every quiz of the course; attempts that run get it at once."""
    member, now = membership_for(request, course, Right.PLAN), timezone.now()
    student = student_for(member, person)
    given = Accommodation.objects.filter(course=member.course, student=student).select_related("set_by").first()
    form = AccommodationForm(posted(request), initial=AccommodationForm.initial_of(given))
    if form.is_valid():
        try:
            moved = set_accommodation(course=member.course, student=student, terms=form.terms(), by=member.user, now=now)
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{student} has these times in every quiz from now on.{_moved_words(moved)}")
            return see_other(_people(member, student))
    context = {"form": form, "student": student, "given": given, "now": now}
    return render(request, "quizzes/accommodation.html", frame(member, "people") | context, status=422 if form.errors else 200)


@require_POST
@login_required
def accommodation_remove(request: HttpRequest, course: str, person: str) -> HttpResponse:
    """Take a student's accommodation away; attempts that run get the usual time, though never an end that is over."""
    member = membership_for(request, course, Right.PLAN)
    student = student_for(member, person)
    moved = remove_accommodation(course=member.course, student=student, now=timezone.now())
    messages.success(request, f"{student} has the same times as everybody.{_moved_words(moved)}")
    return see_other(_people(member, student))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def quiz_exception(request: HttpRequest, course: str, quiz: str, person: str) -> HttpResponse:
    """Let other values hold for a student in one quiz; an attempt that runs gets them at once."""
    member, now = membership_for(request, course, Right.PLAN), timezone.now()
    found, student = quiz_for(member, quiz, now), student_for(member, person)
    given = QuizException.objects.filter(quiz=found, student=student).select_related("set_by").first()
    without = without_exception(found, student, now)
    form = ExceptionForm(posted(request), initial=ExceptionForm.initial_of(given), course=member.course, without=without)
    if form.is_valid():
        try:
            moved = set_exception(quiz=found, student=student, difference=form.difference(), by=member.user, now=now)
        except RefusedError as error:
            for reason in error.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, f"{student} has times of their own in this quiz.{_moved_words(moved)}")
            return see_other(found.get_absolute_url())
    context = {"form": form, "quiz": found, "student": student, "given": given, "now": now}
    context |= {"schedule": effective_schedule(found, student, now), "without": without}
    return render(request, "quizzes/exception.html", frame(member, "quizzes") | context, status=422 if form.errors else 200)


@require_POST
@login_required
def quiz_exception_remove(request: HttpRequest, course: str, quiz: str, person: str) -> HttpResponse:
    """Take a student's exception away; an attempt that runs gets the usual time, though never an end that is over."""
    member, now = membership_for(request, course, Right.PLAN), timezone.now()
    found, student = quiz_for(member, quiz, now), student_for(member, person)
    moved = remove_exception(quiz=found, student=student, now=now)
    messages.success(request, f"{student} has no exception in this quiz any more.{_moved_words(moved)}")
    return see_other(found.get_absolute_url())


@require_safe
@login_required
def quiz_preflight(request: HttpRequest, course: str, quiz: str) -> HttpResponse:
    """Show what holds for every student in a quiz, and everything in it that will surprise somebody."""
    member, now = membership_for(request, course, Right.SEE_STAFF_PAGES), timezone.now()
    found = quiz_for(member, quiz, now)
    context = {"quiz": found, "now": now, "report": preflight(found, now)}
    return render(request, "quizzes/preflight.html", frame(member, "quizzes") | context)


def _people(member: Membership, student: User) -> str:
    return reverse("course:people", args=[member.course.slug]) + f"#person-{student.public_id}"


def _moved_words(moved: int) -> str:
    if not moved:
        return ""
    return f" {capital(counted(moved, 'attempt'))} that {'is' if moved == 1 else 'are'} running {'has' if moved == 1 else 'have'} a new end."
