"""The ways in which people write quizzes into notes: each is read, told, and asked about where it says too little."""

import pytest

from quizzes.formats.detect import parse_quiz
from quizzes.formats.model import Dialect, Format, ParsedQuestion, ParsedQuiz, State, Sureness
from quizzes.formats.review import parse
from quizzes.scoring import Kind
from tests.quizzes.formats.pasted import REVIEW
from tests.quizzes.formats.pasted_dialects import BOLD, BOLD_LETTERS, DIALECTS, EMOJI, HIDDEN, LETTERS, TAILS, TASKS, VERDICTS

LETTER = {True: "R", False: "-", None: "?"}


def row(question: ParsedQuestion) -> tuple[str, str, str, list[str]]:
    options = [f"{LETTER[option.correct]} {option.text}" for option in question.options]
    return question.stem, question.kind.value, question.state.value, options


def codes(quiz: ParsedQuiz) -> list[tuple[int | None, str]]:
    return [(message.line, message.code) for message in quiz.messages if message.code != "I403"]


def only(text: str) -> ParsedQuestion:
    (question,) = parse(text, start=1).questions
    return question


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("name", DIALECTS)
def test_dialect_is_read_and_told(name: str, newline: str) -> None:
    text, expected = DIALECTS[name]
    quiz = parse_quiz(text.replace("\n", newline).encode(), filename="notes.md")
    assert quiz.format is Format.REVIEW
    assert [row(question) for question in quiz.questions] == expected
    assert {question.dialect for question in quiz.questions} <= {Dialect(name.removesuffix(" below bullets")), Dialect.UNMARKED}
    assert quiz.errors == ()


def test_dialect_lines_are_those_of_the_text() -> None:
    for text, _ in DIALECTS.values():
        lines = text.split("\n")
        for question in parse(text).questions:
            assert question.stem.split("\n")[0].split(" (")[0] in lines[question.line - 1]
            for option in question.options:
                assert option.text.split("\n")[0] in lines[option.line - 1].replace("**", "")


def test_dialects_in_one_note_are_told_question_by_question() -> None:
    parts = ["# Notes", "## Quiz one", BOLD_LETTERS, "## Quiz two", EMOJI, "## Quiz three", HIDDEN]
    quiz = parse("\n\n".join(parts))
    found = [question.dialect for question in quiz.questions]
    assert found == [Dialect.BOLD_LETTERS] * 2 + [Dialect.EMOJI] * 2 + [Dialect.ANSWERS] * 2
    assert quiz.undecided == ()


def test_dialects_result_page_and_list_in_one_note_are_both_read() -> None:
    quiz = parse(REVIEW + "\n\n## Knowledge check\n\n" + BOLD.split("## Diagnostic questions\n\n")[1], start=1, end=10_000)
    assert [question.dialect for question in quiz.questions] == [Dialect.ICONS] * 4 + [Dialect.BOLD] * 3
    assert [question.state.value for question in quiz.questions] == ["confirm"] + ["ready"] * 6


# --- feedback ------------------------------------------------------------------------------------


def test_bold_feedback_goes_to_the_right_options() -> None:
    first, second, third = parse(BOLD).questions
    assert [option.feedback for option in first.options] == ["Correct! Nectar is what honey is made of.", None, None]
    assert [option.feedback for option in second.options] == [
        "Correct. Bees hang together.", "Correct. They use their flight muscles.", None,
    ]  # fmt: skip
    assert third.options[0].feedback == "Correct! It comes from glands."


def test_tails_wrong_options_were_chosen_and_keep_their_feedback() -> None:
    first, second, _ = parse(TAILS).questions
    assert [(option.mark, option.feedback) for option in first.options] == [
        (None, None), ("close", "Review the smoke lecture."), (None, None),
    ]  # fmt: skip
    assert [option.mark for option in second.options] == [None, None, "close", "close"]
    assert "https" not in second.stem


