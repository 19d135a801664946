"""Keys at the end of a text, away from the questions, and lists that a question is about."""

import pytest

from quizzes.formats.detect import parse_quiz
from quizzes.formats.model import ParsedQuiz, State

TWO = "**Q1.** Who dances?\n\n- A) Wasps\n- B) Bees\n\n---\n\n**Q2.** Who stings? Select two.\n\n- A) Bees\n- B) Stones\n- C) Wasps\n\n---\n\n"


def read(text: str) -> ParsedQuiz:
    return parse_quiz(text.encode())


@pytest.mark.parametrize(
    "key",
    [
        "## Answer key\n\n1. B\n2. A, C\n",
        "## Answer Key & Explanations\n\n<details>\n<summary>Open</summary>\n\n1. **B** \u2014 they tell where.\n\n2. **A, C** \u2014 both.\n</details>\n",
        "### Answers\n\n| Q# | Answer | Level |\n|----|--------|-------|\n| 1 | B | Easy |\n| 2 | A, C | Hard |\n",
        "**Correct answers:**\n\nQ1: B) Bees\nQ2: A & C\n",
    ],
)
def test_key_at_the_end_says_what_is_right(key: str) -> None:
    quiz = read(TWO + key)
    assert [(set(question.key), question.state) for question in quiz.questions] == [({1}, State.READY), ({0, 2}, State.READY)]


def test_key_in_one_line_says_what_is_right() -> None:
    quiz = read(
        "Question 1: Who dances?\nA. Wasps\nB. Bees\n\nQuestion 2: Who stings?\nA. Bees\nB. Stones\n\nAnswer Key: \n1-B, 2-A\n"
    )
    assert [question.key for question in quiz.questions] == [{1}, {0}]


def test_key_with_reasons_keeps_them() -> None:
    quiz = read(TWO + "## Answers\n\n1. B \u2014 they tell where food is.\n   Watch them.\n2. A, C\n")
    assert quiz.questions[0].feedback.general == "they tell where food is.\nWatch them."


def test_keys_of_two_parts_count_each_from_one() -> None:
    quiz = read(f"# Part 1\n\n{TWO}## Answers\n\n1. A\n2. A, B\n\n# Part 2\n\n{TWO}## Answers\n\n1. B\n2. B, C\n")
    assert [question.key for question in quiz.questions] == [{0}, {0, 1}, {1}, {1, 2}]


def test_numbered_sentences_below_answers_are_no_key() -> None:
    quiz = read(TWO + "## Answers\n\n1. A bee dances.\n2. A wasp stings.\n")
    assert all(not question.key for question in quiz.questions)


def test_list_above_the_one_with_the_options_is_part_of_the_prompt() -> None:
    text = "## Question 1\n\nA hive has:\n\n- a queen\n- workers\n\nWhich of these lays eggs?\n\n1. The queen.\n2. A worker.\n\n<details>\nThe correct answer is **1. The queen.**\n</details>\n"
    (question,) = read(text).questions
    assert ([option.text for option in question.options], set(question.key)) == (["The queen.", "A worker."], {0})
    assert "- workers" in question.stem


def test_link_below_the_options_and_picture_above_them_are_kept() -> None:
    text = "#### Q1. Who dances?\n\n![bee](https://example.edu/bee.png)\n\n- [x] Bees\n- [ ] Sand\n\n[More](https://example.edu/more)\n\n#### Q2\u3002Who stings?\n\n- [x] Wasps\n- [ ] Sand\n"
    first, second = read(text).questions
    assert "bee.png" in first.stem
    assert first.feedback.general == "[More](https://example.edu/more)"
    assert second.stem == "Who stings?"


def test_one_or_more_may_be_several() -> None:
    (question,) = read(
        "1. Who stings? Select one or more:\n\n- [x] Bees\n- [x] Wasps\n- [ ] Sand\n\nExplanation: Both do.\n"
    ).questions
    assert (question.state, question.select) == (State.READY, None)
