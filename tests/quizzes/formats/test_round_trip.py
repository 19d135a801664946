"""Written and read again, a quiz keeps its key and what every answer scores."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.formats import review
from quizzes.formats.markdown import parse, write
from quizzes.formats.model import (
    Counting,
    Feedback,
    Format,
    KeyRelease,
    Never,
    OptionEffect,
    PageLayout,
    ParsedOption,
    ParsedQuestion,
    ParsedQuiz,
    PartRelease,
    QuizPurpose,
    QuizSettings,
    State,
)
from quizzes.scoring import Kind, Policy, fraction
from tests.proof import examples
from tests.quizzes.formats.pasted import PASTED
from tests.quizzes.formats.shapes import PIECES

ZONE = "Europe/Lisbon"

nasty = st.sampled_from(PIECES)
words = st.text("ABab .,:;#>`~[]{}()-*_\\x0123\n\t", max_size=12)
texts = st.lists(nasty | words, max_size=5).map("".join)


@st.composite
def questions(draw: st.DrawFn) -> ParsedQuestion:
    """A question as any importer may make it: the texts hold whatever the format could stumble over."""
    bodies = draw(st.lists(texts, min_size=2, max_size=5, unique_by=lambda text: "".join(text.split())))
    kind = draw(st.sampled_from([Kind.MULTI, Kind.SINGLE]))
    right = draw(st.sets(st.integers(0, len(bodies) - 1), max_size=len(bodies) if kind is Kind.MULTI else 1))
    feedback = st.none() | texts
    special = st.sampled_from([OptionEffect.NORMAL, *OptionEffect] if kind is Kind.MULTI else [OptionEffect.NORMAL])
    effects = [draw(special) for _ in bodies]
    return ParsedQuestion(
        line=1,
        first_line=1,
        end_line=1,
        number=draw(st.none() | st.integers(1, 9999)),
        kind=kind,
        stem=draw(texts),
        options=tuple(
            ParsedOption(
                line=1,
                end_line=1,
                text=body,
                correct=(index in right or effect is OptionEffect.ALWAYS) and effect is not OptionEffect.NEUTRAL,
                feedback=draw(feedback),
                feedback_unticked=draw(feedback),
                effect=effect,
            )
            for index, (body, effect) in enumerate(zip(bodies, effects, strict=True))
        ),
        state=State.READY,
        reason="made up",
        select=draw(st.sampled_from([None, len(right), 7])),
        scoring=draw(st.sampled_from(Policy)),
        points=draw(st.sampled_from([None, Decimal(0), Decimal("0.5"), Decimal(3)])),
        feedback=Feedback(draw(feedback), draw(feedback), draw(feedback), draw(feedback)),
        ident=draw(st.none() | st.from_regex(r"[a-z]{12}", fullmatch=True)),
        week=draw(st.none() | st.integers(1, 14)),
    )


quiz_settings = st.builds(
    QuizSettings,
    week=st.none() | st.integers(0, 14),
    purpose=st.none() | st.sampled_from([QuizPurpose.GRADED, QuizPurpose.PRACTICE]),
    points=st.sampled_from([None, Decimal(1), Decimal("2.5")]),
    scoring=st.none() | st.sampled_from(Policy),
    attempts=st.none() | st.integers(1, 9),
    shuffle=st.none() | st.booleans(),
    due=st.none() | st.datetimes(datetime(1990, 1, 2), datetime(2199, 1, 1)).map(lambda at: at.replace(microsecond=0)),  # noqa: DTZ001 - wall clock
    closes=st.none() | st.just(Never.NEVER) | st.datetimes(datetime(2199, 1, 2), datetime(2200, 1, 1)).map(lambda at: at.replace(microsecond=0)),  # noqa: DTZ001 - wall clock
    late=st.sampled_from([None, (), ((1440, 80), (4320, 50)), ((61, 100), (62, 0)), ((1500, 33),)]),
    time_limit=st.none() | st.integers(0, 600),
    grace=st.none() | st.integers(0, 600),
    wait=st.none() | st.integers(0, 999),
    counts=st.none() | st.sampled_from(Counting),
    access_code=st.none() | st.from_regex(r"[a-z0-9: #\"'%-]{1,12}", fullmatch=True).map(lambda text: " ".join(text.split())),
    layout=st.none() | st.sampled_from(PageLayout),
    back=st.none() | st.booleans(),
    shuffle_questions=st.none() | st.booleans(),
    show_score=st.none() | st.sampled_from(PartRelease),
    show_answers=st.none() | st.sampled_from(PartRelease),
    show_correctness=st.none() | st.sampled_from(PartRelease),
    show_feedback=st.none() | st.sampled_from(PartRelease),
    show_explanation=st.none() | st.sampled_from(PartRelease),
    show_key=st.none() | st.sampled_from(KeyRelease),
    access=st.none() | st.from_regex(r"[a-z0-9: #\"']{1,12}", fullmatch=True).map(lambda text: " ".join(text.split())),
)  # fmt: skip
quizzes = st.builds(
    ParsedQuiz,
    st.just(Format.MARKDOWN),
    title=st.none() | texts,
    questions=st.lists(questions(), min_size=1, max_size=3).map(tuple),
    intro=texts,
    settings=quiz_settings,
)


def every_answer(options: int) -> chain[tuple[int, ...]]:
    return chain.from_iterable(combinations(range(options), size) for size in range(options + 1))


def scores(question: ParsedQuestion) -> list[object]:
    """What every possible answer earns, with the question's worth."""
    n = len(question.options)
    effects = {
        name: frozenset(at for at, option in enumerate(question.options) if option.effect is effect)
        for name, effect in (("neutral", OptionEffect.NEUTRAL), ("always", OptionEffect.ALWAYS))
    }
    earned = [fraction(question.scoring, frozenset(answer), question.key, n, **effects) for answer in every_answer(n)]
    return [question.points, *earned]


