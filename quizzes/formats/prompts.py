"""What the words of a prompt ask for: how many options, or all that apply."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_NUMBER = r"(?P<{}>one|two|three|four|five|six|seven|eight|nine|[1-9])"
_ASKS = re.compile(
    r"\b(?:select|choose|pick|check|mark)\s+(?:(?:the|any|all|exactly)\s+)?" + _NUMBER.format("asked") + r"\b"
    r"|\(\s*" + _NUMBER.format("answers") + r"\s+(?:correct\s+|right\s+)?(?:answers?|responses?|options?)\s*\)"
    r"|\b" + _NUMBER.format("responses") + r"\s+responses?\b[\s.)]*$",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\ball\s+(?:of\s+the\s+(?:following\s+)?)?(?:that\s+|which\s+)?(?:apply|are\s+(?:correct|true|right))\b",
    re.IGNORECASE,
)
_OPEN = re.compile(r"\b(?:select|choose|pick|check|mark)\s+(?:any\s+)?(?:one|1)\s+or\s+(?:more|several)\b", re.IGNORECASE)
_INVITES = re.compile(r"\b(?:select|choose|pick)\b", re.IGNORECASE)
_LETTERS = re.compile(r"[A-H](?:, ?[A-H])+")
_EMPHASIS = re.compile(r"[*_]+")
_BLANK = re.compile(r"_{4,}|(?<![\w\\])_{3}(?!\w)|(?:\\_){3}")
# Pieces of words, one of which is in every text that the patterns above find anything in (and no letter in them has odd capitals
# once a text is case-folded): a prompt may be as long as the file, and looking for a piece is many times faster.
_SELECTING = ("elect", "hoose", "ck", "mark")
_COUNTING = (*_SELECTING, "answer", "response", "opt")


@dataclass(frozen=True, slots=True)
class Asked:
    """`count` right options are asked for (None: not said); `every`: "all that apply"."""

    count: int | None
    every: bool

    @property
    def several(self) -> bool:
        return self.every or (self.count is not None and self.count > 1)


def asked(prompt: str) -> Asked:
    """Return what a prompt such as "… Select three options." asks for."""
    plain = _EMPHASIS.sub("", prompt)
    folded = plain.casefold()
    counting = any(piece in folded for piece in _COUNTING)
    several = counting and bool(_OPEN.search(plain))
    match = _ASKS.search(plain) if counting and not several else None
    found = next((text for text in match.groups() if text), None) if match else None
    every = several or ("all" in folded and bool(_ALL.search(plain)))
    return Asked(count=None if found is None else _value(found), every=every)


def has_blank(prompt: str) -> bool:
    """Tell whether a prompt has a blank to fill in, "____"; emphasis ("___word___") is none."""
    return "__" in prompt.replace("\\", "") and bool(_BLANK.search(prompt))


def invites(prompt: str) -> bool:
    """Tell whether the prompt already says to select, choose or pick something."""
    folded = prompt.casefold()
    return any(piece in folded for piece in _SELECTING) and bool(_INVITES.search(prompt))


def are_letter_combinations(texts: Sequence[str]) -> bool:
    """Tell whether every option is a combination such as "B, C, D": then one of them is right."""
    return bool(texts) and all(_LETTERS.fullmatch(text.strip()) for text in texts)


def in_words(count: int) -> str:
    """Return a count as a word where there is one."""
    return WORDS[count] if 0 <= count < len(WORDS) else str(count)


def _value(text: str) -> int:
    return int(text) if text.isdigit() else WORDS.index(text.lower())
