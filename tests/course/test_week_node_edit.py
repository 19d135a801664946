"""Edits of one thing on a week page: literal results, and for every thing of every page of the corpus that no other line changes."""

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.week_node_edit import (
    add_item,
    move,
    place_after_move,
    remove,
    rest_is_kept,
    set_heading,
    set_item,
    set_text,
    takes_address,
)
from course.week_outline import Node, NodeKind, Place, found_again, node_at, outline, place_named, text_of
from course.weekfile import EditError, WeekFile, parse
from tests.course.test_weekfile import PAGES, WEEKS
from tests.proof import examples

PAGE = """# Week 5: Paper

We fold.

## KEY QUESTIONS

1. Why fold?
2. Why not?

## READINGS

### ==[ NEWS ]==

* [Folding **fast** (4:21)](https://example.org/fold) - B. Oyelaran
  * [Appendix](../a.pdf)
* [**Bold** (2024)](https://example.org/bold)
* Plain *words*

### CODING

* Coming

| A | B |
|---|---|
| 1 | 2 |

## IN CLASS

Talk.
"""
URL = "https://example.edu/new"


def page(text: str = PAGE) -> WeekFile:
    return parse(text.encode())


def at(words: str) -> Place:
    place = place_named(words)
    assert place
    return place


def lines(file: WeekFile) -> list[str]:
    return re.findall(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$", file.source)


def diff(before: WeekFile, after: WeekFile) -> list[str]:
    found = difflib.unified_diff(lines(before), lines(after), n=0)
    return [line.rstrip("\n") for line in found if line[0] in "+-" and not line.startswith(("+++", "---"))]


def test_outline_of_a_page_lists_every_part_with_its_lines_and_neighbours() -> None:
    found = [(str(part.node.place), part.node.name, part.last, part.above, part.below) for part in outline(page())]
    assert found == [
        ("title-1", "Paper", 1, None, None),
        ("intro-3", "Introduction", 3, None, None),
        ("section-5", "KEY QUESTIONS", 8, None, 10),
        ("section-10", "READINGS", 25, 5, 27),
        ("section-12", "NEWS", 17, None, 19),
        ("section-19", "CODING", 25, 12, None),
        ("section-27", "IN CLASS", 29, 10, None),
    ]
    inside = [(str(node.place), node.level) for part in outline(page()) for node in part.inside]
    assert inside == [
        ("block-3", 0),
        ("item-7", 0),
        ("item-8", 0),
        ("item-14", 0),
        ("item-15", 1),
        ("item-16", 0),
        ("item-17", 0),
        ("item-21", 0),
        ("block-23", 0),
        ("block-29", 0),
    ]


def test_outline_of_unreadable_bytes_is_empty() -> None:
    assert outline(parse(b"\xff")) == ()


@pytest.mark.parametrize("words", ["", "item-0", "item-", "items-1", "item-1x", "item-999999", "item-\u0661", "intro"])
def test_place_named_by_other_words_is_none(words: str) -> None:
    assert place_named(words) is None


@pytest.mark.parametrize(
    ("place", "words", "url", "expected"),
    [
        ("item-14", "Pleats [one] <b>", None, ["[Pleats [one] \\<b> (4:21)](https://example.org/fold) - B. Oyelaran"]),
        ("item-14", "Folding **fast**", URL, [f"[Folding **fast** (4:21)]({URL}) - B. Oyelaran"]),
        ("item-14", "Folding **fast**", "", ["Folding **fast** (4:21) - B. Oyelaran"]),
        ("item-15", "A p. 4", "../b c.pdf", ["  * [A p. 4](../b%20c.pdf)"]),
        ("item-16", "Bolder", None, ["[**Bolder** (2024)](https://example.org/bold)"]),
        ("item-17", "*All* words", None, ["*All* words"]),
        ("item-17", "Plain *words*", URL, [f"[Plain *words*]({URL})"]),
        ("item-21", "Notebook (15m)", URL, [f"[Notebook (15m)]({URL})"]),
        ("item-8", "Why   not\nnow?", None, ["2. Why not now?"]),
    ],
)
def test_set_item_changes_its_title_and_address_only(place: str, words: str, url: str | None, expected: list[str]) -> None:
    before = page()
    after = set_item(before, at(place), words, url)
    marks = "" if expected[0][:2] in {"2.", "  "} else "* "
    line = lines(before)[at(place).line - 1].rstrip("\n")
    assert diff(before, after) == [f"-{line}", *(f"+{marks}{one}" for one in expected)]


def test_set_item_with_what_it_says_already_changes_nothing() -> None:
    assert set_item(page(), at("item-16"), "Bold", "https://example.org/bold").source == PAGE


@pytest.mark.parametrize(
    ("place", "words", "url", "why"),
    [
        ("item-14", " ", None, "needs words"),
        ("item-14", "x", "javascript:alert(1)", "not shown"),
        ("item-9", "x", None, "not on the page"),
        ("section-12", "x", None, "not on the page"),
        ("item-8", "x\u0000y", None, "NUL"),
    ],
)
def test_set_item_what_cannot_be_written_is_refused(place: str, words: str, url: str | None, why: str) -> None:
    with pytest.raises(EditError, match=why):
        set_item(page(), at(place), words, url)


@pytest.mark.parametrize(
    ("place", "words", "expected"),
    [
        ("section-12", "OLD NEWS", "### ==[ OLD NEWS ]=="),
        ("section-19", "Making  things", "### Making things"),
        ("title-1", "Paper Again", "# Week 5: Paper Again"),
        ("section-5", "QUESTIONS", "## QUESTIONS"),
    ],
)
def test_set_heading_keeps_level_banner_and_number(place: str, words: str, expected: str) -> None:
    before = page()
    after = set_heading(before, at(place), words)
    assert diff(before, after) == ["-" + lines(before)[at(place).line - 1].rstrip("\n"), f"+{expected}"]


@pytest.mark.parametrize(("place", "words"), [("section-19", " "), ("section-19", "C ##"), ("item-14", "x")])
def test_set_heading_what_cannot_be_a_heading_is_refused(place: str, words: str) -> None:
    with pytest.raises(EditError):
        set_heading(page(), at(place), words)


def test_set_heading_that_would_take_over_the_title_is_refused() -> None:
    before = page("# READINGS\n\n* a\n\n## Week 5: Paper\n")
    with pytest.raises(EditError, match="differently"):
        set_heading(before, at("section-1"), "Week 5: Mine")


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("section-5", ["+3. More"]),
        ("section-12", ["+* More"]),
        ("section-19", ["-* Coming", "+* More"]),
        ("section-27", ["+", "+* More"]),
        ("section-10", ["+", "+* More"]),
    ],
)
def test_add_item_prints_one_line_in_the_style_of_the_list(place: str, expected: list[str]) -> None:
    before = page()
    assert diff(before, add_item(before, at(place), "More")) == expected


