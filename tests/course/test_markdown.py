import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.markdown import ATTRIBUTES, CLASSES, TAGS, render, sanitise
from course.weekfile import parse
from tests.proof import examples

WEEKS = sorted((Path(__file__).parent / "weeks").glob("*.md"))
REL = "noopener noreferrer nofollow"
URLS = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "java&#10;script:alert(1)",
    "&#106;avascript:alert(1)", "&#x6A;avascript:alert(1)", "javascript&colon;alert(1)", "\x01javascript:alert(1)",
    " javascript:alert(1)", "vbscript:msgbox(1)", "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD4=", "data:image/svg+xml,<svg onload=alert(1)>", "file:///etc/passwd",
    "blob:https://x/1", "javascript://%0aalert(1)", "feed:javascript:alert(1)", "jav%61script:alert(1)",
]  # fmt: skip
TAG_ATTACKS = [
    "<script>alert(1)</script>", "<ScRiPt src=//evil.example/x.js></sCrIpT>", "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>", "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<iframe src=javascript:alert(1)>", "<iframe srcdoc='<script>alert(1)</script>'>", "<object data=x>", "<embed src=x>",
    "<base href=//evil.example/>", "<meta http-equiv=refresh content='0;url=//evil.example'>", "<link rel=stylesheet href=x>",
    "<style>@import '//evil.example/x';</style>", "<body onload=alert(1)>", "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>", "<form action=//evil.example><button>x</button></form>", "<a href=javascript:alert(1)>x</a>",
    "<p style='background:url(//evil.example)'>x</p>", "<div hx-get=/x hx-trigger=load>x</div>", "<div data-hx-get=/x>x</div>",
    "<div hx-on::load='alert(1)'>x</div>", "<form id=document><input name=body></form>", "<img name=getElementById>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<textarea></textarea><script>alert(1)</script>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>", "<xmp><script>alert(1)</script></xmp>", "<plaintext><b>",
    "<title></title><img src=x onerror=alert(1)>", "<template><script>alert(1)</script></template>", "<a id=u-fn-1 name=x>y</a>",
    "<img src='x' srcset='//evil.example/x 1x'>", "<video><source onerror=alert(1)>", "<<script>alert(1)//<</script>",
    '<img """><script>alert(1)</script>">', "<!--><script>alert(1)</script>-->", "<!--[if gte IE 4]><script>x</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>", "<?php echo 1 ?>", "</p><script>alert(1)</script>", "<br onclick=alert(1)>",
]  # fmt: skip
MARKDOWN_ATTACKS = [
    "![x](https://evil.example/pixel.png)", "![x](//evil.example/p.png)", r"![x](/\evil.example/p.png)", "![x](/sign-out/)",
    "![x](/media/../sign-out/)", "![x](?next=/sign-out/)", '![x" onerror="alert(1)](x.png)', "![x](x.png 'a\" onerror=\"b')",
    "[x](y \"a' onclick='b\")", "[x]: javascript:alert(1)\n\n[x]", '```py" onload="x\n</code><script>alert(1)</script>\n```',
    "`</code><script>alert(1)</script>`", "$</span><script>alert(1)</script>$", "$$\n<img src=x onerror=alert(1)>\n$$",
    "|a|\n|-|\n|<script>x</script>|", "[^1]\n\n[^1]: <script>x</script> [y](javascript:alert(1))", '[^"><script>]\n\n[^"><script>]: x',
    "# <script>alert(1)</script>", "- [x] <img src=x onerror=alert(1)>", "<javascript:alert(1)>", "[a](<javascript:alert(1)>)",
    '<https://example.edu/"onmouseover=alert(1)>', 'www.example.edu"onclick=alert(1)', "$\\href{javascript:alert(1)}{x}$",
    "[![x](https://evil.example/p.png)](https://example.edu)", "&lt;script&gt;alert(1)&lt;/script&gt;", "<br/><br onload=x>",
]  # fmt: skip
ATTACKS = [
    *(f"[x]({url})" for url in URLS),
    *(f"![x]({url})" for url in URLS[:6]),
    *TAG_ATTACKS,
    *MARKDOWN_ATTACKS,
]
OWN_ID = re.compile(r"u-fn(?:ref)?-[0-9a-f]{8}-\d+(?:-\d+)?")