def test_tails_quote_that_reviews_goes_to_what_was_chosen_without_its_mark() -> None:
    chosen, unknown = parse(
        "Q: Which?\n\n- Ice…X\n- Sun…\\*\\*\n- Snow\n\n> Review the heat lecture.\n> Twice.\n\n"
        "Q: And?\n\n- Sun\\*\\*\n- Ice\n\n> Review the heat lecture.",
        start=1,
    ).questions
    assert row(chosen)[2:] == ("ready", ["- Ice…", "R Sun…", "- Snow"])
    assert [option.feedback for option in chosen.options] == ["Review the heat lecture.\nTwice.", None, None]
    assert (unknown.feedback.general, [option.feedback for option in unknown.options]) == (
        "Review the heat lecture.",
        [None, None],
    )


def test_tasks_explanation_is_about_the_question() -> None:
    questions = parse(TASKS).questions
    assert questions[0].feedback.general == "a frame holds comb."
    assert questions[2].feedback.general == "It is so."


def test_letters_explanation_stands_in_the_hidden_block() -> None:
    quiz = parse(LETTERS)
    assert quiz.questions[0].feedback.general == "<https://example.edu/bees>"
    assert [question.number for question in quiz.questions] == [1, 2, 3, 4]  # written 1, 1, 1, 4


def test_letters_feedback_with_its_name_belongs_to_the_option_above() -> None:
    assert [option.feedback for option in parse(BOLD_LETTERS).questions[0].options] == ["No, look again.", None, "Not at all."]


def test_emoji_arrow_gives_the_reason_of_the_option_above() -> None:
    assert [option.feedback for option in parse(EMOJI).questions[0].options] == [None, "they found alone", None]


def test_verdicts_are_marks_and_points_are_the_status() -> None:
    quiz = parse(VERDICTS)
    first, second, third = quiz.questions
    assert [option.mark for option in first.options] == ["check", None, "check"]
    assert [question.status for question in quiz.questions] == ["check", "check", "close"]
    assert second.options[0].feedback == "She lays."
    assert [(option.mark, option.inferred) for option in third.options] == [("check", False), ("close", False), (None, True)]
    assert codes(quiz) == [(VERDICTS.split("\n").index("Brood") + 1, "W320")]


# --- what must be asked --------------------------------------------------------------------------


def page(*verdicts: str) -> str:
    """A result page of single-choice questions whose only verdict stands below the last option."""
    return "\n\n".join(
        f"{at}.\n\nWhich is warm, number {at}?\n\nIce\n\nSnow\n\nSun\n\n{said}" for at, said in enumerate(verdicts, 1)
    )


def test_verdict_below_the_last_option_is_confirmed() -> None:
    question = only(page("Correct"))
    assert (question.state, set(question.key)) == (State.CONFIRM, {2})
    assert "below the last option" in question.reason


def test_verdicts_that_always_stand_at_the_bottom_say_nothing_of_the_last_option() -> None:
    quiz = parse(page("Correct", "Nice work\nYes, it burns.", "Correct"), start=1)
    assert [question.state for question in quiz.questions] == [State.CHOOSE] * 3
    assert [question.key for question in quiz.questions] == [frozenset()] * 3


def test_verdicts_quoted_and_glued_to_numbers_are_read() -> None:
    text = " 1.Question 1\n\nWhich is warm?\n\nSun\n\nCheck\n\nCorrect\n\nRight on! It burns.\n\nIce\n\n1 / 1 point\n"
    question = only("".join(f"> {line}\n" for line in text.split("\n")))
    assert row(question) == ("Which is warm?", "single", "ready", ["R Sun", "- Ice"])
    assert question.options[0].feedback == "Right on! It burns."