@pytest.mark.parametrize(("place", "words"), [("section-19", "  "), ("item-14", "x"), ("intro-3", "x")])
def test_add_item_without_words_or_section_is_refused(place: str, words: str) -> None:
    with pytest.raises(EditError):
        add_item(page(), at(place), words)


@pytest.mark.parametrize(
    ("text", "place", "left"),
    [
        (
            PAGE,
            "item-14",
            PAGE.replace("* [Folding **fast** (4:21)](https://example.org/fold) - B. Oyelaran\n  * [Appendix](../a.pdf)\n", ""),
        ),
        (PAGE, "item-15", PAGE.replace("  * [Appendix](../a.pdf)\n", "")),
        (PAGE, "item-21", PAGE.replace("* Coming\n\n", "")),
        (PAGE, "block-23", PAGE.replace("| A | B |\n|---|---|\n| 1 | 2 |\n\n", "")),
        (PAGE, "block-29", PAGE.removesuffix("\nTalk.\n")),
        ("# A\n\n* a\n\n* b", "item-5", "# A\n\n* a"),
        ("# A\n\n* a\n* b", "item-4", "# A\n\n* a"),
        ("# A\n\n* a\n\n\n* b\n\n", "item-6", "# A\n\n* a\n\n\n"),
        ("# A\r\n\r\n* a\r\n\r\n* b\r\n\r\nx", "item-5", "# A\r\n\r\n* a\r\n\r\nx"),
        ("one\n```\nx\n```\ntwo\n", "block-2", "one\n\ntwo\n"),
        ("* a", "item-1", ""),
    ],
)
def test_remove_takes_the_lines_and_one_of_two_blank_lines(text: str, place: str, left: str) -> None:
    assert remove(page(text), at(place)).source == left


def test_remove_of_a_section_is_refused() -> None:
    with pytest.raises(EditError):
        remove(page(), at("section-12"))


