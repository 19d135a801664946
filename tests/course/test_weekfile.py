import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from course.weekfile import Group, Kind, Level, Surroundings, WeekFile, parse
from tests.proof import examples

ROOT = Path(__file__).resolve().parents[2]
WEEKS = sorted((ROOT / "tests/course/weeks").glob("*.md"))
SEEDS = Path(os.environ.get("SEMINAR_SEEDS", ROOT.parent / "shared/seeds"))
PIECES = st.sampled_from(
    ["# ", "## ", "###### h ##", " #", "    # ", "* ", "- ", "1. ", "2) ", "  ", "    ", "\t", "> ", "```", "~~~", "---", "===",
     "<!--", "-->", "[a](b)", "[", "](", ")", "(4:21)", "(Sep 2024)", "Coming", "READINGS", "IN-CLASS", "Quiz: Week 3",
     "Week 5: T", "KEY QUESTIONS", "PRESENTATIONS", "|a|b|", "|-|-|", "`", "\\", "**", "\n", "\n", "\n\n", "\r\n", "\r",
     "\u2028", "\x0b", "\ufeff", "text", "../../x", "x.md", "Sunday, Aug 28, 2025", "<HTTPS link>", "\u05d0", ""]
)  # fmt: skip
PAGES = st.lists(PIECES, max_size=40).map("".join)


def page(name: str) -> WeekFile:
    return parse((ROOT / "tests/course/weeks" / f"{name}.md").read_bytes())


def codes(week: WeekFile) -> list[tuple[int, str]]:
    return [(message.line, message.code) for message in week.messages]


def headings(week: WeekFile) -> list[tuple[str, Group, Kind]]:
    return [(section.name, section.group, section.kind) for section in week.sections]


def test_corpus_has_sixty_pages_at_least() -> None:
    assert len(WEEKS) >= 60


def test_emit_unedited_page_of_corpus_gives_same_bytes() -> None:
    for path in WEEKS:
        data = path.read_bytes()
        assert parse(data).emit() == data, path.stem


