"""Markdown to HTML that is safe to show: parse with raw HTML off, colour code by class, then sanitise."""

import re
from hashlib import sha256
from html import escape
from typing import Any

import nh3
from markdown_it import MarkdownIt
from pygments.token import STANDARD_TYPES

from course.markdown_links import image_is_ours
from course.markdown_rules import build_parser
from course.week_blocks import comment_ends
from course.week_lines import split_lines

RENDERER_VERSION = 5
"""Raise it with every change of the output: `manage.py rerender` brings stored HTML up to it."""

MAX_CHARACTERS = 200_000
MAX_WORK = 300
"""Estimated milliseconds; a text that needs more is shown as it was typed."""
DEEPEST = 100
"""The parser cuts off what is nested deeper (a list counts two); such a text is shown as it was typed."""

TAGS = frozenset(
    [
        "p",
        "br",
        "hr",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "code",
        "em",
        "strong",
        "s",
        "del",
        "sub",
        "sup",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "a",
        "img",
        "figure",
        "figcaption",
        "details",
        "summary",
        "span",
        "div",
    ]
)
ATTRIBUTES: dict[str, frozenset[str]] = {
    "*": frozenset(),  # said, because the sanitiser's own default lets title and lang through everywhere
    "a": frozenset({"href", "title", "id"}),  # id: only our own footnote places, see _attribute
    "li": frozenset({"id"}),
    "img": frozenset({"src", "alt", "width", "height"}),
    "th": frozenset({"colspan", "rowspan", "scope"}),
    "td": frozenset({"colspan", "rowspan", "scope"}),
    "ol": frozenset({"start"}),
}
CODE_CLASSES = frozenset(name for name in STANDARD_TYPES.values() if name)
ALIGNMENTS = frozenset({"align-left", "align-center", "align-right"})
CLASSES = {
    "span": CODE_CLASSES | {"math", "math-display", "visually-hidden", "page-link", "missing-file"},
    "div": frozenset({"math-display", "mermaid", "footnotes"}),
    "pre": frozenset({"code"}),
    "th": ALIGNMENTS,
    "td": ALIGNMENTS,
    "ul": frozenset({"contains-task-list"}),
    "ol": frozenset({"contains-task-list"}),
    "li": frozenset({"task-list-item"}),
    "sup": frozenset({"footnote-ref"}),
}
SCHEMES = frozenset({"http", "https", "mailto"})
REMOVED_WITH_CONTENT = frozenset({"script", "style", "template", "svg", "math"})
NOTE_ID = re.compile(r"(?:u-)?fn(?:ref)?-[0-9a-f]{8}-[0-9]{1,4}(?:-[0-9]{1,4})?")
SURROGATES = re.compile("[\ud800-\udfff]")
ITEM = re.compile(r"^[ \t>]*(?:[*+-]|\d{1,9}[.)])[ \t]*", re.MULTILINE)
DASHES = re.compile(r"^[ \t>|:-]*-[ \t>|:-]*$", re.MULTILINE)
MAX_CELLS = 100_000


def _attribute(_tag: str, name: str, value: str) -> str | None:
    """The sanitiser's last word on an attribute's value; None takes it away."""
    if name == "id":
        return value if NOTE_ID.fullmatch(value) else None
    if name == "src":
        return value if image_is_ours(value) else None
    return value


PARSER = build_parser(DEEPEST)
INLINE = MarkdownIt("commonmark", {"html": False, "maxNesting": 20})
MARKS = re.compile(r"[*_`]")
CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    attribute_filter=_attribute,
    allowed_classes=CLASSES,
    clean_content_tags=REMOVED_WITH_CONTENT,
    url_schemes=SCHEMES,
    id_prefix="u-",
    link_rel="noopener noreferrer nofollow",
    strip_comments=True,
)


def render(source: str, *, heading_base: int = 2, page_links: bool = False, unknown_as_typed: bool = False) -> str:
    """Safe HTML of a Markdown text.

    `heading_base` (2 to 6) is the level that `#` becomes; deeper headings follow and stop at h6. Raw HTML is shown
    as text, comments are left out, foreign pictures become links. Math stays text in `span.math` and
    `span.math-display`, without its dollar signs. With `page_links`, `[[Title]]` becomes `span.page-link` (see
    `course.page_links`) and `![[file]]` a picture, or the words that the file is missing; with `unknown_as_typed` such brackets
    stay in the text where nothing has that title, or the file is no picture. Where pictures are is said when a page
    is shown (`course.pictures`). A text that is too long or too deeply nested or would take too long is shown as it was typed,
    in one `pre`. Never raises for any text; the result needs no further cleaning.
    """
    text = SURROGATES.sub("\ufffd", source)
    if is_too_hard(text):
        return as_typed(text)
    env: dict[str, Any] = {
        "heading_base": max(2, min(6, heading_base)),
        "comment_ends": comment_ends(split_lines(text)) if "<!--" in text else {},
        "unclosed": {},
        "coloured": 0,
        "page_links": page_links,
        "unknown_as_typed": unknown_as_typed,
        "text_id": sha256(text.encode()).hexdigest()[:8],
    }
    tokens = PARSER.parse(text, env)
    if max((token.level for token in tokens), default=0) >= DEEPEST - 2:
        return as_typed(text)
    return sanitise(PARSER.renderer.render(tokens, PARSER.options, env))


def words(line: str) -> str:
    """The words of one line of Markdown, for names that are shown as text: without emphasis, code marks and addresses."""
    if not MARKS.search(line):
        return line
    inside = INLINE.parseInline(line)[0].children or []
    return "".join(token.content for token in inside if token.type in {"text", "code_inline"}).strip() or line


def sanitise(html: str) -> str:
    """HTML with nothing but our allowlist of tags, attributes, classes and schemes. Twice is the same as once."""
    return CLEANER.clean(html)


def as_typed(text: str) -> str:
    """The text itself, escaped, its lines kept."""
    return f"<pre>{escape(text, quote=False)}</pre>"


def is_too_hard(text: str) -> bool:
    """Whether rendering could take longer than about 300 ms (measured costs of the parser on hostile texts)."""
    return len(text) > MAX_CHARACTERS or estimated_work(text) > MAX_WORK


def estimated_work(text: str) -> float:
    """Milliseconds, from counts of lines and of what begins something; itself linear in the text's length."""
    brackets = text.count("[") + text.count("]") + text.count("!")
    marks = sum(text.count(char) for char in "*_~`<&$\\|(:>")
    addresses = text.count("://") + text.count("@")
    items = sum(1 for _ in ITEM.finditer(text))
    return (
        0.0003 * len(text)
        + 0.027 * text.count("\n")
        + 0.024 * brackets
        + 0.012 * marks
        + 0.006 * text.count("w")  # the beginning of every "www."
        + 0.070 * addresses
        + 0.040 * items
        + 0.012 * _table_cells(text)
    )


def _table_cells(text: str) -> int:
    """At most so many cells the tables have: every row is filled up to the width of the line of dashes."""
    cells = 0
    for dashes in DASHES.finditer(text):
        blank = text.find("\n\n", dashes.end())
        rows = text.count("\n", dashes.end(), blank if blank >= 0 else len(text))
        cells += rows * dashes[0].count("|")
        if cells > MAX_CELLS:
            break
    return cells
