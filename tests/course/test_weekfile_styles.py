"""Week pages as other courses write them: front matter of site generators, dashes, pictographs, references in prose."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from course.week_definitions import with_definitions
from course.week_headings import group_of, loose_group_of
from course.week_node_edit import set_heading, set_item
from course.week_outline import NodeKind, Place
from course.weekfile import EditError, Group, Surroundings, WeekFile, parse


def page(text: str, path: str = "weeks/07-maps.md") -> WeekFile:
    return parse(text.encode(), Surroundings(path=path))


@pytest.mark.parametrize(
    ("text", "number", "title"),
    [
        ("# Week 4 \u2014 Maps\n", 4, "Maps"),
        ("# Week 4, Maps\n", 4, "Maps"),
        ("# Week 4 | Maps\n", 4, "Maps"),
        ("# Week 8/9 - Talks\n", 8, "Talks"),
        ("# Week 8-9: Talks\n", 8, "Talks"),
        ("# Week 8 & 9\n", 8, "Week 8 & 9"),
        ("# Week 8 - 3 Talks\n", 8, "3 Talks"),
        ("---\ntitle: Week 4 - Maps (May 3)\n---\n\nText.\n", 4, "Maps (May 3)"),
        ("---\ntitle: Week 4\n---\n\n## Agenda\n\n- Maps\n", 4, "Week 4"),
        ("---\ntitle: |\n  Week 4: Maps\n---\n\nText.\n", 4, "Maps"),
        ("---\ntitle: Maps\nweek: 4\n---\n\n# Overview\n\nText.\n", 4, "Maps"),
        ('+++\ntitle = "Maps (Week 4)"\nweek = 4\ntags = ["a"]\n+++\n\nText.\n', 4, "Maps (Week 4)"),
        ("+++\ntitle = 'Maps'\n[params]\ntitle = 'no'\n+++\n\nText.\n", None, "Maps"),
        ("+++\ntitle = 'Maps'\n\nText.\n", None, "07-maps"),
        ("---\ntitle: Maps\n---\n\n# Week 5: Globes\n", 5, "Globes"),
        ("---\ntitle: Maps\n---\n\n# Maps\n\nText.\n", None, "Maps"),
        ("# Maps\n\nText.\n", None, "Maps"),
        ("## Readings\n\n* [A](https://example.edu/a)\n", None, "Readings"),
        ("# Concepts\n\n* A\n", None, "Concepts"),
        ("Only text.\n", None, "07-maps"),
        ("#\n\nText.\n", None, "07-maps"),
    ],
)
def test_title_of_page_comes_from_week_heading_then_front_matter_then_first_heading(
    text: str, number: int | None, title: str
) -> None:
    found = page(text)
    assert (found.number, found.title) == (number, title)


def test_first_heading_that_is_a_group_names_the_page_and_stays_a_section() -> None:
    found = page("## Readings\n\n* [A](https://example.edu/a)\n\n## In Class\n\n* B\n")
    assert [(one.heading, one.group) for one in found.sections] == [
        ("Readings", Group.READINGS),
        ("In Class", Group.IN_CLASS),
    ]


def test_heading_below_front_matter_with_a_title_stays_a_section() -> None:
    found = page("---\ntitle: Maps\n---\n\n# Overview\n\n* A\n")
    assert [(one.heading, [item.title for item in one.items]) for one in found.sections] == [("Overview", ["A"])]


@pytest.mark.parametrize(
    ("heading", "group"),
    [
        ("\U0001f4d6 Readings", Group.READINGS),
        ("Key questions \u2753", Group.KEY_QUESTIONS),
        ("\u270d\ufe0f Homework (due Sunday)", Group.ASSIGNMENT),
        ("Student Presentations", Group.PRESENTATIONS),
        ("Presentation tips", None),
        ("\u2192", None),
    ],
)
def test_group_of_heading_with_pictograph_is_that_of_its_words(heading: str, group: Group | None) -> None:
    assert group_of(heading) is group


@pytest.mark.parametrize(
    ("heading", "group"),
    [
        ("Reading", Group.READINGS),
        ("Optional Additional Readings", Group.READINGS),
        ("Readings & Viewings", Group.READINGS),
        ("Pre-Class Reading:", Group.READINGS),
        ("Before class", Group.READINGS),
        ("**Agenda**", Group.IN_CLASS),
        ("In-class activity (20 min)", Group.IN_CLASS),
        ("Readings", None),
        ("Reading guide", None),
        ("Class notes", None),
    ],
)
def test_loose_group_of_other_courses_words_is_the_part_they_mean(heading: str, group: Group | None) -> None:
    assert loose_group_of(heading) is group


def groups(text: str) -> list[tuple[str, Group]]:
    return [(one.heading, one.group) for one in page(text).sections]


def test_loose_group_holds_deeper_headings_and_ends_at_the_next_of_its_level() -> None:
    text = "# Week 1: A\n\n## Reading\n\n* A\n\n### Film\n\n* B\n\n## Optional Reading\n\n* C\n\n## Case\n\n* D\n\n## Agenda\n\n* E\n"
    assert groups(text) == [
        ("Reading", Group.READINGS),
        ("Film", Group.READINGS),
        ("Optional Reading", Group.READINGS),
        ("Case", Group.INTRO),
        ("Agenda", Group.IN_CLASS),
    ]
    assert [one.line for one in page(text).messages if one.code == "W310"] == [7, 15]


def test_loose_group_below_a_group_is_a_section_of_it() -> None:
    text = "# Week 1: A\n\n## In Class\n\n* C\n\n### Optional Readings\n\n* D\n\n## Before class\n\n* E\n\n## Film\n\n* F\n"
    assert groups(text) == [
        ("In Class", Group.IN_CLASS),
        ("Optional Readings", Group.IN_CLASS),
        ("Before class", Group.READINGS),
        ("Film", Group.IN_CLASS),
    ]


def test_groups_below_a_loose_group_begin_as_ever() -> None:
    text = (
        "# Week 1: A\n\n## Before class\n\n### Readings\n\n* A\n\n### Homework\n\n* B\n\n### Steps\n\n* C\n\n## In class\n\n* D\n"
    )
    assert groups(text) == [
        ("Before class", Group.READINGS),
        ("Readings", Group.READINGS),
        ("Homework", Group.ASSIGNMENT),
        ("Steps", Group.ASSIGNMENT),
        ("In class", Group.IN_CLASS),
    ]


def first_item(line: str) -> dict[str, object]:
    items: list[dict[str, object]] = page(f"# Week 1: A\n\n## Readings\n\n{line}\n").as_json()["sections"][0]["items"]
    return items[0]


@pytest.mark.parametrize(
    ("line", "title", "url", "published"),
    [
        ("* [Atlas (2021)](https://example.edu/a)", "Atlas", "https://example.edu/a", None),
        ("* [Atlas (May 2021)](https://example.edu/a)", "Atlas", "https://example.edu/a", "2021-05"),
        ("* Roe, J. (2020, July 3). *Atlas*.", "Roe, J. (2020, July 3). *Atlas*.", None, "2020-07-03"),
        ("* [Atlas (3 September, 2024)](https://example.edu/a)", "Atlas", "https://example.edu/a", "2024-09-03"),
        ("* [Atlas (3-Sep-2024) (4:21 mins)](https://example.edu/a)", "Atlas", "https://example.edu/a", "2024-09-03"),
        ("* Roe, J. (2020, March-). *Atlas*.", "Roe, J. (2020, March-). *Atlas*.", None, None),
        ("* Journal of Maps, 4(2)", "Journal of Maps, 4(2)", None, None),
        ("* Get it: `clone https://example.edu/x.git`", "Get it: `clone https://example.edu/x.git`", None, None),
        ("* `a` and https://example.edu/b", "`a` and https://example.edu/b", "https://example.edu/b", None),
        (
            '* Post in <a href="https://example.edu/c">here</a>',
            'Post in <a href="https://example.edu/c">here</a>',
            "https://example.edu/c",
            None,
        ),
        ("* Press this: ![a button](b.png)", "Press this: a button", None, None),
        ("* ![i](i.png) [Atlas](https://example.edu/a)", "Atlas", "https://example.edu/a", None),
        ("* ![a map](m.png)", "a map", "m.png", None),
    ],
)
def test_item_in_prose_gives_title_address_and_date(line: str, title: str, url: str | None, published: str | None) -> None:
    item = first_item(line)
    assert (item["title"], item["url"], item["published"]) == (title, url, published)


@pytest.mark.parametrize(
    ("line", "stars"),
    [
        ("* [tool (554)](https://example.edu/t)", 554),
        ("* tool (9.7k)", 9700),
        ("* A film, [Atlas](https://example.edu/a) (1976)", None),
        ("* [Journal 4(2)](https://example.edu/j)", None),
    ],
)
def test_stars_are_numbers_of_links_and_never_years_or_issues(line: str, stars: int | None) -> None:
    assert page(f"# Week 1: A\n\n## Readings\n\n{line}\n").items[0].stars == stars


def test_link_without_address_in_prose_is_told_by_its_own_words() -> None:
    found = page('# Week 1: A\n\n## Readings\n\n* Jo Roe, ["Maps"](), 2020\n')
    assert ['"["Maps"]()"' in one.text for one in found.messages if one.code == "W313"] == [True]


def test_title_given_to_a_page_that_has_a_number_alone_keeps_the_number() -> None:
    after = set_heading(page("# Week 6\n\nText.\n"), Place(NodeKind.TITLE, 1), "Globes")
    assert after.source == "# Week 6: Globes\n\nText.\n"
    again = set_heading(after, Place(NodeKind.TITLE, 1), "Atlases")
    assert again.source == "# Week 6: Atlases\n\nText.\n"


def test_words_sent_back_as_they_were_shown_change_nothing() -> None:
    before = page("# Week 1: A\n\n## In Class\n\n* two  blanks and\u00a0one that stays\n")
    assert set_item(before, Place(NodeKind.ITEM, 5), "two blanks and one that stays", None).source == before.source


def test_parse_week_where_the_terminal_is_latin_1_prints_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "week.md"
    file.write_text("# Week 1: \u5730\u56f3\n", encoding="utf-8")
    command = [sys.executable, str(Path(__file__).parents[2] / "manage.py"), "parse_week", str(file), "--json"]
    done = subprocess.run(command, capture_output=True, check=True, env={"PYTHONIOENCODING": "latin-1"})
    assert json.loads(done.stdout.decode("utf-8"))["title"] == "\u5730\u56f3"


def test_first_heading_renamed_to_a_title_and_back_changes_its_line_alone() -> None:
    before = page("# Homework\n\n* A\n")
    after = set_heading(before, Place(NodeKind.SECTION, 1), "Globes")
    assert (after.source, after.title) == ("# Globes\n\n* A\n", "Globes")
    assert set_heading(after, Place(NodeKind.TITLE, 1), "Homework").source == before.source


def test_title_that_repeats_the_front_matter_can_be_renamed() -> None:
    before = page("---\ntitle: Maps\n---\n\n# Maps\n\nText.\n")
    after = set_heading(before, Place(NodeKind.TITLE, 5), "Globes")
    assert after.source == "---\ntitle: Maps\n---\n\n# Globes\n\nText.\n"


def test_section_renamed_to_a_week_on_a_page_without_number_is_refused() -> None:
    with pytest.raises(EditError):
        set_heading(page("# Maps\n\n## Homework\n\n* B\n"), Place(NodeKind.SECTION, 3), "Week 9: C")


LABELLED = """# Week 1: A

