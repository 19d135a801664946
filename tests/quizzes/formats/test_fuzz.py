"""Both parsers on any text: no exception, and a valid shape."""

from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.formats import markdown, review
from quizzes.formats.detect import parse_quiz
from quizzes.formats.lines import split_lines
from tests.proof import examples
from tests.quizzes.formats.shapes import MESSES, check_shape


@settings(max_examples=examples(300, 100_000), deadline=None)
@given(MESSES)
def test_markdown_any_text_gives_a_valid_shape(text: str) -> None:
    check_shape(markdown.parse(text), text)


@settings(max_examples=examples(300, 100_000), deadline=None)
@given(MESSES, st.sampled_from(["auto", "markdown"]))
def test_any_text_of_no_known_format_gives_a_valid_shape(text: str, name: str) -> None:
    check_shape(parse_quiz(text.encode("utf-8", "replace"), format=name), text)


@settings(max_examples=examples(300, 100_000), deadline=None)
@given(MESSES, st.none() | st.integers(-2, 40), st.none() | st.integers(-2, 40))
def test_review_any_text_gives_a_valid_shape(text: str, start: int | None, end: int | None) -> None:
    quiz = review.parse(text, start=start, end=end)
    check_shape(quiz, text)
    assert text.startswith(quiz.notes)
    assert text.endswith(quiz.rest)
    if quiz.range is not None:
        assert 1 <= quiz.range.start <= quiz.range.end <= len(split_lines(text))


@settings(max_examples=examples(300, 100_000), deadline=None)
@given(MESSES)
def test_write_anything_that_was_read_is_read_again_with_the_same_key(text: str) -> None:
    for quiz in (markdown.parse(text), review.parse(text, start=1)):
        again = markdown.parse(markdown.write(quiz))
        assert [question.key for question in again.questions] == [question.key for question in quiz.questions]
        assert [len(question.options) for question in again.questions] == [len(question.options) for question in quiz.questions]
