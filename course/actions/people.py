"""Who is in a course, and as what. The last instructor stays: every change of that holds the course's row locked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from django.db import transaction
from django.db.models import Q

from accounts.actions import invite, person_with_address
from accounts.models import Invitation, User
from course.enums import EnrollmentState, Role
from course.models import Course, Enrollment

VISIT = timedelta(hours=1)  # looks at the landing page within it are one visit


class LastInstructorError(Exception):
    """A course keeps at least one instructor: make somebody else one first."""


@dataclass(frozen=True, slots=True)
class Invited:
    """One person brought into a course. `token` opens the account; it is empty for somebody who has one already."""

    enrollment: Enrollment
    invitation: Invitation | None
    token: str


@dataclass(frozen=True, slots=True)
class Guest:
    """One line of the invitation form: whom to bring in. `email` is normalised."""

    email: str
    name: str


def _lock(course: Course) -> None:
    # PostgreSQL locks the row; on SQLite the transaction itself is IMMEDIATE, so writers already wait for each other.
    Course.objects.select_for_update().get(pk=course.pk)


def _keep_an_instructor(enrollment: Enrollment) -> None:
    others = Enrollment.objects.active().filter(course=enrollment.course_id, role=Role.INSTRUCTOR).exclude(pk=enrollment.pk)
    if not others.exists():
        raise LastInstructorError


def _is_instructor(enrollment: Enrollment) -> bool:
    return enrollment.role == Role.INSTRUCTOR and enrollment.state == EnrollmentState.ACTIVE


@transaction.atomic
def enroll(*, course: Course, person: User, role: Role) -> Enrollment:
    """Bring `person` into the course as `role`; somebody removed comes back, somebody present keeps their role."""
    enrollment, _ = Enrollment.objects.get_or_create(course=course, person=person, defaults={"role": role})
    Enrollment.objects.filter(pk=enrollment.pk, state=EnrollmentState.REMOVED).update(state=EnrollmentState.ACTIVE, role=role)
    enrollment.refresh_from_db()
    return enrollment


def _open_account(enrollment: Enrollment, invited_by: User, now: datetime) -> Invited:
    person = enrollment.person
    if person.has_usable_password():
        return Invited(enrollment, None, "")
    invitation, token = invite(person=person, invited_by=invited_by, now=now)
    return Invited(enrollment, invitation, token)


@transaction.atomic
def invite_people(*, course: Course, guests: list[Guest], role: Role, invited_by: User, now: datetime) -> list[Invited]:
    """Enroll everybody in `guests` as `role` and open an invitation for each who has no account yet: all or nobody.

    The letters are sent afterwards by the caller (`course.letters`), when this is committed.
    """
    # In one order: two people pasting the same new addresses wait for each other instead of deadlocking.
    ordered = sorted(guests, key=attrgetter("email"))
    enrollments = [
        enroll(course=course, person=person_with_address(email=guest.email, name=guest.name), role=role) for guest in ordered
    ]
    return [_open_account(enrollment, invited_by, now) for enrollment in enrollments]


@transaction.atomic
def invite_again(*, enrollment: Enrollment, invited_by: User, now: datetime) -> Invited:
    """Open a new invitation for somebody in the course; the earlier letter stops working."""
    return _open_account(enrollment, invited_by, now)


@transaction.atomic
def change_role(*, enrollment: Enrollment, role: Role) -> None:
    """Give somebody in the course another role. Raises LastInstructorError if nobody else is instructor."""
    _lock(enrollment.course)
    enrollment.refresh_from_db(fields=["role", "state"])
    if _is_instructor(enrollment) and role is not Role.INSTRUCTOR:
        _keep_an_instructor(enrollment)
    enrollment.role = role
    enrollment.save(update_fields=["role"])


@transaction.atomic
def remove_person(*, enrollment: Enrollment) -> None:
    """Take somebody out of the course: the next request answers 404, what they handed in stays.

    `restore_person` undoes it. Raises LastInstructorError if nobody else is instructor.
    """
    _lock(enrollment.course)
    enrollment.refresh_from_db(fields=["role", "state"])
    if _is_instructor(enrollment):
        _keep_an_instructor(enrollment)
    enrollment.state = EnrollmentState.REMOVED
    enrollment.save(update_fields=["state"])


def restore_person(*, enrollment: Enrollment) -> None:
    """Put somebody back who was removed, with the role they had."""
    Enrollment.objects.filter(pk=enrollment.pk, state=EnrollmentState.REMOVED).update(state=EnrollmentState.ACTIVE)


def note_visit(*, enrollment: Enrollment, now: datetime) -> None:
    """Note that somebody looked at the landing page, at most once an hour: a GET otherwise writes nothing."""
    if enrollment.seen_at is None or enrollment.seen_at < now - VISIT:
        old = Q(seen_at=None) | Q(seen_at__lt=now - VISIT)
        Enrollment.objects.filter(old, pk=enrollment.pk).update(seen_at=now)
