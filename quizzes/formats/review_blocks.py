"""The blocks of a pasted review (dialect P1) and where such a review stands in a note.

The icons of the learning platform arrive as words: ``_check_`` and ``_close_``, glued to the option
that was chosen. A Markdown parser would lose them, so this works on raw lines.
"""

import itertools
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from quizzes.formats.lines import find_fences
from quizzes.formats.model import Mark, TextRange

MOST_RANGES = 50


class BlockKind(StrEnum):
    ICON = "icon"
    NUM = "num"
    NOTE = "note"
    MARKED = "marked"
    FEEDBACK = "feedback"
    LIST = "list"
    PARA = "para"


@dataclass(frozen=True, slots=True)
class Block:
    """Lines between blank lines. Of a MARKED block the icon is already taken off `lines`.

    `known` is what a page says of an option that was not ticked; `doubt` is what to ask about the mark. Nothing below a
    `closed` block belongs to it; `missed` says that something right was not ticked.
    """

    kind: BlockKind
    line: int
    lines: tuple[str, ...]
    mark: Mark | None = None
    number: int | None = None
    bare: bool = False
    known: bool | None = None
    doubt: str = ""
    closed: bool = False
    missed: bool = False

    @property
    def end_line(self) -> int:
        return self.line + len(self.lines) - 1

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


_WORDS = "check_circle|check|done|close|cancel|clear"
_STAR = r"(?:\\?[_*]){1,2}"
_ICON = re.compile(rf"{_STAR}({_WORDS}){_STAR}")
_GLUED = re.compile(rf"{_STAR}({_WORDS}){_STAR}(\s*)(?=\S)")
_BARE = re.compile(rf"({_WORDS})(?=\S)")
_LONE_WORD = re.compile(rf"({_WORDS})")
_ICON_STARTS = frozenset("\\_*cd")  # of stars and of `_WORDS`
_NUM = re.compile(r"(?:(\d{1,3})[.)]|Question (\d{1,3}))")
_NOTE = re.compile(rf"(?:{_STAR}info{_STAR}\s*|info)?Note: To get credit for a multiple-select question", re.IGNORECASE)
_FEEDBACK = re.compile(
    r"\\?(?:Correct\b|Incorrect\b|Right!|Wrong\b|That['\u2019]s (?:not )?(?:right|correct)\b|Not quite\b"
    r"|You selected a correct option|You didn['\u2019]t select|Please review\b|Review the\b)"
)
_ITEM = re.compile(r"\s*(?:\d+[.)]|[-*+])\s+\S")
_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*)")
_TITLES = re.compile(r"review|quiz|knowledge check|check your knowledge|practice questions", re.IGNORECASE)
_QUOTES = "\"'\u201c\u2018«("  # what a sentence may start with besides a letter or digit


def normalise(lines: Sequence[str]) -> list[str]:
    """Return the lines without white space at their ends and in Unicode's composed form."""
    return [unicodedata.normalize("NFC", line).rstrip() for line in lines]


def is_number(line: str) -> bool:
    """Tell whether a line is the number of a question and nothing else."""
    return bool(_NUM.fullmatch(_without_hashes(line)))


def mark_of(word: str) -> Mark:
    """Return what an icon's name says about the option it marks."""
    return Mark.CHECK if word in {"check", "check_circle", "done"} else Mark.CLOSE


def find_ranges(lines: Sequence[str]) -> list[TextRange]:
    """Return where in normalised `lines` a review may stand, the likeliest first.

    Headings that name a review come first if icons or the credit note follow them; without any such
    heading the range starts at the paragraph above the first icon or note.
    """
    evidence = find_evidence(lines)
    likely: list[TextRange] = []
    unlikely: list[TextRange] = []
    for at in itertools.islice(_headed_ranges(lines), MOST_RANGES):
        has_evidence = bisect_left(evidence, at.start) < bisect_left(evidence, at.end + 1)
        (likely if has_evidence else unlikely).append(at)
    if evidence and not likely:
        likely = [TextRange(_start_above(lines, evidence), len(lines))]
    return likely + unlikely


def split_blocks(lines: Sequence[str], at: TextRange) -> list[Block]:
    """Return the blocks of the range, in order. The heading that names the review is left out."""
    chunks = list(_chunks(lines, at))
    bare = _uses_bare_words([chunk for _, chunk in chunks])
    return [_classify(line, chunk, bare=bare) for line, chunk in chunks]


def take_mark(text: str, *, bare: bool) -> tuple[Mark, str, bool] | None:
    """Split the icon off the front of a text: (mark, rest, was a bare word), or None if there is none."""
    if text[:1] not in _ICON_STARTS:
        return None
    match = _GLUED.match(text)
    if match and (not match[2] or _starts_sentence(text[match.end()])):
        return mark_of(match[1]), text[match.end() :], False
    if bare and (match := _bare_word(text)):
        return mark_of(match[1]), text[match.end() :], True
    return None


def heading_lines(lines: Sequence[str]) -> list[int]:
    """Return the (1-based) lines that are headings and not code."""
    verbatim = find_fences(lines).verbatim
    return [at for at, line in enumerate(lines, 1) if at - 1 not in verbatim and _heading(line)]


def _headed_ranges(lines: Sequence[str]) -> Iterator[TextRange]:
    verbatim = find_fences(lines).verbatim
    headings = [
        (index, len(match[1]), match[2])
        for index, line in enumerate(lines)
        if index not in verbatim and (match := _heading(line))
    ]
    for place, (index, level, title) in enumerate(headings):
        if _TITLES.search(title):
            below = (headings[at] for at in range(place + 1, len(headings)))
            following = (other for other, depth, _ in below if depth <= level)
            yield TextRange(index + 1, next(following, len(lines)), title.strip())


