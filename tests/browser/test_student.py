"""A student with a mouse, with a keyboard, and without JavaScript; click budgets of product.md are counted."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from config.demo.cast import PASSWORD
from quizzes.enums import AttemptState
from quizzes.models import Attempt, Quiz, Response
from tests.browser.conftest import PHONE, Demo

Open = Callable[..., Page]


def quiz_of(demo: Demo) -> Quiz:
    return Quiz.objects.get(course=demo.course, title="Week 5 quiz")


def sign_in(page: Page, demo: Demo) -> None:
    page.get_by_label("E-mail address").fill(demo.student.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_first_question_after_sign_in_takes_two_actions(demo: Demo, open_page: Open) -> None:
    page = open_page(path="/account/login/")
    sign_in(page, demo)
    page.get_by_role("link", name="Go to the quiz").click()
    page.get_by_role("button", name="Start").first.click()
    expect(page.get_by_role("group")).to_contain_text("Select")
    expect(page.get_by_text("Question 1 of 8")).to_be_visible()


def test_this_week_after_sign_in_takes_no_action(demo: Demo, open_page: Open) -> None:
    page = open_page(path="/account/login/")
    sign_in(page, demo)
    expect(page.get_by_role("heading", level=1)).to_contain_text("quiz is open until")
    expect(page.get_by_role("heading", name="Reading")).to_be_visible()


def start_quiz(demo: Demo, open_page: Open, **options: object) -> Page:
    page = open_page(demo.student, f"{demo.url}quizzes/{quiz_of(demo).slug}/", **options)
    page.get_by_role("button", name="Start").first.click()
    page.wait_for_url("**/attempts/**")
    return page


def test_tick_is_saved_and_said(demo: Demo, open_page: Open) -> None:
    page = start_quiz(demo, open_page)
    page.locator(".option").first.click()
    expect(page.locator("#save-line")).to_contain_text("Saved at")
    response = Response.objects.get(question__attempt__student=demo.student, question__attempt__quiz=quiz_of(demo))
    assert len(response.chosen) == 1


def test_quiz_by_keyboard_only_is_taken_and_submitted(demo: Demo, open_page: Open) -> None:
    page = open_page(demo.student, f"{demo.url}quizzes/{quiz_of(demo).slug}/")
    page.get_by_role("button", name="Start").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/attempts/**")
    page.locator("input[name=option]").first.focus()
    page.keyboard.press("Space")
    expect(page.locator("#save-line")).to_contain_text("Saved at")
    assert page.evaluate("document.activeElement.name") == "option"  # saving moves nothing
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("#save-line")).to_contain_text("Saved at")
    page.get_by_role("button", name="Save and next").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Question 2 of 8")).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "stem"
    page.get_by_role("link", name="Check and submit").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Submit with").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    attempt = Attempt.objects.get(student=demo.student, quiz=quiz_of(demo))
    assert attempt.state in {AttemptState.SUBMITTED, AttemptState.GRADED}


def test_quiz_without_javascript_is_taken_and_submitted(demo: Demo, open_page: Open) -> None:
    page = start_quiz(demo, open_page, java_script_enabled=False, viewport=PHONE)
    for number in range(1, 9):
        expect(page.get_by_text(f"Question {number} of 8")).to_be_visible()
        page.locator(".option").first.click()
        page.get_by_role("button", name="Save and").click()
    page.get_by_role("button", name="Submit").click()
    attempt = Attempt.objects.get(student=demo.student, quiz=quiz_of(demo))
    assert attempt.state != AttemptState.IN_PROGRESS
    assert Response.objects.filter(question__attempt=attempt).count() == 8


def test_submit_shows_the_feedback_of_a_practice_quiz(demo: Demo, open_page: Open) -> None:
    page = open_page(demo.student, f"{demo.url}quizzes/")
    page.get_by_role("button", name="Start now: Warm-up").first.click()
    page.wait_for_url("**/attempts/**")
    page.locator(".option").first.click()
    expect(page.locator("#save-line")).to_contain_text("Saved at")
    page.get_by_role("link", name="Check and submit").click()
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("Yes: each stands there once.").first).to_be_attached(timeout=15_000)


def test_slot_is_claimed_in_two_actions_and_undone(demo: Demo, open_page: Open) -> None:
    page = open_page(demo.student, demo.url)
    page.get_by_role("link", name="Presentations").click()
    before = page.get_by_role("button", name="Claim").count()
    page.get_by_role("button", name="Claim").first.click()
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    assert page.get_by_role("button", name="Claim").count() == before


def test_reading_is_ticked_and_stays_private(demo: Demo, open_page: Open) -> None:
    page = open_page(demo.student, f"{demo.url}weeks/5/")
    page.locator(".tick input").first.check()
    expect(page.locator(".ruler-key")).to_contain_text("14 min read")
    page.reload()
    expect(page.locator(".tick input").first).to_be_checked()
    staff = open_page(demo.instructor, f"{demo.url}weeks/5/")
    expect(staff.locator(".tick input:checked")).to_have_count(0)
