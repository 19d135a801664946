"""Habits of people who paste quizzes with boxes, which the native format does not have."""

import re

from quizzes.formats.lines import find_fences, split_lines

_HABITS = re.compile(
    r"(?:[*_]{0,3}(?:Explanation(?:/References?)?|References?|Source|Rationale)[*_]{0,3}\s*:[*_]{0,3}.*|\[(?:Source|Reference|Explanation)s?\]\(.*)"
    r"|#{1,6}[ \t]*(?:Q\s?\d+|Question\s+\d+)\b.*",
    re.IGNORECASE,
)


def looks_pasted(text: str) -> bool:
    """Tell whether a text has an explanation behind its options, questions "Q3." and the like."""
    lines = split_lines(text)
    verbatim = find_fences(lines).verbatim
    return any(_HABITS.fullmatch(line) for at, line in enumerate(lines) if at not in verbatim)
