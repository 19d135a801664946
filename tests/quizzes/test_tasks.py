from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone

from config.celery import BEAT
from quizzes import tasks
from quizzes.actions.answers import save
from quizzes.actions.attempts import start, submit
from quizzes.enums import AttemptState, SubmittedBy
from quizzes.models import Attempt
from tests.conftest import Cast
from tests.quizzes.making import make_quiz, request

pytestmark = pytest.mark.smoke


def answered(cast: Cast) -> Attempt:
    begun = timezone.now() - timedelta(hours=1)
    attempt = start(quiz=make_quiz(cast.course, opens_at=None, closes_at=None), student=cast.student, now=begun)
    save(attempt=attempt, request=request(attempt, 1, "AC"), now=begun)
    return attempt


def test_tasks_of_the_beat_table_exist_under_their_names() -> None:
    wanted = {task for task, _, _ in BEAT.values() if task.startswith("quizzes.")}
    assert wanted == {"quizzes.close_overdue", "quizzes.grade_owed"}
    assert wanted | {"quizzes.grade_attempt"} <= set(current_app.tasks)


def test_close_overdue_task_submits_and_grades(cast: Cast) -> None:
    attempt = answered(cast)
    tasks.close_overdue()
    attempt.refresh_from_db()
    assert (attempt.state, attempt.submitted_by, attempt.score) == (AttemptState.GRADED, SubmittedBy.DEADLINE, 100)
    assert attempt.submitted_at == attempt.ends_at


@pytest.mark.parametrize("by_name", [True, False])
def test_grading_task_grades_what_is_owed(cast: Cast, by_name: bool) -> None:
    attempt = answered(cast)
    submit(attempt=attempt, known={}, now=timezone.now())
    if by_name:
        tasks.grade_attempt(attempt.pk)
    else:
        tasks.grade_owed()
    attempt.refresh_from_db()
    assert (attempt.state, attempt.score) == (AttemptState.GRADED, 100)
    tasks.grade_attempt(attempt.pk)
    assert Attempt.objects.get().graded_at == attempt.graded_at