def test_verdicts_sentence_below_one_is_feedback_unless_options_are_sentences_too() -> None:
    said = "Question 1\n\nWhich are warm? Select all that apply.\n\n1 / 1 point\n\n"
    words = only(said + "Sun\n\nCorrect\n\nThe sun shines.\n\nIce\n\nFire\n\nCorrect\n\nFire burns.")
    assert row(words)[2:] == ("ready", ["R Sun", "- Ice", "R Fire"])
    assert [option.feedback for option in words.options] == ["The sun shines.", None, "Fire burns."]
    sentences = only(said + "It is sun.\n\nCorrect\n\nSuns shine.\n\nIt is ice.\n\nIt is fire.\n\nCorrect\n\nFires burn.")
    assert sentences.state is State.CONFIRM
    assert "verdict above" in sentences.reason


def test_verdict_above_the_last_option_leaves_it_an_option() -> None:
    question = only("Question 1\n\nWhich is warm?\n\n1 / 1 point\n\nSnow\n\nIce\n\nSun\n\nCorrect\n\nRain")
    assert row(question)[2:] == ("ready", ["- Snow", "- Ice", "R Sun", "- Rain"])


def test_missed_options_are_chosen_among_the_unmarked() -> None:
    text = "1.\n\nWhich are warm? Select all that apply.\n\nSun\n\nCorrect\n\nFire\n\nSoup\n\nYou didn't select all the correct answers"
    assert (only(text).state, [option.correct for option in only(text).options]) == (State.CHOOSE, [True, None, None])


@pytest.mark.parametrize(
    ("text", "state", "key"),
    [
        ("1. Pick two.\n- **a**\n- b\n- c", "contradiction", {0}),  # one is missing
        ("1. Which one? Select one.\n- **a**\n- **b**\n- c", "contradiction", {0, 1}),
        ("1. Which?\n- **a**\n- **b**", "choose", set()),  # all bold: the style of the list
        ("1. Which?\n- a X\n- b\n\n2. And?\n- c\\*\\*\n- d", "confirm", {1}),  # the only one left
        ("1. Which?\n- a X\n- b\n- c\n\n2. And?\n- d\\*\\*\n- e", "choose", set()),
        ("1. Which?\n- LaTeX\n- b\\*\\*", "confirm", {1}),  # the X may be part of the word
        ("1. Which?\n- SpaceX\n- **b**", "ready", {1}),  # no tails here, so it is
        ("1. Which?\n- **a**\n- b\n\nAnswer: b", "contradiction", {0}),
        ("1. Which?\nA. a\nB. b\n\nAnswer: E", "choose", set()),
        ("1. Which?\n- [ ] a\n- [ ] b", "choose", set()),
        ("1. Which?\n- **a**\n- b\n- b", "contradiction", {0}),
        ("1. Which?\n- ❌ a\n- ❌ b", "contradiction", set()),
        ("1. Which?\n- **a**\n\nwhat is this\n\n- b", "confirm", {0}),
        ("1. Which hold? Select three.\n- [ ] A, B\n- [x] B, C, D", "ready", {1}),
        ("1. Which?\n- [x] a\n  > Incorrect. Look again.\n- [ ] b", "contradiction", {0}),
    ],
)
def test_pasted_key_is_asked_where_the_text_says_too_little(text: str, state: str, key: set[int]) -> None:
    question = parse(text, start=1).questions[0]
    assert (question.state.value, set(question.key)) == (state, key)
    assert question.reason


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        ("Answer: B, C", {1, 2}),
        ("**Answer:** B and C", {1, 2}),
        ("Correct answers: (b), (c)", {1, 2}),
        ("Ans: BC", {1, 2}),
        ("The correct answer is B.", {1}),
        ("Correct option: B. Fire", {1}),
        ("Solution: Fire", {1}),
        ("Answer: fire, because it burns", {1}),
        ("Answer: Ice, Soup", {0, 2}),
        ("Answer: ice and soup.", {0, 2}),
        ("> Answer: A", {0}),
        ("✅ Correct answer: C", {2}),
        ("### Answer\n\nIce", {0}),
        ("<details><summary>Show</summary>\n<p>C. Soup</p>\n</details>", {2}),
    ],
)
def test_pasted_answer_is_read_in_its_spellings(answer: str, key: set[int]) -> None:
    assert set(only(f"1. Which?\n\nA. Ice\nB. Fire\nC. Soup\n\n{answer}").key) == key


