"""A key of several questions in one <details>, or in one line: no answer of the question that stands above it."""

import pytest

from quizzes.formats.detect import parse_quiz
from quizzes.formats.model import ParsedQuestion, State

OPTIONS = "\n\n- a) fire\n- b) ice\n- c) sand\n\n"
NUMBERED = f"**Question 1:** What is snow?{OPTIONS}**Question 2:** What is a desert?{OPTIONS}"
UNNUMBERED = f"### What is lava?{OPTIONS}Answer: a\n\n### What is snow?{OPTIONS}### What is a desert?{OPTIONS}"
KEYED = f"**Question 3:** What is lava?{OPTIONS}Answer: a\n\n"


def states(text: str) -> list[tuple[str, State]]:
    def key(question: ParsedQuestion) -> str:
        return "".join("ABC"[at] for at in sorted(question.key))

    return [(key(question), question.state) for question in parse_quiz(text.encode()).questions]


def folded(key: str) -> str:
    return f"<details>\n<summary>Answers</summary>\n\n{key}\n\n</details>\n\n"


@pytest.mark.parametrize(
    "key",
    [
        "1. **b)** - cold\n2. **c)** - dry",
        "1. b\n2. c",
        "**Q1: B** It is cold.\n\n**Q2: C** It is dry.",
        "**Q1: (B)** It is cold.\n**Q2: (C)** It is dry.",
        "Q1: B\nQ2: C",
        "- Q1: B\n- Q2: C",
        "1-B, 2-C",
        "**1. B)** cold\n\n**2. C)** dry",
    ],
)
def test_key_of_all_questions_in_one_details_is_given_to_each(key: str) -> None:
    assert states(NUMBERED + folded(key)) == [("B", State.READY), ("C", State.READY)]


def test_keys_in_the_details_of_two_parts_are_of_the_questions_above_each() -> None:
    text = NUMBERED + folded("1. b\n2. c") + "# Part 2\n\n" + NUMBERED + folded("1. c\n2. a")
    assert [key for key, _ in states(text)] == ["B", "C", "C", "A"]


@pytest.mark.parametrize("key", ["1. b\n2. c", "Q1: B\nQ2: C"])
def test_key_in_a_details_below_questions_without_numbers_asks(key: str) -> None:
    assert states(UNNUMBERED + folded(key))[1:] == [("", State.CHOOSE)] * 2


@pytest.mark.parametrize("answers", ["Answers: B, C", "**Answers:** b c", "Answers: B, B", "<details>\nB, C\n</details>"])
def test_answers_of_several_questions_in_one_line_ask(answers: str) -> None:
    assert states(f"{KEYED}{NUMBERED}{answers}\n")[1:] == [("", State.CHOOSE)] * 2


def test_answers_of_one_question_below_one_without_any_are_taken_where_it_asks_for_them() -> None:
    text = NUMBERED.replace("a desert?", "a desert? Select two.")
    assert states(f"{text}Answers: A, C\n") == [("", State.CHOOSE), ("AC", State.READY)]
