"""What a week page says, as plain values. Lines count from 1, spans count characters of `WeekFile.source`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Group(StrEnum):
    """The big parts of a week page."""

    INTRO = "intro"
    KEY_QUESTIONS = "key_questions"
    READINGS = "readings"
    IN_CLASS = "in_class"
    RESOURCES = "resources"
    SCHEDULE = "schedule"
    ASSIGNMENT = "assignment"
    QUIZ = "quiz"
    PRESENTATIONS = "presentations"
    OTHER = "other"


class Kind(StrEnum):
    """What a section is about, whatever its heading's spelling."""

    NEWS_READING = "news_reading"
    RESEARCH = "research"
    DESIGN = "design"
    CODING = "coding"
    DOCUMENTATION = "documentation"
    OVERHEAD = "overhead"
    PRESENTATIONS = "presentations"
    ANNOUNCEMENTS = "announcements"
    NEWS = "news"
    FOLLOW_UPS = "follow_ups"
    CONCEPTS = "concepts"
    TOOLS = "tools"
    SOFTWARE_ENGINEERING = "software_engineering"
    CODE_SAMPLE = "code_sample"
    CODE_REVIEW = "code_review"
    DATASETS = "datasets"
    EXTRAS = "extras"
    RESOURCES = "resources"
    QUIZ = "quiz"
    SCHEDULE = "schedule"
    OTHER = "other"


class Level(StrEnum):
    """How grave a message is: an error blocks its own node, the others only tell."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class BlockKind(StrEnum):
    """Top-level blocks that are neither headings nor list items."""

    PARAGRAPH = "paragraph"
    TABLE = "table"
    QUOTE = "quote"
    CODE = "code"
    COMMENT = "comment"
    HTML = "html"
    RULE = "rule"


OPAQUE_KINDS = frozenset({BlockKind.TABLE, BlockKind.QUOTE, BlockKind.CODE, BlockKind.COMMENT, BlockKind.HTML})


class EditError(ValueError):
    """The edit cannot be done safely; the text says why and what to do instead. The file is unchanged."""


@dataclass(frozen=True, slots=True)
class Message:
    """One finding of formats.md 3.8. `text` says what is wrong and what to do; `line` counts from 1."""

    line: int
    code: str
    level: Level
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start`..`end` (half open) of the source, and the lines they touch (both inclusive)."""

    start: int
    end: int
    line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class Block:
    """A top-level block shown as Markdown."""

    kind: BlockKind
    span: Span
    placeholder: bool = False


@dataclass(frozen=True, slots=True)
class Facets:
    """What a reading's brackets say. Derived for display, never written back.

    `minutes` is the time to spend if the line says one ("allocate ~15mins"), else the length of the part
    to watch, else the running time. `published` is "2024-09-10", "2024-09" or "2024". `remarks` are the other words
    around the title ("view", "evergreen", "Letter one:"), as written.
    """

    minutes: float | None = None
    published: str | None = None
    stars: int | None = None
    part: str | None = None
    optional: bool = False
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    r"""One list item, at any depth; a parent comes before its children.

    `title` is the first link's text (or the item's own text) without facets at its ends; `label_span` covers
    the link's whole text, `title_span` the title inside it. `text` is the item's Markdown with its children,
    indentation of the item itself removed, lines joined by "\n". `span` covers the same in the source.
    """

    line: int
    depth: int
    title: str
    url: str | None
    placeholder: bool
    facets: Facets
    text: str
    span: Span
    title_span: Span
    label_span: Span
    url_span: Span | None
    marker: str
    broken: bool = False

    @property
    def minutes(self) -> float | None:
        return self.facets.minutes

    @property
    def published(self) -> str | None:
        return self.facets.published

    @property
    def stars(self) -> int | None:
        return self.facets.stars

    @property
    def part(self) -> str | None:
        return self.facets.part

    @property
    def optional(self) -> bool:
        return self.facets.optional


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it up to the next heading of any level.

    `heading` is as written without the #s; `name` is the same without banners and bold, for display.
    `level` 0 with an empty heading is text that stands before the page's title.
    `placeholder_only`: something is there, and all of it is placeholders (hidden from students).
    `empty`: nothing at all is under the heading.
    """

    line: int
    level: int
    heading: str
    name: str
    group: Group
    kind: Kind
    placeholder_only: bool
    items: tuple[Item, ...]
    blocks: tuple[Block, ...]
    span: Span
    body: str
    body_span: Span

    @property
    def empty(self) -> bool:
        return not self.items and not self.blocks


@dataclass(frozen=True, slots=True)
class QuizEntry:
    """A line that announces a quiz: an item, or a heading that is its own entry (`url` None)."""

    line: int
    title: str
    url: str | None
    placeholder: bool
    week: int | None


@dataclass(frozen=True, slots=True)
class Presenter:
    """A name as the page has it. `tentative`: written with a question mark. `date`: the table cell, as written."""

    line: int
    name: str
    placeholder: bool
    tentative: bool = False
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A top-level heading. `text` is as written, without the #s."""

    line: int
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a page needs to know about its course and cannot say itself.

    `path` is the page's place in the course folder ("weeks/05-models.md"): relative links start from there. Unknown, it is
    some page in `weeks/`.
    `headings` maps this teacher's own heading texts to kinds (`course.yaml`, `headings:`).
    `exists` answers whether a path inside the course folder is a file; without it no link is looked for.
    """

    path: str = ""
    headings: Mapping[str, str] = field(default_factory=dict)
    exists: Callable[[str], bool] | None = None
