"""What the database knows of a week page's text: the rows of its sections and readings, built from the parsed file.

Nothing here writes. `course.actions.weeks` stores what these functions return; the text stays the record.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from course.file_links import is_local
from course.markdown import RENDERER_VERSION, render, words
from course.models import Course, Reading, Section, Week
from course.read_marks import Marked, Part, carry
from course.week_definitions import with_definitions
from course.week_depth import all_messages
from course.week_lines import NEWLINE
from course.week_todo import lines_to_fill
from course.weekfile import Group, Item, Span, Surroundings, WeekFile, parse
from course.weekfile import Section as FoundSection

SHOWN_SCHEMES = frozenset({"http", "https", "mailto"})
KeyOf = Callable[["FoundReading"], str]
RowKey = Callable[[Reading], str]
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class FoundReading:
    """A reading as the text has it now. `place` is the position of its section on the page."""

    place: int
    line: int
    title: str
    url: str
    note_html: str
    seconds: int | None
    optional: bool


@dataclass(frozen=True, slots=True)
class Matched:
    """What became of a week's readings: rows to write anew, rows to change, rows the text no longer has.

    `back` are those of `kept` that had been removed before.
    """

    new: list[Reading]
    kept: list[Reading]
    gone: list[Reading]
    back: list[Reading]


def file_of(week: Week, exists: Callable[[str], bool] | None = None) -> WeekFile:
    """Return the week's text, parsed; its `emit()` are the bytes that were imported or saved. `exists` as in `read_week`."""
    return read_week(week.course, week.source.encode(), exists)


def read_week(course: Course, data: bytes, exists: Callable[[str], bool] | None = None) -> WeekFile:
    """Return the bytes of a week page, parsed with the headings that its course has of its own.

    `exists` tells which files the course has (`course.local_files`); without it no local link is looked for.
    """
    return parse(data, Surroundings(headings=course.headings, exists=exists))


def describe(week: Week, file: WeekFile) -> None:
    """Set every derived field of `week` from its file: number, title, introduction, questions, what is to fill."""
    known = file.parts.defined
    week.number = file.number
    week.title = file.title[:200]
    week.intro_html = render(
        with_definitions(
            without(file, file.intro_span, (block.span for block in file.parts.intro_blocks if block.placeholder)), known
        ),
        heading_base=3,
        page_links=True,
    )
    week.intro_line = file.intro_span.line if file.intro.strip() else 0
    week.key_questions = [
        render(with_definitions(text, known), heading_base=3, page_links=True)
        for text, item in zip(file.key_questions, file.questions, strict=True)
        if not item.placeholder
    ]
    week.question_index = [[item.line, 0, 0] for item in file.questions if not item.placeholder]
    week.to_fill = [[todo.line, todo.text] for todo in lines_to_fill(file)]
    week.messages = [
        {"line": one.line, "code": one.code, "level": one.level.value, "text": one.text} for one in all_messages(file)
    ]
    week.renderer = RENDERER_VERSION


def sections_of(week: Week, file: WeekFile) -> list[Section]:
    """Return the unsaved rows of the week's sections, in the order of the page."""
    known = file.parts.defined
    return [
        Section(
            week=week,
            position=place,
            line=found.line,
            level=found.level,
            heading=found.name[:300],
            group=found.group.value,
            kind=found.kind.value,
            placeholder_only=found.placeholder_only,
            html=render(with_definitions(section_text(file, found), known), heading_base=4, page_links=True),
        )
        for place, found in enumerate(file.sections)
    ]


def section_text(file: WeekFile, found: FoundSection) -> str:
    """Return the Markdown under a heading without its placeholders; readings are left out, they have rows of their own."""
    dropped = [block.span for block in found.blocks if block.placeholder]
    if found.group is Group.READINGS:
        dropped += [item.span for item in found.items if item.depth == 0]
    else:
        dropped += [item.span for item in file.questions]
        dropped += [item.span for item in found.items if _is_hollow(item, found.items)]
    return without(file, found.body_span, dropped)


def without(file: WeekFile, span: Span, dropped: Iterable[Span]) -> str:
    """Return the text of `span` without the lines that the `dropped` spans touch, its newlines as plain line feeds."""
    gone = {line for one in dropped for line in range(one.line, one.end_line + 1)}
    lines = NEWLINE.split(file.source[span.start : span.end])
    return "\n".join(text for number, text in enumerate(lines, span.line) if number not in gone).strip("\n")


