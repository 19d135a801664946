"""Edits of one thing on a week page: a title, an address, a heading, an item, the order. Each changes the lines of that thing
and no others (formats.md 3.6), or raises EditError and says what to do instead.
"""

import re
from collections.abc import Callable

from course.week_edit import checked_address, escaped_title, new_item, with_newlines
from course.week_headings import display_name, titled_by
from course.week_items import EMPHASIS
from course.week_lines import NEWLINE, newline_of, plain, split_lines
from course.week_links import find_links
from course.week_model import EditError, Item, Span
from course.week_outline import Node, NodeKind, Part, Place, neighbours, node_at, outline, shape
from course.weekfile import WeekFile

GONE = "this part is not on the page any more \u2014 load the page again"
ELSEWHERE = "the rest of the page would read differently after this \u2014 edit the text of the whole page instead"
HASHES = re.compile(r"[ \t]*#{1,6}[ \t]*")
REMOVABLE = frozenset({NodeKind.ITEM, NodeKind.BLOCK})
NewLine = Callable[[int], int | None]


def is_link(item: Item) -> bool:
    """Whether the item is a link with a title of its own: `[title](address)`, with nothing but remarks before it."""
    return item.url_span is not None and item.label_span.end <= item.url_span.start


def takes_address(item: Item) -> bool:
    """Whether an item's address can be edited apart: that of its link, or one for an item that has none yet."""
    return is_link(item) or (item.url is None and not item.broken)


def words_of(file: WeekFile, item: Item) -> str:
    """Return what a form shows of an item: a link's title without its facets, else the Markdown of its first line."""
    return item.title if is_link(item) else file.source[item.label_span.start : item.label_span.end]


# --- one item


def set_item(file: WeekFile, place: Place, words: str, url: str | None) -> WeekFile:
    """Change the title and the address of a link, or the words of an item that is none; what is the same is not touched.

    `url` None leaves the address alone; "" takes the link away and keeps its words. Words of an item without a link are
    Markdown; a link's title is plain text. An address given to an item without one makes it a link.
    """
    item = _item(file, place)
    words = " ".join(words.split())
    if not words:
        raise EditError("an item needs words \u2014 take it off the page if it is not needed")
    after = file
    if words != " ".join(words_of(file, item).split()):
        text = escaped_title(words) if is_link(item) else words
        after = _replaced(file, _words_range(file, item), text)
        item = _item(after, place)
    if url is not None and url.strip() != (item.url or ""):
        after = _with_address(after, place, item, url)
    return _kept(file, after)


def _item(file: WeekFile, place: Place) -> Item:
    found = node_at(file, place)
    if found is None or found[1].item is None:
        raise EditError(GONE)
    return found[1].item


def _replaced(file: WeekFile, place: tuple[int, int], text: str) -> WeekFile:
    if file.source[: place[0]].endswith("\r") and (text + file.source[place[1] :]).startswith("\n"):
        # A lone CR above and a lone LF below would become one line end, and a line would vanish.
        raise EditError("the line ends are of two kinds here \u2014 edit the whole text of the page instead")
    return _readable(file.with_source(file.source[: place[0]] + text + file.source[place[1] :]))


def _readable(after: WeekFile) -> WeekFile:
    if not after.readable:
        raise EditError(after.messages[0].text)
    return after


def _words_range(file: WeekFile, item: Item) -> tuple[int, int]:
    """Characters that hold the words: of a link's title, inside bold or italics around all of it."""
    span = item.title_span if is_link(item) else item.label_span
    bold = EMPHASIS.fullmatch(file.source[span.start : span.end]) if is_link(item) else None
    return (span.start + bold.start(2), span.start + bold.end(2)) if bold else (span.start, span.end)


def _with_address(file: WeekFile, place: Place, item: Item, url: str) -> WeekFile:
    address = checked_address(url)
    label = file.source[item.label_span.start : item.label_span.end]
    if address is None:
        return _replaced(file, _link_range(file, item), label) if is_link(item) else file
    if item.url_span is not None and is_link(item):
        after = _replaced(file, (item.url_span.start, item.url_span.end), address)
    else:
        after = _replaced(file, (item.label_span.start, item.label_span.end), f"[{label}]({address})")
    if _item(after, place).url != address:
        raise EditError("this address cannot be written here \u2014 edit the item's Markdown instead")
    return after


def _link_range(file: WeekFile, item: Item) -> tuple[int, int]:
    """Characters of the item's whole link, brackets and address included."""
    line = split_lines(file.source)[item.line - 1]
    base = item.label_span.start
    for at in range(base - line.start - 1, -1, -1):
        if file.source[line.start + at] == "[":
            base = line.start + at
            break
    link = find_links(file.source[base : line.end]).links[0]
    return base + link.start, base + link.end


