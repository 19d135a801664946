"""Habits of people who paste quizzes with boxes, which the native format does not have."""

import re

from quizzes.formats.lines import find_fences, split_lines
from quizzes.formats.model import ParsedQuiz
from quizzes.formats.native_lines import Attributes, heading, read_head

_HABITS = re.compile(
    r"(?:[*_]{0,3}(?:Explanation(?:/References?)?|References?|Source|Rationale)[*_]{0,3}\s*:[*_]{0,3}.*|\[(?:Source|Reference|Explanation)s?\]\(.*)"
    r"|#{1,6}[ \t]*(?:Q\s?\d+|Question\s+\d+)\b.*",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"[ \t]*<details\b.*", re.IGNORECASE)
_OWN = ("points", "scoring", "attempts", "opens", "due", "time_limit", "show_key", "access_code", "purpose")
_UNPLACED = frozenset({"E104", "E106", "E109", "E113", "E116"})


def looks_pasted(text: str) -> bool:
    """Tell whether a text has an explanation or a hidden answer behind its options, questions "Q3." and the like."""
    lines = split_lines(text)
    verbatim = find_fences(lines).verbatim
    return any((_HABITS.fullmatch(line) or _HIDDEN.fullmatch(line)) for at, line in enumerate(lines) if at not in verbatim)


def is_native(text: str, native: ParsedQuiz) -> bool:
    """Tell whether a text with errors is certainly meant for the native format.

    It is if it has settings or attributes, which nobody else writes, or if every line of it has its place and only
    the boxes are wrong: what note takers write besides options would be in the way.
    """
    if any(getattr(native.settings, name) is not None for name in _OWN):
        return True
    lines = split_lines(text)
    verbatim = find_fences(lines).verbatim
    shown = [line for at, line in enumerate(lines) if at not in verbatim]
    if any((head := heading(line)) and read_head(head[1]).attributes != Attributes() for line in shown):
        return True
    lost = any(message.code in _UNPLACED for message in native.errors) or any(_HIDDEN.fullmatch(line) for line in shown)
    return bool(native.questions) and not lost
