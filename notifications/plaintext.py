"""Rendered Markdown as plain text for a mail. Pure; expects the HTML of our own renderer."""

import textwrap
from html.parser import HTMLParser

WIDTH = 72
_BLOCKS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "pre", "blockquote", "tr", "div", "figcaption", "summary"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[tuple[str, bool]] = []  # text, and whether it is an item of a list
        self.text = ""
        self.lead = ""
        self.href = ""
        self.counters: list[int | None] = []
        self.verbatim = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.end_block()
        if tag in {"ul", "ol"}:
            self.end_block()
            self.counters.append(1 if tag == "ol" else None)
        elif tag == "li":
            self.lead = self.next_lead()
        elif tag == "pre":
            self.verbatim = True
        elif tag == "br":
            self.text += "\n"
        elif tag == "a":
            self.href = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.href:
            if self.href not in self.text:
                self.text += f" ({self.href})"
            self.href = ""
        if tag in _BLOCKS or tag in {"ul", "ol"}:
            self.end_block()
        if tag == "pre":
            self.verbatim = False
        if tag in {"ul", "ol"} and self.counters:
            self.counters.pop()

    def handle_data(self, data: str) -> None:
        self.text += data if self.verbatim else " ".join(data.replace("\n", " ").split(" "))

    def next_lead(self) -> str:
        if not self.counters or self.counters[-1] is None:
            return "- "
        number = self.counters[-1]
        self.counters[-1] = number + 1
        return f"{number}. "

    def end_block(self) -> None:
        text, self.text = self.text, ""
        if not text.strip():
            return
        if self.verbatim:
            self.blocks.append((textwrap.indent(text.strip("\n"), "    "), False))
            return
        indent = " " * len(self.lead)
        lines = [wrap(line, self.lead if not index else indent, indent) for index, line in enumerate(text.strip().split("\n"))]
        self.blocks.append(("\n".join(lines), bool(self.lead)))
        self.lead = ""


def wrap(text: str, first: str = "", rest: str = "") -> str:
    """Return one paragraph in lines of at most 72 characters; addresses are never broken."""
    words = " ".join(text.split())
    return textwrap.fill(
        words,
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def plain_text(html: str) -> str:
    """Return `html` as readable plain text: paragraphs apart, lists with their marks, addresses after their words."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_block()
    out, after_item = "", False
    for text, is_item in reader.blocks:
        gap = "\n" if is_item and after_item else "\n\n"
        out += (gap if out else "") + text
        after_item = is_item
    return out
