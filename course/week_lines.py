"""Lines of a text with their exact places, and the file's own newline."""

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass

from course.week_model import Span

NEWLINE = re.compile(r"\r\n|\n|\r")
TAB_STOP = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its newline. `indent` is in columns (tabs stop every four), `content` has no indent."""

    number: int
    start: int
    end: int
    text: str
    indent: int
    content: str

    @property
    def blank(self) -> bool:
        return not self.content


def split_lines(source: str) -> list[Line]:
    """Every line of `source`, numbered from 1; only CR LF, LF and CR end a line. A last empty line is a line."""
    lines = []
    start = 0
    for number, match in enumerate(NEWLINE.finditer(source), 1):
        lines.append(_line(source, number, start, match.start()))
        start = match.end()
    lines.append(_line(source, len(lines) + 1, start, len(source)))
    return lines


def _line(source: str, number: int, start: int, end: int) -> Line:
    text = source[start:end]
    content = text.lstrip(" \t")
    return Line(number, start, end, text, columns(text[: len(text) - len(content)]), content.rstrip(" \t"))


def columns(blank: str, start: int = 0) -> int:
    """Width of a run of blanks that begins in column `start`, tabs stopping every four columns."""
    if "\t" not in blank:
        return len(blank)
    column = start
    for char in blank:
        column += TAB_STOP - column % TAB_STOP if char == "\t" else 1
    return column - start


def newline_of(source: str) -> str:
    r"""The newline the file uses most; "\n" when it has none."""
    counts = Counter(match.group() for match in NEWLINE.finditer(source))
    return counts.most_common(1)[0][0] if counts else "\n"


def plain(text: str) -> str:
    r"""The same text with every newline as "\n"."""
    return NEWLINE.sub("\n", text) if "\r" in text else text


def dedent(text: str, indent: int) -> str:
    r"""`text` with up to `indent` blanks taken off each line after the first, newlines as "\n"."""
    first, *rest = plain(text).split("\n")
    return "\n".join([first, *(_cut(line, indent) for line in rest)])


def _cut(line: str, indent: int) -> str:
    blank = len(line) - len(line.lstrip(" \t"))
    if "\t" not in line[:blank]:
        return line[min(blank, indent) :]
    taken = 0
    while taken < blank and columns(line[: taken + 1]) <= indent:
        taken += 1
    return line[taken:]


class Places:
    """Turns character places of one source into spans with line numbers."""

    def __init__(self, lines: list[Line]) -> None:
        self._starts = [line.start for line in lines]

    def line_at(self, place: int) -> int:
        return bisect_right(self._starts, place)

    def span(self, start: int, end: int) -> Span:
        return Span(start, end, self.line_at(start), self.line_at(max(start, end - 1)))
