"""Questions that only their number shows: nothing to choose from stands below them, as below a matching question."""

from collections.abc import Sequence

from quizzes.formats.pasted_lines import LineKind, PastedLine
from quizzes.formats.pasted_marks import read_mark, read_tail

_SAYS = frozenset({LineKind.ANSWER, LineKind.HIDDEN, LineKind.FEEDBACK})
_ANSWERED = frozenset({LineKind.ANSWER, LineKind.HIDDEN})
_ENOUGH = 2


def numbered_on(lines: Sequence[PastedLine], heads: set[int], *, keyed: bool) -> set[int]:
    """Return the paragraphs that begin with the next number, in the way that the questions are numbered.

    Only what follows a question with all that it needs (`keyed`: a key elsewhere says what is right) begins one, and only
    the first number after it: steps in an explanation are numbered from one, or stand below a step that is. A number that
    a question further down has is none of them either.
    """
    found: set[int] = set()
    places = [at for at, line in enumerate(lines) if at in heads or _is_numbered(line)]
    following = _following(lines, places, heads)
    current: int | None = None
    for at in places:
        if at in heads:
            current = at
        elif current is not None and lines[at].number != following[at] and _goes_on(lines, current, at):
            if current in found or _is_complete(lines[current + 1 : at], keyed=keyed):
                found.add(at)
            current = at if at in found else None
        else:
            current = None
    return found


def _is_numbered(line: PastedLine) -> bool:
    return line.kind is LineKind.ITEM and line.ordered and line.indent == 0 and not line.is_option


def _following(lines: Sequence[PastedLine], places: Sequence[int], heads: set[int]) -> dict[int, int | None]:
    """Return the number of the next head below each place."""
    found: dict[int, int | None] = {}
    number: int | None = None
    for at in reversed(places):
        found[at] = number
        number = lines[at].number if at in heads else number
    return found


def _goes_on(lines: Sequence[PastedLine], current: int, at: int) -> bool:
    """Tell whether a line begins a paragraph with the number after the current one, written in the same way."""
    before, line = lines[current], lines[at]
    begins = line.gap or at == current + 1 or lines[at - 1].kind in _ANSWERED or lines[at - 1].indent > 0
    alike = _is_numbered(before) and before.marker[-1:] == line.marker[-1:]
    return begins and alike and before.number is not None and line.number == before.number + 1


def _is_complete(body: Sequence[PastedLine], *, keyed: bool) -> bool:
    """Tell whether there are options, and something that says which are right."""
    options = [line for line in body if line.kind is LineKind.ITEM and (line.is_option or not line.ordered or line.indent > 0)]
    if len(options) < _ENOUGH:
        return False
    return keyed or any(line.kind in _SAYS for line in body) or any(_is_marked(line) for line in options)


def _is_marked(line: PastedLine) -> bool:
    if line.box or line.sign or line.bold:
        return True
    tail = read_tail(line.text)
    return read_mark(line.text).sign is not None or (tail is not None and bool(tail.right))
