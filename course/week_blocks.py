"""Finds the headings, list items and other blocks of a page, line by line, as CommonMark sees them.

One pass, no recursion: the work grows with the length of the text whatever is in it. Only headings outside
every list item, quote, fence and comment are headings of the page; a heading inside an item is the item's content.
"""

import re
from dataclasses import dataclass, field

from course.week_lines import Line, columns
from course.week_model import BlockKind, Heading

HEADING = re.compile(r"#{1,6}(?=[ \t]|$)")
FENCE = re.compile(r"(`{3,})([^`]*)$|(~{3,})(.*)$")
MARKER = re.compile(r"([*+-]|\d{1,9}[.)])([ \t]+|$)")
RULE = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
HTML = re.compile(
    r"</?(?:a|br|center|details|div|figure|iframe|img|p|section|span|summary|table|tbody|td|th|tr|video)\b",
    re.IGNORECASE,
)
STARTERS = frozenset("#`~*-_+><0123456789")
DELIMITER_CHARS = frozenset("|:- \t")
DEEPEST = 20
"""Lists nested deeper than this are text of the item that holds them."""


@dataclass(slots=True)
class RawItem:
    """A list item by its lines: `indent` and `content_at` are characters of the first line's text.

    `more`: lines of its own follow the first one (lines of nested items are not its own).
    """

    line: Line
    depth: int
    marker: str
    indent: int
    content_at: int
    end_line: int = 0
    more: bool = False


@dataclass(slots=True)
class RawBlock:
    kind: BlockKind
    first: int
    last: int


@dataclass(slots=True)
class Scan:
    """What a page is made of. Lines are numbered from 1."""

    headings: list[Heading] = field(default_factory=list)
    items: list[RawItem] = field(default_factory=list)
    blocks: list[RawBlock] = field(default_factory=list)
    code: set[int] = field(default_factory=set)
    """Lines of fenced and indented code, inside items too."""


@dataclass(slots=True)
class _Open:
    """A list item that is still open: its content starts in column `offset`."""

    offset: int
    item: RawItem | None
    empty: bool


@dataclass(slots=True)
class _Fence:
    """An open code fence inside the container whose content starts in column `offset`."""

    char: str
    length: int
    offset: int


