"""Edits of a week page's text: each changes the characters of one place and nothing else."""

import math
import re
from collections import Counter
from dataclasses import dataclass

from course.week_lines import NEWLINE, newline_of, plain
from course.week_model import EditError, Item, Section, Span

ALLOWED_SCHEMES = frozenset({"http", "https", "mailto"})
SCHEME = re.compile(r"\s*([a-zA-Z][a-zA-Z0-9+.-]*):")
BLOCK_START = re.compile(r"(#{1,6}(?=\s|$)|[*+>~=_|-]|\d{1,9}(?=[.)])|\[[ xX]\])")
DEFAULT_BULLET = "*"


@dataclass(frozen=True, slots=True)
class Reading:
    """What somebody typed for one more reading. `url` may be ""; `minutes` None if no time is given."""

    title: str
    url: str
    minutes: float | None
    optional: bool


@dataclass(frozen=True, slots=True)
class NewReading:
    """The text after the insertion, and what must be found in it: the item's line and address."""

    source: str
    line: int
    url: str | None


def replaced(source: str, span: Span, text: str, expected: str | None) -> str:
    """`source` with the characters of `span` replaced by `text` in the file's newlines; see WeekFile.replace_span."""
    if not 0 <= span.start <= span.end <= len(source):
        raise EditError("this place is outside the text \u2014 load the page again")
    if expected is not None and plain(source[span.start : span.end]) != plain(expected):
        raise EditError("the text changed since it was shown \u2014 load the page again")
    return source[: span.start] + NEWLINE.sub(newline_of(source), text) + source[span.end :]


def with_newlines(source: str, text: str, usual: str = "") -> str:
    """`text` with the newlines of `source`: those of the same line at the top and bottom, else the usual one.

    `source` may be a part of a file; `usual` is then what the whole file uses most.
    """
    old = _pieces(source)
    new = _pieces(text)
    usual = usual or newline_of(source)
    if len({end for _, end in old if end}) <= 1:
        return "".join(words + (usual if end else "") for words, end in new)
    top = _same(old, new)
    room = min(len(old), len(new)) - top
    bottom = min(room, _same(old[::-1], new[::-1]))
    ends = [end for _, end in old[:top]]
    ends += [usual] * (len(new) - top - bottom)
    ends += [end for _, end in old[len(old) - bottom :]]
    return _joined([(words, (kept or usual) if end else "") for (words, end), kept in zip(new, ends, strict=True)])


def _joined(pieces: list[tuple[str, str]]) -> str:
    r"""The text of these lines. A lone \r before an empty line that ends with \n would become one newline with it."""
    parts = []
    for index, (words, end) in enumerate(pieces):
        below = pieces[index + 1] if index + 1 < len(pieces) else ("", "")
        merges = end == "\r" and not below[0] and below[1].startswith("\n")
        parts.append(words + ("\n" if merges else end))
    return "".join(parts)


def _pieces(text: str) -> list[tuple[str, str]]:
    """Each line with the newline that ends it; the last one has none."""
    pieces = []
    start = 0
    for match in NEWLINE.finditer(text):
        pieces.append((text[start : match.start()], match.group()))
        start = match.end()
    return [*pieces, (text[start:], "")]


def _same(left: list[tuple[str, str]], right: list[tuple[str, str]]) -> int:
    """How many lines at the beginning have the same words."""
    count = 0
    for (one, _), (other, _) in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def new_reading(source: str, section: Section, all_items: tuple[Item, ...], reading: Reading) -> NewReading:
    """The page with one more reading in `section`; see WeekFile.insert_reading."""
    address = checked_address(reading.url)
    return new_item(source, section.items, section.span, all_items, reading_line(reading, address), url=address)


def new_item(
    source: str, items: tuple[Item, ...], span: Span, all_items: tuple[Item, ...], words: str, *, url: str | None = None
) -> NewReading:
    """The page with one more item at the end of a list, in the style of its neighbours.

    `items` are those of the section whose heading and text are `span`; placeholders give way if there is nothing else.
    `words` is the item's Markdown without its bullet, on one line; `url` only goes into the answer.
    """
    top = [item for item in items if item.depth == 0]
    filled = [item for item in top if not _hollow(item, items)]
    sibling = filled[-1] if filled else top[0] if top else None
    marker, gap = _style(source, sibling, all_items, count=bool(filled))
    line = f"{marker}{gap}{words}"
    if filled:
        return _append(source, filled, line, url)
    if top:
        return _instead(source, top, line, url)
    return _first(source, span, line, url)


def _hollow(item: Item, items: tuple[Item, ...]) -> bool:
    """Whether an item and all items below it are placeholders."""
    return item.placeholder and all(other.placeholder for other in items if item.line < other.line <= item.span.end_line)


