"""Parts of a page that are shown as they were typed, because they are nested too deeply or too long to lay out. Pure."""

from collections.abc import Iterator

from course.markdown import DEEPEST, as_typed, is_too_hard, render
from course.week_lines import NEWLINE, columns
from course.weekfile import Level, Message, Span, WeekFile

MARKS = "> \t*+-0123456789.)"
SUSPECT = DEEPEST - 10
"""Columns of blanks and list marks before a line's words: fewer cannot nest so deeply."""


def all_messages(file: WeekFile) -> list[Message]:
    """Return the parser's messages and one for each part that can only be shown as it was typed, sorted by line."""
    return sorted([*file.messages, *_flat_parts(file)], key=lambda message: message.line)


def _flat_parts(file: WeekFile) -> Iterator[Message]:
    spans = [
        file.intro_span,
        *(one.span for one in file.questions),
        *(section.body_span for section in file.sections),
    ]
    for span in spans:
        text = file.source[span.start : span.end]
        line = _deep_line(text, span)
        if (line or is_too_hard(text)) and _is_flat(text):
            words = (
                "nested too deeply, or too much to lay out; students see it as it is typed"
                " \u2014 use fewer levels, or split the part"
            )
            yield Message(line or span.line, "W316", Level.WARNING, words)


def _is_flat(text: str) -> bool:
    return render(text) == as_typed(text)


def _deep_line(text: str, span: Span) -> int:
    """Return the first line that could be nested too deeply; 0 without one."""
    for number, line in enumerate(NEWLINE.split(text), span.line):
        lead = line[: len(line) - len(line.lstrip(MARKS))]
        if columns(lead) >= SUSPECT:
            return number
    return 0
