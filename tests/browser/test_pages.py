"""Every page as each person: axe in light and dark, 320 px without sideways scroll, no leftovers of programming."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from accounts.models import User
from course.enums import Role
from quizzes.models import Attempt
from tests.browser.conftest import Demo, axe, sideways

Open = Callable[..., Page]

COURSE_PAGES = (
    "",
    "weeks/",
    "weeks/4/",
    "weeks/5/",
    "quizzes/",
    "quizzes/week-4-quiz/",
    "quizzes/week-5-quiz/",
    "presentations/",
    "announcements/",
)
STAFF_PAGES = (
    "weeks/6/",
    "weeks/7/",
    "weeks/new/",
    "weeks/import/",
    "weeks/5/edit/",
    "weeks/5/readings/add/",
    "pages/new/",
    "quizzes/new/",
    "quizzes/import/",
    "quizzes/week-5-quiz/edit/",
    "quizzes/week-5-quiz/settings/",
    "presentations/add/",
    "announcements/new/",
    "people/",
)
SITE_PAGES = ("/courses/", "/settings/", "/account/password/change/", "/nothing-here/")
SIGNED_OUT = (
    "/account/login/",
    "/account/password/reset/",
    "/account/password/reset/done/",
    "/account/signup/",
    "/invitation/none/",
    "/dev/mail/",
)
MISSING = {"/nothing-here/": 404, "/invitation/none/": 410}
LEFTOVERS = re.compile(r"\bNone\b(?! of)|object \(\d+\)|\{\{|\{%|Lorem|Traceback|\bQuizs\b")


def check(page: Page, path: str) -> list[str]:
    page.emulate_media(color_scheme="light", reduced_motion="reduce")  # axe must not look into the middle of a transition
    troubles = [f"{path}: {line}" for line in axe(page)]
    page.emulate_media(color_scheme="dark")
    troubles += [f"{path} (dark): {line}" for line in axe(page, colours_only=True)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320, "height": 568})
    if (wide := sideways(page)) > 0:
        troubles.append(f"{path}: {wide} px too wide at 320")
    page.set_viewport_size({"width": 1280, "height": 900})
    text = page.inner_text("body")
    troubles += [f"{path}: leftover {found!r}" for found in LEFTOVERS.findall(text)]
    if page.locator("h1").count() < 1:
        troubles.append(f"{path}: no h1")
    if not page.title().strip() or page.title() in {"Home", "Seminar"}:
        troubles.append(f"{path}: title {page.title()!r}")
    return troubles


def paths_of(demo: Demo, user: User | None) -> list[str]:
    if user is None:
        return list(SIGNED_OUT)
    course = [demo.url + path for path in COURSE_PAGES]
    if user == demo.student:
        done = Attempt.objects.get(student=user, quiz__slug="week-4-quiz")
        return [*course, f"{demo.url}quizzes/week-4-quiz/attempts/{done.public_id}/result/", *SITE_PAGES]
    if user == demo.admin:
        return course
    return [*course, *(demo.url + path for path in STAFF_PAGES)]


@pytest.mark.parametrize("who", ["nobody", "student", "instructor", "admin"])
def test_pages_of_each_person_are_accessible_and_fit_a_phone(who: str, demo: Demo, open_page: Open) -> None:
    user = None if who == "nobody" else getattr(demo, who)
    page = open_page(user, "/healthz")
    troubles: list[str] = []
    for path in paths_of(demo, user):
        response = page.goto(path)
        assert response is not None
        if response.status != MISSING.get(path, 200):
            troubles.append(f"{path}: {response.status}")
            continue
        troubles += check(page, path)
    assert troubles == []


def test_quiz_pages_while_taking_are_accessible_and_fit_a_phone(demo: Demo, open_page: Open) -> None:
    page = open_page(demo.student, f"{demo.url}quizzes/week-5-quiz/")
    page.get_by_role("button", name="Start").first.click()
    page.wait_for_url("**/attempts/**")
    troubles = check(page, "attempt")
    page.locator("input[name=option]").first.check()
    page.wait_for_timeout(500)
    troubles += check(page, "attempt, ticked and saved")
    page.get_by_role("link", name="Check and submit").click()
    troubles += check(page, "check")
    assert troubles == []


def test_pages_with_very_long_names_fit_a_phone(demo: Demo, open_page: Open) -> None:
    demo.student.name = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh " + "x" * 60
    demo.student.save()
    page = open_page(demo.student, demo.url, viewport={"width": 320, "height": 568})
    wide = {path: sideways(page) for path in COURSE_PAGES if page.goto(demo.url + path)}
    assert {path: px for path, px in wide.items() if px > 0} == {}


def test_roles_have_every_page_they_need_outside_the_admin(demo: Demo) -> None:
    assert demo.course.enrollments.filter(role=Role.INSTRUCTOR).count() == 1
    assert not demo.instructor.is_staff
