"""How two texts differ, line by line, and word by word within a line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

from course.week_lines import NEWLINE
from course.word_changes import Fate, Piece, words

MOST_PAIRS = 4_000_000
"""Comparing takes the product of the changed lines at worst; beyond this all of them count as replaced."""
MOST_WORK = 20_000_000
"""Characters of old times new lines that are compared word by word on one page; the lines after that are shown as replaced."""


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a comparison: `mark` is "+" (only in the new text), "-" (only in the old one) or " " (in both)."""

    mark: str
    old: int | None
    new: int | None
    text: str


class RowFate(StrEnum):
    """What became of a line from the older text to the newer one."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"
    REWORDED = "reworded"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a comparison for people: a line of both texts, one that is gone or new, or one that was reworded.

    `old` and `new` are line numbers from 1, None where the line is not there. `pieces` are its words in order.
    """

    fate: RowFate
    old: int | None
    new: int | None
    pieces: tuple[Piece, ...]


class Step(NamedTuple):
    """Lines `a1`..`a2` of the old text stand in the new one as `b1`..`b2` (half open); `tag` as difflib says it."""

    tag: str
    a1: int
    a2: int
    b1: int
    b2: int


def steps(before: Sequence[str], after: Sequence[str]) -> list[Step]:
    """Return how `before` becomes `after`. Equal ends are set aside first: an edit of one line takes time for its length only."""
    top = _same(before, after)
    room = min(len(before), len(after)) - top
    bottom = min(room, _same(before[::-1], after[::-1]))
    old, new = before[top : len(before) - bottom], after[top : len(after) - bottom]
    found = [Step("equal", 0, top, 0, top)] if top else []
    if len(old) * len(new) > MOST_PAIRS:
        found.append(Step("replace", top, top + len(old), top, top + len(new)))
    else:
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        found += [Step(tag, a1 + top, a2 + top, b1 + top, b2 + top) for tag, a1, a2, b1, b2 in matcher.get_opcodes()]
    if bottom:
        found.append(Step("equal", len(before) - bottom, len(before), len(after) - bottom, len(after)))
    return _joined(found)


def _same(left: Sequence[str], right: Sequence[str]) -> int:
    """Return how many lines at the beginning are equal."""
    return next(
        (at for at, (one, other) in enumerate(zip(left, right, strict=False)) if one != other), min(len(left), len(right))
    )


def _joined(found: list[Step]) -> list[Step]:
    """Join equal runs that stand next to each other."""
    result: list[Step] = []
    for step in found:
        if result and step.tag == result[-1].tag == "equal":
            result[-1] = result[-1]._replace(a2=step.a2, b2=step.b2)
        else:
            result.append(step)
    return result


def changed_lines(old: str, new: str) -> int:
    """Return how many lines of the file a change touches: a line that was replaced counts once."""
    found = steps(NEWLINE.split(old), NEWLINE.split(new))
    return sum(max(step.a2 - step.a1, step.b2 - step.b1) for step in found if step.tag != "equal")


def compare(old: str, new: str, context: int = 2) -> list[Change]:
    """Return the changed lines of two texts with `context` lines around them; empty when they have the same lines."""
    before, after = NEWLINE.split(old), NEWLINE.split(new)
    lines: list[Change] = []
    for step in _near(steps(before, after), context):
        if step.tag == "equal":
            lines += [Change(" ", a + 1, b + 1, before[a]) for a, b in _pairs(step)]
        else:
            lines += [Change("-", a + 1, None, before[a]) for a in range(step.a1, step.a2)]
            lines += [Change("+", None, b + 1, after[b]) for b in range(step.b1, step.b2)]
    return lines


def side_by_side(old: str, new: str, context: int = 2) -> list[list[Row]]:
    """Return the differences of two texts for reading: groups of rows with `context` lines around them, in order.

    Where as many lines were replaced as there were, each is compared with its successor word by word.
    """
    before, after = NEWLINE.split(old), NEWLINE.split(new)
    reader = _Reader(before, after)
    groups: list[list[Row]] = []
    last = None
    for step in _near(steps(before, after), context):
        if (step.a1, step.b1) != last:
            groups.append([])
        groups[-1] += reader.rows(step)
        last = (step.a2, step.b2)
    return groups


class _Reader:
    """Makes rows of steps, and stops comparing word by word when that was done for long enough."""

    def __init__(self, before: Sequence[str], after: Sequence[str]) -> None:
        self.before, self.after = before, after
        self.work = MOST_WORK

    def rows(self, step: Step) -> Iterator[Row]:
        if step.tag == "equal":
            yield from (Row(RowFate.SAME, a + 1, b + 1, (Piece(Fate.SAME, self.before[a]),)) for a, b in _pairs(step))
        elif step.a2 - step.a1 == step.b2 - step.b1:
            yield from (Row(RowFate.REWORDED, a + 1, b + 1, self._pieces(a, b)) for a, b in _pairs(step))
        else:
            gone, new = range(step.a1, step.a2), range(step.b1, step.b2)
            yield from (Row(RowFate.GONE, a + 1, None, (Piece(Fate.GONE, self.before[a]),)) for a in gone)
            yield from (Row(RowFate.NEW, None, b + 1, (Piece(Fate.NEW, self.after[b]),)) for b in new)

    def _pieces(self, a: int, b: int) -> tuple[Piece, ...]:
        old, new = self.before[a], self.after[b]
        self.work -= len(old) * len(new)
        if self.work < 0:
            return tuple(piece for piece in (Piece(Fate.GONE, old), Piece(Fate.NEW, new)) if piece.text)
        return words(old, new)


def _pairs(step: Step) -> Iterator[tuple[int, int]]:
    return zip(range(step.a1, step.a2), range(step.b1, step.b2), strict=True)


def _near(found: list[Step], context: int) -> Iterator[Step]:
    """Return the changes, and of the equal lines between them those that are at most `context` lines away."""
    for at, step in enumerate(found):
        if step.tag != "equal":
            yield step
            continue
        size = step.a2 - step.a1
        head = context if at > 0 else 0
        tail = context if at + 1 < len(found) else 0
        if size <= head + tail and len(found) > 1:
            yield step
            continue
        if head:
            yield step._replace(a2=step.a1 + head, b2=step.b1 + head)
        if tail:
            yield step._replace(a1=step.a2 - tail, b1=step.b2 - tail)


def likely_line(before: Sequence[str], after: Sequence[str], line: int) -> int | None:
    """Return which line of the new text has come of `line` of the old one (from 1), changed or not; None if it is gone."""
    for step in steps(before, after):
        if step.a1 < line <= step.a2 and step.b1 < step.b2:
            return min(line - step.a1, step.b2 - step.b1) + step.b1
    return None


def moved_line(before: Sequence[str], after: Sequence[str], first: int, last: int) -> int | None:
    """Return on which line of the new text the lines `first` to `last` of the old one begin (all from 1), unchanged; else None."""
    for step in steps(before, after):
        if step.tag == "equal" and step.a1 < first and last <= step.a2:
            return first - step.a1 + step.b1
    return None
