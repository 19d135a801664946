"""Importing a quiz on the web: paste or upload, look at what was found, decide, import as a draft."""

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.form_base import posted
from course.access import Membership, Right, frame, membership_for, see_other
from course.models import ImportDraft
from course.views.body_limit import limit_body
from quizzes.actions.authoring import checked_against, import_quiz, refuse_import, title_of
from quizzes.actions.imports import KIND, drop_quiz_draft, keep_quiz_draft, move_range
from quizzes.actions.refusals import RefusedError
from quizzes.asking import Answer, Ask, answered
from quizzes.formats import review
from quizzes.formats.detect import MAX_BYTES, parse_quiz
from quizzes.formats.lines import split_lines
from quizzes.formats.model import Format, ParsedQuiz, State
from quizzes.forms import ImportForm, ImportReviewForm
from quizzes.preview import ask_about, found_questions, ref_of

LONGEST_BODY = 1_000_000


def _too_long(request: HttpRequest, course: str) -> HttpResponse:
    """Refuse what is far longer than any quiz, unread."""
    member = membership_for(request, course, Right.PLAN)
    reason = "This is longer than a quiz can be (at most 200 kB). It was not read. Choose the quiz itself, or split it."
    context = {"form": ImportForm(), "reasons": (reason,)}
    return render(request, "quizzes/import.html", frame(member, "quizzes") | context, status=413)