def _is_hollow(item: Item, items: tuple[Item, ...]) -> bool:
    inside = [one for one in items if item.line < one.line <= item.span.end_line]
    return item.placeholder and all(one.placeholder for one in inside)


def readings_of(file: WeekFile) -> list[FoundReading]:
    """Return the readings of the page in its order: the list items at the top level of its reading sections."""
    known = file.parts.defined
    return [
        _reading(file, place, item, found.items, known)
        for place, found in enumerate(file.sections)
        if found.group is Group.READINGS
        for item in found.items
        if item.depth == 0 and not _is_hollow(item, found.items)
    ]


def _reading(file: WeekFile, place: int, item: Item, items: tuple[Item, ...], known: Mapping[str, str]) -> FoundReading:
    inside = [one for one in items if item.line < one.line <= item.span.end_line]
    own = item.minutes
    minutes = sum(one.minutes or 0 for one in inside) or None if own is None else own
    return FoundReading(
        place=place,
        line=item.line,
        title=words(item.title)[:500] or "Untitled",
        url=shown_address(item.url),
        note_html=render(with_definitions(note_text(file, item), known), heading_base=4, page_links=True),
        seconds=None if minutes is None else round(minutes * 60),
        optional=item.optional,
    )


def shown_address(url: str | None) -> str:
    """Return an address that a page may link to, else "": http, https, mailto, or a path in the course's folder, whose place is
    looked up when the page is shown (`course.file_links`).
    """
    try:
        scheme = urlsplit(url or "").scheme.lower()
    except ValueError:  # brackets that are no IPv6 address
        return ""
    return url[:2000] if url and (scheme in SHOWN_SCHEMES or is_local(url)) else ""


def note_text(file: WeekFile, item: Item) -> str:
    """Return as Markdown what stands in the item besides its title: what follows the link, date and part, sub-items."""
    first, _, below = item.text.partition("\n")
    after = ""
    if item.url_span is not None and item.url_span.line == item.line and item.label_span.end <= item.url_span.start:
        rest = NEWLINE.split(file.source[item.url_span.end : item.span.end])[0]
        after = rest.partition(")")[2].strip().lstrip("-\u2013\u2014,:; ").strip()
    indent = len(first) - len(first[len(item.marker) :].lstrip(" \t"))
    lines = [line[indent:] if not line[:indent].strip() else line.lstrip() for line in below.split("\n")]
    head = " \u00b7 ".join(part for part in (after, *_facet_words(item)) if part)
    return f"{head}\n\n" + "\n".join(lines) if below.strip() else head


def _facet_words(item: Item) -> list[str]:
    words = [published_words(item.published)] if item.published else []
    return [*item.facets.remarks, *words, *([item.part] if item.part else [])]


def published_words(published: str) -> str:
    """Return "2024-09-10", "2024-09" or "2024" as a page says it: "10 Sep 2024", "Sep 2024", "2024"."""
    year, _, rest = published.partition("-")
    if not rest:
        return year
    month, _, day = rest.partition("-")
    return f"{int(day)} {MONTHS[int(month) - 1]} {year}" if day else f"{MONTHS[int(month) - 1]} {year}"


def match_readings(week: Week, old: list[Reading], file: WeekFile, sections: list[Section]) -> Matched:
    """Match what the text has to the rows that exist, so that ticks and reading dates stay with their reading.

    By address, then by title, then by place: when exactly one reading of a section is left over on both sides.
    A reading that comes back after it was removed gets its old row. `sections` must be saved; rows are not.
    """
    found = readings_of(file)
    left = dict(enumerate(found))
    pool = sorted(old, key=lambda one: (one.removed, one.position))
    pairs: dict[int, Reading] = {}
    _pair(left, pool, pairs, lambda one: one.url, lambda row: row.url)
    _pair(left, pool, pairs, lambda one: one.title.casefold(), lambda row: row.title.casefold())
    _pair_by_place(left, pool, pairs, file)
    kept: list[Reading] = []
    new: list[Reading] = []
    back = [row for row in pairs.values() if row.removed]
    for place, one in enumerate(found):
        row = pairs.get(place) or Reading(week=week)
        _fill(row, one, place, sections[one.place])
        (kept if place in pairs else new).append(row)
    gone = [row for row in pool if not row.removed]
    for row in gone:
        row.removed, row.section = True, None
    return Matched(new, kept, gone, back)