def _style(source: str, sibling: Item | None, all_items: tuple[Item, ...], *, count: bool) -> tuple[str, str]:
    """Marker and the blanks behind it: the sibling's, else the file's usual bullet."""
    if sibling is None:
        bullets = Counter(item.marker for item in all_items if item.depth == 0 and not item.marker[0].isdigit())
        return (bullets.most_common(1)[0][0] if bullets else DEFAULT_BULLET), " "
    marker = sibling.marker
    if count and marker[0].isdigit():
        marker = f"{int(marker[:-1]) + 1}{marker[-1]}"
    after = source[sibling.span.start + len(sibling.marker) :]
    gap = after[: len(after) - len(after.lstrip(" \t"))]
    return marker, gap if 0 < len(gap) <= 4 else " "


def _indent(source: str, item: Item) -> str:
    before = source[: item.span.start]
    return before[len(before.rstrip(" \t")) :]


def _newline_at(source: str, place: int) -> str:
    """The newline that ends a line at `place`, so that the line keeps it when another one is put below; else the usual one."""
    match = NEWLINE.match(source, place)
    return match.group() if match else newline_of(source)


def _append(source: str, filled: list[Item], line: str, url: str | None) -> NewReading:
    last = filled[-1]
    newline = _newline_at(source, last.span.end)
    above = source[: last.span.start]
    # As far from the last item as that is from what stands above it; the first item of a list may follow a heading.
    gap = above[len(above.rstrip(" \t\r\n")) :] if len(filled) > 1 else ""
    lines = 2 if len(NEWLINE.findall(gap)) > 1 else 1
    text = newline * lines + _indent(source, last) + line
    return NewReading(source[: last.span.end] + text + source[last.span.end :], last.span.end_line + lines, url)


def _instead(source: str, top: list[Item], line: str, url: str | None) -> NewReading:
    """The first placeholder becomes the reading; the others go with their lines (and one blank line above)."""
    result = source
    for item in reversed(top[1:]):
        start = item.span.start - len(_indent(source, item))
        lead = re.search(r"(?:(?:\r\n|\n|\r)[ \t]*){1,2}$", result[:start])
        result = result[: lead.start() if lead else start] + result[item.span.end :]
    first = top[0].span
    return NewReading(result[: first.start] + line + result[first.end :], first.line, url)


def _first(source: str, span: Span, line: str, url: str | None) -> NewReading:
    """The first item of a section: one blank line below its heading or its text."""
    text = _newline_at(source, span.end) * 2 + line
    return NewReading(source[: span.end] + text + source[span.end :], span.end_line + 2, url)


def checked_address(url: str) -> str | None:
    """An address as it can stand between ( and ): blanks and lone brackets percent-encoded; None for "".

    Raises EditError for a scheme other than http, https and mailto.
    """
    address = url.strip()
    scheme = SCHEME.match(address)
    if scheme and scheme[1].lower() not in ALLOWED_SCHEMES:
        raise EditError(f'addresses that begin with "{scheme[1]}:" are not shown \u2014 use http, https or mailto')
    encoded = re.sub(r"[\s<>\\\x00-\x1f\x7f\"'`*]", lambda match: _percent(match[0]), address)
    if not _balanced(encoded, "(", ")"):
        encoded = encoded.replace("(", "%28").replace(")", "%29")
    return encoded or None


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode())


def reading_line(reading: Reading, address: str | None) -> str:
    """A reading as one line of Markdown, without its bullet: `[Title (15m) (OPTIONAL)](address)`.

    Raises EditError if the title is empty or the minutes are not above 0.
    """
    words = escaped_title(reading.title)
    if not words:
        raise EditError("a reading needs a title")
    if reading.minutes is not None:
        words += f" ({length_text(reading.minutes)})"
    if reading.optional:
        words += " (OPTIONAL)"
    if address:
        return f"[{words}]({address})"
    return BLOCK_START.sub(r"\\\1", words, count=1) if BLOCK_START.match(words) else words


def escaped_title(title: str) -> str:
    """A title typed as plain words, safe inside a link's brackets and on one line."""
    words = re.sub(r"[\\`<]", r"\\\g<0>", " ".join(title.split()))
    if not _balanced(words, "[", "]") or re.search(r"\][(\[:]", words):
        words = re.sub(r"[\[\]]", r"\\\g<0>", words)
    return words


def _balanced(text: str, left: str, right: str) -> bool:
    depth = 0
    for char in text:
        depth += (char == left) - (char == right)
        if depth < 0:
            return False
    return depth == 0


def length_text(minutes: float) -> str:
    """15 → "15m", 4.35 → "4:21"; the importer reads it back. Raises EditError below one second and above 999 minutes."""
    seconds = round(minutes * 60) if math.isfinite(minutes) and minutes < 1000 else 0
    if seconds <= 0:
        raise EditError("the time must be between a second and 999 minutes")
    whole, rest = divmod(seconds, 60)
    return f"{whole}m" if rest == 0 else f"{whole}:{rest:02}"
