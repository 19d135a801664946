"""Keys that stand apart from their questions: "Answer key", and below it "1. B", "2) A, C — because …", or a table of those."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from quizzes.formats.lines import find_fences

_TITLE = re.compile(
    r"[ \t>]*(?P<hashes>#{1,6})?[ \t]*[*_]{0,3}(?:the\s+)?(?:(?:correct\s+|quiz\s+)?answers?(?:\s+(?:keys?|sheet))?|solutions?|keys?)"
    r"(?:\s*(?:&|and|with|/)\s*(?:explanations?|rationales?))?\s*:?[*_]{0,3}[ \t]*:?[ \t]*",
    re.IGNORECASE,
)
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+\S.*")
_TAGS = re.compile(r"<summary\b[^>]{0,200}>[^<]{0,200}</summary>|</?[a-z][^>]{0,200}>", re.IGNORECASE)
_LETTERS = r"[A-Ja-j](?:\s*(?:,|&|/|\band\b)\s*[A-Ja-j]){0,9}"
_ENTRY = re.compile(
    r"[ \t|>]*(?:[-*+][ \t]+)?[*_]{0,2}(?:Q(?:uestion)?\s*)?(?P<number>\d{1,3})[*_]{0,2}\s*[.):|\u2013\u2014-][*_ \t]*"
    r"(?:(?:answer|ans)\s*[:.]?[*_ \t]*)?\(?(?P<letters>"
    + _LETTERS
    + r")(?:[*_)\]]{1,3}|(?=[.:,|\u2013\u2014-])|(?=\s*$)|(?=\s+[\u2013\u2014|(-]))"
    r"(?P<rest>.*)",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"(?<![\w.])(?P<number>\d{1,3})\s*[.):\u2013-]\s*\(?(?P<letters>[A-Ja-j])\b(?!['\u2019])")
_LEAST = 2  # entries


@dataclass(slots=True)
class Answered:
    """What a key says of one question, on its (1-based) line: letters, the `rest` of the line, and what is `said` below."""

    letters: str
    line: int
    rest: str = ""
    said: list[str] = field(default_factory=list)


Run = dict[int, Answered]
"""What a key says, by the numbers of the questions."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key for the questions above its lines `first` to `last`, by their numbers."""

    first: int
    last: int
    answers: Run


def find_keys(lines: Sequence[str], first: int, last: int) -> list[Key]:
    """Return the keys between two (1-based) lines, in order."""
    titles = [at for at in range(first - 1, last) if len(lines[at]) < 80 and _TITLE.fullmatch(lines[at])]
    if not titles:
        return []
    verbatim = find_fences(lines).verbatim
    keys = []
    borders = sorted(
        {*titles, *(at for at in range(first - 1, last) if at not in verbatim and _HEADING.fullmatch(lines[at])), last}
    )
    stops = dict(itertools.pairwise(borders))
    for at in titles:
        answers = {} if at in verbatim else _read(lines, at + 1, stops[at])
        if len(answers) >= _LEAST and list(answers) == sorted(answers):
            keys.append(Key(at + 1, stops[at], answers))
    return keys


def read_runs(lines: Sequence[str], start: int, stop: int) -> tuple[Run, ...]:
    """Return what a key says on lines (0-based, the last one left out)."""
    return (_read(lines, start, stop),)


def _read(lines: Sequence[str], start: int, stop: int) -> dict[int, Answered]:
    found: dict[int, Answered] = {}
    for at in range(start, stop):
        line = _TAGS.sub("", lines[at]).strip()
        several = list(_SEVERAL.finditer(line))
        if len(several) > 1 and not _SEVERAL.sub("", line).strip(" \t,;|"):
            found |= {int(one["number"]): Answered(one["letters"], at + 1) for one in several}
        elif (match := _ENTRY.fullmatch(line)) and int(match["number"]) not in found:
            rest = match["rest"].lstrip(" \t|.:,-\u2013\u2014*_)").rstrip(" \t|")
            found[int(match["number"])] = Answered(match["letters"], at + 1, rest)
        elif line and found and not set(line) <= set("|-: "):
            found[next(reversed(found))].said.append(line)
    return found
