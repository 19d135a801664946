"""Questions of a stored quiz whose key waits for a decision, as its page asks about them."""

from dataclasses import dataclass, replace

from quizzes.asking import Ask, Choice
from quizzes.enums import Doubt, QuestionKind
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


def open_questions(quiz: Quiz) -> list[OpenQuestion]:
    """Return the questions of a quiz that wait for a decision. Two queries, one if there are none."""
    items = (
        quiz.items.exclude(version__doubt=Doubt.READY)
        .order_by("position")
        .select_related("version__question")
        .prefetch_related("version__options__key")
    )
    return [OpenQuestion(item.position, item.version.stem_html, _options(item.version), _ask(item.version)) for item in items]


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