def test_with_text_unedited_browser_text_of_corpus_gives_same_bytes() -> None:
    for path in WEEKS:
        week = parse(path.read_bytes())
        posted = "\r\n".join(week.source.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
        assert week.with_text(posted).emit() == week.emit(), path.stem


# ---------------------------------------------------------------- the four page styles


def test_template_page_gives_groups_and_kinds() -> None:
    week = page("template")
    assert (week.number, week.title) == (4, "Bridges of Paper")
    assert headings(week) == [
        ("AI NEWS AND CULTURE", Group.READINGS, Kind.NEWS_READING),
        ("RESEARCH", Group.READINGS, Kind.RESEARCH),
        ("DESIGN", Group.READINGS, Kind.DESIGN),
        ("OVERHEAD", Group.IN_CLASS, Kind.OVERHEAD),
        ("PRESENTATIONS", Group.IN_CLASS, Kind.PRESENTATIONS),
        ("ANNOUNCEMENTS", Group.IN_CLASS, Kind.ANNOUNCEMENTS),
        ("NEWS", Group.IN_CLASS, Kind.NEWS),
        ("RESOURCES", Group.RESOURCES, Kind.RESOURCES),
    ]


def test_template_page_key_questions_are_whole_items() -> None:
    assert page("template").key_questions == (
        "Which fold makes paper stiff, and along which 2. direction?",
        "What does a model tell us about a real bridge,\nand what does it hide?",
        "Who decides that a bridge is safe?",
    )


def test_template_page_placeholders_are_known() -> None:
    week = page("template")
    only = [section.name for section in week.sections if section.placeholder_only]
    assert only == ["AI NEWS AND CULTURE", "DESIGN", "OVERHEAD", "NEWS", "RESOURCES"]
    assert [(quiz.line, quiz.title, quiz.url, quiz.placeholder) for quiz in week.quizzes] == [
        (34, "Quiz", "oh_noes_404.md", True)
    ]
    assert [(one.name, one.placeholder) for one in week.presenters] == [
        ("Student #1", True),
        ("Mira Holt", False),
    ]


def test_early_page_reads_facets_around_and_inside_links() -> None:
    globe, atlas, maps = page("early").sections[0].items
    assert (globe.title, globe.minutes, globe.part, globe.published) == (
        "The Sheet Globe",
        7.08,
        "ONLY to 7:05",
        "2021",
    )
    assert (atlas.title, atlas.minutes, atlas.optional) == ("Atlas of Errors", 9, True)
    assert (maps.title, maps.minutes, maps.optional) == ("A Map of Maps", 5, False)


def test_early_page_group_spellings_are_known() -> None:
    assert [(group, kind) for _, group, kind in headings(page("early"))] == [
        (Group.READINGS, Kind.OTHER),
        (Group.READINGS, Kind.NEWS_READING),
        (Group.IN_CLASS, Kind.NEWS),
        (Group.IN_CLASS, Kind.FOLLOW_UPS),
    ]


def test_banner_h1_page_groups_do_not_depend_on_levels() -> None:
    found = headings(page("banner_h1"))
    assert ("Humanistic Readings", Group.READINGS, Kind.OTHER) in found
    assert ("AI News/Current Events", Group.READINGS, Kind.NEWS_READING) in found
    assert ("Goals:", Group.ASSIGNMENT, Kind.OTHER) in found
    assert ("Quiz: Week 5", Group.QUIZ, Kind.QUIZ) in found
    assert ("Follow-ups", Group.IN_CLASS, Kind.FOLLOW_UPS) in found
    assert ("Something Else Entirely", Group.PRESENTATIONS, Kind.OTHER) in found


def test_banner_h1_page_keeps_headings_as_written() -> None:
    assert page("banner_h1").sections[0].heading == "**[ Humanistic Readings ]**"


def test_banner_h1_page_collects_presenters_of_table_items_and_headings() -> None:
    assert [(one.name, one.date, one.tentative, one.placeholder) for one in page("banner_h1").presenters] == [
        ("Ada Quill", "9/24", False, False),
        ("Tom Reed", "9/24", False, False),
        ("Nia Fenn", "10/1", True, False),
        ("Presentation #1", None, False, True),
        ("Lena Moor", None, False, False),
        ("Ivo Kast", None, False, False),
    ]


def test_banner_h1_page_warns_of_wrong_weekday_and_copied_quiz_number() -> None:
    found = codes(page("banner_h1"))
    assert (19, "W314") in found
    assert (27, "W311") in found
    assert (32, "I401") in found


def test_banner_h1_page_stars_are_not_years() -> None:
    items = page("banner_h1").sections[1].items
    assert [(item.title, item.stars, item.published) for item in items] == [
        ("On Escapements", None, None),
        ("gearbox", 9700, None),
        ("counter", 554, "2024-03"),
    ]
    assert items[0].minutes == 62.03


def test_banner_h2_page_pasted_headings_do_not_end_the_page() -> None:
    found = headings(page("banner_h2"))
    assert ('"Merge to Main" Workflow', Group.READINGS, Kind.OTHER) in found
    assert found[-1] == ("Concepts:", Group.IN_CLASS, Kind.CONCEPTS)
    assert "not a heading" not in str(found)


def test_banner_h2_page_address_with_blanks_and_brackets_is_whole() -> None:
    letter, second = page("banner_h2").sections[1].items
    assert letter.url == "../docs/Unified Letter (mac Os + Wsl2) draft.pdf"
    assert (letter.minutes, second.minutes) == (15, 10)


# ---------------------------------------------------------------- hazards


def test_hazards_headings_inside_items_quotes_fences_and_comments_are_content() -> None:
    week = page("hazards")
    assert [(section.line, section.name) for section in week.sections] == [
        (6, "Sign ups"),
        (29, "heading below item"),
        (30, "three blanks"),
    ]
    assert [block.kind.value for block in week.sections[-1].blocks] == ["code", "comment", "code"]


def test_hazards_broken_links_are_told_and_kept() -> None:
    found = codes(page("hazards"))
    assert {(8, "W313"), (9, "W313"), (12, "W313")} <= set(found)
    assert (14, "W313") not in found


def test_hazards_heading_inside_item_ends_its_paragraph() -> None:
    item = page("hazards").sections[0].items[-1]
    assert item.text == "* item\n    ### heading in item"


def test_nesting_depths_follow_commonmark() -> None:
    items = page("nesting").sections[0].items
    assert [(item.depth, item.title) for item in items][:5] == [
        (0, "a"),
        (1, "tab child"),
        (2, "tab grandchild"),
        (0, "b"),
        (0, "c"),
    ]
    assert items[3].text == "* b\n  continued\n\n  second paragraph\n\n  > quoted"


def test_placeholder_page_lists_what_to_fill() -> None:
    week = page("placeholders")
    assert (week.number, week.title) == (None, "Week Title")
    assert week.to_fill == [
        (1, "Week Title"),
        (5, "Q1"),
        (6, "Q2"),
        (7, "Q3..."),
        (13, "Coming"),
        (15, "nothing under CODING"),
        (25, "Presentation #1"),
        (26, "Presentation #2"),
    ]
    assert [(quiz.title, quiz.placeholder) for quiz in week.quizzes] == [("Week 6 Quiz", False)]


def test_placeholder_item_with_words_below_is_not_hidden() -> None:
    section = parse(b"## READINGS\n### TOOLS\n* Coming\n  but read this first\n").sections[0]
    assert not section.placeholder_only


def test_front_matter_gives_number_and_title() -> None:
    week = page("front_matter")
    assert (week.number, week.title, headings(week)) == (7, "Front", [("TOOLS", Group.READINGS, Kind.TOOLS)])


@pytest.mark.parametrize(
    "text",
    [
        "---\n\n# Week 3: Rope\n\nKnots.\n\n---\n\n* x\n",
        "---\n# Week 3: Rope\n* x\n---\n",
        "---\n# Week 3: Rope\n\n**DUE:** now\n",
    ],
)
def test_rule_on_line_1_is_no_front_matter(text: str) -> None:
    week = parse(text.encode())
    assert (week.number, week.title, week.messages) == (3, "Rope", ())


def test_front_matter_with_a_comment_first_is_read() -> None:
    assert parse(b"---\n# of the course folder\n\nweek: 4\n---\n# Agents\n").number == 4


@pytest.mark.parametrize(
    ("text", "line", "code", "words"),
    [
        ("---\nweek: 1\n", 1, "E201", "never closed"),
        ("---\na: 1\nb: 2\na: 3\n---\n", 4, "E202", 'duplicate key "a" (first on line 2)'),
        ("---\na:\n\tb: 2\n---\n", 3, "E202", "tab used for indent"),
        ("---\na: &x 1\nb: *x\n---\n", 2, "E202", "anchors"),
        ("---\na: [1, 2\n---\n", 3, "E202", "correct this line"),
        ("---\na: " + "[" * 5000 + "\n---\n", 2, "E202", "brackets"),
        ("# Week 1: A\n\n[x](../../x)\n", 3, "E207", "../../x"),
        ("# Week 1: A\n\n[x](%2e%2e/%2e%2e/x)\n", 3, "E207", "leaves the course folder"),
        ("# Week 1: A\n\nDue Sept 31, 2025 (Mon)\n", 3, "W314", "not in the calendar"),
        ("# Week 2: A\n\n## Quiz: Week 1\n", 3, "W311", "week 2"),
        ("# Week 2: A\n\nSee [the plan]().\n", 3, "W313", '"[the plan]()"'),
        ("# Week 2: A\n\n* [a](https://example.edu/a) and [Github]( )\n", 3, "W313", '"[Github]( )"'),
        ("# Week 2: A\n\n* [a]() and [b]()\n", 3, "W313", '"[a]()"'),
        ("# Week 2: A\n\n## Odd\n", 3, "W310", 'heading "Odd" not known'),
    ],
)
def test_message_for_page_with_problem_says_line_and_what_to_do(text: str, line: int, code: str, words: str) -> None:
    found = [message for message in parse(text.encode()).messages if message.code == code]
    assert [message.line for message in found] == [line]
    assert words in found[0].text


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"# caf\xe9\n", "E206", "byte 5"),
        (b"\xef\xbb\xbf# caf\xe9\n", "E206", "byte 8"),
        (b"# a\0b\n", "E206", "NUL at byte 3"),
        (b"x" * 10_000_000, "E208", "10000 kB"),
        (b"\n" * 6000, "E208", "6000 lines"),
    ],
)
def test_unreadable_bytes_give_one_error_and_stay_as_they_are(data: bytes, code: str, words: str) -> None:
    week = parse(data)
    assert [(message.code, message.level) for message in week.messages] == [(code, Level.ERROR)]
    assert words in week.messages[0].text
    assert week.emit() == data
    assert not week.readable