def find_evidence(lines: Sequence[str]) -> list[int]:
    """Return the lines (1-based) that only a pasted review has."""
    notes = [index for index, line in enumerate(lines, 1) if _NOTE.match(line)]
    return sorted({*find_icons(lines), *notes})


def find_icons(lines: Sequence[str]) -> list[int]:
    """Return the lines (1-based) with the words of icons; bare words are believed if there are two."""
    likely = [(index, line) for index, line in enumerate(lines, 1) if line[:1] in _ICON_STARTS]
    sure = [index for index, line in likely if _ICON.fullmatch(line) or take_mark(line, bare=False)]
    bare = [index for index, line in likely if _bare_word(line)]
    return sorted({*sure, *bare}) if len(bare) > 1 else sure


def _start_above(lines: Sequence[str], evidence: Sequence[int]) -> int:
    """Return the line where the first question starts, going up from the first icon or note."""
    first = evidence[0]
    if _ICON.fullmatch(lines[first - 1]):
        return first
    start = _paragraph_start(lines, first if _is_tail(lines, first) else _paragraph_above(lines, first))
    above = _paragraph_above(lines, start)
    while above != start and (_NUM.fullmatch(lines[above - 1]) or _ICON.fullmatch(lines[above - 1])):
        start, above = above, _paragraph_above(lines, above)
    return start


def _is_tail(lines: Sequence[str], line: int) -> bool:
    """Tell whether a line continues the paragraph above it, as the note does right under a prompt."""
    return line > 1 and bool(lines[line - 2])


def _paragraph_start(lines: Sequence[str], line: int) -> int:
    while line > 1 and lines[line - 2] and not _HEADING.fullmatch(lines[line - 2]):
        line -= 1
    return line


def _paragraph_above(lines: Sequence[str], line: int) -> int:
    """Return the last line of the paragraph above, or `line` itself if there is none."""
    above = line - 1
    while above >= 1 and not lines[above - 1]:
        above -= 1
    return above if above >= 1 and not _HEADING.fullmatch(lines[above - 1]) else line


def _chunks(lines: Sequence[str], at: TextRange) -> Iterator[tuple[int, list[str]]]:
    chunk: list[str] = []
    for number in range(at.start, at.end + 1):
        line = lines[number - 1]
        if chunk and (not line or _stands_alone(chunk[-1]) or _opens(line) or _note_is_complete(chunk)):
            yield number - len(chunk), chunk
            chunk = []
        if line and not _is_review_heading(line):
            chunk.append(line)
    if chunk:
        yield at.end + 1 - len(chunk), chunk


def _is_review_heading(line: str) -> bool:
    match = _heading(line)
    return bool(match and _TITLES.search(match[2]))


def _stands_alone(line: str) -> bool:
    return bool(_heading(line) or _icon(line) or _NUM.fullmatch(line))


def _opens(line: str) -> bool:
    """Tell whether a line starts a block of its own even without a blank line above it."""
    alone = _icon(line) or _heading(line)
    return bool(alone or take_mark(line, bare=False) or _NOTE.match(line))


def _note_is_complete(chunk: Sequence[str]) -> bool:
    return bool(_NOTE.match(chunk[0])) and chunk[-1].endswith(".")


def _heading(line: str) -> re.Match[str] | None:
    return _HEADING.fullmatch(line) if "#" in line[:4] else None


def _icon(line: str) -> re.Match[str] | None:
    return _ICON.fullmatch(line) if line[:1] in _ICON_STARTS else None


def _without_hashes(line: str) -> str:
    match = _heading(line)
    return match[2] if match else line


def _bare_word(text: str) -> re.Match[str] | None:
    """Find an icon's name glued to a word ("checkThey can"), but not "check the logs" or "Closed"."""
    match = _BARE.match(text) if text[:1] in _ICON_STARTS else None
    return match if match and _starts_sentence(text[match.end()]) else None


def _starts_sentence(char: str) -> bool:
    return char.isupper() or char.isdigit() or char in _QUOTES


def _uses_bare_words(chunks: Sequence[Sequence[str]]) -> bool:
    """Bare words are only believed if at least two blocks of the paste have them."""
    return sum(1 for chunk in chunks if _bare_word(chunk[0])) > 1


def _classify(line: int, chunk: Sequence[str], *, bare: bool) -> Block:
    lines = (_without_hashes(chunk[0]), *chunk[1:])
    if len(lines) == 1:
        if icon := _icon(lines[0]) or (_LONE_WORD.fullmatch(lines[0]) if bare else None):
            return Block(BlockKind.ICON, line, lines, mark=mark_of(icon[1]))
        if number := _NUM.fullmatch(lines[0]):
            return Block(BlockKind.NUM, line, lines, number=int(number[1] or number[2]))
    if marked := take_mark(lines[0], bare=bare):
        mark, rest, was_bare = marked
        return Block(BlockKind.MARKED, line, (rest, *lines[1:]), mark=mark, bare=was_bare)
    return Block(_kind_by_words(lines), line, lines)


def _kind_by_words(lines: Sequence[str]) -> BlockKind:
    if _NOTE.match(lines[0]):
        return BlockKind.NOTE
    if _FEEDBACK.match(lines[0]):
        return BlockKind.FEEDBACK
    return BlockKind.LIST if _is_list(lines) else BlockKind.PARA


def _is_list(lines: Sequence[str]) -> bool:
    return bool(_ITEM.match(lines[0])) and all(_ITEM.match(line) or line[0] in " \t" for line in lines)
