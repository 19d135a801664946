"""Grading of a whole cohort, and grading again."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from benchmarks import world as cohort
from quizzes.actions.grading import Regraded, grade_owed, regrade_quiz
from quizzes.enums import AttemptState
from quizzes.marking import marks_of
from quizzes.models import Attempt, AttemptQuestion, GradeRecord, OptionKey, Quiz

T = TypeVar("T")
CHECKED = 500
FLOOR_ROWS = 2_000


def build(attempts: int, questions: int, now: datetime) -> Quiz:
    """Return a quiz with that many submitted attempts, each with an answer to every question."""
    people = cohort.people("cohort", attempts)
    quiz = cohort.quiz(cohort.course("cohort", []), now, questions=questions, options=5)
    cohort.submitted(quiz, people, now, seed=20_261_122)
    return quiz


def measured(quiz: Quiz, now: datetime) -> Iterator[tuple[str, float, float]]:
    """Yield what was done, its seconds, and the seconds of its floor: one UPDATE for each answer of each attempt."""
    answers = AttemptQuestion.objects.filter(attempt__quiz=quiz)
    floor = _floor(list(answers.values_list("pk", flat=True)[:FLOOR_ROWS])) * answers.count()
    seconds, done = _timed(lambda: grade_owed(now=now))
    assert done == Attempt.objects.filter(quiz=quiz, state=AttemptState.GRADED).count()
    yield "graded by the sweep", seconds, floor
    seconds, found = _timed(lambda: regrade_quiz(quiz=quiz, now=now))
    assert found == Regraded(done, ())
    yield "graded again, key unchanged", seconds, floor
    option = OptionKey.objects.filter(option__version__items__quiz=quiz).order_by("pk")[1]
    OptionKey.objects.filter(pk=option.pk).update(correct=not option.correct)
    seconds, found = _timed(lambda: regrade_quiz(quiz=quiz, now=now))
    assert 0 < len(found.changed) <= done
    yield f"graded again, {len(found.changed)} attempts changed", seconds, floor


def _floor(rows: list[int]) -> float:
    begin = time.perf_counter()
    with transaction.atomic():
        for pk in rows:
            AttemptQuestion.objects.filter(pk=pk).update(score=0)
    return (time.perf_counter() - begin) / len(rows)


def _timed(do: Callable[[], T]) -> tuple[float, T]:
    begin = time.perf_counter()
    found = do()
    return time.perf_counter() - begin, found


def check(quiz: Quiz) -> None:
    """Every attempt has one first grade; the scores of a sample are what a fresh computation gives."""
    graded = Attempt.objects.filter(quiz=quiz)
    assert GradeRecord.objects.filter(attempt__quiz=quiz, cause="first").count() == graded.count()
    for attempt in graded.order_by("public_id")[:CHECKED]:
        assert attempt.score == marks_of(attempt).total
    print(f"{min(CHECKED, graded.count())} scores computed afresh: all the same")
