"""Which questions an attempt asks, and in which order: decided once, at its start."""

from quizzes.models import Attempt, QuestionVersion, Quiz


def questions_for(*, quiz: Quiz, attempt: Attempt) -> list[QuestionVersion]:
    """Return the versions that `attempt` (not saved yet) asks, in its order, with their options fetched. Two queries."""
    items = quiz.items.select_related("version").prefetch_related("version__options")
    return [item.version for item in items]
