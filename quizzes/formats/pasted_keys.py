"""Keys that stand apart from their questions: "Answer key", and below it "1. B", "2) A, C — because …", or a table of those."""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from quizzes.formats.lines import find_fences

_ELSEWHERE = (
    r"respuestas|soluciones|r\u00e9ponses|corrig\u00e9|l\u00f6sungen|antworten|risposte|soluzioni|respostas|gabarito|antwoorden|odpowiedzi"
    r"|odpov\u011bdi|r\u0103spunsuri|cevaplar|cevap anahtar\u0131|\u043e\u0442\u0432\u0435\u0442\u044b|\u0432\u0456\u0434\u043f\u043e\u0432\u0456\u0434\u0456"
    r"|\u7b54\u6848|\u53c2\u8003\u7b54\u6848|\u89e3\u7b54|\uc815\ub2f5"
)
_NAMES = (
    r"(?:the\s+)?(?:(?:(?:correct|quiz|exam|test|practice)\s+)?answers?(?:\s+(?:keys?|sheet))?|solutions?|keys?|"
    + _ELSEWHERE
    + r")"
)
_DECORATION = r"(?:[^\w\s#*>\[(<`|-]{1,4}[ \t]*)?"  # an emoji
_TITLE = re.compile(
    r"[ \t>]*(?P<hashes>#{1,6})?[ \t]*[*_]{0,3}"
    + _DECORATION
    + _NAMES
    + r"(?:\s*(?:&|and|with|/|y|et|e|und|i|\u0438)\s*[^\W\d_]{4,20})?"
    r"\s*:?[*_]{0,3}[ \t]*:?[ \t]*",
    re.IGNORECASE,
)
_LONG_TITLE = re.compile(
    r" {0,3}(?P<hashes>#{1,6})[ \t]+[*_]{0,3}" + _DECORATION + r"(?:(?:[\w.]{1,12}\s+){0,3}answer\s+key|answers)\b[*_]{0,3}"
    r"(?:\s*[-\u2013\u2014:(,&|+/]|\s+(?:and|with|for|to)\b).{0,80}",
    re.IGNORECASE,
)
_TITLED = re.compile(r"[ \t>]*[*_]{0,3}(?:the\s+)?(?:correct\s+|quiz\s+)?(?:answer\s+keys?|answers)\s*:", re.IGNORECASE)
_HEADING = re.compile(r" {0,3}(?P<hashes>#{1,6})[ \t]+(?P<text>\S.*)")
_TAGS = re.compile(r"<summary\b[^>]{0,200}>[^<]{0,200}</summary>|</?[a-z][^>]{0,200}>", re.IGNORECASE)
_LETTERS = r"(?:[A-Ja-j](?:\s*(?:,|&|/|\band\b)\s*[A-Ja-j]){0,9}|true\b|false\b)"
_BEHIND = r"(?:[*_)\]]{1,3}|(?=[.:,|\u2013\u2014-])|(?=\s*$)|(?=\s+[\u2013\u2014|(\u2605\u2b50-]))(?P<rest>.*)"
_ENTRY = re.compile(
    r"[ \t|>]*(?:[-*+][ \t]+|#{1,6}[ \t]+)?[*_]{0,2}(?:Q(?:uestion)?\s*)?(?P<number>\d{1,3})[*_]{0,2}\s*[.):|\u2013\u2014-][*_ \t]*"
    r"(?:(?:answer|ans)\s*[:.]?[*_ \t]*)?\(?(?P<letters>" + _LETTERS + r")" + _BEHIND,
    re.IGNORECASE,
)
_HEAD = re.compile(r"(?:#{1,6}[ \t]+|[*_]{2})(?:Q(?:uestion)?\s*)?(?P<number>\d{1,3})[.):]?[*_]{0,2}:?", re.IGNORECASE)
_BELOW = re.compile(
    r"(?:[-*+][ \t]+)?[*_]{0,2}(?:(?:correct\s+)?answers?|ans)\s*:[*_ \t]*\(?(?P<letters>" + _LETTERS + r")" + _BEHIND,
    re.IGNORECASE,
)
_NEXT = re.compile(r"(?P<number>\d{1,3})[.)]\s.*")
_OPTION = re.compile(r"[ \t]*(?:[-*+][ \t]+)?(?:(?:[*_]{2})?\(?[Aa][.)]|\[[ xX]\])")
_SEVERAL = re.compile(r"(?<![\w.])(?P<number>\d{1,3})\s*[.):\u2013-]\s*\(?(?P<letters>[A-Ja-j])\b(?!['\u2019])")
_LEAST = 2  # entries
_DEEPEST = 6  # level of a heading
_SHORT, _LONGEST = 80, 400  # characters of a title, and of one with its key behind it


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
    """A key for the questions above its lines `first` to `last`, by their numbers; `more` where it counts from the start again."""

    first: int
    last: int
    answers: Run
    more: tuple[Run, ...] = ()

    @property
    def runs(self) -> tuple[Run, ...]:
        return (self.answers, *self.more)


