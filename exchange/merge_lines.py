"""Lines of text: taken apart, compared, and two changes of the same lines put together (three-way, by line). Pure."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

NEWLINE = re.compile(r"\r\n|\n|\r")
MOST_CELLS = 100_000
"""Lines of one stretch times lines of the other: beyond this, they are taken as replaced. Comparing takes their product."""


class Line(NamedTuple):
    """A line without its newline, and the newline; "" for a last line that has none."""

    words: str
    end: str

    @property
    def blank(self) -> bool:
        return not self.words.strip()


Lines = tuple[Line, ...]


class Edit(NamedTuple):
    """Lines `start`..`end` (half open, from 0) of the base became lines `to_start`..`to_end` of the other text."""

    start: int
    end: int
    to_start: int
    to_end: int


class Kept(NamedTuple):
    """Lines on which both sides agree, or which only one of them changed."""

    lines: Lines


class Both(NamedTuple):
    """Lines that both sides changed differently; `at` counts the lines of `ours` above them."""

    base: Lines
    ours: Lines
    theirs: Lines
    at: int


def split(text: str) -> Lines:
    r"""Return the lines of a text; CR LF, LF and CR end a line, nothing else. "a\n" is one line, "" is none."""
    lines = []
    start = 0
    for match in NEWLINE.finditer(text):
        lines.append(Line(text[start : match.start()], match.group()))
        start = match.end()
    if start < len(text):
        lines.append(Line(text[start:], ""))
    return tuple(lines)


def newline_style(lines: Lines) -> str | None:
    r"""Return the newline that all lines have, None if they are mixed; "\n" for a text without any."""
    found = {line.end for line in lines if line.end}
    return "\n" if not found else found.pop() if len(found) == 1 else None


def usual_newline(lines: Lines) -> str:
    r"""Return the newline that most lines have; "\n" for a text without any."""
    counts = Counter(line.end for line in lines if line.end)
    return counts.most_common(1)[0][0] if counts else "\n"


def words_of(lines: Lines) -> tuple[str, ...]:
    return tuple(line.words for line in lines)


def edits(old: Sequence[str], new: Sequence[str]) -> list[Edit]:
    """Return what became of `old`, in order: lines that are in one of them only. Fast for any input."""
    found: list[Edit] = []
    at = to = 0
    for left, right, count in [*_matches(old, new), (len(old), len(new), 0)]:
        if at < left or to < right:
            found.append(Edit(at, left, to, right))
        at, to = left + count, right + count
    return found


def _matches(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Runs of equal lines (place in `old`, place in `new`, length): first between lines that are there once in both."""
    waiting = [(0, len(old), 0, len(new))]
    while waiting:
        a, b, c, d = waiting.pop()
        top = _same(old, new, range(a, b), range(c, d))
        if top:
            yield a, c, top
        a, c = a + top, c + top
        bottom = _same(old, new, range(b - 1, a - 1, -1), range(d - 1, c - 1, -1))
        anchors = _anchors(old[a : b - bottom], new[c : d - bottom])
        places = [(a + left, c + right) for left, right in anchors]
        if bottom:
            waiting.append((b - bottom, b, d - bottom, d))
        ends = [*places[1:], (b - bottom, d - bottom)]
        waiting.extend((p[0], q[0], p[1], q[1]) for p, q in reversed(list(zip(places, ends, strict=False))) if p < q)
        if places and places[0] > (a, c):
            waiting.append((a, places[0][0], c, places[0][1]))


def _same(old: Sequence[str], new: Sequence[str], left: range, right: range) -> int:
    """How many lines are equal from the beginning of both ranges."""
    count = 0
    for a, b in zip(left, right, strict=False):
        if old[a] != new[b]:
            break
        count += 1
    return count


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of places with equal lines, rising on both sides."""
    if not old or not new:
        return []
    once = _once(old)
    there = _once(new)
    pairs = [(place, there[words]) for words, place in once.items() if words in there]
    if pairs:
        return rising(pairs)
    return _longest_common(old, new) if len(old) * len(new) <= MOST_CELLS else []


def _once(lines: Sequence[str]) -> dict[str, int]:
    counts = Counter(lines)
    return {words: place for place, words in enumerate(lines) if counts[words] == 1}


def rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs whose second places rise; the first places rise already."""
    tails: list[int] = []
    heads: list[int] = []
    before: list[int] = []
    for index, (_, right) in enumerate(pairs):
        at = bisect_left(tails, right)
        tails[at : at + 1] = [right]
        heads[at : at + 1] = [index]
        before.append(heads[at - 1] if at else -1)
    found = []
    index = heads[-1] if heads else -1
    while index >= 0:
        found.append(pairs[index])
        index = before[index]
    return found[::-1]


