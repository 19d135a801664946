"""The pasted review: the expected table, its variants, and what must be asked instead of guessed."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from quizzes.formats.model import Mark, ParsedQuestion, ParsedQuiz, State
from quizzes.formats.review import parse
from quizzes.formats.review_key import likeness
from quizzes.scoring import Kind, Policy
from tests.quizzes.formats.pasted import EXPECTED, NOTES, PASTED, REVIEW

SEEDS = Path(os.environ.get("SEMINAR_SEEDS", Path(__file__).parents[4] / "shared" / "seeds"))

# The same columns as EXPECTED, for the real document that the importer was designed on.
SEED_EXPECTED = (
    (1, 60, (64, 68, 72, 74), (68, 74), (64,), (68, 72, 74), "confirm", {64: 66, 68: 70, 74: 76}),
    (2, 82, (84, 93, 102, 111, 120), (93,), (), (93,), "ready", {93: 129}),
    (3, 135, (137, 144, 151, 158, 165), (158,), (), (158,), "ready", {158: 172}),
    (4, 178, (180, 182, 184, 186), (184,), (), (184,), "ready", {184: 188}),
)


def lines_where(question: ParsedQuestion, mark: Mark) -> tuple[int, ...]:
    return tuple(option.line for option in question.options if option.mark is mark)


def as_row(question: ParsedQuestion) -> tuple[object, ...]:
    return (
        question.number,
        question.line,
        tuple(option.line for option in question.options),
        lines_where(question, Mark.CHECK),
        lines_where(question, Mark.CLOSE),
        tuple(option.line for option in question.options if option.correct),
        question.state.value,
        {option.line: option.feedback_line for option in question.options if option.feedback},
    )


def as_outcome(quiz: ParsedQuiz) -> list[tuple[object, ...]]:
    """What a review comes to, whatever its lines."""
    return [
        (
            question.number,
            question.kind,
            question.stem,
            question.select,
            question.state,
            [(option.text, option.correct, option.mark, option.inferred, option.feedback) for option in question.options],
            question.feedback,
        )
        for question in quiz.questions
    ]


def codes(quiz: ParsedQuiz) -> list[tuple[int | None, str]]:
    return [(message.line, message.code) for message in quiz.messages]


def only(text: str) -> ParsedQuestion:
    (question,) = parse(text, start=1).questions
    return question


# --- the expected result ------------------------------------------------------------------------


def test_review_pasted_page_gives_the_expected_table() -> None:
    quiz = parse(PASTED)
    assert tuple(as_row(question) for question in quiz.questions) == EXPECTED
    assert codes(quiz) == [(26, "W320")]
    assert sum(len(question.options) for question in quiz.questions) == 18


@pytest.mark.skipif(not SEEDS.is_dir(), reason=f"the seed documents are not there: {SEEDS}")
def test_review_real_document_gives_the_expected_table() -> None:
    (path,) = SEEDS.glob("002*.txt")
    text = path.read_bytes().decode("utf-8")
    quiz = parse(text)
    assert tuple(as_row(question) for question in quiz.questions) == SEED_EXPECTED
    assert codes(quiz) == [(72, "W320")]
    first, _second, third, fourth = quiz.questions
    assert (first.kind, first.select, first.scoring) == (Kind.MULTI, 3, Policy.EXACT)
    assert [question.kind for question in quiz.questions[1:]] == [Kind.SINGLE] * 3
    assert [question.status for question in quiz.questions] == [None, Mark.CHECK, Mark.CHECK, Mark.CHECK]
    assert "\\" not in "".join(option.feedback or "" for option in third.options)
    assert fourth.stem.endswith("?:")
    assert [len(question.options[0].text.split("\n")) for question in quiz.questions] == [1, 8, 6, 1]
    assert quiz.range is not None
    assert quiz.range.start == 59
    assert quiz.notes == text[: text.index("## Review")]
    ratios = [
        [round(likeness(chosen.feedback or "", option.text), 2) for option in question.options]
        for question in quiz.questions[1:]
        for chosen in question.options
        if chosen.mark is Mark.CHECK
    ]
    ranked = [sorted(row, reverse=True)[:2] for row in ratios]
    assert ranked == [[1.00, 0.93], [0.99, 0.44], [0.96, 0.24]]


def test_review_first_question_is_multi_and_its_inferred_option_is_flagged() -> None:
    first = parse(PASTED).questions[0]
    assert (first.kind, first.select, first.scoring) == (Kind.MULTI, 3, Policy.EXACT)
    assert first.stem == "Which of these does a colony gather outside the hive? Select three options."
    assert [option.inferred for option in first.options] == [False, False, True, False]
    assert "the question asks for three" in first.reason


def test_review_option_keeps_its_list_and_loses_icon_and_backslashes() -> None:
    _, second, third, fourth = parse(PASTED).questions
    assert second.options[1].text == (
        "A swarm forms in steps, namely:\n\n1. Queen cells are sealed\n2. The old queen leaves\n3. Scouts look for a cavity"
    )
    assert third.options[3].feedback == (
        "Correct! Smoke has many effects, including: 1. It masks the alarm scent. 2. It makes workers fill up on honey."
    )
    assert fourth.stem == "What is a worker bee?:"
    assert [question.status for question in (second, third, fourth)] == [Mark.CHECK] * 3


def test_review_notes_above_come_back_exactly() -> None:
    quiz = parse(PASTED)
    assert quiz.notes == NOTES
    assert "\t- Spring: build-up  \n" in quiz.notes
    assert quiz.rest == ""
    assert quiz.range is not None
    assert (quiz.range.start, quiz.range.end, quiz.range.heading) == (13, 117, "Review")


def test_review_notes_with_crlf_come_back_exactly() -> None:
    text = PASTED.replace("\n", "\r\n")
    assert parse(text).notes == NOTES.replace("\n", "\r\n")


# --- variants with the same result --------------------------------------------------------------

SAME: dict[str, Callable[[str], str]] = {
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "stars": lambda text: re.sub(r"_(check|close)_", r"*\1*", text),
    "double stars": lambda text: re.sub(r"_(check|close)_", r"**\1**", text),
    "trailing spaces": lambda text: text.replace("\n", "   \n"),
    "double blank lines": lambda text: text.replace("\n\n", "\n\n\n"),
    "restored first head": lambda text: text.replace("## Review\n", "## Review\n\n_close_\n\n1.\n\n"),
    "last newline": lambda text: text + "\n",
    "other icon words": lambda text: text.replace("_check_", "_check_circle_").replace("_close_", "_cancel_"),
    "twin note": lambda text: text.replace("Note: To get", "*info*Note: To get"),
    "note under the prompt": lambda text: text.replace("options.\n\nNote:", "options.\nNote:"),
    "no heading": lambda text: text.replace("## Review\n", ""),
    "escaped icons": lambda text: re.sub(r"_(check|close)_", r"\\_\1\\_", text),
    "question words": lambda text: re.sub(r"^(\d)\.$", r"Question \1", text, flags=re.MULTILINE),
}


@pytest.mark.parametrize("name", SAME)
def test_review_variant_of_the_paste_gives_the_same_result(name: str) -> None:
    expected, got = parse(PASTED), parse(SAME[name](PASTED))
    assert as_outcome(got) == as_outcome(expected)
    assert [message.code for message in got.messages] == ["W320"]


def test_review_lone_icon_at_the_end_is_ignored_with_a_warning() -> None:
    quiz = parse(PASTED + "\n\n_check_\n")
    assert as_outcome(quiz) == as_outcome(parse(PASTED))
    assert codes(quiz) == [(26, "W320"), (119, "W325")]


# --- variants with another, right result --------------------------------------------------------


def test_review_second_unmarked_option_asks_to_choose_one_of_two() -> None:
    question = parse(PASTED.replace("Water for", "Dust from roads.\n\nWater for")).questions[0]
    assert question.state is State.CHOOSE
    assert "1 of the 2 unmarked options" in question.reason
    assert [option.correct for option in question.options] == [False, True, None, None, True]
    assert not any(option.inferred for option in question.options)


def test_review_close_removed_asks_to_choose_one_of_two() -> None:
    question = parse(PASTED.replace("_close_Royal", "Royal")).questions[0]
    assert question.state is State.CHOOSE
    assert [option.correct for option in question.options] == [None, True, None, True]


def test_review_select_all_asks_to_confirm_that_nothing_else_is_right() -> None:
    question = parse(PASTED.replace("Select three options", "Select all that apply")).questions[0]
    assert (question.state, question.kind, question.select) == (State.CONFIRM, Kind.MULTI, None)
    assert [option.correct for option in question.options] == [False, True, False, True]


# --- the table of keys --------------------------------------------------------------------------

MANY = "Which are warm? Select {} options."
NOTE = "Note: To get credit for a multiple-select question, you must select all."
HEAD = {"check": "_check_\n\n1.\n\n", "close": "_close_\n\n1.\n\n", "": "1.\n\n"}


def question(prompt: str, marks: str, status: str = "") -> str:
    """A pasted question whose options carry the marks: + check, x close, - none."""
    icons = {"+": "_check_", "x": "_close_", "-": ""}
    options = [f"{icons[mark]}Option {name} of several" for mark, name in zip(marks, "ABCDEF", strict=False)]
    return HEAD[status] + "\n\n".join([prompt, *options])


@pytest.mark.parametrize(
    ("prompt", "marks", "status", "kind", "state", "key"),
    [
        # single choice
        ("Which is warm?", "-+-", "", "single", "ready", "FTF"),
        ("Which is warm?", "-+-", "check", "single", "ready", "FTF"),
        ("Which is warm?", "x-", "close", "single", "confirm", "FT"),
        ("Which is warm?", "xx-", "", "single", "confirm", "FFT"),
        ("Which is warm?", "x--", "", "single", "choose", "F??"),
        ("Which is warm?", "xx", "", "single", "contradiction", "FF"),
        ("Which is warm?", "++-", "", "multi", "confirm", "TTF"),
        ("Which is warm?", "---", "", "single", "choose", "???"),
        ("Which is warm?", "+x-", "", "multi", "confirm", "TFF"),
        ("Which is warm? Select one.", "++-", "", "multi", "contradiction", "TTF"),
        ("Which is warm?", "x+-", "check", "multi", "contradiction", "FTF"),
        # how many is known
        (MANY.format("two"), "+-+", "", "multi", "ready", "TFT"),
        (MANY.format("2"), "+-+", "check", "multi", "ready", "TFT"),
        (MANY.format("the three"), "+-+", "", "multi", "confirm", "TTT"),
        (MANY.format("two"), "+---", "", "multi", "choose", "T???"),
        (MANY.format("two"), "+x-", "", "multi", "confirm", "TFT"),
        (MANY.format("two"), "+++-", "", "multi", "contradiction", "TTT?"),
        (MANY.format("four"), "+x-", "", "multi", "contradiction", "TF?"),
        (MANY.format("two"), "---", "", "multi", "choose", "???"),
        (MANY.format("two"), "+--", "check", "multi", "contradiction", "T??"),
        ("Which are warm? (2 correct answers)", "+-+", "", "multi", "ready", "TFT"),
        # how many is not known
        ("Which are warm? Select all that apply.", "+-+", "check", "multi", "ready", "TFT"),
        ("Which are warm? Select all that apply.", "+-+", "close", "multi", "confirm", "TFT"),
        ("Which are warm? Select all that apply.", "+-+", "", "multi", "confirm", "TFT"),
        ("Which are warm? Select all that apply.", "+x+", "", "multi", "ready", "TFT"),
        ("Which are warm? Select all that apply.", "x--", "", "multi", "choose", "F??"),
        ("Which are warm? Select all that apply.", "+x-", "check", "multi", "contradiction", "TFF"),
        (f"Which are warm?\n\n{NOTE}", "+-+", "check", "multi", "ready", "TFT"),
        (f"Which are warm?\n\n{NOTE}", "+--", "", "multi", "confirm", "TFF"),
    ],
)
def test_review_key_follows_from_marks_and_count(prompt: str, marks: str, status: str, kind: str, state: str, key: str) -> None:
    found = only(question(prompt, marks, status))
    letters = {True: "T", False: "F", None: "?"}
    got = "".join(letters[option.correct] for option in found.options)
    assert (found.kind.value, found.state.value, got) == (kind, state, key)
    assert found.reason


def test_review_status_close_over_a_full_key_warns_but_stays_ready() -> None:
    quiz = parse(question(MANY.format("two"), "+-+", "close"), start=1)
    assert quiz.questions[0].state is State.READY
    assert codes(quiz) == [(1, "W323")]


def test_review_letter_combinations_stay_single_choice() -> None:
    text = "1.\n\nWhich hold? Select three.\n\nA, B\n\n_check_B, C, D\n\nA, D"
    assert (only(text).kind, only(text).state) == (Kind.SINGLE, State.READY)
    marked_twice = only(text.replace("A, D", "_check_A, D"))
    assert (marked_twice.kind, marked_twice.state) == (Kind.SINGLE, State.CONTRADICTION)


def test_review_two_options_true_and_false_are_a_true_false_question() -> None:
    assert only("1.\n\nBees sleep?\n\n_check_True\n\nFalse").kind is Kind.TRUE_FALSE


# --- cross-checks -------------------------------------------------------------------------------


def test_review_feedback_that_repeats_another_option_is_a_contradiction() -> None:
    text = PASTED.replace("_check_A worker is", "A worker is").replace("A worker is a male", "_check_A worker is a male")
    fourth = parse(text).questions[3]
    assert fourth.state is State.CONTRADICTION
    assert "closer to the option on line 113" in fourth.reason
    assert fourth.key == {0}  # a cross-check never changes the key


def test_review_unlike_feedback_only_asks_to_confirm() -> None:
    text = (
        "1.\n\nWhich is warm?\n\n_check_Sun\n\nThe moon at night\n\nCorrect! Because it burns hydrogen, unlike the moon at night."
    )
    assert only(text).state is State.CONFIRM


@pytest.mark.parametrize(
    ("mark", "feedback"),
    [
        ("_check_", "Incorrect. Try again."),
        ("_close_", "You selected a correct option!"),
        ("_check_", "Not quite."),
    ],
)
def test_review_feedback_against_its_mark_is_a_contradiction(mark: str, feedback: str) -> None:
    text = f"1.\n\n{MANY.format('two')}\n\n{mark}Sun\n\n{feedback}\n\n_check_Fire\n\n_check_Soup"
    quiz = parse(text, start=1)
    assert quiz.questions[0].state is State.CONTRADICTION
    assert (7, "W323") in codes(quiz)


def test_review_duplicate_options_are_a_contradiction() -> None:
    found = only("1.\n\nWhich is warm?\n\n_check_Sun\n\nIce\n\nIce")
    assert found.state is State.CONTRADICTION
    assert "lines 7 and 9 have the same text" in found.reason


# --- feedback goes to its option ----------------------------------------------------------------


def test_review_single_choice_feedback_at_the_end_goes_to_the_ticked_option() -> None:
    found = only("1.\n\nWhich is warm?\n\n_check_Sun\n\nIce\n\nThat's right. It burns.")
    assert [option.feedback for option in found.options] == ["That's right. It burns.", None]
    assert found.feedback.general is None


def test_review_feedback_without_any_mark_is_general() -> None:
    found = only("1.\n\nWhich is warm?\n\nSun\n\nIce\n\nReview the chapter on stars.")
    assert found.feedback.general == "Review the chapter on stars."
    assert len(found.options) == 2


def test_review_list_below_feedback_belongs_to_it() -> None:
    found = only("1.\n\nWhich is warm?\n\nIce\n\n_check_Sun\n\nCorrect! It has:\n\n1. light\n2. heat")
    assert found.options[1].feedback == "Correct! It has:\n\n1. light\n2. heat"
    assert found.options[1].text == "Sun"


def test_review_feedback_above_every_option_warns() -> None:
    quiz = parse("1.\n\nWhich is warm?\n\nNot quite.\n\n_check_Sun\n\nIce", start=1)
    assert (5, "W302") in codes(quiz)


# --- prompts and options ------------------------------------------------------------------------


def test_review_prompt_of_several_paragraphs_ends_at_its_question_mark() -> None:
    found = only("1.\n\nA colony sits in a tree.\n\n- It hums.\n- It is warm.\n\nWhat is it doing?\n\n_check_Resting\n\nFlying")
    assert found.stem == "A colony sits in a tree.\n\n- It hums.\n- It is warm.\n\nWhat is it doing?"
    assert [option.text for option in found.options] == ["Resting", "Flying"]
    assert found.state is State.READY


def test_review_prompt_without_an_end_asks_where_it_ends() -> None:
    found = only("1.\n\nThe warmest body\n\nThe moon\n\n_check_The sun\n\nThe sea")
    assert found.state is State.CONFIRM
    assert "where the prompt ends" in found.reason


def test_review_prompt_that_reads_like_feedback_is_still_the_prompt() -> None:
    assert only("1.\n\nReview the text. What is warm?\n\n_check_Sun\n\nIce").stem.startswith("Review the text")


def test_review_list_without_paragraphs_holds_the_options() -> None:
    found = only("1.\n\nWhich is warm?\n\n- _check_Sun\n- Ice\n- Snow")
    assert [(option.line, option.text, option.correct) for option in found.options] == [
        (5, "Sun", True),
        (6, "Ice", False),
        (7, "Snow", False),
    ]


def test_review_unmarked_option_that_reads_like_feedback_is_asked_about() -> None:
    found = only("1.\n\nWhat helps?\n\nReview the logs daily\n\n_check_Back-ups\n\nNothing")
    assert found.state is State.CONFIRM
    assert "may be an option" in found.reason


def test_review_marked_option_that_reads_like_feedback_is_an_option() -> None:
    found = only("1.\n\nWhat helps?\n\n_check_Review the logs daily\n\nNothing")
    assert [option.text for option in found.options] == ["Review the logs daily", "Nothing"]


def test_review_lower_case_paragraph_is_asked_about() -> None:
    found = only("1.\n\nWhat helps?\n\n_check_Back-ups\n\nand patience\n\nNothing\n\nLuck")
    assert found.state is State.CONFIRM
    assert "lower case" in found.reason


def test_review_two_lists_in_a_row_are_asked_about_but_running_numbers_are_not() -> None:
    text = "1.\n\nWhat helps?\n\n_check_This:\n\n1. a\n\n2. b\n\nThat:\n\n1. c"
    assert only(text).state is State.READY
    assert only(text.replace("2. b", "1. b")).state is State.CONFIRM


def test_review_option_that_lost_its_list_is_asked_about() -> None:
    body = "\n\n".join(f"{icon}It goes so:\n\n1. {word}" for icon, word in (("", "x"), ("_check_", "y")))
    assert only(f"1.\n\nHow?\n\n{body}").state is State.READY
    assert only(f"1.\n\nHow?\n\n{body}\n\nIt goes so:").state is State.CONFIRM


def test_review_paragraph_below_single_choice_feedback_is_asked_about() -> None:
    found = only("1.\n\nWhich is warm?\n\nIce\n\n_check_Sun\n\nCorrect!\n\nStars are warm.")
    assert found.state is State.CONFIRM
    assert "may belong to the feedback" in found.reason


# --- bare words ---------------------------------------------------------------------------------


def test_review_bare_icon_words_are_believed_twice_and_always_confirmed() -> None:
    text = "1.\n\nWhich are warm? Select two.\n\ncheckSun rays\n\ncloseIce\n\ncheckFire"
    found = only(text)
    assert [option.text for option in found.options] == ["Sun rays", "Ice", "Fire"]
    assert [option.mark for option in found.options] == [Mark.CHECK, Mark.CLOSE, Mark.CHECK]
    assert found.state is State.CONFIRM


def test_review_words_that_only_look_like_icons_survive() -> None:
    text = "1.\n\nWhat is safe?\n\nClosed systems\n\nCheck the logs\n\n_check_Cleared desks\n\ncheckpoints\n\ndoneness"
    found = only(text)
    assert [option.text for option in found.options] == [
        "Closed systems",
        "Check the logs",
        "Cleared desks",
        "checkpoints",
        "doneness",
    ]


def test_review_one_bare_word_alone_is_part_of_the_text() -> None:
    assert only("1.\n\nWhat is safe?\n\ncheckThis\n\n_check_That").options[0].text == "checkThis"


# --- numbers and ranges -------------------------------------------------------------------------


def test_review_jump_in_numbers_warns_about_missing_questions() -> None:
    text = PASTED.replace("\n3.\n", "\n5.\n").replace("\n4.\n", "\n6.\n")
    quiz = parse(text)
    (message,) = [message for message in quiz.messages if message.code == "W324"]
    assert message.line == 70
    assert message.text == "question numbers jump from 2 to 5 — questions 3\u20134 may be missing"
    assert [question.number for question in quiz.questions] == [1, 2, 5, 6]


def test_review_number_without_anything_below_is_kept_as_unsupported() -> None:
    quiz = parse(PASTED + "\n\n5.\n")
    assert len(quiz.questions) == 5
    assert (quiz.questions[4].kind, quiz.questions[4].state) == (Kind.UNSUPPORTED, State.CONTRADICTION)
    assert {(119, "E104"), (119, "W326")} <= set(codes(quiz))


def test_review_range_ends_at_the_next_heading_of_the_same_level() -> None:
    quiz = parse(PASTED + "\n\n## After class\nFeed them.\n")
    assert as_outcome(quiz) == as_outcome(parse(PASTED))
    assert quiz.rest == "## After class\nFeed them.\n"


def test_review_heading_without_icons_below_is_not_taken_first() -> None:
    quiz = parse("# Quiz rules\nBe quiet.\n\n# Other\nText.\n\n" + REVIEW)
    assert quiz.range is not None
    assert quiz.range.heading == "Review"
    assert [at.heading for at in quiz.candidates] == ["Review", "Quiz rules"]


def test_review_range_moved_by_the_user_is_obeyed() -> None:
    quiz = parse(PASTED, start=70, end=101)
    assert [question.line for question in quiz.questions] == [74]
    assert quiz.notes + "".join(PASTED.splitlines(keepends=True)[69:101]) + quiz.rest == PASTED


@pytest.mark.parametrize(("start", "end"), [(0, 0), (-5, None), (10_000, 1), (None, 3), (5, 10**9)])
def test_review_range_outside_of_the_text_is_moved_into_it(start: int | None, end: int | None) -> None:
    quiz = parse(PASTED, start=start, end=end)
    assert quiz.range is not None
    assert 1 <= quiz.range.start <= quiz.range.end <= 117


def test_review_text_without_review_says_so() -> None:
    quiz = parse("Only notes.\n")
    assert codes(quiz) == [(None, "E213")]
    assert quiz.notes == "Only notes.\n"
    assert quiz.questions == ()


def test_review_heading_with_nothing_below_says_so() -> None:
    assert codes(parse("Notes\n\n## Review\n")) == [(3, "E213")]


# --- text ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pasted", "clean"),
    [
        (r"\Correct it is, \1. first \2. second \\", "Correct it is, 1. first 2. second \\"),
        (r"ends so \ ".rstrip(), "ends so"),
        (r"a \* b \_c\_ \[d\]", "a * b _c_ [d]"),
        (r"in code `\n \*` stays", r"in code `\n \*` stays"),
        (r"a path C:\temp and $\frac{1}{2}$", r"a path C:\temp and $\frac{1}{2}$"),
        ("e\u0301clair", "\u00e9clair"),
    ],
)
def test_review_option_text_loses_only_the_backslashes_of_the_paste(pasted: str, clean: str) -> None:
    assert only(f"1.\n\nWhat?\n\n_check_{pasted}\n\nOther").options[0].text == clean
