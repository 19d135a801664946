"""How two texts differ, line by line."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from course.week_lines import NEWLINE


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a comparison: `mark` is "+" (only in the new text), "-" (only in the old one) or " " (in both)."""

    mark: str
    old: int | None
    new: int | None
    text: str


def changed_lines(old: str, new: str) -> int:
    """Return how many lines of the file a change touches: a line that was replaced counts once."""
    pairs = SequenceMatcher(None, NEWLINE.split(old), NEWLINE.split(new), autojunk=False).get_opcodes()
    return sum(max(a2 - a1, b2 - b1) for tag, a1, a2, b1, b2 in pairs if tag != "equal")


def compare(old: str, new: str, context: int = 2) -> list[Change]:
    """Return the changed lines of two texts with `context` lines around them; empty when they have the same lines."""
    before, after = NEWLINE.split(old), NEWLINE.split(new)
    lines: list[Change] = []
    for group in SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(context):
        for tag, a1, a2, b1, b2 in group:
            if tag == "equal":
                lines += [Change(" ", a + 1, b + 1, before[a]) for a, b in zip(range(a1, a2), range(b1, b2), strict=True)]
            else:
                lines += [Change("-", a + 1, None, before[a]) for a in range(a1, a2)]
                lines += [Change("+", None, b + 1, after[b]) for b in range(b1, b2)]
    return lines
