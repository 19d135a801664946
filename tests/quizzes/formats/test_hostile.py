"""Texts that are one shape again and again: no exception, a valid shape, and nothing read once for every other line."""

import pytest

from quizzes.formats import markdown, review
from quizzes.formats.detect import parse_quiz
from quizzes.formats.pasted_cut import cut
from quizzes.formats.pasted_lines import LineKind, PastedLine
from tests.quizzes.formats.shapes import check_shape

_SHAPES = {
    "emoji": "q?\n\n\u2705 a\n\u274c b\n\n",
    "one item": "- a\n\nb?\n\n",
    "one item apart": "- a\n\n",
    "headings": "# a?\n",
    "bare headings": "##\n",
    "numbers": "1.\n",
    "verdicts": "Correct\n\n",
    "numbers and verdicts": "1.\nCorrect\n",
    "headings and verdicts": "## a?\n\nb\n\nCorrect\n\n",
    "boxes and icons": "## q\n- [x] a\n\n_check_a\n\n_close_b\n\n",
}


@pytest.mark.parametrize("unit", _SHAPES.values(), ids=_SHAPES)
def test_one_shape_again_and_again_gives_a_valid_shape(unit: str) -> None:
    text = unit * 60
    for quiz in (parse_quiz(text.encode()), review.parse(text), markdown.parse(text)):
        check_shape(quiz, text)


def test_cut_headings_below_a_numbered_question_without_options_are_its_prompt() -> None:
    head = PastedLine(LineKind.HEAD, 1, 1, 0, "", number=1)
    headings = [PastedLine(LineKind.HEADING, line, line, 0, "a", level=2) for line in range(2, 40)]
    segments = cut([head, *headings])
    assert len(segments) == 1
    assert [line.kind for line in segments[0].body] == [LineKind.TEXT] * 38
