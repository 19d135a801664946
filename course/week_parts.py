"""Puts the parts of a page together: intro, key questions, sections, quiz entries, presenters."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from course.week_blocks import RawBlock, Scan
from course.week_definitions import definitions_in
from course.week_front import FrontMatter
from course.week_headings import (
    WEEK,
    Grouping,
    Titled,
    display_name,
    find_title,
    group_of,
    heading_key,
    kind_of,
    loose_group_of,
)
from course.week_items import ItemReader, is_dummy_url, says_nothing_yet
from course.week_lines import Line, dedent, plain
from course.week_links import find_links
from course.week_model import (
    Block,
    BlockKind,
    Group,
    Heading,
    Item,
    Kind,
    Presenter,
    QuizEntry,
    Section,
    Span,
    Surroundings,
)

SELF_SPEAKING = frozenset({Group.QUIZ, Group.PRESENTATIONS, Group.ASSIGNMENT})
"""Headings that say something with nothing below them: "Quiz: Week 12", "Presentation: NAME", a project."""
QUIZ_ITEM = re.compile(r"(?:week\s*\d+\s+)?quiz(?:zes)?\b", re.IGNORECASE)
SIGN_UP = re.compile(r"(?:sign|schedule|see)\b", re.IGNORECASE)
TIMETABLES = frozenset({Group.PRESENTATIONS, Group.SCHEDULE})
"""Parts of the page whose tables name presenters, under whatever heading."""
NAMES = re.compile(r"\s*(?:,|&|\band\b)\s*")
NAME = re.compile(r"[^\W\d_][\w'\u2019.-]{0,40}(?: [^\W\d_][\w'\u2019.-]{0,40}){0,3}\s*\??")
"""A name stands alone, has no more than four words and no digit at its beginning."""
NAME_COLUMN = re.compile(r"names?\b|name\(s\)|presenters?|speakers?", re.IGNORECASE)
SILENT = frozenset({BlockKind.COMMENT, BlockKind.RULE})


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything a page says; `rest` are the items outside all sections (intro, key questions), `code` the lines of code."""

    titled: Titled
    intro: str
    intro_span: Span
    intro_blocks: tuple[Block, ...]
    questions: tuple[Item, ...]
    sections: tuple[Section, ...]
    rest: tuple[Item, ...]
    quizzes: tuple[QuizEntry, ...]
    presenters: tuple[Presenter, ...]
    unknown: tuple[Heading, ...]
    code: frozenset[int] = frozenset()
    defined: Mapping[str, str] = field(default_factory=dict)
    """Lines that define a label ("[a]: address") by label: what stands in one part of a page is meant in all."""


