"""How many queries the pages of a whole course take, with every app's part on them: literal numbers, the same at two sizes."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from config.demo.build import build
from config.demo.cast import ADMIN, INSTRUCTOR, STUDENTS, address
from course.actions.files import save_file
from course.actions.weeks import save_week
from course.enums import AnnouncementState, Role
from course.models import Announcement, Course, CourseSession, Enrollment, Week
from presentations.actions import add_slots
from presentations.enums import SlotKind
from quizzes.actions.allowances import Terms, set_accommodation
from quizzes.actions.attempts import start
from quizzes.actions.authoring import new_quiz
from quizzes.actions.publishing import publish_quiz
from tests.course.test_pictures import png

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
QUIZ = "# More\n\n## Which are colours? {multi}\n\n- [x] red\n- [x] blue\n- [ ] salt\n"
# path: student, instructor, admin who is not enrolled
PAGES = {
    "": (11, 12, 12),
    "weeks/": (8, 7, 8),
    "weeks/5/": (11, 11, 11),
    "quizzes/": (6, 6, 7),
    "presentations/": (6, 7, 7),
    "announcements/": (5, 6, 7),
}
# path: instructor
STAFF_PAGES = {
    "people/": 5,
    "weeks/5/edit/": 6,
    "weeks/5/parts/": 4,
    "weeks/5/parts/title-1/": 4,
    "weeks/5/versions/": 5,
    "weeks/5/versions/1/": 6,
    "files/": 9,
    "folder/": 5,
    "quizzes/bank/": 8,
    "receipts/verify/": 3,
    "quizzes/week-5-quiz/": 9,
    "quizzes/week-5-quiz/edit/": 6,
    "quizzes/week-5-quiz/form/": 6,
    "quizzes/week-5-quiz/settings/": 6,
    "quizzes/week-5-quiz/print/?key=1": 4,
    "quizzes/week-5-quiz/preflight/": 12,
}


def count(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    assert response.status_code == 200
    return len(captured)


def grow(course: Course) -> None:
    """More of everything, in this week and beside it."""
    now, instructor = timezone.now(), User.objects.get(email=address(INSTRUCTOR))
    week = Week.objects.select_related("session").get(course=course, number=5)
    for index in range(6):
        student = User.objects.create_user(f"more.{index}@example.edu", name=f"More {index}")
        Enrollment.objects.create(course=course, person=student, role=Role.STUDENT)
        set_accommodation(course=course, student=student, terms=Terms(factor=Decimal(2)), by=instructor, now=now)
        save_file(course=course, name=f"more-{index}.png", content=png(), person=instructor, now=now)
        start(quiz=course.quizzes.get(slug="week-5-quiz"), student=student, now=now)
        Announcement.objects.create(
            course=course,
            title=f"More {index}",
            html="<p>More.</p>",
            author=instructor,
            week=week,
            state=AnnouncementState.PUBLISHED,
            publish_at=now - timedelta(hours=index + 1),
        )
        quiz = new_quiz(course=course, title=f"More {index}", week=week, author=instructor, now=now, text=QUIZ)
        publish_quiz(quiz=quiz, now=now)
    text = week.source.replace(
        "### DESIGN\n", "### DESIGN\n\n" + "".join(f"* [More {i} (5m)](https://example.org/more-{i})\n" for i in range(9))
    )
    save_week(course=course, week=week, text=text, author=instructor, now=now, session=week.session)
    assert week.session is not None
    add_slots(sessions=[week.session], kind=SlotKind.DEMO, minutes=5, capacity=3, count=4)


@pytest.fixture
def ask(db: None) -> Callable[[str], tuple[int, ...]]:
    people = []
    for name in (STUDENTS[0], INSTRUCTOR, ADMIN):
        client = Client()
        client.force_login(User.objects.get(email=address(name)), backend=BACKEND)
        people.append(client)
    return lambda path: tuple(count(client, f"/courses/hum240/{path}") for client in people)


@pytest.fixture
def course(db: None) -> Course:
    course = build(now=timezone.now())
    # A place that is free: the names to choose from are one more query for staff.
    session = CourseSession.objects.get(week__number=5)
    add_slots(sessions=[session], kind=SlotKind.DEMO, minutes=5, capacity=1, count=1)
    return course


@pytest.fixture
def instructor(course: Course) -> Client:
    client = Client()
    client.force_login(User.objects.get(email=address(INSTRUCTOR)), backend=BACKEND)
    return client


def test_pages_of_a_course_take_the_same_queries_at_two_sizes(
    course: Course, ask: Callable[[str], tuple[int, ...]], instructor: Client
) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        for path in PAGES:  # the landing page notes the visit once an hour; that is not the page's own
            ask(path)
        small = {path: ask(path) for path in PAGES}
        small_for_staff = {path: count(instructor, f"/courses/hum240/{path}") for path in STAFF_PAGES}
        grow(course)
        ask("weeks/5/")  # notes that the new version is read; that is one more query, once
        large = {path: ask(path) for path in PAGES}
        large_for_staff = {path: count(instructor, f"/courses/hum240/{path}") for path in STAFF_PAGES}
    assert small == PAGES
    assert large == PAGES
    assert small_for_staff == STAFF_PAGES
    assert large_for_staff == STAFF_PAGES
