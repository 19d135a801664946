"""Answers and explanations that a page hides, in the ways that pages do it."""

import pytest

from quizzes.formats.detect import parse_quiz
from quizzes.formats.model import ParsedQuestion, ParsedQuiz, State

OPTIONS = "- A. Sand\n- B. Nectar\n- C. Both\n"


def read(text: str) -> ParsedQuiz:
    return parse_quiz(text.encode())


def only(text: str) -> ParsedQuestion:
    (question,) = read(text).questions
    return question


@pytest.mark.parametrize(
    ("hidden", "explained"),
    [
        (
            "<summary>Answer</summary>\n\n**Explanation:**\nBees make honey.\n\n- A: Sand is dry.\n\n**Answer:** B",
            "- A: Sand is dry.",
        ),
        ("<summary><b>Antwoord</b></summary>\n<p>\n\n#### Antwoord: B\n\nBijen maken honing.\n\n</p>", "Bijen maken honing."),
        ("<summary>\u7b54\u6848</summary>\n\n#### \u7b54\u6848: B\n\n- A is dry.", "- A is dry."),
        (
            "<summary>X</summary>\n\n\u0418\u0442\u043e\u0433: B\n\nSee `<b>`:\n\n```html\n<div>honey</div>\n```",
            "```html\n<div>honey</div>\n```",
        ),
        ("<summary>Response:</summary>\n\nThe correct answer is **B**. It is sweet.", "It is sweet."),
    ],
)
def test_hidden_answer_that_is_named_is_the_key_and_all_else_explains(hidden: str, explained: str) -> None:
    question = only(f"## Question 1\n\nWhat do bees gather?\n\n{OPTIONS}\n<details>\n{hidden}\n</details>\n")
    assert (set(question.key), question.state) == ({1}, State.READY)
    assert question.feedback.general is not None
    assert explained in question.feedback.general


def test_hidden_explanation_that_repeats_a_wrong_option_leaves_the_boxes_alone() -> None:
    hidden = (
        "<details>\n<summary>Explanation</summary>\n<table><tr><th>Sand</th></tr><tr><td>It is dry.</td></tr></table>\n</details>"
    )
    question = only(f"### What do bees gather?\n\n- [x] Nectar\n- [ ] Sand\n\n{hidden}\n")
    assert (set(question.key), question.state) == ({0}, State.READY)
    assert question.feedback.general == "Sand\n\nIt is dry."


def test_hidden_answer_that_names_another_letter_than_the_boxes_is_a_contradiction() -> None:
    question = only("### Q1. What do bees gather?\n\n- [x] Nectar\n- [ ] Sand\n\n<details>\nAnswer: B\n</details>\n")
    assert question.state is State.CONTRADICTION


def test_folded_admonition_holds_the_answer_by_letter_of_a_numbered_list() -> None:
    folded = '??? question "Show Answer"\n    The correct answer is **B**. It is sweet.\n\n    **Concept Tested:** Bees\n'
    text = (
        "# Quiz: Bees\n\nRead well.\n\n---\n\n"
        f'#### 1. What do bees gather?\n\n<div class="upper-alpha" markdown>\n1. Sand\n2. Nectar\n3. Both\n</div>\n\n{folded}\n---\n\n'
        f'#### 2. What do wasps like?\n\n<div class="upper-alpha" markdown>\n1. Stones\n2. Plums\n</div>\n\n{folded}'
    )
    quiz = read(text)
    assert [(set(question.key), question.state) for question in quiz.questions] == [({1}, State.READY)] * 2
    assert quiz.questions[0].feedback.general == "It is sweet.\n\n**Concept Tested:** Bees"


def test_admonition_without_an_answer_is_part_of_the_text() -> None:
    text = "## 1. What do bees gather?\n\n!!! note\n    Look outside.\n\nA. Sand\nB. Nectar\n\nAnswer: B\n"
    assert "Look outside." in only(text).stem


@pytest.mark.parametrize(
    "answer",
    [
        "Respuesta correcta: B",
        "R\u00e9ponse : B",
        "\u041e\u0442\u0432\u0435\u0442: B",
        "\uc815\ub2f5: B",
        "**Answer:** B \u2014 it is sweet",
        "**Answer:** **B**",
    ],
)
def test_answer_in_other_words_below_the_options_is_the_key(answer: str) -> None:
    question = only(f"1. What do bees gather?\n\nA. Sand\nB. Nectar\nC. Both\n\n{answer}\n")
    assert (set(question.key), question.state) == ({1}, State.READY)


def test_answer_by_number_and_text_is_the_option_of_that_number() -> None:
    text = "## Question 1\n\nWhat do bees gather?\n\n1. Sand\n2. Nectar, and much of it\n\nThe correct answer is **2. Nectar**\n"
    assert only(text).key == {1}


def test_questions_below_a_title_of_a_higher_level_are_read_and_the_title_is_none() -> None:
    quiz = read(
        "## Insects\n\n#### D1. Bees?\n\n- [x] yes\n- [ ] no\n\n[Fonte](https://example.edu)\n\n#### D2. Wasps?\n\n- [ ] yes\n- [x] no\n"
    )
    assert [(set(question.key), question.state, len(question.options)) for question in quiz.questions] == [
        ({0}, State.READY, 2),
        ({1}, State.READY, 2),
    ]
    assert "Insects" not in quiz.questions[0].stem


@pytest.mark.parametrize(
    "answer",
    [
        "Richtige Antwort: B",
        "Bonne r\u00e9ponse : B",
        "\u041f\u0440\u0430\u0432\u0438\u043b\u044c\u043d\u044b\u0439 \u043e\u0442\u0432\u0435\u0442: B",
        "Do\u011fru cevap: B",
        "Poprawna odpowied\u017a: B",
        "\u6b63\u786e\u7b54\u6848\uff1aB",
        "**La respuesta correcta es la B: Nectar.**",
        "Die richtige Antwort ist **B**.",
        "La bonne r\u00e9ponse est la B) Nectar",
        "**Correct: B**",
        "**Correct: B.** It is sweet.",
        "Richtig: B",
    ],
)
def test_right_answer_in_other_words_is_the_key(answer: str) -> None:
    question = only(f"1. What do bees gather?\n\nA. Sand\nB. Nectar\nC. Both\n\n{answer}\n")
    assert (set(question.key), question.state) == ({1}, State.READY)


def test_line_that_only_praises_names_no_answer() -> None:
    quiz = read(f"1. What do bees gather?\n\n{OPTIONS}\nCorrect: a bee likes it.\n\n2. And wasps?\n\n{OPTIONS}\nAnswer: B\n")
    assert [set(question.key) for question in quiz.questions] == [set(), {1}]
