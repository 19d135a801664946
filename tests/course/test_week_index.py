"""Readings keep their rows, and with them ticks and dates, through every edit of the text."""

import pytest

from course.actions.weeks import save_week, tick_reading
from course.index import file_of, note_text, published_words, shown_address
from course.models import Reading, ReadingTick, Section, Week
from course.weekfile import parse
from tests.conftest import NOW, Cast
from tests.course.week_texts import TEXT

COLUMNIST = "* [The Columnist Who Was Never Hired (14m)](https://example.org/columnist) - Oona Pereira"
GUESSING = "* [Guessing as Understanding (35m)](https://example.org/guessing)"
TWELVE = "* [Twelve Readers, One Machine (25m) (OPTIONAL)](https://example.org/twelve)"


@pytest.fixture
def week(cast: Cast) -> Week:
    return save_week(course=cast.course, week=None, text=TEXT, author=None, now=NOW)


@pytest.fixture
def guessing(cast: Cast, week: Week) -> Reading:
    reading = week.readings.get(title="Guessing as Understanding")
    tick_reading(reading=reading, person=cast.student, now=NOW)
    return reading


def edit(week: Week, old: str, new: str) -> None:
    assert old in week.source
    save_week(course=week.course, week=week, text=week.source.replace(old, new, 1), author=None, now=NOW, session=week.session)
    week.refresh_from_db()


def assert_still_ticked(cast: Cast, reading: Reading) -> None:
    reading.refresh_from_db()
    assert not reading.removed
    assert ReadingTick.objects.filter(person=cast.student, reading=reading).exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Guessing as Understanding (35m)", "Guessing is Understanding (40m)"),  # other title, same address
        ("https://example.org/guessing", "https://example.org/moved"),  # other address, same title
        (f"{GUESSING}\n{TWELVE}", f"{TWELVE}\n{GUESSING}"),  # another order
        (f"{GUESSING}\n", ""),  # gone, see below
        ("### RESEARCH", "### RESEARCH PAPERS"),  # another heading
        ("# Week 5: The Next Word", "Before it all.\n\n# Week 5: The Next Word"),  # other lines
    ],
)
def test_reading_edited_text_keeps_its_row_and_ticks(cast: Cast, week: Week, guessing: Reading, old: str, new: str) -> None:
    edit(week, old, new)
    if new:
        assert_still_ticked(cast, guessing)
    assert week.readings.count() == 3
    assert ReadingTick.objects.count() == 1


def test_reading_moved_to_another_topic_keeps_its_row(cast: Cast, week: Week, guessing: Reading) -> None:
    edit(week, f"{GUESSING}\n", "")
    edit(week, COLUMNIST, f"{COLUMNIST}\n{GUESSING}")
    assert_still_ticked(cast, guessing)
    assert guessing.section is not None
    assert guessing.section.heading == "AI NEWS"


def test_reading_taken_out_is_marked_and_comes_back_with_its_ticks(cast: Cast, week: Week, guessing: Reading) -> None:
    edit(week, f"{GUESSING}\n", "")
    guessing.refresh_from_db()
    assert (guessing.removed, guessing.section) == (True, None)
    edit(week, TWELVE, f"{TWELVE}\n{GUESSING}")
    assert_still_ticked(cast, guessing)
    assert list(week.readings.filter(removed=False).values_list("title", flat=True)) == [
        "The Columnist Who Was Never Hired",
        "Twelve Readers, One Machine",
        "Guessing as Understanding",
    ]


def test_reading_rewritten_alone_in_its_topic_is_matched_by_place(week: Week) -> None:
    row = week.readings.get(title="The Columnist Who Was Never Hired")
    edit(week, COLUMNIST, "* [The Columnist, Revisited (20m)](https://example.org/revisited)")
    row.refresh_from_db()
    assert (row.title, row.minutes) == ("The Columnist, Revisited", 20)


def test_reading_two_rewritten_at_once_are_new_rows(cast: Cast, week: Week, guessing: Reading) -> None:
    edit(week, f"{GUESSING}\n{TWELVE}", "* [One (5m)](https://example.org/1)\n* [Two (5m)](https://example.org/2)")
    guessing.refresh_from_db()
    assert guessing.removed
    assert week.readings.filter(removed=False).count() == 3
    assert not ReadingTick.objects.filter(reading__removed=False).exists()


def test_reading_same_address_twice_is_two_rows(week: Week) -> None:
    edit(week, TWELVE, f"{TWELVE}\n{GUESSING}")
    assert week.readings.filter(url="https://example.org/guessing", removed=False).count() == 2


def test_sections_are_rebuilt_without_placeholders(week: Week) -> None:
    edit(week, "Surprise, probability, temperature.", "* Coming\n* Surprise")
    assert Section.objects.get(week=week, heading="CONCEPTS").html == "<ul>\n<li>Surprise</li>\n</ul>\n"
    assert Section.objects.get(week=week, heading="EXTRAS").html == ""


def test_introduction_placeholder_is_not_shown(week: Week) -> None:
    edit(week, "A language model bets on words.", "Coming")
    assert week.intro_html == ""
    assert week.to_fill[0][0] == 3


@pytest.mark.parametrize(
    ("item", "note"),
    [
        ("* [A (5m)](https://example.org/a) - Ada, part one", "Ada, part one"),
        ("* [A (10 Sep 2024)](https://example.org/a)", "10 Sep 2024"),
        ("* [A (ONLY to 7:05)](https://example.org/a)", "ONLY to 7:05"),
        ("* (OPTIONAL) [A](https://example.org/a)", ""),
        ("* A text on paper", ""),
        ("* [A](https://example.org/a)\n  * first the tables", "\n\n* first the tables"),
        ("1. [A](https://example.org/a) by B\n   then **more**", "by B\n\nthen **more**"),
    ],
)
def test_note_holds_what_is_beside_the_title(item: str, note: str) -> None:
    file = parse(f"# Week 1: T\n\n## READINGS\n\n### RESEARCH\n\n{item}\n".encode())
    assert note_text(file, file.sections[0].items[0]) == note


def test_reading_without_time_counts_the_times_of_its_parts(cast: Cast) -> None:
    text = (
        "# Week 1: T\n\n## READINGS\n\n* Two films\n  * [A (10m)](https://example.org/a)\n  * [B (5m)](https://example.org/b)\n"
    )
    week = save_week(course=cast.course, week=None, text=text, author=None, now=NOW)
    assert list(week.readings.values_list("title", "seconds")) == [("Two films", 900)]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("HTTP://example.org", "HTTP://example.org"),
        ("mailto:a@example.edu", "mailto:a@example.edu"),
        ("javascript:alert(1)", ""),
        (" javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("../docs/a.pdf", "../docs/a.pdf"),
        ("/sign-out/", ""),
        ("\\\\example.org\\a", ""),
        ("//example.org/a", ""),
        ("http://[", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_shown_address_lets_only_safe_ones_through(url: str | None, shown: str) -> None:
    assert shown_address(url) == shown


@pytest.mark.parametrize(("published", "words"), [("2024-09-10", "10 Sep 2024"), ("2024-09", "Sep 2024"), ("2024", "2024")])
def test_published_words_say_what_is_known(published: str, words: str) -> None:
    assert published_words(published) == words


def test_file_of_a_week_is_its_text(week: Week) -> None:
    assert file_of(week).emit() == TEXT.encode()
