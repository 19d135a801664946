"""Letters as keys on a question (WCAG 2.1.4), and what a quiz leaves on the device."""

import re
from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Page, expect

from quizzes.actions.attempts import submit
from quizzes.models import Attempt, Response
from tests.browser.conftest import PHONE, Demo, axe
from tests.browser.test_saving import SAVE, chosen, wait_until
from tests.browser.test_student import quiz_of, start_quiz

Open = Callable[..., Page]
KEYS = "Object.keys(localStorage).filter(key => key.startsWith('quiz:'))"


def ticked(page: Page) -> list[bool]:
    return [box.is_checked() for box in page.locator("input[name=option]").all()]


def kept(page: Page) -> list[str]:
    return list(page.evaluate(KEYS))


def test_letter_key_inside_the_question_ticks_its_option_and_saves_it(demo: Demo, open_page: Open) -> None:
    page = start_quiz(demo, open_page)
    page.locator("#stem").focus()
    page.keyboard.press("c")
    assert ticked(page)[:4] == [False, False, True, False]
    expect(page.locator("#save-line")).to_contain_text("Saved at")
    assert chosen(demo) == [page.locator("input[name=option]").nth(2).get_attribute("value")]
    page.keyboard.press("A")
    page.keyboard.press("c")
    assert ticked(page)[:4] == [True, False, False, False]
    expect(page.locator("#save-line")).to_contain_text("Saved at")
    first = page.locator("input[name=option]").nth(0).get_attribute("value")
    wait_until(page, lambda: chosen(demo) == [first])


def test_letter_key_outside_the_question_or_beyond_its_options_does_nothing(demo: Demo, open_page: Open) -> None:
    page = start_quiz(demo, open_page)
    page.keyboard.press("a")
    page.locator("#marked").focus()
    page.keyboard.press("a")
    page.get_by_role("button", name="Save and next").focus()
    page.keyboard.press("b")
    page.locator("#stem").focus()
    for key in ("z", "Control+b", "Alt+b", "1", "Tab"):
        page.keyboard.press(key)
    assert not any(ticked(page))
    assert not Response.objects.filter(question__attempt__student=demo.student, question__attempt__quiz=quiz_of(demo)).exists()


def test_letter_keys_turned_off_stay_off_until_turned_on(demo: Demo, open_page: Open) -> None:
    page = start_quiz(demo, open_page)
    expect(page.locator("#letter-keys")).to_contain_text(re.compile("Keys A to [C-F] tick an option"))
    page.get_by_role("button", name="Turn letter keys off").click()
    page.locator("#stem").focus()
    page.keyboard.press("a")
    assert not any(ticked(page))
    page.reload()
    expect(page.locator("#letter-keys")).to_contain_text("Letter keys are off.")
    page.locator("#stem").focus()
    page.keyboard.press("a")
    assert not any(ticked(page))
    assert axe(page) == []
    page.get_by_role("button", name="Turn letter keys on").click()
    page.locator("#stem").focus()
    page.keyboard.press("a")
    assert ticked(page)[0]


def test_letter_keys_are_not_named_without_javascript_or_on_a_phone(demo: Demo, open_page: Open) -> None:
    page = start_quiz(demo, open_page, java_script_enabled=False)
    expect(page.locator("#letter-keys")).to_be_hidden()
    phone = open_page(demo.student, page.url, viewport=PHONE, has_touch=True, is_mobile=True)
    expect(phone.locator("#save-line")).to_be_visible()
    expect(phone.locator("#letter-keys")).to_be_hidden()


def keep(page: Page, key: str, entry: str) -> None:
    page.evaluate("([key, entry]) => localStorage.setItem(key, entry)", [key, entry])


def test_device_after_submission_keeps_nothing_of_the_attempt(demo: Demo, open_page: Open) -> None:
    page = start_quiz(demo, open_page)
    page.locator(".option").first.click()
    expect(page.locator("#save-line")).to_contain_text("Saved at")
    attempt = Attempt.objects.select_related("quiz").get(student=demo.student, quiz=quiz_of(demo))
    keep(page, "quiz:another:seen", "{}")
    keep(page, f"quiz:{attempt.public_id}:7", '{"question": 7, "option": [], "request_id": "r"}')
    submit(attempt=attempt, known={}, now=timezone.now())
    page.goto(page.url + "result/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert kept(page) == ["quiz:another:seen"]


def test_device_after_signing_out_keeps_only_answers_that_were_never_sent(demo: Demo, open_page: Open) -> None:
    page = start_quiz(demo, open_page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator(".option").nth(0).click()
    expect(page.locator("#save-line")).to_contain_text("Saved at")
    page.route(SAVE, lambda route: route.abort())
    page.locator(".option").nth(1).click()
    expect(page.locator("#save-line")).to_contain_text("kept on this device")
    assert len(kept(page)) == 2
    page.goto(demo.url)
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: "login" in url or url.endswith("/"))
    left = kept(page)
    assert len(left) == 1
    assert left[0].endswith(":1")
