"""The forms that open beside a thing on the week page."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from course.models import Week
from tests.browser.conftest import Demo, axe, sideways
from tests.browser.test_keyboard import press

Open = Callable[..., Page]


def test_reading_is_renamed_beside_it_by_keyboard(demo: Demo, open_page: Open) -> None:
    week = Week.objects.get(course=demo.course, number=5)
    page = open_page(demo.instructor, f"{demo.url}weeks/5/")
    link = page.get_by_role("link", name="Edit Guessing as Understanding")
    press(page, link)
    title = page.get_by_label("Title")
    expect(title).to_be_focused()
    page.keyboard.press("Escape")
    expect(link).to_be_focused()
    expect(title).to_have_count(0)
    page.keyboard.press("Enter")
    expect(title).to_be_focused()
    assert axe(page) == []
    page.set_viewport_size({"width": 320, "height": 568})
    assert sideways(page) <= 0
    title.fill("Betting as Understanding")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Betting as Understanding", exact=True)).to_be_visible()
    before = week.source
    week.refresh_from_db()
    assert week.source == before.replace("Guessing as Understanding", "Betting as Understanding", 1)