def bare(text: str | None) -> str:
    """A text without the backslashes that writing adds, and without white space."""
    return "".join((text or "").replace("\\", "").split())


def check_same_texts(before: ParsedQuestion, after: ParsedQuestion) -> None:
    assert bare(after.stem) == bare(before.stem)
    assert [bare(option.text) for option in after.options] == [bare(option.text) for option in before.options]
    assert [bare(option.feedback) for option in after.options] == [bare(option.feedback) for option in before.options]
    assert [bare(option.feedback_unticked) for option in after.options] == [
        bare(option.feedback_unticked) for option in before.options
    ]
    assert bare(after.feedback.hint) == bare(before.feedback.hint)
    assert bare(after.feedback.general) == bare(before.feedback.general)
    assert bare(after.feedback.correct) == bare(before.feedback.correct)
    assert bare(after.feedback.incorrect) == bare(before.feedback.incorrect)


@settings(max_examples=examples(100, 20_000), deadline=None)
@given(quizzes)
def test_write_then_parse_keeps_key_and_score_of_every_answer(quiz: ParsedQuiz) -> None:
    again = parse(write(quiz))
    assert len(again.questions) == len(quiz.questions)
    for before, after in zip(quiz.questions, again.questions, strict=True):
        expected = before.points if before.points is not None else quiz.settings.points
        assert [option.correct for option in after.options] == [option.correct for option in before.options]
        assert [option.effect for option in after.options] == [option.effect for option in before.options]
        assert scores(after) == [expected, *scores(before)[1:]]
        assert (after.ident, after.week) == (before.ident, before.week)
        if before.key or before.kind is Kind.MULTI:
            assert (after.kind is Kind.MULTI) == (before.kind is Kind.MULTI)
        check_same_texts(before, after)


@settings(max_examples=examples(300, 20_000), deadline=None)
@given(quiz_settings)
def test_write_then_parse_keeps_the_settings(said: QuizSettings) -> None:
    again = parse(write(ParsedQuiz(Format.MARKDOWN, settings=said))).settings
    assert replace(again, access=None) == replace(said, access=None)
    assert (again.access or "") == (said.access or "")


def test_write_of_a_clean_quiz_reads_back_equal_and_is_stable() -> None:
    quiz = review.parse(PASTED)
    written = write(quiz)
    again = parse(written)
    assert again.messages == ()
    for before, after in zip(quiz.questions, again.questions, strict=True):
        assert (after.stem, after.kind, after.select, after.number) == (
            before.stem,
            before.kind,
            before.select,
            before.number,
        )
        assert [(option.text, option.correct, option.feedback) for option in after.options] == [
            (option.text, option.correct, option.feedback) for option in before.options
        ]
    assert write(again) == written


