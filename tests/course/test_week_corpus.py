"""The invented week pages of tests/course/weeks: they have everything that real pages were seen to have (formats.md 1), and
what is read from them is written out here.
"""

import re

import pytest

from course.weekfile import Group, Item, Kind, WeekFile, parse
from tests.course.test_weekfile import WEEKS, codes, headings, page

IN_CLASS, READINGS, INTRO, OTHER = Group.IN_CLASS, Group.READINGS, Group.INTRO, Kind.OTHER


# ---------------------------------------------------------------- the tricky pages


def test_tricky_page_with_seven_h1_keeps_one_title_and_its_groups() -> None:
    week = page("tricky_seven_h1")
    assert week.source.count("\n# ") + week.source.startswith("# ") == 7
    assert (week.number, week.title, week.intro) == (6, "Clay and Code", "Hands first, then keys.")
    assert headings(week) == [
        ("Humanistic Readings", READINGS, OTHER),
        ("The Potter's Notebook", READINGS, OTHER),
        ("AI News/Current Events", READINGS, Kind.NEWS_READING),
        ("Mini-Project #2: A Vessel", Group.ASSIGNMENT, OTHER),
        ("Goals:", Group.ASSIGNMENT, OTHER),
        ("Overhead", IN_CLASS, Kind.OVERHEAD),
        ("ArXiv.org Research Paper 5 min Presentation", Group.PRESENTATIONS, Kind.PRESENTATIONS),
        ("Follow-ups", IN_CLASS, Kind.FOLLOW_UPS),
        ("Tools:", IN_CLASS, Kind.TOOLS),
    ]
    assert [item.minutes for item in week.items if item.url] == [22.17, 9.08, 6.67, None, 60]
    assert [(one.title, one.url, one.week) for one in week.quizzes] == [("Week 6 Quiz", "oh_noes_404.md", 6)]
    assert [(one.name, one.placeholder) for one in week.presenters] == [("Oda Brandt", False), ("Presentation #2", True)]


def test_tricky_schedule_twice_gives_one_section_with_its_table() -> None:
    week = page("tricky_schedule_twice")
    assert [(one.line, one.level, one.name, one.group) for one in week.sections] == [
        (5, 3, "Concepts:", IN_CLASS),
        (10, 1, "Schedule", Group.SCHEDULE),
        (19, 3, "Sign-ups", Group.SCHEDULE),
    ]
    assert [(one.line, one.name, one.tentative, one.date) for one in week.presenters] == [
        (14, "Ilse Horn", False, "9/24"),
        (14, "Per Dahl", False, "9/24"),
        (15, "Yusuf Aden", True, "10/1"),
        (17, "Mystery Guest", True, "12/3"),
    ]


def test_tricky_prompt_pasted_with_its_headings_does_not_end_the_page() -> None:
    week = page("tricky_merge_to_main")
    assert headings(week) == [
        ("Coding", READINGS, Kind.CODING),
        ('"Merge to Main" Workflow', READINGS, OTHER),
        ("Context", READINGS, OTHER),
        ("Tools", IN_CLASS, Kind.TOOLS),
    ]
    assert (week.number, week.title) == (12, "Two Branches")
    assert [block.kind.value for block in week.sections[2].blocks] == ["paragraph", "code"]


def test_tricky_heading_behind_a_blank_is_a_heading() -> None:
    week = page("tricky_sign_ups")
    assert [(one.line, one.heading, one.group) for one in week.sections] == [(5, "Sign ups", IN_CLASS)]
    # Two blanks below an item: CommonMark takes the heading for the item's.
    assert [item.title for item in week.items] == ["Bring a chair", "The list", "Nora Elm"]


def test_tricky_address_with_blanks_and_brackets_is_whole() -> None:
    guide, pipes = page("tricky_unified_pdf").items
    assert guide.url == "../docs/Unified Plumbing Guide (mac Os + Wsl2) second draft.pdf"
    assert (guide.title, guide.minutes) == ("Setup guide", 15)
    assert (pipes.title, pipes.url) == ("The pipes", "../code/pipes and (joints).ipynb")


