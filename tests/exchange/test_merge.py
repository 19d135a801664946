"""Three-way merges: literal cases, and what must hold for every pair of changes."""

import itertools
import re
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.merge import Choice, Conflict, Kind, Merged, merge, resolve
from exchange.merge_lines import NEWLINE, edits
from tests.proof import examples

WEEK = """# Week 4: Maps

Why maps lie.

## READINGS

### NEWS

* [Old Roads (5m)](https://example.org/roads)
* [New Roads (6m)](https://example.org/new)
* Coming

### CODING

* [Draw a map](https://example.org/draw)

## IN CLASS

### SCHEDULE

| Date | Name |
|------|------|
| 1 Oct | Ana Ruiz |
| 8 Oct | Ben Okafor |
"""
QUIZ = """---
title: Maps
points: 1
due: 2026-10-01
---

## What is a map? Select two. {#map select=2}

- [x] A picture
  > Yes.
- [ ] A place
- [x] A claim

## What is a legend? {#legend}

1. [x] A key
2. [ ] A story
"""


def both(base: str, *changes: tuple[str, str]) -> str:
    """The text with each of the changes, which must be there once."""
    for old, new in changes:
        assert base.count(old) == 1, old
        base = base.replace(old, new)
    return base


ROADS = ("Old Roads (5m)", "Older Roads (5m)")
DISJOINT: list[tuple[str, Kind, str, tuple[str, str], tuple[str, str]]] = [
    ("items next to each other", "week", WEEK, ROADS, ("New Roads (6m)", "Newer Roads (6m)")),
    ("title and address of one link", "week", WEEK, ROADS, ("example.org/roads", "example.org/old-roads")),
    ("a reading and the heading above", "week", WEEK, ROADS, ("### NEWS", "### NEWS AND CULTURE")),
    ("an item edited, the next one deleted", "week", WEEK, ("New Roads (6m)", "Newer Roads"), ("* Coming\n", "")),
    ("an item edited, one added below", "week", WEEK, ("* Coming", "* Coming soon enough"), ("* Coming\n", "* Coming\n* More\n")),
    ("two cells of one row", "week", WEEK, ("8 Oct", "9 Oct"), ("Ben Okafor", "Bente Okafor")),
    ("rows next to each other", "week", WEEK, ("Ana Ruiz", "Ana Ruíz"), ("Ben Okafor", "Bente Okafor")),
    ("a section added, another one edited", "week", WEEK, ("## IN CLASS", "### TOOLS\n\n* A ruler\n\n## IN CLASS"), ROADS),
    ("the intro and the title", "week", WEEK, ("Why maps lie.", "How maps lie."), ("Week 4: Maps", "Week 4: Maps and Lies")),
    ("a blank line and the item below it", "week", WEEK, ("### NEWS\n\n", "### NEWS\n"), ROADS),
    ("a section moved, its item edited", "week", WEEK, ROADS, (
        WEEK[WEEK.index("### NEWS") : WEEK.index("## IN CLASS")],
        WEEK[WEEK.index("### CODING") : WEEK.index("## IN CLASS")] + WEEK[WEEK.index("### NEWS") : WEEK.index("### CODING")],
    )),
    ("box and text of one option", "quiz", QUIZ, ("[ ] A place", "[x] A place"), ("A place", "A real place")),
    ("options next to each other", "quiz", QUIZ, ("A place", "A real place"), ("A claim", "A bold claim")),
    ("text and feedback of one option", "quiz", QUIZ, ("A picture", "A drawing"), ("> Yes.", "> Yes, indeed.")),
    ("words and attributes of one head", "quiz", QUIZ, ("What is a map?", "What are maps?"), ("select=2", "select=2 points=3")),
    ("keys of the front matter", "quiz", QUIZ, ("points: 1", "points: 2"), ("due: 2026-10-01", "due: 2026-10-08")),
    ("a question added, one deleted", "quiz", QUIZ, ("## What is a legend", "## New?\n\n- [x] a\n- [ ] b\n\n## What is a legend"), (
        QUIZ[QUIZ.index("\n## What is a legend") :], ""
    )),
    ("lines next to each other", "text", "a: 1\nb: 2\nc: 3\n", ("a: 1", "a: 4"), ("b: 2", "b: 5")),
    ("a line edited, one added at the end", "text", "a\nb", ("b", "b2"), ("a\n", "z\na\n")),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "base", "one", "two"), [case[1:] for case in DISJOINT], ids=[case[0] for case in DISJOINT])
