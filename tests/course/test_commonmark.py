"""Our pages against the reference implementation of CommonMark and its GitHub extensions (cmark-gfm): the same tags around the
same words, and the same headings and items in the index of a week. Where our rules mean something else, it is listed here.
"""

import re
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options
from hypothesis import given, settings
from hypothesis import strategies as st

from course.markdown import render
from course.week_blocks import Scanner
from course.week_lines import split_lines
from tests.course.test_weekfile import WEEKS
from tests.proof import examples

HEADINGS = [f"h{level}" for level in range(1, 7)]
COMPARED = frozenset(
    [*HEADINGS, "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "pre", "code", "a", "blockquote", "p", "img", "hr",
     "em", "strong", "s", "br"]
)  # fmt: skip
VOID = frozenset({"hr", "img", "br"})
OURS = {
    "hazard_html": "raw HTML is shown as text, comments are left out",
    "hazard_math": "math between dollars is math; notes have names that fit several texts on one page",
    "tricky_https_link": "what looks like an unknown tag is shown as text",
    "tricky_merge_to_main": "what looks like an unknown tag is shown as text",
}
Node = tuple[str, str, str]
SETEXT = re.compile(r"[ \t]*(?:=+|-+)[ \t]*$")
DASHES = re.compile(r"[|:-]+")
PAGES = {path.stem: path.read_bytes().decode().removeprefix("\ufeff") for path in WEEKS}
LINES = sorted(
    {
        line
        for name, text in PAGES.items()
        if name not in OURS
        for line in re.split(r"\r\n|\n|\r", text)
        if "<" not in line and "$" not in line and not SETEXT.match(line)
    }
)
FLAT = [line for line in LINES if not line.startswith("    ") and not DASHES.fullmatch(line)]


class Tree(HTMLParser):
    """The compared tags in their order, with addresses and words (without blanks, and without our words for task boxes).

    `heading_shift` is added to the levels of headings.
    """

    def __init__(self, heading_shift: int) -> None:
        super().__init__()
        self.shift = heading_shift
        self.nodes: list[Node] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = self._name(tag)
        if name in COMPARED:
            values = dict(attrs)
            self.nodes.append(("open", name, values.get("href") or values.get("src") or ""))

    def handle_endtag(self, tag: str) -> None:
        name = self._name(tag)
        if name in COMPARED - VOID:
            self.nodes.append(("close", name, ""))

    def handle_data(self, data: str) -> None:
        words = re.sub(r"[\u2610\u2611]|done:|to do:|\s", "", data)
        if words and self.nodes and self.nodes[-1][0] == "words":
            words = self.nodes.pop()[2] + words
        if words:
            self.nodes.append(("words", "", words))

    def _name(self, tag: str) -> str:
        if tag in HEADINGS:
            return f"h{min(6, int(tag[1]) + self.shift)}"
        return "s" if tag == "del" else tag


def tree(html: str, heading_shift: int = 0) -> list[Node]:
    parser = Tree(heading_shift)
    parser.feed(html)
    parser.close()
    return parser.nodes


def reference(text: str) -> str:
    options = Options.CMARK_OPT_FOOTNOTES | Options.CMARK_OPT_UNSAFE
    html: str = cmarkgfm.markdown_to_html_with_extensions(text, options, ["table", "strikethrough", "autolink", "tasklist"])
    return html


def counted(html: str) -> tuple[int, int]:
    """Items outside quotes, and headings that stand in no list and no quote."""
    inside = {"ul": 0, "blockquote": 0}
    items = headings = 0
    for kind, name, _ in tree(html):
        box = {"ol": "ul", "ul": "ul", "blockquote": "blockquote"}.get(name)
        if box:
            inside[box] += 1 if kind == "open" else -1
        items += (kind, name) == ("open", "li") and not inside["blockquote"]
        headings += kind == "open" and name in HEADINGS and not any(inside.values())
    return items, headings


def test_corpus_rendered_has_the_tags_and_words_of_the_reference() -> None:
    different = [name for name, text in PAGES.items() if tree(render(text)) != tree(reference(text), 1)]
    assert different == sorted(OURS)


def test_tree_tells_lists_levels_and_addresses_apart() -> None:
    """The comparison means something only if it can fail."""
    pairs = [("* a", "1. a"), ("# a", "## a"), ("[a](b)", "[a](c)"), ("* a\n  * b", "* a\n* b"), ("a\n\nb", "a\nb"), ("`a`", "a")]
    assert [one for one, other in pairs if tree(reference(one)) == tree(reference(other))] == []


@settings(max_examples=examples(150, 20_000), deadline=None)
@given(lines=st.lists(st.sampled_from(["", *FLAT]), max_size=9))
def test_lines_of_the_corpus_in_any_order_are_rendered_as_the_reference_does(lines: list[str]) -> None:
    """Without lines on which library and reference differ: four blanks below a quote in a quote, tables of nothing but dashes."""
    text = "\n".join(lines)
    assert tree(render(text)) == tree(reference(text), 1)


@settings(max_examples=examples(150, 20_000), deadline=None)
@given(lines=st.lists(st.sampled_from(["", *LINES]), max_size=9))
def test_lines_of_the_corpus_in_any_order_have_the_items_and_headings_of_the_reference(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = Scanner(split_lines(text)).run()
    assert (len(found.items), len(found.headings)) == counted(reference(text))
