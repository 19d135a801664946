"""What is still to do on a week page, line by line, in sentences for the person who writes it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from course.week_depth import all_messages
from course.week_words import sentence_case
from course.weekfile import Group, Level, Message, Section, WeekFile

COUNTED = "W312"
"""How many placeholders there are: the list of lines says each of them itself."""
NO_ADDRESS = "W313"
UNKNOWN_HEADING = "W310"


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


def told(message: Message) -> Todo:
    """Return a message of the parser as it stands in a list."""
    return Todo(message.line, f"{message.code} {message.text}", message.level is Level.ERROR)


def remarks(file: WeekFile, *, all_headings: bool = False) -> list[Todo]:
    """Return everything to be told about a page: what is to fill, and the parser's own messages, sorted by line.

    `all_headings` adds the headings that the program does not know; they are shown as they stand, so nothing is wrong.
    """
    filled = lines_to_fill(file)
    lines = {todo.line for todo in filled}
    said = [
        Todo(message.line, f"{message.code} {_words(message, file)}", message.level is Level.ERROR)
        for message in all_messages(file)
        if message.level is not Level.INFO
        and message.code != COUNTED
        and not (message.code == NO_ADDRESS and message.line in lines)
        and (all_headings or message.code != UNKNOWN_HEADING)
    ]
    return sorted([*filled, *said], key=lambda todo: todo.line)


def _words(message: Message, file: WeekFile) -> str:
    if message.code != UNKNOWN_HEADING:
        return message.text
    heading = next((one.name for one in file.sections if one.line == message.line), "")
    named = f"\u201c{heading}\u201d" if heading else "This heading"
    return f"{named} is not a heading that the program knows. It is shown as it stands; nothing to do."


def _placeholder(file: WeekFile, line: int, text: str) -> str:
    section = _section_at(file, line)
    if section is None:
        return f"\u201c{text}\u201d stands for something still to write. Students do not see it."
    if section.line == line:
        return f"Nothing stands under {sentence_case(section.name)}. Students do not see this heading."
    if not section.placeholder_only:
        return f"\u201c{text}\u201d under {sentence_case(section.name)}. Students do not see this line."
    part = "topic until it has a reading" if section.group is Group.READINGS else "part until something stands there"
    return f"\u201c{text}\u201d under {sentence_case(section.name)}. Students do not see this {part}."


def _section_at(file: WeekFile, line: int) -> Section | None:
    return next((one for one in file.sections if one.span.line <= line <= max(one.span.end_line, one.line)), None)


def _untimed(file: WeekFile) -> Iterator[Todo]:
    for section in file.sections:
        if section.group is Group.READINGS:
            for item in section.items:
                if item.depth == 0 and not item.placeholder and item.minutes is None and item.url:
                    yield Todo(
                        item.line,
                        f"\u201c{item.title}\u201d has no minutes. The reading budget counts it as 0.",
                    )
