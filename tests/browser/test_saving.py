"""The rows marked ✔ in the interface notes: what a slow, failing or absent server does to an answer (htmx 2.0.11)."""

import re
import time
from collections.abc import Callable
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, Route, expect

from quizzes.models import AnswerLog, Attempt, Response
from tests.browser.conftest import Demo
from tests.browser.test_student import quiz_of, start_quiz

Open = Callable[..., Page]
SAVE = re.compile(r".*/save/$")


def chosen(demo: Demo) -> list[str]:
    found = Response.objects.filter(question__attempt__student=demo.student, question__attempt__quiz=quiz_of(demo)).first()
    return list(found.chosen) if found else []


def slow(page: Page, seconds: float) -> list[list[str]]:
    """Hold every save for `seconds`; return the list that collects the options each one carried."""
    sent: list[list[str]] = []

    def hold(route: Route) -> None:
        sent.append(parse_qs(route.request.post_data or "").get("option", []))
        time.sleep(seconds)
        route.continue_()

    page.route(SAVE, hold)
    return sent


def wait_until(page: Page, true: Callable[[], bool]) -> None:
    """Let the browser go on until `true`, for ten seconds at most."""
    for _ in range(100):
        if true():
            return
        page.wait_for_timeout(100)
    pytest.fail("it did not happen within ten seconds")


def test_ticks_three_quick_ones_on_a_slow_server_are_all_stored(demo: Demo, open_page: Open) -> None:
    page = start_quiz(demo, open_page)
    sent = slow(page, 0.4)
    boxes = page.locator("input[name=option]")
    for index in range(3):
        boxes.nth(index).check()
    expect(page.locator("#question-nav-title")).to_contain_text("1 of 8")
    wait_until(page, lambda: len(chosen(demo)) == 3)
    assert sorted(sent[-1]) == chosen(demo) == sorted(boxes.nth(i).get_attribute("value") or "" for i in range(3))
    assert [boxes.nth(i).is_checked() for i in range(4)] == [True, True, True, False]
    assert len(sent) <= 3


def test_tick_during_a_save_stays_with_its_focus(demo: Demo, open_page: Open) -> None:
    page = start_quiz(demo, open_page)
    slow(page, 0.5)
    boxes = page.locator("input[name=option]")
    boxes.nth(0).check()
    boxes.nth(1).focus()
    page.keyboard.press("Space")
    wait_until(page, lambda: len(chosen(demo)) == 2)
    expect(page.locator("#save-line")).to_contain_text("Saved at")
    assert boxes.nth(1).is_checked()
    assert page.evaluate("document.activeElement.value") == boxes.nth(1).get_attribute("value")


def test_save_on_a_failing_server_is_said_and_sent_again(demo: Demo, open_page: Open) -> None:
    page = start_quiz(demo, open_page)
    failures = iter([500, 503])

    def fail_twice(route: Route) -> None:
        status = next(failures, None)
        if status is None:
            route.continue_()
        else:
            route.fulfill(status=status, body="<h1>broken</h1>")

    page.route(SAVE, fail_twice)
    page.locator("input[name=option]").first.check()
    expect(page.locator("#save-line")).to_contain_text("Not saved, trying again")
    assert page.locator("input[name=option]").first.is_checked()
    expect(page.locator("body")).not_to_contain_text("broken")
    expect(page.locator("#save-line")).to_contain_text("Saved at", timeout=20_000)
    assert len(chosen(demo)) == 1


def test_save_offline_is_kept_and_sent_when_the_network_returns(demo: Demo, open_page: Open) -> None:
    page = start_quiz(demo, open_page)
    page.context.set_offline(True)
    page.locator("input[name=option]").nth(1).check()
    expect(page.locator("#save-line")).to_contain_text("Offline, kept on this device")
    assert not Response.objects.filter(question__attempt__student=demo.student, question__attempt__quiz=quiz_of(demo)).exists()
    page.context.set_offline(False)
    expect(page.locator("#save-line")).to_contain_text("Saved at", timeout=20_000)
    assert len(chosen(demo)) == 1


def test_save_that_never_arrived_is_sent_after_a_reload(demo: Demo, open_page: Open) -> None:
    page = start_quiz(demo, open_page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.route(SAVE, lambda route: route.abort())
    page.locator("input[name=option]").nth(2).check()
    expect(page.locator("#save-line")).to_contain_text("Offline, kept on this device")
    page.unroute(SAVE)
    page.reload(wait_until="commit")  # the page sends what was kept and then loads itself again, maybe before this load ends
    expect(page.locator("input[name=option]").nth(2)).to_be_checked(timeout=15_000)
    expect(page.locator("#save-line")).to_contain_text("Saved at")
    assert len(chosen(demo)) == 1


def test_sign_in_that_expired_is_said_and_keeps_the_ticks(demo: Demo, open_page: Open) -> None:
    page = start_quiz(demo, open_page)
    page.context.clear_cookies(name="sessionid")
    page.locator("input[name=option]").first.check()
    expect(page.locator("#answer-notice")).to_contain_text("Open the sign-in page in a new tab")
    assert page.locator("input[name=option]").first.is_checked()


def test_second_tab_with_an_older_page_is_asked_and_nothing_is_overwritten(demo: Demo, open_page: Open) -> None:
    page = start_quiz(demo, open_page)
    other = page.context.new_page()
    other.goto(page.url)
    page.locator("input[name=option]").nth(0).check()
    expect(page.locator("#save-line")).to_contain_text("Saved at")
    first = chosen(demo)
    other.locator("input[name=option]").nth(1).check()
    expect(other.locator("#answer-notice")).not_to_be_empty()
    assert chosen(demo) == first
    assert AnswerLog.objects.filter(attempt__student=demo.student, outcome="conflict").count() == 1


def test_start_pressed_three_times_makes_one_attempt(demo: Demo, open_page: Open) -> None:
    page = open_page(demo.student, f"{demo.url}quizzes/{quiz_of(demo).slug}/")

    def hold(route: Route) -> None:
        time.sleep(0.5)
        route.continue_()

    page.route(re.compile(r".*/start/$"), hold)
    button = page.get_by_role("button", name="Start").first
    button.dblclick()
    expect(page).to_have_url(re.compile(r"/attempts/"))  # the second press ends the first one's navigation: no wait_for_url
    assert Attempt.objects.filter(student=demo.student, quiz=quiz_of(demo)).count() == 1


def test_save_reply_is_the_same_length_for_right_and_wrong(demo: Demo, open_page: Open) -> None:
    page = start_quiz(demo, open_page)
    lengths = []
    page.on("response", lambda response: lengths.append(len(response.body())) if SAVE.match(response.url) else None)
    for index in range(2):
        page.locator("input[name=option]").nth(index).check()
        expect(page.locator("#save-line")).to_contain_text("Saved at")
        page.wait_for_timeout(300)
        page.locator("input[name=option]").nth(index).uncheck()
        page.wait_for_timeout(300)
    assert len(set(lengths)) == 1, lengths
