"""Questions of a stored quiz whose key waits for a decision, as its page asks about them, and decisions that were made."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from accounts.models import User
from quizzes.asking import Ask, Choice
from quizzes.enums import Doubt, QuestionKind, Settled
from quizzes.models import Option, QuestionVersion, Quiz
from quizzes.preview import FoundOption, reason_words


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """One question that waits: its place, its text, its options as they are now, and what is asked."""

    position: int
    stem_html: str
    options: tuple[FoundOption, ...]
    ask: Ask

    def with_ask(self, ask: Ask, error: str) -> "OpenQuestion":
        """Return the question with what was answered, and why that could not be taken."""
        return replace(self, ask=replace(ask, error=error))


@dataclass(frozen=True, slots=True)
class SettledQuestion:
    """One question about which somebody decided: its place, what was decided, by whom and when, and why it was asked."""

    position: int
    how: str
    by: User | None
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Doubts:
    """The questions of a quiz that an import was not sure of, in the order of the quiz."""

    waiting: list[OpenQuestion]
    settled: list[SettledQuestion]


_HOW = {
    Settled.CONFIRMED: "key confirmed",
    Settled.CHOSEN: "key chosen",
    Settled.WRITTEN: "key changed in the text",
}


def doubts_about(quiz: Quiz) -> Doubts:
    """Return the questions of a quiz that wait for a decision, and those that got one. Three queries, one if there are none."""
    items = (
        quiz.items.filter(~Q(version__doubt=Doubt.READY) | Q(version__settled_at__isnull=False))
        .order_by("position")
        .select_related("version__question", "version__settled_by")
        .prefetch_related("version__options__key")
    )
    found = Doubts([], [])
    for item in items:
        version = item.version
        if version.doubt != Doubt.READY:
            found.waiting.append(OpenQuestion(item.position, version.stem_html, _options(version), _ask(version)))
        elif version.settled_at is not None:
            how = _HOW[Settled(version.settled_as)] if version.settled_as else "key decided"
            reason = reason_words(version.doubt_reason)
            found.settled.append(SettledQuestion(item.position, how, version.settled_by, version.settled_at, reason))
    return found


def _options(version: QuestionVersion) -> tuple[FoundOption, ...]:
    return tuple(FoundOption(_mark(version, option), option.html, option.key.feedback) for option in version.options.all())


def _mark(version: QuestionVersion, option: Option) -> str:
    if option.key.inferred:
        return "inferred"
    if option.key.correct:
        return "right"
    # Where the key is to be chosen, "not right" only means that nothing says so.
    return "wrong" if version.doubt == Doubt.CONFIRM else "open"


def _ask(version: QuestionVersion) -> Ask:
    return Ask(
        ref=version.question.public_id,
        doubt=Doubt(version.doubt),
        reason=reason_words(version.doubt_reason),
        single=version.kind != QuestionKind.MULTI,
        choices=tuple(Choice(option.public_id, option.html) for option in version.options.all()),
    )
