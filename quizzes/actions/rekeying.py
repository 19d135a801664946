"""Attempts that were taken before a key was corrected: which they are, and grading them by the key of now."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from quizzes.actions.grading import Regraded, regrade_quiz
from quizzes.actions.storing import items_with_content
from quizzes.content import right_ids
from quizzes.enums import AttemptState
from quizzes.models import Attempt, AttemptQuestion, QuestionVersion, Quiz


def with_old_key(quiz: Quiz) -> dict[int, int]:
    """Return, by primary key, the question versions that attempts show and the ones of now that ask exactly the same with
    another key. What was asked in other words keeps the key that it had. At most eight queries.
    """
    now = {item.version.question_id: item.version for item in items_with_content(quiz)}
    shown = AttemptQuestion.objects.filter(attempt__quiz=quiz, version__question__in=list(now)).order_by()
    old = set(shown.values_list("version", flat=True).distinct()) - {version.pk for version in now.values()}
    if not old:
        return {}
    versions = QuestionVersion.objects.filter(pk__in=old).prefetch_related("options__key")
    pairs = ((version, now[version.question_id]) for version in versions)
    return {before.pk: after.pk for before, after in pairs if _asks(before) == _asks(after) and _key(before) != _key(after)}


def _asks(version: QuestionVersion) -> tuple[str, dict[str, str]]:
    return version.stem, {option.public_id: option.text for option in version.options.all()}


def _key(version: QuestionVersion) -> tuple[frozenset[str], dict[str, str]]:
    return right_ids(version), {option.public_id: option.key.effect for option in version.options.all()}


def graded_with(quiz: Quiz, versions: Iterable[int]) -> int:
    """Return how many graded attempts show one of these versions. One query."""
    graded = Attempt.objects.filter(quiz=quiz, state=AttemptState.GRADED, questions__version__in=list(versions))
    return graded.distinct().count()


def regrade_with_new_key(*, quiz: Quiz, now: datetime) -> Regraded:
    """Grade every graded attempt by the key of now, where it was asked the same; return what came of it.

    The old key stays stored with its version and the earlier scores in `GradeRecord`. Again: nothing changes.
    """
    with transaction.atomic():
        locked = Quiz.objects.select_for_update(of=("self",)).select_related("course").get(pk=quiz.pk)
        # Who grades an attempt has read a key by then, and writes with it: first one, then the other.
        list(Attempt.objects.select_for_update(no_key=True).filter(quiz=locked).order_by("pk").values_list("pk"))
        for before, after in with_old_key(locked).items():
            AttemptQuestion.objects.filter(attempt__quiz=locked, version=before).update(version=after)
        return regrade_quiz(quiz=locked, now=now)