def test_tricky_lone_bullet_is_an_empty_item_that_hides_nothing_else() -> None:
    week = page("tricky_lone_bullet")
    assert [(item.line, item.title, item.placeholder) for item in week.items] == [
        (7, "First", False),
        (8, "", True),
        (9, "Second", False),
        (13, "", True),
        (17, "Third", False),
        (18, "", True),
    ]
    assert [section.placeholder_only for section in week.sections] == [False, True, False]
    assert [line for line, _ in week.to_fill] == [8, 13, 18]


def test_tricky_words_in_angle_brackets_stay_in_the_titles() -> None:
    assert [item.title for item in page("tricky_https_link").items] == [
        "Type git clone <HTTPS link> and wait",
        "Then cd <repo subdir> and `git switch <branch>`",
        "See <claude_info> for the rest",
    ]


def test_tricky_page_of_no_bytes_is_an_empty_page() -> None:
    week = page("tricky_zero_bytes")
    assert (week.emit(), week.number, week.title, week.intro, week.sections, week.messages) == (b"", None, "", "", (), ())


# ---------------------------------------------------------------- headings: spellings of one thing (formats.md 1.3)

SPELLINGS = {
    (READINGS, OTHER): [
        "## READINGS", "## Readings", "## Readings:", "## Reading Assignments", "## Reading Assignments:",
        "# ==========[ New Reading Assignments ]==========", "## ===[ New Reading Assignments ]===",
    ],
    (IN_CLASS, OTHER): [
        "## IN-CLASS EXERCISES", "## In-Class", "## In Class", "## In Class:", "# ==========[ In Class ]==========",
        "# ==========[ In-Class ]==========", "# =====[ In Class ]=====",
    ],
    (INTRO, Kind.OVERHEAD): ["### OVERHEAD", "### ADMINISTRATIVE", "### Overhead"],
    (Group.QUIZ, Kind.QUIZ): ["### Quiz", "## Quiz: Week 12", "### [Quiz: Week 2](https://www.lipsum.com/)"],
    (INTRO, Kind.NEWS_READING): [
        "### AI NEWS AND CULTURE", "### AI News/Current Events", "### **[AI News/Current Events]**", "### AI News and Events",
        "### AI AND SOCIETY",
    ],
    (INTRO, Kind.NEWS): [
        "### NEWS", "### News", "### NEWS: TECH", "### NEWS: AUTOMATION", "### NEWS: AI, AUTOMATION, & THE FUTURE OF WORK",
    ],
    (INTRO, Kind.RESEARCH): ["### RESEARCH", "### Research"],
    (INTRO, Kind.CONCEPTS): ["### CONCEPTS", "### Concepts", "### Concepts:"],
    (INTRO, Kind.TOOLS): ["### TOOLS", "### Tools"],
    (INTRO, Kind.FOLLOW_UPS): ["### FOLLOW-UPS", "### Follow-ups", "### Follow-Ups", "# ==========[ Follow-ups ]=========="],
    (Group.PRESENTATIONS, Kind.PRESENTATIONS): [
        "### PRESENTATIONS", "### Presentations", "# ==========[ ArXiv.org Research Paper 5 min Presentation ]==========",
        "# Presentation: ANA RUIZ",
    ],
    (INTRO, Kind.SOFTWARE_ENGINEERING): ["### SOFTWARE ENGINEERING"],
    (INTRO, Kind.DESIGN): ["### DESIGN"],
    (INTRO, Kind.CODING): ["### CODING", "### Coding", "### **Coding**", "## ===[ Coding ]===", "### Code"],
    (INTRO, Kind.CODE_SAMPLE): ["### CODE SAMPLE"],
    (INTRO, Kind.CODE_REVIEW): ["### CODE REVIEW"],
    (INTRO, Kind.DOCUMENTATION): ["### CODE DOCUMENTATION", "### DOCUMENTATION"],
    (INTRO, Kind.EXTRAS): ["### EXTRA CODE", "### EXTRAS"],
    (INTRO, Kind.DATASETS): ["### DATASETS", "### Datasets"],
    (INTRO, Kind.ANNOUNCEMENTS): ["### ANNOUNCEMENTS"],
    (INTRO, OTHER): [
        "### FINE-TUNING", "## Reflection:", "### WARNING", "### Goals:", "## NO READINGS/QUIZ THIS WEEK (Break)",
        "## **[ Humanistic Readings ]**",
    ],
    (Group.ASSIGNMENT, OTHER): [
        "## Mini-Project #2: Chatbot (Upcoming)", "## MP#1 Grading: rubric",
        "# ==========[ Mini-Project #1 (Due This Sunday, Sep 28, 2025 @midnight) ]==========",
    ],
    (Group.SCHEDULE, Kind.SCHEDULE): ["## Schedule", "# Schedule"],
    (Group.RESOURCES, Kind.RESOURCES): ["## RESOURCES"],
}  # fmt: skip


