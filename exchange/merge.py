"""Two versions of one text put together: what each side changed since the version both come from. Pure.

Weeks and quizzes are merged node by node (sections, items, questions, options, rows, keys of the front matter), so that
changes of neighbouring lines do not meet; anything else is merged line by line. What both sides changed differently is a
conflict that holds all three texts; nothing is ever dropped.

We wrote this ourselves: the one maintained library for three-way merges on PyPI (merge3) is GPL, compares lines only,
and takes changes of neighbouring lines for a conflict.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from typing import Literal, TypeVar

from exchange.merge_lines import (
    Both,
    Kept,
    Line,
    Lines,
    merged_fields,
    merged_lines,
    newline_style,
    split,
    usual_newline,
    words_of,
)
from exchange.merge_nodes import Node, NodeKind, fields_of, paired, quiz_tree, week_tree
from exchange.merge_order import blocks, side_order

Kind = Literal["week", "quiz", "text"]
T = TypeVar("T")

BOM = "\ufeff"
MOST_LINES = 5_000
MOST_CHARACTERS = 200_000
"""Longer texts are merged by lines; the parsers of weeks and quizzes read no longer ones."""
END = -1


class Choice(StrEnum):
    """What to take where both sides changed the same thing. BOTH puts theirs behind ours."""

    OURS = "ours"
    THEIRS = "theirs"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Conflict:
    """What both sides changed differently, as it stands in each text, without the last newline; "" where it is not there.

    `line` is its first line in `ours`, from 1 (the line of the section that held it if ours deleted it).
    """

    line: int
    base: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class _Open:
    """A conflict between the lines that are settled, with the blank lines around it."""

    conflict: Conflict
    ours: Lines
    theirs: Lines
    before: Lines = ()
    after: Lines = ()


@dataclass(frozen=True, slots=True)
class _Habits:
    """How the merged file is written: `newline` is None if its lines keep the newlines that they have, else that of all."""

    mark: bool
    newline: str | None
    usual: str
    closed: bool


@dataclass(frozen=True, slots=True)
class Merged:
    """`text` is None as long as there are conflicts; `resolve` gives the text then."""

    text: str | None
    conflicts: tuple[Conflict, ...] = ()
    pieces: tuple[Lines | _Open, ...] = field(default=(), repr=False)
    habits: _Habits | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class _Part:
    """Some settled lines of the result, or a conflict. Labels name the first and last node, for the blank lines between.

    `glued`: directly below the part above, of the same node.
    """

    first: int
    last: int
    lines: Lines
    clash: _Open | None = None
    glued: bool = False


def merge(base: str, ours: str, theirs: str, *, kind: Kind) -> Merged:
    """Return `base` with the changes of both sides.

    `kind` is "week" for week pages and all other Markdown, "quiz" for native quiz files, "text" for the rest. Byte order mark,
    newlines and the missing newline at the end are kept, or changed as the side does that changed them. Never raises.
    """
    if ours in {base, theirs}:
        return Merged(theirs)
    if theirs == base:
        return Merged(ours)
    sides = [split(text.removeprefix(BOM)) for text in (base, ours, theirs)]
    habits = _habits((base, ours, theirs), sides)
    trees = _TREES.get(kind)
    if trees is None or any(
        len(text) > MOST_CHARACTERS or len(lines) > MOST_LINES for text, lines in _zip(base, ours, theirs, sides)
    ):
        return _finished(_by_lines(*sides), habits)
    merger = _Merger(*(trees(lines) for lines in sides))
    for gap in (merger.gap, merger.wide_gap):
        result = _finished(_pieces(merger.parts, gap), habits)
        if result.text and _reads_as_meant(trees(split(result.text.removeprefix(BOM))), merger.parts):
            return result
    return result if result.conflicts else _finished(_by_lines(*sides), habits)


def resolve(merged: Merged, choices: Sequence[Choice]) -> str:
    """Return the text with one choice for each conflict, in their order. Raises ValueError if there are more or fewer."""
    if len(choices) != len(merged.conflicts):
        raise ValueError(f"{len(merged.conflicts)} conflicts, {len(choices)} choices")
    if merged.text is not None or merged.habits is None:
        return merged.text or ""
    waiting = iter(choices)
    lines: list[Line] = []
    for piece in merged.pieces:
        lines += _chosen(piece, next(waiting)) if isinstance(piece, _Open) else piece
    return _written(lines, merged.habits)


_TREES: dict[str, Callable[[Lines], Node]] = {"week": week_tree, "quiz": quiz_tree}


def _zip(base: str, ours: str, theirs: str, sides: Sequence[Lines]) -> Iterator[tuple[str, Lines]]:
    return zip((base, ours, theirs), sides, strict=True)


def _chosen(piece: _Open, choice: Choice) -> Lines:
    """The lines of a conflict with the blank lines around it; only the longer of the two gaps if nothing is left of it."""
    ours = piece.ours if choice is not Choice.THEIRS else ()
    theirs = piece.theirs if choice is not Choice.OURS else ()
    if not ours and not theirs:
        return max(piece.before, piece.after, key=len)
    between = max(piece.before, piece.after, key=len)[:1] if ours and theirs else ()
    return (*piece.before, *ours, *between, *theirs, *piece.after)


def _habits(texts: Sequence[str], sides: Sequence[Lines]) -> _Habits:
    styles = [newline_style(lines) for lines in sides]
    mark = _changed(*(text.startswith(BOM) for text in texts))
    closed = _changed(*(not lines or bool(lines[-1].end) for lines in sides))
    newline = None if None in styles else _changed(*styles)
    return _Habits(mark, newline, newline or usual_newline(sides[1]), closed)


def _changed(base: T, ours: T, theirs: T) -> T:
    """The value that a side changed; ours if both did."""
    return theirs if ours == base else ours


def _written(lines: Sequence[Line], habits: _Habits) -> str:
    parts = []
    for at, line in enumerate(lines):
        end = habits.newline or line.end or habits.usual
        below = lines[at + 1] if at + 1 < len(lines) else None
        # A lone CR above an empty line that ends with LF would become one newline with it.
        parts.append(line.words + ("\n" if end == "\r" and below and not below.words else end))
    text = "".join(parts)
    if lines and not habits.closed:
        text = text[: -len(parts[-1])] + lines[-1].words
    return (BOM if habits.mark else "") + text


def _finished(pieces: tuple[Lines | _Open, ...], habits: _Habits) -> Merged:
    conflicts = tuple(piece.conflict for piece in pieces if isinstance(piece, _Open))
    if conflicts:
        return Merged(None, conflicts, pieces, habits)
    return Merged(_written([line for piece in pieces if not isinstance(piece, _Open) for line in piece], habits))


def _by_lines(base: Lines, ours: Lines, theirs: Lines) -> tuple[Lines | _Open, ...]:
    return tuple(
        one.lines if isinstance(one, Kept) else _clash(one.at + 1, one.base, one.ours, one.theirs)
        for one in merged_lines(base, ours, theirs)
    )


def _clash(line: int, base: Lines, ours: Lines, theirs: Lines) -> _Open:
    return _Open(Conflict(line, _text(base), _text(ours), _text(theirs)), ours, theirs)


def _text(lines: Lines) -> str:
    whole = "".join(line.words + line.end for line in lines)
    return whole[: len(whole) - len(lines[-1].end)] if lines else ""


def _pieces(parts: Sequence[_Part], gap: Callable[[int, int], Lines]) -> tuple[Lines | _Open, ...]:
    """The parts with the blank lines between them."""
    pieces: list[Lines | _Open] = []
    last = 0
    spaced = False
    for at, part in enumerate(parts):
        above = () if part.glued or spaced else gap(last, part.first)
        below = parts[at + 1] if at + 1 < len(parts) else None
        last, spaced = part.last, part.clash is not None
        if part.clash is None:
            pieces += [above, part.lines]
            continue
        after = () if below and below.glued else gap(last, below.first if below else END)
        pieces.append(_Open(part.clash.conflict, part.clash.ours, part.clash.theirs, above, after))
    if not spaced:
        pieces.append(gap(last, END))
    return tuple(piece for piece in pieces if piece)


def _reads_as_meant(found: Node, parts: Sequence[_Part]) -> bool:
    """Whether the merged text has the very nodes that were put together: none swallowed another."""
    meant = [tuple(words for part in one for words in words_of(part.lines)) for _, one in groupby(parts, lambda part: part.first)]
    return [words_of(node.lines) for node in found.each() if node.lines] == meant


def _rendered(nodes: Sequence[Node]) -> Lines:
    """The lines of some nodes with what is below them and between them, without the last gap."""
    every = [one for node in nodes for one in node.each()]
    lines = [line for one in every[:-1] for line in (*one.lines, *one.gap)]
    return (*lines, *every[-1].lines) if every else ()


class _Merger:
    """Merges three trees. `parts` is the result in order; `gap` tells the blank lines between two of its nodes."""

    def __init__(self, base: Node, ours: Node, theirs: Node) -> None:
        self.labels: dict[Node, int] = {base: 0, ours: 0, theirs: 0}
        self.parts = self._children(base, ours, theirs)
        self.tables = [self._table(tree) for tree in (base, ours, theirs)]
        self.behind: dict[int, Lines] = {}
        self.ahead: dict[int, Lines] = {}
        for (above, below), lines in (entry for table in self.tables for entry in table.items()):
            self.behind[above] = max(self.behind.get(above, ()), lines, key=len)
            self.ahead[below] = max(self.ahead.get(below, ()), lines, key=len)

    def gap(self, above: int, below: int) -> Lines:
        """As the sides have it where the two stand together; where none does, as it is above the lower one."""
        known = self._known_gap(above, below)
        return self.ahead.get(below, ()) if known is None else known

    def wide_gap(self, above: int, below: int) -> Lines:
        """The same, but the widest gap of the two where none has them together: two texts never run into each other."""
        known = self._known_gap(above, below)
        found = self.ahead.get(below, ())
        return known if known is not None else found if below == END else max(self.behind.get(above, ()), found, key=len)

    def _known_gap(self, above: int, below: int) -> Lines | None:
        base, ours, theirs = (table.get((above, below)) for table in self.tables)
        if ours is None or theirs is None:
            return theirs if ours is None else ours
        return theirs if base is not None and words_of(ours) == words_of(base) else ours

    def _label(self, node: Node) -> int:
        return self.labels.setdefault(node, len(self.labels))

    def _table(self, tree: Node) -> dict[tuple[int, int], Lines]:
        every = list(tree.each())
        ends = [*(self._label(node) for node in every[1:]), END]
        return {(self._label(node), end): node.gap for node, end in zip(every, ends, strict=True)}

    def _node(self, base: Node, ours: Node, theirs: Node) -> list[_Part]:
        label = self._label(base)
        self.labels[ours] = self.labels[theirs] = label
        return [*self._own(label, base, ours, theirs), *self._children(base, ours, theirs)]

    def _own(self, label: int, base: Node, ours: Node, theirs: Node) -> Iterator[_Part]:
        found = self._own_lines(base, ours, theirs)
        for at, one in enumerate(found):
            if isinstance(one, Kept):
                yield _Part(label, label, one.lines, glued=at > 0)
            else:
                clash = _clash(ours.first + one.at, one.base, one.ours, one.theirs)
                yield _Part(label, label, (), clash, glued=at > 0)

    @staticmethod
    def _own_lines(base: Node, ours: Node, theirs: Node) -> list[Kept | Both]:
        """Opaque text is merged by its lines; of everything else the first line by its fields, the others by lines."""
        if base.kind is NodeKind.TEXT:
            return merged_lines(base.lines, ours.lines, theirs.lines)
        heads = base.lines[0].words, ours.lines[0].words, theirs.lines[0].words
        head = merged_fields(*heads, lambda line: fields_of(base.kind, line))
        rest = merged_lines(base.lines[1:], ours.lines[1:], theirs.lines[1:])
        if head is None or any(isinstance(one, Both) for one in rest):
            return [Both(base.lines, ours.lines, theirs.lines, 0)]
        end = _changed(base.lines[0].end, ours.lines[0].end, theirs.lines[0].end)
        return [Kept((Line(head, end),)), *rest]

    def _children(self, base: Node, ours: Node, theirs: Node) -> list[_Part]:
        mine, other = paired(base.children, ours.children), paired(base.children, theirs.children)
        kept = [at for at, node in enumerate(base.children) if not self._gone(node, at, (mine, ours), (other, theirs))]
        new_mine, new_other = _new(ours, mine, kept), _new(theirs, other, kept)
        parts = self._inserted(new_mine.get(END, []), new_other.get(END, []), ours.first)
        for order, left, right in blocks(kept, side_order(kept, mine), side_order(kept, other)):
            if order is None:
                ours_nodes = _nodes(left, ours, mine, new_mine)
                theirs_nodes = _nodes(right, theirs, other, new_other)
                parts.append(self._node_clash([base.children[at] for at in sorted(left)], ours_nodes, theirs_nodes, ours.first))
            for at in order or []:
                one = ours.children[mine[at]] if at in mine else None
                two = theirs.children[other[at]] if at in other else None
                parts += self._survivor(base.children[at], one, two, ours.first)
                parts += self._inserted(new_mine.get(at, []), new_other.get(at, []), ours.first)
        return parts

    @staticmethod
    def _gone(node: Node, at: int, *sides: tuple[dict[int, int], Node]) -> bool:
        """Deleted by one side and not changed by the other."""
        left = [tree.children[places[at]] for places, tree in sides if at in places]
        return len(left) < 2 and all(one.whole == node.whole for one in left)

    def _survivor(self, base: Node, ours: Node | None, theirs: Node | None, near: int) -> list[_Part]:
        if ours and theirs:
            return self._node(base, ours, theirs)
        return [self._node_clash([base], [ours] if ours else [], [theirs] if theirs else [], near)]

    def _node_clash(self, base: Sequence[Node], ours: Sequence[Node], theirs: Sequence[Node], near: int) -> _Part:
        clash = _clash(ours[0].first if ours else near, _rendered(base), _rendered(ours), _rendered(theirs))
        there = ours or theirs
        *_, last = there[-1].each()
        return _Part(self._label(there[0]), self._label(last), (), clash)

    def _inserted(self, ours: Sequence[Node], theirs: Sequence[Node], near: int) -> list[_Part]:
        """What both sides put in at one place: equal ones once, the others all, ours first.

        A conflict are two with one name (readings with one address, questions with one id) and texts without any.
        """
        theirs = self._without_equal(ours, theirs)
        texts = [any(node.kind is NodeKind.TEXT for node in side) for side in (ours, theirs)]
        if all(texts):
            return [self._node_clash([], ours, theirs, near)]
        rivals = {(node.kind, node.key): node for node in theirs if node.key}
        parts: list[_Part] = []
        shown: set[Node] = set()
        for node in ours:
            rival = rivals.pop((node.kind, node.key), None)
            parts += self._taken(node) if rival is None else [self._node_clash([], [node], [rival], near)]
            shown.update([rival] if rival else [])
        return [*parts, *(part for node in theirs if node not in shown for part in self._taken(node))]

    def _without_equal(self, ours: Sequence[Node], theirs: Sequence[Node]) -> list[Node]:
        free = list(ours)
        left = []
        for node in theirs:
            equal = next((one for one in free if one.kind is node.kind and one.whole == node.whole), None)
            if equal is None:
                left.append(node)
                continue
            free.remove(equal)
            for one, two in zip(equal.each(), node.each(), strict=False):
                self.labels[two] = self._label(one)
        return left

    def _taken(self, node: Node) -> Iterator[_Part]:
        for one in node.each():
            yield _Part(self._label(one), self._label(one), one.lines)


def _new(side: Node, places: dict[int, int], kept: Sequence[int]) -> dict[int, list[Node]]:
    """The nodes that one side put in, by the place in the base of the node that they follow; END for none."""
    known = {place: at for at, place in places.items()}
    staying = set(kept)
    found: dict[int, list[Node]] = {}
    anchor = END
    for place, node in enumerate(side.children):
        if place not in known:
            found.setdefault(anchor, []).append(node)
        elif known[place] in staying:
            anchor = known[place]
    return found


def _nodes(order: Sequence[int], side: Node, places: dict[int, int], new: dict[int, list[Node]]) -> list[Node]:
    return [node for at in order for node in (*([side.children[places[at]]] if at in places else []), *new.get(at, []))]
