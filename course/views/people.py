"""Who is in the course: the list, invitations, roles, removal with undo."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.actions import note_letter
from course.access import Membership, Right, enrollment_for, frame, membership_for, see_other
from course.actions.people import (
    Guest,
    Invited,
    LastInstructorError,
    change_role,
    invite_again,
    invite_people,
    remove_person,
    restore_person,
)
from course.enums import EnrollmentState, Role
from course.forms.people import InviteForm, Line, RoleForm
from course.letters import send_letters
from course.models import Enrollment
from course.people_columns import columns_for
from course.roster import find, roster_of

LAST_INSTRUCTOR = "{person} is the only instructor. Make somebody else instructor first; nothing was changed."


def _roles_to_give(member: Membership) -> list[Role]:
    """Instructors give every role; assistants bring in people without giving rights away."""
    return list(Role) if member.may_manage_people else [Role.STUDENT, Role.OBSERVER]


def _page(request: HttpRequest, member: Membership, form: InviteForm) -> HttpResponse:
    query = request.GET.get("q", "").strip()[:100]
    roster = roster_of(member.course, query)
    students = [entry.person for entry in roster.active + roster.invited if entry.enrollment.role == Role.STUDENT]
    context = {
        "columns": columns_for(member, students),
        "roster": roster,
        "query": query,
        "form": form,
        "roles": Role.choices,
        "now": timezone.now(),
        "changing": find(roster.active, request.GET.get("change", "")) if member.may_manage_people else None,
        "just_removed": find(roster.removed, request.GET.get("removed", "")) if member.may_manage_people else None,
    }
    return render(request, "course/people.html", frame(member, "people") | context, status=422 if form.errors else 200)


@require_safe
@login_required
def people(request: HttpRequest, course: str) -> HttpResponse:
    """Everybody in the course, for its staff. `?q=` finds, `?change=` opens one person, `?removed=` offers the undo."""
    member = membership_for(request, course, Right.SEE_STAFF_PAGES)
    return _page(request, member, InviteForm(roles=_roles_to_give(member)))


def _people_url(member: Membership, end: str = "") -> str:
    return reverse("course:people", args=[member.course.slug]) + end


def _check_removed(member: Membership, lines: list[Line], form: InviteForm) -> None:
    """Refuse lines with somebody an instructor removed, unless the asking person may put people back."""
    if member.may_manage_people:
        return
    gone = Enrollment.objects.filter(
        course=member.course,
        state=EnrollmentState.REMOVED,
        person__email__in=[line.guest.email for line in lines],
    ).values_list("person__email", flat=True)
    for line in lines:
        if line.guest.email in gone:
            form.add_error("people", f"Line {line.number}: {line.guest.email} was removed; only an instructor puts people back")


def _already_here(member: Membership, guests: list[Guest]) -> set[str]:
    found = Enrollment.objects.active().filter(course=member.course, person__email__in=[guest.email for guest in guests])
    return set(found.values_list("person__email", flat=True))


@require_POST
@login_required
def person_invite(request: HttpRequest, course: str) -> HttpResponse:
    """Bring in everybody on the pasted lines, or nobody while a line is wrong; then send the letters."""
    member = membership_for(request, course, Right.PLAN)
    form = InviteForm(request.POST, roles=_roles_to_give(member))
    if form.is_valid():
        _check_removed(member, form.cleaned_data["people"], form)
    if form.errors:
        return _page(request, member, form)
    guests = [line.guest for line in form.cleaned_data["people"]]
    here = _already_here(member, guests)
    new = [guest for guest in guests if guest.email not in here]
    now = timezone.now()
    invited = invite_people(course=member.course, guests=new, role=form.cleaned_data["role"], invited_by=member.user, now=now)
    if here:
        messages.info(request, f"Already in the course, nothing changed: {', '.join(sorted(here))}.")
    _send(request, member, invited, now)
    return see_other(_people_url(member))


def _send(request: HttpRequest, member: Membership, invited: list[Invited], now: datetime) -> None:
    """Send the letters of people who are enrolled already, note the outcome at each and say it on the next page."""
    outcome = send_letters(invited, member.user)
    for one in invited:
        if one.invitation:
            note_letter(invitation=one.invitation, failure=outcome[one.enrollment.pk], now=now)
    sent = [str(one.enrollment.person) for one in invited if not outcome[one.enrollment.pk]]
    if sent:
        messages.success(request, f"Enrolled, the letter is sent: {', '.join(sent)}.")
    for one in invited:
        if failure := outcome[one.enrollment.pk]:
            again = " Send it again from the list below." if one.invitation else " Tell them yourself: they can sign in."
            messages.error(request, f"{one.enrollment.person} is enrolled, the letter could not be sent: {failure}.{again}")


@require_POST
@login_required
def person_reinvite(request: HttpRequest, course: str, person: str) -> HttpResponse:
    """Send a new letter; the earlier link stops working."""
    member = membership_for(request, course, Right.PLAN)
    enrollment = enrollment_for(member, person)
    if enrollment.state != EnrollmentState.ACTIVE or enrollment.person.has_usable_password():
        messages.info(request, f"{enrollment.person} needs no invitation.")
        return see_other(_people_url(member))
    now = timezone.now()
    _send(request, member, [invite_again(enrollment=enrollment, invited_by=member.user, now=now)], now)
    return see_other(_people_url(member, "#pending"))


@require_POST
@login_required
def person_role(request: HttpRequest, course: str, person: str) -> HttpResponse:
    """Give somebody another role; it counts at their next request."""
    member = membership_for(request, course, Right.MANAGE_PEOPLE)
    enrollment = enrollment_for(member, person)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "This is no role of a course. Nothing was changed.")
        return see_other(_people_url(member))
    try:
        change_role(enrollment=enrollment, role=form.cleaned_data["role"])
    except LastInstructorError:
        messages.error(request, LAST_INSTRUCTOR.format(person=enrollment.person))
    else:
        messages.success(request, f"{enrollment.person}: {enrollment.get_role_display()}. It counts from now on.")
    return see_other(_people_url(member))


@require_POST
@login_required
def person_remove(request: HttpRequest, course: str, person: str) -> HttpResponse:
    """Take somebody out of the course. The page that follows offers to put them back."""
    member = membership_for(request, course, Right.MANAGE_PEOPLE)
    enrollment = enrollment_for(member, person)
    try:
        remove_person(enrollment=enrollment)
    except LastInstructorError:
        messages.error(request, LAST_INSTRUCTOR.format(person=enrollment.person))
        return see_other(_people_url(member))
    if enrollment.person_id == member.user.pk:
        return see_other(reverse("courses"))
    return see_other(_people_url(member, f"?removed={enrollment.person.public_id}"))


@require_POST
@login_required
def person_restore(request: HttpRequest, course: str, person: str) -> HttpResponse:
    """Put somebody back who was removed, with the role they had."""
    member = membership_for(request, course, Right.MANAGE_PEOPLE)
    enrollment = enrollment_for(member, person)
    restore_person(enrollment=enrollment)
    messages.success(request, f"{enrollment.person} is back: {enrollment.get_role_display()}.")
    return see_other(_people_url(member))
