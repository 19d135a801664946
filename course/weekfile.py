"""A week page as text with an index: the bytes are the record, everything else is read from them (formats.md 3).

`parse` takes any bytes. `WeekFile.emit` gives them back unchanged. An edit replaces the characters of one place and
parses the result again; there is no pretty-printer.
"""

from dataclasses import dataclass, field
from typing import Any

from course.week_blocks import Scanner
from course.week_checks import check_page, to_fill
from course.week_edit import Reading, new_reading, replaced, with_newlines
from course.week_front import FrontMatter, read_front_matter
from course.week_headings import Titled
from course.week_lines import split_lines
from course.week_model import (
    Block,
    BlockKind,
    EditError,
    Facets,
    Group,
    Item,
    Kind,
    Level,
    Message,
    Presenter,
    QuizEntry,
    Section,
    Span,
    Surroundings,
)
from course.week_parts import Assembler, Parts, question_text

__all__ = [
    "Block",
    "BlockKind",
    "EditError",
    "Facets",
    "Group",
    "Item",
    "Kind",
    "Level",
    "Message",
    "Presenter",
    "QuizEntry",
    "Section",
    "Span",
    "Surroundings",
    "WeekFile",
    "parse",
]

BOM = b"\xef\xbb\xbf"
MAX_BYTES = 200_000
MAX_LINES = 5_000
"""Real pages have a few hundred lines; with this many, reading one takes a few hundred milliseconds at worst."""
NOWHERE = Span(0, 0, 1, 1)
UNREADABLE = Parts(Titled(None, "", None), "", NOWHERE, (), (), (), (), (), (), ())


@dataclass(frozen=True, slots=True)
class WeekFile:
    """One week page.

    `data` are the file's bytes, `source` the same as text without a byte order mark (empty if unreadable); all
    spans count characters of `source`. `number` is None for "Week N" and pages without a number.
    `readable` is False for bytes that are no text or too long: then there is a message, and nothing else.
    """

    data: bytes
    source: str
    messages: tuple[Message, ...]
    parts: Parts = field(repr=False)
    front: FrontMatter = field(repr=False)
    around: Surroundings = field(repr=False)
    readable: bool = True

    @property
    def number(self) -> int | None:
        return self.parts.titled.number

    @property
    def title(self) -> str:
        return self.parts.titled.title

    @property
    def intro(self) -> str:
        """Markdown between the title and the next heading."""
        return self.parts.intro

    @property
    def intro_span(self) -> Span:
        return self.parts.intro_span

    @property
    def key_questions(self) -> tuple[str, ...]:
        """Each key question's whole text, without its number."""
        return tuple(question_text(item) for item in self.parts.questions)

    @property
    def questions(self) -> tuple[Item, ...]:
        """The key questions as items, with their places."""
        return self.parts.questions

    @property
    def sections(self) -> tuple[Section, ...]:
        return self.parts.sections

    @property
    def items(self) -> tuple[Item, ...]:
        """The items of all sections, in order."""
        return tuple(item for section in self.sections for item in section.items)

    @property
    def quizzes(self) -> tuple[QuizEntry, ...]:
        return self.parts.quizzes

    @property
    def presenters(self) -> tuple[Presenter, ...]:
        return self.parts.presenters

    @property
    def to_fill(self) -> list[tuple[int, str]]:
        """(line, text) of placeholders and empty sections, for the instructor."""
        return to_fill(self.parts)

    @property
    def has_errors(self) -> bool:
        return any(message.level is Level.ERROR for message in self.messages)

    def emit(self) -> bytes:
        """The file's bytes; exactly those that were parsed if nothing was edited."""
        return self.data

    def with_text(self, text: str) -> "WeekFile":
        """The page with a whole new text, as a browser posts it (CR LF for every line end).

        The file keeps its own newlines (line by line where they are mixed and the line did not change), its byte
        order mark, and ends with a newline only if `text` does. Nothing is stripped. A text that is not
        storable (NUL, lone surrogates) gives a page with message E206.
        """
        return self._again(with_newlines(self.source, text))

    def with_source(self, source: str) -> "WeekFile":
        """The page with this very text, character for character; the byte order mark stays as it was."""
        self._need_text()
        return self._again(source)

    def replace_span(self, span: Span, text: str, *, expected: str | None = None) -> "WeekFile":
        """The page with the characters of `span` replaced; newlines in `text` become the file's own.

        Raises EditError if the span lies outside the text, or its characters are not `expected` (a stale span).
        """
        self._need_text()
        return self._again(replaced(self.source, span, text, expected))

    def insert_reading(
        self, section_line: int, title: str, url: str, minutes: float | None = None, optional: bool = False
    ) -> "WeekFile":
        """The page with one more reading at the end of the list of the section whose heading is on `section_line`.

        One line is printed in the style of its neighbours. If the section's items are all placeholders, it takes
        their place. `url` may be "" for a reading without an address; `minutes` > 0 is printed as "(15m)" or "(4:21)".
        Raises EditError if there is no such section, the title is empty, the address is none that we show
        (http, https, mailto or relative), or the page does not read back as meant.
        """
        self._need_text()
        section = next((one for one in self.sections if one.line == section_line), None)
        if section is None:
            raise EditError(f"there is no section on line {section_line} any more \u2014 load the page again")
        edit = new_reading(self.source, section, self.items, Reading(title, url, minutes, optional))
        after = self._again(edit.source)
        if not any(item.line == edit.line and edit.url in {None, item.url} and item.depth == 0 for item in after.items):
            raise EditError("the list of this section cannot be continued safely \u2014 edit its text instead")
        return after

    def as_json(self) -> dict[str, Any]:
        """The page in the shape that `parse_week --json` prints (formats.md 5)."""
        return {
            "number": self.number,
            "title": self.title,
            "intro": self.intro,
            "key_questions": list(self.key_questions),
            "sections": [_section_json(section) for section in self.sections],
            "quizzes": [
                {"line": quiz.line, "title": quiz.title, "url": quiz.url, "placeholder": quiz.placeholder}
                for quiz in self.quizzes
            ],
            "presenters": [{"line": one.line, "name": one.name, "placeholder": one.placeholder} for one in self.presenters],
            "messages": [
                {"line": one.line, "code": one.code, "level": one.level.value, "text": one.text} for one in self.messages
            ],
        }

    def _need_text(self) -> None:
        if not self.readable:
            raise EditError("this file cannot be read as text \u2014 replace it by one saved as UTF-8")

    def _again(self, source: str) -> "WeekFile":
        mark = BOM if self.data.startswith(BOM) else b""
        return parse(mark + source.encode("utf-8", "surrogatepass"), self.around)


