"""The page that shows every part of the quiz pages in every state: whole, without a database, and not where DEV_PAGES is off."""

import re
import runpy
from collections import Counter

import pytest
from django.conf import settings
from django.test import Client, override_settings

pytestmark = pytest.mark.smoke


@pytest.fixture
def page(client: Client) -> str:
    """The page; a query would fail here, because no test of this module asks for a database."""
    return client.get("/dev/states/quiz/").content.decode()


def test_states_page_shows_every_state_under_its_name(page: str) -> None:
    names = re.findall(r'<p class="page-mark">([\w ]+): ([^<]+)</p>', page)
    assert Counter(Counter(names).values()).keys() == {1}
    assert {"Question", "Save line", "Navigator", "Clock", "Notice", "Check", "Waiting", "Start page", "Result"} <= {
        group for group, _ in names
    }
    assert len(names) > 70


def test_states_page_has_no_id_twice_and_no_reference_to_nothing(page: str) -> None:
    ids = Counter(re.findall(r'\bid="([^"]+)"', page))
    assert [name for name, count in ids.items() if count > 1] == []
    named = re.findall(r'\b(?:for|form|aria-labelledby|aria-describedby)="([^"]+)"', page)
    assert {name for names in named for name in names.split()} <= ids.keys()


def test_states_page_sends_nothing(page: str) -> None:
    assert "hx-post" not in page
    assert "hx-get" not in page
    assert "data-attempt-over" not in page


@pytest.mark.parametrize("there", [True, False])
def test_states_page_is_there_only_where_pages_for_developing_are(there: bool) -> None:
    with override_settings(DEV_PAGES=there):
        patterns = runpy.run_path(str(settings.BASE_DIR / "config" / "urls.py"))["urlpatterns"]
    assert any(str(pattern.pattern) == "dev/" for pattern in patterns) is there