def _pair(
    left: dict[int, FoundReading],
    pool: list[Reading],
    pairs: dict[int, Reading],
    key: KeyOf,
    row_key: RowKey,
) -> None:
    by_key: dict[str, list[Reading]] = {}
    for row in pool:
        by_key.setdefault(row_key(row), []).append(row)
    for place, one in list(left.items()):
        rows = by_key.get(key(one)) if key(one) else None
        if rows:
            pairs[place] = rows.pop(0)
            del left[place]
    taken = {id(row) for row in pairs.values()}
    pool[:] = [row for row in pool if id(row) not in taken]


def _pair_by_place(
    left: dict[int, FoundReading],
    pool: list[Reading],
    pairs: dict[int, Reading],
    file: WeekFile,
) -> None:
    names = {place: file.sections[one.place].name[:300] for place, one in left.items()}
    for name in set(names.values()):
        places = [place for place, own in names.items() if own == name]
        rows = [row for row in pool if not row.removed and row.section and row.section.heading == name]
        if len(places) == len(rows) == 1:
            pairs[places[0]] = rows[0]
            del left[places[0]]
            pool.remove(rows[0])


def _fill(row: Reading, one: FoundReading, position: int, section: Section) -> None:
    row.section, row.position, row.line, row.removed = section, position, one.line, False
    row.title, row.url, row.note_html = one.title, one.url, one.note_html
    row.seconds, row.optional = one.seconds, one.optional


INDEXED_FIELDS = (
    "section",
    "position",
    "line",
    "removed",
    "title",
    "url",
    "note_html",
    "seconds",
    "optional",
    "added_in",
    "changed_in",
)


@dataclass(frozen=True, slots=True)
class Before:
    """What a page said before it was written anew, with the marks of its parts."""

    intro: str
    questions: list[Part]
    sections: list[Part]

    @classmethod
    def of(cls, week: Week, sections: Iterable[Section]) -> "Before":
        """Read the rows as they are stored."""
        index = (
            week.question_index if len(week.question_index) == len(week.key_questions) else [[0, 0, 0]] * len(week.key_questions)
        )
        return cls(
            week.intro_html,
            [Part("", html, Marked(*marks[1:])) for html, marks in zip(week.key_questions, index, strict=True)],
            [Part(_section_key(one), one.html, Marked(one.added_in, one.changed_in)) for one in sections],
        )


def _section_key(section: Section) -> str:
    return section.heading.casefold()


def keep_marks(week: Week, before: Before, sections: list[Section], version: int | None) -> list[Section]:
    """Give the parts of a page that was described anew their marks; return `sections`. `version` None: nothing has changed."""
    if version is not None and week.intro_html != before.intro:
        week.intro_changed_in = version
    questions = carry(before.questions, [("", html) for html in week.key_questions], version)
    week.question_index = [[row[0], *marks] for row, marks in zip(week.question_index, questions, strict=True)]
    for section, marks in zip(
        sections, carry(before.sections, [(_section_key(one), one.html) for one in sections], version), strict=True
    ):
        section.added_in, section.changed_in = marks
    return sections


def mark_readings(matched: Matched, said: dict[int, tuple[str, ...]], version: int) -> None:
    """Mark the readings that `version` brought or changed; `said` is what the rows said before, by primary key.

    A reading that was off the page and comes back is new; one that goes off it has changed.
    """
    back = {id(one) for one in matched.back}
    for reading in matched.new:
        reading.added_in = reading.changed_in = version
    for reading in matched.kept:
        if id(reading) in back:
            reading.added_in = reading.changed_in = version
        elif reading.says != said[reading.pk]:
            reading.changed_in = version
    for reading in matched.gone:
        reading.changed_in = version


def preview_rows(file: WeekFile) -> tuple[Week, list[Section], list[Reading]]:
    """Return what the page would be, as rows that are in no database: for the editor and the import review."""
    week = Week()
    describe(week, file)
    sections = sections_of(week, file)
    for section in sections:
        section.pk = section.position + 1
    matched = match_readings(week, [], file, sections)
    for reading in matched.new:
        reading.pk = reading.position + 1
    return week, sections, matched.new
