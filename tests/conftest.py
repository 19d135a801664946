"""The fixed cast of the tests: one course with everybody in it, and a twin course of the same shape."""

import gc
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.test import TransactionTestCase
from django.utils import timezone

from accounts.models import User
from course.enums import Role
from course.models import Course, CourseSession, Enrollment, Term

# Looking for circles of garbage takes an eighth of a run, most of it among what stays to the end.
gc.set_threshold(100_000, 20, 20)


def pytest_collection_finish() -> None:
    """Leave out of that search what is there before the first test."""
    gc.freeze()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Name each failure, and each test of minutes, when it ends: a proof runs for an hour, and pytest tells all at its end."""
    if report.failed:
        sys.stderr.write(f"\nfailed ({report.when}): {report.nodeid}\n")
    elif report.when == "call" and report.duration > LONG:
        sys.stderr.write(f"\n{report.outcome} in {report.duration:.0f} s: {report.nodeid}\n")


NOW = datetime(2026, 10, 7, 16, 0, tzinfo=UTC)  # Wednesday, 11:00 in Chicago, two hours before class
PASSWORD = "a long enough password"
LONG = 60  # seconds


@dataclass(frozen=True)
class Cast:
    course: Course
    twin: Course
    instructor: User
    assistant: User
    student: User
    other_student: User
    observer: User
    stranger: User
    admin: User
    session: CourseSession


def make_course(slug: str, term: Term) -> Course:
    return Course.objects.create(
        slug=slug,
        code=slug.upper(),
        title="Machines That Write",
        term=term,
        zone="America/Chicago",
        contact_email="ruth.vandermeer@example.edu",
        reading_minutes=150,
    )


def address_of(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@example.edu"


def person(name: str, **fields: object) -> User:
    return User.objects.create_user(address_of(name), PASSWORD, name=name, **fields)


@pytest.fixture(scope="session", autouse=True)
def _quick_to_empty() -> Iterator[None]:
    """Empty the tables after a test with transactions of its own in another way than Django's flush."""
    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "postgresql":
            patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: empty_tables())
        yield


def empty_tables() -> None:
    """Delete all rows but content types and permissions. Django truncates, which makes new files for some 300 tables and
    indexes, and writes those two again: 0.2 s for each test that races or has a server.
    """
    kept = {"django_content_type", "auth_permission"}
    tables = [table for table in connection.introspection.django_table_names(only_existing=True) if table not in kept]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # in any order
        for table in tables:
            cursor.execute(f'DELETE FROM "{table}"')


@pytest.fixture(autouse=True)
def _own_clock() -> None:
    """A page that an earlier test asked for without the middleware leaves its time zone behind."""
    timezone.deactivate()


@pytest.fixture
def cast(db: None) -> Cast:
    """Write the cast in eight statements: it stands behind most tests, one `create_user` each took them 60 ms."""
    term = Term.objects.create(name="Fall 2026", starts_on=date(2026, 8, 31), ends_on=date(2026, 12, 18))
    course, twin = make_course("hum240", term), make_course("twin", term)
    people = make_people(
        instructor="Ruth Vandermeer",
        assistant="Teo Marchetti",
        student="Ines Caballero",
        other_student="Jonah Whitfield",
        observer="Odile Okafor",
        stranger="Silas Strange",
        admin="Ada Admin",
    )
    roles = {
        "instructor": Role.INSTRUCTOR,
        "assistant": Role.ASSISTANT,
        "student": Role.STUDENT,
        "other_student": Role.STUDENT,
        "observer": Role.OBSERVER,
    }
    enrollments = [Enrollment(course=course, person=people[key], role=role) for key, role in roles.items()]
    Enrollment.objects.bulk_create([*enrollments, Enrollment(course=twin, person=people["stranger"], role=Role.INSTRUCTOR)])
    session = CourseSession.objects.create(
        course=course,
        starts_at=NOW + timedelta(hours=2),
        ends_at=NOW + timedelta(hours=4, minutes=40),
        room="Alder 208",
    )
    return Cast(course=course, twin=twin, session=session, **people)


def make_people(**names: str) -> dict[str, User]:
    """Return a person with a proven address for each name, as `create_user` makes them; `admin` looks after the site."""
    password = make_password(PASSWORD)
    people = {key: User(email=address_of(name), name=name, password=password) for key, name in names.items()}
    people["admin"].is_staff = people["admin"].is_superuser = True
    User.objects.bulk_create(people.values())
    proven = [EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in people.values()]
    EmailAddress.objects.bulk_create(proven)
    return people
