"""Letters and texts behind "Answer:" or in a <details>: where two signs disagree, somebody is asked."""

from string import ascii_uppercase

import pytest

from quizzes.formats.detect import parse_quiz
from quizzes.formats.model import ParsedQuestion, State

PLAIN = "1. What is wet?\n\na) fire\nb) water\n\nAnswer: b\n\n"
"""Beside it a question without a key is still one of a quiz."""
BIRDS = ("dog", "gull", "cat", "hawk")
PETS = ("The dog", "The cat", "The cow")


def key(question: ParsedQuestion) -> str:
    return "".join(ascii_uppercase[at] for at in sorted(question.key))


def answered(options: tuple[str, ...], below: str) -> ParsedQuestion:
    listed = "".join(f"{ascii_uppercase[at]}) {option}\n" for at, option in enumerate(options))
    first, second = parse_quiz(f"{PLAIN}2. What is it?\n\n{listed}\n{below}\n".encode()).questions
    assert (key(first), first.state) == ("B", State.READY)
    return second


def hidden(options: tuple[str, ...], inside: str) -> ParsedQuestion:
    return answered(options, f"<details>\n{inside}\n\n</details>")


@pytest.mark.parametrize(
    ("options", "answer", "right"),
    [
        (("C", "C++", "C#"), "b) C++", "B"),
        ((".x", "#x", "x"), "c) x", "C"),
        (("<p>", "</p>"), "b) `</p>`", "B"),
        (("x<0", "x>0"), "A. x<0", "A"),
        (("$1", "@1"), "A: $1", "A"),
        (("3.5", "35", "3,5"), "c) 3,5", "C"),
        (("A -> B", "B -> A"), "B) B -> A", "B"),
        (("5", "-5"), "-5", "B"),
        (("git pull", "git Pull"), "git Pull", "B"),
        (("left", "right", "B and A"), "C) B and A", "C"),
        (("B", "A"), "b) A", "B"),
        (("vitamin A", "vitamin C and D", "rain"), "B) vitamin C and D", "B"),
        (BIRDS, "Gull.", "B"),
    ],
)
def test_answer_by_letter_and_text_is_the_option_of_that_letter(options: tuple[str, ...], answer: str, right: str) -> None:
    question = answered(options, f"Answer: {answer}")
    assert (key(question), question.state) == (right, State.READY)


@pytest.mark.parametrize(
    ("options", "answer"),
    [
        (("fire", "ice", "sand"), "A) ice"),
        (("fire", "ice", "sand"), "A) Ice: it is cold"),
        (("C++", "C", "Java"), "C"),
        (("3", "4"), "3.5 metres"),
        (("5", "7"), "-5"),
        (("C", "Java"), "C++"),
        (BIRDS, "B) the gull and D) hawk"),
        (BIRDS, "A and C - gull & hawk"),
        (BIRDS, "B or D"),
        (BIRDS, "Gull, not hawk"),
        (BIRDS, "Gull is wrong"),
    ],
)
def test_answer_whose_letter_and_text_disagree_asks(options: tuple[str, ...], answer: str) -> None:
    question = answered(options, f"Answer: {answer}")
    assert (key(question), question.state) == ("", State.CHOOSE)


def test_number_that_is_an_option_and_a_place_in_a_numbered_list_asks() -> None:
    text = "# Quiz\n\n## Question 1\n\nWhat is 1 + 1?\n\n1. 4\n2. 8\n3. 2\n\nAnswer: {}\n\n## Question 2\n\nWet?\n\n1. fire\n2. water\n\nAnswer: 2\n"
    assert [question.state for question in parse_quiz(text.format(2).encode()).questions] == [State.CHOOSE, State.READY]
    assert [key(question) for question in parse_quiz(text.format(1).encode()).questions] == ["A", "B"]


@pytest.mark.parametrize(
    "answer",
    [
        "B) gull and D) hawk",
        "B) gull, D) hawk",
        "B. gull; D. hawk",
        "B) gull & D) hawk",
        "B - gull, D - hawk",
        "**B)** gull **and** **D)** hawk",
        "B, D - both fly",
        "Both B and D",
        "**B** and **D**",
        "B and D - gull & hawk",
        "B) gull and D",
        "B y D",
        "B et D",
        "B e D",
        "\u0042 \u0438 D",
    ],
)
def test_answer_that_names_several_by_letter_and_text_takes_all(answer: str) -> None:
    question = answered(BIRDS, f"**Correct Answers: {answer}**")
    assert (key(question), question.state) == ("BD", State.READY)


