"""Writing a quiz in the form, in a real browser: what is typed shows beside it, and no button loses it."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from quizzes.actions.authoring import new_quiz
from tests.browser.conftest import Demo, axe
from tests.conftest import NOW
from tests.quizzes.authoring_texts import QUIZ

Open = Callable[..., Page]


def drag(page: Page, what: Locator, onto: Locator) -> None:
    """Send the events of a drag: a headless browser begins one from mouse moves only sometimes."""
    page.wait_for_load_state()  # the script that takes them is run after the page is read
    data = {"dataTransfer": page.evaluate_handle("() => new DataTransfer()")}
    what.dispatch_event("dragstart", data)
    onto.dispatch_event("dragover", data)
    expect(page.locator(".form-question[data-over]")).to_have_count(1)
    onto.dispatch_event("drop", data)


def test_quiz_form_shows_what_is_typed_and_moves_it(demo: Demo, open_page: Open) -> None:
    quiz = new_quiz(course=demo.course, title="Nearness", week=None, author=demo.instructor, now=NOW, text=QUIZ)
    page = open_page(demo.instructor, f"{demo.url}quizzes/{quiz.slug}/form/")
    page.get_by_label("What do you ask?").first.fill("What is compared here?")
    expect(page.locator("#preview")).to_contain_text("What is compared here?")
    assert page.locator("#preview").bounding_box()["width"] <= 390  # type: ignore[index]  # it is there
    assert axe(page) == []
    page.get_by_role("button", name="Move question 1 down").click()
    expect(page.get_by_label("What do you ask?").nth(1)).to_have_value("What is compared here?")
    titles = page.locator(".form-question-title")
    drag(page, titles.nth(2), titles.nth(1))
    expect(page.get_by_label("What do you ask?").nth(1)).to_have_value("How near are two texts that share no word?")
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("button", name="Edit as text").click()
    expect(page.get_by_label("Questions, as text")).to_be_visible()
    page.get_by_role("button", name="Save draft").click()
    page.get_by_text("The draft is saved.").wait_for()
    quiz.refresh_from_db()
    assert [line for line in quiz.source.splitlines() if line.startswith("## ")] == [
        "## What can a summary lose?",
        "## How near are two texts that share no word?",
        "## What is compared here? {#compare}",
    ]


def test_quiz_settings_of_practice_ask_only_what_practice_has(demo: Demo, open_page: Open) -> None:
    quiz = new_quiz(course=demo.course, title="Nearness", week=None, author=demo.instructor, now=NOW, text=QUIZ)
    page = open_page(demo.instructor, f"{demo.url}quizzes/{quiz.slug}/settings/")
    expect(page.get_by_label("Time limit in minutes")).to_be_visible()
    page.get_by_label("Practice: no time limit").check()
    expect(page.get_by_label("Time limit in minutes")).to_be_hidden()
    expect(page.get_by_text("Score, right answers and feedback show right after submitting.")).to_be_visible()
    assert axe(page) == []


def test_quiz_paper_fits_both_sizes_and_has_nothing_of_the_site_on_it(demo: Demo, open_page: Open) -> None:
    page = open_page(demo.instructor, f"{demo.url}quizzes/week-5-quiz/print/")
    assert axe(page) == []
    page.emulate_media(media="print")
    for name, width, most in (("A4", 673, 3), ("Letter", 695, 3)):  # what the margins leave, in pixels
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=name))) <= most
    for part in (".masthead", ".foot", ".no-print"):
        expect(page.locator(part).first).to_be_hidden()
    expect(page.locator(".paper-question")).to_have_count(8)
    apart = "getComputedStyle(document.querySelector('.paper-option')).breakInside"
    assert page.evaluate(apart) == "avoid"
