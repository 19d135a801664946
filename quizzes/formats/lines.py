"""Lines, indents and code fences, the same for every text format."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

TAB = 4
_BREAK = re.compile(r"\r\n|\n|\r")
_OPENER = re.compile(r"\s*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[.?\][ \t]+)?)?(?P<run>`{3,}|~{3,})(?P<info>.*)")


def split_lines(text: str) -> list[str]:
    """Return the lines of a text without their ends; LF, CRLF and CR all end a line, nothing else does."""
    return _BREAK.split(text)


def line_offsets(text: str) -> list[int]:
    """Return where each line starts in the text."""
    return [0, *(match.end() for match in _BREAK.finditer(text))]


def indent_of(line: str) -> int:
    """Return the width of the leading white space in columns, tabs going to the next multiple of four."""
    width = 0
    for char in line:
        if char == "\t":
            width += TAB - width % TAB
        elif char == " ":
            width += 1
        else:
            break
    return width


def dedent(line: str, columns: int) -> str:
    """Take up to `columns` columns of white space off the front; a tab cut in half leaves spaces."""
    width = 0
    for index, char in enumerate(line):
        if width >= columns or char not in " \t":
            return " " * (width - columns) + line[index:]
        width += TAB - width % TAB if char == "\t" else 1
    return ""


@dataclass(frozen=True, slots=True)
class Fences:
    """Which lines (0-based) are fenced code, their fences included, and fences that never close."""

    verbatim: frozenset[int]
    openers: frozenset[int]
    unclosed: tuple[int, ...]


def find_fences(lines: Sequence[str]) -> Fences:
    """Find fenced code at any depth. A fence that never closes is reported and not taken for one.

    Otherwise a single forgotten fence would swallow every question after it.
    """
    if not any("```" in line or "~~~" in line for line in lines):
        return Fences(frozenset(), frozenset(), ())
    verbatim: set[int] = set()
    openers: set[int] = set()
    unclosed: list[int] = []
    longest = {char: _longest_below(lines, char) for char in "`~"}
    index = 0
    while index < len(lines):
        run = _opening(lines[index])
        # Looking first whether a closing fence exists at all keeps the search linear.
        if run is not None and longest[run[0]][index + 1] < len(run):
            unclosed.append(index)
        elif run is not None:
            end = next(at for at in range(index + 1, len(lines)) if _run_length(lines[at], run[0]) >= len(run))
            openers.add(index)
            verbatim.update(range(index, end + 1))
            index = end
        index += 1
    return Fences(frozenset(verbatim), frozenset(openers), tuple(unclosed))


def _opening(line: str) -> str | None:
    match = _OPENER.fullmatch(line)
    if match is None or (match["run"][0] == "`" and "`" in match["info"]):
        return None
    return match["run"]


def _run_length(line: str, char: str) -> int:
    """Return the length of a closing fence of that character, 0 if the line is none."""
    text = line.strip()
    return len(text) if len(text) >= 3 and text == char * len(text) else 0


def _longest_below(lines: Sequence[str], char: str) -> list[int]:
    """Return, for each line, the longest closing fence from there on; one more entry for the end."""
    longest = [0] * (len(lines) + 1)
    for index in range(len(lines) - 1, -1, -1):
        longest[index] = max(longest[index + 1], _run_length(lines[index], char))
    return longest
