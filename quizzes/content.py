"""What a question says, apart from where it is stored: the same shape made from a text and from the database."""

import re
from dataclasses import dataclass

from quizzes.enums import Effect, QuestionKind
from quizzes.formats.model import MAX_OPTIONS, ParsedQuestion
from quizzes.models import Option, QuestionKey, QuestionVersion
from quizzes.scoring import Policy

MAX_SLUG = 80
_SCORING_STATED = re.compile(r"\{[^{}]*\bscoring=[^{}]*\}")


@dataclass(frozen=True, slots=True)
class OptionContent:
    text: str
    correct: bool
    feedback: str = ""
    unticked: str = ""
    effect: str = Effect.NORMAL.value


@dataclass(frozen=True, slots=True)
class Content:
    """One question as stored in a version: texts are Markdown source, `points` hundredths, `scoring` "" as the quiz says."""

    kind: str
    stem: str
    hint: str
    scoring: str
    points: int
    select: int | None
    general: str
    if_right: str
    if_wrong: str
    options: tuple[OptionContent, ...]


def can_be_asked(question: ParsedQuestion) -> bool:
    """Tell whether a parsed question can become a row: what the parser does not support stays in the text alone."""
    return question.kind.value in QuestionKind.values and 0 < len(question.options) <= MAX_OPTIONS


def content_of(question: ParsedQuestion, *, head: str) -> Content:
    """Return the content of a parsed question; `head` is its heading line, which tells a stated scoring from the default."""
    said = question.feedback
    stated = question.scoring is not Policy.EXACT or _SCORING_STATED.search(head)
    return Content(
        kind=question.kind.value,
        stem=question.stem,
        hint=said.hint or "",
        scoring=question.scoring.value if stated else "",
        points=100 if question.points is None else int(question.points * 100),
        select=question.select,
        general=said.general or "",
        if_right=said.correct or "",
        if_wrong=said.incorrect or "",
        options=tuple(
            OptionContent(
                option.text,
                bool(option.correct),
                option.feedback or "",
                option.feedback_unticked or "",
                option.effect.value,
            )
            for option in question.options
        ),
    )


def content_stored(version: QuestionVersion) -> Content:
    """Return the content of a stored version; its key, options and their keys should have been fetched with it."""
    key = key_of(version)
    return Content(
        kind=version.kind,
        stem=version.stem,
        hint=version.hint,
        scoring=version.scoring,
        points=version.points,
        select=version.select,
        general=key.general,
        if_right=key.if_right,
        if_wrong=key.if_wrong,
        options=tuple(_option_stored(option) for option in version.options.all()),
    )


def _option_stored(option: Option) -> OptionContent:
    key = option.key
    return OptionContent(option.text, key.correct, key.feedback, key.feedback_unticked, key.effect)


def right_ids(version: QuestionVersion) -> frozenset[str]:
    """Return the public ids of the options that are right."""
    return frozenset(option.public_id for option in version.options.all() if option.key.correct)


def key_of(version: QuestionVersion) -> QuestionKey:
    """Return what is said about the question as a whole; an empty key where none is stored."""
    return version.key if hasattr(version, "key") else QuestionKey(version=version)
