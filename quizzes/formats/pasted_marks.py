"""The marks that note takers put on options: bold, a tail of asterisks or X, emoji, words in brackets."""

import re
from dataclasses import dataclass
from enum import StrEnum

from quizzes.formats.model import Mark
from quizzes.formats.pasted_lines import OPEN_SIGNS, RIGHT_SIGNS, WRONG_SIGNS
from quizzes.formats.review_blocks import take_mark


class Sign(StrEnum):
    """What kind of mark it was."""

    BOLD = "bold"
    TAIL = "tail"
    EMOJI = "emoji"
    WORD = "word"
    ICON = "icon"
    BOX = "box"
    VERDICT = "verdict"


@dataclass(frozen=True, slots=True)
class Marked:
    """An option's text without its mark. `right` is None if nothing is said; `glued` marks may be part of the text."""

    text: str
    right: bool | None = None
    sign: Sign | None = None
    glued: bool = False


_HASHES = re.compile(r"#{1,6}[ \t]+")
_BOLD = re.compile(r"(?P<pair>\*\*|__)(?=\S)(?P<inside>.+?)(?<=\S)(?P=pair)(?P<tail>[.,;:!?]?)")
_HIGHLIGHT = re.compile(r"==(?=\S)(?P<inside>.+?)(?<=\S)==")
_LEADING = re.compile(rf"(?P<sign>[{RIGHT_SIGNS}{WRONG_SIGNS}{OPEN_SIGNS}])\ufe0f?[ \t]*")
_TRAILING = re.compile(rf"(?P<sign>[{RIGHT_SIGNS}{WRONG_SIGNS}])\ufe0f?$")
_WORDS = re.compile(
    r"(?:\s*[(\[]\s*|\s+(?:[-\u2013\u2014]|<-+|\u2190|<=)\s*)(?P<word>in)?(?:correct|right)(?:\s+(?:answer|option|choice))?\s*[)\]]?[*_]*$"
    r"|\s*[(\[]\s*(?P<wrong>wrong|false answer)(?:\s+answer)?\s*[)\]][*_]*$",
    re.IGNORECASE,
)
_STARS_TAIL = re.compile(r"(?:\\\*\\\*|(?<!\*)\*\*)$")
_X_TAIL = re.compile(r"(?:(?P<apart>[ \t]+)[Xx]|(?P<point>[.,;:!?\u2026)\]\"'\u201d\u2019`])[ \t]*X|(?P<letter>[a-z])X)$")


def read_mark(text: str) -> Marked:
    """Take the mark off an option's text; a tail "X" is only looked at by `read_tail`."""
    text = text.strip()
    text = text[match.end() :].rstrip("# \t") if (match := _HASHES.match(text)) else text
    if taken := take_mark(text, bare=False):
        return Marked(taken[1], taken[0] is Mark.CHECK, Sign.ICON)
    return _emoji(text) or _word(text) or _bold(text) or Marked(text)


def read_tail(text: str) -> Marked | None:
    """Take a tail off: two asterisks mark what is right, an X what was chosen and wrong. None without a tail."""
    text = text.strip()
    if match := _STARS_TAIL.search(text):
        before = text[: match.start()]
        # An even number of pairs is bold text, not a tail.
        if match[0].startswith("\\") or before.count("**") % 2 == 0:
            return Marked(before.rstrip(), right=True, sign=Sign.TAIL)
    if match := _X_TAIL.search(text[-4:]):
        keep = match["point"] or match["letter"] or ""
        rest = text[: len(text) - len(match[0])] + keep
        return Marked(rest.rstrip(), right=False, sign=Sign.TAIL, glued=bool(match["letter"])) if rest.strip() else None
    return None


def _emoji(text: str) -> Marked | None:
    inside, bold = _unbold(text)
    if match := _LEADING.match(inside):
        rest = inside[match.end() :]
        word = _word(rest)
        rest = word.text if word else rest
        rest = _unbold(rest)[0] if not bold else rest
        return Marked(rest.strip(), _said(match["sign"]), Sign.EMOJI)
    if match := _TRAILING.search(inside[-3:]):
        rest = inside[: len(inside) - len(match[0])].rstrip()
        return Marked(_unbold(rest)[0], _said(match["sign"]), Sign.EMOJI) if rest else None
    return None


def _said(sign: str) -> bool | None:
    return None if sign in OPEN_SIGNS else sign in RIGHT_SIGNS


def _word(text: str) -> Marked | None:
    """Read "Text (Correct Answer)", also if both stand in bold marks."""
    inside, _ = _unbold(text)
    match = _WORDS.search(inside[-60:])
    if not match:
        return None
    rest = inside[: len(inside) - len(match[0])].rstrip()
    rest = rest + "**" if rest.count("**") % 2 else rest
    return Marked(_unbold(rest)[0], not (match["word"] or match["wrong"]), Sign.WORD) if rest.strip("*_ ") else None


def _bold(text: str) -> Marked | None:
    match = _BOLD.fullmatch(text)
    if match and match["pair"] not in match["inside"]:
        return Marked(match["inside"] + match["tail"], right=True, sign=Sign.BOLD)
    match = _HIGHLIGHT.fullmatch(text)
    if match and "==" not in match["inside"]:
        return Marked(match["inside"], right=True, sign=Sign.BOLD)
    return None


def _unbold(text: str) -> tuple[str, bool]:
    """Return a text without bold marks around all of it, and whether there were any; brackets may stand behind them."""
    pair = text[:2]
    end = text.rfind(pair)
    if pair not in {"**", "__"} or end < 3:
        return text, False
    inside, behind = text[2:end], text[end + 2 :].strip()
    if pair in inside or (behind and (behind[0] not in "([" or len(behind) > 40)):
        return text, False
    return f"{inside.strip()} {behind}".strip(), True
