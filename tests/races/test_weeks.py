"""One week, edited by many at once: one text wins, the others are told, nothing vanishes. Controls without lock and constraint."""

from collections.abc import Callable, Sequence
from functools import partial
from threading import Barrier

import pytest
from django.db import IntegrityError

from course.actions import weeks
from course.actions.weeks import (
    NewReading,
    PlaceChangedError,
    WeekChangedError,
    WeekExistsError,
    add_reading,
    edit_week,
    release_week,
    save_week,
)
from course.enums import Release
from course.models import Reading, Section, Week, WeekVersion
from course.week_node_edit import set_heading, set_item
from course.week_outline import place_named
from tests.conftest import NOW, Cast
from tests.proof import examples
from tests.races.test_attempts import CONTROL_ROUNDS, together, unlocked
from tests.races.unprotected import without_constraints

__all__ = ["unlocked"]

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

ROUNDS = examples(3, 50)
PEOPLE = 6
LINKS = "".join(f"* [Reading {n}](https://example.org/{n})\n" for n in range(PEOPLE))
TEXT = f"# Week 3: Ferries\n\nOn the water.\n\n## READINGS\n\n### ROWING\n\n{LINKS}"
FIRST_LINK = TEXT[: TEXT.index("* [Reading 0]")].count("\n") + 1
HEADING = FIRST_LINK - 2

Edited = Callable[[Week, int], Week]


def make_week(cast: Cast) -> Week:
    return save_week(course=cast.course, week=None, text=TEXT, author=cast.instructor, now=NOW)


def say(cast: Cast, week: Week, number: int) -> Week:
    """One person saves the whole page of the first version with a text of their own."""
    text = TEXT.replace("On the water.", f"Person {number} was here.")
    return save_week(course=cast.course, week=week, text=text, author=cast.instructor, now=NOW, base_version=1)


def rename(week: Week, number: int, *, line: int = FIRST_LINK) -> Week:
    """One person renames one link of the first version."""
    edit = partial(set_item, words=f"Person {number} was here.", url=None)
    place = place_named(f"item-{line}")
    assert place is not None
    return edit_week(week=week, place=place, edit=edit, base_version=1, author=None, now=NOW)


def ways(cast: Cast) -> Sequence[Edited]:
    return (partial(say, cast), rename)


def texts_of(week: Week) -> list[tuple[int, str]]:
    return list(WeekVersion.objects.filter(week=week).order_by("pk").values_list("number", "source"))


def all_at_once(week: Week, edited: Edited) -> list[object]:
    return together([partial(edited, week, number) for number in range(PEOPLE)])


@pytest.mark.parametrize("way", [0, 1], ids=["the page", "one part"])
def test_edits_of_one_version_at_once_one_wins_and_the_others_get_both_texts(cast: Cast, way: int) -> None:
    for _ in range(ROUNDS):
        week = make_week(cast)
        results = all_at_once(week, ways(cast)[way])
        (won,) = [one for one in results if isinstance(one, Week)]
        refused = [one for one in results if isinstance(one, WeekChangedError)]
        assert len(refused) == PEOPLE - 1, results
        week.refresh_from_db()
        assert (week.version, week.source) == (2, won.source)
        assert texts_of(week) == [(1, TEXT), (2, won.source)]
        assert {one.week.source for one in refused} == {won.source}
        for one in refused:
            if isinstance(one, PlaceChangedError):
                assert "Reading 0" in one.was
                assert one.stored.strip() in won.source
                assert "was here." in one.stored
        week.delete()


def test_edits_of_different_parts_at_once_all_win(cast: Cast) -> None:
    """Each person works on the first version; what the others did meanwhile stays."""
    title = place_named("title-1")
    assert title is not None
    retitle = partial(set_heading, words="Week 3: Punting")
    for _ in range(ROUNDS):
        week = make_week(cast)
        works: list[Callable[[], object]] = [partial(rename, week, n, line=FIRST_LINK + n) for n in range(PEOPLE)]
        works.append(partial(edit_week, week=week, place=title, edit=retitle, base_version=1, author=None, now=NOW))
        results = together(works)
        assert [one for one in results if isinstance(one, Exception)] == []
        versions = texts_of(week)
        assert [number for number, _ in versions] == list(range(1, PEOPLE + 3))
        before: set[str] = set()
        for number, text in versions:
            done = set(text.splitlines()) - set(TEXT.splitlines())
            assert (len(done), before <= done) == (number - 1, True)
            before = done
        week.refresh_from_db()
        assert week.source == versions[-1][1]
        assert set(week.readings.values_list("title", flat=True)) == {f"Person {n} was here." for n in range(PEOPLE)}
        week.delete()


