"""Editing one thing of a week page on the web: literal lines, refusals with both texts, order, and what the way back is."""

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from accounts.models import User
from course.actions.weeks import PlaceChangedError, edit_week, save_week
from course.line_changes import compare
from course.models import Week, WeekVersion
from course.week_node_edit import set_item
from course.week_outline import place_named
from tests.conftest import NOW, Cast
from tests.course.week_texts import TEXT

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

PARTS = "/courses/hum240/weeks/5/parts/"


@pytest.fixture
def week(cast: Cast) -> Week:
    return save_week(course=cast.course, week=None, text=TEXT, author=cast.instructor, now=NOW, session=cast.session)


def post(client: Client, person: User, place: str, **data: object) -> "Response":
    client.force_login(person)
    return client.post(f"{PARTS}{place}", {"version": 1} | data)


def changed(week: Week) -> list[str]:
    week.refresh_from_db()
    return [change.mark + change.text for change in compare(TEXT, week.source, context=0)]


@pytest.mark.parametrize(
    ("place", "data", "expected"),
    [
        (
            "item-19/",
            {"words": "Twelve Writers", "url": "https://example.org/twelve"},
            [
                "-* [Twelve Readers, One Machine (25m) (OPTIONAL)](https://example.org/twelve)",
                "+* [Twelve Writers (25m) (OPTIONAL)](https://example.org/twelve)",
            ],
        ),
        (
            "item-23/",
            {"words": "Notebook", "url": "https://example.org/n"},
            ["-* Coming", "+* [Notebook](https://example.org/n)"],
        ),
        ("item-8/", {"words": "Sure of what?"}, ["-2. When a model sounds sure, of what is it sure?", "+2. Sure of what?"]),
        ("section-21/", {"words": "Making"}, ["-### CODING", "+### Making"]),
        ("title-1/", {"words": "The Last Word"}, ["-# Week 5: The Next Word", "+# Week 5: The Last Word"]),
        ("intro-3/text/", {"text": "One.\r\n\r\nTwo."}, ["-A language model bets on words.", "+One.", "+", "+Two."]),
        ("block-37/text/", {"text": ""}, ["-Surprise, probability, temperature.", "-"]),
        ("section-5/add/", {"words": "A third?"}, ["+3. A third?"]),
        ("section-27/add/", {"words": "Room"}, ["-* Quiz", "+* Room"]),
        ("item-19/remove/", {}, ["-* [Twelve Readers, One Machine (25m) (OPTIONAL)](https://example.org/twelve)"]),
    ],
)
def test_part_edit_changes_its_own_lines_and_is_a_version(
    client: Client, cast: Cast, week: Week, place: str, data: dict[str, object], expected: list[str]
) -> None:
    assert post(client, cast.assistant, place, **data).status_code == 303
    assert changed(week) == expected
    last = WeekVersion.objects.select_related("author").get(week=week, number=2)
    assert (last.author, last.source) == (cast.assistant, week.source)


def test_part_edit_that_says_the_same_writes_no_version(client: Client, cast: Cast, week: Week) -> None:
    data = {"words": "Guessing as Understanding", "url": "https://example.org/guessing"}
    assert post(client, cast.instructor, "item-18/", **data).status_code == 303
    assert WeekVersion.objects.filter(week=week).count() == 1


@pytest.mark.parametrize(
    ("place", "to", "first", "lands"),
    [
        ("item-7/", "down", "1. When a model sounds sure, of what is it sure?", "item-8"),
        ("item-19/", "up", "* [Twelve Readers, One Machine (25m) (OPTIONAL)](https://example.org/twelve)", "item-18"),
        ("section-21/", "up", "### CODING", "section-16"),
    ],
)
def test_part_move_goes_one_place_and_leads_to_it(
    client: Client, cast: Cast, week: Week, place: str, to: str, first: str, lands: str
) -> None:
    response = post(client, cast.instructor, f"{place}move/", to=to)
    assert (response.status_code, response["Location"]) == (303, f"{PARTS}#{lands}")
    week.refresh_from_db()
    line = int(lands.split("-")[1]) - (1 if to == "down" else 0)
    assert week.source.split("\n")[line - 1] == first
    assert sorted(week.source.split("\n")) == sorted(TEXT.split("\n")) or place == "item-7/"


