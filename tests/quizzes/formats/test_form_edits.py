"""The form of a quiz and its text: one field changes its own lines, and comes back as it was typed."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.formats.form_edits import OptionFields, QuestionFields, fields_of, points_of, with_fields
from quizzes.formats.form_moves import add_option, add_question, delete_option, delete_question, move_option, move_question
from quizzes.formats.lines import split_lines
from quizzes.formats.markdown import parse, write
from quizzes.formats.model import OptionEffect, ParsedQuiz
from tests.proof import examples
from tests.quizzes.authoring_texts import QUIZ
from tests.quizzes.formats.shapes import PIECES
from tests.quizzes.formats.test_round_trip import bare, quizzes, texts

STYLED = """\
# Drift\r\n\r\nRead first.\r\n\r\n### 1. What drifts? {#drift tags=wind points=2}\r\n\r\nThink of summer.\r\n\r\n> Look up.\r\n\r\n\
* [x] Sand\r\n\r\n* [X] Snow\r\n\r\n  at night\r\n\r\n  > So.\r\n\r\n* [ ] Stone\r\n\r\n> Why.\r\n\r\n\
### 2\r\n\r\nWhere?\r\n\r\n1) [ ] Here\r\n2) [x] There"""


BUTTONS: list[Callable[..., str]] = [
    delete_question,
    add_option,
    lambda text, place: add_question(text) if place else move_question(text, 0, 1),
    lambda text, place: move_question(text, place, -1),
    lambda text, place: delete_option(text, place, 0),
    lambda text, place: move_option(text, 0, place, 1),
]


def only_lines_changed(before: str, after: str) -> set[str]:
    """The lines that one text has and the other has not."""
    return set(split_lines(before)) ^ set(split_lines(after))


def test_fields_of_a_text_are_what_stands_in_it() -> None:
    first, second = fields_of(STYLED)
    assert (first.stem, first.multi, first.hint, first.general) == ("What drifts?\n\nThink of summer.", True, "Look up.", "Why.")
    assert (first.points, first.scoring) == ("2", "")
    assert first.options[1] == OptionFields("Snow\n\nat night", right=True, feedback="So.")
    assert (second.stem, second.multi) == ("Where?", False)


@pytest.mark.parametrize(
    ("place", "change", "gone", "new"),
    [
        (
            0,
            {"stem": "What blows?\n\nThink of summer."},
            "### 1. What drifts? {",
            "### 1. What blows? {#drift tags=wind points=2}",
        ),
        (0, {"points": "0.5"}, "points=2}", "### 1. What drifts? {#drift tags=wind points=0.5}"),
        (0, {"points": ""}, "points=2}", "### 1. What drifts? {#drift tags=wind}"),
        (0, {"scoring": "net"}, "points=2}", "### 1. What drifts? {#drift tags=wind points=2 scoring=net}"),
        (0, {"general": "Because."}, "> Why.", "> Because."),
        (0, {"hint": "Look down."}, "> Look up.", "> Look down."),
        (1, {"stem": "Wherever?"}, "Where?", "### 2. Wherever?"),
        (1, {"multi": True}, "### 2", "### 2 {multi}"),
    ],
)
def test_field_changed_only_its_own_lines_change(place: int, change: dict[str, str], gone: str, new: str) -> None:
    fields = fields_of(STYLED)
    fields[place] = replace(fields[place], **change)  # type: ignore[arg-type]  # one field
    after = with_fields(STYLED, fields)
    assert new in split_lines(after)
    assert gone not in after.replace(new, "")
    assert len(only_lines_changed(STYLED, after)) <= 3
    assert fields_of(after) == fields
    assert after.count("\r\n") == after.count("\n")


def test_option_marks_change_one_character_and_texts_their_own_line() -> None:
    fields = fields_of(STYLED)
    sand, snow, stone = fields[0].options
    options = (replace(sand, right=False), snow, replace(stone, effect=OptionEffect.NEUTRAL))
    after = with_fields(STYLED, [replace(fields[0], options=options), fields[1]])
    assert only_lines_changed(STYLED, after) == {
        "* [x] Sand",
        "* [ ] Sand",
        "* [ ] Stone",
        "* [~] Stone",
        "### 1. What drifts? {#drift tags=wind points=2}",
        "### 1. What drifts? {#drift tags=wind points=2 multi}",
    }
    told = (sand, replace(snow, unticked="Pity."), stone)
    after = with_fields(STYLED, [replace(fields[0], options=told), fields[1]])
    assert only_lines_changed(STYLED, after) == {"  > So.", "  > Ticked: So.", "  > Not ticked: Pity."}


def test_fields_of_a_question_that_the_form_does_not_know_are_its_lines() -> None:
    text = QUIZ.replace("- [x] The voice.\n", "- [x] The voice.\nloose words\n")
    fields = fields_of(text)
    assert fields[0].raw is None
    assert fields[1].raw is not None
    repaired = fields[1].raw.replace("loose words\n", "")
    assert with_fields(text, [fields[0], replace(fields[1], raw=repaired), fields[2]]) == QUIZ


def test_fields_for_another_number_of_questions_are_refused() -> None:
    with pytest.raises(ValueError, match="2 entries for 3 questions"):
        with_fields(QUIZ, fields_of(QUIZ)[:2])


def test_quiz_of_five_questions_grows_from_nothing() -> None:
    text = ""
    for number in range(5):
        text = add_question(text)
        fields = fields_of(text)
        options = tuple(OptionFields(word, right=word == "One") for word in ("One", "Two", "Three"))
        text = with_fields(text, [*fields[:-1], replace(fields[-1], stem=f"Which is number {number}?", options=options)])
    quiz = parse(text)
    assert quiz.messages == ()
    assert text.startswith("## Which is number 0?\n\n- [x] One\n- [ ] Two\n- [ ] Three\n\n## Which is number 1?\n")
    assert write(quiz) == text


