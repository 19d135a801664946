"""What can be said about a quiz before anybody sees its questions."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Subquery, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from quizzes.draws import drawable
from quizzes.models import Quiz, QuizDraw, QuizItem
from quizzes.scoring import Policy, rule_sentence


@dataclass(frozen=True, slots=True)
class Outline:
    """How many questions a quiz asks, drawn ones included, and the scoring sentences that occur in it."""

    questions: int
    rules: tuple[str, ...]


def question_counts(quizzes: Iterable[Quiz]) -> dict[int, int]:
    """Return the number of questions, drawn ones included, by the quiz's primary key. One query."""
    counted = Quiz.objects.filter(pk__in=[quiz.pk for quiz in quizzes]).annotate(asked=asked_questions())
    return dict(counted.order_by().values_list("pk", "asked"))


def asked_questions() -> Combinable:
    """The number of questions that a quiz asks, to annotate quizzes with."""
    items = QuizItem.objects.filter(quiz=OuterRef("pk")).order_by().values("quiz").annotate(found=Count("pk")).values("found")
    draws = QuizDraw.objects.filter(quiz=OuterRef("pk")).order_by().values("quiz").annotate(found=Sum("count")).values("found")
    return Coalesce(Subquery(items), 0) + Coalesce(Subquery(draws), 0)


def outline_of(quiz: Quiz) -> Outline:
    """Return what is asked in a quiz without a word of it. One query, two if it draws.

    The sentences stand in the order of the questions, each once; those of questions that may be drawn come last.
    """
    items = quiz.items.order_by().values_list("position", Value(0), "version__kind", "version__scoring")
    draws = quiz.draws.order_by().values_list("position", "count", F("tag__name"), Value(""))
    rows = sorted(items.union(draws, all=True))
    kinds = [(kind, scoring) for _, count, kind, scoring in rows if not count]
    tags = {tag for _, count, tag, _ in rows if count}
    if tags:
        kinds += sorted(set(drawable(quiz.course_id, tags).values_list("kind", "scoring")))
    sentences = [rule_sentence(Policy(scoring or quiz.scoring), kind=kind, select=None) for kind, scoring in kinds]
    return Outline(sum(count or 1 for _, count, _, _ in rows), tuple(dict.fromkeys(sentences)))
