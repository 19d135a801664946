"""The lines of a pasted quiz that is written as lists or letters (dialects P2 to P6, P9, P10), taken one by one.

Raw lines, not Markdown: note takers glue marks to texts, leave lists half open and hide answers in HTML.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from quizzes.formats.lines import TAB, dedent, find_fences, indent_of
from quizzes.formats.model import TextRange
from quizzes.formats.pasted_words import FIRST_LETTERS, answer_in


class LineKind(StrEnum):
    HEADING = "heading"
    HEAD = "head"  # begins a question: "Q3. …", "Question 3", "3."
    ITEM = "item"  # of a list, or a line that begins with a letter, a box or a sign
    TEXT = "text"
    QUOTE = "quote"
    CODE = "code"
    ANSWER = "answer"
    HIDDEN = "hidden"  # what a <details> hides
    EXPLANATION = "explanation"
    FEEDBACK = "feedback"
    NOTE = "note"
    LINK = "link"  # an address or a link and nothing else
    NOISE = "noise"  # rules, points, comments


@dataclass(slots=True)  # not frozen: there are many, and that takes twice the time
class PastedLine:
    """One line (of code and hidden answers: all of it) without what its kind already says. Nobody changes it.

    `gap` tells that the line above is blank; `letter` is "A" for "a) …"; `box` is None where there is none.
    """

    kind: LineKind
    line: int
    end_line: int
    indent: int
    text: str
    gap: bool = False
    level: int = 0
    number: int | None = None
    ordered: bool = False
    marker: str = ""
    letter: str = ""
    box: bool | None = None
    bold: bool = False  # the letter and its text stand in one pair of bold marks
    sign: bool = False  # an emoji says that this line is an option
    led: bool = False  # "Feedback:" or an arrow says that it is about the option above
    raw: str = ""

    @property
    def is_option(self) -> bool:
        """Whether nothing but an option looks so."""
        return self.box is not None or bool(self.letter) or self.sign


RIGHT_SIGNS = "\u2705\u2714\u2713\u2611\U0001f7e2\U0001f197"
WRONG_SIGNS = "\u274c\u2717\u2718\u2716\u2612\U0001f534\U0001f6ab\u26d4\u274e"
OPEN_SIGNS = "\u2b1c\u25a2\u2610\u26aa\U0001f532\U0001f533"
_SIGNS = RIGHT_SIGNS + WRONG_SIGNS + OPEN_SIGNS
_MARKERS = frozenset("-*+\u20220123456789")
_BOXES = frozenset("\\[(")
_LETTERS = frozenset("*_(ABCDEFGHIJabcdefghij")
_ENDS = frozenset(RIGHT_SIGNS + WRONG_SIGNS)
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?")
_ITEM = re.compile(r"(?P<marker>[-*+\u2022]|\d{1,4}[.)])(?:[ \t]+(?P<text>.*)|(?P<box>\[[ xX]?\].*))?")
_BOX = re.compile(r"\\?\[(?P<mark>[ xX\u2713\u2714*]?)\\?\](?![(\[:])[ \t]*(?P<text>.*)")
_RADIO = re.compile(r"\((?P<mark>[ xX*\u2022])\)[ \t]+(?P<text>\S.*)")
_LETTER = re.compile(
    r"(?P<open>(?:\*\*|__)?)(?P<paren>\(?)(?P<letter>[A-Ja-j])(?P<sep>[.):])(?P<close>(?:\*\*|__)?)(?P<space>[ \t]+|(?=[A-Z`]))(?P<text>\S.*)"
)
_SIGN = re.compile(rf"(?:\*\*|__)?[ \t]*[{_SIGNS}]\ufe0f?[ \t]*\S")
_RULE = re.compile(r"(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|={3,}")
_POINTS = re.compile(r"\(?\d+(?:\.\d+)?\s*(?:/\s*\d+(?:\.\d+)?\s*)?(?:points?|pts?)\.?\)?", re.IGNORECASE)
_ADDRESS = re.compile(r"<?https?://\S+>?|\[[^\]]*\]\(\s*https?://[^)\s]+\s*\)", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->|</?(?:div|p|br|center|hr)\b[^>]*>", re.IGNORECASE)
_NOTE = re.compile(
    r"(?:(?:\\?[_*]){1,2}info(?:\\?[_*]){1,2}\s*|info)?Note: To get credit for a multiple-select question", re.IGNORECASE
)
_ICON = re.compile(r"^(?:[^\w\s]\s*){1,4}")
_WHY = r"(?:explanations?|rationales?|reasoning|reasons?|discussion|feedback|solutions?)"
_ANSWER_HEAD = re.compile(
    r"(?:(?:(?:correct|right)\s+)?answers?|solutions?)(?:\s*(?:\band\b|\bwith\b|&|\+|/|,)\s*" + _WHY + r")?"
    r"|" + _WHY + r"\s*(?:\band\b|&|\+|/)\s*(?:(?:correct|right)\s+)?answers?",
    re.IGNORECASE,
)
_EXPLANATION = re.compile(
    r"(?:explanations?(?:/references?)?|references?|rationale|reasoning|reason|justification|sources?)\s*[:\uff1a]\s*(?P<value>.*)"
    r"|(?P<linked>\[(?:source|references?|explanation|link)s?\]\(.*)",
    re.IGNORECASE,
)
_FEEDBACK = re.compile(
    r"\\?(?:Correct\b|Incorrect\b|Right!|Wrong\b|That['\u2019]s (?:not )?(?:right|correct)\b|Not quite\b"
    r"|You selected a correct option|You didn['\u2019]t select|Please review\b|Review the\b|Feedback:|\u2192|->|=>|\u27a1)"
)
_Q_HEAD = re.compile(
    r"(?:Q\s?(?P<q>\d{0,4})\s*[.):\u3002\uff1a\u3001\uff0e]|Q(?P<bare>\d{1,4})(?=\s)|Question\s*(?P<n>\d{0,4})\s*[.):\u3002\uff1a\u3001\uff0e]|Question\s+(?P<word>\d{1,4})(?![\w.]))"
    r"[*_]*\s*(?P<text>.*)"
)
_NUMBERED = re.compile(r"(?P<number>\d{1,4})(?:[.)]?|(?:[.)][ \t]+|[\u3002\u3001\uff0e]\s*)(?P<text>\S.*))")
_ONLY_NUMBER = re.compile(r"(\d{1,4})[.)]")
_LED_IN = re.compile(r"^(?:Feedback:|\u2192|->|=>|\u27a1\ufe0f?)\s*")
_STARS = re.compile(r"[*_]{1,3}")
_ITEM_OF_CODE = re.compile(r"(?P<item>[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[.?\][ \t]+)?)(?=`{3,}|~{3,})")
_DETAILS = re.compile(r"[ \t]*<details\b[^>]*>(?P<rest>.*)", re.IGNORECASE)
_FOLDED = re.compile(r"[ \t]*(?P<open>\?\?\?\+?|!!!)[ \t]+(?P<kind>[\w -]+?)(?:[ \t]+\"(?P<title>[^\"]*)\")?[ \t]*")
_ANSWERS = re.compile(r"\b(?:answers?|solutions?|explanations?|correct)\b", re.IGNORECASE)
_DETAILS_END = re.compile(r"</details\s*>", re.IGNORECASE)


def read_lines(lines: Sequence[str], at: TextRange) -> list[PastedLine]:
    """Return the lines of the range (1-based, both ends included), blank ones left out."""
    return list(_Reader(lines, at).read())


def without_stars(text: str) -> str:
    """Return a text without emphasis around it, or around its first words ("**Answer:** B")."""
    stripped = text.strip()
    if not stripped or stripped[0] not in "*_":
        return stripped
    stripped = stripped.lstrip("*_").lstrip()
    match = _STARS.search(stripped)
    return (stripped[: match.start()] + stripped[match.end() :]).strip() if match else stripped


def is_feedback(text: str) -> bool:
    """Tell whether a text begins with the words of feedback."""
    return bool(_FEEDBACK.match(without_stars(text)))


class _Reader:
    def __init__(self, lines: Sequence[str], at: TextRange) -> None:
        self.lines = lines
        self.at = at
        self.fences = find_fences(lines)
        self.ends = [index for index, line in enumerate(lines) if "</" in line and _DETAILS_END.search(line)]

    def read(self) -> Iterator[PastedLine]:
        gap = True
        index = self.at.start - 1
        while index < self.at.end:
            line = self.lines[index]
            ruled = False
            if index in self.fences.openers or index in self.fences.verbatim:
                stop = self._end_of_code(index)
                yield from self._code(index, stop, gap=gap)
            elif not line.strip():
                gap, index = True, index + 1
                continue
            elif line.lstrip()[:3] in {"???", "!!!"} and (folded := self._folded(index)):
                stop = index + len(folded)
                yield PastedLine(LineKind.HIDDEN, index + 1, stop, indent_of(line), "\n".join(folded), gap=gap)
            elif (match := _DETAILS.match(line)) and (last := self._end_of_details(index)) is not None:
                stop = last + 1
                inner = [match["rest"], *self.lines[index + 1 : stop]]
                yield PastedLine(LineKind.HIDDEN, index + 1, stop, indent_of(line), "\n".join(inner), gap=gap)
            else:
                stop = index + 1
                yield (read := _line(line, index + 1, gap=gap))
                ruled = read.kind is LineKind.NOISE and bool(_RULE.fullmatch(read.text))
            gap, index = ruled, stop  # a rule parts what stands around it as a blank line does

    def _end_of_code(self, index: int) -> int:
        stop = index + 1
        while stop < self.at.end and stop in self.fences.verbatim and stop not in self.fences.openers:
            stop += 1
        return stop

    def _code(self, index: int, stop: int, *, gap: bool) -> Iterator[PastedLine]:
        """Code that begins on the line of a list item is an item with nothing but code in it."""
        first = self.lines[index]
        body = first
        if match := _ITEM_OF_CODE.match(first):
            yield _line(match["item"], index + 1, gap=gap)
            gap, body = False, first[match.end() :]
        text = "\n".join([body, *self.lines[index + 1 : stop]])
        yield PastedLine(LineKind.CODE, index + 1, stop, indent_of(first), text, gap=gap)

    def _folded(self, index: int) -> list[str]:
        """Return the lines of a folded admonition that holds an answer, its title as a summary; none if it is no such."""
        match = _FOLDED.fullmatch(self.lines[index])
        if not match or not (match["open"].startswith("???") or _ANSWERS.search(f"{match['kind']} {match['title'] or ''}")):
            return []
        margin = indent_of(self.lines[index]) + TAB
        found = [f"<summary>{match['title'] or match['kind']}</summary>"]
        for at in range(index + 1, self.at.end):
            line = self.lines[at]
            if line.strip() and indent_of(line) < margin:
                break
            found.append(dedent(line, margin))
        while not found[-1].strip():
            found.pop()
        return found if len(found) > 1 else []

    def _end_of_details(self, index: int) -> int | None:
        """Return the (0-based) line where a <details> ends, None if it never does within the range."""
        place = bisect_right(self.ends, index - 1)
        if place == len(self.ends) or self.ends[place] >= self.at.end:
            return None
        return self.ends[place]


def _line(line: str, number: int, *, gap: bool) -> PastedLine:
    indent, text = indent_of(line), line.strip()
    if text[0] == "#" and (match := _HEADING.fullmatch(line)):
        return _heading(match, number, gap=gap)
    if text.startswith(">"):
        inner = text.lstrip("> ")
        kind = LineKind.ANSWER if _answer(without_stars(inner)) is not None else LineKind.QUOTE
        value = _answer(without_stars(inner)) if kind is LineKind.ANSWER else inner
        return PastedLine(kind, number, number, indent, value or "", gap=gap, raw=line)
    if text[0] in _SIGNS and _answer(without_stars(bare := text.lstrip(f"{_SIGNS}\ufe0f "))) is not None:
        text = bare
    if text[0] in "-*_=" and _RULE.fullmatch(text):
        return PastedLine(LineKind.NOISE, number, number, indent, text, gap=gap)
    return _item(text, number, indent, gap=gap) or _text(text, number, indent, gap=gap)


def _heading(match: re.Match[str], number: int, *, gap: bool) -> PastedLine:
    text = (match[2] or "").strip().rstrip("#").strip()
    plain = without_stars(text)
    bare = without_stars(_ICON.sub("", plain)) if plain[:1] > "\u2000" else plain  # an emoji in front says nothing
    level = len(match[1])
    if _FEEDBACK.match(plain) and level > 3:
        return PastedLine(LineKind.FEEDBACK, number, number, 0, plain.strip("*_ "), gap=gap)
    answer = _answer(bare)
    if answer or _ANSWER_HEAD.fullmatch(bare.rstrip(": ")):
        return PastedLine(LineKind.ANSWER, number, number, 0, answer or "", gap=gap)
    if _EXPLANATION.fullmatch(bare.rstrip(": ") + ":"):
        return PastedLine(LineKind.EXPLANATION, number, number, 0, "", gap=gap)
    if head := _Q_HEAD.fullmatch(plain):
        return PastedLine(LineKind.HEAD, number, number, 0, _tail(head), gap=gap, number=_number_of(head), level=level)
    if head := _NUMBERED.fullmatch(plain):
        return PastedLine(LineKind.HEAD, number, number, 0, head["text"] or "", gap=gap, number=int(head["number"]), level=level)
    return PastedLine(LineKind.HEADING, number, number, 0, text, gap=gap, level=level)


def _tail(match: re.Match[str]) -> str:
    return match["text"].strip().lstrip("-\u2013\u2014 ").removesuffix("**").removesuffix("__").strip()


def _number_of(match: re.Match[str]) -> int | None:
    digits = next((match[name] for name in ("q", "bare", "n", "word") if match[name]), None)
    return int(digits) if digits else None


def _item(text: str, number: int, indent: int, *, gap: bool) -> PastedLine | None:
    """Return a list item, or a line that begins as only options do."""
    match = _ITEM.fullmatch(text) if text[0] in _MARKERS else None
    marker = match["marker"] if match else ""
    content = (match["text"] or match["box"] or "").strip() if match else text
    ordered = marker[:1].isdigit()
    value = int(marker[:-1]) if ordered else None
    shape = _shape(content)
    if shape is None and (not match or (ordered and not content)):
        return None
    box, letter, bold, sign, rest = shape or (None, "", False, False, content)
    return PastedLine(
        LineKind.ITEM, number, number, indent, rest, gap=gap, number=value, ordered=ordered, marker=marker,
        letter=letter, box=box, bold=bold, sign=sign, raw=text,
    )  # fmt: skip


def _shape(content: str) -> tuple[bool | None, str, bool, bool, str] | None:
    """Return (box, letter, bold, sign, text) of what begins as an option."""
    first = content[:1]
    match = None
    if first in _BOXES:
        match = _BOX.fullmatch(content) or _RADIO.fullmatch(content)
    if match:
        return match["mark"] not in {"", " "}, "", False, False, match["text"]
    if first in _LETTERS and (match := _LETTER.fullmatch(content)) and _may_be_letter(match):
        whole = bool(match["open"]) and not match["close"] and match["text"].endswith(match["open"])
        rest = match["text"].removesuffix(match["open"]).rstrip() if whole else match["text"]
        return None, match["letter"].upper(), whole, False, rest
    ends = content.rstrip("\ufe0f*_")[-1:] in _ENDS
    if ends or ((first in "*_" or first > "\u2000") and _SIGN.match(content)):
        return None, "", False, True, content
    return None


def _may_be_letter(match: re.Match[str]) -> bool:
    """Without a space only a capital with a point or bracket is one, as in "A.Sand"."""
    return bool(match["space"].strip(" \t") == "" and (match["space"] or match["letter"].isupper()))


def _text(text: str, number: int, indent: int, *, gap: bool) -> PastedLine:
    plain = without_stars(text)
    kind, shown, value = _kind_of(text, plain)
    led = kind is LineKind.FEEDBACK and bool(_LED_IN.match(plain))
    return PastedLine(kind, number, number, indent, shown, gap=gap, number=value, led=led, raw=text)


def _kind_of(text: str, plain: str) -> tuple[LineKind, str, int | None]:
    """Return what a plain line is, its text, and the number of a head."""
    kind, shown, value = LineKind.TEXT, text, None
    first = plain[:1].lower()
    if first in "ni\\_*" and _NOTE.match(text):
        kind = LineKind.NOTE
    elif first in "ejrs[" and (explanation := _EXPLANATION.fullmatch(plain)):
        kind, shown = LineKind.EXPLANATION, explanation["value"] or explanation["linked"] or ""
    elif first in "(0123456789<h[" and _is_noise(text, plain):
        kind = LineKind.LINK if _ADDRESS.fullmatch(text) else LineKind.NOISE
    elif first == "q" and (head := _Q_HEAD.fullmatch(plain)):
        kind, shown, value = LineKind.HEAD, _tail(head), _number_of(head)
    elif only := _ONLY_NUMBER.fullmatch(plain):
        kind, shown, value = LineKind.HEAD, "", int(only[1])
    elif text[0] in "*_" and (head := _NUMBERED.fullmatch(plain)):
        kind, shown, value = LineKind.HEAD, head["text"] or "", int(head["number"])
    elif (first in FIRST_LETTERS or first > "\x7f") and (answer := _answer(plain)) is not None:
        kind, shown = LineKind.ANSWER, answer
    elif _FEEDBACK.match(plain):
        kind, shown = LineKind.FEEDBACK, _LED_IN.sub("", plain.strip("*_ ")).removeprefix("\\")
    return kind, shown, value


def _is_noise(text: str, plain: str) -> bool:
    return bool(_POINTS.fullmatch(plain) or _COMMENT.fullmatch(text) or _ADDRESS.fullmatch(text))


def _answer(plain: str) -> str | None:
    value = answer_in(plain)
    if value is None:
        return None
    said = without_stars(value.replace("<br>", "").replace("</br>", "")).strip("*_ ")
    again = answer_in(said)  # "Answer: The correct answer is B."
    return said if again is None else without_stars(again).strip("*_ ")
