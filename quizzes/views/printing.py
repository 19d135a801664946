"""A quiz for the printer: the paper that students fill in, and the answer key."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from course.access import Right, frame, membership_for
from quizzes.access import quiz_for
from quizzes.formats import markdown
from quizzes.paper import paper_questions, total_points
from quizzes.scoring import Policy


@require_safe
@login_required
def quiz_print(request: HttpRequest, course: str, quiz: str) -> HttpResponse:
    """Show a quiz as it is printed; with `?key=1` the answer key. Nobody's attempt is made or shown."""
    member = membership_for(request, course, Right.SEE_STAFF_PAGES)
    found = quiz_for(member, quiz, timezone.now())
    parsed = markdown.parse(found.source)
    context = {
        "quiz": found,
        "with_key": request.GET.get("key") == "1",
        "questions": paper_questions(parsed, Policy(found.scoring)),
        "points": total_points(parsed),
    }
    return render(request, "quizzes/staff_print.html", frame(member, "quizzes") | context)
