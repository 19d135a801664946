"""What a <details> says: which lines of it are the answer, and what explains it."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from quizzes.formats.model import TextRange
from quizzes.formats.pasted_folded_keys import read_shared
from quizzes.formats.pasted_lines import LineKind, PastedLine, read_lines, without_stars

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
_LETTERS = r"[A-J](?:\s*(?:,|;|/|&|\band\b|\s)\s*[A-J]){0,9}"
_ONLY_LETTERS = re.compile(rf"\(?{_LETTERS}\)?[*_.\s]*")
_ANY_WORD = re.compile(rf"(?P<word>[^\W\d_][^\n:\uff1a]{{0,30}})[:\uff1a]\s*[*_]*(?P<letters>{_LETTERS})[*_.\s]*")
# Letters behind these are of something else, or of the options that are wrong.
_OTHER_WORD = re.compile(
    r"\b(?:distractors?|wrong|incorrect|false|not|other|others|trap|rejected|eliminated?|domain|section|category|topic|subject|objective|skill"
    r"|level|difficulty|grade|class|type|group|module|unit|chapter|part|lesson|appendix|annex|figure|table|exhibit|set|version|plan|see|source"
    r"|weight|priority|tier|block|column|row|vitamin|hepatitis|hint)\b",
    re.IGNORECASE,
)
_VERDICT = re.compile(
    rf"(?i:correct|right)\s*[:\uff1a]\s*[*_]{{0,3}}(?P<before>\(?{_LETTERS}(?![\w'\u2019+#]).*)"
    rf"|(?i:option\s+|answer\s+)?\(?(?P<after>[A-J])\)?[*_]{{0,3}}\s+is\s+(?:the\s+)?(?:correct|right)\b.*",
    re.DOTALL,
)
_REASONS = {LineKind.EXPLANATION, LineKind.FEEDBACK}
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a <details> says: lines that may be the answer, and the explanation. `named` tells that it names the answer.

    `shared` tells that there are answers of several questions. `summed` is the answer that the summary names: where the lines name another one, somebody has to decide.
    """

    answers: tuple[str, ...]
    explanation: str
    named: bool = False
    summed: str = ""
    shared: bool = False


def read_hidden(text: str) -> Hidden:
    """Return what a <details> block says."""
    summary = _SUMMARY.search(text[:_LONGEST])
    about = html.unescape(_TAG.sub(" ", summary[1])).strip() if summary else ""
    lines = _plain(text).split("\n")
    found = [
        (line, "\n".join(lines[line.line - 1 : line.end_line]).strip()) for line in read_lines(lines, TextRange(1, len(lines)))
    ]
    summed = _in_summary(about)
    named = _named(found)
    entries = {} if summed else read_shared(lines, 0, len(lines))
    if entries and {found[at][0].line for at in named} <= {entry.line for entry in entries.values()}:
        return Hidden((), _explained(found, set()), shared=True)
    named = named or ({} if summed else _in_any_word(found))
    if named or summed:
        return Hidden(tuple(named.values()), _explained(found, set(named)), named=True, summed=summed)
    if _EXPLAINS.search(about):
        return Hidden((), _explained(found, set()))
    first = next((at for at, (line, _) in enumerate(found) if line.kind in _REASONS), len(found))
    answers = [answer for line, shown in found[:first] for answer in _maybe_answers(line, shown)]
    return Hidden(tuple(answers), _explained(found[first:], set()))


def _in_summary(about: str) -> str:
    """Return the answer in "Answer: B" or "Correct: B", nothing if the summary only says what is hidden."""
    lines = read_lines([about.replace("\n", " ").lstrip("> \t")], TextRange(1, 1))
    if not lines:
        return ""
    return lines[0].text if lines[0].kind is LineKind.ANSWER else _verdict(about)


def _plain(text: str) -> str:
    """Return the text without its tags; code keeps them."""
    parts = _CODE.split(text.replace("\r", ""))
    return "".join(part if at % 2 else html.unescape(_INLINE.sub("", _TAGS.sub("\n", part))) for at, part in enumerate(parts))


def _named(found: Sequence[tuple[PastedLine, str]]) -> dict[int, str]:
    """Return what is said to be the answer, by its place: behind "Answer:", or below that."""
    named: dict[int, str] = {}
    waiting = False
    for at, (line, shown) in enumerate(found):
        if line.kind is LineKind.ANSWER:
            named |= {at: line.text} if line.text else {}
            waiting = not line.text
        elif waiting and line.kind in {LineKind.TEXT, LineKind.ITEM}:
            named |= dict.fromkeys([at], *_of_item(line.box, line.letter, line.text)[:1]) if line.box is not False else {}
            waiting = line.kind is LineKind.ITEM
        elif not named and line.kind in {LineKind.TEXT, LineKind.FEEDBACK} and (letters := _verdict(shown)):
            named[at] = letters
        else:
            waiting = False
    return named


def _in_any_word(found: Sequence[tuple[PastedLine, str]]) -> dict[int, str]:
    """Return letters behind a word that may be "Answer" in some language: only the first, and not below letters alone."""
    for at, (line, shown) in enumerate(found):
        if at == 0 and (line.letter or _ONLY_LETTERS.fullmatch(without_stars(shown))):
            return {}
        match = _ANY_WORD.fullmatch(without_stars(shown.lstrip("# "))) if line.kind in {LineKind.TEXT, LineKind.HEADING} else None
        if match and not _OTHER_WORD.search(match["word"]):
            return {at: match["letters"].strip("*_ ")}
    return {}


def _verdict(text: str) -> str:
    """Return "B. Snow is ice." of "Correct: B. Snow is ice.", and "B" of "B is correct"."""
    match = _VERDICT.fullmatch(without_stars(text[:_LONGEST]))
    if not match:
        return ""
    return match["before"].strip("*_ ") if match["before"] else match["after"]


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
