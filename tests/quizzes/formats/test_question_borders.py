"""Where a pasted question begins and ends: no option, answer or heading of one question becomes part of another."""

import pytest

from quizzes.formats.detect import parse_quiz
from quizzes.formats.model import ParsedQuiz, State

READY, CHOOSE = State.READY, State.CHOOSE


def read(text: str) -> ParsedQuiz:
    return parse_quiz(text.encode())


def key(quiz: ParsedQuiz) -> list[tuple[str, list[str], list[int]]]:
    """Return stem, options and key of each question that is ready."""
    return [
        (question.stem, [option.text for option in question.options], sorted(question.key))
        for question in quiz.questions
        if question.state is READY
    ]


@pytest.mark.parametrize("boxes", [("- [ ]", "- [x]"), ("[]", "[x]")])
@pytest.mark.parametrize("rule", ["---", "***", "====="])
def test_rule_without_blank_lines_parts_questions(boxes: tuple[str, str], rule: str) -> None:
    wrong, right = boxes
    text = f"Which is a lake?\n{wrong} Etna\n{right} Como\n{rule}\nWhich are seas?\n{right} Baltic\n{wrong} Gobi\n{right} Adria\n{rule}\n"
    assert key(read(text)) == [
        ("Which is a lake?", ["Etna", "Como"], [1]),
        ("Which are seas?", ["Baltic", "Gobi", "Adria"], [0, 2]),
    ]


@pytest.mark.parametrize(
    "title", ["Answer and explanation", "Answer & Explanation", "Correct answer with rationale", "Explanation and answer:"]
)
def test_heading_that_names_answer_and_reason_is_no_question(title: str) -> None:
    text = f"### Question\n\nWhat is clay?\n\nA. metal\n\nB. earth\n\n### {title}\n\n**Correct answer: B**\n\n- **A.** It rusts.\n- **B.** Right.\n"
    quiz = read(text)
    assert key(quiz) == [("What is clay?", ["metal", "earth"], [1])]
    assert len(quiz.questions) == 1


def test_colon_of_a_title_hides_no_numbered_question() -> None:
    text = (
        "# Warm-up questions:\n\n1. Why do owls hoot?\n\n    1. To eat.\n    2. To call.\n\n    Correct Answer - 2\n\n"
        "2. Why do cows low?\n    A. To eat\n    B. To call\n\n    Correct Answer - B\n"
    )
    assert key(read(text)) == [
        ("Why do owls hoot?", ["To eat.", "To call."], [1]),
        ("Why do cows low?", ["To eat", "To call"], [1]),
    ]


def test_options_below_an_open_question_and_its_answer_belong_to_what_asks_there() -> None:
    text = (
        "### 1. Which is a metal?\nA. Iron\nB. Clay\n\n**Correct Answer:** A\n\n### 2. What is a hill of sand called?\n\n**Answer:** Dune\n\n"
        "**Which of these is a stone?**\nA. Oak\nB. Flint\n\n**Correct Answer:** B\n"
    )
    quiz = read(text)
    assert key(quiz) == [
        ("Which is a metal?", ["Iron", "Clay"], [0]),
        ("**Which of these is a stone?**", ["Oak", "Flint"], [1]),
    ]
    assert [(question.stem, question.options) for question in quiz.questions if question.state is State.CONTRADICTION] == [
        ("What is a hill of sand called?", ())
    ]


def test_answer_of_an_open_question_is_no_answer_to_those_around_it() -> None:
    text = (
        "Which is a metal?\nA. Iron\nB. Clay\n\nAnswer: A\n\nWhich word means earth?\n\nAnswer: Clay\n\n"
        "Which is a stone?\nA. Clay\nB. Flint\n\nAnswer: B\n"
    )
    assert key(read(text)) == [("Which is a metal?", ["Iron", "Clay"], [0]), ("Which is a stone?", ["Clay", "Flint"], [1])]


def test_answer_above_the_options_and_another_below_them_ask() -> None:
    text = "### 1. What is iron?\n\nAnswer: A\n\nOptions:\n\nA. metal\nB. earth\n\nAnswer: B\n\n### 2. What is clay?\nA. metal\nB. earth\n\nAnswer: B\n"
    assert key(read(text)) == [("What is clay?", ["metal", "earth"], [1])]


def test_list_that_explains_an_answer_has_no_options() -> None:
    text = (
        "### 1. What is iron?\n\n**Answer:** A metal\n\nIt has its uses:\n\n- A metal\n- Nails\n\n"
        "### 2. What is clay?\n\nA. metal\nB. earth\n\n**Answer:** B\n"
    )
    first, second = read(text).questions
    assert (first.options, first.state) == ((), State.CONTRADICTION)
    assert (sorted(second.key), second.state) == ([1], READY)


TICKED = "Each lesson has:\n\n- \u2705 A task\n- \u2705 A film\n- \u274c A test\n\n"


@pytest.mark.parametrize(
    "more", ["Welcome.\n\nWhat you bring:\n\n- \u2705 Paper\n- \u274c Phones\n", "## Tools\n\n- \u2705 Saw\n- \u274c Axe\n"]
)
def test_lists_with_check_marks_that_nobody_asks_about_are_no_quiz(more: str) -> None:
    assert read(f"# Course\n\n{TICKED}{more}").questions == ()


def test_list_with_check_marks_in_a_quiz_is_asked_about() -> None:
    quiz = read(
        f"# Quiz\n\n{TICKED}### 1. What is clay?\n\n- \u274c Metal\n- \u2705 Earth\n\n### Which is a tool?\n\n- \u2705 Axe\n- \u274c Sun\n"
    )
    assert [question.state for question in quiz.questions] == [State.CONFIRM, READY, READY]


@pytest.mark.parametrize("title", ["\u2705 Correct Answer", "\u2753 Answer:", "**\U0001f4a1 Answer**"])
def test_heading_answer_with_an_emoji_is_no_question(title: str) -> None:
    text = f"### Question 1\n\nWhat is clay?\n\nA. Metal\nB. Earth\n\n### {title}\n\n**B. Earth**\n\n### \U0001f4a1 Explanation\n\nIt is dug.\n"
    quiz = read(text)
    assert key(quiz) == [("What is clay?", ["Metal", "Earth"], [1])]
    assert quiz.questions[0].feedback.general == "It is dug."


def test_heading_that_says_the_answer_itself_is_read() -> None:
    assert key(read("### 1. What is clay?\n\n- Metal\n- Earth\n\n#### \u2705 Answer: 2\n\nIt is dug.\n")) == [
        ("What is clay?", ["Metal", "Earth"], [1])
    ]


def test_full_width_question_mark_begins_the_next_question() -> None:
    ask = "{}\uff1f\nA. \u706b\nB. \u51b0\n\n\u7b54\u6848\uff1a{}\n\n"
    quiz = read(ask.format("\u96ea\u662f\u4ec0\u4e48", "B") + ask.format("\u706b\u662f\u4ec0\u4e48", "A"))
    assert key(quiz) == [
        ("\u96ea\u662f\u4ec0\u4e48\uff1f", ["\u706b", "\u51b0"], [1]),
        ("\u706b\u662f\u4ec0\u4e48\uff1f", ["\u706b", "\u51b0"], [0]),
    ]
