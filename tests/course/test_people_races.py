"""Two at once: the last instructor, the same new address, the same invitation. Each with the protection removed as control."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.actions import InvitationGoneError, accept_invitation, invite, person_with_address
from accounts.models import Invitation, User
from course.actions.people import Guest, LastInstructorError, change_role, invite_people, remove_person
from course.enums import EnrollmentState, Role
from course.models import Enrollment
from tests.conftest import PASSWORD, Cast

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 10


def at_once(*jobs: Callable[[], object]) -> list[object]:
    """Run the jobs in threads of their own that start together; return results, or the error of a job."""
    gate = Barrier(len(jobs))

    def run(job: Callable[[], object]) -> object:
        try:
            gate.wait(10)
            return job()
        except (LastInstructorError, InvitationGoneError) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def two_instructors(cast: Cast) -> tuple[Enrollment, Enrollment]:
    Enrollment.objects.filter(course=cast.course, person__in=[cast.instructor, cast.assistant]).update(
        role=Role.INSTRUCTOR,
        state=EnrollmentState.ACTIVE,
    )
    first, second = Enrollment.objects.filter(course=cast.course, role=Role.INSTRUCTOR).select_related("course")
    return first, second


def instructors(cast: Cast) -> int:
    return Enrollment.objects.active().filter(course=cast.course, role=Role.INSTRUCTOR).count()


def test_last_two_instructors_step_down_at_once_one_stays(cast: Cast) -> None:
    for number in range(ROUNDS):
        first, second = two_instructors(cast)
        step_down = partial(change_role, enrollment=first, role=Role.STUDENT)
        leave = partial(remove_person, enrollment=second)
        outcome = at_once(step_down, leave if number % 2 else partial(change_role, enrollment=second, role=Role.OBSERVER))
        assert instructors(cast) == 1
        assert sum(isinstance(one, LastInstructorError) for one in outcome) == 1


def test_control_step_down_without_the_lock_leaves_nobody(cast: Cast) -> None:
    looked = Barrier(2)

    def unprotected(enrollment: Enrollment) -> None:
        with transaction.atomic():
            others = Enrollment.objects.active().filter(course=enrollment.course, role=Role.INSTRUCTOR).exclude(pk=enrollment.pk)
            assert others.exists()
            looked.wait(10)
            Enrollment.objects.filter(pk=enrollment.pk).update(role=Role.STUDENT)

    first, second = two_instructors(cast)
    at_once(lambda: unprotected(first), lambda: unprotected(second))
    assert instructors(cast) == 0


def test_same_new_address_invited_twice_at_once_is_one_person(cast: Cast) -> None:
    now = timezone.now()
    for number in range(ROUNDS):
        guests = [Guest(f"noor{number}@example.edu", "Noor")]
        bring = partial(invite_people, course=cast.course, guests=guests, role=Role.STUDENT, invited_by=cast.instructor, now=now)
        at_once(bring, bring, bring)
        person = User.objects.get(email=guests[0].email)
        assert Enrollment.objects.filter(person=person).count() == 1


def test_control_check_then_create_meets_the_constraint(cast: Cast) -> None:
    looked = Barrier(2)
    refused: list[str] = []

    def unprotected() -> None:
        assert not User.objects.filter(email="noor@example.edu").exists()
        looked.wait(10)
        try:
            User.objects.create_user("noor@example.edu")
        except IntegrityError as error:
            refused.append(type(error).__name__)

    at_once(unprotected, unprotected)
    assert refused == ["IntegrityError"]


def test_same_invitation_accepted_twice_at_once_opens_one_account(cast: Cast) -> None:
    for number in range(ROUNDS):
        person = person_with_address(email=f"noor{number}@example.edu")
        invitation, _ = invite(person=person, invited_by=None, now=timezone.now())

        accept = partial(accept_invitation, invitation=invitation, password=PASSWORD, now=timezone.now())
        outcome = at_once(partial(accept, name="First"), partial(accept, name="Second"))
        assert sum(isinstance(one, InvitationGoneError) for one in outcome) == 1
        winner = next(one for one in outcome if isinstance(one, User))
        assert User.objects.get(pk=person.pk).name == winner.name


def test_control_accept_without_the_conditional_update_lets_both_in(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    looked, update = Barrier(2), QuerySet.update

    def look_then_update(rows: QuerySet[Invitation], **values: object) -> int:
        if rows.model is not Invitation:
            return update(rows, **values)
        found = list(rows.values_list("pk", flat=True))
        looked.wait(10)
        return update(Invitation.objects.filter(pk__in=found), **values)

    person = person_with_address(email="noor@example.edu")
    invitation, _ = invite(person=person, invited_by=None, now=timezone.now())
    accept = partial(accept_invitation, invitation=invitation, password=PASSWORD, now=timezone.now())
    monkeypatch.setattr(QuerySet, "update", look_then_update)
    assert at_once(partial(accept, name="First"), partial(accept, name="Second")) == [person, person]
