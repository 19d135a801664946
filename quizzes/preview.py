"""A text as its readers would see it: the questions of the editor's preview and of the import's review step."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from course.markdown import render
from quizzes.asking import Ask, Choice, filled
from quizzes.checks import broken_questions, guess_words
from quizzes.cutting import Piece, pieces
from quizzes.enums import Doubt
from quizzes.formats.lines import split_lines
from quizzes.formats.model import Feedback, Format, Mark, OptionEffect, ParsedOption, ParsedQuestion, ParsedQuiz, State
from quizzes.formats.review_blocks import normalise
from quizzes.question_html import asked_html
from quizzes.reading import Decision, fingerprint
from quizzes.scoring import Kind, Policy, rule_sentence
from quizzes.wording import capital, counted, letter, listed

_WHAT_TO_DO = re.compile(r" — (?:(?:confirm|choose|decide)(?=;|$)|put an x [^;]*)")
_MARKS = {Mark.CHECK: "ticked, right", Mark.CLOSE: "ticked, wrong", None: "no mark"}


@dataclass(frozen=True, slots=True)
class ShownOption:
    letter: str
    html: str


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question as students see it, and its key in words for the author. `drawn` says so where the place is a draw."""

    number: int
    stem_html: str
    hint_html: str
    rule: str
    single: bool
    options: tuple[ShownOption, ...]
    key: str
    points: str
    drawn: str = ""
    guess: str = ""
    apart: str = ""


@dataclass(frozen=True, slots=True)
class SourceLine:
    number: int
    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class FoundOption:
    """An option as an import found it; `mark` is one of right, wrong, inferred, open."""

    mark: str
    html: str
    feedback: str


@dataclass(frozen=True, slots=True)
class FoundQuestion:
    """A question as an import found it: its source, what it becomes, and what is asked about it (None if nothing can be).

    `notes` are what is said about the question as a whole, each with its name; `pieces` its paragraphs with the borders that
    can be moved; `supported`: whether it can be asked at all; `dialect`: how it is written, "" where there is one way only.
    """

    number: int
    ref: str
    state: State
    reason: str
    source: tuple[SourceLine, ...]
    stem_html: str
    options: tuple[FoundOption, ...]
    notes: tuple[tuple[str, str], ...]
    ask: Ask | None
    pieces: tuple[Piece, ...] = ()
    supported: bool = True
    dialect: str = ""


def shown_questions(quiz: ParsedQuiz, scoring: Policy) -> list[ShownQuestion]:
    """Return the questions of a text as students would see them; `scoring` is the rule of the quiz."""
    return [_shown(number, question, scoring) for number, question in enumerate(quiz.questions, 1)]


def found_questions(quiz: ParsedQuiz, text: str, asks: Mapping[str, Ask], joins: Collection[int]) -> list[FoundQuestion]:
    """Return what an import found in `text`. `asks` are what is asked, by the question's `ref` (`asks_about`); `joins` as in `pieces`."""
    lines = split_lines(text)
    cut = normalise(lines) if quiz.format is Format.REVIEW else []
    found = []
    for number, question in enumerate(quiz.questions, 1):
        found.append(
            FoundQuestion(
                number=number,
                ref=ref_of(question),
                state=question.state,
                reason=reason_words(question.reason),
                source=tuple(_source(question, lines)),
                stem_html=asked_html(question.stem),
                options=tuple(
                    FoundOption(_mark(option), render(option.text), option.feedback or "") for option in question.options
                ),
                notes=tuple(_notes(question.feedback)),
                ask=asks.get(ref_of(question)),
                pieces=pieces(question, cut, joins) if cut else (),
                supported=question.kind is not Kind.UNSUPPORTED or question.draw is not None,
                dialect=question.dialect.value if question.dialect else "",
            )
        )
    return found


def ref_of(question: ParsedQuestion) -> str:
    """Return the name of a parsed question in a form: the line of its prompt, which survives a moved range."""
    return str(question.line)