def test_local_links_are_looked_for_only_inside_the_course() -> None:
    asked: list[str] = []

    def exists(path: str) -> bool:
        asked.append(path)
        return path == "docs/a b.pdf"

    text = b"[a](../docs/a%20b.pdf#page=2) [b](./gone.md) [c](https://example.edu/x) [d](../../etc/passwd) [e](#top)\n"
    week = parse(text, Surroundings(path="weeks/01.md", exists=exists))
    assert asked == ["docs/a b.pdf", "weeks/gone.md"]
    assert [message.code for message in week.messages] == ["E207", "W315"]


def test_links_in_code_inside_items_are_not_looked_for() -> None:
    text = b"# Week 1: A\n\n* x\n\n  ```\n  [a](../../x) [b]()\n  ```\n\n      [c](../../y)\n\n  [d](../../z)\n"
    assert codes(parse(text)) == [(11, "E207")]


def test_own_headings_of_a_teacher_get_their_kind() -> None:
    text = b"# Week 1: A\n## READINGS\n### WEAVING\n* x\n"
    assert parse(text).sections[0].kind is Kind.OTHER
    taught = parse(text, Surroundings(headings={"Weaving:": "news_reading"}))
    assert taught.sections[0].kind is Kind.NEWS_READING
    assert taught.messages == ()


