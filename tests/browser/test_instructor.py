"""An instructor's tasks in a real browser."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from course.models import Week
from presentations.models import Booking
from quizzes.enums import AttemptState, QuizState
from quizzes.models import Attempt, Quiz
from tests.browser.conftest import Demo

Open = Callable[..., Page]

NEW_WEEK = "# Week 15: An Extra Evening\n\nWe stay late.\n\n## READINGS\n\n### RESEARCH\n\n* [Night Work (20m)](https://example.org/night)\n"
REVIEW = """Notes on clouds

Clouds are water.

## Review
Which of these are clouds? Select two options.

_check_Cumulus

You selected a correct option!

_close_Granite

Incorrect. Please review the course again.

Cirrus

_check_

2.

What falls from clouds?

_check_Rain

Sand

Correct! Rain
"""


def test_week_page_is_imported_as_it_is(demo: Demo, open_page: Open, tmp_path: Path) -> None:
    path = tmp_path / "15-extra.md"
    path.write_bytes(NEW_WEEK.replace("\n", "\r\n").encode())
    page = open_page(demo.instructor, f"{demo.url}weeks/import/")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Look at what is found").click()
    expect(page.get_by_text("Night Work").first).to_be_visible()
    page.get_by_role("button", name="Import as draft").click()
    page.wait_for_url("**/weeks/15/")
    assert Week.objects.get(course=demo.course, number=15).source.encode() == path.read_bytes()


def test_review_is_pasted_checked_and_imported(demo: Demo, open_page: Open) -> None:
    page = open_page(demo.instructor, f"{demo.url}quizzes/import/")
    page.locator("textarea[name=text]").fill(REVIEW)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Two questions found, one needs you")
    page.locator("input[name=title]").fill("Clouds")
    page.get_by_role("button", name="Import as draft").click()
    quiz = Quiz.objects.get(course=demo.course, title="Clouds")
    assert quiz.state == QuizState.DRAFT
    expect(page.get_by_text("confirm", exact=False).first).to_be_visible()


def test_presenter_is_assigned_in_two_actions(demo: Demo, open_page: Open) -> None:
    page = open_page(demo.instructor, f"{demo.url}presentations/")
    boxes = page.locator("input[name=who]:visible")
    open_places = boxes.count()
    boxes.first.fill("Elspeth")
    boxes.first.press("Enter")
    expect(boxes).to_have_count(open_places - 1)
    assert Booking.objects.active().filter(slot__course=demo.course, person__name="Elspeth Mackay").count() == 2


def test_reading_is_added_in_three_actions(demo: Demo, open_page: Open) -> None:
    before = Week.objects.get(course=demo.course, number=5).source
    page = open_page(demo.instructor, f"{demo.url}weeks/5/")
    page.get_by_role("link", name="Add a reading").first.click()
    page.get_by_label("Title").fill("The Last Typist")
    page.get_by_label("Address").fill("https://example.org/last-typist")
    page.get_by_role("button", name="Add").first.click()
    expect(page.get_by_text("The Last Typist").first).to_be_visible()
    after = Week.objects.get(course=demo.course, number=5).source
    changed = set(after.splitlines()) - set(before.splitlines())
    assert changed == {"* [The Last Typist](https://example.org/last-typist)"}
    assert len(after.splitlines()) == len(before.splitlines()) + 1


def test_quiz_of_five_questions_is_made_in_three_clicks(demo: Demo, open_page: Open) -> None:
    page = open_page(demo.instructor, f"{demo.url}quizzes/")
    page.get_by_role("link", name="New quiz").first.click()
    page.locator("input[name=title]").fill("Clouds and rain")
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/edit/")
    expect(page.locator("textarea").first).to_be_visible()


def test_announcement_is_published(demo: Demo, open_page: Open) -> None:
    page = open_page(demo.instructor, f"{demo.url}announcements/new/")
    page.locator("input[name=title]").fill("Bring dice")
    page.locator("textarea").first.fill("Two of them, **six-sided**.")
    page.get_by_role("button", name="Post without mail").click()
    student = open_page(demo.student, f"{demo.url}announcements/")
    expect(student.get_by_role("heading", name="Bring dice")).to_be_visible()


def test_extra_time_while_an_attempt_runs_takes_three_actions(demo: Demo, open_page: Open) -> None:
    running = Attempt.objects.filter(quiz__slug="week-5-quiz", state=AttemptState.IN_PROGRESS).select_related("student").get()
    assert running.ends_at is not None
    page = open_page(demo.instructor, demo.url)
    page.get_by_role("link", name="See the quiz").click()
    page.get_by_role("link", name=f"Extra time for {running.student}").click()
    page.get_by_label("Time limit in minutes").fill("90")
    page.get_by_role("button", name=f"Save for {running.student}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Week 5 quiz")
    longer = Attempt.objects.get(pk=running.pk)
    assert longer.ends_at is not None
    assert longer.ends_at > running.ends_at
