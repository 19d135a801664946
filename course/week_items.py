"""Turns the lines of a list item into a reading: title, address, facets, and where each of them stands."""

import re
from collections.abc import Mapping

from course.week_blocks import RawItem
from course.week_definitions import linked_by_label
from course.week_facets import read_facets, title_range
from course.week_lines import Line, Places, columns, dedent
from course.week_links import LONGEST, Link, LinkSearch, bare_url, find_links
from course.week_model import Facets, Item, Span

LEAD = re.compile(
    r"(?:!\[[^\[\]]{0,200}\]\([^()\s]{0,500}\) ?)*(?:\([^()]{0,200}\) ?)*(?:\*\*[^*]{0,200}\*\*:? ?|__[^_]{0,200}__:? ?)?(?:\*\*|__|\*|_|!)?$"
)
AFTER_URL = ".,;:!?"
BOX = re.compile(r"\[[ xX]\]\s+")
NOTHING_YET = re.compile(
    r"coming(?:\W+more details upcoming.*)?|upcoming|tba|tbd|presentation #?(?:\d+|n)|student #?(?:\d+|n)|student [a-z]"
    r"|quiz|overview here|q\d+|bulletpoint outline|walk ?thru in class|reviewed in class|in class(?: walk ?thrus?)?"
    r"|week title"
)
EMPHASIS = re.compile(r"(\*\*|__|\*|_)((?:(?!\1).)+)\1")
JOKE_PAGE = "oh_noes_404.md"


def says_nothing_yet(text: str) -> bool:
    """Whether a text is one of the course's placeholders ("Coming", "Student #1", "Q1"; formats.md 1.7)."""
    if len(text) > 200:
        return False
    key = text.casefold().replace("-", " ").replace("\u2026", " ")
    key = re.sub(r"\s+", " ", key.strip(" \t\r\n.*_()[]:`")).strip()
    return NOTHING_YET.fullmatch(key) is not None


def is_dummy_url(url: str) -> bool:
    """An address that leads nowhere on purpose: empty, the course's joke page, or lorem ipsum."""
    return not url or url.rstrip("/").endswith(JOKE_PAGE) or "lipsum.com" in url


class ItemReader:
    """Reads the items of one page."""

    def __init__(self, source: str, lines: list[Line], defined: Mapping[str, str] | None = None) -> None:
        """`defined` are the page's definitions of links by label."""
        self.defined = defined or {}
        self.source = source
        self.lines = lines
        self.places = Places(lines)

    def read(self, raw: RawItem) -> Item:
        base = raw.line.start + raw.content_at
        content = self.source[base : raw.line.end].rstrip(" \t")
        box = BOX.match(content)
        skipped = box.end() if box else 0
        found = find_links(content)
        link = _main_link(content, skipped, found)
        bare = None if link else bare_url(content)
        label, url = self._parts(content, skipped, link, bare)
        number = raw.line.number
        span = Span(raw.line.start + raw.indent, self.lines[raw.end_line - 1].end, number, raw.end_line)
        lead = content[skipped : link.start] if link and label == link.label else None
        inner = title_range(content[label[0] : label[1]], linked=lead is not None)
        title = (label[0] + inner[0], label[0] + inner[1])
        words, address = content[title[0] : title[1]], content[url[0] : url[1]] if url else None
        if self.defined and not found.links:
            words, elsewhere = linked_by_label(words, self.defined)
            address = address or elsewhere
        return Item(
            line=number,
            depth=raw.depth,
            title=_shown(words, found),
            url=address,
            placeholder=not raw.more and _is_placeholder(content[skipped:], content, url, found),
            facets=_facets(content, label, lead, found),
            text=dedent(self.source[span.start : span.end], columns(raw.line.text[: raw.indent])),
            span=span,
            title_span=_span(base, title, number),
            label_span=_span(base, label, number),
            url_span=_span(base, url, number) if url else None,
            marker=raw.marker,
            broken=found.broken,
        )

    @staticmethod
    def _parts(
        content: str, skipped: int, link: Link | None, bare: re.Match[str] | None
    ) -> tuple[tuple[int, int], tuple[int, int] | None]:
        """Where the label and the address are. An item with words before its link is named by all its words."""
        if link and LEAD.match(content[skipped : link.start]):
            return link.label, link.url
        if bare:
            whole = bare.start() == skipped and bare.end() == len(content)
            url = bare.start(1), bare.start(1) + len(_bare_address(bare[1]))
            return (url if whole else (skipped, len(content))), url
        return (skipped, len(content)), (link.url if link else None)


def _main_link(content: str, skipped: int, found: LinkSearch) -> Link | None:
    """The first link; a picture counts only where nothing but it could be meant."""
    real = next((link for link in found.links if not _is_picture(content, link)), None)
    if real or not found.links:
        return real
    return found.links[0] if LEAD.match(content[skipped : found.links[0].start]) else None


def _is_picture(content: str, link: Link) -> bool:
    return content[: link.start].endswith("!")


def _span(base: int, places: tuple[int, int], number: int) -> Span:
    """Characters of one line, as many behind `base`."""
    return Span(base + places[0], base + places[1], number, number)


def _bare_address(found: str) -> str:
    """An address in running text, without the punctuation and the lone bracket that may follow it."""
    address = found.rstrip(AFTER_URL)
    while address.endswith(")") and address.count(")") > address.count("("):
        address = address[:-1].rstrip(AFTER_URL)
    return address


def _is_placeholder(text: str, content: str, url: tuple[int, int] | None, found: LinkSearch) -> bool:
    if len(found.links) > 1:
        return all(is_dummy_url(content[slice(*link.url)]) for link in found.links)
    if url is not None:
        return is_dummy_url(content[slice(*url)])
    return not text or says_nothing_yet(text) or (found.broken and JOKE_PAGE in text)


def _shown(title: str, found: LinkSearch) -> str:
    """A title for people: links inside it by their text, emphasis at its ends and escapes taken off."""
    words = title
    if found.links and "[" in title:
        inner = find_links(title).links
        for link in reversed(inner):
            start = link.start - _is_picture(words, link)
            words = words[:start] + words[slice(*link.label)] + words[link.end :]
    emphasised = EMPHASIS.fullmatch(words.strip())
    words = emphasised[2] if emphasised else words.strip()
    return re.sub(r"\\([\\\[\]()*_`#<>])", r"\1", words)


def _facets(content: str, label: tuple[int, int], lead: str | None, found: LinkSearch) -> Facets:
    window = content[:LONGEST]
    around = window
    for link in reversed(found.links):
        around = around[: link.label[1]] + "] " + around[link.end :]
    linked = lead is not None or found.broken
    return read_facets(window[label[0] : label[1]], around, lead or "", linked=linked)
