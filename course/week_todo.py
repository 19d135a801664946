"""What is still to do on a week page, line by line, in sentences for the person who writes it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from course.weekfile import Group, Level, Section, WeekFile

SAID_ELSEWHERE = frozenset({"W312", "W313"})
"""Messages that the list of lines says itself, one line at a time."""


@dataclass(frozen=True, slots=True)
class Todo:
    """One line that needs somebody. `grave` marks what keeps the page from being stored or shown."""

    line: int
    text: str
    grave: bool = False


def lines_to_fill(file: WeekFile) -> list[Todo]:
    """Return the placeholders, empty sections and readings without minutes of a page, sorted by line."""
    found = [Todo(line, _placeholder(file, line, text)) for line, text in file.to_fill]
    return sorted({todo.line: todo for todo in [*_untimed(file), *found]}.values(), key=lambda todo: todo.line)


def remarks(file: WeekFile) -> list[Todo]:
    """Return everything to be told about a page: what is to fill, and the parser's own messages, sorted by line."""
    filled = lines_to_fill(file)
    lines = {todo.line for todo in filled}
    said = [
        Todo(message.line, f"{message.code} {message.text}", message.level is Level.ERROR)
        for message in file.messages
        if message.level is not Level.INFO and message.code != "W312"
        and not (message.code in SAID_ELSEWHERE and message.line in lines)
    ]
    return sorted([*filled, *said], key=lambda todo: todo.line)


def _placeholder(file: WeekFile, line: int, text: str) -> str:
    section = _section_at(file, line)
    if section is None:
        return f"\u201c{text}\u201d stands for something still to write. Students do not see it."
    if section.line == line:
        return f"Nothing stands under {section.name}. Students do not see this heading."
    if not section.placeholder_only:
        return f"\u201c{text}\u201d under {section.name}. Students do not see this line."
    part = "topic until it has a reading" if section.group is Group.READINGS else "part until something stands there"
    return f"\u201c{text}\u201d under {section.name}. Students do not see this {part}."


def _section_at(file: WeekFile, line: int) -> Section | None:
    return next((one for one in file.sections if one.span.line <= line <= max(one.span.end_line, one.line)), None)


def _untimed(file: WeekFile) -> Iterator[Todo]:
    for section in file.sections:
        if section.group is Group.READINGS:
            for item in section.items:
                if item.depth == 0 and not item.placeholder and item.minutes is None and item.url:
                    yield Todo(item.line, f"\u201c{item.title}\u201d has no minutes. The reading budget counts it as 0.")