@pytest.mark.parametrize(
    "head", ["1. Which?", "**1. Which?**", "Q1 - Which?", "Question 1: Which?", "### Q1. Which?", "### 1\n\nWhich?"]
)
def test_pasted_head_is_read_in_its_spellings(head: str) -> None:
    question = only(f"{head}\n\n- **Sun**\n- Ice")
    assert (question.stem, question.number) == ("Which?", 1)


def test_pasted_heading_that_asks_is_a_head_above_numbered_ones() -> None:
    quiz = parse("### What is warm?\n- ✅ Sun\n- ❌ Ice\n\n### 2. What is cold?\n- ❌ Sun\n- ✅ Ice\n", start=1)
    assert [(question.line, question.stem) for question in quiz.questions] == [(1, "What is warm?"), (5, "What is cold?")]


def test_pasted_verdicts_below_items_are_marks() -> None:
    one, several = parse(
        "1. Which?\n\n- Ice\n- Sun\n\nCorrect\n\n- Snow\n\n2. Which are warm? Select all that apply.\n\n- Sun\n\nCorrect\n\n- Ice",
        start=1,
    ).questions
    assert (row(one)[2:], one.dialect) == (("ready", ["- Ice", "R Sun", "- Snow"]), Dialect.VERDICTS)
    assert (several.state, [option.mark for option in several.options]) == (State.CONFIRM, ["check", None])


def test_pasted_feedback_below_a_verdict_leaves_the_verdict_out() -> None:
    question = only("1. Which?\n\n- Ice\n- Sun\n\nCorrect\nIt burns.\n\n- Snow")
    assert [option.feedback for option in question.options] == [None, "It burns.", None]


def test_pasted_bold_inside_of_a_text_is_no_mark() -> None:
    question = only("1. Which are **two** words?\n\n- **a** and **b**\n- **both**\n- a **b**")
    assert row(question)[3] == ["- **a** and **b**", "R both", "- a **b**"]


def test_pasted_list_inside_of_an_option_stays_in_it() -> None:
    question = only("1. Which?\n\n- **a**\n  - deep\n  - deeper\n- b\n  goes on")
    assert row(question)[3] == ["R a\n- deep\n- deeper", "- b\ngoes on"]


def test_pasted_list_of_notes_is_no_question() -> None:
    text = "## Readings\n\n- **[Paper](https://example.edu)**\n- Another\n\n## Notes\n\n* one\n* two\n"
    quiz = parse_quiz(text.encode())
    assert (quiz.questions, [message.code for message in quiz.messages]) == ((), ["E213"])


def test_pasted_jump_in_numbers_warns() -> None:
    quiz = parse("1. a?\n- **b**\n- c\n\n4. d?\n- **e**\n- f", start=1)
    assert codes(quiz) == [(5, "W324")]


# --- what is no quiz, and what cannot be asked ---------------------------------------------------

ANSWERS_ONLY = [
    "1. What is warm?\n\n- **Sun**\n\n2. What is cold?\n\n- **Ice**\n",
    "## What is warm?\n\nAnswer: Sun\n\n## What is cold?\n\nAnswer: Ice\n",
    "1. Which are warm?\n\n✅ Sun\n✅ Fire\n\n2. What is cold?\n\n✅ Ice\n",
    "1. What is warm?\n   - Sun\n2. Which burn? Select all that apply.\n   - Coal\n   - Wood\n3. What is cold?\n   - Ice\n",
    "Question 01\n\nWhat is warm?\n\n### Answer\n\n* Sun\n* Fire\n",
]


@pytest.mark.parametrize("text", ANSWERS_ONLY)
@pytest.mark.parametrize("name", ["auto", "review"])
def test_answers_only_are_refused_with_the_reason(text: str, name: str) -> None:
    quiz = parse_quiz(text.encode(), format=name)
    assert quiz.questions == ()
    (message,) = quiz.errors
    assert message.code == "E216"
    assert "no wrong options" in message.text


