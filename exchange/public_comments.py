"""What authors wrote for themselves: comments, which no page shows, are left out of a public copy. Pure."""

import re

from quizzes.formats.lines import find_fences, split_lines

_ENDS = re.compile(r"\r\n|\n|\r")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_BEGIN, _END = "<!--", "-->"
_FRONT = "---"
_PASSES = 10
"""Nobody nests comments; what is still one after so many looks is made to get through, and goes with its lines."""


def without_comments(text: str) -> str:
    """Return a text without its `<!-- … -->`, and without the `#` lines of its front matter; lines left empty go.

    What stands in code is no comment, and neither is one that nothing ends: pages show both.
    """
    for _ in range(_PASSES):
        if (less := _once(text)) == text:
            return text
        text = less  # what was taken out may have kept the two halves of another one apart
    return "".join(line for line in text.splitlines(keepends=True) if _BEGIN not in line and _END not in line)


def _once(text: str) -> str:
    lines = split_lines(text)
    notes = _front_notes(lines)
    if _BEGIN not in text and not notes:
        return text
    verbatim = find_fences(lines).verbatim
    ends = [match[0] for match in _ENDS.finditer(text)] + [""]
    last = max((at for at, line in enumerate(lines) if _END in line and at not in verbatim), default=-1)
    kept: list[str] = []
    inside = False
    for at, line in enumerate(lines):
        left = line
        if at not in verbatim:
            left, inside = _outside(line, inside=inside, may_begin=at < last)
        if at in notes or (left != line and not left.strip()):
            continue
        kept.append(left + ends[at])
    return "".join(kept)


def _front_notes(lines: list[str]) -> set[int]:
    """The lines (0-based) of the front matter that hold nothing but a comment."""
    if not lines or lines[0].rstrip() != _FRONT:
        return set()
    close = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() == _FRONT), 0)
    return {at for at in range(1, close) if lines[at].lstrip().startswith("#")}


def _outside(line: str, *, inside: bool, may_begin: bool) -> tuple[str, bool]:
    """Return what of a line is in no comment, and whether it ends in one. `may_begin`: some line below ends one."""
    if not inside and _BEGIN not in line:
        return line, False
    code = [(match.start(), match.end()) for match in _CODE.finditer(line)] if "`" in line else []
    out, at = "", 0
    while True:
        if inside:
            end = line.find(_END, at)
            if end < 0:
                return out, True
            at, inside = end + len(_END), False
        begin = _begin(line, at, code)
        closed = begin >= 0 and line.find(_END, begin + len(_BEGIN)) >= 0
        if begin < 0 or not (closed or may_begin):
            return out + line[at:], False
        out, at, inside = out + line[at:begin], begin + len(_BEGIN), True


def _begin(line: str, start: int, code: list[tuple[int, int]]) -> int:
    begin = line.find(_BEGIN, start)
    while begin >= 0:
        around = next((end for first, end in code if first <= begin < end), None)
        if around is None:
            return begin
        begin = line.find(_BEGIN, around)
    return -1
