"""Every page as each person: axe in light and dark, 320 px without sideways scroll, no leftovers of programming."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from accounts.models import User
from course.actions.imports import keep_draft
from course.actions.pages import save_page
from course.enums import AnnouncementState, Role
from course.models import Announcement
from exchange.actions.uploads import keep_upload
from exchange.folder import write_archive
from presentations.models import Booking
from quizzes.actions.allowances import Difference, Terms, set_accommodation, set_exception
from quizzes.actions.bank import add_question, change_question
from quizzes.actions.imports import keep_quiz_draft
from quizzes.models import Attempt
from tests.access.objects import QUESTION
from tests.browser.conftest import Demo, axe, sideways
from tests.course.week_texts import TEXT
from tests.proof import examples
from tests.quizzes.authoring_texts import QUIZ, REVIEW

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
    "weeks/5/parts/",
    "weeks/5/parts/section-17/",
    "weeks/5/versions/",
    "weeks/5/versions/1/",
    "weeks/5/readings/add/",
    "pages/new/",
    "quizzes/new/",
    "quizzes/import/",
    "quizzes/bank/",
    "quizzes/bank/new/",
    "receipts/verify/",
    "quizzes/week-5-quiz/print/?key=1",
    "files/",
    "folder/",
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
# An admin who is not enrolled looks at the pages of staff without their forms, and at Django's own.
LOOKING_IN = ("", "quizzes/week-4-quiz/", "people/")
ADMIN_PAGES = ("/admin/", "/admin/course/enrollment/", "/admin/accounts/user/add/")
# Where a form comes back with an error: the page, the field that is filled with what, the button.
REFUSED = (
    ("people/", "people", "nobody at all", "Send invitations"),
    ("weeks/import/", "text", "# No number\n", "Look at what is found"),
    ("quizzes/import/", "text", "---\ndue: soon\n---\n## What?\n\n- [ ] a\n- [y] b\n", "Look at it"),
)
# New, in conflict with the course, refused, not part of a course.
FOLDER = {
    "weeks/16-new.md": b"# Week 16: New\n\n## READINGS\n\n* [Coming](oh_noes_404.md)\n",
    "weeks/07-style.md": b"# Week 7: Another one\n\nWords.\n",
    "quizzes/broken.md": b"## A?\n\n- [x] one\n- [y] two\n",
    "code/tool.py": b"1\n",
}
MISSING = {"/nothing-here/": 404, "/invitation/none/": 410}
LOOKS = count()
"""Pages looked at: the colours of the dark theme are the same everywhere, so each third page shows them in the short run."""
LEFTOVERS = re.compile(r"\bNone\b(?! of| available| in the)|object \(\d+\)|\{\{|\{%|Lorem|Traceback|\bQuizs\b")


def check(page: Page, path: str) -> list[str]:
    page.emulate_media(color_scheme="light", reduced_motion="reduce")  # axe must not look into the middle of a transition
    troubles = [f"{path}: {line}" for line in axe(page)]
    if next(LOOKS) % examples(3, 1) == 0:
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


def paths_of(demo: Demo, user: User | None, mails: Path) -> list[str]:
    if user is None:
        return [*SIGNED_OUT, f"/dev/mail/{mailed(mails)}/"]
    course = [demo.url + path for path in COURSE_PAGES]
    if user == demo.student:
        done = Attempt.objects.get(student=user, quiz__slug="week-4-quiz")
        return [*course, f"{demo.url}quizzes/week-4-quiz/attempts/{done.public_id}/result/", *SITE_PAGES]
    if user == demo.admin:
        row = f"/admin/course/course/{demo.course.pk}/change/"
        return [*(demo.url + path for path in LOOKING_IN), *ADMIN_PAGES, row]
    staff = (path for path in (*COURSE_PAGES, *STAFF_PAGES, *made_pages(demo)) if path != "weeks/4/")  # three others are here
    return [demo.url + path for path in staff]


def mailed(folder: Path) -> str:
    """Write one letter into the folder that /dev/mail/ shows; return its name there."""
    with get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=folder) as connection:
        letter = EmailMultiAlternatives("News", "Read it.", to=["ines.caballero@example.edu"], connection=connection)
        letter.attach_alternative("<h1>News</h1><p>Read <a href='https://seminar.example.edu/'>it</a>.</p>", "text/html")
        letter.send()
    return f"{next(folder.iterdir()).stem}-1"


def made_pages(demo: Demo) -> list[str]:
    """Pages of things that the demo course lacks: texts that wait to be imported, a page, an announcement, a talk."""
    course, person, now = demo.course, demo.instructor, timezone.now()
    week = keep_draft(course=course, person=person, filename="week-5.md", text=TEXT, now=now)  # it is there: what would change
    # The same of a quiz, with a question that cannot be asked.
    file = f"---\nweek: 99\ntitle: Week 4 quiz\n---\n{QUIZ}\n## Explain it\n\nIn your words.\n"
    quizzes = [
        keep_quiz_draft(course=course, person=person, filename="quiz.md", text=text, known=known, now=now)
        for text, known in ((file, "markdown"), (REVIEW, "review"))
    ]
    page = save_page(course=course, page=None, title="Notes", source="# Notes\n\n- one\n", now=now)
    announcement = Announcement.objects.filter(course=course, state=AnnouncementState.DRAFT)[0]
    talk = Booking.objects.filter(slot__course=course).select_related("slot", "person")[0]
    question = add_question(course=course, text=QUESTION, tags=["a tag"], author=person, now=now)
    folder = write_archive(FOLDER, at=now, folder="hum240")
    upload = keep_upload(course=course, person=person, filename="hum240-main.zip", content=folder, now=now)
    change_question(question=question, text=QUESTION.replace("grey", "dark grey"), base=1, author=person, now=now)
    return [
        *more_time(demo),
        f"quizzes/bank/{question.public_id}/",
        f"quizzes/bank/{question.public_id}/edit/",
        f"quizzes/bank/{question.public_id}/compare/",
        f"folder/upload/{upload.public_id}/",
        f"weeks/import/{week.public_id}/",
        *(f"quizzes/import/{one.public_id}/?cut=7" for one in quizzes),
        f"pages/{page.slug}/",
        f"pages/{page.slug}/edit/",
        f"pages/{page.slug}/versions/1/",
        f"announcements/{announcement.public_id}/edit/",
        f"presentations/{talk.slot.public_id}/people/{talk.person.public_id}/",
    ]


def more_time(demo: Demo) -> list[str]:
    """Give the student an exception with conflicts to show, and an accommodation; return the pages about them."""
    quiz, student, person, now = demo.course.quizzes.get(slug="week-5-quiz"), demo.student, demo.instructor, timezone.now()
    less = Difference(time_limit=60, closes_at=now + timedelta(seconds=30), reason="Leaves early")
    set_exception(quiz=quiz, student=student, difference=less, by=person, now=now)
    set_accommodation(course=demo.course, student=student, terms=Terms(factor=Decimal(2)), by=person, now=now)
    about = student.public_id
    return ["quizzes/week-5-quiz/preflight/", f"quizzes/week-5-quiz/exceptions/{about}/", f"people/{about}/accommodation/"]


def refused_forms(page: Page, demo: Demo) -> Iterator[str]:
    """Send each form of REFUSED with its error and check the page that comes back."""
    for path, field, text, button in REFUSED:
        page.goto(demo.url + path)
        for closed in page.locator("main details:not([open]) > summary").all():
            closed.click()
        page.locator(f"main [name={field}]").fill(text)
        page.locator("main").get_by_role("button", name=button).last.click()
        page.wait_for_selector(".error-summary")
        yield from check(page, f"{path} refused")


@pytest.mark.parametrize("who", ["nobody", "student", "instructor", "admin"])
def test_pages_of_each_person_are_accessible_and_fit_a_phone(
    who: str, demo: Demo, open_page: Open, settings: Settings, tmp_path: Path
) -> None:
    settings.EMAIL_FILE_PATH = tmp_path
    user = None if who == "nobody" else getattr(demo, who)
    page = open_page(user, "/healthz")
    troubles: list[str] = []
    for path in paths_of(demo, user, tmp_path):
        response = page.goto(path)
        assert response is not None
        if response.status != MISSING.get(path, 200):
            troubles.append(f"{path}: {response.status}")
            continue
        troubles += check(page, path)
    if user == demo.instructor:
        troubles += refused_forms(page, demo)
    assert troubles == []


def test_quiz_pages_while_taking_are_accessible_and_fit_a_phone(demo: Demo, open_page: Open) -> None:
    page = open_page(demo.student, f"{demo.url}quizzes/week-5-quiz/")
    page.get_by_role("button", name="Start").first.click()
    page.wait_for_url("**/attempts/**")
    troubles = check(page, "attempt")
    page.locator("input[name=option]").first.check()
    expect(page.locator("#save-line")).to_contain_text("Saved at")
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