def test_heading_spellings_give_their_group_and_kind() -> None:
    found = {
        spelled: [(one.group, one.kind) for one in parse(f"# Week 2: T\n\n{spelled}\n\n* something\n".encode()).sections]
        for spelled in (line for lines in SPELLINGS.values() for line in lines)
    }
    assert found == {spelled: [meaning] for meaning, lines in SPELLINGS.items() for spelled in lines}


@pytest.mark.parametrize("spelled", ["KEY QUESTIONS", "Key Questions to Consider", "Key Questions to Consider:"])
def test_heading_spelling_of_key_questions_gives_questions(spelled: str) -> None:
    assert parse(f"# Week 2: T\n\n## {spelled}\n\n1. Why?\n".encode()).key_questions == ("Why?",)


@pytest.mark.parametrize(
    ("above", "below", "group"),
    [
        ("## In Class\n## RESOURCES", "### DATASETS", Group.RESOURCES),
        ("## RESOURCES", "### TOOLS", Group.RESOURCES),
        ("# In Class\n# ===[ Mini-Project #1 ]===", "## Research", Group.ASSIGNMENT),
        ("# In Class\n# ===[ Mini-Project #1 ]===", "# Follow-ups", IN_CLASS),
        ("## In Class\n## Quiz: Week 2", "### PRESENTATIONS", Group.PRESENTATIONS),
        ("## In Class\n## Presentation: ANA RUIZ", "### MP#1 Grading: rubric", Group.ASSIGNMENT),
        ("## In Class\n## Quiz: Week 2\n### PRESENTATIONS", "### Seating", Group.PRESENTATIONS),
        ("## In Class\n## Quiz: Week 2\n### PRESENTATIONS", "### NEWS", IN_CLASS),
        ("## In Class", "### PRESENTATIONS", IN_CLASS),
        ("## In Class", "### Schedule", Group.SCHEDULE),
        ("## In Class\n### Schedule", "### PRESENTATIONS", IN_CLASS),
        ("## In Class\n### Schedule\n### PRESENTATIONS", "### Seating", IN_CLASS),
        ("## In Class", "### MP#1 Grading: rubric", Group.ASSIGNMENT),
        ("## In Class\n### Mini-Project #2: Chatbot (Upcoming)", "#### Goals:", Group.ASSIGNMENT),
        ("## In Class\n### Mini-Project #2: Chatbot (Upcoming)", "### NEWS", IN_CLASS),
        ("## Readings\n### Resources", "### RESEARCH", READINGS),
        ("## Quiz: Week 2", "### NEWS", Group.QUIZ),
    ],
)
def test_heading_below_a_small_group_belongs_to_the_nearest_one(above: str, below: str, group: Group) -> None:
    assert parse(f"# Week 2: T\n{above}\n{below}\n* x\n".encode()).sections[-1].group is group


