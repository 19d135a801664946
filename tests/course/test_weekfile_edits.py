import difflib
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.weekfile import EditError, Item, Span, WeekFile, parse
from tests.course.test_weekfile import PAGES, WEEKS, page
from tests.proof import examples

BEGINNING = "# Week 1: T\n\n## READINGS\n\n### TOOLS\n\n* [a (4:21)](b)\n"
URL = "https://example.edu/new"


def lines(week: WeekFile) -> list[str]:
    """With their newlines; unlike str.splitlines, not at every odd separator of Unicode."""
    return re.findall(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$", week.source)


def changed_lines(before: WeekFile, after: WeekFile) -> set[int]:
    """Numbers of the old lines that are not in the new text."""
    old, new = lines(before), lines(after)
    changed: set[int] = set()
    for tag, start, end, _, _ in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            changed.update(range(start + 1, end + 1))
    return changed


def fields(item: Item) -> list[Span]:
    return [item.title_span, item.label_span, *([item.url_span] if item.url_span else [])]


def test_replace_span_every_field_of_corpus_changes_its_own_lines_only() -> None:
    places = [(week, item) for week in map(parse, map(Path.read_bytes, WEEKS)) for item in (*week.items, *week.questions)]
    assert len(places) > 250
    for week, item in places:
        for span in fields(item):
            after = week.replace_span(span, "Q0Z")
            assert changed_lines(week, after) <= set(range(item.line, item.span.end_line + 1))
            assert after.source[: span.start] == week.source[: span.start]
            assert after.source[span.start + 3 :] == week.source[span.end :]


@given(PAGES, st.data())
@settings(max_examples=examples(300, 100_000), deadline=None)
def test_replace_span_any_page_changes_the_characters_of_the_span_only(text: str, data: st.DataObject) -> None:
    week = parse((BEGINNING + text).encode())
    item = data.draw(st.sampled_from(week.items))
    span = data.draw(st.sampled_from(fields(item)))
    after = week.replace_span(span, "new")
    assert after.source == week.source[: span.start] + "new" + week.source[span.end :]


@pytest.mark.parametrize(("between", "end"), [("\n", "\n"), ("\n\n", "\n"), ("\r\n", "\r\n"), ("\r", "\r")])
def test_insert_reading_into_an_empty_section_before_another_heading(between: str, end: str) -> None:
    week = parse((BEGINNING + f"### ONE{between}### TWO").encode())
    after = week.insert_reading(8, "New", URL, 5)
    assert after.source == week.source.replace("### ONE", f"### ONE{end}{end}* [New (5m)]({URL})")


@given(PAGES, st.data())
@settings(max_examples=examples(300, 100_000), deadline=None)
def test_insert_reading_any_page_adds_one_item_or_refuses(text: str, data: st.DataObject) -> None:
    week = parse((BEGINNING + text).encode())
    section = data.draw(st.sampled_from(week.sections))
    try:
        after = week.insert_reading(section.line, data.draw(st.text(max_size=20)), URL, 5, optional=True)
    except EditError:
        return
    kept = set(range(section.span.line, section.span.end_line + 1))
    assert changed_lines(week, after) <= kept
    new = [item for item in after.items if item.url == URL]
    assert [(item.minutes, item.optional) for item in new] == [(5, True)]


def test_replace_span_title_keeps_facets_and_address() -> None:
    week = page("template")
    item = week.sections[1].items[0]
    after = week.replace_span(item.title_span, "Folding", expected="A Short History of Folding")
    assert after.sections[1].items[0].text == "* [Folding (12:30) (10 Sep 2024)](https://example.edu/folding)"


def test_replace_span_stale_or_outside_is_refused() -> None:
    week = page("template")
    span = week.sections[1].items[0].title_span
    with pytest.raises(EditError, match="changed since"):
        week.replace_span(span, "x", expected="something else")
    with pytest.raises(EditError, match="outside"):
        week.replace_span(Span(0, len(week.source) + 1, 1, 1), "x")


def test_replace_span_in_crlf_file_writes_crlf() -> None:
    week = page("crlf_bom")
    after = week.replace_span(week.sections[0].body_span, "one\ntwo")
    assert b"one\r\ntwo\r\n" in after.emit()
    assert after.emit().startswith(b"\xef\xbb\xbf")


def diff(before: WeekFile, after: WeekFile) -> list[str]:
    return [line for line in difflib.ndiff(lines(before), lines(after)) if line[0] in "+-"]


def section_line(week: WeekFile, name: str) -> int:
    return next(section.line for section in week.sections if section.name == name)


@pytest.mark.parametrize(
    ("name", "section", "expected"),
    [
        ("template", "ANNOUNCEMENTS", [f"+ * [New (4:21) (OPTIONAL)]({URL})\n"]),
        ("template", "DESIGN", ["- * [Coming](oh_noes_404.md)\n", f"+ * [New (4:21) (OPTIONAL)]({URL})\n"]),
        ("crlf_bom", "TOOLS", [f"+ - [New (4:21) (OPTIONAL)]({URL})\r\n"]),
        ("crlf_bom", "RESOURCES", ["- - \r\n", f"+ - [New (4:21) (OPTIONAL)]({URL})\r\n"]),
        ("banner_h2", "Concepts:", [f"+ *   [New (4:21) (OPTIONAL)]({URL})\n"]),
        ("styles", "Research", [f"+ * [New (4:21) (OPTIONAL)]({URL})\n", "+ \n"]),
        ("styles", "Datasets", [f"+ 3. [New (4:21) (OPTIONAL)]({URL})\n"]),
        ("styles", "Tools", [f"+ * [New (4:21) (OPTIONAL)]({URL})\n", "+ \n"]),
        (
            "styles",
            "Design",
            ["- * Coming\n", f"+ * [New (4:21) (OPTIONAL)]({URL})\n", "- * [Later]()\n", "- \n"],
        ),
    ],
)
def test_insert_reading_is_printed_in_the_style_of_its_neighbours(name: str, section: str, expected: list[str]) -> None:
    week = page(name)
    after = week.insert_reading(section_line(week, section), "New", URL, 4.35, optional=True)
    assert sorted(diff(week, after)) == sorted(expected)
    item = next(item for item in after.items if item.url == URL)
    assert (item.title, item.minutes, item.optional) == ("New", 4.35, True)


def test_insert_reading_after_nested_items_stands_below_them() -> None:
    week = page("template")
    after = week.insert_reading(section_line(week, "RESEARCH"), "New", URL)
    assert [item.title for item in after.sections[1].items][-2:] == ["Appendix", "New"]


def test_insert_reading_into_a_tight_list_with_placeholders_keeps_it_tight() -> None:
    listed = "* [Dam](https://example.org/1)\n* [Mud](https://example.org/2)\n* [Coming](oh_noes_404.md)\n* [Lost](https://example.org/3)\n"
    week = parse(f"# Week 1: Mud\n\n## READINGS\n\n{listed}".encode())
    after = week.insert_reading(3, "New", URL).insert_reading(3, "Newer", URL)
    assert after.source == f"# Week 1: Mud\n\n## READINGS\n\n{listed}* [New]({URL})\n* [Newer]({URL})\n"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_insert_reading_below_a_line_with_another_newline_than_most_leaves_it_as_it_is(end: str) -> None:
    week = parse((BEGINNING + f"# {end}# {end}").encode())
    after = week.insert_reading(week.sections[-2].line, "New", URL)
    assert after.source == BEGINNING + f"# {end}{end}* [New]({URL}){end}# {end}"


def test_insert_reading_instead_of_placeholders_shows_the_section() -> None:
    week = page("template")
    after = week.insert_reading(section_line(week, "DESIGN"), "New", URL)
    assert not next(section for section in after.sections if section.name == "DESIGN").placeholder_only


def test_insert_reading_at_missing_last_newline_keeps_it_missing() -> None:
    week = page("mixed_newlines")
    after = week.insert_reading(section_line(week, "TOOLS"), "New", URL)
    assert after.emit() == week.emit() + f"\n* [New]({URL})".encode()


def test_insert_reading_into_open_fence_is_refused() -> None:
    week = page("styles")
    with pytest.raises(EditError, match="safely"):
        week.insert_reading(section_line(week, "Next"), "New", URL)


@pytest.mark.parametrize(
    "title",
    [
        "a ] b",
        "a [b",
        "[b](c)",
        "back`tick",
        "<https://example.edu>",
        "a\\",
        "line\nbreak",
        "# x",
        "![p](q)",
        "(4:21) at start",
        "a [b] c",
    ],
)
@pytest.mark.parametrize("url", [URL, ""])
def test_insert_reading_any_title_stays_one_item_with_its_words(title: str, url: str) -> None:
    week = page("template")
    after = week.insert_reading(section_line(week, "ANNOUNCEMENTS"), title, url)
    item = next(section for section in after.sections if section.name == "ANNOUNCEMENTS").items[-1]
    assert item.url == (url or ("https://example.edu" if title == "<https://example.edu>" else None))
    assert len(after.sections) == len(week.sections)


@pytest.mark.parametrize(
    ("title", "url", "minutes", "words"),
    [
        ("", URL, None, "needs a title"),
        ("x", "javascript:alert(1)", None, "not shown"),
        ("x", " JaVaScRiPt:alert(1)", None, "not shown"),
        ("x", "data:text/html,x", None, "not shown"),
        ("x", URL, 0, "time"),
        ("x", URL, float("nan"), "time"),
        ("x", URL, float("inf"), "time"),
    ],
)
def test_insert_reading_unusable_values_are_refused(title: str, url: str, minutes: float | None, words: str) -> None:
    week = page("template")
    with pytest.raises(EditError, match=words):
        week.insert_reading(section_line(week, "DESIGN"), title, url, minutes)


def test_insert_reading_unknown_section_is_refused() -> None:
    with pytest.raises(EditError, match="no section on line 2"):
        page("template").insert_reading(2, "x", URL)


def test_insert_reading_address_with_blanks_and_brackets_is_encoded() -> None:
    week = page("template")
    after = week.insert_reading(section_line(week, "DESIGN"), "x", "../docs/a b (c.pdf")
    assert "[x](../docs/a%20b%20%28c.pdf)" in after.source


def test_edit_unreadable_file_is_refused() -> None:
    with pytest.raises(EditError, match="cannot be read"):
        parse(b"\xff").replace_span(Span(0, 0, 1, 1), "x")


def posted(week: WeekFile) -> str:
    return week.source.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


def test_with_text_one_line_of_crlf_file_changes_that_line_only() -> None:
    week = page("crlf_bom")
    after = week.with_text(posted(week).replace("[Two]", "[Three]"))
    assert after.emit() == week.emit().replace(b"[Two]", b"[Three]")


def test_with_text_one_line_of_lf_file_writes_no_carriage_return() -> None:
    week = page("template")
    after = week.with_text(posted(week).replace("scissors", "glue"))
    assert after.emit() == week.emit().replace(b"scissors", b"glue")


def test_with_text_in_mixed_file_keeps_other_newlines() -> None:
    week = page("mixed_newlines")
    after = week.with_text(posted(week).replace("[B]", "[C]"))
    assert changed_lines(week, after) == {5}
    assert after.emit().endswith(b"\r* last")


@pytest.mark.parametrize(("end", "tail"), [("", b"x"), ("\r\n", b"x\n"), ("\r\n\r\n", b"x\n\n"), ("  ", b"x  ")])
def test_with_text_last_newline_is_as_the_writer_left_it(end: str, tail: bytes) -> None:
    assert page("template").with_text("# A\r\nx" + end).emit() == b"# A\n" + tail


def test_with_text_that_cannot_be_stored_is_told() -> None:
    for text in ("a\0b", "a\ud800b"):
        assert [message.code for message in page("template").with_text(text).messages] == ["E206"]


@given(PAGES, PAGES)
@settings(max_examples=examples(300, 100_000), deadline=None)
def test_with_text_any_text_keeps_its_words_in_the_files_newlines(old: str, new: str) -> None:
    week = parse(old.encode())
    after = week.with_text(new)
    body = after.emit().decode().removeprefix("\ufeff" if old.startswith("\ufeff") else "")
    assert body.replace("\r\n", "\n").replace("\r", "\n") == new.replace("\r\n", "\n").replace("\r", "\n")