def test_part_move_on_an_old_version_moves_nothing(client: Client, cast: Cast, week: Week) -> None:
    post(client, cast.instructor, "item-7/move/", to="down")
    week.refresh_from_db()
    before = week.source
    assert post(client, cast.instructor, "item-7/move/", to="down").status_code == 303
    week.refresh_from_db()
    assert week.source == before


@pytest.mark.parametrize(
    ("place", "data", "status", "words"),
    [
        ("item-18/", {"words": "", "url": ""}, 422, "Enter the title."),
        ("item-18/", {"words": "x", "url": "javascript:alert(1)"}, 422, "Addresses that begin with"),
        ("item-18/", {"words": "x", "version": ""}, 422, "did not come with it"),
        ("section-21/", {"words": "C ##"}, 422, "cannot stand in a heading"),
        ("section-25/move/", {"to": "left"}, 422, "PARTS"),
        ("item-7/move/", {"to": "up"}, 422, "nothing to change places with"),
        ("title-1/text/", {"text": "# No number"}, 422, "E210"),
        ("title-1/text/", {"text": "# Week 6: Six"}, 422, "is in the course already"),
        ("section-25/remove/", {}, 422, "not on the page any more"),
        ("nonsense/", {"words": "x"}, 404, ""),
        ("intro-3/", {"words": "x"}, 404, ""),
    ],
)
def test_part_edit_that_cannot_be_is_refused_with_its_reason(
    client: Client, cast: Cast, week: Week, place: str, data: dict[str, object], status: int, words: str
) -> None:
    save_week(course=cast.course, week=None, text="# Week 6: Taken\n", author=None, now=NOW)
    response = post(client, cast.instructor, place, **data)
    assert response.status_code == status
    assert words == "PARTS" or words in response.content.decode()
    assert changed(week) == []


def test_part_edit_after_a_change_elsewhere_goes_where_the_part_is_now(client: Client, cast: Cast, week: Week) -> None:
    above = TEXT.replace("A language model bets on words.", "One.\n\nTwo.")
    save_week(course=cast.course, week=week, text=above, author=None, now=NOW, session=cast.session)
    assert post(client, cast.instructor, "item-8/", words="Sure of what?").status_code == 303
    week.refresh_from_db()
    assert week.source == above.replace("When a model sounds sure, of what is it sure?", "Sure of what?")


def test_part_edit_after_a_change_of_the_part_is_refused_with_both_texts(client: Client, cast: Cast, week: Week) -> None:
    theirs = TEXT.replace("Guessing as", "Betting as")
    save_week(course=cast.course, week=week, text=theirs, author=None, now=NOW, session=cast.session)
    response = post(client, cast.instructor, "item-18/", words="Wagering", url="https://example.org/guessing")
    shown = response.content.decode()
    assert response.status_code == 409
    assert "* [Guessing as Understanding (35m)]" in shown
    assert "* [Betting as Understanding (35m)]" in shown
    assert "Wagering</pre>" in shown
    assert 'name="version" value="2"' in shown
    assert 'value="Betting as Understanding"' in shown
    week.refresh_from_db()
    assert week.source == theirs


def test_part_edit_after_a_change_of_the_part_that_moved_shows_it_where_it_is(client: Client, cast: Cast, week: Week) -> None:
    theirs = TEXT.replace("Guessing as", "Betting as").replace("### RESEARCH\n", "One more line.\n\n### RESEARCH\n")
    save_week(course=cast.course, week=week, text=theirs, author=None, now=NOW, session=cast.session)
    shown = post(client, cast.instructor, "item-18/", words="Wagering", url="").content.decode()
    assert "* [Betting as Understanding (35m)]" in shown
    assert f'action="{PARTS}item-20/"' in shown
    assert 'value="Betting as Understanding"' in shown