# ---------------------------------------------------------------- items (formats.md 1.4)


def described(item: Item) -> tuple[str, float | None, str | None, int | None, str | None]:
    return (item.title, item.minutes, item.published, item.stars, item.part)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("items_times", [
            ("Minute", 4.35, None, None, None), ("Hour", 62.03, None, None, None), ("Round", 60, None, None, None),
            ("Spaced", 60, None, None, None), ("Short", 40, None, None, None), ("About", 5, None, None, None),
            ("Long", 162, None, None, None), ("Bare", 90, None, None, None), ("Spend", 15, None, None, None),
            ("Guess", 10, None, None, None), ("Sum", 10, None, None, None), ("Figures", 15, None, None, None),
            ("NOTE: spend only 15m or so on the last one", 15, None, None, None),
        ]),
        ("items_parts", [
            ("Opening", 7.08, None, None, "ONLY to 7:05"), ("Middle", 13.83, None, None, "0:50 to 14:40"),
            ("Dash", 12, None, None, "0:50-12:50"), ("Lecture", 138, None, None, "ONLY FIRST HOUR"),
            ("[12:30] a mark in the label", None, None, None, None),
        ]),
        ("items_dates", [
            ("Day", 1, "2024-09-10", None, None), ("Month", 1, "2024-09", None, None), ("Year", None, "2021", None, None),
            ("Bare", 1, "2024-09", None, None), ("Glued", 1, "2025-09-16", None, None), ("Too long", 1, None, None, None),
            ("Too short", 1, None, None, None), ("Old", 1, "2012-09-16", None, None),
            ("Closed twice", 6.12, "2024-09", None, None), ("Later", None, None, 2036, None),
            ("Earlier", None, None, 1989, None),
        ]),
        ("items_facets", [
            ("Oak", None, None, None, None), ("Ash", 12, None, None, None), ("Elm", None, None, None, None),
            ("Yew", None, None, None, None), ("Fir", None, None, 554, None), ("Pine", None, "2021", 9700, None),
        ]),
        ("items_titles", [
            ("Cups - [Become A Potter in 15 Minutes]", 14.35, "2024-03", None, None),
            ('"Quoted" | piped: colon', 3, None, None, None), ("`code](` in a title", 4, None, None, None),
            ("*Slanted* and **strong**", 5, None, None, None), ("[escaped] brackets", None, None, None, None),
            ("🧭 देवनागरी עברית فارسی", 6, None, None, None),
        ]),
    ],
)  # fmt: skip
def test_items_of_page_have_these_facets(name: str, expected: list[tuple[str, float, str, int, str]]) -> None:
    assert [described(item) for item in page(name).items] == expected


def test_items_prefixes_outside_links_are_remarks_and_those_inside_belong_to_the_title() -> None:
    assert [(item.title, item.facets.remarks, item.part) for item in page("items_prefixes").items] == [
        ("Wells", (), "only 0-5:00 and 24:40-32:40"),
        ("Quills", ("Up to and incl p.4",), None),
        ("Pens", ("Free Tier Groq API",), None),
        ("(Github) Nibs", (), None),
        ("(Watch in full) Blots", (), None),
        ("Stains", ("Moved to Week 8",), None),
        ("(2012 movie The Scribe) Scenes", (), None),
    ]
    assert [item.facets.remarks for item in page("items_facets").items] == [
        ("evergreen",), ("PAID",), ("FREE",), ("broken",), (), ()
    ]  # fmt: skip


def test_items_suffixes_and_addresses_without_brackets_are_kept_apart() -> None:
    assert [(item.title, item.url) for item in page("items_suffixes").items] == [
        ("Brushes", "https://example.org/brushes"),
        ("Stencils", "https://example.org/stencils"),
        ("Letters", "https://example.org/letters"),
        ("Strokes", "https://example.org/strokes"),
        ("Words, then a late link in the line", "https://example.org/late"),
        ("https://example.org/bare", "https://example.org/bare"),
        ("see https://example.org/sentence.", "https://example.org/sentence"),
    ]