def test_moves_of_questions_keep_every_line_and_the_end_of_the_file() -> None:
    moved = move_question(STYLED, 1, -1)
    assert [one.stem for one in fields_of(moved)] == ["Where?", "What drifts?\n\nThink of summer."]
    assert sorted(split_lines(moved)) == sorted(split_lines(STYLED))
    assert not moved.endswith("\n")
    assert move_question(moved, 0, 1) == STYLED
    assert move_question(STYLED, 0, -1) == move_question(STYLED, 1, 1) == move_question(STYLED, 7, 1) == STYLED


def test_moves_of_options_keep_every_line() -> None:
    moved = move_option(STYLED, 0, 1, -1)
    assert [option.text for option in fields_of(moved)[0].options] == ["Snow\n\nat night", "Sand", "Stone"]
    assert move_option(moved, 0, 0, 1) == STYLED
    assert move_option(STYLED, 0, 0, -1) == move_option(STYLED, 0, 2, 1) == move_option(STYLED, 9, 0, 1) == STYLED


def test_option_added_and_deleted_looks_like_its_neighbours() -> None:
    added = add_option(STYLED, 0)
    assert "* [ ] Stone\r\n\r\n* [ ]\r\n\r\n> Why." in added
    assert delete_option(added, 0, 3) == STYLED
    assert add_option(STYLED, 1).endswith("2) [x] There\r\n3) [ ]")
    assert "Snow" not in delete_option(STYLED, 0, 1)
    assert delete_option(STYLED, 0, 9) == delete_option(STYLED, 9, 0) == add_option(STYLED, 9) == STYLED


def test_question_deleted_takes_its_blank_lines_along() -> None:
    assert delete_question(STYLED, 1).endswith("> Why.")
    assert "Read first.\r\n\r\n### 2" in delete_question(STYLED, 0)
    assert delete_question(STYLED, 2) == STYLED
    assert fields_of(delete_question(delete_question(STYLED, 0), 0)) == []


@pytest.mark.parametrize(
    ("typed", "points"), [("", ""), (" 2 ", "2"), ("0,5", "0.5"), ("1.50", "1.5"), ("two", None), ("-1", None)]
)
def test_points_typed_are_whole_or_half(typed: str, points: str | None) -> None:
    assert points_of(typed) == points


def bare_fields(question: QuestionFields) -> tuple[object, ...]:
    options = [
        (bare(one.text), one.right and one.effect is OptionEffect.NORMAL, one.effect, bare(one.feedback), bare(one.unticked))
        for one in question.options
    ]
    said = (question.stem, question.hint, question.general, question.if_right, question.if_wrong)
    return (*map(bare, said), options, question.points, question.scoring)


@settings(max_examples=examples(120, 10_000), deadline=None)
@given(st.data(), quizzes, st.sampled_from(["\n", "\r\n"]))
def test_any_field_changed_comes_back_and_the_other_questions_stay(data: st.DataObject, quiz: ParsedQuiz, newline: str) -> None:
    text = write(quiz).replace("\n", newline)
    before = fields_of(text)
    place = data.draw(st.integers(0, len(before) - 1))
    if before[place].raw is not None:
        return
    after = list(before)
    after[place] = changed(data, before[place])
    written = with_fields(text, after)
    again = fields_of(written)
    assert len(again) == len(before)
    assert [bare_fields(one) for one in again] == [bare_fields(one) for one in after]
    assert again[:place] == before[:place]
    assert again[place + 1 :] == before[place + 1 :]


def changed(data: st.DataObject, fields: QuestionFields) -> QuestionFields:
    name = data.draw(st.sampled_from(["stem", "hint", "general", "if_right", "if_wrong", "options"]))
    if name != "options":
        return replace(fields, **{name: data.draw(texts.map(str.strip))})  # type: ignore[arg-type]  # one field
    at = data.draw(st.integers(0, len(fields.options) - 1))
    part = data.draw(st.sampled_from(["text", "feedback", "unticked", "right"]))
    value = not fields.options[at].right if part == "right" else data.draw(texts.map(str.strip))
    option = replace(fields.options[at], **{part: value})  # type: ignore[arg-type]  # one field
    return replace(fields, options=(*fields.options[:at], option, *fields.options[at + 1 :]))


def test_fields_of_own_lines_may_become_no_question_or_two() -> None:
    text = QUIZ.replace("- [x] The voice.\n", "- [x] The voice.\nloose words\n")
    first, second, third = fields_of(text)
    changed = replace(third, multi=True)
    none = with_fields(text, [first, replace(second, raw=""), changed])
    assert [one.stem for one in fields_of(none)] == [first.stem, third.stem]
    two = with_fields(text, [first, replace(second, raw="## A?\n\n- [x] a\n\n## B?\n\n- [x] b"), changed])
    assert [one.stem for one in fields_of(two)] == [first.stem, "A?", "B?", third.stem]
    assert fields_of(two)[3].multi is fields_of(none)[1].multi is True


@settings(max_examples=examples(150, 10_000), deadline=None)
@given(
    st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=12).map("".join),
    st.sampled_from(BUTTONS),
    st.integers(-1, 3),
)
def test_form_of_any_text_keeps_it_and_its_buttons_break_nothing(text: str, button: Callable[..., str], place: int) -> None:
    fields = fields_of(text)
    assert with_fields(text, fields) == text
    with_fields(text, [replace(one, stem="Why?", multi=not one.multi, general="So.") for one in fields])
    fields_of(button(text, place))