@pytest.mark.parametrize(
    ("title", "number", "words"),
    [
        ("# Week 5: Models", 5, "Models"),
        (" # WEEK 8: Chains", 8, "Chains"),
        ("## **Week 3 - Bold**", 3, "Bold"),
        ("# Week 12", 12, "Week 12"),
        ("# Agents", None, "Agents"),
        ("# ===[ Week 4: Banner ]===", 4, "Banner"),
        ("# Week X: Later", None, "Later"),
    ],
)
def test_title_spellings_give_number_and_words(title: str, number: int | None, words: str) -> None:
    week = parse(f"{title}\n\nHello.\n".encode())
    assert (week.number, week.title, week.intro) == (number, words, "Hello.")


@pytest.mark.parametrize(
    ("line", "minutes"),
    [
        ("[a (4:21)](u)", 4.35),
        ("[a (1:02:02)](u)", 62.03),
        ("[a (1hr)](u)", 60),
        ("[a (1 hr)](u)", 60),
        ("[a (9m)](u)", 9),
        ("(~5 min)[a](u)", 5),
        ("[a (~2h42m)](u)", 162),
        ("[a ~1.5hrs](u)", 90),
        ("[a (1:00:00) (allocate ~15mins)](u)", 15),
        ("[(Use AI ~10mins) a](u)", 10),
        ("[a (AI ~10m)](u)", 10),
        ("[(Use AI and Study the Figures: 15mins) a](u)", 15),
        ("NOTE: spend only 15m or so on this", 15),
        ("[a (0:50 to 14:40)](u)", 13.83),
        ("(0:50 to 14:40) [a (20:01)](u)", 13.83),
        ("(only 0-5:00)[a (45:00)](u)", 5),
        ("(only 0-5:00 and 24:40-32:40)[a (45:00)](u)", 13),
        ("[a ~2h42m](u)", 162),
        ("[a of ~70m words](u)", None),
        ("[a (ONLY FIRST HOUR)](u)", None),
        ("[a (2021)](u)", None),
        ("Ratio 4:21 in the text", None),
    ],
)
def test_time_facets_give_minutes(line: str, minutes: float | None) -> None:
    assert parse(f"### TOOLS\n* {line}\n".encode()).items[0].minutes == minutes


@pytest.mark.parametrize(
    ("label", "published"),
    [
        ("a (10 Sep 2024)", "2024-09-10"),
        ("a (Sep 2024)", "2024-09"),
        ("a (2021)", "2021"),
        ("a (4:21)16 Sep 2025", "2025-09-16"),
        ("a (Sept 3, 2025)", "2025-09-03"),
        ("a (31 Feb 2025)", "2025-02"),
        ("a (3rd Sep 2025)", "2025-09-03"),
        ("The 12 Feb 2023 a (4:21) (10 Sep 2024)", "2024-09-10"),
        ("a of Sept 3, 2025 (Oct 2025)", "2025-10"),
        ("a (20250)", None),
        ("The Market 2024", None),
    ],
)
def test_date_facets_give_iso(label: str, published: str | None) -> None:
    assert parse(f"### TOOLS\n* [{label}](u)\n".encode()).items[0].published == published


# ---------------------------------------------------------------- any bytes