def test_items_with_broken_links_are_told_one_by_one() -> None:
    week = page("items_broken_links")
    assert [line for line, code in codes(week) if code == "W313"] == [7, 8, 9, 10, 11, 12, 14]
    assert [(item.line, item.placeholder) for item in week.items if item.placeholder] == [(7, True), (14, True)]
    assert week.items[2].url == "https://example.org/video"
    assert week.items[6].url == "https://example.org/two words (and more).html"


def test_items_nested_by_two_three_and_ten_blanks_have_their_depth() -> None:
    assert [(item.title, item.depth) for item in page("items_nested").items] == [
        ("Outer", 0), ("Middle", 1), ("Inner", 2), ("Deeper", 3), ("Deepest, at ten blanks", 4), ("Second", 1),
        ("Next", 0), ("three blanks", 1),
    ]  # fmt: skip
    assert [item.depth for item in page("items_tabs").items] == [0, 1, 2, 0]


def test_items_continued_keep_their_paragraphs_quotes_steps_and_headings() -> None:
    prompt, first, second, following = page("items_continued").items
    assert prompt.text.endswith("### Quick Checks inside the item")
    assert (first.depth, second.depth) == (1, 1)
    assert following.text == "* [Next](https://example.org/next)\n  lazy second line\nand a lazier third"


def test_presenters_of_every_form_are_found() -> None:
    assert [(one.name, one.tentative, one.placeholder) for one in page("presenters_forms").presenters] == [
        ("Ines", False, False),
        ("Bo", True, False),
        ("Mystery Guest", True, False),
        ("Aino Salo", False, False),
        ("Ravi Nair", False, False),
        ("The Machine That Dreams of Sheep", False, False),
        ("Student A", False, True),
        ("Student #2", False, True),
    ]
    assert [(one.name, one.date) for one in page("presenters_table").presenters] == [
        ("Mina Okoye", "9/24"),
        ("Jan Kask", "9/24"),
        ("Sol Bright", "10/1"),
        ("Hana Moss", None),
        ("Ole Berg", None),
    ]


@pytest.mark.parametrize(
    ("above", "names"),
    [
        ("# Schedule\n ### Sign ups", ["Ana", "Leo"]),
        ("## In Class\n ### Sign ups", ["Ana", "Leo"]),
        ("# Presentation: MIA\n## When", ["MIA", "Ana", "Leo"]),
        ("## In Class\n### Models", []),
    ],
)
def test_presenters_of_a_table_are_found_below_other_headings(above: str, names: list[str]) -> None:
    table = "| Date | Name(s) |\n|---|---|\n| 9/24 | Ana, Leo |\n"
    assert [one.name for one in parse(f"# Week 2: T\n{above}\n\n{table}".encode()).presenters] == names


def test_quizzes_of_every_form_are_found() -> None:
    week = page("quiz_forms")
    assert [(one.title, one.url, one.placeholder, one.week) for one in week.quizzes] == [
        ("Quiz 11: Kites #1", "https://forms.example.org/kites", False, None),
        ("Week 11 Quiz", "oh_noes_404.md", True, 11),
        ("Week5 Quiz", "", True, 5),
        ("Quiz: Week 11", None, False, 11),
    ]
    assert (9, "W311") in codes(week)


def test_placeholders_of_every_form_are_found() -> None:
    week = page("placeholders_all")
    assert [line for line, _ in week.to_fill] == [1, 3, 7, 14, 15, 16, 20, 21, 22, 23, 27, 31, 38, 39, 43, 44]
    assert [section.name for section in week.sections if not section.placeholder_only] == ["TOOLS"]


