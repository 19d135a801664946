"""What our Markdown has beyond CommonMark: comments left out, safe images, classes instead of styles, code colours.

Rules for markdown-it-py; raw HTML is off, so every tag in the output comes from here or from the library.
"""

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name

from course.markdown_links import image_is_ours
from course.pictures import EXTENSIONS, words_of

LINE_BREAK = re.compile(r"<br[ \t]*/?>", re.IGNORECASE)
PAGE_LINK = re.compile(r"(?P<file>!?)\[\[(?P<name>[^\[\]\n]{1,200})\]\]")
TIME_MARK = re.compile(r"\d{1,2}(?::\d\d){1,2}")
"""`[[12:30]]` is a place in a recording, no title."""
ALIGN = re.compile(r"text-align:(left|center|right)")
DEEPEST_WORDS = 20
"""Links and emphasis nested deeper are plain text; the parser's work on "[[[[…" grows with this number."""
MAX_COLOURED = 10_000
MAX_CODE_LINE = 200
"""Characters of code coloured in one text, and in one line; other code stays plain.

Pygments' patterns go back and forth for seconds on long hostile lines. Within these two limits each language
below took less than 150 ms on some seventy repeated fragments; Java, C#, C++ and Swift did not and are left out.
"""
LANGUAGES = {
    "bash": "bash", "sh": "bash", "shell": "bash", "zsh": "bash", "console": "console",
    "c": "c", "h": "c", "cpp": "c", "c++": "c", "css": "css", "diff": "diff", "dockerfile": "docker",
    "go": "go", "html": "html", "ini": "ini", "javascript": "javascript", "js": "javascript", "jsx": "jsx",
    "json": "json", "jsonc": "json", "kotlin": "kotlin", "makefile": "make", "make": "make",
    "py": "python", "python": "python", "python3": "python", "pycon": "pycon", "r": "r", "rb": "ruby",
    "ruby": "ruby", "rs": "rust", "rust": "rust", "sql": "sql", "toml": "toml", "ts": "typescript",
    "typescript": "typescript", "tsx": "tsx", "xml": "xml", "yaml": "yaml", "yml": "yaml",
}  # fmt: skip
"""What people write after the fence, with Pygments' names."""
FORMATTER: HtmlFormatter[str] = HtmlFormatter(nowrap=True)


def build_parser(deepest: int) -> MarkdownIt:
    """CommonMark with tables, strikethrough, task boxes, footnotes, bare addresses and `$` math; no raw HTML.

    `deepest`: levels of nested blocks that are parsed; what is below is left out, so the caller has to look.
    """
    words = _parser(DEEPEST_WORDS)

    def inline(state: StateCore) -> None:
        for token in state.tokens:
            if token.type == "inline":
                token.children = []
                words.inline.parse(token.content, words, state.env, token.children)

    blocks = _parser(deepest)
    blocks.core.ruler.at("inline", inline)
    return blocks


def _parser(deepest: int) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "tasklists": True, "maxNesting": deepest})
    parser.enable(["table", "strikethrough"])
    parser.use(gfm_autolink_plugin)
    parser.use(footnote_plugin, inline=False)
    parser.use(
        dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False,
        allow_blank_lines=False, double_inline=True,
    )  # fmt: skip
    interrupts = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.before("fence", "comment", _block_comment, {"alt": interrupts})
    parser.inline.ruler.before("autolink", "comment", _inline_comment)
    parser.inline.ruler.before("autolink", "line_break", _line_break)
    parser.inline.ruler.before("link", "page_link", _page_link)
    parser.core.ruler.push("house", _house_tokens)
    for name, rule in _RENDER_RULES.items():
        parser.add_render_rule(name, rule)
    return parser


# ---------------------------------------------------------------- comments and line breaks


def _block_comment(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Comments that fill whole lines. The same rule as `course.week_blocks`: several lines only at top level."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    if state.is_code_block(start_line) or not state.src.startswith("<!--", start):
        return False
    text = state.src[start : state.eMarks[start_line]].rstrip(" \t")
    end = start_line + 1
    if text.find("-->", 4) != len(text) - 3 or len(text) < 7:
        end = state.env["comment_ends"].get(start_line + 1, 0)
        if not end or end > end_line or state.level or state.blkIndent:
            return False
    if not silent:
        state.line = end
    return True


def _inline_comment(state: StateInline, silent: bool) -> bool:
    """A comment inside a line or paragraph. An unclosed one is text: nothing may vanish silently."""
    if not state.src.startswith("<!--", state.pos):
        return False
    unclosed: dict[str, int] = state.env["unclosed"]
    if unclosed.get(state.src, len(state.src)) <= state.pos:
        return False
    end = state.src.find("-->", state.pos + 4)
    if end < 0:
        unclosed[state.src] = state.pos
        return False
    state.pos = end + 3
    return True


def _line_break(state: StateInline, silent: bool) -> bool:
    """`<br>`, the one tag that table cells cannot do without."""
    match = LINE_BREAK.match(state.src, state.pos)
    if not match:
        return False
    if not silent:
        state.push("hardbreak", "br", 0)
    state.pos = match.end()
    return True


def _page_link(state: StateInline, silent: bool) -> bool:
    """`[[Title]]` and `![[file]]`, as note programs write them; only in texts that ask for it, never inside another link."""
    if not state.env["page_links"] or state.linkLevel:
        return False
    match = PAGE_LINK.match(state.src, state.pos)
    if not match or TIME_MARK.fullmatch(match["name"]):
        return False
    if match["file"] and state.env["unknown_as_typed"] and not _names_picture(match["name"]):
        return False
    if not silent:
        token = state.push("embedded_file" if match["file"] else "page_link", "span", 0)
        token.content = match["name"].strip()
        token.markup = match[0] if state.env["unknown_as_typed"] else ""
    state.pos = match.end()
    return True


# ---------------------------------------------------------------- tokens


def _house_tokens(state: StateCore) -> None:
    shift = state.env["heading_base"] - 1
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + shift)}"
        elif token.type in {"th_open", "td_open"}:
            _align(token)
        elif token.type == "inline" and token.children:
            token.children = _safe_images(token.children)


