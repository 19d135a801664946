"""Names of readings on pages are words, whatever Markdown they are written in."""

import pytest

from course.markdown import words


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("*Lund* on rivers", "Lund on rivers"),
        ("Ito, **Bold** and `code_of`", "Ito, Bold and code_of"),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
        ("Notes on C*-algebras", "Notes on C*-algebras"),
        ("1. *Not* a list", "1. Not a list"),
        ("**", "**"),
        ("<b> & `", "<b> & `"),
        ("[[[" * 50 + "*a*", "[[[" * 50 + "a"),
    ],
)
def test_words_of_a_title_lose_their_marks_only(line: str, expected: str) -> None:
    assert words(line) == expected
