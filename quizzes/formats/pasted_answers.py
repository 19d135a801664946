"""Which options an answer names: "B, E", "BE", "B. Sand", the text of an option, or the whole list with its boxes."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from quizzes.formats.model import TextRange
from quizzes.formats.pasted_lines import LineKind, PastedLine, read_lines, without_stars
from quizzes.formats.pasted_marks import read_mark

_LETTERS = re.compile(r"[(\[]?[A-Ja-j][)\].]?(?:\s*(?:,|;|/|&|\+|\band\b|\s)\s*(?:and\s+)?[(\[]?[A-Ja-j][)\].]?){0,9}\.?")
_RUN_TOGETHER = re.compile(r"[A-J]{2,10}\.?")
_NUMBERS = re.compile(r"\d{1,2}(?:\s*(?:,|;|/|&|\band\b)\s*\d{1,2}){0,9}\.?")
_LED = re.compile(
    r"(?:(?:option|choice|answer)\s+)?[(\[]?(?:(?P<letter>[A-Ja-j])|(?P<number>[1-9]\d?))(?:[).\]:]|\s+[-\u2013\u2014]\s)\s*(?P<text>.*)",
    re.IGNORECASE | re.DOTALL,
)
_OPTION_LETTER = re.compile(r"(?:options?|choices?|answers?)\s+(?P<rest>.+)", re.IGNORECASE)
_SUMMARY = re.compile(r"<summary\b[^>]{0,200}>(.{0,300}?)</summary\s*>", re.IGNORECASE | re.DOTALL)
_IN_LINES = "b|i|em|strong|a|span|u|code|small|sup|sub|font|kbd"
_INLINE = re.compile(rf"</?(?:{_IN_LINES})(?=[\s/>])[^>]{{0,200}}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][a-z0-9]*(?=[\s/>])[^>]{0,200}>", re.IGNORECASE)
_TAGS = re.compile(
    r"<summary\b[^>]{0,200}>.{0,300}?</summary\s*>"
    rf"|</?(?!(?:{_IN_LINES})[\s/>])[a-z][a-z0-9]*(?=[\s/>])[^>]{{0,200}}>",
    re.IGNORECASE | re.DOTALL,
)
_CODE = re.compile(r"(^[ \t]*```[^\n]*\n(?:(?![ \t]*```)[^\n]*\n)*[ \t]*```|`[^`\n]+`)", re.MULTILINE)
_EXPLAINS = re.compile(r"\b(?:explanations?|explain|references?|hints?|why|reasons?|rationale|details)\b", re.IGNORECASE)
_ANY_WORD = re.compile(r"[^\W\d_][^\n:\uff1a]{0,30}[:\uff1a]\s*[*_]*([A-J](?:\s*(?:,|;|/|&|\s)\s*[A-J]){0,9})[*_.\s]*")
_REASONS = {LineKind.EXPLANATION, LineKind.FEEDBACK}
_WORDS = re.compile(r"\w+")
_BETWEEN = re.compile(r"[,;] ?(?:and )?| and | & ", re.IGNORECASE)
_LONGEST = 4000
_MOST_PARTS = 10


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a <details> says: lines that may be the answer, and the explanation. `named` tells that it names the answer."""

    answers: tuple[str, ...]
    explanation: str
    named: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """An option as an answer may name it."""

    text: str
    letter: str = ""


def read_hidden(text: str) -> Hidden:
    """Return what a <details> block says."""
    summary = _SUMMARY.search(text[:_LONGEST])
    about = _TAG.sub(" ", summary[1]) if summary else ""
    lines = _plain(text).split("\n")
    found = [
        (line, "\n".join(lines[line.line - 1 : line.end_line]).strip()) for line in read_lines(lines, TextRange(1, len(lines)))
    ]
    named = _named(found)
    if named:
        return Hidden(tuple(named.values()), _explained(found, set(named)), named=True)
    if _EXPLAINS.search(about):
        return Hidden((), _explained(found, set()))
    first = next((at for at, (line, _) in enumerate(found) if line.kind in _REASONS), len(found))
    answers = [answer for line, shown in found[:first] for answer in _maybe_answers(line, shown)]
    return Hidden(tuple(answers), _explained(found[first:], set()))


def _plain(text: str) -> str:
    """Return the text without its tags; code keeps them."""
    parts = _CODE.split(text.replace("\r", ""))
    return "".join(part if at % 2 else html.unescape(_INLINE.sub("", _TAGS.sub("\n", part))) for at, part in enumerate(parts))


def _named(found: Sequence[tuple[PastedLine, str]]) -> dict[int, str]:
    """Return what is said to be the answer, by its place: behind "Answer:" or another word, or below that."""
    named: dict[int, str] = {}
    waiting = False
    for at, (line, shown) in enumerate(found):
        if line.kind is LineKind.ANSWER:
            named |= {at: line.text} if line.text else {}
            waiting = not line.text
        elif waiting and line.kind in {LineKind.TEXT, LineKind.ITEM}:
            named |= dict.fromkeys([at], *_of_item(line.box, line.letter, line.text)[:1]) if line.box is not False else {}
            waiting = line.kind is LineKind.ITEM
        elif line.kind in {LineKind.TEXT, LineKind.HEADING} and (
            letters := _ANY_WORD.fullmatch(without_stars(shown.lstrip("# ")))
        ):
            named[at] = letters[1].strip("*_ ")
        else:
            waiting = False
    return named