def _align(token: Token) -> None:
    style = ALIGN.search(str(token.attrs.pop("style", "")))
    if style:
        token.attrs["class"] = f"align-{style[1]}"
    if token.type == "th_open":
        token.attrs["scope"] = "col"


def _safe_images(children: list[Token]) -> list[Token]:
    """Images of our own stay; any other becomes a link to it, so that no foreign server sees the reader."""
    result: list[Token] = []
    in_link = 0
    for token in children:
        in_link += token.nesting if token.type in {"link_open", "link_close"} else 0
        if token.type != "image" or image_is_ours(str(token.attrs.get("src", ""))):
            result.append(token)
        else:
            result.extend(_image_as_link(token, in_link=bool(in_link)))
    return result


def _image_as_link(image: Token, *, in_link: bool) -> list[Token]:
    address = str(image.attrs.get("src", ""))
    words = Token("text", "", 0, content=image.content.strip() or "image")
    if in_link or urlsplit(address).scheme not in {"http", "https"}:
        return [words]
    opening = Token("link_open", "a", 1, attrs={"href": address})
    if image.attrs.get("title"):
        opening.attrs["title"] = image.attrs["title"]
    return [opening, words, Token("link_close", "a", -1)]


# ---------------------------------------------------------------- output


def _fence(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, env: Any) -> str:
    token = tokens[index]
    words = token.info.split(maxsplit=1)
    return f'<pre class="code"><code>{coloured(token.content, words[0] if words else "", env)}</code></pre>\n'


def _code_block(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return f'<pre class="code"><code>{escape(tokens[index].content)}</code></pre>\n'


@cache
def _lexer(name: str) -> Lexer:
    """Make the lexer of one of Pygments' names when it is first needed: all of them take a sixth of the start of a process."""
    lexer: Lexer = get_lexer_by_name(name)
    return lexer


def coloured(code: str, language: str, env: dict[str, Any]) -> str:
    """Code as HTML with Pygments' class names; escaped only, if the language is unknown its lines too long, or the room used up."""
    name = LANGUAGES.get(language.lower())
    env["coloured"] += len(code)
    too_long = max(map(len, code.split("\n"))) > MAX_CODE_LINE
    if name is None or too_long or env["coloured"] > MAX_COLOURED:
        return escape(code)
    return highlight(code, _lexer(name), FORMATTER)


def _list_item_open(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    opening = self.renderToken(tokens, index, options, env)
    meta = tokens[index].meta or {}
    if "checked" not in meta:
        return opening
    box, words = ("\u2611", "done:") if meta["checked"] else ("\u2610", "to do:")
    return f'{opening}{box} <span class="visually-hidden">{words}</span> '


def _math(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return f'<span class="math">{escape(tokens[index].content.strip())}</span>'


def _math_display(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return f'<span class="math-display">{escape(tokens[index].content.strip())}</span>'


def _math_block(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return f"<p>{_math_display(self, tokens, index, options, env)}</p>\n"


def _page_link_span(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return f'<span class="page-link">{escape(tokens[index].markup or tokens[index].content)}</span>'


def _embedded_file(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    name, _, label = tokens[index].content.partition("|")
    if _names_picture(name):
        return f'<img src="{escape(name.strip())}" alt="{escape(words_of(label))}">'
    return f'<span class="missing-file">Missing file: {escape(name.strip())}</span>'


def _names_picture(content: str) -> bool:
    name = content.partition("|")[0].strip()
    return name.lower().endswith(EXTENSIONS) and image_is_ours(name)


def _note_ref(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, env: Any) -> str:
    meta = tokens[index].meta
    name = f"{env['text_id']}-{meta['id'] + 1}"
    again = f"-{meta['subId']}" if meta.get("subId", 0) > 0 else ""
    number = meta["id"] + 1
    return f'<sup class="footnote-ref"><a href="#u-fn-{name}" id="u-fnref-{name}{again}">[{number}]</a></sup>'


def _notes_open(_self: RendererHTML, _tokens: Sequence[Token], _index: int, _options: Any, _env: Any) -> str:
    return '<div class="footnotes">\n<ol>\n'


def _notes_close(_self: RendererHTML, _tokens: Sequence[Token], _index: int, _options: Any, _env: Any) -> str:
    return "</ol>\n</div>\n"


def _note_open(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, env: Any) -> str:
    return f'<li id="u-fn-{env["text_id"]}-{tokens[index].meta["id"] + 1}">'


def _note_anchor(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, env: Any) -> str:
    meta = tokens[index].meta
    again = f"-{meta['subId']}" if meta["subId"] > 0 else ""
    place = f"u-fnref-{env['text_id']}-{meta['id'] + 1}{again}"
    words = f'<span class="visually-hidden">Back to where note {meta["id"] + 1} stands</span>'
    return f' <a href="#{place}">\u21a9\ufe0e{words}</a>'


_RENDER_RULES: dict[str, Any] = {
    "fence": _fence,
    "code_block": _code_block,
    "list_item_open": _list_item_open,
    "math_inline": _math,
    "math_inline_double": _math_display,
    "math_block": _math_block,
    "page_link": _page_link_span,
    "embedded_file": _embedded_file,
    "footnote_ref": _note_ref,
    "footnote_block_open": _notes_open,
    "footnote_block_close": _notes_close,
    "footnote_open": _note_open,
    "footnote_anchor": _note_anchor,
}