def test_question_without_options_is_listed_and_not_left_out() -> None:
    quiz = parse("1. Which?\n- **a**\n- b\n\n2. Why is that so?\n\n3. And?\n- c\n- **d**", start=1)
    assert [question.kind for question in quiz.questions] == [Kind.SINGLE, Kind.UNSUPPORTED, Kind.SINGLE]
    assert codes(quiz) == [(5, "W327")]
    assert "cannot be asked" in quiz.questions[1].reason


LEADS = "2. Who leads?\nA. Queen\nB. Drone\nAnswer: A\n"
FEEDS = "4. Who feeds?\n\nA. Queen\nB. Nurse\nAnswer: B\n"


@pytest.mark.parametrize("between", ["\n3. Match: a-1, b-2\n\n", "3. Match: a-1, b-2\n"])
def test_question_that_only_the_next_number_shows_is_listed(between: str) -> None:
    quiz = parse_quiz(f"{LEADS}{between}{FEEDS}".encode())
    at = 6 if between[0] == "\n" else 5
    assert [(question.number, question.kind) for question in quiz.questions] == [
        (2, Kind.SINGLE),
        (3, Kind.UNSUPPORTED),
        (4, Kind.SINGLE),
    ]
    assert (codes(quiz), quiz.questions[1].stem) == ([(at, "W327")], "Match: a-1, b-2")
    assert quiz.questions[0].feedback.general is None


def test_question_that_only_its_number_shows_may_be_the_last_and_one_of_several() -> None:
    quiz = parse_quiz(f"{LEADS}\n3. Match: a-1, b-2\n4. Sort: egg, bee\n".encode())
    assert [(question.line, question.kind) for question in quiz.questions[1:]] == [(6, Kind.UNSUPPORTED), (7, Kind.UNSUPPORTED)]


def test_question_that_only_its_number_shows_is_one_with_a_key_at_the_end_too() -> None:
    first, last = LEADS.removesuffix("Answer: A\n"), FEEDS.removesuffix("Answer: B\n")
    quiz = parse_quiz(f"{first}\n3. Match: a-1\n\n{last}\n## Answer key\n\n2. A\n3. a-1\n4. B\n".encode())
    assert [(question.number, sorted(question.key)) for question in quiz.questions] == [(2, [0]), (3, []), (4, [1])]


STEPS = [
    "Explanation: in steps\n\n1. She hatches.\n2. She flies.\n3. She stays.\n\n",
    "\n1. She hatches.\n\n2. She flies.\n\n3. She stays.\n\n",
    "\n3) She stays.\n\n",  # written in another way
    "\n  3. She stays.\n\n",  # not at the margin
    "\n5. She stays.\n\n",  # not the next number
    "Explanation: she is the one, see\n3. in the book.\n\n",  # no paragraph
]


@pytest.mark.parametrize("steps", STEPS)
def test_numbers_in_an_explanation_begin_no_question(steps: str) -> None:
    quiz = parse_quiz(f"{LEADS}{steps}{FEEDS}".encode())
    assert [(question.number, question.state) for question in quiz.questions] == [(2, State.READY), (4, State.READY)]
    assert "stays" in (said := quiz.questions[0].feedback.general or "") or "book" in said


def test_number_that_a_question_below_has_begins_no_other() -> None:
    quiz = parse_quiz(f"{LEADS}\n3. She stays.\n\n{FEEDS.replace('4.', '3.')}".encode())
    assert [(question.number, question.stem) for question in quiz.questions] == [(2, "Who leads?"), (3, "Who feeds?")]


def test_next_number_below_a_question_without_a_key_is_left_where_it_is() -> None:
    text = "1. Which?\n- **a**\n- b\n\n2. And?\n- c\n- d\n\n3. She stays.\n\n4. What else?\n- e\n- **f**\n"
    assert [question.number for question in parse(text, start=1).questions] == [1, 2, 4]


