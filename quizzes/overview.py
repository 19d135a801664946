"""What can be said about a quiz before anybody sees its questions."""

from collections.abc import Iterable

from django.db.models import Count

from quizzes.models import Quiz, QuizItem
from quizzes.scoring import Policy, rule_sentence


def question_counts(quizzes: Iterable[Quiz]) -> dict[int, int]:
    """Return the number of questions by the quiz's primary key. One query."""
    counted = QuizItem.objects.filter(quiz__in=list(quizzes)).order_by().values("quiz").annotate(questions=Count("pk"))
    return dict(counted.values_list("quiz", "questions"))


def rules_of(quiz: Quiz, items: Iterable[QuizItem]) -> list[str]:
    """Return the scoring sentences that occur in a quiz, each once, in the order of the questions."""
    sentences = [
        rule_sentence(Policy(item.version.scoring or quiz.scoring), kind=item.version.kind, select=None) for item in items
    ]
    return list(dict.fromkeys(sentences))