def find_keys(lines: Sequence[str], first: int, last: int) -> list[Key]:
    """Return the keys between two (1-based) lines, in order."""
    titles = [at for at in range(first - 1, last) if len(lines[at]) < _LONGEST and _is_title(lines[at])]
    if not titles:
        return []
    verbatim = find_fences(lines).verbatim
    titles = [at for at in titles if at not in verbatim]
    levels = {
        at: len(match["hashes"])
        for at in range(first - 1, last)
        if at not in verbatim and (match := _HEADING.fullmatch(lines[at]))
    }
    keys: list[Key] = []
    asked = False  # whether there are options above, since the last key
    above = first - 1
    for at, following in zip(titles, [*titles[1:], last], strict=False):
        asked = asked or any(_OPTION.match(line) for line in lines[above:at])
        above = at
        if not asked or (following == at + 1 and ":" not in lines[at]):
            continue
        inline = _inline(lines[at], at)
        stop = at + 1 if inline else _stop(lines, at, following, levels)
        runs = (inline,) if inline else read_runs(lines, at + 1, stop)
        if runs and all(len(run) >= _LEAST for run in runs):
            keys.append(Key(at + 1, stop, runs[0], runs[1:]))
            asked, above = False, stop
    return keys


def _is_title(line: str) -> bool:
    if ":" in line and _inline(line, 0):
        return True
    return len(line) < _SHORT and bool(_TITLE.fullmatch(line) or _LONG_TITLE.fullmatch(line))


def _inline(line: str, at: int) -> Run:
    """Return the key that stands behind its title: "Answers: 1. B; 2. A"."""
    match = _TITLED.match(line)
    return _several(line[match.end() :].strip("*_ \t."), at) if match else {}


def _several(text: str, at: int) -> Run:
    """Return what a line with several entries and nothing else says."""
    found = list(_SEVERAL.finditer(text))
    if len(found) < _LEAST or _SEVERAL.sub("", text).strip(" \t,;|"):
        return {}
    return {int(one["number"]): Answered(one["letters"], at + 1) for one in found}


def _stop(lines: Sequence[str], title: int, following: int, levels: Mapping[int, int]) -> int:
    """Return where a key ends: sections below deeper headings belong to it if they go on with it, and have no questions."""
    level = levels.get(title, _DEEPEST)  # a title that is no heading ends at any
    places = [at for at in range(title + 1, following) if at in levels]
    end = next((at for at in places if levels[at] <= level), following)
    borders = [at for at in places if at < end] + [end]
    stop = borders[0]
    for start, after in itertools.pairwise(borders):
        section = [_TAGS.sub("", line).strip() for line in lines[start:after]]
        entry = next((at for at, line in enumerate(section) if _ENTRY.fullmatch(line) or _BELOW.fullmatch(line)), len(section))
        if any(_OPTION.match(line) for line in section[:entry]):
            break
        stop = after if entry < len(section) else stop
    return stop


class _Reading:
    """What has been read of a key: the runs so far, and what the next line may add to."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.last = 0
        self.waiting: int | None = None  # the number of a heading whose answer stands below it
        self.sink: Answered | None = None
        self.broken = False

    def add(self, number: int, answered: Answered) -> None:
        if not self.runs or (self.runs[-1] and number <= next(iter(self.runs[-1]))):
            self.runs.append({})
        elif number < self.last and number not in self.runs[-1]:
            self.broken = True
        self.sink = self.runs[-1].setdefault(number, answered)
        self.last, self.waiting = number, None

    def repeats(self, number: int) -> bool:
        """Tell whether a number has been before, and does not begin a run."""
        return bool(self.runs) and number in self.runs[-1] and number != next(iter(self.runs[-1]))

    def pass_over(self, line: str) -> None:
        """Take a line that is no entry: the number of the next one, what is said of the last one, or neither."""
        head = _HEAD.fullmatch(line)
        following = _NEXT.fullmatch(line)
        if head or (following and int(following["number"]) == self.last + 1):
            self.sink = None  # what stands below is said of another question
            self.waiting = int(head["number"]) if head else None
            self.last = self.last if head or not following else int(following["number"])
        elif self.sink and not line.startswith("#") and not set(line) <= set("|-: "):
            self.sink.said.append(line)


def read_runs(lines: Sequence[str], start: int, stop: int) -> tuple[Run, ...]:
    """Return what a key says on lines (0-based, the last one left out), a run for each time that it counts from the start."""
    reading = _Reading()
    for at in range(start, stop):
        line = _TAGS.sub("", lines[at]).strip()
        if not line:
            continue
        several = _several(line, at)
        for number, answered in several.items():
            reading.add(number, answered)
        if several:
            continue
        match = _ENTRY.fullmatch(line)
        below = _BELOW.fullmatch(line) if reading.waiting is not None else None
        if match and (number := int(match["number"])) and not reading.repeats(number):
            reading.add(number, _answered(match, at))
        elif below and reading.waiting is not None:
            reading.add(reading.waiting, _answered(below, at))
        else:
            reading.pass_over(line)
    return () if reading.broken else _agreed(reading.runs)


def _answered(match: re.Match[str], at: int) -> Answered:
    return Answered(match["letters"], at + 1, match["rest"].lstrip(" \t|.:,-\u2013\u2014*_)").rstrip(" \t|"))


def _agreed(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Return one run where all say the same: a table first, and then the reasons."""
    said = {(number, answered.letters.upper()) for run in runs for number, answered in run.items()}
    if len(runs) < 2 or len(said) != len({number for number, _ in said}):
        return tuple(runs)
    merged: Run = {}
    for run in runs:
        for number, answered in run.items():
            known = merged.get(number)
            merged[number] = answered if known is None or not known.rest else known
    return (dict(sorted(merged.items())),)