class Judge(HTMLParser):
    """Reads HTML as a browser would, and notes what is not on the allowlist."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.faults.append(f"tag {tag}")
        for name, value in attrs:
            self.faults.extend(_attribute_faults(tag, name, value or ""))

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"declaration {decl}")


def _attribute_faults(tag: str, name: str, value: str) -> Iterator[str]:
    if name == "class":
        if not set(value.split()) <= CLASSES.get(tag, frozenset()):
            yield f"class {tag} {value}"
    elif name == "rel":
        if (tag, value) != ("a", REL):
            yield f"rel {tag} {value}"
    elif name not in ATTRIBUTES.get(tag, frozenset()):
        yield f"attribute {tag} {name}"
    elif name == "id" and not OWN_ID.fullmatch(value):
        yield f"id {value}"
    elif name == "href" and urlsplit(value.strip()).scheme not in {"", "http", "https", "mailto"}:
        yield f"scheme {value}"
    elif name == "src" and (urlsplit(value).scheme or (value.startswith("/") and not value.startswith("/media/"))):
        yield f"picture {value}"


def faults(html: str) -> list[str]:
    judge = Judge()
    judge.feed(html)
    judge.close()
    return judge.faults


def test_judge_sees_faults() -> None:
    """The proof below means something only if the judge can say no."""
    bad = '<script>x</script><a href="javascript:x" onclick="y" id="z" class="w">a</a><img src="//e/p"><!-- c -->'
    assert len(faults(bad)) == 7


def test_attack_list_is_long_enough() -> None:
    assert len(set(ATTACKS)) >= 60


@pytest.mark.parametrize("text", ATTACKS)
def test_render_attack_gives_only_what_is_allowed(text: str) -> None:
    for source in (text, f"> {text}", f"- {text}", f"a {text} b"):
        html = render(source)
        assert faults(html) == []
        assert sanitise(html) == html


@pytest.mark.parametrize("text", [*TAG_ATTACKS, *URLS])
def test_sanitise_raw_attack_gives_only_what_is_allowed(text: str) -> None:
    html = sanitise(f'{text}<a href="{text}">x</a><img src="{text}">')
    assert faults(html) == []
    assert sanitise(html) == html


@given(
    st.lists(
        st.sampled_from([*ATTACKS, "\n", "\n\n", " ", "*", "`", "<", ">", "|", "[^1]: ", "$", "'", '"', "    "]),
        max_size=8,
    )
)
@settings(max_examples=examples(300, 100_000), deadline=None)
def test_render_any_mix_of_attacks_gives_only_what_is_allowed(pieces: list[str]) -> None:
    html = render("".join(pieces))
    assert faults(html) == []
    assert sanitise(html) == html


@given(st.text(max_size=200))
@settings(max_examples=examples(300, 100_000), deadline=None)
def test_render_any_text_never_raises_and_is_clean(text: str) -> None:
    html = render(text)
    assert faults(html) == []
    assert sanitise(html) == html


# ---------------------------------------------------------------- what it looks like


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", ""),
        ("# A", "<h2>A</h2>\n"),
        ("###### A", "<h6>A</h6>\n"),
        ("git clone <HTTPS link>", "<p>git clone &lt;HTTPS link&gt;</p>\n"),
        ("<repo_info>", "<p>&lt;repo_info&gt;</p>\n"),
        ("a <!-- b --> c", "<p>a  c</p>\n"),
        ("a\n\n<!--\n# b\n\nc\n-->\n\nd", "<p>a</p>\n<p>d</p>\n"),
        ("a <!-- open", "<p>a &lt;!-- open</p>\n"),
        ("~~a~~", "<p><s>a</s></p>\n"),
        ("a\\\nb<br>c", "<p>a<br>\nb<br>\nc</p>\n"),
        ("$x_1^2$", '<p><span class="math">x_1^2</span></p>\n'),
        ("$$\na < b\n$$", '<p><span class="math-display">a &lt; b</span></p>\n'),
        ("It costs $5 or $10.", "<p>It costs $5 or $10.</p>\n"),
        ("```py\nx\n```", '<pre class="code"><code><span class="n">x</span>\n</code></pre>\n'),
        ("```nosuch\n<x>\n```", '<pre class="code"><code>&lt;x&gt;\n</code></pre>\n'),
        ("[a](../x.md)", f'<p><a href="../x.md" rel="{REL}">a</a></p>\n'),
        (
            "https://example.edu",
            f'<p><a href="https://example.edu" rel="{REL}">https://example.edu</a></p>\n',
        ),
        ("![a](img/x.png)", '<p><img src="img/x.png" alt="a"></p>\n'),
        ("![a](/media/x.png)", '<p><img src="/media/x.png" alt="a"></p>\n'),
        ("![a](https://e.example/x.png)", f'<p><a href="https://e.example/x.png" rel="{REL}">a</a></p>\n'),
        ("![a](/sign-out/)", "<p>a</p>\n"),
        ("a\ud800b", "<p>a\ufffdb</p>\n"),
    ],
)
def test_render_source_gives_html(source: str, expected: str) -> None:
    assert render(source) == expected


def test_render_heading_base_moves_all_levels() -> None:
    assert render("# A\n## B\n##### C", heading_base=4) == "<h4>A</h4>\n<h5>B</h5>\n<h6>C</h6>\n"


def test_render_task_boxes_have_words_for_screen_readers() -> None:
    html = render("- [x] read\n- [ ] write")
    assert '\u2611 <span class="visually-hidden">done:</span> read' in html
    assert '\u2610 <span class="visually-hidden">to do:</span> write' in html
    assert "<input" not in html


def test_render_table_alignment_is_a_class() -> None:
    html = render("|a|b|\n|:-:|--:|\n|1|2|")
    assert '<th class="align-center" scope="col">a</th>' in html
    assert '<td class="align-right">2</td>' in html
    assert "style" not in html


def test_render_footnotes_link_there_and_back() -> None:
    html = render("a[^x] b[^x]\n\n[^x]: *note*")
    places = set(re.findall(r'id="([^"]+)"', html))
    targets = set(re.findall(r'href="#([^"]+)"', html))
    assert len(places) == 3
    assert targets == places
    assert all(OWN_ID.fullmatch(place) for place in places)


def test_render_footnotes_of_two_texts_do_not_share_ids() -> None:
    first, second = (set(re.findall(r'id="([^"]+)"', render(f"{word}[^x]\n\n[^x]: n"))) for word in ("a", "b"))
    assert not first & second


# ---------------------------------------------------------------- bounded


@pytest.mark.parametrize(
    "text",
    ["[" * 200_000, "![" * 100_000, "*a_" * 66_000, "a@b.c " * 33_000, "- " * 100_000 + "a", ">" * 1000 + "a", "a\n" * 100_000,
     "|a" * 1000 + "\n" + "|-" * 1000 + "\n" + "|\n" * 50_000, "x" * 200_001, "".join("  " * n + "- a\n" for n in range(200))],
    ids=["brackets", "pictures", "marks", "addresses", "bullets", "quotes", "lines", "cells", "long", "deep"],
)  # fmt: skip
def test_render_hostile_text_is_shown_as_typed(text: str) -> None:
    html = render(text)
    assert html.startswith("<pre>")
    assert html.count("<") == 2
    assert html.count("&gt;") == text.count(">")


def test_render_long_plain_text_is_laid_out() -> None:
    assert render("word " * 30_000).startswith("<p>word")


def test_render_code_beyond_the_bounds_stays_plain() -> None:
    assert "<span" not in render("```py\n" + "x = 1\n" * 2000 + "```")
    assert "<span" not in render("```py\n" + "x" * 300 + "\n```")


# ---------------------------------------------------------------- agreement with the week page's own reader

PIECES = st.sampled_from(
    ["# a", "## b", " # c", "    # d", "\t# e", "* ", "- ", "1. ", "2. ", "  ", "    ", "> ", "```", "~~~", "---", "word", "\n", "\n",
     "\n\n", "<!--", "-->", "<!-- x -->", "*", "-", "    - ", "   "]
)  # fmt: skip


def rendered_headings(text: str) -> list[str]:
    """Headings of the page outside lists and quotes, as a reader sees them."""
    flat = re.sub(r"<(ul|ol|blockquote)(?:(?!<\1\b|</\1>).)*</\1>", "", render(text), flags=re.DOTALL)
    while flat != (flat := re.sub(r"<(ul|ol|blockquote)\b(?:(?!<(?:ul|ol|blockquote)\b).)*?</\1>", "", flat, flags=re.DOTALL)):
        pass
    return re.findall(r"<h[2-6]>([a-e])", flat)


def page_headings(text: str) -> list[str]:
    week = parse(("# a\n\n" + text).encode())
    return [section.heading[0] for section in week.sections if section.level]


@given(st.lists(PIECES, max_size=14).map("".join))
@settings(max_examples=examples(300, 100_000), deadline=None)
def test_headings_of_page_and_of_html_are_the_same(text: str) -> None:
    assert page_headings(text) == rendered_headings("# z\n\n" + text)


@pytest.mark.parametrize("path", WEEKS, ids=lambda path: path.stem)
def test_render_corpus_section_by_section_is_clean(path: Path) -> None:
    for section in parse(path.read_bytes()).sections:
        html = render(section.body)
        assert faults(html) == []
        assert "<pre>" not in html
