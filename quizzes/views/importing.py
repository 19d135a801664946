"""Importing a quiz on the web: paste or upload, look at what was found, decide, import as a draft."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.form_base import posted
from course.access import Membership, Right, frame, membership_for, see_other
from course.actions.imports import waiting_drafts
from course.models import ImportDraft
from course.views.body_limit import limit_body
from quizzes.actions.authoring import refuse_import, title_of
from quizzes.actions.front_settings import MAX_TITLE
from quizzes.actions.imports import (
    KEPT_FOR,
    KIND,
    import_draft,
    keep_quiz_draft,
    keep_reading,
    quiz_of_that_name,
    read_as,
)
from quizzes.actions.newer_text import KeyChangedError, MustAskError
from quizzes.actions.refusals import RefusedError, TextConflictError
from quizzes.actions.rekeying import KeyChange
from quizzes.asking import Ask, answered
from quizzes.enums import QuizState
from quizzes.formats.detect import MAX_BYTES, parse_quiz
from quizzes.formats.model import SUPPORTED, Format, ParsedQuiz
from quizzes.forms import ImportForm, ImportReviewForm
from quizzes.import_page import import_page, keys_decided, read, replacement, same_said
from quizzes.models import Quiz
from quizzes.preview import asks_about, ref_of
from quizzes.reading import Decision, Move, Place, Reading, fingerprint, move_of, moved
from quizzes.wording import capital, counted

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
            _refuse_unread(parsed, form.cleaned_data["format"])
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
                found=parsed,
            )
            return see_other(reverse("quizzes:quiz_import_review", args=[course, draft.public_id]))
    now = timezone.now()
    waiting = waiting_drafts(course=member.course, person=member.user, kind=KIND, now=now)
    context = {"form": form, "reasons": reasons, "waiting": waiting, "now": now}
    status = 422 if reasons or form.errors else 200
    return render(request, "quizzes/import.html", frame(member, "quizzes") | context, status=status)


@dataclass(frozen=True, slots=True)
class _Step:
    """One request of the review step: the text, how it is read so far, and a quiz of its name if there is one."""

    request: HttpRequest
    member: Membership
    draft: ImportDraft
    reading: Reading
    parsed: ParsedQuiz
    there: Quiz | None

    @property
    def url(self) -> str:
        return reverse("quizzes:quiz_import_review", args=[self.member.course.slug, self.draft.public_id])

    def form(self) -> ImportReviewForm:
        """Return the form with what was sent, or with what was typed before."""
        reading, lines = self.reading, self.parsed.range
        title = title_of(self.parsed) if reading.title is None else reading.title
        initial = {"title": title, "place": reading.place, "start": lines and lines.start, "end": lines and lines.end}
        return ImportReviewForm(posted(self.request), there=self.there, initial=initial)

    def compared_anew(self) -> "tuple[_Step, ImportReviewForm]":
        """Return the step and what was sent, compared with what the quiz of that name says by now."""
        there = quiz_of_that_name(self.member.course, self.parsed)
        data = self.request.POST.copy()
        data["base"] = str(there.revision if there else 0)
        return replace(self, there=there), ImportReviewForm(data, there=there)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def quiz_import_review(request: HttpRequest, course: str, draft: str) -> HttpResponse:
    """Show what was found beside its source; a POST imports it as a draft with the decisions made so far."""
    step = _step(request, course, draft)
    if request.method != "POST":
        return _review(step, step.form(), asks_about(step.parsed, step.reading.decisions))
    step, asks = _typed(step)
    form = step.form()
    reasons: Sequence[str] = ()
    status, change = 422, KeyChange()
    if form.is_valid() and not any(ask.error for ask in asks.values()):
        try:
            return _imported(step, form.cleaned_data)
        except RefusedError as error:
            reasons = error.reasons
        except MustAskError:
            reasons = [_WHICH]
        except KeyChangedError as error:
            change = error.change
            attempts, them = counted(change.graded, "graded attempt"), "it" if change.graded == 1 else "them"
            reasons = [f"This changes {change.keys} for {attempts}. Say whether to grade {them} again."]
        except TextConflictError:
            status = 409
            reasons = ["Somebody changed the quiz meanwhile. Below is how the text differs from it now."]
            step, form = step.compared_anew()
    keep_reading(draft=step.draft, reading=step.reading)
    return _review(step, form, asks, reasons=reasons, change=change, status=status)


_WHICH = "There are answers, and nothing tells which is which. Say so below; two things cannot be the same old one."


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def quiz_import_range(request: HttpRequest, course: str, draft: str) -> HttpResponse:
    """Read other lines of a text as the quiz, or read it as something else; title and decisions typed so far stay."""
    step = _step(request, course, draft)
    if request.method != "POST":
        return see_other(step.url)
    step, asks = _typed(step)
    form = step.form()
    form.is_valid()
    if {"start", "end"} & set(form.errors):
        return _review(step, form, asks, status=422)
    start, end = form.cleaned_data.get("start"), form.cleaned_data.get("end")
    if others := [found for found in step.parsed.candidates if str(found.start) == request.POST.get("other")]:
        start, end = others[0].start, others[0].end
    reading = replace(step.reading, start=start, end=end)
    draft_kept = keep_reading(draft=step.draft, reading=_with_same(reading, step.reading))
    if (known := request.POST.get("as")) in set(SUPPORTED):
        read_as(draft=draft_kept, known=Format(known))
    return see_other(step.url)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def quiz_import_cut(request: HttpRequest, course: str, draft: str) -> HttpResponse:
    """Join a paragraph of a pasted review with what stands above it, or let an option begin there; what was typed stays."""
    step = _step(request, course, draft)
    move = move_of(request.POST.get("cut", ""))
    if request.method != "POST" or move is None:
        return see_other(step.url)
    step, _ = _typed(step)
    reading = moved(step.reading, *move, read=lambda tried: read(step.draft, tried))
    keep_reading(draft=step.draft, reading=_with_same(reading or step.reading, step.reading))
    kind, line = move
    if reading is None:
        what = "joined with what stands above it" if kind is Move.JOIN else "made the beginning of an option"
        messages.info(request, f"Line {line} cannot be {what}.")
        return see_other(step.url)
    inside = (q for q in read(step.draft, reading).questions if q.first_line <= line <= q.end_line)
    at = next((ref_of(question) for question in inside), "")
    return see_other(f"{step.url}?cut={at}#import-{at}" if at else step.url)


def _with_same(reading: Reading, before: Reading) -> Reading:
    """Forget what is which where other lines are read: those answers go by the place of a question."""
    return reading if reading.reads_as(before) else replace(reading, same={})


def _refuse_unread(parsed: ParsedQuiz, chosen: str) -> None:
    """Refuse a text that the review step could do nothing about. Who says that it is a review can choose its lines there."""
    if chosen != Format.REVIEW or parsed.format is not Format.REVIEW or not parsed.notes.strip():
        refuse_import(parsed, as_draft=True)


def _step(request: HttpRequest, course: str, public_id: str) -> _Step:
    """Return the step about a person's own draft of the course; anybody else's, or one over a week old, does not exist (404)."""
    member = membership_for(request, course, Right.PLAN)
    drafts = ImportDraft.objects.filter(course=member.course, person=member.user, kind=KIND)
    draft = drafts.filter(public_id=public_id, created_at__gt=timezone.now() - KEPT_FOR).first()
    if draft is None:
        raise Http404
    draft.course, draft.person = member.course, member.user
    reading = Reading.of(draft.options)
    parsed = read(draft, reading)
    return _Step(request, member, draft, reading, parsed, quiz_of_that_name(member.course, parsed))


def _typed(step: _Step) -> tuple[_Step, dict[str, Ask]]:
    """Return the step with what was sent, and the questions with it in their fields and what is wrong with it."""
    sent, decisions, asks = step.request.POST, dict(step.reading.decisions), asks_about(step.parsed, {})
    for question in step.parsed.questions:
        if ref_of(question) in asks:
            ask, _ = answered(asks[ref_of(question)], sent)
            ticked = frozenset(int(choice.value) for choice in ask.choices if choice.ticked)
            asks[ask.ref] = ask
            decisions[ask.ref] = Decision(fingerprint(question) if ask.yes else "", ticked)
    place = sent.get("place", "")
    title = sent.get("title", step.reading.title or "")[:MAX_TITLE].replace("\0", "")
    reading = replace(
        step.reading,
        title=title,
        place=place if place in set(Place) else "",
        decisions=decisions,
        same=same_said(sent),
        base=step.there.revision if step.there else 0,
    )
    return replace(step, reading=reading), asks


_REGRADE = {"yes": True, "no": False}


def _imported(step: _Step, data: dict[str, Any]) -> HttpResponse:
    """Import the text where the form says, and lead to the quiz. Raises what the action raises for what cannot be."""
    into = step.there if data.get("place") == Place.REPLACE else None
    try:
        imported = import_draft(
            draft=step.draft,
            parsed=step.parsed,
            title=data["title"],
            now=timezone.now(),
            decisions=keys_decided(step.parsed, step.reading),
            into=into,
            base=data.get("base") or 0,
            same=step.reading.same,
            regrade=_REGRADE.get(step.request.POST.get("regrade", "")),
        )
    except ImportDraft.DoesNotExist:
        messages.info(step.request, "This text is imported already.")
        return see_other(reverse("quizzes:quizzes", args=[step.member.course.slug]))
    words = "Imported as a draft."
    if into is not None:
        seen = imported.quiz.state == QuizState.PUBLISHED
        words = "Replaced. Students see it from now on." if seen else "Replaced. It is a draft as before."
    if count := imported.regraded:
        words += f" {capital(counted(count, 'attempt'))} {'is' if count == 1 else 'are'} graded again."
    words = " ".join([words, *imported.apart])
    pages = " What stood around the questions is kept as a draft page." if imported.pages else ""
    messages.success(step.request, f"{words}{pages}")
    return see_other(imported.quiz.get_absolute_url())


def _review(
    step: _Step,
    form: ImportReviewForm,
    asks: dict[str, Ask],
    *,
    reasons: Sequence[str] = (),
    change: KeyChange | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the step; where the text's `change` of the key reaches graded attempts, whether to grade them again is asked."""
    page = import_page(step.draft, step.parsed, asks, step.reading)
    there = step.there
    context = {
        "draft": step.draft,
        "parsed": step.parsed,
        "form": form,
        "page": page,
        "questions": page.questions,
        "cut": step.request.GET.get("cut"),
        "reasons": reasons,
        "key_change": change,
        "replacement": there and replacement(there, step.parsed, step.draft.source, step.reading),
    }
    return render(step.request, "quizzes/import_review.html", frame(step.member, "quizzes") | context, status=status)


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