def test_merge_changes_of_different_places_gives_both(kind: Kind, base: str, one: tuple[str, str], two: tuple[str, str]) -> None:
    ours, theirs = both(base, one), both(base, two)
    expected = theirs.replace(*one) if theirs.count(one[0]) == 1 else ours.replace(*two)

    assert merge(base, ours, theirs, kind=kind) == Merged(expected)
    assert merge(base, theirs, ours, kind=kind) == Merged(expected)


CONFLICTS: list[tuple[str, Kind, str, tuple[str, str], tuple[str, str], Conflict]] = [
    ("one title twice", "week", WEEK, ROADS, ("Old Roads", "Ancient Roads"), Conflict(
        9, "* [Old Roads (5m)](https://example.org/roads)", "* [Older Roads (5m)](https://example.org/roads)",
        "* [Ancient Roads (5m)](https://example.org/roads)",
    )),
    ("deleted and edited", "week", WEEK, ("* [New Roads (6m)](https://example.org/new)\n", ""), ("(6m)", "(7m)"), Conflict(
        7, "* [New Roads (6m)](https://example.org/new)", "", "* [New Roads (7m)](https://example.org/new)"
    )),
    ("edited and its section deleted", "week", WEEK, ("Draw a map", "Draw two maps"), (
        WEEK[WEEK.index("### CODING") : WEEK.index("## IN CLASS")], ""
    ), Conflict(
        13, "### CODING\n\n* [Draw a map](https://example.org/draw)", "### CODING\n\n* [Draw two maps](https://example.org/draw)", ""
    )),
    ("one address added twice", "week", WEEK, ("* Coming", "* Coming\n* [A](https://example.org/a)"), (
        "* Coming", "* Coming\n* [B](https://example.org/a)"
    ), Conflict(12, "", "* [A](https://example.org/a)", "* [B](https://example.org/a)")),
    ("one option twice", "quiz", QUIZ, ("A place", "A spot"), ("A place", "A site"), Conflict(
        11, "- [ ] A place", "- [ ] A spot", "- [ ] A site"
    )),
    ("one line twice", "text", "a\nb\nc\n", ("b", "b1"), ("b", "b2"), Conflict(2, "b", "b1", "b2")),
    ("two lines added at one place", "text", "a\nb\n", ("a\n", "a\nx\n"), ("a\n", "a\ny\n"), Conflict(2, "", "x", "y")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "base", "one", "two", "expected"), [case[1:] for case in CONFLICTS], ids=[case[0] for case in CONFLICTS]
)
def test_merge_changes_of_one_place_is_a_conflict_with_all_texts(
    kind: Kind, base: str, one: tuple[str, str], two: tuple[str, str], expected: Conflict
) -> None:
    ours, theirs = both(base, one), both(base, two)

    found = merge(base, ours, theirs, kind=kind)

    assert found.text is None
    assert found.conflicts == (expected,)
    assert resolve(found, [Choice.OURS]) == ours
    assert resolve(found, [Choice.THEIRS]) == theirs
    text = resolve(found, [Choice.BOTH])
    assert all(words in text for words in (expected.ours, expected.theirs))


def test_merge_moves_of_the_same_items_to_different_places_is_a_conflict() -> None:
    base, ours, theirs = ("# T\n\n" + "".join(f"* {one}\n" for one in order) for order in ("abc", "cab", "bca"))

    found = merge(base, ours, theirs, kind="week")

    assert found.conflicts == (Conflict(3, "* a\n* b\n* c", "* c\n* a\n* b", "* b\n* c\n* a"),)
    assert resolve(found, [Choice.OURS]) == ours


def test_merge_moves_of_different_items_gives_both() -> None:
    base, ours, theirs, expected = (
        "# T\n\n" + "".join(f"* {one}\n" for one in order) for order in ("abcdef", "bacdef", "abcdfe", "bacdfe")
    )

    assert merge(base, ours, theirs, kind="week").text == expected


