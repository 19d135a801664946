"""Quizzes as those see them who teach: the list, one quiz with its results, decisions about doubtful keys."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from course.access import Membership, Right, frame, membership_for, see_other
from course.models import Enrollment
from notifications.bell import ring
from quizzes import tasks
from quizzes.access import quiz_for
from quizzes.actions.grading import grade_again
from quizzes.actions.publishing import publish_problems, release_results, settle_doubt, unpublish_quiz
from quizzes.actions.refusals import RefusedError
from quizzes.asking import answered
from quizzes.enums import QuizState
from quizzes.formats import markdown
from quizzes.formats.front_values import write_late
from quizzes.models import Quiz
from quizzes.native_file import native_file
from quizzes.results import Phase, mean, phase_of, question_rows, quiz_rows, spread, student_rows
from quizzes.settling import Doubts, OpenQuestion, doubts_about
from quizzes.wording import capital, counted, number

COUNTED = (
    (Phase.OPEN, "open", "open"),
    (Phase.DRAFT, "draft", "drafts"),
    (Phase.PLANNED, "to come", "to come"),
    (Phase.CLOSED, "closed", "closed"),
)


def quizzes(request: HttpRequest, member: Membership) -> HttpResponse:
    """List all quizzes with their state and, right after it, the next step."""
    now = timezone.now()
    rows = quiz_rows(member.course, now)
    found = Counter(row.phase for row in rows)
    counts = [f"{number(found[phase])} {one if found[phase] == 1 else many}" for phase, one, many in COUNTED if found[phase]]
    students = Enrollment.objects.filter(course=member.course).students().count()
    context = {"rows": rows, "now": now, "students": students, "counts": counts}
    return render(request, "quizzes/staff_quizzes.html", frame(member, "quizzes") | context)


def quiz(request: HttpRequest, member: Membership, slug: str) -> HttpResponse:
    """Show one quiz: its times, what waits for a decision, who has done it, and how it went."""
    found = quiz_for(member, slug, timezone.now())
    return _overview(request, member, found, doubts_about(found))


@require_POST
@login_required
def quiz_settle(request: HttpRequest, course: str, quiz: str) -> HttpResponse:
    """Take the decision about one doubtful key; an impossible one comes back with what was ticked."""
    member = membership_for(request, course, Right.PLAN)
    now = timezone.now()
    found = quiz_for(member, quiz, now)
    doubts = doubts_about(found)
    waiting = doubts.waiting
    place = next((at for at, one in enumerate(waiting) if one.ask.ref == request.POST.get("question")), None)
    if place is None:
        messages.info(request, "This question is settled already.")
        return see_other(reverse("quizzes:quiz", args=[course, quiz]))
    one = waiting[place]
    ask, answer = answered(one.ask, request.POST)
    error = ask.error or ("" if answer else "Nothing is chosen yet.")
    if answer:
        try:
            settle_doubt(quiz=found, question=ask.ref, right=None if answer.confirmed else answer.chosen, by=member.user, now=now)
        except RefusedError as refusal:
            error = str(refusal)
    if error:
        waiting[place] = one.with_ask(ask, error)
        return _overview(request, member, found, doubts, status=422)
    messages.success(request, f"Question {one.position} is settled.")
    return see_other(reverse("quizzes:quiz", args=[course, quiz]))


@require_POST
@login_required
def quiz_unpublish(request: HttpRequest, course: str, quiz: str) -> HttpResponse:
    """Make a published quiz that nobody has started a draft again."""
    return _change(request, course, quiz, unpublish_quiz, "The quiz is a draft again. Students no longer see it.")


@require_POST
@login_required
def quiz_release(request: HttpRequest, course: str, quiz: str) -> HttpResponse:
    """Open key and feedback to the students."""
    return _change(request, course, quiz, release_results, "The results are open to the students.")


def _change(request: HttpRequest, course: str, quiz: str, action: Callable[..., object], done: str) -> HttpResponse:
    """Do one thing to a quiz that needs no form, and say that it is `done`, or why not."""
    member, now = membership_for(request, course, Right.PLAN), timezone.now()
    try:
        action(quiz=quiz_for(member, quiz, now), now=now)
    except RefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return see_other(reverse("quizzes:quiz", args=[course, quiz]))


@require_POST
@login_required
def quiz_grade_again(request: HttpRequest, course: str, quiz: str) -> HttpResponse:
    """Let the attempts be graded again that grading gave up."""
    member = membership_for(request, course, Right.PLAN)
    ids = grade_again(quiz=quiz_for(member, quiz, timezone.now()))
    for attempt_id in ids:
        ring(tasks.grade_attempt, attempt_id=attempt_id)
    if ids:
        messages.success(
            request, f"{capital(counted(len(ids), 'attempt'))} {'is' if len(ids) == 1 else 'are'} being graded again."
        )
    else:
        messages.info(request, "No attempt waits for grading any more.")
    return see_other(reverse("quizzes:quiz", args=[course, quiz]))


@require_safe
@login_required
def quiz_file(request: HttpRequest, course: str, quiz: str) -> HttpResponse:
    """Download the quiz as a text with its key, in the native format."""
    member = membership_for(request, course, Right.SEE_STAFF_PAGES)
    found = quiz_for(member, quiz, timezone.now())
    if not found.source:
        raise Http404
    response = HttpResponse(native_file(found).encode(), content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.slug}.md"'
    return response


def _overview(
    request: HttpRequest,
    member: Membership,
    quiz: Quiz,
    doubts: Doubts,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    rows = student_rows(quiz, now)
    questions = question_rows(quiz)
    most = max((row.max_score for row in rows), default=0)
    problems = _problems(quiz, doubts.waiting, now) if quiz.state == QuizState.DRAFT else []
    context = {
        "quiz": quiz,
        "now": now,
        "phase": phase_of(quiz, now).name,
        "waiting": doubts.waiting,
        "settled": doubts.settled,
        "problems": problems,
        "rows": rows,
        "submitted": sum(row.score is not None or row.waiting for row in rows),
        "running": sum(row.running for row in rows),
        "mean": mean(rows),
        "most": most,
        "spread": spread(rows, most),
        "questions": questions,
        "asked": sum((row.draws or 1) for row in questions if row.position),
        "graded": any(row.score is not None for row in rows),
        "late": write_late(tuple((minutes, percent) for minutes, percent in quiz.late_steps)) if quiz.late_steps else "",
        "may_release": quiz.is_released_by_hand and quiz.released_at is None,
        "stuck": [attempt for row in rows for attempt in row.stuck],
        "started": any(row.attempt is not None for row in rows),
    }
    return render(request, "quizzes/staff_quiz.html", frame(member, "quizzes") | context, status=status)


def _problems(quiz: Quiz, waiting: Sequence[OpenQuestion], now: datetime) -> list[str]:
    doubts = [(one.position, one.ask.doubt.value) for one in waiting]
    return publish_problems(quiz, markdown.parse(quiz.source), doubts, now)
