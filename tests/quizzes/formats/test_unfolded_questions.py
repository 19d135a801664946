"""Questions with options in a code fence, and with a section of feedback that says what is right."""

import pytest

from quizzes.formats.detect import parse_quiz
from quizzes.formats.model import ParsedQuiz, State


def read(text: str) -> ParsedQuiz:
    return parse_quiz(text.encode())


def rows(quiz: ParsedQuiz) -> list[tuple[int, str, list[str], list[int], State]]:
    return [
        (question.line, question.stem, [option.text for option in question.options], sorted(question.key), question.state)
        for question in quiz.questions
    ]


@pytest.mark.parametrize("fence", ["```", "~~~text"])
def test_options_and_answer_in_a_fence_are_read_and_keep_their_lines(fence: str) -> None:
    text = f"### 1. What is clay?\n\n{fence}\nA. Metal\nB. Earth\n\n**Answer:** B\n{fence[:3]}\n\n### 2. What is iron?\n\nA. Metal\nB. Earth\n\n**Answer:** A\n"
    quiz = read(text)
    assert rows(quiz) == [
        (1, "What is clay?", ["Metal", "Earth"], [1], State.READY),
        (10, "What is iron?", ["Metal", "Earth"], [0], State.READY),
    ]
    assert [option.line for option in quiz.questions[0].options] == [4, 5]


def test_whole_question_in_a_fence_is_read() -> None:
    assert rows(read("# Quiz\n\n```\n1. What is clay?\nA) Metal\nB) Earth\nAnswer: B\n```\n")) == [
        (4, "What is clay?", ["Metal", "Earth"], [1], State.READY)
    ]


@pytest.mark.parametrize(
    "code", ["```python\nA. x\nB. y\nAnswer: A\n```", "```\nA. x\nprint(1)\nB. y\n```", "```\nsort:\nA. x\nB. y\n```"]
)
def test_code_that_is_more_than_options_stays_code(code: str) -> None:
    (question,) = read(f"### 1. What does it print?\n\n{code}\n\n- [x] one\n- [ ] two\n\nExplanation: so.\n").questions
    assert code in question.stem
    assert [option.text for option in question.options] == ["one", "two"]


OPTIONS = "### Question 1\n\nWhat is clay?\n\nA. Metal\nB. Earth\nC. Rust\n\n"


@pytest.mark.parametrize(
    "feedback",
    [
        "Feedback\n\nA (Incorrect) - It rusts.\nB (Correct Answer) - It is dug.\n\nC is not correct.\n",
        "## Feedback\n\nA. Is not correct because it rusts.\n\nB. Is correct because it is dug.\n\nC. Is incorrect because it flakes.\n",
        "**Feedback:**\n\n- **A.** is incorrect, it rusts\n- **B.** is correct, it is dug\n",
    ],
)
def test_feedback_section_says_what_is_right(feedback: str) -> None:
    (question,) = read(OPTIONS + feedback).questions
    assert (sorted(question.key), question.state) == ([1], State.READY)
    assert question.feedback.general is not None
    assert "it rusts" in question.feedback.general.casefold()


def test_feedback_section_without_a_right_letter_asks() -> None:
    quiz = read(
        f"{OPTIONS}## Feedback\n\nA. Is not correct because it rusts.\n\n### Question 2\n\nWhat is iron?\n\nA. Metal\nB. Earth\n\nAnswer: A\n"
    )
    assert [question.state is State.READY for question in quiz.questions] == [False, True]


@pytest.mark.parametrize(
    "again",
    ["Correct answer: B", "Because it is soft.\n\n**Answer:** B) Earth", "## Feedback\n\nB. Is correct because it is dug."],
)
def test_two_answers_that_say_different_things_are_a_contradiction(again: str) -> None:
    question, _ = read(f"{OPTIONS}Answer: A\n\n{again}\n\n{OPTIONS.replace('1', '2')}Answer: B\n").questions
    assert question.state is State.CONTRADICTION


@pytest.mark.parametrize(
    ("prompt", "again"), [("What is clay?", "Correct answer: Earth"), ("Which apply? Select all that apply.", "Answer: A")]
)
def test_two_answers_that_agree_or_are_asked_for_are_the_key(prompt: str, again: str) -> None:
    (question,) = read(f"{OPTIONS.replace('What is clay?', prompt)}Answer: B\n\n{again}\n").questions
    assert question.state is State.READY


@pytest.mark.parametrize("options", ["a) metal  b) earth  c) rust", "A. metal\tB. earth"])
def test_options_on_one_line_are_told_and_not_taken_for_answers_only(options: str) -> None:
    quiz = read(f"1. What is clay?\n{options}\n**Answer: b**\n\n2. What is iron?\n{options}\n**Answer: a**\n")
    (message,) = quiz.errors
    assert (message.line, message.code, quiz.questions) == (1, "E216", ())
    assert "one line" in message.text