def assert_sound(week: WeekFile) -> None:
    """What holds for every page: places fit their values, lines go up, the JSON can be written."""
    for section in week.sections:
        assert week.source[section.body_span.start : section.body_span.end].split() == section.body.split()
        lines = [item.line for item in section.items]
        assert lines == sorted(set(lines))
    for item in (*week.items, *week.questions):
        assert week.source[item.span.start : item.span.end].startswith(item.marker)
        assert item.span.line == item.line <= item.span.end_line
        assert item.span.start <= item.label_span.start <= item.title_span.start <= item.title_span.end
        assert item.title_span.end <= item.label_span.end <= item.span.end
        if item.url_span is not None:
            assert week.source[item.url_span.start : item.url_span.end] == item.url
    numbers = [message.line for message in week.messages]
    assert all(1 <= number <= week.source.count("\n") + week.source.count("\r") + 1 for number in numbers)
    json.dumps(week.as_json())
    assert all(text for _, text in week.to_fill)


@given(st.binary(max_size=300))
@settings(max_examples=examples(300, 100_000), deadline=None)
@example(b"\xef\xbb\xbf")
@example(b"\0")
def test_parse_any_bytes_never_raises(data: bytes) -> None:
    week = parse(data)
    assert week.emit() == data
    assert_sound(week)


@given(PAGES)
@settings(max_examples=examples(300, 100_000), deadline=None)
def test_parse_any_page_is_sound_and_comes_back(text: str) -> None:
    week = parse(text.encode())
    assert week.emit() == text.encode()
    assert_sound(week)


def test_parse_corpus_is_sound() -> None:
    for path in WEEKS:
        assert_sound(parse(path.read_bytes()))


# ---------------------------------------------------------------- the seed


def test_seed_structure_is_read_and_comes_back_byte_for_byte() -> None:
    files = sorted(SEEDS.glob("000*"))
    if not files:
        pytest.skip("the seed documents are not on this machine (SEMINAR_SEEDS)")
    data = files[0].read_bytes()
    week = parse(data)
    assert week.emit() == data
    assert (week.number, week.title, len(week.key_questions)) == (5, "Models and Fine-Tuning", 10)
    groups = [section.group for section in week.sections]
    assert groups == [Group.READINGS] * 4 + [Group.IN_CLASS] * 12 + [Group.RESOURCES]
    assert [section.kind.value for section in week.sections] == [
        "news_reading",
        "research",
        "design",
        "coding",
        "overhead",
        "presentations",
        "announcements",
        "news",
        "follow_ups",
        "research",
        "concepts",
        "tools",
        "software_engineering",
        "code_sample",
        "code_review",
        "extras",
        "resources",
    ]
    assert all(section.placeholder_only for section in week.sections)
    assert (week.sections[0].line, week.sections[0].items[0].line) == (20, 22)
    assert [(quiz.line, quiz.title, quiz.placeholder) for quiz in week.quizzes] == [(41, "Quiz", True)]
    assert [(one.line, one.name, one.placeholder) for one in week.presenters] == [
        (45, "Student #1", True),
        (46, "Student #2", True),
    ]
    assert not week.has_errors


# ---------------------------------------------------------------- the command


def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "manage.py", "parse_week", *arguments], cwd=ROOT, capture_output=True, check=False)


def test_parse_week_json_prints_the_documented_shape() -> None:
    done = run("tests/course/weeks/template.md", "--json")
    printed = json.loads(done.stdout)
    assert done.returncode == 0
    assert list(printed) == [
        "number",
        "title",
        "intro",
        "key_questions",
        "sections",
        "quizzes",
        "presenters",
        "messages",
    ]
    section = printed["sections"][0]
    assert list(section) == ["line", "level", "heading", "group", "kind", "placeholder_only", "items"]
    assert section["items"] == [
        {"line": 16, "depth": 0, "title": "Coming", "url": "oh_noes_404.md", "placeholder": True, "minutes": None,
         "published": None, "text": "* [Coming](oh_noes_404.md)"}
    ]  # fmt: skip


def test_parse_week_emit_prints_the_bytes_untouched() -> None:
    done = run("tests/course/weeks/crlf_bom.md", "--emit")
    assert done.returncode == 0
    assert done.stdout == (ROOT / "tests/course/weeks/crlf_bom.md").read_bytes()


def test_parse_week_page_with_errors_prints_json_and_exits_1() -> None:
    done = run("tests/course/weeks/front_open.md", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["messages"][0]["code"] == "E201"


@pytest.mark.parametrize("arguments", [("no-such-file.md", "--json"), ("tests", "--emit"), (), ("--json",)])
def test_parse_week_unusable_arguments_exit_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).returncode == 2