@pytest.mark.parametrize(
    ("text", "place", "up", "moved"),
    [
        ("* a\n* b\n", "item-2", True, "* b\n* a\n"),
        ("* a\n  * in\n\n* b", "item-1", False, "* b\n\n* a\n  * in"),
        ("1. a\n2. b\n", "item-1", False, "1. b\n2. a\n"),
        ("9. a\n10. b\n", "item-2", True, "10. b\n9. a\n"),
        ("* a\r* b\n* c", "item-2", False, "* a\r* c\n* b"),
        ("# A\n\n## B\nb\n### C\n## D", "section-3", False, "# A\n\n## D\n## B\nb\n### C"),
        ("# A\n\n## B\n\n\n## D\n\nd", "section-6", True, "# A\n\n## D\n\nd\n\n\n## B"),
    ],
)
def test_move_puts_the_same_bytes_elsewhere(text: str, place: str, up: bool, moved: str) -> None:
    assert move(page(text), at(place), up=up).source == moved


@pytest.mark.parametrize(
    ("text", "place", "up"),
    [
        (PAGE, "item-14", True),
        (PAGE, "item-15", True),
        (PAGE, "item-17", False),
        (PAGE, "section-5", True),
        (PAGE, "section-19", False),
        (PAGE, "title-1", False),
        (PAGE, "block-23", True),
        ("* a\n\ntext\n\n* b\n", "item-5", True),
        ("# A\n\n## B\n\n## C\n\n```\nopen", "section-5", True),
        ("# Week 1: T\n\n# B\n", "section-3", True),
    ],
)
def test_move_without_a_neighbour_is_refused(text: str, place: str, up: bool) -> None:
    with pytest.raises(EditError):
        move(page(text), at(place), up=up)


@pytest.mark.parametrize(
    ("text", "place", "new", "expected"),
    [
        ("# A\r\n\r\nx\r\ny\r\n", "intro-3", "one\ntwo\n\n", "# A\r\n\r\none\r\ntwo\r\n"),
        ("# A\n\n* a  \n* b", "item-4", "* c\n  more", "# A\n\n* a  \n* c\n  more"),
        ("# A\n\n## B\n\nx\n\n## C\n", "section-3", "\r\n## B2\r\n\r\ny\r\n", "# A\n\n## B2\n\ny\n\n## C\n"),
        ("# A\n\n## B\n\nx\n\n## C\n", "section-3", " \n", "# A\n\n## C\n"),
        ("* a\n  | x\n", "item-1", "", ""),
    ],
)
def test_set_text_replaces_the_lines_of_the_thing(text: str, place: str, new: str, expected: str) -> None:
    assert set_text(page(text), at(place), new).source == expected


@pytest.mark.parametrize(("new", "kept"), [("* a\n* b", True), ("", True), ("```\nx", False), ("text", True), ("## Here", True)])
def test_rest_is_kept_tells_whether_the_edit_swallows_what_follows(new: str, kept: bool) -> None:
    before = page()
    assert rest_is_kept(before, set_text(before, at("item-17"), new), at("item-17")) is kept


def test_found_again_after_an_edit_elsewhere_is_on_its_new_line() -> None:
    before = page()
    after = page("Above.\n\n" + PAGE.replace("Why not?", "Why not now?"))
    assert found_again(before, at("item-16"), after) == Place(NodeKind.ITEM, 18)
    assert found_again(before, at("item-8"), after) is None
    assert found_again(before, at("section-5"), after) is None
    assert found_again(before, at("item-2"), after) is None


# --- every edit of everything on every page


def edits(file: WeekFile) -> Iterator[tuple[Node, WeekFile]]:
    """Every edit of every thing on a page that is not refused, with what it may touch; of every third thing in a short run."""
    nodes = [node for part in outline(file) for node in (part.node, *part.inside)]
    for node in nodes[:: examples(3, 1)]:
        for edit in tries(node):
            try:
                yield node, edit(file, node.place)
            except EditError:
                continue


def tries(node: Node) -> list[Callable[[WeekFile, Place], WeekFile]]:
    found: list[Callable[[WeekFile, Place], WeekFile]] = [partial(set_text, text="Q0Z")]
    if node.item:
        found.append(partial(set_item, words="Q0Z", url=URL if takes_address(node.item) else None))
    if node.heading:
        found.append(partial(set_heading, words="Q0Z"))
    if node.place.kind in {NodeKind.ITEM, NodeKind.BLOCK}:
        found.append(remove)
    return found