@pytest.mark.parametrize("blank", ["make ____.", "___ honey", "make \\_\\_\\_ here"])
@pytest.mark.parametrize("number", ["1. ", "", "## "])
def test_blank_with_an_answer_and_no_options_is_listed(number: str, blank: str) -> None:
    quiz = parse_quiz(
        f"{number}Bees {blank}\nAnswer: honey\n\n{LEADS.replace('2. ', '2. ' if number == '1. ' else number)}".encode()
    )
    first, second = quiz.questions
    assert (codes(quiz), first.kind, first.stem) == ([(1, "W327")], Kind.UNSUPPORTED, f"Bees {blank}")
    assert (row(second)[2:], second.feedback.general) == (("ready", ["R Queen", "- Drone"]), None)


@pytest.mark.parametrize("name", ["auto", "review"])
def test_nothing_but_blanks_is_listed_too(name: str) -> None:
    quiz = parse_quiz(b"1. Bees make ____.\nAnswer: honey\n\n2. Ants carry ____.\nAnswer: leaves\n", format=name)
    assert codes(quiz) == [(1, "W327"), (4, "W327")]


def test_blank_with_options_is_asked() -> None:
    assert row(only("1. Bees make ____.\nA. honey\nB. sand\nAnswer: A"))[1:3] == ("single", "ready")


def test_hidden_answers_with_boxes_are_no_native_quiz() -> None:
    first = "### 1. Which?\n\n- Ice\n- Sun\n\n<details><summary>Answer</summary>\n\nSun\n\n</details>\n\n"
    second = "### 2. And?\n\n- Ice\n- Sun\n\n<details>\n\n- [x] Sun\n- [ ] Ice\n\n</details>\n\n"
    third = "### 3. What else?\n\n- Ice\n- Sun\n\n<details>\n\nNone of it\n\n</details>\n"
    quiz = parse_quiz((first + second + third).encode())
    assert quiz.format is Format.REVIEW
    assert [set(question.key) for question in quiz.questions] == [{1}, {1}, set()]


# --- joining and splitting -----------------------------------------------------------------------


def test_list_options_are_joined_and_split_as_a_person_says() -> None:
    text = "1. Which?\n\n- **a**\n- b\n  c\n- d"
    joined = parse(text, start=1, joins=frozenset({6})).questions[0]
    assert row(joined)[3] == ["R a", "- b\nc\n\nd"]
    split = parse(text, start=1, splits=frozenset({5})).questions[0]
    assert row(split)[3] == ["R a", "- b", "- c", "- d"]
    prompt = parse(text, start=1, joins=frozenset({3})).questions[0]
    assert (prompt.stem, [option.line for option in prompt.options]) == ("Which?\n\n**a**", [4, 6])


# --- how sure ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sureness", "word"),
    [
        (BOLD, Sureness.SURE, "3 of 3"),
        (TAILS, Sureness.LIKELY, "2 of 3"),
        ("1. Which?\n- **a**\n- b\n", Sureness.LIKELY, "1 of 1"),
        ("Which are warm? Select two.\n\ncheckSun\n\ncloseIce\n\ncheckFire", Sureness.GUESS, "icon words"),
        ("## Q\n\n- [x] a\n- [ ] b\n", Sureness.SURE, "2 boxes"),
        ("## Q\n\n- [ ] a\n- [ ] b\n", Sureness.LIKELY, "not all of it"),
    ],
)
def test_auto_says_how_sure_it_is_and_why(text: str, sureness: Sureness, word: str) -> None:
    quiz = parse_quiz(text.encode())
    assert quiz.sureness is sureness
    assert word in quiz.why
    assert quiz.detection().endswith(f"this is {sureness}: {quiz.why}")
    told = [(message.line, message.text) for message in quiz.messages if message.code == "I403"]
    assert told == ([] if sureness is Sureness.SURE else [(None, quiz.detection())])


def test_named_format_is_not_guessed() -> None:
    quiz = parse_quiz(BOLD.encode(), format="review")
    assert (quiz.sureness, codes(quiz)) == (None, [])
