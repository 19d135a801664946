"""What an import did, in lines for a terminal. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator

from exchange.enums import Verdict
from exchange.planning import Change
from quizzes.actions.newer_text import REGRADE


def table_lines(changes: Iterable[Change]) -> Iterator[str]:
    """Return the table of changes, one line for each file."""
    found = list(changes)
    width = max((len(change.path) for change in found), default=0)
    for change in found:
        yield f"{change.verdict.label:10} {change.path:{width}}  {change.words}".rstrip()
        for place, conflict in enumerate(change.conflicts, 1):
            where = f"line {conflict.line} of the course's text" if conflict.line else "the whole file"
            yield f"           conflict {place}, {where}"
            yield from _text("in the course", conflict.ours)
            yield from _text("in the folder", conflict.theirs)
        for ask in change.asks:
            yield f"           {ask['words']}"
        if change.asks:
            refs = {ask["ref"] for ask in change.asks}
            ways = ["--guess (what nothing tells apart is taken for new)"] if refs - {REGRADE} else []
            ways += ["--regrade or --no-regrade"] if REGRADE in refs else []
            yield f"           Answer on the web under Course folder, or use {' and '.join(ways)}."


def _text(where: str, text: str) -> Iterator[str]:
    lines = text.splitlines() or [""]
    yield f"             {where}:"
    yield from (f"             | {line}" for line in lines[:12])
    if len(lines) > 12:
        yield f"             | … {len(lines) - 12} more lines"


def message_lines(changes: Iterable[Change]) -> Iterator[str]:
    """Return all messages as FILE:LINE: CODE text."""
    for change in changes:
        yield from (note.render(change.path) for note in change.notes)


def summary(changes: Iterable[Change]) -> str:
    """Return how many files there are of each verdict: "14 new, 2 changed, 1 refused"."""
    counted = Counter(change.verdict for change in changes)
    parts = [f"{counted[verdict]} {verdict.label.lower()}" for verdict in Verdict if counted[verdict]]
    return ", ".join(parts) or "nothing"