def test_readings_added_to_one_version_at_once_one_is_added(cast: Cast) -> None:
    add = partial(add_reading, read_by=None, base_version=1, author=None, now=NOW)
    for _ in range(ROUNDS):
        week = make_week(cast)
        new = [NewReading(HEADING, f"Oars {n}", f"https://example.org/oars-{n}", None, optional=False) for n in range(PEOPLE)]
        results = together([partial(add, week=week, new=one) for one in new])
        assert sorted(type(one).__name__ for one in results) == ["Reading", *["WeekChangedError"] * (PEOPLE - 1)]
        assert Reading.objects.filter(week=week, title__startswith="Oars").count() == 1
        assert [number for number, _ in texts_of(week)] == [1, 2]
        week.delete()


def test_new_weeks_of_one_number_at_once_become_one(cast: Cast) -> None:
    for _ in range(ROUNDS):
        results = together([partial(make_week, cast)] * PEOPLE)
        assert sorted(type(one).__name__ for one in results) == ["Week", *["WeekExistsError"] * (PEOPLE - 1)]
        week = Week.objects.get()
        assert {one.week for one in results if isinstance(one, WeekExistsError)} == {week}
        assert texts_of(week) == [(1, TEXT)]
        week.delete()


def edit_against_release(cast: Cast, week: Week) -> bool:
    """A page is saved while it is opened to students; return whether both came to stay."""
    works: list[Callable[[], object]] = [
        partial(say, cast, week, 1),
        partial(release_week, week=week, state=Release.OPEN, now=NOW),
    ]
    failed = [one for one in together(works) if isinstance(one, Exception)]
    assert failed == []
    week.refresh_from_db()
    return (week.version, week.state) == (2, Release.OPEN)


def test_edit_against_a_release_loses_neither(cast: Cast) -> None:
    for _ in range(ROUNDS):
        week = make_week(cast)
        assert edit_against_release(cast, week)
        week.delete()


def wait_after_reading(monkeypatch: pytest.MonkeyPatch, people: int) -> None:
    """Nobody writes before this many people have read the week."""
    gate, read = Barrier(people), weeks._locked

    def read_then_wait(week: Week, base_version: int | None) -> Week:
        found = read(week, base_version)
        gate.wait(30)
        return found

    monkeypatch.setattr(weeks, "_locked", read_then_wait)


@pytest.mark.usefixtures("unlocked")
def test_edits_at_once_without_the_lock_are_held_by_the_constraint(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    wait_after_reading(monkeypatch, PEOPLE)
    for way in ways(cast):
        week = make_week(cast)
        results = all_at_once(week, way)
        assert sorted(type(one).__name__ for one in results) == [*[IntegrityError.__name__] * (PEOPLE - 1), "Week"]
        assert [number for number, _ in texts_of(week)] == [1, 2]
        week.delete()


@pytest.mark.usefixtures("unlocked")
def test_control_edits_at_once_without_lock_and_constraint_are_lost(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    wait_after_reading(monkeypatch, PEOPLE)
    with without_constraints("week_version_once", "section_place_once", of=(WeekVersion, Section), emptied=(Week,)):
        for way in ways(cast):
            week = make_week(cast)
            results = all_at_once(week, way)
            assert [type(one).__name__ for one in results] == ["Week"] * PEOPLE  # everybody was told that it is saved
            assert [number for number, _ in texts_of(week)] == [1, *[2] * PEOPLE]
            week.delete()


@pytest.mark.usefixtures("unlocked")
def test_control_edit_against_a_release_without_the_lock_loses_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    wait_after_reading(monkeypatch, 2)
    for _ in range(CONTROL_ROUNDS):
        week = make_week(cast)
        if not edit_against_release(cast, week):
            return
        week.delete()
    pytest.fail("without the lock both always came to stay: the race test proves nothing")


def test_weeks_given_one_class_at_once_one_gets_it(cast: Cast) -> None:
    for _ in range(ROUNDS):
        two = [save_week(course=cast.course, week=None, text=f"# Week {n}: Oars\n", author=None, now=NOW) for n in (1, 2)]
        give = partial(save_week, course=cast.course, session=cast.session, author=None, now=NOW)
        results = together([partial(give, week=one, text=one.source) for one in two])
        assert sorted(type(one).__name__ for one in results) == ["SessionRefusedError", "Week"]
        Week.objects.all().delete()
