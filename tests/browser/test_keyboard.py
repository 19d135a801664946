"""The budget tasks with the keyboard alone: every step is reached with Tab and done with Enter, Space or typing."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from config.demo.cast import PASSWORD
from course.models import Week
from presentations.models import Booking
from quizzes.models import Quiz
from tests.browser.conftest import Demo
from tests.browser.test_instructor import NEW_WEEK, REVIEW

Open = Callable[..., Page]
MOST_STOPS = 120


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until `target` has the focus; the element in focus must be the one that shows at its place."""
    for _ in range(MOST_STOPS):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} is not reached with {MOST_STOPS} tabs")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    tab_to(page, target)
    page.keyboard.press(key)


def test_sign_in_to_first_question_by_keyboard(demo: Demo, open_page: Open) -> None:
    page = open_page(path="/account/login/")
    tab_to(page, page.get_by_label("E-mail address"))
    page.keyboard.type(demo.student.email)
    tab_to(page, page.get_by_label("Password"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    press(page, page.get_by_role("link", name="Go to the quiz"))
    press(page, page.get_by_role("button", name="Start").first)
    press(page, page.locator("input[name=option]").nth(1), "Space")
    expect(page.locator("#save-line")).to_contain_text("Saved at")
    assert page.evaluate("document.activeElement.name") == "option"


def test_presenter_is_assigned_by_keyboard(demo: Demo, open_page: Open) -> None:
    page = open_page(demo.instructor, f"{demo.url}presentations/")
    boxes = page.locator("input[name=who]:visible")
    open_places = boxes.count()
    tab_to(page, boxes.first)
    page.keyboard.type("Elspeth")
    page.keyboard.press("Enter")
    expect(boxes).to_have_count(open_places - 1)
    assert Booking.objects.active().filter(slot__course=demo.course, person__name="Elspeth Mackay").count() == 2
    page.wait_for_function("document.activeElement !== document.body")


def test_both_imports_by_keyboard(demo: Demo, open_page: Open, tmp_path: Path) -> None:
    page = open_page(demo.instructor, f"{demo.url}weeks/import/")
    tab_to(page, page.locator("textarea[name=text]"))
    page.keyboard.insert_text(NEW_WEEK)
    press(page, page.get_by_role("button", name="Look at what is found"))
    press(page, page.get_by_role("button", name="Import as draft"))
    page.wait_for_url("**/weeks/15/")
    assert Week.objects.get(course=demo.course, number=15).source == NEW_WEEK
    page.goto(f"{demo.url}quizzes/import/")
    tab_to(page, page.locator("textarea[name=text]"))
    page.keyboard.insert_text(REVIEW)
    press(page, page.get_by_role("button", name="Look at it"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Two questions found, one needs you")
    press(page, page.locator("summary", has_text="Is it cut at the wrong place?").first)
    press(page, page.get_by_role("button", name="Join with").last)
    page.wait_for_url("**?cut=*#import-*")
    press(page, page.get_by_role("button", name="Make it an option").last)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Two questions found, one needs you")
    press(page, page.get_by_role("button", name="Import as draft"))
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("found")
    assert Quiz.objects.filter(course=demo.course).count() == 4
