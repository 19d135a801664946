"""The lines of a result page (dialect P7) before they are read: what the platform writes around questions is blanked out.

Every line keeps its place, so that what is found can be shown beside the text.
"""

import re
from collections.abc import Sequence

POINTS = re.compile(
    r"\(?(?:(?P<got>\d+(?:\.\d+)?)\s*/\s*)?(?P<of>\d+(?:\.\d+)?)\s*(?:points?|pts?)(?:\s+possible)?(?:\s+\((?:un)?graded\))?\)?\.?",
    re.IGNORECASE,
)
VERDICT = re.compile(r"(?:Correct|Incorrect|Nice work|Great job|Good job|Well done|Not quite|Try again)[.!]?")
_STARTS = frozenset("CGINTW")  # of a verdict
_NUMBER = re.compile(r"(?P<number>\d{1,3})[.)]")
_WORD = re.compile(r"Question (?P<number>\d{1,3})")
_GLUED = re.compile(r"\s*(?P<number>\d{1,3})[.)]\s*(?P<word>Question (?P=number))\b\s*[.:]?(?:\s*\{[.#][\w .#-]+\})?")
_BUTTON = re.compile(r"Check|Status: \[object Object\]|Flag question|Question text")
_RULE = re.compile(r"-{3,}|\*{3,}|_{3,}|={3,}")
_ECHO = re.compile(r"is (?:not )?selected\.\s*This is (?:in)?correct\.")
_TICKED = re.compile(r"[ \t]*\[[xX]\][ \t]+(\S.*)")  # by hand, in a list that a page shows without boxes
_REACH = 30  # lines above an echo where its option stands


def page_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines without quote marks, points, buttons, echoes and the status above a number; as many as there were."""
    quoted = sum(1 for line in lines if line.startswith(">")) * 2 > sum(1 for line in lines if line)
    shown = [(line.lstrip(">") if quoted else line).strip() if quoted else line for line in lines]
    shown = [match["word"] if "Q" in line and (match := _GLUED.fullmatch(line)) else _plain_verdict(line) for line in shown]
    shown = [f"_check_{match[1]}" if "[" in line and (match := _TICKED.fullmatch(line)) else line for line in shown]
    _blank_doubles(shown)
    _blank_status(shown)
    _blank_echoes(shown)
    return ["" if line and _is_noise(line.strip()) else line for line in shown]


def _plain_verdict(line: str) -> str:
    bare = line.strip("*_ \t")
    return bare if bare[:1] in _STARTS and VERDICT.fullmatch(bare) else line


def _is_noise(line: str) -> bool:
    return bool(POINTS.fullmatch(line) or _BUTTON.fullmatch(line) or _RULE.fullmatch(line))


def _blank_doubles(lines: list[str]) -> None:
    """Of "4." and "Question 4" below it keep the one below, which begins a block of its own then."""
    for at, line in enumerate(lines):
        bare = line.strip()
        number = bare and (_NUMBER.fullmatch(bare) or _WORD.fullmatch(bare))
        below = number and _next(lines, at)
        again = _WORD.fullmatch(lines[below].strip()) if below else None
        if number and again and again["number"] == number["number"]:
            lines[at] = ""


def _blank_status(lines: list[str]) -> None:
    """A verdict and the points right above the number of a question are about that question, and no mark of an option."""
    for at, line in enumerate(lines):
        bare = line.strip()
        points = _next(lines, at) if bare[:1] in _STARTS and VERDICT.fullmatch(bare) else None
        below = _next(lines, points) if points is not None and POINTS.fullmatch(lines[points].strip()) else None
        if points is not None and below is not None and _is_number(lines[below].strip()):
            lines[at] = lines[points] = ""


def _is_number(line: str) -> bool:
    return bool(_NUMBER.fullmatch(line) or _WORD.fullmatch(line))


def _blank_echoes(lines: list[str]) -> None:
    """Readers for the blind repeat an option below its verdict: "Sand … is not selected. This is correct."."""
    for at, line in enumerate(lines):
        if "selected" not in line or not _ECHO.fullmatch(line.strip()):
            continue
        lines[at] = ""
        below = _next(lines, at)
        if below is not None and lines[below] in lines[max(at - _REACH, 0) : at]:
            lines[below] = ""  # the feedback, too
        end = next((above for above in range(at - 1, max(at - _REACH, -1), -1) if lines[above].strip()), None)
        if end is None:
            continue
        start = end
        while start > 0 and lines[start - 1].strip() and not VERDICT.fullmatch(lines[start - 1].strip()) and at - start < _REACH:
            start -= 1
        if lines[start : end + 1] == _same_above(lines, start, end + 1 - start):
            lines[start : end + 1] = [""] * (end + 1 - start)


def _same_above(lines: Sequence[str], start: int, count: int) -> list[str]:
    """Return the nearest lines above `start` that begin as those below do, as many as they are."""
    for at in range(start - count, max(start - count - _REACH, -1), -1):
        if lines[at] == lines[start]:
            return list(lines[at : at + count])
    return []


def _next(lines: Sequence[str], at: int) -> int | None:
    """Return the next line with text, at most two below."""
    return next((below for below in range(at + 1, min(at + 3, len(lines))) if lines[below].strip()), None)