class Assembler:
    """Builds `Parts` from what the scanner found in one page."""

    def __init__(self, source: str, lines: list[Line], scan: Scan, front: FrontMatter, around: Surroundings) -> None:
        self.source = source
        self.lines = lines
        self.scan = scan
        self.front = front
        self.around = around
        body = lines[front.first_line - 1 :]
        self.defined = definitions_in(body, scan.code) if "]:" in source else {}
        reader = ItemReader(source, lines, self.defined)
        self.places = reader.places
        self.items = [reader.read(raw) for raw in scan.items]
        self.item_at = 0
        self.block_at = 0

    def build(self) -> Parts:
        titled = self._title()
        sections: list[Section] = []
        questions: list[Item] = []
        rest: list[Item] = []
        unknown: list[Heading] = []
        intro = self._preamble(titled)
        if titled.heading and intro.body:
            sections.append(intro)
        elif not titled.heading:
            rest.extend(intro.items)
        grouping = Grouping()
        for heading, last in self._ranges():
            if heading == titled.heading:
                intro = self._section(heading, last, Group.INTRO, Kind.OTHER)
                rest.extend(intro.items)
                continue
            kind = kind_of(heading.text, self.around)
            section = self._section(heading, last, grouping.place(heading, kind), kind)
            named = group_of(heading.text)
            if named is Group.KEY_QUESTIONS:
                asked = _questions(section.items)
                questions.extend(asked)
                beside = _without(section, asked)
                rest.extend(item for item in section.items if item not in beside.items)
                if beside.items or any(block.kind not in SILENT for block in beside.blocks):
                    sections.append(beside)
            elif named is None or not section.empty or named in SELF_SPEAKING:
                sections.append(section)
            if kind is Kind.OTHER and named is None and heading.text and loose_group_of(heading.text) is None:
                unknown.append(heading)
        return Parts(
            titled=titled,
            intro=intro.body,
            intro_span=intro.body_span,
            intro_blocks=intro.blocks,
            questions=tuple(questions),
            sections=tuple(sections),
            rest=tuple(rest),
            quizzes=tuple(entry for section in sections for entry in quiz_entries(section)),
            presenters=tuple(one for section in sections for one in self._presenters(section)),
            unknown=tuple(unknown),
            code=frozenset(self.scan.code),
            defined=self.defined,
        )

    def _title(self) -> Titled:
        front = " ".join(self.front.values.get("title", "").split())
        found = find_title(self.scan.headings, self.around, front)
        week = self.front.values.get("week", "")
        number = int(week) if found.number is None and re.fullmatch(r"[0-9]{1,3}", week) else found.number
        name = PurePosixPath(self.around.path).stem if self.around.path else ""
        return Titled(number, found.title or name, found.heading)

    def _ranges(self) -> Iterator[tuple[Heading, int]]:
        """Each heading with the last line before the next one."""
        headings = self.scan.headings
        for index, heading in enumerate(headings):
            last = headings[index + 1].line - 1 if index + 1 < len(headings) else len(self.lines)
            yield heading, last

    def _preamble(self, titled: Titled) -> Section:
        """What stands above the first heading: a section without a name, or the intro of a page without headings."""
        first = self.front.first_line
        last = self.scan.headings[0].line - 1 if self.scan.headings else len(self.lines)
        start = next((line.number for line in self.lines[first - 1 : last] if not line.blank), first)
        group = Group.INTRO
        return self._section(Heading(start - 1 if titled.heading is None else start, 0, ""), last, group, Kind.OTHER)

    def _section(self, heading: Heading, last: int, group: Group, kind: Kind) -> Section:
        start = heading.line if heading.level else max(heading.line - 1, self.front.first_line - 1)
        body_span = self._body(start, last)
        items = tuple(self._items_until(last))
        blocks = tuple(self._blocks_until(last))
        span_start = self.lines[heading.line - 1].start if heading.level else body_span.start
        return Section(
            line=heading.line,
            level=heading.level,
            heading=heading.text,
            name=display_name(heading.text),
            group=group,
            kind=kind,
            placeholder_only=_placeholder_only(items, blocks),
            items=items,
            blocks=blocks,
            span=self.places.span(span_start, self._end(heading, body_span)),
            body=plain(self.source[body_span.start : body_span.end]),
            body_span=body_span,
        )

    def _end(self, heading: Heading, body: Span) -> int:
        """Where a section's text ends: with its body, or with its heading where there is none. An empty body lies behind the
        heading's newline already, where the next heading may begin.
        """
        if body.start == body.end and heading.level:
            return self.lines[heading.line - 1].end
        return body.end

    def _body(self, above: int, last: int) -> Span:
        """From the first line with text below line `above` to the last one; empty right below `above` if none."""
        full = [line for line in self.lines[above:last] if not line.blank]
        if full:
            return self.places.span(full[0].start, full[-1].end)
        place = self.lines[above].start if above < len(self.lines) else len(self.source)
        return self.places.span(place, place)

    def _items_until(self, last: int) -> Iterator[Item]:
        while self.item_at < len(self.items) and self.items[self.item_at].line <= last:
            yield self.items[self.item_at]
            self.item_at += 1

    def _blocks_until(self, last: int) -> Iterator[Block]:
        while self.block_at < len(self.scan.blocks) and self.scan.blocks[self.block_at].first <= last:
            yield self._block(self.scan.blocks[self.block_at])
            self.block_at += 1

    def _block(self, raw: RawBlock) -> Block:
        span = self.places.span(self.lines[raw.first - 1].start, self.lines[raw.last - 1].end)
        words = self.source[span.start : span.end]
        return Block(raw.kind, span, raw.kind is BlockKind.PARAGRAPH and says_nothing_yet(words))

    def _presenters(self, section: Section) -> Iterator[Presenter]:
        if section.kind is Kind.PRESENTATIONS:
            if ":" in section.name:
                yield from _named(section.line, section.name.split(":", 1)[1], None)
            for item in section.items:
                if item.depth == 0 and not SIGN_UP.match(item.title):
                    yield from _presenters(item)
        if section.group in TIMETABLES or section.kind in {Kind.PRESENTATIONS, Kind.SCHEDULE} or SIGN_UP.match(section.name):
            for block in section.blocks:
                if block.kind is BlockKind.TABLE:
                    yield from self._table_names(block)

    def _table_names(self, block: Block) -> Iterator[Presenter]:
        head, _, *rows = self.lines[block.span.line - 1 : block.span.end_line]
        titles = _cells(head.content)
        column = next((place for place, title in enumerate(titles) if NAME_COLUMN.match(title)), None)
        dates = next((place for place, title in enumerate(titles) if title.casefold() == "date"), None)
        if column is None:
            return
        for row in rows:
            cells = _cells(row.content)
            when = cells[dates] if dates is not None and dates < len(cells) else None
            yield from _named(row.number, cells[column] if column < len(cells) else "", when)