class Scanner:
    """The state while reading the lines of one page from top to bottom."""

    def __init__(self, lines: list[Line], first: int = 1) -> None:
        """`first` is the number of the first line to read (front matter is left out)."""
        self.lines = lines
        self.first = first
        self.found = Scan()
        self.stack: list[_Open] = []
        self.fence: _Fence | None = None
        self.comment_until = 0
        self.paragraph: int | None = None
        """The container offset of an open paragraph; -1 for one inside a quote."""
        self.block: RawBlock | None = None
        self.last = 0
        self.comment_ends = comment_ends(lines)

    def run(self) -> Scan:
        for line in self.lines[self.first - 1 :]:
            if line.blank:
                self._blank(line)
            elif not self._inside_verbatim(line):
                self._text(line)
                self.last = line.number
            self._note_owner(line)
        self._close(0)
        return self.found

    def _note_owner(self, line: Line) -> None:
        owner = next((one.item for one in reversed(self.stack) if one.item), None)
        if owner and owner.line.number != line.number and not line.blank:
            owner.more = True

    def _blank(self, line: Line) -> None:
        if self.fence or line.number <= self.comment_until:
            return
        self.paragraph = None
        self.block = None
        if self.stack and self.stack[-1].empty:  # an item may begin with one blank line at most
            self._close(len(self.stack) - 1)

    def _inside_verbatim(self, line: Line) -> bool:
        """Whether the line belongs to an open comment or fence (and was dealt with)."""
        if line.number <= self.comment_until:
            self._extend(line)
            return True
        if self.fence is None:
            return False
        if line.indent < self.fence.offset:  # the container ended, and the fence with it
            self.fence = None
            self.block = None
            return False
        self._extend(line)
        self.found.code.add(line.number)
        if self._closes_fence(line, self.fence):
            self.fence = None
            self.block = None
        return True

    def _extend(self, line: Line) -> None:
        self.last = line.number
        if self.block:
            self.block.last = line.number

    @staticmethod
    def _closes_fence(line: Line, fence: _Fence) -> bool:
        text = line.content
        return line.indent - fence.offset < 4 and len(text) >= fence.length and not text.strip(fence.char)

    def _text(self, line: Line) -> None:
        matched = 0
        while matched < len(self.stack) and line.indent >= self.stack[matched].offset:
            matched += 1
        offset = self.stack[matched - 1].offset if matched else 0
        relative = line.indent - offset
        if self.paragraph is not None and (relative >= 4 or not self._starts_block(line, offset)):
            if self.block:
                self.block.last = line.number
            return
        self._close(matched)
        if self.stack:
            self.stack[-1].empty = False
        if relative >= 4:
            self._join_or_begin(BlockKind.CODE, line)
            self.found.code.add(line.number)
            return
        self._open(line, line.content, offset)

    def _starts_block(self, line: Line, offset: int) -> bool:
        """Whether a line can end the paragraph above it."""
        text = line.content
        if self._table_at(line) or (self._in_table() and self.paragraph == offset):
            return True
        if text[0] not in STARTERS:
            return False
        if text[0] == ">" or HEADING.match(text) or FENCE.match(text) or RULE.match(text):
            return True
        return bool(self._comment_end(line, offset)) or self._starts_item(text, offset)

    def _starts_item(self, text: str, offset: int) -> bool:
        """Within its own paragraph a list must begin with a bullet or 1, and say something."""
        marker = MARKER.match(text)
        if not marker or len(self.stack) >= DEEPEST:
            return False
        if self.paragraph != offset:  # a sibling or a parent's list goes on
            return True
        return bool(text[marker.end() :]) and (marker[1] in "*+-" or int(marker[1][:-1]) == 1)

    def _in_table(self) -> bool:
        return self.block is not None and self.block.kind is BlockKind.TABLE

    def _open(self, line: Line, text: str, offset: int) -> None:
        self.paragraph = None
        fence = FENCE.match(text)
        if HEADING.match(text):
            self._heading(line, text)
        elif fence:
            self._begin(BlockKind.CODE, line)
            run = fence[1] or fence[3]
            self.fence = _Fence(run[0], len(run), offset)
        elif RULE.match(text):
            self._begin(BlockKind.RULE, line)
        elif MARKER.match(text) and len(self.stack) < DEEPEST:
            self._item(line, text)
        else:
            self._prose(line, text, offset)

    def _heading(self, line: Line, text: str) -> None:
        self.block = None
        if not self.stack:
            level = len(text) - len(text.lstrip("#"))
            self.found.headings.append(Heading(line.number, level, heading_text(text[level:])))

    def _prose(self, line: Line, text: str, offset: int) -> None:
        end = self._comment_end(line, offset)
        if end:
            self._begin(BlockKind.COMMENT, line)
            self.comment_until = end
        elif text[0] == ">":
            self._join_or_begin(BlockKind.QUOTE, line)
            self.paragraph = -1
        elif self._in_table() or self._table_at(line):
            self._join_or_begin(BlockKind.TABLE, line)
            self.paragraph = offset
        else:
            self._begin(BlockKind.HTML if HTML.match(text) else BlockKind.PARAGRAPH, line)
            self.paragraph = offset

    def _begin(self, kind: BlockKind, line: Line) -> None:
        self.block = None
        if not self.stack:
            self.block = RawBlock(kind, line.number, line.number)
            self.found.blocks.append(self.block)

    def _join_or_begin(self, kind: BlockKind, line: Line) -> None:
        if self.block and self.block.kind is kind:
            self.block.last = line.number
        else:
            self._begin(kind, line)

    def _item(self, line: Line, text: str) -> None:
        """Opens the item, and those that begin on the same line ("- - text")."""
        at = len(line.text) - len(line.text.lstrip(" \t"))
        column = line.indent
        self.block = None
        listed = True
        may_be_rule = text[-1] in "*-_"
        while len(self.stack) < DEEPEST and (marker := MARKER.match(text)) and not (may_be_rule and RULE.match(text)):
            gap = columns(marker[2], column + len(marker[1]))
            content = text[marker.end() :]
            width = len(marker[1]) + (gap if content and gap <= 4 else 1)
            item = self._listed(line, marker, at) if listed else None
            self.stack.append(_Open(column + width, item, empty=not content))
            column += len(marker[1]) + gap
            at += marker.end()
            text, listed = content, False
            if gap > 4 or not content:
                text = ""  # code, or nothing: no paragraph is open
                break
        self._item_content(text)

    def _listed(self, line: Line, marker: re.Match[str], at: int) -> RawItem:
        depth = sum(1 for one in self.stack if one.item)
        item = RawItem(line, depth, marker[1], at, at + marker.end(), line.number)
        self.found.items.append(item)
        return item

    def _item_content(self, text: str) -> None:
        """What the first line of an item opens: a fence, a heading, or a paragraph."""
        self.paragraph = None
        if not text:
            return
        offset = self.stack[-1].offset
        fence = FENCE.match(text)
        if fence:
            run = fence[1] or fence[3]
            self.fence = _Fence(run[0], len(run), offset)
        elif not HEADING.match(text) and not RULE.match(text):
            self.paragraph = -1 if text[0] == ">" else offset

    def _close(self, keep: int) -> None:
        """Ends the open items beyond the first `keep`."""
        for one in self.stack[keep:]:
            if one.item:
                one.item.end_line = max(one.item.line.number, self.last)
        del self.stack[keep:]

    def _comment_end(self, line: Line, offset: int) -> int:
        """Line on which the comment that starts `line` ends, with nothing after it; 0 if it is not one.

        Inside an item a comment is one line, as `course.markdown` has it.
        """
        end = self.comment_ends.get(line.number, 0)
        return end if offset == 0 or end == line.number else 0

    def _table_at(self, line: Line) -> bool:
        if "|" not in line.text or line.number >= len(self.lines):
            return False
        below = self.lines[line.number]
        return "-" in below.content and "|" in below.content and DELIMITER_CHARS.issuperset(below.content)


def heading_text(rest: str) -> str:
    """What a heading says: the line after its #s, without the closing #s."""
    text = rest.strip(" \t")
    bare = text.rstrip("#")
    return bare.rstrip(" \t") if not bare or bare[-1] in " \t" else text


def comment_ends(lines: list[Line]) -> dict[int, int]:
    """For each line that starts a comment, the line that ends it with nothing behind; from bottom to top."""
    ends: dict[int, int] = {}
    next_end = 0
    for line in reversed(lines):
        start = 4 if line.content.startswith("<!--") else 0
        place = line.content.find("-->", start)
        if place >= 0:
            next_end = line.number if place == len(line.content) - 3 else 0
        if start and next_end:
            ends[line.number] = next_end
    return ends
