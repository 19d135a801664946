"""A week page as parts in the order of its text: headings, introductions, list items, other blocks, each with its lines.

`WeekFile.sections` says what a page means; this says what stands where, also what has no meaning of its own (a group heading
with nothing under it, key questions), so that each thing can be edited and moved.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from course.line_changes import likely_line, moved_line
from course.week_blocks import Scan, Scanner
from course.week_headings import display_name
from course.week_lines import NEWLINE, Line, plain, split_lines
from course.week_model import BlockKind, Heading, Item, Span
from course.weekfile import WeekFile

PLACE = re.compile(r"(title|intro|section|item|block)-([1-9][0-9]{0,4})")


class NodeKind(StrEnum):
    TITLE = "title"  # the heading of the page: its line alone
    INTRO = "intro"  # text under the title, or above the first heading
    SECTION = "section"  # a heading with what stands under it, up to the next heading of any level
    ITEM = "item"  # a list item with all that belongs to it
    BLOCK = "block"  # a paragraph, table, quote, fence between items


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: what it is, and the line on which it begins. Written "item-21"."""

    kind: NodeKind
    line: int

    def __str__(self) -> str:
        return f"{self.kind.value}-{self.line}"


@dataclass(frozen=True, slots=True)
class Node:
    """One thing with its whole lines: `span` runs from the first character of its first line to the last one of its last,
    without the newline behind it. `level` is that of a heading (1 to 6) or the depth of an item (from 0).
    """

    place: Place
    span: Span
    level: int
    name: str
    heading: Heading | None = None
    item: Item | None = None
    block: BlockKind | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A title, introduction or section with the items and blocks in it. `last` is the last line with text of all that belongs
    under its heading, deeper headings too. `above` and `below` are the lines of the sections it can change places with.
    """

    node: Node
    inside: tuple[Node, ...]
    last: int
    above: int | None
    below: int | None

    @property
    def items(self) -> tuple[Node, ...]:
        return tuple(node for node in self.inside if node.item)


def place_named(words: str) -> Place | None:
    """Return the place that "item-21" names; None for what names none."""
    found = PLACE.fullmatch(words)
    return Place(NodeKind(found[1]), int(found[2])) if found else None


def outline(file: WeekFile) -> tuple[Part, ...]:
    """Return the parts of a page in the order of its text; nothing for bytes that are no text."""
    return tuple(_Outliner(file).parts()) if file.readable else ()


def node_at(file: WeekFile, place: Place) -> tuple[Part, Node] | None:
    """Return what stands at `place`, and the part that it is in (itself, where it is one)."""
    for part in outline(file):
        for node in (part.node, *part.inside):
            if node.place == place:
                return part, node
    return None


def text_of(file: WeekFile, node: Node) -> str:
    r"""Return the Markdown of a node's lines, newlines as "\n"."""
    return plain(file.source[node.span.start : node.span.end])


def found_again(old: WeekFile, place: Place, new: WeekFile) -> Place | None:
    """Return where the thing at `place` of the older text stands in the newer one; None if it is not there unchanged."""
    before = node_at(old, place)
    if before is None:
        return None
    node = before[1]
    line = moved_line(NEWLINE.split(old.source), NEWLINE.split(new.source), node.span.line, node.span.end_line)
    after = node_at(new, Place(place.kind, line)) if line else None
    return after[1].place if after and text_of(new, after[1]) == text_of(old, node) else None


def successor(old: WeekFile, place: Place, new: WeekFile) -> Node | None:
    """Return what has most likely come of the thing at `place` of the older text, though it was changed; None if it is gone."""
    line = likely_line(NEWLINE.split(old.source), NEWLINE.split(new.source), place.line)
    after = node_at(new, Place(place.kind, line)) if line else None
    return after[1] if after else None


def neighbours(file: WeekFile, part: Part) -> dict[Place, tuple[Node | None, Node | None]]:
    """Return the items right above and below each item of a part in the same list; only blank lines may stand between them."""
    above: dict[Place, Node] = {}
    below: dict[Place, Node] = {}
    open_items: list[Node] = []  # the last item of each depth, from 0, that the next one can follow
    for node in part.items:
        before = open_items[node.level] if node.level < len(open_items) else None
        if before and before.level == node.level and not file.source[before.span.end : node.span.start].strip():
            above[node.place], below[before.place] = before, node
        del open_items[node.level :]
        open_items += [node] * (node.level + 1 - len(open_items))
    return {node.place: (above.get(node.place), below.get(node.place)) for node in part.items}


