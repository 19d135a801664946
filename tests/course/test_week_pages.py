"""A week's page and the list of weeks, as each person of the cast sees them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from course.actions.weeks import save_week
from course.enums import Release
from course.models import CourseSession, Reading, ReadingTick, Week
from tests.conftest import NOW, Cast

TEXT = """# Week 5: The Next Word

A language model bets on words.

## KEY QUESTIONS

1. What does a writer know that a predictor need not?
2. When a model sounds sure, of what is it sure?

## READINGS

### AI NEWS

* [The Columnist Who Was Never Hired (14m)](https://example.org/columnist) Oona Pereira

### RESEARCH

* [Guessing as Understanding (35m)](https://example.org/guessing)
* [Twelve Readers, One Machine (25m) (OPTIONAL)](https://example.org/twelve)

### CODING

* Coming

## IN CLASS

### OVERHEAD

* Quiz

### CONCEPTS

Surprise, probability, temperature.

### EXTRAS

* Coming

## RESOURCES

* [The dice sheet](https://example.org/dice)
"""


def make_week(cast: Cast, text: str = TEXT, state: Release = Release.OPEN) -> Week:
    week = save_week(course=cast.course, week=None, text=text, author=cast.instructor, now=NOW, session=cast.session)
    week.state, week.opens_at = state, NOW if state == Release.SCHEDULED else None
    week.save()
    return week


@pytest.fixture
def week(cast: Cast) -> Week:
    return make_week(cast)


def seen_by(client: Client, person: object, path: str) -> str:
    client.force_login(person)  # type: ignore[arg-type]  # the cast's users
    response = client.get(path)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_week_open_student_sees_readings_but_no_placeholders(client: Client, cast: Cast, week: Week) -> None:
    page = seen_by(client, cast.student, week.get_absolute_url())
    assert "The Columnist Who Was Never Hired" in page
    assert "49 min required, 25 min optional" in page
    assert "Coming" not in page
    assert "Extras" not in page
    assert "Coding" not in page
    assert "to fill" not in page