def test_deadline_on_the_wrong_weekday_is_told_and_prose_keeps_its_date() -> None:
    week = page("deadlines")
    assert [(one.line, one.text) for one in week.messages if one.code == "W314"] == [
        (3, '"Sunday, Aug 28, 2025" is a Thursday \u2014 correct the weekday or the date')
    ]
    assert week.items[-1].title == "due on Wednesday, December 17, 2025"


# ---------------------------------------------------------------- every row of formats.md 1 has its page

ROWS = {
    "style A: title case groups": r"^## Key Questions to Consider.*\n(?s:.*)^## Reading Assignments",
    "style B: upper case groups": r"^## KEY QUESTIONS\n(?s:.*)^## IN-CLASS EXERCISES\n(?s:.*)^## RESOURCES",
    "style C: banners as H1": r"^# =+\[ New Reading Assignments \]=+\n(?s:.*)^# =+\[ In.Class \]=+",
    "style D: banners as H2": r"^## ===\[ New Reading Assignments \]===\n(?s:.*)^## ===\[ Coding \]===",
    "no title": r"\A\n+## Readings|\A# Agents",
    "title in capitals": r"\A#? ?# WEEK 8",
    "title of a template": r"^# Week N: Week Title",
    "H4, H5, H6": r"^#### .*(?s:.*)^##### .*(?s:.*)^###### ",
    "one to three blanks before a heading": r"^ #.*(?s:.*)^  #.*(?s:.*)^   #",
    "closing hashes": r"^### .* ###$",
    "bold heading in a banner": r"^## \*\*\[ .* \]\*\*$",
    "bold line for a heading": r"^\*\*Coding\*\*$",
    "bold item for a heading": r"^\* \*\*[^*]+\*\*$",
    "setext-looking rule": r"^[A-Z].*\n-+$",
    "both markers in one file": r"^\* (?s:.*)^- ",
    "ordered items": r"^1\. ",
    "ordered with a bracket": r"^2\) ",
    "bare address": r"^\* https://",
    "empty bullet": r"^[-*] ?$",
    "indent of ten blanks": r"^ {10}[-*] ",
    "dashes under stars": r"^\* .*\n  - ",
    "stars under stars": r"^\* .*\n +\* ",
    "prefix glued": r"^\* \([^)]+\)\[",
    "prefix with a blank": r"^\* \([^)]+\) \[",
    "prefix inside": r"^\* \[\([^)]+\) ",
    "clock": r"\(4:21\)",
    "hours on the clock": r"\(1:02:02\)",
    "(1hr)": r"\(1 ?hr\)",
    "(40m)": r"\(40m\)",
    "(~5 min)": r"\(~5 min\)",
    "(~2h42m)": r"\(~2h42m\)",
    "bare length": r" ~1\.5hrs\]",
    "time to spend": r"\(allocate ~15mins\)(?s:.*)\(Use AI ~10mins\)(?s:.*)spend only 15m",
    "part to watch": r"\(ONLY to 7:05\)(?s:.*)\(0:50 to 14:40\)(?s:.*)\(0:50-12:50\)(?s:.*)\(ONLY FIRST HOUR\)",
    "dates": r"\(10 Sep 2024\)(?s:.*)\(Sep 2024\)(?s:.*)\(2021\)",
    "wrong dates": r"\)16 Sep 2025(?s:.*)20250(?s:.*)205\)(?s:.*)6:07\)\)",
    "stars": r"\(9\.7k\)",
    "stars without k": r"\(554\)",
    "other facets": r"\(evergreen\)(?s:.*)\(PAID\)(?s:.*)\(FREE\)(?s:.*)\(broken\)",
    "moved": r"\(Moved to Week 8\)\[",
    "suffix in brackets": r"\) \(logo creator\)",
    "suffix behind a dash": r"\) - Sales automation",
    "second link": r"\) and \[Github repo\]\(",
    "broken link: bracket": r"\]\(oh_noes_404\.md\]",
    "broken link: never closed": r"^\* \[[^\]]+\]\(https://[^)\n]*$",
    "broken link: bracket twice": r"\]\]\(https",
    "broken link: two labels": r"\[a\]\[b\]\(",
    "broken link: no beginning": r"^\* fzf .*\]\(",
    "missing scheme": r"\]\(example\.so/",
    "address with blanks and brackets": r"\]\([^)\n]* [^)\n]*\([^)\n]*\)[^)\n]*\)",
    "brackets in a title": r"\[[^\[\]\n]* - \[[^\]]+\] \(14:21\)",
    "other scripts": r"देवनागरी",
    "text under an item": r"^\* \[.*\n\n  [A-Z].*\n\n  > ",
    "placeholder of a presentation": r"^\* Presentation #1",
    "placeholder link of a presentation": r"^\* \[Student #1\]\(oh_noes_404\.md\)",
    "tentative name": r"^\* Bo\?$",
    "presentation in a heading": r"^#+ Presentation: .*,",
    "table of presentations": r"^\| Date \| Name\(s\) \|",
    "two speakers in a cell": r"\| Ilse Horn, Per Dahl \|",
    "quiz: joke page": r"\[Quiz\]\(oh_noes_404\.md\)",
    "quiz: words": r"^\* Quiz$",
    "quiz: no address": r"\[(?:Week5 )?Quiz\]\(\)",
    "quiz: outside form": r"\[Quiz 11: .*\]\(https://forms",
    "quiz: heading": r"^#+ Quiz: Week \d+$",
    "quiz: heading with a dummy link": r"^### \[Quiz: Week 2\]\(https://www\.lipsum\.com/\)",
    "quiz: link to a picture": r"\[Quiz\]\(.*\.png\)",
    "placeholders": r"Overview Here\.\.\.(?s:.*)\(Coming\.\.\. more details upcoming …\)",
    "empty link": r"\[[^\]]+\]\(\)",
    "trailing blanks": r"[^ ] +$",
    "stray numbering": r"^[^\n]*\d\. .* 1\. domain-specific",
    "number and rule": r"^1\) .*\n-----",
    "angle brackets": r"git clone <HTTPS link>",
    "true HTML": r"<br>",
    "heading inside an item": r"^ {6}### ",
    "heading as code": r"^    # Run the setup script",
    "pasted headings": r'^# "Merge to Main" Workflow$',
    "relative links": r"\]\(\./(?s:.*)\]\(\.\./(?:docs|code)/(?s:.*)!\[.*\]\(\.\./images/",
    "link to a note": r"\[\[Syllabus\]\]",
    "table with alignment": r"^\|:-+\|:-+:\|-+:\|$",
    "fence inside an item": r"^  ```bash",
    "quote": r"^> ",
    "time marks": r"\[\[04:10\]\]",
    "loose list": r"^\* .*\n\n\* ",
    "wide bullet": r'^-   "CLI> ',
    "deadline with the wrong weekday": r"Sunday, Aug 28, 2025 @midnight",
    "deadline in bold": r"^\*\*DUE:\*\* Sunday",
    "CR LF": r"\r\n",
    "byte order mark": r"\A\ufeff",
    "tabs in lists": r"^\*\t",
    "front matter": r"\A---\n",
    "math": r"\$L = ",
    "footnote": r"^\[\^1\]:",
    "comment": r"^<!-- ",
}


def test_corpus_has_a_page_for_every_row() -> None:
    pages = [path.read_bytes().decode() for path in WEEKS]
    assert [row for row, pattern in ROWS.items() if not any(re.search(pattern, text, re.MULTILINE) for text in pages)] == []


def test_corpus_has_pages_without_a_last_newline_and_one_without_bytes() -> None:
    data = [path.read_bytes() for path in WEEKS]
    assert sum(1 for one in data if one and not one.endswith(b"\n")) > len(data) / 2
    assert b"" in data


def test_corpus_has_no_two_pages_alike() -> None:
    weeks: list[WeekFile] = [parse(path.read_bytes()) for path in WEEKS]
    assert len({week.source for week in weeks}) == len(weeks)