def _longest_common(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The longest common subsequence of two short stretches."""
    width = len(new) + 1
    best = [[0] * width for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        row, below, words = best[i], best[i + 1], old[i]
        for j in range(len(new) - 1, -1, -1):
            row[j] = below[j + 1] + 1 if words == new[j] else max(below[j], row[j + 1])
    found = []
    i = j = 0
    while i < len(old) and j < len(new):
        if old[i] == new[j]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return found


def merged_lines(base: Lines, ours: Lines, theirs: Lines) -> list[Kept | Both]:
    """Return the lines with the changes of both sides, in order.

    Changes that touch each other without sharing a line are both taken. Lines that both sides changed, and lines
    that both put in at one place, are `Both` unless they are equal.
    """
    old = words_of(base)
    ours_edits = [(edit, True) for edit in edits(old, words_of(ours))]
    theirs_edits = [(edit, False) for edit in edits(old, words_of(theirs))]
    queue = sorted([*ours_edits, *theirs_edits], key=lambda one: (one[0].start, one[0].end))
    found: list[Kept | Both] = []
    at, shift, other = 0, 0, 0
    while queue:
        cluster, queue = _cluster(queue)
        start, end = cluster[0][0].start, max(edit.end for edit, _ in cluster)
        found.append(Kept(_agreed(base[at:start], ours[at + shift : start + shift], theirs[at + other : start + other])))
        left = shift + sum(_growth(edit) for edit, mine in cluster if mine)
        right = other + sum(_growth(edit) for edit, mine in cluster if not mine)
        sides = base[start:end], ours[start + shift : end + left], theirs[start + other : end + right]
        found.append(_decided(*sides, at=start + shift, changed={mine for _, mine in cluster}))
        at, shift, other = end, left, right
    found.append(Kept(_agreed(base[at:], ours[at + shift :], theirs[at + other :])))
    return [one for one in found if isinstance(one, Both) or one.lines]


def _growth(edit: Edit) -> int:
    return (edit.to_end - edit.to_start) - (edit.end - edit.start)


def _cluster(queue: list[tuple[Edit, bool]]) -> tuple[list[tuple[Edit, bool]], list[tuple[Edit, bool]]]:
    """The first edit with all that share lines with it, and the edits that are left."""
    low, high = queue[0][0].start, queue[0][0].end
    count = 1
    while count < len(queue):
        edit = queue[count][0]
        shares = edit.start < high and low < edit.end
        same_place = low == high == edit.start == edit.end
        if not shares and not same_place:
            break
        high = max(high, edit.end)
        count += 1
    return queue[:count], queue[count:]


def _decided(base: Lines, ours: Lines, theirs: Lines, *, at: int, changed: set[bool]) -> Kept | Both:
    if changed == {True} or words_of(ours) == words_of(theirs):
        return Kept(ours)
    return Kept(theirs) if changed == {False} else Both(base, ours, theirs, at)


def _agreed(base: Lines, ours: Lines, theirs: Lines) -> Lines:
    """Lines with the same words on all sides, with the newline that was changed, if one was."""
    return tuple(mine if mine.end != old.end else other for old, mine, other in zip(base, ours, theirs, strict=True))


def three_ways(base: str, ours: str, theirs: str) -> str | None:
    """Return the value that only one side changed, or both alike; None if they differ."""
    if ours in {base, theirs}:
        return theirs
    return ours if theirs == base else None


def merged_fields(base: str, ours: str, theirs: str, fields: Callable[[str], tuple[str, ...] | None]) -> str | None:
    """Return one line with the changes of both sides to different fields; None if they changed the same one.

    `fields` takes a line apart (joined, its parts give the line) or says None.
    """
    whole = three_ways(base, ours, theirs)
    if whole is not None:
        return whole
    parts = [fields(one) for one in (base, ours, theirs)]
    apart = [part for part in parts if part is not None]
    if len(apart) < 3 or len({len(part) for part in apart}) > 1:
        return None
    each = [three_ways(*place) for place in zip(*apart, strict=True)]
    known = [one for one in each if one is not None]
    return "".join(known) if len(known) == len(each) else None
