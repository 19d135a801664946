"""From bytes to a quiz: what cannot be read is said, and nothing ever raises."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.formats.detect import MAX_BYTES, MAX_LINES, parse_quiz
from quizzes.formats.model import MOST_QUESTIONS, SUPPORTED, Format, ParsedQuiz
from tests.proof import examples
from tests.quizzes.formats.pasted import PASTED
from tests.quizzes.formats.shapes import check_shape

NATIVE = "# Bees\n\n## What do bees gather?\n\n- [x] Nectar\n- [ ] Sand\n"


def only_message(quiz: ParsedQuiz) -> tuple[int | None, str, str]:
    (message,) = quiz.messages
    assert quiz.questions == ()
    return message.line, message.code, message.text


@pytest.mark.parametrize(("text", "expected"), [(NATIVE, Format.MARKDOWN), (PASTED, Format.REVIEW)])
def test_parse_quiz_auto_tells_the_formats_apart(text: str, expected: Format) -> None:
    quiz = parse_quiz(text.encode(), filename="bees.md")
    assert (quiz.format, quiz.filename) == (expected, "bees.md")
    assert quiz.questions


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("---\npoints: 2\n---\n## 1. One?\n\n- [x] a\n- [ ] b\n\ntext\n\n## Question 2: Two?\n\n- [x] a\n", "E106"),
        ("## Question 1: One? {#one}\n\n- [x] a\n- [ ] b\n\n## Question 2 {multi}\n\n- [ ] a\n- [ ] b\n", "E101"),
        ("## Q1. One?\n\n- [x] a\n  > Good.\n- [ ] b\n\n> Correct: yes\n\n## Q2. Two?\n\n- [x] a\n- [y] b\n", "E107"),
    ],
)
def test_parse_quiz_native_with_errors_is_not_taken_for_a_paste(text: str, code: str) -> None:
    quiz = parse_quiz(text.encode())
    assert quiz.format is Format.MARKDOWN
    assert code in {message.code for message in quiz.errors}


def test_parse_quiz_bold_questions_below_a_title_are_a_paste() -> None:
    text = "# Quiz\n\n**1. Warm?**\n\n- [ ] Ice\n- [x] Sun\n\n**2. Cold?**\n\n- [x] Ice\n- [ ] Sun\n"
    quiz = parse_quiz(text.encode())
    assert (quiz.format, quiz.undecided) == (Format.REVIEW, ())
    assert [(question.stem, set(question.key)) for question in quiz.questions] == [("Warm?", {1}), ("Cold?", {0})]


def test_parse_quiz_named_format_is_obeyed() -> None:
    assert parse_quiz(NATIVE.encode(), format="review").format is Format.REVIEW
    assert parse_quiz(PASTED.encode(), format="markdown").format is Format.MARKDOWN


def test_parse_quiz_text_without_any_quiz_says_so() -> None:
    line, code, text = only_message(parse_quiz(b"# Week 3\n\n## READINGS\n\n* [Paper](https://example.edu)\n"))
    assert (line, code) == (None, "E213")
    assert "neither boxes" in text


def test_parse_quiz_not_utf8_names_byte_and_line() -> None:
    line, code, text = only_message(parse_quiz(b"# Bees\n\n## Caf\xe9?\n"))
    assert (line, code) == (3, "E206")
    assert text.startswith("file is not UTF-8 at byte 14")


def test_parse_quiz_nul_names_byte_and_line() -> None:
    line, code, text = only_message(parse_quiz(b"# Bees\n\0"))
    assert (line, code) == (2, "E206")
    assert text.startswith("file contains a NUL at byte 7")


@pytest.mark.parametrize("data", [b"", b" \r\n\t\n", b"\xef\xbb\xbf"])
def test_parse_quiz_empty_file_says_so(data: bytes) -> None:
    assert only_message(parse_quiz(data))[:2] == (None, "E209")


def test_parse_quiz_size_is_limited_to_the_byte() -> None:
    padding = b"x" * (MAX_BYTES - len(NATIVE))
    assert parse_quiz(NATIVE.encode() + padding).errors[0].code == "E106"  # read, and the padding complained of
    line, code, text = only_message(parse_quiz(NATIVE.encode() + padding + b"x"))
    assert (line, code) == (None, "E208")
    assert "more than 200,000 bytes" in text


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_parse_quiz_lines_are_limited(end: str) -> None:
    longest = NATIVE.replace("\n", end) + end * (MAX_LINES - NATIVE.count("\n"))
    assert not parse_quiz(longest.encode()).errors
    assert only_message(parse_quiz((longest + end).encode()))[:2] == (None, "E208")


def test_parse_quiz_questions_of_a_native_file_are_limited() -> None:
    question = "## Q?\n- [x] a\n- [ ] b\n"
    assert len(parse_quiz((question * MOST_QUESTIONS).encode()).questions) == MOST_QUESTIONS
    refused = parse_quiz((question * (MOST_QUESTIONS + 1)).encode())
    assert (refused.questions, [error.code for error in refused.errors]) == ((), ["E208"])
    assert refused.errors[0].line == 3 * MOST_QUESTIONS + 1


@pytest.mark.parametrize("name", [*sorted(set(Format) - {Format.AUTO, *SUPPORTED}), "word"])
def test_parse_quiz_format_of_a_later_version_lists_what_is_supported(name: str) -> None:
    _, code, text = only_message(parse_quiz(NATIVE.encode(), format=name))
    assert code == "E214"
    assert f'"{name}"' in text
    assert text.endswith("supported are: markdown, review")


def test_parse_quiz_byte_order_mark_and_crlf_are_read() -> None:
    quiz = parse_quiz(b"\xef\xbb\xbf" + NATIVE.replace("\n", "\r\n").encode())
    assert (quiz.title, [message.code for message in quiz.messages], quiz.questions[0].line) == ("Bees", [], 3)


@settings(max_examples=examples(300, 100_000), deadline=None)
@given(st.binary(max_size=400), st.sampled_from([*Format, "word"]))
def test_parse_quiz_any_bytes_give_a_valid_shape(data: bytes, name: str) -> None:
    check_shape(parse_quiz(data, format=name), data.decode("utf-8", "replace"))