def asks_about(quiz: ParsedQuiz, decisions: Mapping[str, Decision]) -> dict[str, Ask]:
    """Return what to ask about the questions of a parsed quiz by their `ref`, with what was decided so far in the fields.

    Nothing is asked where no choice of right options can help: that is repaired in the text.
    """
    broken = broken_questions(quiz)
    asks = {}
    for number, question in enumerate(quiz.questions, 1):
        if question.state is not State.READY and question.options and number not in broken:
            ask, said = _ask_about(question), decisions.get(ref_of(question), Decision())
            asks[ask.ref] = filled(ask, yes=said.confirmed == fingerprint(question), ticked=[str(line) for line in said.right])
    return asks


def _ask_about(question: ParsedQuestion) -> Ask:
    """Return what to ask about a doubtful parsed question; the values are the lines of its options."""
    has_marks = any(option.mark for option in question.options)
    return Ask(
        ref=ref_of(question),
        doubt=Doubt(question.state.value),
        reason=reason_words(question.reason),
        single=question.kind is not Kind.MULTI,
        choices=tuple(
            Choice(
                str(option.line), render(option.text), f"Line {option.line}" + (f", {_MARKS[option.mark]}" if has_marks else "")
            )
            for option in question.options
        ),
        wanted=question.select if question.state is State.CHOOSE and question.kind is Kind.MULTI else None,
    )


def reason_words(reason: str) -> str:
    """Return a reason as a sentence without its full stop; what to do is asked right below it."""
    return capital(_WHAT_TO_DO.sub("", reason))


def asked_count(quiz: ParsedQuiz) -> int:
    """Return how many questions a student of the quiz is asked: a draw counts as many as it draws."""
    return sum(question.draw or 1 for question in quiz.questions)


def drawn_words(question: ParsedQuestion) -> str:
    """Return "Three questions tagged “rag” are drawn here"; "" for a question that is asked as it stands."""
    if question.draw is None:
        return ""
    tags = listed([f"“{tag}”" for tag in question.tags or ()]) or "nothing yet"
    return f"{capital(counted(question.draw, 'question'))} tagged {tags} {'is' if question.draw == 1 else 'are'} drawn here"


def _shown(number: int, question: ParsedQuestion, scoring: Policy) -> ShownQuestion:
    policy = question.scoring if question.scoring is not Policy.EXACT else scoring
    letters = [letter(index) for index in range(len(question.options))]
    kind = question.kind.value if question.kind is not Kind.UNSUPPORTED else Kind.SINGLE.value
    return ShownQuestion(
        number=number,
        stem_html=asked_html(question.stem),
        hint_html=asked_html(question.feedback.hint),
        rule=rule_sentence(policy, kind=kind, select=question.select),
        single=question.kind is not Kind.MULTI,
        options=tuple(ShownOption(name, render(option.text)) for name, option in zip(letters, question.options, strict=True)),
        key=listed([letters[index] for index in sorted(question.key)]),
        guess=guess_words(question),
        apart=_apart(question, letters),
        points="" if question.points is None else f"{question.points.normalize():f}",
        drawn=drawn_words(question),
    )


def _apart(question: ParsedQuestion, letters: Sequence[str]) -> str:
    """Say which options do not count as the others do."""
    words = {OptionEffect.NEUTRAL: "does not count", OptionEffect.ALWAYS: "is right for everybody"}
    pairs = zip(letters, question.options, strict=True)
    return listed([f"{name} {words[option.effect]}" for name, option in pairs if option.effect in words])


def _mark(option: ParsedOption) -> str:
    if option.correct is None:
        return "open"
    if option.inferred:
        return "inferred"
    return "right" if option.correct else "wrong"


def _notes(said: Feedback) -> Iterator[tuple[str, str]]:
    texts = {"Hint": said.hint, "Explanation": said.general, "When right": said.correct, "When wrong": said.incorrect}
    return ((name, text) for name, text in texts.items() if text)


def _source(question: ParsedQuestion, lines: Sequence[str]) -> Iterator[SourceLine]:
    doubtful = {
        line
        for option in question.options
        if option.inferred or option.correct is None
        for line in range(option.line, option.end_line + 1)
    }
    for number in range(question.first_line, min(question.end_line, len(lines)) + 1):
        if lines[number - 1].strip():
            yield SourceLine(number, lines[number - 1], number in doubtful)
