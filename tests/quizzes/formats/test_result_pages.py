"""Result pages as browsers copy them: what stands around the questions is none of them."""

import pytest

from quizzes.formats.detect import parse_quiz
from quizzes.formats.model import Format, ParsedQuiz, State


def read(text: str) -> ParsedQuiz:
    quiz = parse_quiz(text.encode())
    assert quiz.format is Format.REVIEW
    return quiz


def seen(quiz: ParsedQuiz) -> list[tuple[str, list[str], set[int]]]:
    return [(q.stem, [option.text for option in q.options], set(q.key)) for q in quiz.questions]


def test_verdict_and_points_above_a_number_are_about_that_question() -> None:
    quiz = read(
        "# Week 1\n\nCorrect\n1 / 1 points\n1. \nBees live for the most part in\n\nSand\n\nHives\nCorrect \nThey do.\n\nTrees\n\n"
        "Correct\n1 / 1 points\n2. \nWhat do they gather? Select all that apply.\n\nNectar\nCorrect \n\nStones\nUn-selected is correct \n\n"
        "Incorrect\n0 / 1 points\n3. \nWho dances?\n\nWasps\nIncorrect\n\nBees\n\nAnts\n"
    )
    assert seen(quiz) == [
        ("Bees live for the most part in", ["Sand", "Hives", "Trees"], {1}),
        ("What do they gather? Select all that apply.", ["Nectar", "Stones"], {0}),
        ("Who dances?", ["Wasps", "Bees", "Ants"], set()),
    ]
    assert [question.state for question in quiz.questions] == [State.READY, State.READY, State.CHOOSE]
    assert quiz.questions[0].options[1].feedback == "They do."


def test_number_right_below_a_verdict_begins_the_next_question() -> None:
    quiz = read(
        "1.\nQuestion 1\nWho dances?\n\n1 / 1 point\n\nBees\n\nCorrect\n2.\nQuestion 2\nWho stings? (Select all that apply)\n\n0 / 1 point\n\n"
        "Wasps\n\nCorrect\nThey do.\n\n\nStones\n\nYou didn\u2019t select all the correct answers\n3.\nQuestion 3\nWho swims?\n\n1 / 1 point\n\nFish\n\nCorrect\n\nBees\n"
    )
    assert [question.number for question in quiz.questions] == [1, 2, 3]
    assert [option.feedback for question in quiz.questions for option in question.options] == [None, "They do.", None, None, None]
    assert all(question.feedback.general is None for question in quiz.questions)


def test_echo_for_readers_of_the_screen_is_no_option() -> None:
    quiz = read(
        "1.Question 1\nWho stings? Check all that apply.\n\nWasps\n\nCorrect\nThey do.\n\nWasps\n\nis selected.This is correct.\nThey do.\n\n"
        "Stones\n\nUn-selected is correct\n\nStones\n\nis not selected.This is correct.\n\n2.Question 2\nWho dances?\n\nBees\n\nCorrect\n\nSand\n"
    )
    assert [texts for _, texts, _ in seen(quiz)] == [["Wasps", "Stones"], ["Bees", "Sand"]]


def test_grades_above_the_first_question_of_a_quoted_page_are_notes() -> None:
    page = "Congratulations! You passed!\n\nGrade\n\n100%\n\n 1.Question 1\n\nWho dances?\n\n Bees\n\nCheck\n\nCorrect\n\nYes!\n\n Sand\n\n1 / 1 point\n"
    page += "\n 2.Question 2\n\nWho stings?\n\n Wasps\n\nCheck\n\nCorrect\n\n Sand\n"
    quiz = read("".join(f"> {line}\n" for line in page.split("\n")))
    assert seen(quiz) == [("Who dances?", ["Bees", "Sand"], {0}), ("Who stings?", ["Wasps", "Sand"], {0})]
    assert "Congratulations" in quiz.notes


def test_numbers_with_attributes_and_underlines_are_numbers() -> None:
    head = "Question {0}\n\n*Correct*\n\n1 / 1 points\n\n{0}. Question {0} {{.c-number}}\n-------------\n\n"
    quiz = read(
        head.format(1)
        + "Who dances?\n\nBees\n\nCorrect \n\nSand\n\n"
        + head.format(2)
        + "Who stings?\n\nWasps\n\nCorrect \n\nSand\n"
    )
    assert seen(quiz) == [("Who dances?", ["Bees", "Sand"], {0}), ("Who stings?", ["Wasps", "Sand"], {0})]


