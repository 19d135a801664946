"""A week page or a quiz file as a tree of nodes: what can be changed, moved and deleted as one thing. Pure.

Every line that is not blank belongs to exactly one node; blank lines between nodes are the gap behind the node above.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product

from course.week_blocks import RawItem, Scanner
from course.week_front import read_front_matter
from course.week_headings import heading_key
from course.week_items import is_dummy_url
from course.week_lines import split_lines
from course.week_links import find_links
from course.week_model import BlockKind
from exchange.merge_lines import Line, Lines, words_of
from quizzes.formats import markdown
from quizzes.formats.lines import find_fences
from quizzes.formats.native_lines import heading, read_head

MARKER = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+")
OPTION = re.compile(r"([ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[)([ xX~!])(\][ \t]*)(.*)")
HEAD = re.compile(r"(.*?)([ \t]*\{[^{}`]*\}[ \t]*)?")
FIELD = re.compile(r"([A-Za-z_][\w-]*)[ \t]*:")
WORD = re.compile(r"\w+")
MOST_PAIRS = 2_500
CELL = re.compile(r"(?<!\\)\|")


class NodeKind(StrEnum):
    ROOT = "root"
    FIELD = "field"
    """A key of the front matter with its value, or one of the two lines around it."""
    HEADING = "heading"
    ITEM = "item"
    QUESTION = "question"
    OPTION = "option"
    ROW = "row"
    TEXT = "text"
    """A paragraph, quote, code or anything else: merged by its lines."""


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """`lines` are its own, without those of its children; `gap` are the blank lines behind `lines`.

    `key` names the node among its siblings ("" if nothing does); `first` is its first line, from 1. `whole` are the words of
    all lines, its own and its children's, without gaps.
    """

    kind: NodeKind
    key: str
    lines: Lines
    first: int
    gap: Lines = ()
    children: tuple["Node", ...] = ()
    whole: tuple[str, ...] = ()

    def each(self) -> Iterator["Node"]:
        """This node and all below it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.each()


@dataclass(slots=True)
class _Start:
    """Where a node begins: `depth` 0 stands directly in the page."""

    kind: NodeKind
    depth: int
    key: str = ""


@dataclass(slots=True)
class _Open:
    """A node that is being built."""

    start: _Start
    first: int
    owner: int
    lines: list[Line] = field(default_factory=list)
    gap: list[Line] = field(default_factory=list)
    children: list["_Open"] = field(default_factory=list)


def week_tree(lines: Lines) -> Node:
    """Return the nodes of a week page or any other Markdown: headings, items, table rows, blocks, keys of the front matter.

    Sections stand side by side whatever their level, as the page's index has them.
    """
    page = split_lines("".join(line.words + "\n" for line in lines))
    first = read_front_matter(page).first_line
    scan = Scanner(page, first).run()
    owners: dict[int, int] = {}
    starts: dict[int, _Start] = _front_fields(lines, first - 1)
    below = min((one.line for one in scan.headings), default=len(page) + 1)
    for found in scan.headings:
        starts[found.line] = _Start(NodeKind.HEADING, 0, heading_key(found.text))
    for block in scan.blocks:
        _place_block(block.kind, range(block.first, block.last + 1), lines, starts, owners, depth=int(block.first > below))
    for item in scan.items:
        starts[item.line.number] = _Start(NodeKind.ITEM, item.depth + (item.line.number > below), _item_key(item))
        owners.update(dict.fromkeys(range(item.line.number, item.end_line + 1), item.line.number))
    return _built(lines, starts, owners)


def _place_block(
    kind: BlockKind, numbers: range, lines: Lines, starts: dict[int, _Start], owners: dict[int, int], *, depth: int
) -> None:
    if kind is BlockKind.TABLE:
        for number in numbers:
            key = next((cell.strip() for cell in CELL.split(lines[number - 1].words) if cell.strip()), "")
            starts[number] = _Start(NodeKind.ROW, depth, key.casefold())
        return
    starts[numbers.start] = _Start(NodeKind.TEXT, depth)
    owners.update(dict.fromkeys(numbers, numbers.start))