def _explained(found: Sequence[tuple[PastedLine, str]], without: set[int]) -> str:
    said = ""
    for at, (line, shown) in enumerate(found):
        if at not in without and (text := line.text if line.kind in _REASONS else shown) and line.kind is not LineKind.ANSWER:
            said += ("\n\n" if line.gap else "\n") * bool(said) + text
    return said.strip()


def _maybe_answers(line: PastedLine, shown: str) -> list[str]:
    if line.kind is LineKind.ITEM:
        return _of_item(line.box, line.letter, line.text)
    if line.kind in {LineKind.TEXT, LineKind.HEAD, LineKind.HEADING, LineKind.QUOTE}:
        return [shown.lstrip("#> ")]
    return []


def _of_item(box: bool | None, letter: str, text: str) -> list[str]:
    """Of a list with boxes only what is ticked is an answer."""
    if box is False:
        return []
    return [f"{letter}. {text}" if letter else text]


def name_options(answers: Sequence[str], choices: Sequence[Choice]) -> tuple[frozenset[int], list[str], list[str]]:
    """Return the (0-based) options that the answers name, the answers that name none, and what they say besides a letter."""
    found: set[int] = set()
    lost: list[str] = []
    besides: list[str] = []
    for answer in answers:
        text = without_stars(read_mark(answer[:_LONGEST]).text).strip()
        places = _by_letters(text, choices) or _by_text(text, choices)
        if places is None and (led := _led(text, choices)):
            places, said = led
            besides += [said] * bool(said)
        places = places or _by_texts(text, choices)
        if places is None and (places := _by_part(text, choices)):
            besides += [answer] * (len(text) > max(len(choices[at].text) for at in places))
        if places is None:
            lost.append(answer)
        else:
            found |= places
    return frozenset(found), lost, besides


def _by_letters(text: str, choices: Sequence[Choice]) -> set[int] | None:
    if match := _OPTION_LETTER.fullmatch(text):
        text = match["rest"]
    letters = {choice.letter or chr(ord("A") + at): at for at, choice in enumerate(choices[:10])}
    if _RUN_TOGETHER.fullmatch(text) and all(letter in letters for letter in text.rstrip(".")):
        return {letters[letter] for letter in text.rstrip(".")}
    if len(text) < 80 and _LETTERS.fullmatch(text):
        named = re.findall(r"\b[A-Ja-j]\b", text)
        found = {letters[name.upper()] for name in named if name.upper() in letters}
        return found if len(found) == len(set(map(str.upper, named))) else None
    if len(text) < 60 and _NUMBERS.fullmatch(text) and not any(choice.letter for choice in choices):
        numbers = [int(digits) for digits in re.findall(r"\d+", text)]
        exact = {at for at, choice in enumerate(choices) if _as_words(choice.text) in {str(number) for number in numbers}}
        return exact or ({number - 1 for number in numbers} if all(0 < number <= len(choices) for number in numbers) else None)
    return None


def _by_text(text: str, choices: Sequence[Choice]) -> set[int] | None:
    wanted = _as_words(text)
    found = {at for at, choice in enumerate(choices) if wanted and _as_words(choice.text) == wanted}
    return found or None


def _by_texts(text: str, choices: Sequence[Choice]) -> set[int] | None:
    """Take "Sand, Stone and Clay" for three options if each part is the text of one."""
    parts = [part for part in _BETWEEN.split(" ".join(text.rstrip(".").split())) if part.strip()]
    places = [_by_text(part, choices) for part in parts[:_MOST_PARTS]]
    return (
        {at for found in places if found for at in found}
        if len(parts) > 1 and len(parts) <= _MOST_PARTS and all(places)
        else None
    )


def _led(text: str, choices: Sequence[Choice]) -> tuple[set[int], str] | None:
    """Take the letter of "B. Sand", or the number of "2. Sand", and what is said besides if that is no option."""
    match = _LED.fullmatch(text)
    if not match:
        return None
    by_text = _by_text(match["text"], choices)
    if by_text:
        return by_text, ""
    if match["number"]:
        at = int(match["number"]) - 1
        known = (
            not any(choice.letter for choice in choices)
            and at < len(choices)
            and (part := _by_part(match["text"], choices))
            and at in part
        )
        return ({at}, "") if known else None
    letters = {choice.letter or chr(ord("A") + at): at for at, choice in enumerate(choices[:10])}
    at = letters.get(match["letter"].upper(), -1)
    return None if at < 0 else ({at}, match["text"].strip())


def _by_part(text: str, choices: Sequence[Choice]) -> set[int] | None:
    """An answer that goes on explaining begins with the option, or the option with the answer; only one may."""
    wanted = _as_words(text)
    if len(wanted) < 3:
        return None
    found = {at for at, words in _worded(choices) if wanted.startswith(words + " ") or words.startswith(wanted + " ")}
    return found if len(found) == 1 else None


def _worded(choices: Sequence[Choice]) -> Iterator[tuple[int, str]]:
    for at, choice in enumerate(choices):
        if words := _as_words(choice.text):
            yield at, words


def _as_words(text: str) -> str:
    return " ".join(_WORDS.findall(text[:_LONGEST].casefold())) or " ".join(text[:_LONGEST].split())
