"""Writing a quiz: a new one, its text with preview and author check, its dates and rules, publishing it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from accounts.form_base import posted
from course.access import Membership, Right, frame, membership_for, see_other
from quizzes.access import quiz_for
from quizzes.actions.authoring import new_quiz, save_quiz_text
from quizzes.actions.publishing import change_rules, doubts_of, publish_problems, publish_quiz
from quizzes.actions.refusals import RefusedError, TextConflictError
from quizzes.actions.storing_draws import has_place
from quizzes.checks import by_gravity, remarks
from quizzes.draw_checks import draw_remarks
from quizzes.enums import Effect, QuizKind, QuizState, Scoring
from quizzes.form_fields import bad_points, shown_form, typed
from quizzes.formats import markdown
from quizzes.forms import NewQuizForm, QuizTextForm
from quizzes.models import Quiz
from quizzes.preview import asked_count, shown_questions
from quizzes.quiztext import with_newlines_of
from quizzes.results import phase_of
from quizzes.rule_checks import rule_remarks
from quizzes.rules import QuizRules, rules_of
from quizzes.rules_form import RulesForm
from quizzes.scoring import Policy


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def quiz_new(request: HttpRequest, course: str) -> HttpResponse:
    """Ask for a title, make a draft with five questions to overwrite, and open the editor."""
    member = membership_for(request, course, Right.PLAN)
    form = NewQuizForm(posted(request), course=member.course)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        quiz = new_quiz(course=member.course, title=data["title"], week=data["week"], author=member.user, now=timezone.now())
        view = "quizzes:quiz_form" if request.POST.get("view") == "form" else "quizzes:quiz_edit"
        return see_other(reverse(view, args=[course, quiz.slug]))
    status = 422 if form.is_bound else 200
    return render(request, "quizzes/staff_new.html", frame(member, "quizzes") | {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def quiz_edit(request: HttpRequest, course: str, quiz: str) -> HttpResponse:
    """The text of a quiz beside its preview and the author check; saving keeps drafts with errors too."""
    member = membership_for(request, course, Right.PLAN)
    found = quiz_for(member, quiz, timezone.now())
    if request.method != "POST":
        return editor(request, member, found, text=found.source, base=found.revision)
    refused = save_posted(request, member, found)
    if refused is not None:
        return refused
    messages.success(request, saved_words(found))
    return see_other(reverse("quizzes:quiz_edit", args=[course, quiz]))


@require_POST
@login_required
@vary_on_headers("HX-Request")
def quiz_preview(request: HttpRequest, course: str, quiz: str) -> HttpResponse:
    """Show what is typed, as text or in the form, as students would see it; nothing is saved.

    A fragment for htmx, else the whole editor: the text, also if it came from the form (that is the way from form to text).
    """
    member = membership_for(request, course, Right.PLAN)
    found = quiz_for(member, quiz, timezone.now())
    text, base = posted_text(request, found)
    return editor(request, member, found, text=text, base=base)


@require_POST
@login_required
def quiz_publish(request: HttpRequest, course: str, quiz: str) -> HttpResponse:
    """Publish a quiz; from the editor its typed text is saved first. A refusal says why, and nothing typed is lost."""
    member = membership_for(request, course, Right.PLAN)
    now = timezone.now()
    found = quiz_for(member, quiz, now)
    if "text" in request.POST:
        refused = save_posted(request, member, found)
        if refused is not None:
            return refused
        found.refresh_from_db()
    try:
        publish_quiz(quiz=found, now=now)
    except RefusedError as error:
        form, text = _is_form(request), found.source
        return editor(request, member, found, text=text, base=found.revision, form=form, reasons=error.reasons, status=422)
    opens = found.opens_at and found.opens_at > now
    messages.success(request, "The quiz is published. It opens by itself." if opens else "The quiz is published and open.")
    return see_other(reverse("quizzes:quiz", args=[course, quiz]))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def quiz_settings(request: HttpRequest, course: str, quiz: str) -> HttpResponse:
    """Dates and rules; times are on the course's clock."""
    member = membership_for(request, course, Right.PLAN)
    now = timezone.now()
    found = quiz_for(member, quiz, now)
    form = RulesForm(posted(request), course=member.course, initial=RulesForm.initial_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            change_rules(quiz=found, rules=form.rules(), author=member.user, now=now)
        except RefusedError as error:
            for reason in error.reasons:
                form.add_error("closes", reason)
        else:
            messages.success(request, _saved_words(form.rules()))
            for remark in rule_remarks(form.rules()):
                messages.warning(request, f"{remark.title}. {remark.text}")
            return see_other(reverse("quizzes:quiz", args=[course, quiz]))
    context = {"quiz": found, "form": form, "running": found.attempts.exists(), "course_zone": member.course.zone}
    return render(request, "quizzes/staff_settings.html", frame(member, "quizzes") | context, status=422 if form.errors else 200)


def _saved_words(rules: QuizRules) -> str:
    words = "Dates and rules are saved."
    if rules.kind == QuizKind.PRACTICE:
        words += (
            " As practice it has no time limit, takes as many attempts as wanted, shows everything at once and gives no grade."
        )
    return words


def saved_words(quiz: Quiz) -> str:
    """Return what to say about a text that was saved."""
    return "Saved. Students see it from now on." if quiz.state == QuizState.PUBLISHED else "The draft is saved."


def posted_text(request: HttpRequest, quiz: Quiz) -> tuple[str, int]:
    """Return the text that a request brings, with the fields of the form in it if it has any, and the revision it began with."""
    text = with_newlines_of(request.POST.get("text", ""), quiz.source)
    form = QuizTextForm(request.POST)
    form.is_valid()
    base = form.cleaned_data.get("base") or quiz.revision
    # What no quiz can be as long as is not taken apart: it is refused when it is saved.
    return typed(text, request.POST) if _is_form(request) and "text" in form.cleaned_data else text, base


def _is_form(request: HttpRequest) -> bool:
    return "form" in request.POST


def save_posted(request: HttpRequest, member: Membership, quiz: Quiz) -> HttpResponse | None:
    """Save what is posted; return the editor with what was typed if that is refused, None if it is saved."""
    text, base = posted_text(request, quiz)
    form = QuizTextForm({"text": text, "base": request.POST.get("base")})
    as_form = _is_form(request)
    reasons = tuple(bad_points(request.POST)) if as_form else ()
    if reasons or not form.is_valid():
        reasons += tuple(str(error) for errors in form.errors.values() for error in errors)
        return editor(request, member, quiz, text=text, base=base, form=as_form, reasons=reasons, status=422)
    try:
        save_quiz_text(quiz=quiz, text=text, author=member.user, now=timezone.now(), base=base)
    except TextConflictError as error:
        base, current = error.revision, error.current
        return editor(request, member, quiz, text=text, base=base, form=as_form, current=current, status=409)
    except RefusedError as error:
        return editor(request, member, quiz, text=text, base=base, form=as_form, reasons=error.reasons, status=422)
    return None


def editor(
    request: HttpRequest,
    member: Membership,
    quiz: Quiz,
    *,
    text: str,
    base: int,
    form: bool = False,
    reasons: tuple[str, ...] = (),
    current: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the editor around `text`, as text or as a form; `current` is what somebody else saved meanwhile."""
    now = timezone.now()
    parsed = markdown.parse(text)
    doubts = doubts_of(quiz)
    asked = [number for number, question in enumerate(parsed.questions, 1) if has_place(question)]
    waiting = frozenset(asked[position - 1] for position, _ in doubts if position <= len(asked))
    context = {
        "quiz": quiz,
        "phase": phase_of(quiz, now).name,
        "text": text,
        "base": base,
        "reasons": reasons,
        "current": current,
        "questions": shown_questions(parsed, Policy(quiz.scoring)),
        "as_form": form or _is_form(request),
        "asked": asked_count(parsed),
        "now": now,
        "remarks": by_gravity(
            [
                *remarks(parsed, limit=quiz.time_limit, settled=waiting),
                *rule_remarks(rules_of(quiz)),
                *draw_remarks(quiz, parsed),
            ]
        ),
        "problems": publish_problems(quiz, parsed, doubts, now),
        "doubts": len(doubts),
        "started": _started(quiz),
    }
    if form and not request.htmx:  # type: ignore[attr-defined]  # django_htmx
        context |= {"form_questions": shown_form(text), "scorings": Scoring.choices, "effects": Effect.choices}
    page = "quizzes/edit_form.html" if form else "quizzes/edit.html"
    name = "quizzes/edit.html#live" if request.htmx else page  # type: ignore[attr-defined]  # django_htmx
    return render(request, name, frame(member, "quizzes") | context, status=status)


def _started(quiz: Quiz) -> int:
    """Return how many students have begun a quiz: they keep what they were shown."""
    return quiz.attempts.order_by().values("student").distinct().count()