def parse(data: bytes, around: Surroundings | None = None) -> WeekFile:
    """Reads a week page; never raises. What cannot be read is told in `messages`, sorted by line.

    `around` says what the page cannot know: its path in the course, the teacher's own headings, which files exist.
    """
    around = around or Surroundings()
    problem, source = _decoded(data)
    if problem:
        return WeekFile(data, "", (problem,), UNREADABLE, FrontMatter(), around, readable=False)
    lines = split_lines(source)
    front = read_front_matter(lines)
    scan = Scanner(lines, front.first_line).run()
    parts = Assembler(source, lines, scan, front, around).build()
    return WeekFile(data, source, (*front.messages, *check_page(parts, lines, around)), parts, front, around)


def _decoded(data: bytes) -> tuple[Message | None, str]:
    if len(data) > MAX_BYTES:
        size = f"{len(data) // 1000} kB"
        return _unreadable("E208", f"too long: {size}, at most {MAX_BYTES // 1000} kB \u2014 split the page"), ""
    count = len(data.splitlines())
    if count > MAX_LINES:
        return _unreadable("E208", f"too long: {count} lines, at most {MAX_LINES} \u2014 split the page"), ""
    nul = data.find(b"\0")
    if nul >= 0:
        return _unreadable("E206", f"file contains a NUL at byte {nul} \u2014 save it as plain text in UTF-8"), ""
    try:
        return None, data.removeprefix(BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        at = error.start + (len(BOM) if data.startswith(BOM) else 0)
        return _unreadable("E206", f"file is not UTF-8 at byte {at} \u2014 save it again with the encoding UTF-8"), ""


def _unreadable(code: str, text: str) -> Message:
    return Message(1, code, Level.ERROR, text)


def _section_json(section: Section) -> dict[str, Any]:
    return {
        "line": section.line,
        "level": section.level,
        "heading": section.heading,
        "group": section.group.value,
        "kind": section.kind.value,
        "placeholder_only": section.placeholder_only,
        "items": [_item_json(item) for item in section.items],
    }


def _item_json(item: Item) -> dict[str, Any]:
    return {
        "line": item.line,
        "depth": item.depth,
        "title": item.title,
        "url": item.url,
        "placeholder": item.placeholder,
        "minutes": item.minutes,
        "published": item.published if item.published and "-" in item.published else None,  # a year alone is no date
        "text": item.text,
    }
