"""The bank of a course: its questions with search and tags, one question with its versions, and what can be done with it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.form_base import posted
from course.access import Membership, Right, frame, membership_for, see_other
from quizzes.actions.bank import (
    DuplicateQuestionError,
    add_question,
    change_question,
    copy_question,
    delete_question,
    newest_version,
    tag_question,
)
from quizzes.actions.refusals import RefusedError, TextConflictError
from quizzes.bank import Search, compared, listing, question_for, question_page
from quizzes.bank_forms import CopyForm, NewQuestionForm, QuestionTextForm, TagsForm
from quizzes.bank_text import question_text
from quizzes.content import content_stored
from quizzes.models import Question, QuizItem

TEMPLATE = "## What do you ask?\n\n- [ ] First option\n- [ ] Second option\n- [ ] Third option\n"


@require_safe
@login_required
def bank(request: HttpRequest, course: str) -> HttpResponse:
    """List the questions of a course: those that fit the words and the tag, 25 on a page."""
    member = membership_for(request, course, Right.SEE_STAFF_PAGES)
    asked = {name: request.GET.get(name, "").replace("\0", "")[:200] for name in ("q", "tag", "page")}
    search = Search(words=asked["q"].strip(), tag=asked["tag"], page=asked["page"] or "1")
    context = {"search": search, "found": listing(member.course, search)}
    return render(request, "quizzes/bank.html", frame(member, "quizzes") | context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def bank_new(request: HttpRequest, course: str) -> HttpResponse:
    """Write a question into the bank; one that it has already is shown instead."""
    member = membership_for(request, course, Right.PLAN)
    form = NewQuestionForm(posted(request), initial={"text": TEMPLATE, "base": 0})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            question = add_question(
                course=member.course, text=data["text"], tags=data["tags"], author=member.user, now=timezone.now()
            )
        except RefusedError as error:
            form.add_error("text", list(error.reasons))
        except DuplicateQuestionError as error:
            messages.info(request, "The bank has this very question already. Here it is; nothing was added.")
            return see_other(_address(member, error.question))
        else:
            messages.success(request, "The question is in the bank.")
            return see_other(_address(member, question))
    context = {"form": form, "base": 0}
    return render(request, "quizzes/bank_edit.html", frame(member, "quizzes") | context, status=422 if form.errors else 200)


@require_safe
@login_required
def bank_question(request: HttpRequest, course: str, question: str) -> HttpResponse:
    """Show one question with its key, its versions, where it is used, and its tags."""
    member = membership_for(request, course, Right.SEE_STAFF_PAGES)
    return _page(request, member, question_for(member, question))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def bank_edit(request: HttpRequest, course: str, question: str) -> HttpResponse:
    """Change a question that lives in the bank; one that stands in a quiz is changed in the text of that quiz."""
    member = membership_for(request, course, Right.PLAN)
    found = question_for(member, question)
    home = QuizItem.objects.filter(version__question=found).select_related("quiz").first()
    if home is not None:
        messages.info(request, "This question stands in the text of a quiz. Change it there.")
        return see_other(reverse("quizzes:quiz_edit", args=[course, home.quiz.slug]))
    version = newest_version(found)
    stored = question_text(content_stored(version), found.slug)
    form = QuestionTextForm(posted(request), initial={"text": stored, "base": version.number})
    current, status = None, 422
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            now_is = change_question(question=found, text=data["text"], base=data["base"], author=member.user, now=timezone.now())
        except RefusedError as error:
            form.add_error("text", list(error.reasons))
        except TextConflictError as error:
            current, status = error, 409
        else:
            messages.success(request, f"Saved as version {now_is.number}." if now_is != version else "Nothing was different.")
            return see_other(_address(member, found))
    context = {
        "form": form,
        "question": found,
        "version": version,
        "current": current,
        "base": current.revision if current else form["base"].value(),
    }
    return render(
        request, "quizzes/bank_edit.html", frame(member, "quizzes") | context, status=status if form.errors or current else 200
    )


@require_safe
@login_required
def bank_compare(request: HttpRequest, course: str, question: str) -> HttpResponse:
    """Show what is different between two versions of a question."""
    member = membership_for(request, course, Right.SEE_STAFF_PAGES)
    found = question_for(member, question)
    old, new, different = compared(found, request.GET.get("old", ""), request.GET.get("new", ""))
    numbers = found.versions.order_by("-number").values_list("number", flat=True)
    context = {"question": found, "old": old, "new": new, "changes": different, "numbers": list(numbers)}
    return render(request, "quizzes/bank_compare.html", frame(member, "quizzes") | context)


@require_POST
@login_required
def bank_tags(request: HttpRequest, course: str, question: str) -> HttpResponse:
    """Give a question other tags."""
    member = membership_for(request, course, Right.PLAN)
    found = question_for(member, question)
    form = TagsForm(request.POST)
    if form.is_valid():
        try:
            tag_question(question=found, tags=form.cleaned_data["tags"], author=member.user, now=timezone.now())
        except RefusedError as error:
            form.add_error("tags", list(error.reasons))
    if form.errors:
        return _page(request, member, found, tags_form=form)
    messages.success(request, "The tags are saved.")
    return see_other(_address(member, found))


@require_POST
@login_required
def bank_copy(request: HttpRequest, course: str, question: str) -> HttpResponse:
    """Append a copy of a question to a quiz, and go on in the text of that quiz."""
    member = membership_for(request, course, Right.PLAN)
    found = question_for(member, question)
    form = CopyForm(request.POST, course=member.course)
    if form.is_valid():
        try:
            quiz = copy_question(question=found, quiz=form.cleaned_data["quiz"], author=member.user, now=timezone.now())
        except RefusedError as error:
            form.add_error("quiz", list(error.reasons))
        else:
            messages.success(request, "The copy is the last question of this quiz.")
            return see_other(reverse("quizzes:quiz_edit", args=[course, quiz.slug]))
    return _page(request, member, found, copy_form=form)


@require_POST
@login_required
def bank_delete(request: HttpRequest, course: str, question: str) -> HttpResponse:
    """Delete a question that nothing uses."""
    member = membership_for(request, course, Right.PLAN)
    found = question_for(member, question)
    try:
        delete_question(question=found)
    except RefusedError as error:
        messages.error(request, str(error))
        return see_other(_address(member, found))
    messages.success(request, "The question is deleted.")
    return see_other(reverse("quizzes:bank", args=[course]))


def _page(
    request: HttpRequest,
    member: Membership,
    question: Question,
    *,
    tags_form: TagsForm | None = None,
    copy_form: CopyForm | None = None,
) -> HttpResponse:
    shown = question_page(question)
    refused = bool(tags_form or copy_form)
    context = {
        "page": shown,
        "question": question,
        "tags_form": tags_form or TagsForm(initial={"tags": shown.tags}),
        "copy_form": copy_form or CopyForm(course=member.course),
        "refused": tags_form or copy_form,
        "now": timezone.now(),
    }
    return render(request, "quizzes/bank_question.html", frame(member, "quizzes") | context, status=422 if refused else 200)


def _address(member: Membership, question: Question) -> str:
    return reverse("quizzes:bank_question", args=[member.course.slug, question.public_id])
