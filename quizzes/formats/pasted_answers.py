"""Which options an answer names: "B, E", "BE", "B. Sand", the text of an option, or the whole list with its boxes."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from quizzes.formats.model import TextRange
from quizzes.formats.pasted_lines import LineKind, read_lines, without_stars
from quizzes.formats.pasted_marks import read_mark

_LETTERS = re.compile(r"[(\[]?[A-Ja-j][)\].]?(?:\s*(?:,|;|/|&|\+|\band\b|\s)\s*(?:and\s+)?[(\[]?[A-Ja-j][)\].]?){0,9}\.?")
_RUN_TOGETHER = re.compile(r"[A-J]{2,10}\.?")
_NUMBERS = re.compile(r"\d{1,2}(?:\s*(?:,|;|/|&|\band\b)\s*\d{1,2}){0,9}\.?")
_LED = re.compile(
    r"(?:(?:option|choice|answer)\s+)?[(\[]?(?P<letter>[A-Ja-j])(?:[).\]:]|\s+[-\u2013]\s)\s*(?P<text>.*)", re.IGNORECASE
)
_OPTION_LETTER = re.compile(r"(?:options?|choices?|answers?)\s+(?P<rest>.+)", re.IGNORECASE)
_TAGS = re.compile(
    r"<summary\b[^>]{0,200}>.{0,300}?</summary\s*>|</?[a-z][a-z0-9]*(?=[\s/>])[^>]{0,200}>", re.IGNORECASE | re.DOTALL
)
_WORDS = re.compile(r"\w+")
_BETWEEN = re.compile(r"[,;] ?(?:and )?| and | & ", re.IGNORECASE)
_LONGEST = 4000
_MOST_PARTS = 10


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a <details> says: lines that may be the answer, and the explanation below them."""

    answers: tuple[str, ...]
    explanation: str


@dataclass(frozen=True, slots=True)
class Choice:
    """An option as an answer may name it."""

    text: str
    letter: str = ""


def read_hidden(text: str) -> Hidden:
    """Return what a <details> block says."""
    plain = html.unescape(_TAGS.sub("\n", text)).replace("\r", "")
    lines = plain.split("\n")
    answers: list[str] = []
    explained: list[str] = []
    for line in read_lines(lines, TextRange(1, len(lines))):
        shown = "\n".join(lines[line.line - 1 : line.end_line]).strip()
        if line.kind in {LineKind.EXPLANATION, LineKind.FEEDBACK}:
            explained.append(line.text)
        elif explained:
            explained.append(shown)
        elif line.kind is LineKind.ANSWER:
            answers += [line.text] if line.text else []
        elif line.kind is LineKind.ITEM:
            answers += _of_item(line.box, line.letter, line.text)
        elif line.kind in {LineKind.TEXT, LineKind.HEAD, LineKind.HEADING, LineKind.QUOTE}:
            answers.append(shown.lstrip("#> "))
    return Hidden(tuple(answers), "\n".join(explained).strip())


def _of_item(box: bool | None, letter: str, text: str) -> list[str]:
    """Of a list with boxes only what is ticked is an answer."""
    if box is False:
        return []
    return [f"{letter}. {text}" if letter else text]


def name_options(answers: Sequence[str], choices: Sequence[Choice]) -> tuple[frozenset[int], list[str]]:
    """Return the (0-based) options that the answers name, and the answers that name none."""
    found: set[int] = set()
    lost: list[str] = []
    for answer in answers:
        places = _places(answer[:_LONGEST], choices)
        if places is None:
            lost.append(answer)
        else:
            found |= places
    return frozenset(found), lost


def _places(answer: str, choices: Sequence[Choice]) -> set[int] | None:
    text = without_stars(read_mark(answer).text).strip()
    return (
        _by_letters(text, choices)
        or _by_text(text, choices)
        or _led(text, choices)
        or _by_texts(text, choices)
        or _by_part(text, choices)
    )


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


def _led(text: str, choices: Sequence[Choice]) -> set[int] | None:
    """Take the letter of "B. Sand", if the text does not say something else."""
    match = _LED.fullmatch(text)
    if not match:
        return None
    by_text = _by_text(match["text"], choices)
    letters = {choice.letter or chr(ord("A") + at): at for at, choice in enumerate(choices[:10])}
    at = letters.get(match["letter"].upper())
    return by_text or (None if at is None else {at})


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