def test_write_native_form_is_the_one_of_the_grammar() -> None:
    text = (
        "---\nweek: 3\nscoring: net\ndue: '2026-03-09 23:59:00'\ntimezone: Europe/Lisbon\n---\n\n"
        "# Bees\n\nRead first.\n\n"
        "## What do bees gather? Select two. {#gather select=2 scoring=exact points=0.5}\n\n"
        "Think of summer.\n\n> Look.\n\n"
        "- [x] Nectar\n  > Right.\n- [x] Resin\n- [ ] Steps:\n\n  1. one\n  2. two\n\n  > No.\n\n"
        "> Both.\n> Correct: Yes.\n> Incorrect: Page 4.\n\n"
        "## Bees sleep.\n\n- [x] True\n- [ ] False\n"
    )
    assert write(parse(text)) == text


def test_write_without_key_shows_neither_boxes_nor_feedback_nor_hint() -> None:
    text = (
        "## Which? {#which select=2}\n\n> Hint.\n\n- [x] A\n  > Right.\n- [x] B\n- [ ] C\n\n> Because.\n\n"
        "## And which? {multi}\n\n- [x] A\n- [ ] B\n"
    )
    public = write(parse(text), with_key=False)
    assert public == (
        "## Which? {#which multi select=2}\n\n- [ ] A\n- [ ] B\n- [ ] C\n\n## And which? {multi}\n\n- [ ] A\n- [ ] B\n"
    )
    assert [question.kind for question in parse(public).questions] == [Kind.MULTI, Kind.MULTI]
    assert [message.code for message in parse(public).messages] == ["E101", "E101"]


def test_write_times_with_offset_keep_it() -> None:
    quiz = ParsedQuiz(Format.MARKDOWN, settings=QuizSettings(due=datetime(2026, 3, 9, 12, 0, tzinfo=UTC)))
    assert parse(write(quiz)).settings.due == quiz.settings.due


def test_write_words_that_split_feedback_are_escaped_inside_of_a_text() -> None:
    said = Feedback(general="Correct: is what\nIncorrect: is not", correct="So\nincorrect: no", incorrect="No")
    question = replace(parse("## Q\n\n- [x] A\n- [ ] B\n").questions[0], feedback=said)
    again = parse(write(ParsedQuiz(Format.MARKDOWN, questions=(question,)))).questions[0].feedback
    assert again == Feedback(general="Correct\\: is what\nIncorrect\\: is not", correct="So\nincorrect\\: no", incorrect="No")


@pytest.mark.parametrize(("number", "head"), [(None, "## Q\n"), (1, "## Q\n"), (4, "## 4. Q\n")])
def test_write_number_is_written_only_if_the_place_does_not_give_it(number: int | None, head: str) -> None:
    question = replace(parse("## Q\n\n- [x] A\n- [ ] B\n").questions[0], number=number)
    assert write(ParsedQuiz(Format.MARKDOWN, questions=(question,))).startswith(head)


def test_write_options_that_do_not_count_and_feedback_of_both_sides_come_back_letter_for_letter() -> None:
    text = (
        "## Which drift?\n\n"
        "- [x] Sand\n  > Ticked: It does.\n  > Not ticked: It does, on windy days.\n  > And at night.\n"
        "- [!] Snow\n  > Not ticked: Nobody loses by this one.\n"
        "- [~] Talk\n  > We argued about it.\n"
        "- [ ] Stone\n"
    )
    question = parse(text).questions[0]
    assert [(option.effect.value, option.correct) for option in question.options] == [
        ("normal", True),
        ("always", True),
        ("neutral", False),
        ("normal", False),
    ]
    assert [(option.feedback, option.feedback_unticked) for option in question.options] == [
        ("It does.", "It does, on windy days.\nAnd at night."),
        (None, "Nobody loses by this one."),
        ("We argued about it.", None),
        (None, None),
    ]
    assert write(parse(text)) == text
    assert "~" not in write(parse(text), with_key=False)


def test_write_a_feedback_that_begins_like_the_other_side_is_escaped() -> None:
    question = parse("## Q\n\n- [x] A\n  > a\n- [ ] B\n").questions[0]
    option = replace(question.options[0], feedback="Not ticked: is a state", feedback_unticked="ticked: is another")
    written = write(ParsedQuiz(Format.MARKDOWN, questions=(replace(question, options=(option, question.options[1])),)))
    again = parse(written).questions[0].options[0]
    assert (again.feedback, again.feedback_unticked) == ("Not ticked\\: is a state", "ticked\\: is another")
