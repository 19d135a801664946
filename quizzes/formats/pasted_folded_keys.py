"""Keys of several questions that one <details> hides: they are not the answer of the question that stands above it."""

import re
from collections.abc import Sequence

from quizzes.formats.pasted_keys import Key, Run, find_keys, read_runs

_OPENS = re.compile(r"[ \t]*<details\b", re.IGNORECASE)
_CLOSES = re.compile(r"</details\s*>", re.IGNORECASE)
_HEAD = re.compile(
    r" {0,3}(?:#{1,6}[ \t]+)?[*_]{0,3}(?:Q(?:uestion)?[ \t]*)?(?P<number>\d{1,3})(?:[*_]{0,3}[.):]|[*_]{0,3}[ \t]*$)",
    re.IGNORECASE,
)
_ANSWERED = re.compile(r"\W{0,8}(?:(?:the\s+)?(?:correct|right)\s+)?answers?\b[^:]{0,20}:", re.IGNORECASE)
_LEAST = 2  # questions; one alone has a list of reasons, or steps


def find_all_keys(lines: Sequence[str], first: int, last: int) -> list[Key]:
    """Return the keys between two (1-based) lines, below a title or in a <details>, in order."""
    titled = find_keys(lines, first, last)
    taken = {at for key in titled for at in range(key.first, key.last + 1)}
    folded = [key for key in _find_folded(lines, first, last) if key.first not in taken]
    return sorted([*titled, *(key for key in folded if not taken & {key.last})], key=lambda key: key.first)


def read_shared(lines: Sequence[str], start: int, stop: int) -> Run:
    """Return the answers of several questions on lines (0-based, the last one left out), by number; none if there are no such."""
    runs = read_runs(lines, start, stop)
    return runs[0] if len(runs) == 1 and len(runs[0]) >= _LEAST and list(runs[0]) == sorted(runs[0]) else {}


def _find_folded(lines: Sequence[str], first: int, last: int) -> list[Key]:
    found: list[Key] = []
    heads: set[int] = set()  # the numbers of the questions above that nothing answers yet
    opened: int | None = None
    for at in range(first - 1, last):
        line = lines[at]
        if opened is None and _OPENS.match(line):
            opened = at
        if opened is None:
            if match := _HEAD.match(line):
                heads.add(int(match["number"]))
            elif _ANSWERED.match(line):
                heads.clear()
        elif "</" in line and _CLOSES.search(line):
            entries = read_shared(lines, opened, at + 1)
            if len(heads & set(entries)) >= _LEAST:
                found.append(Key(opened + 1, at + 1, entries))
            heads.clear()
            opened = None
    return found
