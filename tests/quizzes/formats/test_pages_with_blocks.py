"""Pages that hold a quiz in blocks: every block is read, and the text around them is kept."""

import json

import pytest

from quizzes.formats.detect import parse_quiz
from quizzes.formats.model import Mark, ParsedQuiz, State
from quizzes.scoring import Kind

BLOCK = """### What do bees gather?

- [x] Nectar
- [ ] Sand

> **Explanation:** They make honey of it.

### Do wasps sting?

- [x] True
- [ ] False
"""


def read(text: str) -> ParsedQuiz:
    return parse_quiz(text.encode())


def codes(quiz: ParsedQuiz) -> list[str]:
    return [message.code for message in quiz.messages]


@pytest.mark.parametrize(
    ("opener", "closer"),
    [
        ("{{< quizdown >}}", "{{< /quizdown >}}"),
        ("{{% quizdown %}}", "{{% /quizdown %}}"),
        ("{{<quizdown>}}", "{{</quizdown>}}"),
        ("<!-- quizdown:start -->", "<!-- quizdown:end -->"),
        ('<div class="quizdown">', "</div>"),
        ("```{quizdown}", "```"),
    ],
)
def test_quizdown_in_every_wrapper_of_a_page_is_read_and_the_page_kept(opener: str, closer: str) -> None:
    quiz = read(
        f"# Insects\n\n## Bees\n\nThey fly.\n\n### Still no question\n\n- [ ] a task\n\n{opener}\n{BLOCK}{closer}\n\nThe end.\n"
    )
    assert [(question.state, set(question.key)) for question in quiz.questions] == [(State.READY, {0}), (State.READY, {0})]
    assert quiz.title == "Insects"
    assert quiz.questions[0].feedback.general == "**Explanation:** They make honey of it."
    assert (quiz.notes, quiz.rest) == ("## Bees\n\nThey fly.\n\n### Still no question\n\n- [ ] a task", "The end.")
    assert codes(quiz) == ["I404"]
    assert "lines 3\u20139, 25" in quiz.messages[0].text


def test_quizdown_in_two_blocks_of_a_page_is_read_whole() -> None:
    quiz = read(f"---\ntitle: 'Insects'\n---\n\n```quizdown\n{BLOCK}```\n\nBetween.\n\n```quizdown\n{BLOCK}```\n")
    assert len(quiz.questions) == 4
    assert (quiz.title, quiz.notes, quiz.rest) == ("Insects", "Between.", "")


def test_quizdown_that_never_closes_goes_on_to_the_end() -> None:
    assert len(read(f"Text.\n\n{{{{< quizdown >}}}}\n{BLOCK}").questions) == 2


def test_quizdown_question_with_options_of_its_own_does_not_have_them_in_its_prompt() -> None:
    quiz = read(
        "```quizdown\n## Bees\n\n---\nshuffle_answers: false\n---\n\nWhat do they gather?\n\n- [x] Nectar\n- [ ] Sand\n```\n"
    )
    assert quiz.questions[0].stem == "Bees\n\nWhat do they gather?"


def test_learn_blocks_of_a_page_are_all_read() -> None:
    block = "???\n\n# Bees\n\n?: What do they gather?\n\n(X) Nectar\n( ) Sand\n\n???\n"
    quiz = read(f"# Insects\n\nText.\n\n{block}\nMore text.\n\n{block}")
    assert [question.key for question in quiz.questions] == [{0}, {0}]
    assert "More text." in quiz.notes


def test_masteryls_block_with_code_inside_a_longer_fence_is_read_whole() -> None:
    said = json.dumps({"type": "multiple-choice", "title": "Loops"})
    quiz = read(f"````masteryls\n{said}\nWhat does it print?\n\n```python\nprint(1)\n```\n\n- [x] 1\n- [ ] 2\n````\n")
    assert [(set(question.key), question.state) for question in quiz.questions] == [({0}, State.READY)]
    assert "print(1)" in quiz.questions[0].stem


def test_masteryls_essay_is_listed_with_its_text() -> None:
    said = json.dumps({"type": "essay", "title": "Bees"})
    quiz = read(f"```masteryls\n{said}\nWhy do they dance?\n```\n")
    assert quiz.questions[0].kind is Kind.UNSUPPORTED
    assert quiz.questions[0].stem == "Bees\n\nWhy do they dance?"


def test_admonition_inside_code_is_an_example_and_code_below_a_box_is_the_option() -> None:
    body = "    What counts?\n\n    - [ ] \n    ```c\n    i++;\n    ```\n    - [x] \n    ```c\n    --i;\n    ```\n"
    quiz = read(f"````\n!!! exercise choice\n{body}````\n\n!!! exercise choice\n{body}")
    assert [(question.state, set(question.key)) for question in quiz.questions] == [(State.READY, {1})]
    assert "--i;" in quiz.questions[0].options[1].text


def test_cube_option_with_two_colons_has_feedback_and_ends_at_the_text_of_the_page() -> None:
    text = "### q:{}\n\nBees gather\n\n- [X] nectar. :: They make honey.\n- [ ] sand.\n\n[more]: https://example.edu\n\n## Wasps\n\nText.\n"
    quiz = read(text)
    assert [(option.text, option.feedback) for option in quiz.questions[0].options] == [
        ("nectar.", "They make honey."),
        ("sand.", None),
    ]
    assert quiz.questions[0].state is State.READY
    assert "## Wasps" in quiz.rest


def test_quiz_that_fills_its_page_says_nothing_about_it() -> None:
    assert codes(read(f"```quizdown\n{BLOCK}```\n")) == []
    assert all(option.mark is not Mark.CLOSE for question in read(BLOCK).questions for option in question.options)


def test_mdquiz_explanations_at_the_margin_are_feedback_without_a_warning() -> None:
    quiz = read("---\nquestion: Who dances?\n---\n\n- [x] Bees\n> They tell where food is.\n- [ ] Sand\n")
    assert quiz.questions[0].options[0].feedback == "They tell where food is."
    assert codes(quiz) == ["I403"]