@pytest.mark.parametrize(
    ("inside", "right"),
    [
        ("<summary>Answer: A</summary>\n\n- **B.** A cat mews.\n- **C.** A cow moos.", "A"),
        ("<summary>Answer: B</summary>Cats mew.", "B"),
        ("<summary>Answer: B - The cat</summary>\n\nIt mews.", "B"),
        ("<summary>Answer: B</summary>\n\n**B correct.** **A wrong.**", "B"),
        ("<summary>&gt; Answer</summary>\n\n**Correct: B.** Cats mew.", "B"),
        ("**Correct: B**", "B"),
        ("B is correct because cats mew.", "B"),
        ("B\n\nDomain: C", "B"),
        ("**Answer:** B\n\n**Section:** A", "B"),
        ("<summary>Show</summary>\n\nB) The cat\n\n- A. It barks.\n- C. It moos.", "B"),
        ("The cat\n\nThe cow moos.", "B"),
        ("- \u274c A. The dog\n- \u2705 B. The cat", "B"),
    ],
)
def test_hidden_answer_that_is_named_is_taken_whatever_letters_stand_below(inside: str, right: str) -> None:
    question = hidden(PETS, inside)
    assert (key(question), question.state) == (right, State.READY)


@pytest.mark.parametrize(
    ("inside", "state"),
    [
        (
            "<summary>Answer</summary>\n\nDogs bark.\n\nThe others are wrong:\n\n* **B.** A cat mews.\n* **C.** A cow moos.",
            State.CHOOSE,
        ),
        ("Dogs bark.\n\nThe other one is wrong:\n\nB. The cat", State.CHOOSE),
        ("- A. The dog\n- B. The cat\n- C. The cow", State.CHOOSE),
        ("Distractors: A, C", State.CHOOSE),
        ("<summary>Answer: B</summary>\n\nAnswer: C", State.CONTRADICTION),
    ],
)
def test_hidden_letters_that_may_be_of_wrong_options_ask(inside: str, state: State) -> None:
    question = hidden(PETS, inside)
    assert (key(question), question.state) == ("", state)


def test_answer_that_a_details_contradicts_is_a_contradiction() -> None:
    question = answered(PETS, "Answer: A\n\n<details>\n<summary>Why</summary>\n\nAnswer: B\n\n</details>")
    assert (key(question), question.state) == ("", State.CONTRADICTION)


def test_two_answer_lines_have_to_say_the_same_unless_several_are_asked_for() -> None:
    text = f"{PLAIN}2. What is it?{{}}\n\nA) dog\nB) gull\nC) cat\n\nAnswer: {{}}\nCorrect answer: C\n"
    read = [parse_quiz(text.format(*said).encode()).questions[1] for said in (("", "B"), (" Select two.", "B"), ("", "cat"))]
    assert [(key(one), one.state) for one in read] == [("", State.CONTRADICTION), ("BC", State.READY), ("C", State.READY)]


@pytest.mark.parametrize(
    "last",
    [
        "- Answer: B",
        "- **Answer:** B",
        "- \u2705 **Answer:** B",
        "- **Answer** B",
        "   - *Correct Answer: B*",
        "- **Answer**: B\n- **Explanation**: It is full of salt.",
    ],
)
@pytest.mark.parametrize("options", ["- A. dry\n- B. wet\n", "- dry\n- wet\n"])
def test_answer_in_the_last_item_of_the_options_is_none_of_them(last: str, options: str) -> None:
    first, second = parse_quiz(f"{PLAIN}2. How is the sea?\n\n{options}{last}\n".encode()).questions
    assert [option.text for option in second.options] == ["dry", "wet"]
    assert (key(first), key(second), second.state) == ("B", "B", State.READY)


def test_option_that_begins_as_an_answer_among_others_is_an_option() -> None:
    text = f"{PLAIN}2. What does the clerk say?\n\n- Ask: why?\n- Answer: no\n- **Nothing**\n"
    assert [option.text for option in parse_quiz(text.encode()).questions[1].options] == ["Ask: why?", "Answer: no", "Nothing"]


def test_more_answers_than_a_question_has_name_none() -> None:
    question = answered(PETS, "Answer:\n" + "- B) The cat\n" * 301)
    assert (key(question), question.state) == ("", State.CHOOSE)
