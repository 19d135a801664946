"""Answers and explanations that stand in the list of the options, as its last items."""

import re
from collections.abc import Sequence
from dataclasses import replace

from quizzes.formats.model import TextRange
from quizzes.formats.pasted_lines import LineKind, PastedLine, read_lines

_IN_BOLD = re.compile(r"(?P<pair>\*\*|__)(?P<word>[^*_\n:]{2,40})(?P=pair)[ \t]+(?P<said>\(?[A-J](?:[ ,&]{1,3}[A-J]){0,9}[).]?)")
_LEAST = 2  # options
_NESTED = 2  # columns


def read_with_last_items(lines: Sequence[str], at: TextRange) -> list[PastedLine]:
    """Return the lines of the range (1-based, both ends included); items such as "- Answer: B" below options are none of them."""
    found = read_lines(lines, at)
    for place in range(_LEAST, len(found)):
        if not _may_be_answer(found[place]):
            continue
        said = _said(found[place])
        if said is None or said.kind is not LineKind.ANSWER or not said.text:
            continue
        after = _explanations(found, place + 1)
        if _is_last(found, place, place + 1 + len(after)):
            found[place : place + 1 + len(after)] = [said, *after]
    return found


def _may_be_answer(line: PastedLine) -> bool:
    apart = ":" in line.text or "\uff1a" in line.text or line.text[:1] in {"*", "_"}
    return line.kind is LineKind.ITEM and not line.letter and line.box is None and apart


def _said(line: PastedLine) -> PastedLine | None:
    """Return what an item is without its marker."""
    bold = _IN_BOLD.fullmatch(line.text)  # "**Answer** B"
    text = f"{bold['word']}: {bold['said']}" if bold else line.text
    said = read_lines([text], TextRange(1, 1)) if text.strip() else []
    return replace(said[0], line=line.line, end_line=line.end_line, gap=line.gap, indent=line.indent) if said else None


def _explanations(found: Sequence[PastedLine], start: int) -> list[PastedLine]:
    after: list[PastedLine] = []
    while start + len(after) < len(found) and _may_be_answer(found[start + len(after)]):
        said = _said(found[start + len(after)])
        if said is None or said.kind is not LineKind.EXPLANATION:
            break
        after.append(said)
    return after


def _is_last(found: Sequence[PastedLine], place: int, stop: int) -> bool:
    """Tell whether an item ends the list of at least two options, or has no letter where those have."""
    line, above = found[place], found[place - _LEAST : place]
    if any(one.kind is not LineKind.ITEM for one in above):
        return False
    if all(one.letter for one in above):
        return True
    following = found[stop] if stop < len(found) else None
    goes_on = following is not None and not following.gap and _is_beside(line, following)
    return all(_is_beside(one, above[0]) and _is_alike(line, one) for one in above) and not goes_on


def _is_beside(line: PastedLine, other: PastedLine) -> bool:
    return _is_alike(line, other) and abs(other.indent - line.indent) < _NESTED


def _is_alike(line: PastedLine, other: PastedLine) -> bool:
    return other.kind is LineKind.ITEM and other.ordered is line.ordered and not (other.letter or line.letter)