def test_merge_items_added_at_one_place_gives_both_and_equal_ones_once() -> None:
    ours, theirs = (
        WEEK.replace("* Coming\n", "* Coming\n* One\n* Two\n"),
        WEEK.replace("* Coming\n", "* Coming\n* One\n* Three\n"),
    )

    assert merge(WEEK, ours, theirs, kind="week").text == WEEK.replace("* Coming\n", "* Coming\n* One\n* Two\n* Three\n")


@pytest.mark.parametrize("kind", ["week", "quiz", "text"])
def test_merge_keeps_newlines_mark_and_missing_end(kind: Kind) -> None:
    base = "\ufeff" + "# Week 1: A\n\n## B\n\n* one\n* two\n\n## C\n\nlast".replace("\n", "\r\n")
    ours, theirs = base.replace("one", "uno"), base.replace("last", "final")

    assert merge(base, ours, theirs, kind=kind).text == ours.replace("last", "final")
    # The side that changed newlines, mark or end of the file decides about them.
    unix = ours.removeprefix("\ufeff").replace("\r\n", "\n")
    assert merge(base, unix, theirs, kind=kind).text == unix.replace("last", "final")
    assert merge(base, ours, theirs + "\r\n", kind=kind).text == ours.replace("last", "final") + "\r\n"


def test_merge_mixed_newlines_keeps_them_line_by_line() -> None:
    base = "a\r\nb\nc\r\nd\n"

    assert merge(base, "a1\r\nb\nc\r\nd\n", "a\r\nb\nc\r\nd1\n", kind="text").text == "a1\r\nb\nc\r\nd1\n"


def test_merge_text_behind_nested_items_is_merged_with_them() -> None:
    base = "# T\n\n* a\n  - kid\n\n  tail one\n  tail two\n* b\n"
    ours, theirs = base.replace("kid", "child"), base.replace("tail two", "tail 2")

    assert merge(base, ours, theirs, kind="week").text == ours.replace("tail two", "tail 2")


def test_merge_fence_that_would_swallow_the_other_change_keeps_every_line() -> None:
    base = "# T\n\n* a\n\npara\n\n* b\n"

    found = merge(base, base.replace("para", "```\npara"), base.replace("* b", "* b2"), kind="week")

    texts = [found.text or "", *(one.theirs for one in found.conflicts)]
    assert any("* b2" in text for text in texts)


def test_resolve_wrong_number_of_choices_is_refused() -> None:
    found = merge("a\n", "b\n", "c\n", kind="text")

    with pytest.raises(ValueError, match="1 conflicts, 2 choices"):
        resolve(found, [Choice.OURS, Choice.OURS])
    assert resolve(Merged("done"), []) == "done"


# What must hold for every pair of changes.

KINDS = st.sampled_from(["week", "quiz", "text"])
PIECES = st.sampled_from([
    "# Week 2: T", "## READINGS", "### A", "* [x](http://a)", "* y", "  - z", "  more", "1. q", "", "", "| a | b |", "|---|---|",
    "```", "text", "> quote", "## Q {#id}", "- [x] yes", "- [ ] no", "  > why", "---", "title: t", "<!-- c -->", "    code", "- - a",
])  # fmt: skip
TEXTS = st.builds(
    lambda lines, newline, end, mark: mark + newline.join(lines) + end,
    st.lists(PIECES, max_size=14),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["", "\n"]),
    st.sampled_from(["", "\ufeff"]),
)


@st.composite
def changed_twice(draw: st.DrawFn) -> tuple[str, str, str]:
    """A text and two versions of it; every line that a version adds has a word of its own."""
    base = draw(st.lists(PIECES, min_size=1, max_size=14))
    numbers = itertools.count()

    def version(name: str) -> list[str]:
        lines = list(base)
        for _ in range(draw(st.integers(1, 3))):
            at = draw(st.integers(0, len(lines)))
            what = draw(st.sampled_from(["add", "change", "delete"]))
            new = f"{draw(PIECES)} {name}{next(numbers)}"
            lines[at : at + (what != "add")] = [] if what == "delete" else [new]
        return lines

    ours, theirs = version("ours"), version("theirs")
    return "\n".join(base), "\n".join(ours), "\n".join(theirs)


