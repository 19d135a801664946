"""The pure parts: course.yaml, front matter, the schedule's table, public copies. Edits change their value and nothing else."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange import front_text, yaml_text
from exchange.announcement_file import read_announcement
from exchange.course_yaml import read_course
from exchange.public import Aliases, is_keyless, public_quiz, public_week
from exchange.schedule_table import nearest, read_schedule, resolve, split_names, with_day
from exchange.yaml_text import Path, read, with_item, with_value, written
from quizzes.formats import markdown
from tests.exchange.folders import COURSE, FILES, QUIZ, SCHEDULE
from tests.proof import examples

DAYS = [date(2027, 1, 12) + timedelta(days=7 * week) for week in range(16)]
PIECES = [
    *COURSE.split("\n"),
    *SCHEDULE.split("\n"),
    *QUIZ.split("\n"),
    "---",
    "\t",
    "[",
    "{",
    "&a",
    "*a",
    "? ",
    "|",
    "\\",
    "`",
    "\ufeff",
    "\r",
    "\0",
    "\u2028",
]
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=25).flatmap(
    lambda parts: st.sampled_from(["\n", "\r\n", ""]).map(lambda end: end.join(parts))
)


@given(TEXTS)
@settings(max_examples=examples(300, 100_000), deadline=None)
def test_texts_of_any_kind_are_read_without_an_exception(text: str) -> None:
    said = read_course(text)
    assert all(note.render("course.yaml") for note in said.notes)
    assert len(list(said.class_days())) < 3000
    read_announcement(text, "announcements/x.md")
    with_day(read_schedule(text, DAYS), DAYS[0], [("Teo", "Clay", "done")])
    front = front_text.split(text)
    assert front.whole() == text
    assert not any(question.key for question in markdown.parse(public_quiz(text)).questions)
    public_week(text, Aliases.of([("Ines Caballero", "ines.caballero@example.edu")]))


@pytest.mark.parametrize(
    ("path", "raw", "old", "new"),
    [
        (("title",), "Roads", "title: Rivers and Roads   #", "title: Roads   #"),
        (("term", "ends"), "2027-05-01", "ends: 2027-04-30", "ends: 2027-05-01"),
        (("weeks", 0, "open"), None, ", open: true}", "}"),
        (("weeks", 0, "open"), "false", "open: true", "open: false"),
        (("weeks", 1, "open"), "true", "    class: 2027-01-19\n", "    class: 2027-01-19\n    open: true\n"),
        (("weeks", 1, "class"), None, "    class: 2027-01-19\n", ""),
        (("weeks", 0), None, "  - {file: weeks/01-fords.md, class: 2027-01-12, open: true}\n", ""),
        (("colour",), None, "colour: green\n", ""),
        (("copy",), "public", "colour: green\n", "colour: green\ncopy: public\n"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_yaml_edit_changes_the_characters_of_its_value_alone(
    path: Path, raw: str | None, old: str, new: str, newline: str
) -> None:
    text = COURSE.replace("\n", newline)
    assert COURSE.count(old) == 1
    assert with_value(text, path, raw) == COURSE.replace(old, new).replace("\n", newline)


def test_yaml_item_is_added_in_the_style_of_its_list() -> None:
    assert with_item(COURSE, "weeks", "{file: x.md}") == COURSE.replace("colour:", "  - {file: x.md}\ncolour:")
    assert with_item("title: x", "weeks", "{file: x.md}") == "title: x\nweeks: \n  - {file: x.md}\n"
    assert with_item("weeks: [{file: a.md}]\n", "weeks", "{file: x.md}") == "weeks: [{file: a.md}, {file: x.md}]\n"


@given(st.text(max_size=40).filter(lambda text: all(one.isprintable() for one in text)))
@settings(max_examples=examples(100, 20_000), deadline=None)
def test_yaml_value_written_reads_back_as_the_same_text(value: str) -> None:
    found = read(f"a: {written(value)}\nb: [{written(value)}]\n")
    assert found.notes == ()
    assert [one.text for one in yaml_text.values_in(found.root)] == [value, value] if found.root else False


def test_course_yaml_keeps_what_it_does_not_know_with_a_warning() -> None:
    said = read_course(COURSE)
    assert [note.render("course.yaml") for note in said.notes] == [
        'course.yaml:15: W317 key "colour" is not known; it is kept as it is'
    ]
    assert [day for day, _ in said.class_days()][7:9] == [date(2027, 3, 2), date(2027, 3, 16)]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2027-01-12", date(2027, 1, 12)),
        ("1/12", date(2027, 1, 12)),
        ("1/12/27", date(2027, 1, 12)),
        ("12 Jan", date(2027, 1, 12)),
        ("Tue, Jan 12th", date(2027, 1, 12)),
        ("January 12, 2026", date(2026, 1, 12)),
        ("1/13", date(2027, 1, 13)),
        ("13/1", None),
        ("soon", None),
        ("", None),
    ],
)
def test_date_of_a_schedule_is_the_class_day_that_fits(cell: str, day: date | None) -> None:
    assert resolve(cell, DAYS) == day


def test_names_of_a_cell_are_split_and_placeholders_are_nobody() -> None:
    found = [(name.text, name.tentative) for name in split_names("Noor Haddad, **Ines** & [Jo](x.md) and Teo?, Student #2")]
    assert found == [("Noor Haddad", False), ("Ines", False), ("Jo", False), ("Teo", True)]
    assert [*split_names("TBA"), *split_names("Presentation #1"), *split_names(" - ")] == []
    assert nearest("Nor Hadad", ["Ines Caballero", "Noor Haddad"]) == "Noor Haddad"
    assert nearest("Xi", ["Ines Caballero"]) is None


def test_schedule_day_not_in_term_is_told_and_other_rows_stay() -> None:
    text = SCHEDULE + "| 11/26 | x | | |\n"
    schedule = read_schedule(text, DAYS)
    assert [note.render("presentations.md") for note in schedule.notes] == ["presentations.md:7: W331 11/26 is not a class day"]
    after = with_day(schedule, date(2027, 1, 19), [("Teo", "Clay", ""), ("Ada|B", "", "")])
    assert after == text.replace("| Ines Caballero | Mud    |", "| Teo            | Clay   |").replace(
        "| 1/26", "| 2027-01-19 | Ada\\|B |  |  |\n| 1/26"
    )


def test_schedule_line_that_ends_with_a_backslash_is_read() -> None:
    text = SCHEDULE.rstrip().removesuffix("|") + "\\\n"
    schedule = read_schedule(text, DAYS)
    assert len(schedule.rows) == len(read_schedule(SCHEDULE, DAYS).rows)
    after = with_day(schedule, schedule.rows[-1].on or DAYS[0], [("Teo", "Clay", "")])
    assert [name.text for name in read_schedule(after, DAYS).rows[-1].names] == ["Teo"]


def test_public_quiz_changes_boxes_and_takes_away_what_is_said_about_answers() -> None:
    made = public_quiz(QUIZ.replace("\n", "\r\n"))
    assert is_keyless(markdown.parse(made))
    assert made == QUIZ.replace("[x]", "[ ]").replace("  > Yes, on foot.\n", "").replace(
        "> All of this is in week 1.\n\n", ""
    ).replace("\n", "\r\n")


def test_announcement_without_front_matter_has_its_heading_or_name_as_title() -> None:
    assert read_announcement("# Boots #\n\nx\n", "a.md").title == "Boots"
    said = read_announcement("Bring boots.\n", "announcements/2027-01-08-wet-day.md")
    assert (said.title, said.publish, said.body) == ("Wet day", None, "Bring boots.\n")
    notes = [note.render("a.md") for note in read_announcement(FILES["announcements/2027-01-08-boots.md"], "a.md").notes]
    assert notes == ['a.md:5: W317 key "mood" is not known; it is kept as it is']