def shape(file: WeekFile) -> list[tuple[int, str]]:
    """Return each heading, item and block as its line and what it is ("#2", "*0", "table"), sorted: what a change of one
    thing must leave as it is everywhere else.
    """
    found = Scanner(split_lines(file.source), file.front.first_line).run()
    headings = [(one.line, f"#{one.level}") for one in found.headings]
    items = [(one.line.number, f"*{one.depth}") for one in found.items]
    return sorted([*headings, *items, *((one.first, one.kind.value) for one in found.blocks)])


class _Outliner:
    def __init__(self, file: WeekFile) -> None:
        self.file = file
        self.lines = split_lines(file.source)
        self.scan: Scan = Scanner(self.lines, file.front.first_line).run()
        self.title = file.parts.titled.heading
        self.items = {item.line: item for item in (*file.items, *file.parts.rest)}
        self.inside = [*self._items(), *self._blocks()]
        self.inside.sort(key=lambda node: node.place.line)
        self.at = 0

    def parts(self) -> Iterator[Part]:
        headings = self.scan.headings
        first = self.file.front.first_line
        yield from self._body(first, headings[0].line - 1 if headings else len(self.lines))
        for index, heading in enumerate(headings):
            last = headings[index + 1].line - 1 if index + 1 < len(headings) else len(self.lines)
            if heading == self.title:
                node = self._node(NodeKind.TITLE, heading.line, heading.line, heading)
                yield Part(node, (), heading.line, None, None)
                yield from self._body(heading.line + 1, last)
            else:
                yield self._section(index, heading, last)

    def _section(self, index: int, heading: Heading, last: int) -> Part:
        headings = self.scan.headings
        node = self._node(NodeKind.SECTION, heading.line, self._last_text(heading.line, last), heading)
        end = next((at for at in range(index + 1, len(headings)) if self._ends(headings[at], heading.level)), len(headings))
        last_of_all = headings[end].line - 1 if end < len(headings) else len(self.lines)
        below = headings[end] if end < len(headings) and self._is_peer(headings[end], heading.level) else None
        above = next((one for one in reversed(headings[:index]) if self._ends(one, heading.level)), None)
        return Part(
            node,
            tuple(self._until(last)),
            self._last_text(heading.line, last_of_all),
            above.line if above and self._is_peer(above, heading.level) else None,
            below.line if below else None,
        )

    def _ends(self, heading: Heading, level: int) -> bool:
        return heading == self.title or heading.level <= level

    def _is_peer(self, heading: Heading, level: int) -> bool:
        return heading != self.title and heading.level == level

    def _body(self, first: int, last: int) -> Iterator[Part]:
        """The introduction on these lines, if there is text."""
        full = [line.number for line in self.lines[first - 1 : last] if not line.blank]
        inside = tuple(self._until(last))
        if full:
            yield Part(self._node(NodeKind.INTRO, full[0], full[-1]), inside, full[-1], None, None)

    def _last_text(self, first: int, last: int) -> int:
        return next((number for number in range(last, first, -1) if not self.lines[number - 1].blank), first)

    def _until(self, last: int) -> Iterator[Node]:
        while self.at < len(self.inside) and self.inside[self.at].place.line <= last:
            yield self.inside[self.at]
            self.at += 1

    def _items(self) -> Iterator[Node]:
        for raw in self.scan.items:
            item = self.items[raw.line.number]
            span = _whole(self.lines, raw.line.number, raw.end_line)
            yield Node(Place(NodeKind.ITEM, item.line), span, item.depth, item.title or "Empty item", item=item)

    def _blocks(self) -> Iterator[Node]:
        for raw in self.scan.blocks:
            span = _whole(self.lines, raw.first, raw.last)
            words = self.lines[raw.first - 1].content
            yield Node(Place(NodeKind.BLOCK, raw.first), span, 0, words, block=raw.kind)

    def _node(self, kind: NodeKind, first: int, last: int, heading: Heading | None = None) -> Node:
        name = "Introduction"
        if heading:
            name = self.file.title if heading == self.title else display_name(heading.text)
        return Node(Place(kind, first), _whole(self.lines, first, last), heading.level if heading else 0, name, heading)


def _whole(lines: Sequence[Line], first: int, last: int) -> Span:
    return Span(lines[first - 1].start, lines[last - 1].end, first, last)