def _placeholder_only(items: tuple[Item, ...], blocks: tuple[Block, ...]) -> bool:
    telling = [block.placeholder for block in blocks if block.kind not in SILENT]
    telling.extend(item.placeholder for item in items)
    return bool(telling) and all(telling)


def _questions(items: tuple[Item, ...]) -> list[Item]:
    top = [item for item in items if item.depth == 0]
    return [item for item in top if item.marker[0].isdigit()] or top


def _without(section: Section, questions: list[Item]) -> Section:
    """A section without its key questions: the paragraphs, tables and other items that stand beside them."""
    asked = {line for item in questions for line in range(item.span.line, item.span.end_line + 1)}
    items = tuple(item for item in section.items if item.line not in asked)
    blocks = tuple(block for block in section.blocks if block.span.line not in asked)
    return replace(section, items=items, blocks=blocks, placeholder_only=_placeholder_only(items, blocks))


def question_text(item: Item) -> str:
    """A key question without its number: the whole item, its further lines moved to the left."""
    after = item.text[len(item.marker) :]
    words = after.lstrip(" \t")
    return dedent(words, len(item.marker) + len(after.split("\n", 1)[0]) - len(words.split("\n", 1)[0]))


def quiz_entries(section: Section) -> Iterator[QuizEntry]:
    """The items of a section that announce a quiz; for a quiz heading without such items, the heading itself."""
    if section.kind not in {Kind.QUIZ, Kind.OVERHEAD}:
        return
    items = [item for item in section.items if QUIZ_ITEM.match(item.title)]
    for item in items:
        yield QuizEntry(item.line, item.title, item.url, item.placeholder, _week(item.title))
    if items or section.kind is not Kind.QUIZ:
        return
    links = find_links(section.heading).links
    url = section.heading[slice(*links[0].url)] if links else None
    dummy = url is not None and is_dummy_url(url)
    yield QuizEntry(section.line, section.name, url, dummy, _week(section.name))


def _week(title: str) -> int | None:
    found = WEEK.search(title)
    return int(found[1]) if found else None


def _presenter(line: int, name: str, *, placeholder: bool, when: str | None = None) -> Presenter:
    tentative = name.rstrip().endswith("?")
    return Presenter(line, name.strip().rstrip("?").rstrip(), placeholder, tentative, when or None)


def _presenters(item: Item) -> Iterator[Presenter]:
    """One for each name of the item; a title with a comma in it is no two names."""
    names = NAMES.split(item.title)
    if len(names) > 1 and all(NAME.fullmatch(name) for name in names):
        yield from _named(item.line, item.title, None)
    else:
        yield _presenter(item.line, item.title, placeholder=item.placeholder)


def _named(line: int, names: str, when: str | None) -> Iterator[Presenter]:
    for name in NAMES.split(names):
        if heading_key(name):
            yield _presenter(line, name, placeholder=says_nothing_yet(name), when=when)


def _cells(row: str) -> list[str]:
    return [cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", row.strip().strip("|"))]