def add_item(file: WeekFile, place: Place, words: str) -> WeekFile:
    """Put one more item at the end of the list of a section, in the style of its neighbours; placeholders give way to it.

    `words` are Markdown on one line. Key questions are a list like any other.
    """
    found = node_at(file, place)
    if found is None or found[1].place.kind is not NodeKind.SECTION:
        raise EditError(GONE)
    words = " ".join(words.split())
    if not words:
        raise EditError("an item needs words")
    part, node = found
    items = tuple(one.item for one in part.items if one.item)
    everything = tuple(one.item for other in outline(file) for one in other.items if one.item)
    edit = new_item(file.source, items, node.span, everything, words)
    after = file.with_source(edit.source)
    written = node_at(after, Place(NodeKind.ITEM, edit.line))
    if written is None or written[1].level != 0 or _headings(file) != _headings(after):
        raise EditError("the list of this section cannot be continued safely \u2014 edit its text instead")
    return after


def _headings(file: WeekFile) -> list[str]:
    return [tag for _, tag in shape(file) if tag.startswith("#")]


def remove(file: WeekFile, place: Place) -> WeekFile:
    """Take an item with all that belongs to it, or a block, off the page: its lines, and one of two blank lines."""
    found = node_at(file, place)
    if found is None or place.kind not in REMOVABLE:
        raise EditError(GONE)
    node = found[1]
    start, end = _cut(file, node.span)
    gone = len(NEWLINE.findall(file.source[start:end]))
    after = _replaced(file, (start, end), "")
    try:
        return _kept(file, after, _after_removal(node.span, gone))
    except EditError:
        # What stood above and below would run into one: a blank line stays between them.
        apart = _replaced(file, (start, end), newline_of(file.source))
        return _kept(file, apart, _after_removal(node.span, gone - 1))


def _after_removal(span: Span, gone: int) -> NewLine:
    def new_line(line: int) -> int | None:
        if line < span.line:
            return line
        return line - gone if line > span.end_line else None

    return new_line


def _cut(file: WeekFile, span: Span) -> tuple[int, int]:
    """Characters to take away with whole lines: their newlines, and one blank line where one stood above and below."""
    lines = split_lines(file.source)
    above_blank = span.line > 1 and lines[span.line - 2].blank
    rest = lines[span.end_line :]
    if not rest:  # the file ends here without a newline, and so it stays
        above = span.line - (3 if above_blank and span.line > 2 else 2)
        return (lines[above].end if above >= 0 else 0), len(file.source)
    start, end = lines[span.line - 1].start, rest[0].start
    if all(line.blank for line in rest):
        return (lines[span.line - 2].start if above_blank else start), end
    if above_blank and rest[0].blank:
        end = rest[1].start
    return start, end


# --- headings


def set_heading(file: WeekFile, place: Place, words: str) -> WeekFile:
    """Change the words of a section's heading or of the page's title; its level, banner, bold and week number stay."""
    found = node_at(file, place)
    if found is None or found[1].heading is None:
        raise EditError(GONE)
    node, words = found[1], " ".join(words.split())
    if not words:
        raise EditError("a heading needs words")
    if words == node.name:
        return file
    if place.kind is NodeKind.TITLE and _is_number_alone(node) and not titled_by(words):
        words = f"{node.name}: {words}"
    after = _kept(file, _replaced(file, _heading_range(file, node), words), titled=place.line)
    kinds = (NodeKind.SECTION, NodeKind.TITLE)
    changed = next((found[1] for kind in kinds if (found := node_at(after, Place(kind, place.line)))), None)
    if changed is None or (changed.place.kind is NodeKind.SECTION and changed.name != display_name(words)):
        raise EditError("these words cannot stand in a heading as they are \u2014 edit its Markdown instead")
    return after


def _is_number_alone(node: Node) -> bool:
    """Whether a page's title is "Week 6" and no more, which must stay where a title is given."""
    found = titled_by(node.name)
    return found is not None and found.title == node.name


def _heading_range(file: WeekFile, node: Node) -> tuple[int, int]:
    """Characters of the heading's name inside its line; of all its words where the name is spelled in another way."""
    assert node.heading is not None
    line = split_lines(file.source)[node.span.line - 1]
    hashes = HASHES.match(line.text)
    start = hashes.end() if hashes else 0
    for words in (node.name, node.heading.text):
        if words and line.text.count(words, start) == 1:
            at = line.start + line.text.index(words, start)
            return at, at + len(words)
    return line.start + start, line.end


# --- order


def move(file: WeekFile, place: Place, *, up: bool) -> WeekFile:
    """Let an item, or a section with all below it, change places with its neighbour: the same bytes in another order.

    Numbers of a numbered list stay where they are, and the texts behind them change places.
    """
    found = node_at(file, place)
    if found is None:
        raise EditError(GONE)
    pair = _pair(file, *found, up=up)
    if pair is None:
        raise EditError("there is nothing to change places with \u2014 it is the " + ("first" if up else "last"))
    first, second = pair[::-1] if up else pair
    markers = tuple(_marker(found[0], span.line) for span in (first, second))
    return _kept(file, file.with_source(_swapped(file.source, first, second, *markers)), _after_swap(first, second))