## Readings

* [**Slides**][s]
* See [the map] and [b][]
* [not defined][x] and [^1]

```
[x]: https://example.edu/code
```

## In Class

[s]: https://example.edu/s "Slides"
[The Map]: <https://example.edu/m>
[b]: b.md
[^1]: A note
    that goes on.
"""


def test_links_by_label_have_their_words_and_the_address_defined_anywhere() -> None:
    found = page(LABELLED)
    assert [(item.title, item.url) for item in found.items] == [
        ("Slides", "https://example.edu/s"),
        ("See the map and b", "https://example.edu/m"),
        ("[not defined][x] and [^1]", None),
    ]
    assert [one.code for one in found.messages if one.code == "W313"] == []


def test_part_of_a_page_is_given_the_definitions_that_it_uses() -> None:
    known = page(LABELLED).parts.defined
    assert with_definitions("See [the  map] and [x]", known) == "[The Map]: <https://example.edu/m>\n\nSee [the  map] and [x]"
    assert with_definitions("A claim[^1]", known) == "[^1]: A note\n    that goes on.\n\nA claim[^1]"
    for text in ("no links", "[s]: own\n\n[a][s]", "    [s] in code"):
        assert with_definitions(text, known) == text


def test_words_of_a_link_by_label_are_edited_as_markdown() -> None:
    after = set_item(page(LABELLED), Place(NodeKind.ITEM, 5), "[Pictures][s]", None)
    assert after.source == LABELLED.replace("**Slides**", "Pictures")
    assert after.items[0].title == "Pictures"


def test_text_below_toml_front_matter_is_the_introduction() -> None:
    found = page("+++\ntitle = 'Maps'\n+++\n\nText.\n\n## In Class\n\n* A\n")
    assert (found.intro.strip(), [one.heading for one in found.sections]) == ("Text.", ["In Class"])