@pytest.mark.parametrize("mark", ["[x]", "[X]"])
def test_ticks_put_in_by_hand_are_marks(mark: str) -> None:
    text = f"2.\nQuestion 2\nWhich? Select all that apply.\n\n1 / 1 point\n\nSand\n\n{mark} Nectar\n\n{mark} Pollen\n\nCorrect\nThey gather both.\n\n"
    text += f"3.\nQuestion 3\nBees dance.\n\n1 / 1 point\n\nTrue\n\n{mark} False\n\nCorrect\nNo.\n"
    assert [question.key for question in read(text).questions] == [{1, 2}, {1}]


def asked(number: int, options: list[str]) -> str:
    body = "\n\n".join([f"_check_{options[0]}", *options[1:]])
    return f"_check_\n\n{number}.\n\nWho dances in hive {number}?\n\n{body}\n\n"


def test_one_question_with_more_options_than_all_others_is_hinted_at_and_stays_ready() -> None:
    usual = ["Bees.", "Wasps.", "Ants."]
    text = "# Review\n\n" + "".join(asked(number, usual) for number in (1, 2, 3)) + asked(4, [*usual, "They are many."])
    quiz = read(text)
    assert [(message.line, message.code) for message in quiz.messages] == [(quiz.questions[3].line, "W321")]
    assert "4 options and every other one has 3" in quiz.messages[0].text
    assert {question.state for question in quiz.questions} == {State.READY}


def test_questions_with_options_of_many_numbers_are_not_hinted_at() -> None:
    sizes = (2, 3, 3, 3, 5)
    text = "# Review\n\n" + "".join(asked(n, [f"Bee {at}." for at in range(size)]) for n, size in enumerate(sizes, 1))
    assert read(text).messages == ()


def test_moodle_page_is_read_by_its_right_answers() -> None:
    quiz = read(
        "State\tFinished\nQuestion 1\nCorrect\nMark 1.00 out of 1.00\nFlag question\nQuestion text\nWho dances?\n\nSelect one:\na. Wasps\nb. Bees Correct\n"
        "Feedback\nYour answer is correct.\nThey tell where food is.\nThe correct answer is: Bees\n\n"
        "Question 2\nIncorrect\nMark 0.00 out of 1.00\nFlag question\nQuestion text\nWho stings?\n\nSelect one or more:\na. Bees\nb. Stones\nc. Wasps\n"
        "Feedback\nYour answer is incorrect.\nThe correct answers are: Bees, Wasps\n\n"
        "Question 3\nCorrect\nMark 1.00 out of 1.00\nQuestion text\nBees fly.\nSelect one:\nTrue\nFalse\nFeedback\nThe correct answer is 'True'.\n"
    )
    assert [(texts, key) for _, texts, key in seen(quiz)] == [
        (["Wasps", "Bees"], {1}),
        (["Bees", "Stones", "Wasps"], {0, 2}),
        (["True", "False"], {0}),
    ]
    assert quiz.undecided == ()
    assert quiz.questions[0].stem == "Who dances?\n\nSelect one:"
    assert quiz.questions[0].feedback.general == "They tell where food is."
    assert "Finished" in quiz.notes


@pytest.mark.parametrize(
    "page",
    [
        "Question 1\n1 / 1 pts\nWho dances?\n  Wasps\nCorrect!\n  Bees\n\nQuestion 2\n0 / 1 pts\nWho stings?\nYou Answered\n  Stones\nCorrect Answer\n  Wasps\n  Sand\n",
        "Question 1\n\n1 / 1 pts\n\nWho dances?\n\nWasps\n\nCorrect!\n\nBees\n\nQuestion 2\n\n0 / 1 pts\n\nWho stings?\n\nYou Answered\n\nStones\n\nCorrect Answer\n\nWasps\n\nSand\n",
    ],
)
def test_canvas_page_is_read_by_its_labels(page: str) -> None:
    quiz = read(page)
    assert seen(quiz) == [("Who dances?", ["Wasps", "Bees"], {1}), ("Who stings?", ["Stones", "Wasps", "Sand"], {1})]
    assert quiz.undecided == ()