def _marker(part: Part, line: int) -> str:
    return next((node.item.marker for node in part.items if node.item and node.item.line == line), "")


def place_after_move(file: WeekFile, place: Place, *, up: bool) -> Place | None:
    """Return where the thing at `place` will stand after `move`; None if it cannot move."""
    found = node_at(file, place)
    pair = _pair(file, *found, up=up) if found else None
    if pair is None:
        return None
    mine, other = pair
    return Place(place.kind, other.line if up else other.end_line - mine.end_line + mine.line)


def _pair(file: WeekFile, part: Part, node: Node, *, up: bool) -> tuple[Span, Span] | None:
    """The lines of an item or section, and of the neighbour that it changes places with."""
    if node.item:
        other = neighbours(file, part)[node.place][0 if up else 1]
        return (node.span, other.span) if other else None
    return _sections(file, part, up=up) if node == part.node else None


def _sections(file: WeekFile, part: Part, *, up: bool) -> tuple[Span, Span] | None:
    line = part.above if up else part.below
    other = next((one for one in outline(file) if one.node.span.line == line), None)
    return (_unit(file, part), _unit(file, other)) if other else None


def _unit(file: WeekFile, part: Part) -> Span:
    """A section with all sections that belong under it."""
    return Span(part.node.span.start, split_lines(file.source)[part.last - 1].end, part.node.span.line, part.last)


def _swapped(source: str, first: Span, second: Span, one_marker: str, other_marker: str) -> str:
    one, other = source[first.start : first.end], source[second.start : second.end]
    if one_marker[:1].isdigit() and len(one_marker) == len(other_marker) and one_marker[-1] == other_marker[-1]:
        one, other = one.replace(one_marker, other_marker, 1), other.replace(other_marker, one_marker, 1)
    return source[: first.start] + other + source[first.end : second.start] + one + source[second.end :]


def _after_swap(first: Span, second: Span) -> NewLine:
    longer = (second.end_line - second.line) - (first.end_line - first.line)

    def new_line(line: int) -> int:
        if first.line <= line <= first.end_line:
            return line + second.end_line - first.end_line
        if second.line <= line <= second.end_line:
            return line - second.line + first.line
        return line + longer if first.end_line < line < second.line else line

    return new_line


# --- any text


def set_text(file: WeekFile, place: Place, text: str) -> WeekFile:
    """Replace all lines of a thing by `text`, whatever it is; a blank text takes them away. Newlines become the file's own.

    Always possible; `rest_is_kept` tells whether the rest of the page still reads as it did.
    """
    found = node_at(file, place)
    if found is None:
        raise EditError(GONE)
    span = found[1].span
    new = plain(text).strip("\n")
    if not new.strip():
        return _replaced(file, _cut(file, span), "")
    return _replaced(
        file, (span.start, span.end), with_newlines(file.source[span.start : span.end], new, newline_of(file.source))
    )


def rest_is_kept(before: WeekFile, after: WeekFile, place: Place) -> bool:
    """Whether everything outside the thing at `place` of `before` reads in `after` as it did: no fence left open, and so on."""
    found = node_at(before, place)
    if found is None:
        return False
    span = found[1].span
    grown = len(NEWLINE.findall(after.source)) - len(NEWLINE.findall(before.source))
    old = [one if one[0] < span.line else (one[0] + grown, one[1]) for one in shape(before) if not _inside(one[0], span, 0)]
    return old == [one for one in shape(after) if not _inside(one[0], span, grown)]


def _inside(line: int, span: Span, grown: int) -> bool:
    return span.line <= line <= span.end_line + grown


def _kept(before: WeekFile, after: WeekFile, new_line: NewLine = lambda line: line, titled: int = 0) -> WeekFile:
    """Return `after` if all that was on the page still is, each on the line where it should be; else raise EditError.

    The heading on line `titled` may become the page's title by its new words, or no longer be it.
    """
    moved = [(new_line(line), tag) for line, tag in shape(before)]
    expected = sorted((line, tag) for line, tag in moved if line is not None)
    if expected != shape(after) or after.number != before.number or not _same_title(before, after, new_line, titled):
        raise EditError(ELSEWHERE)
    return after


def _same_title(before: WeekFile, after: WeekFile, new_line: NewLine, titled: int) -> bool:
    old, new = before.parts.titled.heading, after.parts.titled.heading
    lines = (new_line(old.line) if old else None), (new.line if new else None)
    return lines[0] == lines[1] or set(lines) == {None, titled}