def _item_key(item: RawItem) -> str:
    """An item is known by where its link leads; one that leads nowhere has no name."""
    content = item.line.text[item.content_at :]
    links = find_links(content).links
    url = content[slice(*links[0].url)] if links else ""
    return "" if is_dummy_url(url) else url


def _front_fields(lines: Lines, last: int) -> dict[int, _Start]:
    """Each top-level key of the front matter on lines 1 to `last`, with what is indented below it."""
    starts: dict[int, _Start] = {}
    for number in range(1, last + 1):
        words = lines[number - 1].words
        found = FIELD.match(words)
        if found or number in {1, last}:
            starts[number] = _Start(NodeKind.FIELD, 0, found[1] if found else words.strip())
    return starts


def quiz_tree(lines: Lines) -> Node:
    """Return the nodes of a native quiz file: keys of the front matter, questions, options, and the text between them."""
    words = words_of(lines)
    parsed = markdown.parse("\n".join(words))
    last = _front_end(words)
    starts = _front_fields(lines, last)
    owners: dict[int, int] = {}
    for question in parsed.questions:
        found = heading(words[question.first_line - 1])
        head = read_head(found[1]) if found else None
        key = (head.attributes.ident and f"#{head.attributes.ident}") or head.text if head else ""
        starts[question.first_line] = _Start(NodeKind.QUESTION, 0, key)
        for option in question.options:
            box = OPTION.fullmatch(words[option.line - 1])
            starts[option.line] = _Start(NodeKind.OPTION, 1, box[4].strip() if box else "")
            owners.update(dict.fromkeys(range(option.line, option.end_line + 1), option.line))
    _start_texts(lines, last, starts, owners)
    return _built(lines, starts, owners)


def _front_end(words: Sequence[str]) -> int:
    """The line that ends the front matter, 0 if there is none."""
    if not words or words[0].rstrip() != "---":
        return 0
    return next((number for number, line in enumerate(words[1:], 2) if line.rstrip() in {"---", "..."}), 0)


def _start_texts(lines: Lines, front: int, starts: dict[int, _Start], owners: dict[int, int]) -> None:
    """Begin a text wherever lines below line `front` belong to no node: a paragraph of the intro, of a prompt, behind options."""
    verbatim = find_fences(words_of(lines)).verbatim
    owner, depth = 0, 0
    for number, line in enumerate(lines[front:], front + 1):
        if number in starts:
            owner, depth = 0, 1
        elif number in owners or (line.blank and number - 1 not in verbatim):
            owner = 0
        elif owner:
            owners[number] = owner
        else:
            starts[number] = _Start(NodeKind.TEXT, depth)
            owner = number


def _built(lines: Lines, starts: dict[int, _Start], owners: dict[int, int]) -> Node:
    """Hang every line below the node that it belongs to.

    Text of an item behind its nested items becomes a node of its own, so that a node's lines stand together.
    """
    root = _Open(_Start(NodeKind.ROOT, -1), 1, 0)
    path = [root]
    for number, line in enumerate(lines, 1):
        start = starts.get(number)
        if start is None and line.blank:
            path[-1].gap.append(line)
            continue
        owner = owners.get(number)
        if start is None and (path[-1] is root or (owner is not None and owner != path[-1].owner)):
            start = _Start(NodeKind.TEXT, starts[owner].depth + 1 if owner in starts else 0)
        if start is None:
            path[-1].lines += [*path[-1].gap, line]
            path[-1].gap = []
            continue
        while path[-1].start.depth >= start.depth:
            path.pop()
        path[-1].children.append(_Open(start, number, number if number in starts else owner or 0, [line]))
        path.append(path[-1].children[-1])
    return _closed(root)


def _closed(one: _Open) -> Node:
    children = tuple(_closed(child) for child in one.children)
    whole = (*(line.words for line in one.lines), *(words for child in children for words in child.whole))
    return Node(one.start.kind, one.start.key, tuple(one.lines), one.first, tuple(one.gap), children, whole)


