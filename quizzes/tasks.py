"""Background work of quizzes: fetch, guard, call. Names and rhythm are in config/celery.py."""

from celery import shared_task
from django.utils import timezone

from quizzes.actions import grading
from quizzes.actions.attempts import close_overdue as close_overdue_attempts


@shared_task(name="quizzes.grade_attempt")
def grade_attempt(attempt_id: int) -> None:
    """Grade one attempt that was just submitted."""
    grading.grade(attempt_id=attempt_id, now=timezone.now())


@shared_task(name="quizzes.grade_owed")
def grade_owed() -> None:
    """Grade what a lost message or a killed worker left behind."""
    grading.grade_owed(now=timezone.now())


@shared_task(name="quizzes.close_overdue")
def close_overdue() -> None:
    """Submit attempts whose time is over, as of their deadline, and grade them."""
    now = timezone.now()
    if close_overdue_attempts(now=now):
        grading.grade_owed(now=now)