@settings(max_examples=examples(150, 20_000), deadline=None)
@given(texts=changed_twice(), kind=KINDS)
def test_merge_never_drops_what_a_side_wrote(texts: tuple[str, str, str], kind: Kind) -> None:
    base, ours, theirs = texts
    found = merge(base, ours, theirs, kind=kind)

    there = "\n".join([found.text or "", *(resolve(found, [Choice.BOTH] * len(found.conflicts)) for _ in found.conflicts[:1])])
    for name, text in (("ours", ours), ("theirs", theirs)):
        for word in re.findall(rf"{name}\d+", text):
            assert word in there
    assert (found.text is None) == bool(found.conflicts)
    if found.text is None:
        for choice, name, text in ((Choice.OURS, "ours", ours), (Choice.THEIRS, "theirs", theirs)):
            chosen = resolve(found, [choice] * len(found.conflicts))
            assert set(re.findall(rf"{name}\d+", text)) <= set(re.findall(rf"{name}\d+", chosen))


@settings(max_examples=examples(100, 20_000), deadline=None)
@given(base=TEXTS, ours=TEXTS, theirs=TEXTS, kind=KINDS)
def test_merge_any_texts_keeps_one_sided_changes_and_says_conflicts(base: str, ours: str, theirs: str, kind: Kind) -> None:
    assert (
        merge(base, ours, base, kind=kind)
        == merge(base, base, ours, kind=kind)
        == merge(base, ours, ours, kind=kind)
        == Merged(ours)
    )
    found = merge(base, ours, theirs, kind=kind)
    lines = set(NEWLINE.split(base.removeprefix("\ufeff")))
    conflicts = [text for one in found.conflicts for text in (one.base, one.ours, one.theirs)]
    whole = "\n".join([found.text or resolve(found, [Choice.BOTH] * len(found.conflicts)), *conflicts])
    for side in (ours, theirs):
        for line in NEWLINE.split(side.removeprefix("\ufeff")):
            assert line in lines or line.strip() == "" or line in whole


@dataclass(frozen=True)
class Reading:
    title: str
    address: str
    below: tuple[str, ...] = ()
    gone: bool = False

    def lines(self) -> list[str]:
        own = [] if self.gone else [f"* [{self.title}](https://example.org/{self.address})"]
        return [*own, *(f"* [{new}](https://example.org/{new})" for new in self.below)]


def change(reading: Reading, what: str, name: str) -> Reading:
    if what == "title":
        return replace(reading, title=f"{reading.title} {name}")
    if what == "address":
        return replace(reading, address=f"{reading.address}-{name}")
    return replace(reading, gone=True) if what == "delete" else replace(reading, below=(f"{name}-{reading.address}",))


def page(sections: list[list[Reading]]) -> str:
    return "".join(
        f"## Part {number}\n\n* Stays {number}\n" + "".join(line + "\n" for one in section for line in one.lines()) + "\n"
        for number, section in enumerate(sections)
    )


@settings(max_examples=examples(80, 10_000), deadline=None)
@given(data=st.data())
def test_merge_disjoint_edits_of_different_nodes_are_both_there(data: st.DataObject) -> None:
    sizes = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    base = [[Reading(f"Title {part} {at}", f"{part}-{at}") for at in range(size)] for part, size in enumerate(sizes)]
    sides = {"ours": [list(one) for one in base], "theirs": [list(one) for one in base], "both": [list(one) for one in base]}
    for part, section in enumerate(base):
        for at, reading in enumerate(section):
            name = data.draw(st.sampled_from(["ours", "theirs", ""]))
            if name:
                what = data.draw(st.sampled_from(["title", "address", "delete", "below"]))
                sides[name][part][at] = sides["both"][part][at] = change(reading, what, name)

    found = merge(page(base), page(sides["ours"]), page(sides["theirs"]), kind="week")

    assert found == Merged(page(sides["both"]))


@settings(max_examples=examples(100, 20_000), deadline=None)
@given(old=st.lists(st.sampled_from("abc"), max_size=12), new=st.lists(st.sampled_from("abcd"), max_size=12))
def test_edits_of_two_lists_turn_the_one_into_the_other(old: list[str], new: list[str]) -> None:
    result = list(old)
    for edit in reversed(edits(old, new)):
        result[edit.start : edit.end] = new[edit.to_start : edit.to_end]
    assert result == new
