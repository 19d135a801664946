"""What is new or changed on a week page since a student read it."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from course.actions.weeks import note_week_read, rerender_week, save_week
from course.models import Week, WeekRead
from course.read_marks import Marked, Part, Since, Visit, carry, fate, since, visit
from tests.conftest import NOW, Cast
from tests.course.week_texts import TEXT

HOUR = timedelta(hours=1)
OLD = Marked(1, 2)


@pytest.mark.parametrize(
    ("known", "version", "minutes", "expected"),
    [
        (None, 3, 0, Visit(3, NOW, 3, NOW)),
        (Visit(3, NOW, 2, NOW - HOUR), 3, 59, Visit(3, NOW, 2, NOW - HOUR)),
        (Visit(3, NOW, 2, NOW - HOUR), 4, 59, Visit(4, NOW, 2, NOW - HOUR)),
        (Visit(3, NOW, 2, NOW - HOUR), 4, 60, Visit(4, NOW + HOUR, 3, NOW)),
        (Visit(3, NOW, 2, NOW - HOUR), 3, 60, Visit(3, NOW + HOUR, 3, NOW)),
    ],
)
def test_visit_within_the_hour_is_the_same_one(known: Visit | None, version: int, minutes: int, expected: Visit) -> None:
    assert visit(known, version, NOW + timedelta(minutes=minutes)) == expected


def test_since_is_told_only_if_the_page_is_another() -> None:
    assert since(Visit(3, NOW, 3, NOW)) is None
    assert since(Visit(4, NOW, 3, NOW - HOUR)) == Since(3, NOW - HOUR)


def test_fate_counts_versions_after_the_one_that_was_read() -> None:
    read = Since(4, NOW)
    assert [fate(one, read) for one in (Marked(4, 4), Marked(5, 5), Marked(1, 5), Marked(1, 4))] == ["", "new", "changed", ""]
    assert fate(Marked(9, 9), None) == ""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([("a", "1"), ("b", "2")], [("b", "2"), ("a", "1")], [OLD, OLD]),
        ([("a", "1")], [("a", "2")], [Marked(1, 7)]),
        ([("a", "1")], [("b", "1")], [Marked(1, 7)]),
        ([("a", "1")], [("b", "2")], [Marked(7, 7)]),
        ([("a", "")], [("a", "2")], [Marked(7, 7)]),
        ([("a", "1")], [("a", "")], [Marked(1, 7)]),
        ([("a", ""), ("b", "")], [("c", "")], [Marked(7, 7)]),
        ([("", "1"), ("", "2"), ("", "3")], [("", "1"), ("", "new"), ("", "3")], [OLD, Marked(1, 7), OLD]),
        ([("", "1"), ("", "2")], [("", "0"), ("", "1"), ("", "2")], [Marked(7, 7), OLD, OLD]),
        ([("a", "1"), ("a", "2")], [("a", "2"), ("a", "3")], [OLD, Marked(1, 7)]),
    ],
)
def test_carry_tells_the_parts_that_came_or_changed(
    old: list[tuple[str, str]], new: list[tuple[str, str]], expected: list[Marked]
) -> None:
    assert carry([Part(*one, OLD) for one in old], new, 7) == expected


def test_carry_of_the_same_text_made_anew_marks_nothing() -> None:
    assert carry([Part("a", "1", OLD)], [("a", "1, better"), ("b", "2")], None) == [OLD, Marked(0, 0)]


# --- on the page


@pytest.fixture
def week(cast: Cast) -> Week:
    week = save_week(course=cast.course, week=None, text=TEXT, author=cast.instructor, now=NOW, session=cast.session)
    Week.objects.update(state="open")
    return week


def edit(week: Week, *pairs: tuple[str, str]) -> None:
    week.refresh_from_db()
    text = week.source
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    save_week(course=week.course, week=week, text=text, author=None, now=NOW, session=week.session)


def look(client: Client, person: User, hours: float) -> str:
    client.force_login(person)
    with time_machine.travel(NOW + hours * HOUR, tick=False):
        return client.get("/courses/hum240/weeks/5/").content.decode()


def marks(page: str) -> list[str]:
    return [part.split("<")[0] for part in page.split(' <span class="tag tag-accent">')[1:]]


CHANGES = (
    ("A language model bets", "A model bets"),
    ("of what is it sure?", "is it sure?"),
    ("### CODING\n\n* Coming", "### CODING\n\n* [A Notebook (5m)](https://example.org/n)"),
    ("(35m)", "(40m)"),
    ("Surprise, probability", "Probability"),
    ("### EXTRAS\n\n* Coming", "### EXTRAS\n\nDice."),
)


def test_week_after_changes_marks_them_for_who_read_it_before(client: Client, cast: Cast, week: Week) -> None:
    first = look(client, cast.student, 0)
    assert (marks(first), "Changed since you read it" in first) == ([], False)
    edit(week, *CHANGES)
    page = look(client, cast.student, 48)
    day = "Changed since 7 Oct"
    assert marks(page) == [day, day, day, "New", day, "New"]
    assert "Changed since you read it, Wed 7 Oct" in page
    listed = page.split('class="notice notice-accent', 1)[1].split("</ul>")[0]
    assert [line.split("<a")[0].strip() + line.split(">")[1].split("<")[0] for line in listed.split("<li>")[1:]] == [
        "Changed:the introduction",
        "Changed:key question 2",
        "Changed:Guessing as Understanding",
        "New:A Notebook",
        "Changed:Concepts",
        "New:Extras",
    ]


def test_week_marks_lead_to_things_that_are_on_the_page(client: Client, cast: Cast, week: Week) -> None:
    look(client, cast.student, 0)
    edit(week, *CHANGES)
    page = look(client, cast.student, 48)
    listed = page.split('class="notice notice-accent', 1)[1].split("</ul>")[0]
    anchors = [part.split('"')[0] for part in listed.split('href="#')[1:]]
    assert len(anchors) == 6
    assert all(f'id="{anchor}"' in page for anchor in anchors)


def test_week_marks_stay_for_the_visit_and_go_with_the_next(client: Client, cast: Cast, week: Week) -> None:
    look(client, cast.student, 0)
    edit(week, CHANGES[0])
    assert len(marks(look(client, cast.student, 48))) == 1
    assert len(marks(look(client, cast.student, 48.9))) == 1
    assert len(marks(look(client, cast.student, 49.1))) == 0


def test_week_marks_are_each_students_own(client: Client, cast: Cast, week: Week) -> None:
    look(client, cast.student, 0)
    edit(week, CHANGES[0])
    for person in (cast.other_student, cast.observer, cast.instructor, cast.admin):
        assert marks(look(client, person, 48)) == []
    assert set(WeekRead.objects.values_list("person", "version")) == {(cast.student.pk, 1), (cast.other_student.pk, 2)}


def test_week_moved_or_made_anew_marks_nothing(client: Client, cast: Cast, week: Week) -> None:
    look(client, cast.student, 0)
    edit(
        week,
        ("### CONCEPTS\n\nSurprise, probability, temperature.\n\n", ""),
        ("## IN CLASS\n", "## IN CLASS\n\n### CONCEPTS\n\nSurprise, probability, temperature.\n"),
    )
    Week.objects.update(intro_html="<p>As another renderer had it.</p>")
    week.refresh_from_db()
    rerender_week(week=week, now=NOW)
    assert marks(look(client, cast.student, 48)) == []


def test_reading_that_goes_is_told_and_that_comes_back_is_new(client: Client, cast: Cast, week: Week) -> None:
    line = "* [Guessing as Understanding (35m)](https://example.org/guessing)\n"
    look(client, cast.student, 0)
    edit(week, (line, ""))
    page = look(client, cast.student, 48)
    assert (marks(page), "Taken off: Guessing as Understanding" in page) == ([], True)
    assert "49 min" not in page
    assert "Taken off" not in look(client, cast.student, 72)
    edit(week, ("### RESEARCH\n\n", f"### RESEARCH\n\n{line}"))
    assert marks(look(client, cast.student, 96)) == ["New"]


def test_note_week_read_twice_at_once_keeps_one(cast: Cast, week: Week) -> None:
    for _ in range(2):
        note_week_read(week=week, person=cast.student, known=None, now=NOW)
    assert WeekRead.objects.get().version == 1
