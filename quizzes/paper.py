"""A quiz on paper: its questions as they stand in the text, with or without the key."""

from collections.abc import Iterator
from dataclasses import dataclass

from quizzes.enums import Effect
from quizzes.formats.model import OptionEffect, ParsedOption, ParsedQuestion, ParsedQuiz
from quizzes.question_html import asked_html, option_html, reasons_html
from quizzes.scoring import Kind, Policy, rule_sentence
from quizzes.wording import capital, counted, letter, listed, points

_DEFAULT_POINTS = 100  # hundredths


@dataclass(frozen=True, slots=True)
class PaperOption:
    """One option; `verdict` is what the key says about it, in words."""

    letter: str
    html: str
    right: bool
    verdict: str
    ticked_html: str
    unticked_html: str


@dataclass(frozen=True, slots=True)
class PaperNote:
    """Something said about a question as a whole: to whom, and what."""

    title: str
    html: str


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """One place of the quiz. `drawn` says in words what is drawn there; then there is no question yet."""

    number: int
    points: str
    stem_html: str
    hint_html: str
    rule: str
    options: tuple[PaperOption, ...]
    key: str
    notes: tuple[PaperNote, ...]
    drawn: str = ""


def paper_questions(quiz: ParsedQuiz, scoring: Policy) -> list[PaperQuestion]:
    """Return the questions of a text in their order; `scoring` is the rule of the quiz."""
    return [_question(number, question, scoring) for number, question in enumerate(quiz.questions, 1)]


def total_points(quiz: ParsedQuiz) -> str:
    """Return the points of all questions together; draws count one point for each question drawn."""
    return points(sum(_worth(question) * (question.draw or 1) for question in quiz.questions))


def _worth(question: ParsedQuestion) -> int:
    return _DEFAULT_POINTS if question.points is None else int(question.points * 100)


def _question(number: int, question: ParsedQuestion, scoring: Policy) -> PaperQuestion:
    policy = question.scoring if question.scoring is not Policy.EXACT else scoring
    kind = Kind.SINGLE if question.kind is Kind.UNSUPPORTED else question.kind
    worth = _worth(question)
    options = tuple(_option(place, option) for place, option in enumerate(question.options))
    tags = listed([f"“{tag}”" for tag in question.tags or ()])
    return PaperQuestion(
        number=number,
        points=f"{points(worth)} point{'' if worth == _DEFAULT_POINTS else 's'}",
        stem_html=asked_html(question.stem),
        hint_html=asked_html(question.feedback.hint),
        rule=rule_sentence(policy, kind=kind.value, select=question.select),
        options=options,
        key=listed([option.letter for option in options if option.right]),
        notes=tuple(_notes(question)),
        drawn=f"{capital(counted(question.draw, 'question'))} tagged {tags}, drawn for each student" if question.draw else "",
    )


def _option(place: int, option: ParsedOption) -> PaperOption:
    verdict = "right" if option.correct else "wrong"
    if option.effect is not OptionEffect.NORMAL:
        verdict = Effect(option.effect.value).label.lower()
    return PaperOption(
        letter=letter(place),
        html=option_html(option.text),
        right=bool(option.correct),
        verdict=verdict,
        ticked_html=reasons_html(option.feedback),
        unticked_html=reasons_html(option.feedback_unticked),
    )


def _notes(question: ParsedQuestion) -> Iterator[PaperNote]:
    said = question.feedback
    for title, text in (("Explanation", said.general), ("If right", said.correct), ("If wrong", said.incorrect)):
        if text:
            yield PaperNote(title, reasons_html(text))