@login_required
@limit_body(LONGEST_BODY, _too_long)
@require_http_methods(["GET", "HEAD", "POST"])
def quiz_import(request: HttpRequest, course: str) -> HttpResponse:
    """Take a file or a pasted text. What cannot be read comes back with every message and all that was typed."""
    member = membership_for(request, course, Right.PLAN)
    form = ImportForm(posted(request), request.FILES or None)
    reasons: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        data = form.content()
        parsed = parse_quiz(data, format=form.cleaned_data["format"], filename=form.filename())
        try:
            refuse_import(parsed)
        except RefusedError as error:
            reasons = error.reasons
            form = _with_text(request, data)
        else:
            draft = keep_quiz_draft(
                course=member.course,
                person=member.user,
                filename=form.filename(),
                text=data.decode(),
                known=parsed.format.value,
                now=timezone.now(),
            )
            return see_other(reverse("quizzes:quiz_import_review", args=[course, draft.public_id]))
    status = 422 if reasons or form.errors else 200
    context = {"form": form, "reasons": reasons}
    return render(request, "quizzes/import.html", frame(member, "quizzes") | context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def quiz_import_review(request: HttpRequest, course: str, draft: str) -> HttpResponse:
    """Show what was found beside its source; a POST imports it as a draft with the decisions made so far."""
    member = membership_for(request, course, Right.PLAN)
    kept = _draft_for(member, draft)
    parsed = _parsed(kept)
    form = ImportReviewForm(posted(request), initial={"title": title_of(parsed), **_range(parsed)})
    if request.method != "POST":
        return _review(request, member, kept, parsed, form)
    asks, answers = _answers(request, parsed)
    if not form.is_valid() or any(ask.error for ask in asks.values()):
        return _review(request, member, kept, parsed, form, asks=asks, status=422)
    try:
        imported = import_quiz(
            course=member.course,
            source=kept.source,
            parsed=parsed,
            title=form.cleaned_data["title"],
            author=member.user,
            now=timezone.now(),
            decisions=_decisions(parsed, answers),
        )
    except RefusedError as error:
        return _review(request, member, kept, parsed, form, asks=asks, reasons=error.reasons, status=422)
    drop_quiz_draft(draft=kept)
    pages = " What stood around the questions is kept as a draft page." if imported.pages else ""
    messages.success(request, f"Imported as a draft.{pages}")
    return see_other(reverse("quizzes:quiz", args=[course, imported.quiz.slug]))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def quiz_import_range(request: HttpRequest, course: str, draft: str) -> HttpResponse:
    """Read other lines of a pasted review as the quiz; title and decisions typed so far stay."""
    member = membership_for(request, course, Right.PLAN)
    kept = _draft_for(member, draft)
    if request.method != "POST":
        return see_other(reverse("quizzes:quiz_import_review", args=[course, draft]))
    form = ImportReviewForm(request.POST)
    if form.is_valid() or not {"start", "end"} & set(form.errors):
        move_range(draft=kept, start=form.cleaned_data.get("start"), end=form.cleaned_data.get("end"))
    parsed = _parsed(kept)
    asks, _ = _answers(request, parsed)
    return _review(request, member, kept, parsed, form, asks=asks, status=422 if form.errors else 200)


def _draft_for(member: Membership, public_id: str) -> ImportDraft:
    """Return a person's own draft of the course; anybody else's does not exist (404)."""
    drafts = ImportDraft.objects.filter(course=member.course, person=member.user, kind=KIND)
    found = drafts.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    found.course = member.course
    return found


def _parsed(draft: ImportDraft) -> ParsedQuiz:
    known = draft.options.get("format", Format.AUTO.value)
    if known == Format.REVIEW:
        start, end = draft.options.get("start"), draft.options.get("end")
        return review.parse(draft.source, start=start, end=end, filename=draft.filename)
    return checked_against(draft.course, parse_quiz(draft.source.encode(), format=known, filename=draft.filename))


def _range(parsed: ParsedQuiz) -> dict[str, int]:
    return {"start": parsed.range.start, "end": parsed.range.end} if parsed.range else {}


def _answers(request: HttpRequest, parsed: ParsedQuiz) -> tuple[dict[str, Ask], dict[str, Answer]]:
    asks: dict[str, Ask] = {}
    answers: dict[str, Answer] = {}
    for question in parsed.questions:
        if question.state is not State.READY:
            ask, answer = answered(ask_about(question), request.POST)
            asks[ask.ref] = ask
            if answer:
                answers[ask.ref] = answer
    return asks, answers


def _decisions(parsed: ParsedQuiz, answers: Mapping[str, Answer]) -> dict[int, frozenset[int]]:
    decided = {}
    for index, question in enumerate(parsed.questions):
        answer = answers.get(ref_of(question))
        if answer:
            decided[index] = question.key if answer.confirmed else frozenset(int(value) for value in answer.chosen)
    return decided


def _with_text(request: HttpRequest, data: bytes) -> ImportForm:
    """Return the form with a text in it that can be repaired on the page: the pasted one, or that of the file."""
    posted = request.POST.copy()
    if not posted.get("text"):
        posted["text"] = (
            data.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}") if len(data) <= MAX_BYTES else ""
        )
    form = ImportForm(posted)
    form.is_valid()
    form.errors.clear()
    return form


def _review(
    request: HttpRequest,
    member: Membership,
    draft: ImportDraft,
    parsed: ParsedQuiz,
    form: ImportReviewForm,
    *,
    asks: Mapping[str, Ask] | None = None,
    reasons: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    questions = found_questions(parsed, draft.source, asks or {})
    lines = len(split_lines(draft.source.rstrip("\r\n")))
    known = {number for question in parsed.questions for number in range(question.first_line, question.end_line + 1)}
    context = {
        "draft": draft,
        "parsed": parsed,
        "form": form,
        "questions": questions,
        "reasons": reasons,
        "lines": lines,
        "need": sum(question.ask is not None for question in questions),
        "is_review": parsed.format is Format.REVIEW,
        "notes_end": parsed.range.start - 1 if parsed.range and parsed.notes.strip() else 0,
        "rest": bool(parsed.rest.strip()),
        "to_the_end": parsed.range is not None and parsed.range.end >= lines,
        "remarks": [message for message in parsed.messages if message.line not in known or parsed.format is not Format.REVIEW],
    }
    return render(request, "quizzes/import_review.html", frame(member, "quizzes") | context, status=status)
