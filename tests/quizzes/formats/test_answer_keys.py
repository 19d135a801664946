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
        "## Answer Key\n\nFor teachers.\n\n### Section 1\n\n1. **B** - Bees\n\n### Section 2\n\n2. **A, C** - both\n",
        "## Answers\n\n### Question 1\n\n**Correct Answer: B**\n\n---\n\n### Question 2\n\nAnswer: A and C\n\n- **B.** Dead.\n",
        "# ANSWER KEY - do not peek\n\n1. B\n2. A, C\n",
        "## Module 2 Answer Key (Part 1)\n\n1. B\n2. A, C\n",
        "## \U0001f511 Answer Key\n\n1. B\n2. A, C\n",
        "## Respuestas y Explicaciones\n\n1. B\n2. A, C\n",
        "## L\u00f6sungen\n\n1. B\n2. A, C\n",
        "## Answers\n\n| 1 | B |\n|---|---|\n| 2 | A, C |\n\n1. **B** \u2014 they tell.\n2. **A, C** \u2014 both.\n",
    ],
)
def test_key_at_the_end_says_what_is_right(key: str) -> None:
    quiz = read(TWO + key)
    assert [(set(question.key), question.state) for question in quiz.questions] == [({1}, State.READY), ({0, 2}, State.READY)]


@pytest.mark.parametrize("key", ["Answer Key: \n1-B, 2-A\n", "**Answer Key:** 1-B, 2-A\n", "*Answers: 1. B; 2. A*\n"])
def test_key_in_one_line_says_what_is_right(key: str) -> None:
    quiz = read(f"Question 1: Who dances?\nA. Wasps\nB. Bees\n\nQuestion 2: Who stings?\nA. Bees\nB. Stones\n\n{key}")
    assert [question.key for question in quiz.questions] == [{1}, {0}]


def test_key_with_true_and_false_and_what_is_no_letter_is_read_entry_by_entry() -> None:
    text = "### Question 1\n\nBees sting.\n\n- [ ] True\n- [ ] False\n\n### Question 2\n\nWho dances?\n\nA. Wasps\nB. Bees\n\n### Question 3\n\nSay why.\n\n"
    quiz = read(f"{text}## Answer key\n\n1. True\n2. B\n3. See the book\n")
    assert [sorted(question.key) for question in quiz.questions] == [[0], [1], []]
    assert quiz.questions[1].feedback.general is None


def test_key_whose_sections_count_from_one_again_goes_with_the_sections_of_the_questions() -> None:
    part = "1. Who dances?\nA. Wasps\nB. Bees\n\n2. Who stings?\nA. Bees\nB. Stones\n\n"
    key = "## Answer key\n\n### Part 1\n\n1. B\n2. A\n\n### Part 2\n\n1. A\n2. B\n"
    assert [sorted(question.key) for question in read(f"## Part 1\n\n{part}## Part 2\n\n{part}{key}").questions] == [
        [1],
        [0],
        [0],
        [1],
    ]
    assert not any(question.key for question in read(f"{part}{part}{part}{key}").questions)


def test_key_for_numbers_that_two_questions_have_asks() -> None:
    part = "1. Who dances?\nA. Wasps\nB. Bees\n\n2. Who stings?\nA. Bees\nB. Stones\n\n"
    quiz = read(f"## Part 1\n\n{part}## Part 2\n\n{part}## Answer key\n\n1. B\n2. A\n")
    assert not any(question.key or question.state is State.READY for question in quiz.questions)


def test_questions_below_a_key_are_no_part_of_it() -> None:
    more = "## Part 2\n\n### Question 3\n\nWho hums?\n\nA. Bees\nB. Sand\n\n**Answer: A**\n"
    quiz = read(f"{TWO}# Answers\n\n1. B\n2. A, C\n\n{more}")
    assert [sorted(question.key) for question in quiz.questions] == [[1], [0, 2], [0]]


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