def fields_of(kind: NodeKind, line: str) -> tuple[str, ...] | None:
    """Return the parts of a node's first line that can change one by one: marker, title, address; box and text; cells."""
    if kind is NodeKind.OPTION:
        box = OPTION.fullmatch(line)
        return box.groups() if box else None
    if kind is NodeKind.QUESTION:
        head = HEAD.fullmatch(line)
        return (head[1], head[2] or "") if head else None
    if kind is NodeKind.ROW:
        return tuple(piece for cell in CELL.split(line) for piece in (cell, "|"))[:-1]
    return _item_fields(line) if kind is NodeKind.ITEM else None


def _item_fields(line: str) -> tuple[str, ...] | None:
    marker = MARKER.match(line)
    if marker is None:
        return None
    links = find_links(line).links
    if len(links) != 1 or links[0].start < marker.end():
        return (marker[0], line[marker.end() :])
    link = links[0]
    cuts = [marker.end(), link.label[0], link.label[1], link.url[0], link.url[1]]
    return tuple(line[a:b] for a, b in zip([0, *cuts], [*cuts, len(line)], strict=True))


def paired(old: Sequence[Node], new: Sequence[Node]) -> dict[int, int]:
    """Return which of the new siblings is which of the old ones (by place): the same text, else the same name, else the same
    place between neighbours that are known.
    """
    found: dict[int, int] = {}
    _pair_by(found, [(one.kind, one.whole) for one in old], [(one.kind, one.whole) for one in new])
    _pair_by(
        found,
        [(one.kind, one.key) if one.key else None for one in old],
        [(one.kind, one.key) if one.key else None for one in new],
    )
    _pair_by(found, [(one.kind, words_of(one.lines)) for one in old], [(one.kind, words_of(one.lines)) for one in new])
    _pair_by_place(found, old, new)
    return found


def _pair_by(found: dict[int, int], old: Sequence[object], new: Sequence[object]) -> None:
    """Pair what is equal, the first with the first, the second with the second; None is equal to nothing."""
    taken = set(found.values())
    free: dict[object, list[int]] = {}
    for place in range(len(new) - 1, -1, -1):
        if place not in taken and new[place] is not None:
            free.setdefault(new[place], []).append(place)
    for place, value in enumerate(old):
        if place not in found and free.get(value):
            found[place] = free[value].pop()


def _pair_by_place(found: dict[int, int], old: Sequence[Node], new: Sequence[Node]) -> None:
    """Between known neighbours: one by one if there are as many, else those that are alike."""
    taken = set(found.values())
    for start, end in _runs(place not in found for place in range(len(old))):
        first = found[start - 1] + 1 if start else 0
        last = first
        while last < len(new) and last not in taken:
            last += 1
        pairs = list(zip(range(start, end), range(first, last), strict=False))
        if last - first != end - start:
            pairs = [(start + a, first + b) for a, b in alike(old[start:end], new[first:last])]
        found.update({a: b for a, b in pairs if old[a].kind is new[b].kind})
        taken.update(found.values())


def alike(old: Sequence[Node], new: Sequence[Node]) -> list[tuple[int, int]]:
    """Return the pairs, rising on both sides, that have most words in common: at least half of the words of a pair."""
    if not old or not new or len(old) * len(new) > MOST_PAIRS:
        return []
    left, right = ([frozenset(WORD.findall(" ".join(one.whole))) for one in side] for side in (old, new))
    likeness = [
        [_likeness(one, other) if a.kind is b.kind else 0 for other, b in zip(right, new, strict=True)]
        for one, a in zip(left, old, strict=True)
    ]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i, j in product(range(len(old) - 1, -1, -1), range(len(new) - 1, -1, -1)):
        best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + likeness[i][j])
    found = []
    i = j = 0
    while i < len(old) and j < len(new):
        if likeness[i][j] and best[i][j] == best[i + 1][j + 1] + likeness[i][j]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return found


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    share = 2 * len(one & other) / (len(one) + len(other)) if one and other else 0
    return share if share >= 0.5 else 0


def _runs(flags: Iterable[bool]) -> Iterator[tuple[int, int]]:
    """The stretches (half open) in which the flag is set."""
    start = None
    place = -1
    for place, flag in enumerate(flags):
        if flag and start is None:
            start = place
        elif not flag and start is not None:
            yield start, place
            start = None
    if start is not None:
        yield start, place + 1