def test_part_edit_after_the_part_was_taken_away_says_so(client: Client, cast: Cast, week: Week) -> None:
    short = TEXT[: TEXT.index("## RESOURCES")]
    save_week(course=cast.course, week=week, text=short, author=None, now=NOW, session=cast.session)
    response = post(client, cast.instructor, "item-45/", words="Dice", url="")
    assert response.status_code == 409
    assert "Somebody took this off the page" in response.content.decode()


def test_edit_week_of_a_version_that_never_was_is_refused(cast: Cast, week: Week) -> None:
    place = place_named("item-18")
    assert place
    with pytest.raises(PlaceChangedError):
        edit_week(
            week=week,
            place=place,
            edit=lambda file, there: set_item(file, there, "x", None),
            base_version=9,
            author=None,
            now=NOW,
        )


def test_part_text_that_leaves_a_fence_open_is_saved_and_told(client: Client, cast: Cast, week: Week) -> None:
    client.force_login(cast.instructor)
    page = client.post(f"{PARTS}block-37/text/", {"version": 1, "text": "```\nopen"}, follow=True).content.decode()
    assert "the rest of the page is read in another way" in page
    assert changed(week) == ["-Surprise, probability, temperature.", "+```", "+open"]


@pytest.mark.parametrize(
    ("place", "back", "where"),
    [
        ("item-18/", "", "/courses/hum240/weeks/5/#reading-{reading}"),
        ("item-8/", "", "/courses/hum240/weeks/5/"),
        ("section-35/", "", "/courses/hum240/weeks/5/#part-{section}"),
        ("section-35/", "parts", f"{PARTS}#section-35"),
    ],
)
def test_part_edit_leads_back_to_the_thing(client: Client, cast: Cast, week: Week, place: str, back: str, where: str) -> None:
    response = post(client, cast.instructor, place, words="Other words", url="https://example.org/x", back=back)
    reading = week.readings.get(line=18).public_id
    section = week.sections.get(line=35).position
    assert response["Location"] == where.format(reading=reading, section=section)


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_part_edit_keeps_the_newlines_and_the_mark_of_the_file(client: Client, cast: Cast, newline: str) -> None:
    text = "\ufeff" + TEXT.rstrip("\n").replace("\n", newline)
    week = save_week(course=cast.course, week=None, text=text, author=None, now=NOW)
    post(client, cast.instructor, "intro-3/text/", text="One.\r\nTwo.")
    week.refresh_from_db()
    assert week.source == text.replace("A language model bets on words.", f"One.{newline}Two.")


def test_parts_page_lists_every_part_with_its_line_and_buttons(client: Client, cast: Cast, week: Week) -> None:
    client.force_login(cast.instructor)
    page = client.get(PARTS).content.decode()
    assert page.count('<li class="part-row') == 25
    assert page.count("Move line 7, ") == 2
    assert 'Move line 7, What does a writer know that a predictor need not?, up" disabled' in page
    assert client.get(f"{PARTS}item-2/").status_code == 404


def test_week_page_links_to_the_forms_of_each_thing_for_planners_only(client: Client, cast: Cast, week: Week) -> None:
    Week.objects.update(state="open")
    for who, found in (("instructor", True), ("assistant", True), ("admin", False), ("student", False)):
        client.force_login(getattr(cast, who))
        page = client.get("/courses/hum240/weeks/5/").content.decode()
        for place in ("intro-3", "item-7", "section-12", "item-18", "section-35", "section-43"):
            assert (f'href="{PARTS}{place}/"' in page) is found
            assert (f'id="slot-{place}"' in page) is found
