"""What authors wrote for themselves is no part of a public copy."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.public_comments import without_comments
from tests.proof import examples


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("# A\n\n<!-- b is right -->\n\nWords.\n", "# A\n\n\nWords.\n"),
        ("- [ ] a <!-- wrong -->\n- [ ] b\n", "- [ ] a \n- [ ] b\n"),
        ("one <!-- two\nthree\n--> four\r\n", "one \n four\r\n"),
        ("<!--\nall\n-->", ""),
        ("a <!-- b --> c <!-- d --> e", "a  c  e"),
        ("<!<!-- a -->-- b -->c", "c"),
        ("<!" * 30 + "<!-- a -->" + "-- b -->" * 30 + "c\nd\n", "d\n"),
        ("---\ntitle: A # 1\n# the key is b\n---\n\n# heading\n", "---\ntitle: A # 1\n---\n\n# heading\n"),
        ("`<!-- code -->` and <!-- note -->", "`<!-- code -->` and "),
        ("```\n<!-- code -->\n```\n<!-- note -->\n", "```\n<!-- code -->\n```\n"),
        ("<!-- never ended\n\n- [ ] a\n", "<!-- never ended\n\n- [ ] a\n"),
        ("no comment --> here\n", "no comment --> here\n"),
    ],
)
def test_comments_go_and_everything_else_stays(text: str, left: str) -> None:
    assert without_comments(text) == left


@settings(max_examples=examples(200, 20_000), deadline=None)
@given(
    st.lists(st.sampled_from(["<!--", "-->", "a", "`", "\n", "---\n", "# k\n", "```\n", "- [x] b", " "]), max_size=24).map(
        "".join
    )
)
def test_comments_of_any_text_are_taken_out_once_and_for_all(text: str) -> None:
    left = without_comments(text)
    assert without_comments(left) == left
    assert len(left) <= len(text)
