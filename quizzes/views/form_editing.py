"""The questions of a quiz as a form: the same text as in the editor, put together by fields and buttons."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from course.access import Right, membership_for, see_other
from quizzes.access import quiz_for
from quizzes.form_fields import pressed
from quizzes.views.authoring import editor, posted_text, save_posted, saved_words


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def quiz_form(request: HttpRequest, course: str, quiz: str) -> HttpResponse:
    """Show the form; a button for order, adding or deleting changes what is typed, and only "save" saves it."""
    member = membership_for(request, course, Right.PLAN)
    found = quiz_for(member, quiz, timezone.now())
    if request.method != "POST":
        return editor(request, member, found, text=found.source, base=found.revision, form=True)
    button = request.POST.get("do", "")
    if button != "save":
        text, base = posted_text(request, found)
        return editor(request, member, found, text=pressed(text, button), base=base, form=True)
    refused = save_posted(request, member, found)
    if refused is not None:
        return refused
    messages.success(request, saved_words(found))
    return see_other(reverse("quizzes:quiz_form", args=[course, quiz]))