def all_lines(file: WeekFile) -> list[str]:
    """With the empty one behind a last newline."""
    return [*lines(file), *([""] if not file.source or file.source[-1] in "\r\n" else [])]


def only_its_lines(before: WeekFile, after: WeekFile, node: Node) -> bool:
    """Whether all lines before and after the node are the same, but for one blank line next to it."""
    old, new = all_lines(before), all_lines(after)
    above, below = node.span.line - 1, len(old) - node.span.end_line
    if not below:  # at the end of the file the newline above goes with the last line
        old, new = [line.rstrip("\r\n") for line in old], [line.rstrip("\r\n") for line in new]
    for up, down in ((above, below), (above - 1, below), (above, below - 1)):
        if up < 0 or down < 0 or old[:up] != new[:up] or old[len(old) - down :] != new[len(new) - down :]:
            continue
        if (up, down) == (above, below) or not (old[up] if up < above else old[len(old) - below]).strip():
            return True
    return False


@pytest.mark.parametrize("path", WEEKS, ids=lambda path: path.stem)
def test_every_edit_of_every_thing_of_the_corpus_changes_its_own_lines_only(path: Path) -> None:
    before = parse(path.read_bytes())
    found = list(edits(before))
    assert len(found) > 0 or not outline(before)
    for node, after in found:
        assert only_its_lines(before, after, node), f"{node.place}: {diff(before, after)}"


@pytest.mark.parametrize("path", WEEKS, ids=lambda path: path.stem)
def test_every_move_of_the_corpus_keeps_the_lines_and_goes_back(path: Path) -> None:
    before = parse(path.read_bytes())
    nodes = [node for part in outline(before) for node in (part.node, *part.inside)]
    refused = 0
    for node in nodes[:: examples(3, 1)]:
        there = place_after_move(before, node.place, up=False)
        if there is None:
            continue
        try:
            after = move(before, node.place, up=False)
        except EditError:  # an open fence, an indented heading that would become part of a list
            refused += 1
            continue
        assert Counter(after.emit()) == Counter(before.emit())
        assert move(after, there, up=True).emit() == before.emit()
    assert refused <= 2


def test_edit_that_would_join_a_lone_cr_with_a_lone_lf_is_refused() -> None:
    before = page("# Week 1: T\n\n* a\n# \r# \n\n")
    last = outline(before)[-1].node
    with pytest.raises(EditError, match="two kinds"):
        set_text(before, last.place, text="")


@given(PAGES, st.data())
@settings(max_examples=examples(300, 100_000), deadline=None)
def test_any_edit_of_any_page_changes_its_own_lines_or_is_refused(text: str, data: st.DataObject) -> None:
    before = page("# Week 1: T\n\n* a\n" + text)
    parts = outline(before)
    node = data.draw(st.sampled_from([node for part in parts for node in (part.node, *part.inside)]))
    words = data.draw(st.text(max_size=12))
    changes: list[Callable[[WeekFile, Place], WeekFile]] = [
        partial(set_text, text=words),
        partial(set_item, words=words, url=None),
        partial(set_heading, words=words),
        remove,
    ]
    for change in changes:
        try:
            after = change(before, node.place)
        except EditError:
            continue
        assert only_its_lines(before, after, node)
    assert text_of(before, node) == "\n".join(re.split(r"\r\n|\n|\r", before.source[node.span.start : node.span.end]))
    found = node_at(before, node.place)
    assert found is not None
    assert found[1] == node


@given(PAGES, st.data())
@settings(max_examples=examples(200, 20_000), deadline=None)
def test_any_move_or_new_item_of_any_page_lands_where_it_says_or_is_refused(text: str, data: st.DataObject) -> None:
    before = page("# Week 1: T\n\n## READINGS\n\n* a\n* b\n" + text)
    parts = outline(before)
    node = data.draw(st.sampled_from([node for part in parts for node in (part.node, *part.inside)]))
    up = data.draw(st.booleans())
    there = place_after_move(before, node.place, up=up)
    try:
        after = move(before, node.place, up=up)
    except EditError:
        pass
    else:
        assert there
        moved = node_at(after, there)
        assert moved is not None
        words = text_of(before, node).partition(node.item.marker)[2] if node.item else text_of(before, node)
        assert text_of(after, moved[1]).endswith(words)
        assert Counter(after.source) == Counter(before.source)
    try:
        added = add_item(before, node.place, data.draw(st.text(max_size=12)))
    except EditError:
        return
    assert [part.node.name for part in outline(added)] == [part.node.name for part in outline(before)]
