from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from course.templatetags.clock import day, in_words, short, when

NOW = datetime(2026, 10, 7, 16, 0, tzinfo=UTC)  # Wednesday, 11:00 in Chicago


@pytest.fixture(autouse=True)
def chicago() -> None:
    timezone.activate(ZoneInfo("America/Chicago"))


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        ({"seconds": 30}, "in less than a minute"),
        ({"seconds": -59}, "just now"),
        ({"minutes": 1}, "in 1 min"),
        ({"minutes": 59}, "in 59 min"),
        ({"minutes": 60}, "in 1 h"),
        ({"hours": 6, "minutes": 58}, "in 6 h 58 min"),
        ({"hours": -3, "minutes": -5}, "3 h 5 min ago"),
        ({"hours": 24}, "in 1 day"),
        ({"hours": 25}, "in 1 day"),
        ({"hours": 38}, "in 2 days"),
        ({"days": -5}, "5 days ago"),
        ({"days": 59}, "in 59 days"),
        ({"days": 70}, "in 10 weeks"),
    ],
)
def test_in_words_each_distance_is_said_as_people_do(ahead: dict[str, int], words: str) -> None:
    assert in_words(NOW + timedelta(**ahead), NOW) == words


def test_in_words_over_the_end_of_summer_time_counts_calendar_days() -> None:
    before = datetime(2026, 10, 31, 17, 0, tzinfo=UTC)  # Sat 12:00 CDT
    assert in_words(datetime(2026, 11, 2, 18, 0, tzinfo=UTC), before) == "in 2 days"  # Mon 12:00 CST


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 10, 7, 22, 30, tzinfo=UTC), "today, 17:30"),
        (datetime(2026, 10, 8, 4, 59, tzinfo=UTC), "today, 23:59"),
        (datetime(2026, 10, 8, 5, 0, tzinfo=UTC), "tomorrow, 00:00"),
        (datetime(2026, 10, 7, 4, 59, tzinfo=UTC), "yesterday, 23:59"),
        (datetime(2026, 10, 14, 23, 40, tzinfo=UTC), "Wed 14 Oct, 18:40"),
        (datetime(2027, 1, 4, 16, 0, tzinfo=UTC), "Mon 4 Jan 2027, 10:00"),
    ],
)
def test_when_each_day_is_named_in_the_active_zone(at: datetime, words: str) -> None:
    assert when(at, NOW) == words
    assert day(at, NOW) == words.rsplit(",", 1)[0]


def test_short_within_the_week_names_the_weekday() -> None:
    assert short(NOW - timedelta(days=1), NOW) == "Tue 11:00"
    assert short(NOW - timedelta(days=9), NOW) == "28 Sep"


@pytest.mark.parametrize("said", [in_words, when, day, short])
def test_words_without_a_time_are_empty(said: object) -> None:
    assert said(None, NOW) == ""  # type: ignore[operator]  # each of the filters
