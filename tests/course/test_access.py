import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone

from accounts.models import User
from course.access import (
    ADMIN_RIGHTS,
    RIGHTS,
    Membership,
    Right,
    courses_of,
    enrollment_for,
    frame,
    membership_for,
    zone_words,
)
from course.actions.people import remove_person
from course.enums import Role
from course.models import Enrollment
from tests.conftest import Cast


def membership(user: User, slug: str = "hum240", right: Right = Right.READ) -> Membership:
    request = RequestFactory().get("/")
    request.user = user
    return membership_for(request, slug, right)


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (Role.STUDENT, {Right.READ, Right.TAKE_PART}),
        (Role.OBSERVER, {Right.READ}),
        (Role.ASSISTANT, {Right.READ, Right.PLAN, Right.SEE_STAFF_PAGES}),
        (Role.INSTRUCTOR, {Right.READ, Right.PLAN, Right.SEE_STAFF_PAGES, Right.MANAGE_PEOPLE}),
    ],
)
def test_rights_of_each_role_are_those_of_the_table(role: Role, rights: set[Right]) -> None:
    assert RIGHTS[role] == rights


def test_rights_of_an_admin_looking_in_change_nothing() -> None:
    assert {Right.READ, Right.SEE_STAFF_PAGES} == ADMIN_RIGHTS


@pytest.mark.parametrize("slug", ["hum240", "unknown", "HUM240"])
def test_membership_of_a_stranger_does_not_exist(cast: Cast, slug: str) -> None:
    with pytest.raises(Http404):
        membership(cast.stranger, slug)


def test_membership_without_the_right_is_refused(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        membership(cast.student, right=Right.PLAN)


def test_membership_of_somebody_removed_ends_at_once(cast: Cast) -> None:
    remove_person(enrollment=Enrollment.objects.get(person=cast.student))
    with pytest.raises(Http404):
        membership(cast.student)


def test_membership_of_an_admin_who_is_enrolled_is_that_of_the_role(cast: Cast) -> None:
    Enrollment.objects.create(course=cast.course, person=cast.admin, role=Role.STUDENT)
    assert membership(cast.admin).rights == RIGHTS[Role.STUDENT]


def test_membership_of_a_closed_admin_account_does_not_exist(cast: Cast) -> None:
    cast.admin.is_active = False
    with pytest.raises(Http404):
        membership(cast.admin)


def test_membership_switches_to_the_zone_of_the_course(cast: Cast) -> None:
    membership(cast.student)
    assert timezone.get_current_timezone_name() == "America/Chicago"


def test_membership_of_somebody_with_a_zone_keeps_it(cast: Cast) -> None:
    timezone.deactivate()
    cast.student.zone = "Europe/Madrid"
    found = membership(cast.student)
    assert timezone.get_current_timezone_name() == "UTC"  # the middleware has set the person's own
    assert frame(found, "now")["zone_name"] == "Madrid"


def test_courses_of_each_person_are_their_own(cast: Cast) -> None:
    assert courses_of(cast.student) == [cast.course]
    assert courses_of(cast.stranger) == [cast.twin]
    assert courses_of(cast.admin) == [cast.course, cast.twin]


def test_enrollment_of_another_course_does_not_exist(cast: Cast) -> None:
    member = membership(cast.instructor)
    assert enrollment_for(member, cast.student.public_id).person == cast.student
    with pytest.raises(Http404):
        enrollment_for(member, cast.stranger.public_id)


@pytest.mark.parametrize(
    ("zone", "words"), [("America/New_York", "New York"), ("UTC", "UTC"), ("America/Argentina/Salta", "Salta")]
)
def test_zone_words_name_the_city(zone: str, words: str) -> None:
    assert zone_words(zone) == words
