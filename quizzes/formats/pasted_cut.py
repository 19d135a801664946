"""Where the questions of a pasted list begin: numbers, headings, "Q:", or only the paragraph above the options."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from quizzes.formats.pasted_lines import LineKind, PastedLine, without_stars
from quizzes.formats.pasted_numbers import numbered_on
from quizzes.formats.prompts import asked, has_blank, invites

_TITLES = re.compile(
    r"review|quiz|knowledge check|check your knowledge|questions|exam|test|assessment|module|week", re.IGNORECASE
)
_ASKED = frozenset({LineKind.ITEM, LineKind.ANSWER, LineKind.HIDDEN, LineKind.EXPLANATION})
_ADDRESS = re.compile(r"https?://[^\s)>]*")


@dataclass(slots=True)
class Segment:
    """The lines from one head to the next. `head` is None for what stands above the first one, or below a title."""

    head: PastedLine | None
    body: list[PastedLine] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.head.text if self.head else ""


def cut(lines: Sequence[PastedLine], *, keyed: bool = False) -> list[Segment]:
    """Cut the lines at the heads of questions and at titles. `keyed`: what is right stands in a key elsewhere."""
    heads = _find_heads(lines, keyed=keyed)
    segments = [Segment(None)]
    unasked = False  # whether a numbered question has neither options nor an answer yet: a heading below it is part of its prompt
    for index, line in enumerate(lines):
        if line.kind is LineKind.HEADING and unasked:
            segments[-1].body.append(replace(line, kind=LineKind.TEXT, gap=True, raw=line.text))
        elif index in heads:
            segments.append(Segment(line))
            unasked = line.kind is not LineKind.HEADING
        elif line.kind is LineKind.HEADING:
            segments.append(Segment(None))
            unasked = False
        else:
            if _is_filled_in(segments[-1], line):
                segments.append(Segment(None))
            segments[-1].body.append(line)
            unasked = unasked and line.kind not in _ASKED
    return _merge_numbers([segment for segment in segments if segment.head or segment.body])


def asks(text: str) -> bool:
    """Tell whether a text may be a prompt by itself: it asks, invites, or ends in a colon."""
    text = _ADDRESS.sub("", text)
    plain = text.rstrip("*_ )")
    marked = "?" in text or "\uff1f" in text or "\u061f" in text
    return marked or plain.endswith((":", "\uff1a", "\u2026")) or has_blank(text) or invites(text) or asked(text).several


def demands(text: str) -> bool:
    """Tell whether a text asks, and does not only announce what stands below its colon."""
    return asks(text.rstrip(": *_\uff1a\u2026"))


def _merge_numbers(segments: Sequence[Segment]) -> list[Segment]:
    """Make one head of "1." and "Question 1" one below the other."""
    merged: list[Segment] = []
    for segment in segments:
        above = merged[-1] if merged else None
        if above and above.head and segment.head and not above.body and not above.head.text and above.head.kind is LineKind.HEAD:
            number = segment.head.number if segment.head.number is not None else above.head.number
            segment.head = replace(segment.head, line=above.head.line, number=number)
            merged[-1] = segment
        else:
            merged.append(segment)
    return merged


def _find_heads(lines: Sequence[PastedLine], *, keyed: bool) -> set[int]:
    heads = {index for index, line in enumerate(lines) if line.kind is LineKind.HEAD}
    heads |= _numbered_heads(lines, heads)
    heads |= numbered_on(lines, heads, keyed=keyed)
    heads |= _blank_heads(lines) if not heads else set()
    heads |= _bullet_heads(lines, heads)
    return heads | _heading_heads(lines, heads)


def _blank_heads(lines: Sequence[PastedLine]) -> set[int]:
    """Where nothing is numbered, a paragraph with a blank is a question if what belongs into it stands right below."""
    return {
        at
        for at, line in enumerate(lines[:-1])
        if line.kind is LineKind.TEXT and line.gap and has_blank(line.text) and lines[at + 1].kind is LineKind.ANSWER
    }


def _is_filled_in(segment: Segment, line: PastedLine) -> bool:
    """Tell whether a segment is a blank with its answer, below which the next paragraph belongs to another question."""
    if segment.head is None or segment.head.kind is not LineKind.TEXT or not segment.body:
        return False
    return line.gap and line.kind in {LineKind.TEXT, LineKind.ITEM} and bool(segment.body[0].text)


def _stops(lines: Sequence[PastedLine], places: Sequence[int], heads: set[int]) -> dict[int, int]:
    """Return where the stretch of each place ends: at the next place, head or heading."""
    borders = sorted({*places, *heads, *(at for at, line in enumerate(lines) if line.kind is LineKind.HEADING)})
    following = dict(zip(borders, [*borders[1:], len(lines)], strict=False))
    return {place: following[place] for place in places}


def _numbered_heads(lines: Sequence[PastedLine], heads: set[int]) -> set[int]:
    """A numbered item is a head if options of another kind stand below it, or an answer to what it asks."""
    places = [
        at
        for at, line in enumerate(lines)
        if line.kind is LineKind.ITEM and line.ordered and line.indent < 4 and not line.is_option
    ]
    found = set()
    prompts = _in_prompts(lines, heads)
    places = [place for place in places if place not in prompts]
    for place, stop in _stops(lines, places, heads).items():
        below = lines[place + 1 : stop]
        options = sum(1 for line in below if line.kind is LineKind.ITEM and (line.is_option or not line.ordered))
        answered = any(line.kind in {LineKind.ANSWER, LineKind.HIDDEN} for line in below)
        nested = sum(1 for line in below if line.kind is LineKind.ITEM and line.indent > lines[place].indent)
        if options > 1 or nested > 1 or (answered and asks(lines[place].text)):
            found.add(place)
    return found if heads else found | _numbers_between(lines, places, found)


def _in_prompts(lines: Sequence[PastedLine], heads: set[int]) -> set[int]:
    """Return the lines between a head and the first option below it: numbered items there are part of the prompt."""
    found = set()
    waiting = False
    for at, line in enumerate(lines):
        if at in heads or line.kind is LineKind.HEADING:
            waiting = at in heads or _waits(line)
        elif line.is_option or (line.kind is LineKind.ITEM and not line.ordered):
            waiting = False
        if waiting:
            found.add(at)
    return found


def _waits(heading: PastedLine) -> bool:
    """Tell whether a heading may be a prompt that goes on below it; the colon of a title asks nothing."""
    title = heading.level == 1 or _TITLES.search(heading.text)
    return asks(heading.text.rstrip(": *_") if title else heading.text)


def _numbers_between(lines: Sequence[PastedLine], places: Sequence[int], found: set[int]) -> set[int]:
    """What asks and is numbered like the heads is one too, though its options have another shape."""
    if not found:
        return set()
    indents = {lines[place].indent for place in found}
    return {place for place in places if lines[place].indent in indents and asks(lines[place].text)}


def _bullet_heads(lines: Sequence[PastedLine], heads: set[int]) -> set[int]:
    """A bullet is a head if boxes or letters are nested below it, or plain items below a question."""
    places = [
        at
        for at, line in enumerate(lines)
        if line.kind is LineKind.ITEM and not line.ordered and line.marker and not line.is_option
    ]
    top = min((lines[place].indent for place in places), default=0)
    places = [place for place in places if lines[place].indent == top and (top == 0 or not heads)]
    found = set()
    for place, stop in _stops(lines, places, heads).items():
        nested = [line for line in lines[place + 1 : stop] if line.kind is LineKind.ITEM and line.indent > top]
        asking = asks(lines[place].text)
        if len(nested) > 1 and (asking if heads else asking or all(line.is_option for line in nested)):
            found.add(place)
    return found


def _heading_heads(lines: Sequence[PastedLine], heads: set[int]) -> set[int]:
    """A heading is a head if it asks, or if options follow and no other text does the asking."""
    places = [at for at, line in enumerate(lines) if line.kind is LineKind.HEADING]
    borders = [*places[1:], len(lines)] if places else []
    ordered = sorted(heads)
    found = set()
    for place, stop in zip(places, borders, strict=True):
        at = bisect_right(ordered, place)
        head = ordered[at] if at < len(ordered) else stop
        # With heads below it, it is a title, if it does not ask and have options itself.
        if (head >= stop or asks(lines[place].text)) and _begins_question(lines[place], lines[place + 1 : min(head, stop)]):
            found.add(place)
    levels = {lines[place].level for place in found}
    return found | {
        place
        for place, stop in zip(places, borders, strict=True)
        if lines[place].level in levels and lines[place].text and any(line.box is not None for line in lines[place + 1 : stop])
    }


def _begins_question(heading: PastedLine, below: Sequence[PastedLine]) -> bool:
    first = next((at for at, line in enumerate(below) if line.kind is LineKind.ITEM), None)
    if first is None:
        answered = any(line.kind in {LineKind.ANSWER, LineKind.HIDDEN} for line in below)
        return answered and asks(heading.text)
    items = sum(1 for line in below if line.kind is LineKind.ITEM)
    prompt = [line for line in below[:first] if line.kind is LineKind.TEXT]
    asking = asks(heading.text.rstrip(": *_"))
    if items < 2 or (heading.level == 1 and heading.text and not asking):
        return False
    if not heading.text or asking:
        return True
    return not prompt and not _TITLES.search(without_stars(heading.text))
