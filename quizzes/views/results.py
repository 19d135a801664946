"""The result of an attempt, also while it is still being graded."""

import logging
from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from course.access import Membership, frame, membership_for
from quizzes.access import attempt_for, readable_attempts_for
from quizzes.actions.attempts import close_if_over
from quizzes.actions.grading import GradingFailed, grade
from quizzes.attempt_page import clock
from quizzes.enums import AttemptState
from quizzes.models import Attempt
from quizzes.result_page import cost_words, counts_words, receipt_of, result_of, sum_rows
from quizzes.review import horizon_if_asked, key_words
from quizzes.schedule import is_running
from quizzes.views.attempts import attempt_url

logger = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=1)


def settled(attempt: Attempt, now: datetime) -> Attempt:
    """Return the attempt as it should be at `now`: closed if its time is over, graded if nobody did within a second.

    The worker may be dead and the broker gone: the row says what is owed, and who looks at it may do it.
    """
    closed = close_if_over(attempt=attempt, now=now)
    if closed.state != AttemptState.SUBMITTED or closed.submitted_at is None or now < closed.submitted_at + PATIENCE:
        return closed
    try:
        graded = grade(attempt_id=closed.pk, now=now)
    except GradingFailed:
        logger.exception("the result page could not grade attempt %s", closed.pk)
        return closed
    if graded is None:
        return closed
    graded.quiz = closed.quiz
    return graded


@require_safe
@login_required
def attempt_result(request: HttpRequest, course: str, quiz: str, attempt: str) -> HttpResponse:
    """Show the result as far as it may be seen now; staff of the course see all of it."""
    member, now = membership_for(request, course), timezone.now()
    found, several = readable_attempts_for(member, quiz, attempt)
    if is_running(found, now) and not member.is_staff:
        return redirect(attempt_url("attempt", found))
    current = settled(found, now)
    if current.state != AttemptState.GRADED:
        return render(request, "quizzes/waiting.html", frame(member, "quizzes") | waiting(current, now))
    return render(request, "quizzes/result.html", frame(member, "quizzes") | shown(current, several, member, now))


def waiting(attempt: Attempt, now: datetime) -> dict[str, object]:
    """What the page says while there is no grade."""
    return {
        "attempt": attempt,
        "quiz": attempt.quiz,
        "stuck": attempt.waits_for_person,
        "running": is_running(attempt, now),
        "now": now,
    }


def shown(attempt: Attempt, several: list[Attempt], member: Membership, now: datetime) -> dict[str, object]:
    """What the result page shows; `several` are all attempts of the student at the quiz, as they were found."""
    horizon = horizon_if_asked(attempt.quiz, now)
    result = result_of(attempt, now, staff=member.is_staff, horizon=horizon)
    return {
        "attempt": attempt,
        "quiz": attempt.quiz,
        "student": several[0].student,
        "result": result,
        "now": now,
        "cost": cost_words(result) if result.points_shown else "",
        "counts": counts_words(attempt, several) if result.score_shown else "",
        "rows": sum_rows(result),
        "receipt": receipt_of(attempt),
        "key_words": key_words(attempt.quiz, now, score=True, horizon=horizon),
    }


@require_safe
@login_required
def attempt_status(request: HttpRequest, course: str, quiz: str, attempt: str) -> HttpResponse:
    """What a waiting page asks for: the clock while the attempt runs, a refresh once there is a result, 204 until then."""
    member, now = membership_for(request, course), timezone.now()
    found = attempt_for(member, quiz, attempt)
    if is_running(found, now):
        return render(request, "quizzes/timer.html", {"clock": clock(found, now)})
    current = settled(found, now)
    if current.state == AttemptState.GRADED or request.GET.get("from") == "attempt":
        return HttpResponseClientRefresh()
    page = waiting(current, now)
    if current.state == AttemptState.SUBMITTED and not page["stuck"]:
        return HttpResponse(status=204)  # nothing new: the page stays, and no screen reader says it again
    return render(request, "quizzes/waiting.html#waiting", page)
