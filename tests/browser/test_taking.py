"""All questions on one page, a quiz without a way back, a limit that changes while it runs; every state of the quiz pages."""

import re
import time
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, Route, expect

from quizzes.models import Attempt, Quiz, Response
from tests.browser.conftest import Demo, axe, sideways
from tests.browser.test_pages import check
from tests.browser.test_saving import SAVE
from tests.browser.test_student import quiz_of, start_quiz

Open = Callable[..., Page]
# A device whose clock is a day ahead.
DAY_AHEAD = "{ const now = Date.now; Date.now = () => now() + 86400000; }"


def stored(demo: Demo) -> dict[int, list[str]]:
    found = Response.objects.filter(question__attempt__student=demo.student, question__attempt__quiz=quiz_of(demo))
    return {answer.question.position: answer.chosen for answer in found.select_related("question")}


def test_all_questions_on_one_page_save_each_by_itself_and_lose_nothing(demo: Demo, open_page: Open) -> None:
    Quiz.objects.filter(pk=quiz_of(demo).pk).update(layout="all", time_limit=None)
    page = start_quiz(demo, open_page)
    assert axe(page) == []
    first, second = page.locator("#answer-1"), page.locator("#answer-2")

    second_option = second.locator("input[name=option]").first.get_attribute("value")

    def slowly(route: Route) -> None:
        time.sleep(0.3)
        route.continue_()

    page.route(SAVE, slowly)
    for form, index in ((first, 0), (second, 1), (first, 2)):
        form.locator("input[name=option]").nth(index).check()
    page.locator("#stem-2").focus()
    page.keyboard.press("a")
    page.locator("#none-3").click()
    expect(page.locator("#blank-3")).to_be_visible()
    expect(page.locator("#question-nav-title")).to_have_text("3 of 8 answered")
    for place in (1, 2, 3):
        expect(page.locator(f"#save-line-{place}")).to_contain_text("Saved at")
    assert page.evaluate("document.activeElement.id") == "none-3"
    # Submitting waits for the save that is under way.
    page.locator("#answer-4 input[name=option]").first.check()
    page.get_by_role("link", name="Check and submit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Four questions are not answered")
    assert {place: len(chosen) for place, chosen in stored(demo).items()} == {1: 2, 2: 1, 3: 0, 4: 1}
    assert stored(demo)[2] == [second_option]
    page.set_viewport_size({"width": 320, "height": 568})
    page.goto(Attempt.objects.get(student=demo.student, quiz=quiz_of(demo)).get_absolute_url())
    assert sideways(page) <= 0
    # Offline in one question, saved in the other; both are there in the end.
    page.route(SAVE, lambda route: route.abort() if "question=5" in (route.request.post_data or "") else route.continue_())
    page.locator("#answer-5 input[name=option]").first.check()
    page.locator("#answer-6 input[name=option]").first.check()
    expect(page.locator("#save-line-5")).to_contain_text("Offline, kept on this device")
    expect(page.locator("#save-line-6")).to_contain_text("Saved at")
    page.unroute(SAVE)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#save-line-5")).to_contain_text("Saved at")
    # A refusal is said beside the answer, which is sent again with the next look.
    page.route(SAVE, lambda route: route.fulfill(status=403, body="no"))
    page.locator("#answer-7 input[name=option]").nth(1).check()
    expect(page.locator("#answer-notice-7")).to_contain_text("This answer was not accepted")
    page.unroute(SAVE)
    page.locator("#answer-notice-7").get_by_role("link", name="Load the question again").click()
    expect(page.locator("#save-line-7")).to_contain_text("Saved at")
    expect(page.locator("#answer-7 input[name=option]").nth(1)).to_be_checked()
    assert sorted(stored(demo)) == [1, 2, 3, 4, 5, 6, 7]
    # The layout is changed under the student's hands: the tick is saved, and the page becomes what it is now.
    Quiz.objects.filter(pk=quiz_of(demo).pk).update(layout="one")
    page.locator("#answer-8 input[name=option]").first.check()
    expect(page.locator("#question-8")).to_have_count(0)
    assert sorted(stored(demo)) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_quiz_without_a_way_back_on_a_device_with_a_wrong_clock(demo: Demo, open_page: Open) -> None:
    Quiz.objects.filter(pk=quiz_of(demo).pk).update(back_allowed=False)
    page = start_quiz(demo, open_page)
    page.add_init_script(DAY_AHEAD)
    page.reload()
    left = page.locator("#timer-words").inner_text()
    page.locator("input[name=option]").first.check()
    expect(page.locator("#save-line")).to_contain_text("Saved at")
    page.get_by_role("button", name="Save and next").click()
    expect(page.get_by_text("Question 2 of 8")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Question 2 of 8")).to_be_visible()
    page.goto(page.url.split("?")[0] + "?q=1")
    expect(page.get_by_role("heading", level=1)).to_have_text("Question 1 is behind you")
    assert axe(page) == []
    page.get_by_role("link", name="Go to question 2").click()
    page.get_by_role("button", name="Save and next").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Question 2 is not answered")
    page.get_by_role("button", name="Go on without an answer").click()
    expect(page.locator("#place-2")).to_have_text("passed, not answered")
    assert list(stored(demo)) == [1]
    # The limit is changed while the attempt runs: the page hears of it without being loaded again.
    attempt = Attempt.objects.get(student=demo.student, quiz=quiz_of(demo))
    assert attempt.ends_at is not None
    later = attempt.ends_at + timedelta(minutes=30)
    Attempt.objects.filter(pk=attempt.pk).update(ends_at=later, shut_at=later)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#time-warning")).to_contain_text("Your time was changed: this attempt closes at")
    expect(page.locator("#timer-words")).not_to_have_text(left)
    assert int(re.findall(r"\d+", page.locator("#timer-words").inner_text())[0]) > int(re.findall(r"\d+", left)[0])


def test_every_state_of_the_quiz_pages_is_accessible_and_fits_a_phone(open_page: Open) -> None:
    page = open_page(path="/dev/states/quiz/")
    assert check(page, "states") == []
    assert page.locator("main > section").count() >= 8
