"""A person says which paragraphs belong together: options joined and split, the border of the prompt moved."""

from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.formats.model import ParsedQuestion, State
from quizzes.formats.review import parse
from tests.proof import examples
from tests.quizzes.formats.pasted import PASTED
from tests.quizzes.formats.shapes import MESSES, check_shape


def reshaped(text: str, *, joins: set[int] | None = None, splits: set[int] | None = None) -> ParsedQuestion:
    quiz = parse(text, start=1, joins=frozenset(joins or ()), splits=frozenset(splits or ()))
    (question,) = quiz.questions
    return question


def options(question: ParsedQuestion) -> list[tuple[int, str, bool | None]]:
    return [(option.line, option.text, option.correct) for option in question.options]


# Lines: 3 prompt, 5 ticked, 7 and 9 plain.
SHORT = "1.\n\nWhat helps?\n\n_check_Back-ups\n\nand patience\n\nNothing"


def test_join_puts_a_paragraph_to_the_option_above_and_settles_its_doubt() -> None:
    assert reshaped(SHORT).state is State.CONFIRM
    question = reshaped(SHORT, joins={7})
    assert options(question) == [(5, "Back-ups\n\nand patience", True), (9, "Nothing", False)]
    assert question.state is State.READY
    assert question.options[0].paragraphs == (7,)


def test_join_of_the_first_option_moves_the_border_of_the_prompt() -> None:
    question = reshaped("1.\n\nWhat helps?\n\nThink of a fire.\n\n_check_Back-ups\n\nNothing", joins={5})
    assert question.stem == "What helps?\n\nThink of a fire."
    assert options(question) == [(7, "Back-ups", True), (9, "Nothing", False)]
    assert question.paragraphs == (5,)


def test_join_into_the_prompt_leaves_all_options_below_it_options() -> None:
    question = reshaped("1.\n\nThe warmest body\n\n_check_A\n\nB\n\nC", joins={5})
    assert question.stem == "The warmest body\n\nA"
    assert [text for _, text, _ in options(question)] == ["B", "C"]
    assert question.state is State.CHOOSE  # the only mark went into the prompt


def test_join_of_a_marked_option_into_the_prompt_is_told() -> None:
    quiz = parse("1.\n\nThe warmest body\n\n_check_A\n\nB\n\nC", start=1, joins=frozenset({5}))
    assert (5, "W325") in [(message.line, message.code) for message in quiz.messages]


def test_join_below_feedback_goes_to_the_feedback() -> None:
    text = "1.\n\nWhich is warm?\n\nIce\n\n_check_Sun\n\nCorrect!\n\nStars are warm.\n\nAll of them."
    question = reshaped(text, joins={11, 13})
    assert [option.text for option in question.options] == ["Ice", "Sun"]
    assert question.options[1].feedback == "Correct!\n\nStars are warm.\n\nAll of them."
    assert question.state is State.READY


def test_join_takes_the_mark_with_it() -> None:
    question = reshaped("1.\n\nWhat helps?\n\nIn a fire:\n\n_check_back-ups\n\nNothing", joins={7})
    assert options(question) == [(5, "In a fire:\n\nback-ups", True), (9, "Nothing", False)]


def test_join_of_options_with_different_marks_is_asked_about() -> None:
    question = reshaped("1.\n\nWhat help? Select two.\n\n_check_A\n\n_close_B\n\n_check_C\n\nD", joins={7})
    assert options(question) == [(5, "A\n\nB", True), (9, "C", True), (11, "D", False)]
    assert question.state is State.CONFIRM
    assert "different marks" in question.reason


def test_join_judges_the_key_again() -> None:
    first = parse(PASTED, joins=frozenset({26})).questions[0]
    assert first.state is State.CONTRADICTION  # three asked for, two ticked, none left
    assert [option.line for option in first.options] == [18, 22, 28]


def test_split_makes_a_second_paragraph_an_option_again() -> None:
    text = "1.\n\nWhat helps?\n\n_check_This:\n\n1. a\n\n1. b\n\nThat:\n\n1. c"
    assert reshaped(text).options[0].paragraphs == (7, 9)
    question = reshaped(text, splits={9})
    assert options(question) == [(5, "This:\n\n1. a", True), (9, "1. b", False), (11, "That:\n\n1. c", False)]


def test_split_in_the_prompt_begins_the_options_there() -> None:
    text = "1.\n\nThe warmest body\n\nThe moon\n\nThe earth\n\n_check_The sun\n\nThe sea"
    assert "where the prompt ends" in reshaped(text).reason
    question = reshaped(text, splits={5})
    assert question.stem == "The warmest body"
    assert [line for line, _, _ in options(question)] == [5, 7, 9, 11]
    assert question.state is State.READY


def test_split_inside_a_paragraph_cuts_it_there() -> None:
    question = reshaped("1.\n\nWhich is warm?\n_check_Sun\n\nIce\nSnow", splits={7})
    assert options(question) == [(4, "Sun", True), (6, "Ice", False), (7, "Snow", False)]


def test_split_makes_an_option_of_what_reads_like_feedback() -> None:
    text = "1.\n\nWhat helps?\n\nReview the logs daily\n\n_check_Back-ups\n\nNothing"
    assert options(reshaped(text, splits={5}))[0] == (5, "Review the logs daily", False)
    assert reshaped(text, splits={5}).state is State.READY


def test_split_of_a_list_above_the_options_makes_an_option_of_each_item() -> None:
    text = "1.\n\nWhich are warm:\n\n- sun\n- ice\n\n_check_Fire\n\nSoup"
    assert reshaped(text).stem == "Which are warm:\n\n- sun\n- ice"
    assert [line for line, _, _ in options(reshaped(text, splits={5}))] == [5, 6, 8, 10]


def test_items_of_a_list_are_joined_and_nested_ones_split() -> None:
    text = "1.\n\nWhich is warm?\n\n- _check_Sun\n  - at noon\n- Ice\n- Snow"
    assert [text for _, text, _ in options(reshaped(text, joins={8}))] == ["Sun\n  - at noon", "Ice\n\nSnow"]
    assert [line for line, _, _ in options(reshaped(text, splits={6}))] == [5, 6, 7, 8]
    question = reshaped(text, joins={5})
    assert question.stem == "Which is warm?\n\nSun\n  - at noon"


def test_lines_where_nothing_can_be_joined_or_split_do_nothing() -> None:
    expected = parse(PASTED)
    everywhere_else = frozenset({-1, 0, 1, 13, 14, 16, 20, 34, 36, 10_000})
    assert parse(PASTED, joins=everywhere_else).questions == expected.questions
    assert parse(PASTED, splits=frozenset({-1, 0, 18, 22, 26, 28, 10_000})).questions == expected.questions


@settings(max_examples=examples(300, 100_000), deadline=None)
@given(MESSES, st.frozensets(st.integers(-1, 40)), st.frozensets(st.integers(-1, 40)))
def test_any_joins_and_splits_of_any_text_give_a_valid_shape(text: str, joins: frozenset[int], splits: frozenset[int]) -> None:
    check_shape(parse(text, start=1, joins=joins, splits=splits), text)
