"""Small edits of a quiz's own text (formats.md 3.6): one thing changes, every other character stays."""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from quizzes.formats.editing import set_right
from quizzes.formats.front_matter import FENCE, front_keys, read_front_matter
from quizzes.formats.lines import split_lines
from quizzes.formats.model import ParsedQuestion, QuizPurpose, QuizSettings

_NEWLINE = re.compile(r"\r\n|\n|\r")
_KEY_LINE = re.compile(r"([A-Za-z_]+)[ \t]*:")
_BOM = "\ufeff"
# What has a field of its own in the program; the rest of the front matter stays in the text.
_FIELDS = front_keys() - {"points", "access"}


def with_newlines_of(typed: str, before: str) -> str:
    """Return what a browser sent (always CRLF) with the newlines that the text had before (LF if it had none)."""
    match = _NEWLINE.search(before)
    return _NEWLINE.sub(match[0] if match else "\n", typed)


def take_settings(text: str) -> tuple[QuizSettings, str]:
    """Return the settings in a text's front matter, and the text without those that have a field of their own.

    Keys that are not ours (and `points`, `access`, a survey's `kind`) stay in the text, letter for letter. Front matter
    with an error in it stays whole, so that the message about it keeps its line.
    """
    lines = split_lines(text)
    if lines and lines[0].startswith(_BOM):
        lines[0] = lines[0][1:]
    front = read_front_matter(lines)
    if front.body == 0 or any(message.code.startswith("E") for message in front.messages):
        return QuizSettings(), text
    keep = _FIELDS - {"kind"} if front.settings.purpose is QuizPurpose.SURVEY else _FIELDS
    pieces = _with_ends(text)
    head, body = pieces[1 : front.body - 1], "".join(pieces[front.body :])
    kept = _without_keys(head, keep)
    if not any(line.strip() for line in kept):
        return front.settings, body.lstrip("\r\n")
    return front.settings, "".join([pieces[0], *kept, *pieces[front.body - 1 : front.body], body])


def with_settings(text: str, lines: Iterable[str]) -> str:
    """Return the text with `lines` ("due: 2026-10-07 17:30") at the top of its front matter; the opposite of `take_settings`."""
    match = _NEWLINE.search(text)
    newline = match[0] if match else "\n"
    added = "".join(f"{line}{newline}" for line in lines)
    pieces = _with_ends(text)
    if pieces and pieces[0].rstrip() == FENCE:
        return "".join([pieces[0], added, *pieces[1:]])
    return f"{FENCE}{newline}{added}{FENCE}{newline}{newline}{text}"


def with_right(text: str, question: ParsedQuestion, right: Collection[int]) -> str:
    """Return the text with exactly the options `right` (0-based) of one question marked: one character an option.

    `question` must come from this very text. Raises ValueError if one of its boxes cannot be read.
    """
    for index, option in enumerate(question.options):
        text = set_right(text, option.line, right=index in right)
    return text


def decided(question: ParsedQuestion, right: Collection[int]) -> ParsedQuestion:
    """Return a parsed question with exactly the options `right` as its key."""
    options = tuple(replace(option, correct=index in right) for index, option in enumerate(question.options))
    return replace(question, options=options)


def _with_ends(text: str) -> list[str]:
    """Return the lines with their ends; like `split_lines`, only LF, CRLF and CR end a line."""
    ends = [match.end() for match in _NEWLINE.finditer(text)]
    return [text[start:end] for start, end in zip([0, *ends], [*ends, len(text)], strict=True) if start < end]


def _without_keys(lines: Iterable[str], names: Collection[str]) -> list[str]:
    kept: list[str] = []
    drop = False
    for line in lines:
        match = _KEY_LINE.match(line)
        if match:
            drop = match[1] in names
        elif line[:1] not in (" ", "\t", "\r", "\n", "-"):
            drop = False  # a comment stays
        if not drop:
            kept.append(line)
    return kept
