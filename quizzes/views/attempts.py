"""Taking a quiz: start, one question at a time, save, mark, check, submit."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh, trigger_client_event

from accounts.access import person_of
from course.access import Right, membership_for, see_other, zone_words
from notifications.bell import ring
from quizzes import tasks
from quizzes.access import attempt_for, attempt_to_change, held_attempt_for, quiz_for
from quizzes.actions import attempts as acts
from quizzes.actions.answers import ImpossibleAnswer, Saved, UnknownQuestion, pass_by, save_found
from quizzes.attempt_page import (
    Form,
    answer_words,
    attempt_page,
    clock,
    first_position,
    place_link,
    places_of,
    state_words,
    unanswered_words,
)
from quizzes.enums import AttemptState, Layout, SaveOutcome
from quizzes.models import Attempt, AttemptQuestion
from quizzes.passing import is_ahead, is_behind, is_one_way
from quizzes.saving import BadSave, SaveRequest, knows_clock, read_known, read_save
from quizzes.schedule import is_running
from quizzes.views.access_codes import code_problem, typed_code
from quizzes.views.student import start_page


def attempt_url(name: str, attempt: Attempt, query: str = "") -> str:
    """Return the address of a page of an attempt."""
    return reverse(f"quizzes:{name}", args=[attempt.quiz.course.slug, attempt.quiz.slug, attempt.public_id]) + query


def _page(request: HttpRequest, template: str, attempt: Attempt, status: int = 200, **context: object) -> HttpResponse:
    """Render a page of an attempt. No browser keeps it: Back would show an old answer."""
    now, course = timezone.now(), attempt.quiz.course
    frame: dict[str, object] = {
        "attempt": attempt,
        "quiz": attempt.quiz,
        "course": course,
        "clock": clock(attempt, now),
        "now": now,
    }
    frame["zone_name"] = zone_words(person_of(request).zone or course.zone)
    response = render(request, template, frame | context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def by_script(request: HttpRequest) -> bool:
    """Whether htmx sent this request, and parts of the page are the answer."""
    return request.headers.get("HX-Request") == "true"


@require_POST
@login_required
def quiz_start(request: HttpRequest, course: str, quiz: str) -> HttpResponse:
    """Start an attempt, or go on with the open one."""
    member, now = membership_for(request, course, Right.TAKE_PART), timezone.now()
    found = quiz_for(member, quiz, now)
    try:
        attempt = acts.start(quiz=found, student=member.user, now=now, code=typed_code(request, found))
    except acts.NotStartable as refused:
        words = code_problem(request, found) if refused.wrong_code else ""
        return start_page(request, member, quiz_for(member, quiz, now), now, status=409, code_error=words)  # 404 for a draft
    attempt.quiz = found
    return see_other(attempt_url("attempt", attempt))


@require_safe
@login_required
def attempt(request: HttpRequest, course: str, quiz: str, attempt: str) -> HttpResponse:
    """Show one question (`?q=3`, else the first) of a running attempt, or all of them on one page."""
    member = membership_for(request, course)
    found = attempt_for(member, quiz, attempt)
    if not is_running(found, timezone.now()):
        return redirect(attempt_url("attempt_result", found))
    position = _place(request.GET.get("q", str(first_position(found))))
    page = attempt_page(found, position)
    if page is None:
        raise Http404
    if is_behind(found, position) or is_ahead(found, position):
        return _page(request, "quizzes/out_of_reach.html", found, 409, place=page.places[position - 1], places=page.places)
    return _page(request, "quizzes/attempt.html", found, page=page)


def _place(text: str) -> int:
    """A question's place from an address; 0, which no question has, for anything that is not a small number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


@require_POST
@login_required
def attempt_save(request: HttpRequest, course: str, quiz: str, attempt: str) -> HttpResponse:
    """Save one answer. The script gets the parts of the page that change; a plain form goes to the next question.

    Six statements in all, two of them for session and person; `held_attempt_for` says why the others are so few. Where
    there is no way back, going on is a seventh.
    """
    try:
        asked = read_save(request.POST)
        if not by_script(request) and _nothing_to_save(request, asked):
            found = attempt_to_change(membership_for(request, course), quiz, attempt)
            return _go_on_without_saving(request, found, asked.position)
        saved = save_found(
            find=lambda: held_attempt_for(request, course, quiz, attempt),
            request=asked,
            now=timezone.now(),
            move_on=_goes_on(request),
        )
    except UnknownQuestion as error:
        raise Http404 from error
    except (BadSave, ImpossibleAnswer) as error:
        return _not_saved(request, attempt_to_change(membership_for(request, course), quiz, attempt), 422, words=str(error))
    return _answer(request, asked, saved)


def _answer(request: HttpRequest, asked: SaveRequest, saved: Saved) -> HttpResponse:
    """Say what became of a save."""
    scripted = by_script(request)
    if not scripted:
        _mark_with_answer(request, saved.attempt, saved.question)
    if not saved.is_stored or (saved.repeat and saved.chosen != asked.chosen and not scripted):
        return _refused(request, asked, saved)
    if not scripted:
        return see_other(_next(request, saved.attempt, asked.position, saved.questions))
    response = _page(request, "quizzes/saved.html", saved.attempt, 200, saved=saved, **_told(saved))
    return trigger_client_event(
        response, "quiz:saved", {"question": asked.position, "save": saved.save_number, "n": asked.counter}
    )


def _told(saved: Saved) -> dict[str, str]:
    """What the reply to a save says besides its time: where on the page, and the state of the question."""
    alone, place = saved.attempt.quiz.layout != Layout.ALL, str(saved.question.position)
    words = state_words(answered=True, marked=saved.question.marked, current=alone)
    return {"place": place, "part": "" if alone else f"-{place}", "words": words}


def _mark_with_answer(request: HttpRequest, attempt: Attempt, question: AttemptQuestion) -> None:
    """Without the script the mark comes with the answer's form; mostly it is as it was."""
    marked = "marked" in request.POST
    if "marks" in request.POST and marked != question.marked:
        acts.mark(attempt=attempt, position=question.position, marked=marked, now=timezone.now())


def _go_on_without_saving(request: HttpRequest, attempt: Attempt, position: int) -> HttpResponse:
    """Go on from a question that was left alone. Where there is no way back, that is asked once more."""
    question = attempt.questions.filter(position=position).first()
    if question is None:
        raise Http404
    _mark_with_answer(request, attempt, question)
    questions = attempt.questions.count()
    if _goes_on(request) and is_one_way(attempt.quiz) and position == attempt.reached < questions:
        if "sure" not in request.POST:
            return _page(request, "quizzes/go_on.html", attempt, 422, position=position, form=Form(0))
        pass_by(attempt=attempt, position=position, now=timezone.now())
    return see_other(_next(request, attempt, position, questions))


def _nothing_to_save(request: HttpRequest, asked: SaveRequest) -> bool:
    """Going on from a question that was never answered, with nothing ticked, is not an answer: it would say
    "left blank on purpose". That is what "None of these is right" is for.
    """
    return not asked.chosen and asked.base == 0 and "none" not in request.POST


def _goes_on(request: HttpRequest) -> bool:
    """Whether a form was sent to go on to the next question, not only to save."""
    return not by_script(request) and "none" not in request.POST and request.POST.get("then") != "stay"


def _next(request: HttpRequest, attempt: Attempt, position: int, questions: int) -> str:
    """Where a plain form goes: on to the next question, from the last to the check; other buttons stay."""
    if not _goes_on(request) or attempt.quiz.layout == Layout.ALL:
        return attempt_url("attempt", attempt, place_link(attempt.quiz, position))
    if position < questions:
        return attempt_url("attempt", attempt, place_link(attempt.quiz, position + 1))
    return attempt_url("attempt_check", attempt)


def _refused(request: HttpRequest, asked: SaveRequest, saved: Saved) -> HttpResponse:
    """409: another window was ahead, the question was passed for good, or the attempt is over. Says both answers;
    nothing is merged by guess.
    """
    kind = {SaveOutcome.CLOSED: "over", SaveOutcome.PASSED: "passed"}.get(saved.outcome, "conflict")
    return _not_saved(
        request,
        saved.attempt,
        409,
        kind=kind,
        saved=saved,
        form=Form(saved.save_number),
        asked=asked,
        link=place_link(saved.attempt.quiz, asked.position),
        mine=answer_words(saved.question, asked.chosen),
        theirs=answer_words(saved.question, saved.chosen),
    )


def _not_saved(request: HttpRequest, attempt: Attempt, status: int, **context: object) -> HttpResponse:
    template = "quizzes/not_saved.html#answer-notice-body" if by_script(request) else "quizzes/not_saved.html"
    return _page(request, template, attempt, status, **context)


@require_POST
@login_required
def attempt_mark(request: HttpRequest, course: str, quiz: str, attempt: str) -> HttpResponse:
    """Mark a question to look at again, or take the mark away. It is not an answer and saves none."""
    member = membership_for(request, course)
    found = attempt_to_change(member, quiz, attempt)
    position = _place(request.POST.get("question", ""))
    if not acts.mark(attempt=found, position=position, marked="marked" in request.POST, now=timezone.now()):
        return _not_saved(request, found, 409, kind="over")
    if not by_script(request):
        return see_other(attempt_url("attempt", found, place_link(found.quiz, position)))
    current = 0 if found.quiz.layout == Layout.ALL else position
    return _page(request, "quizzes/marked.html", found, place=places_of(found, current=current)[position - 1])


@require_safe
@login_required
def attempt_clock(request: HttpRequest, course: str, quiz: str, attempt: str) -> HttpResponse:
    """What a page of a running attempt asks every ten seconds: 204 while its clock is right, else the new one.

    The page says which end it knows and how many seconds it shows: a changed limit and a device that slept are both
    noticed. An attempt that is over leads to its result. Four queries.
    """
    member, now = membership_for(request, course), timezone.now()
    found = attempt_for(member, quiz, attempt)
    if not is_running(found, now):
        return HttpResponseClientRefresh()
    current = clock(found, now)
    ends, left = (int(current.ends_at.timestamp()), current.seconds) if current else (None, 0)
    if knows_clock(request.GET, ends, left):
        return HttpResponse(status=204)
    return render(request, "quizzes/timer.html", {"clock": current})


@require_safe
@login_required
def attempt_check(request: HttpRequest, course: str, quiz: str, attempt: str) -> HttpResponse:
    """Show every answer before submitting, to somebody who may submit."""
    member = membership_for(request, course)
    found = attempt_for(member, quiz, attempt)
    if not is_running(found, timezone.now()):
        return redirect(attempt_url("attempt_result", found))
    member.require(Right.TAKE_PART)
    return _check_page(request, found)


def _check_page(request: HttpRequest, attempt: Attempt, status: int = 200, missing: tuple[int, ...] = ()) -> HttpResponse:
    places = places_of(attempt)
    unanswered = [place for place in places if not place.answered]
    within_reach = [place for place in places if place.link]
    return _page(
        request,
        "quizzes/check.html",
        attempt,
        status,
        places=places,
        unanswered=unanswered,
        missing=[place for place in places if place.position in missing],
        back=next((place for place in within_reach if not place.answered), within_reach[0]),
        one_way=is_one_way(attempt.quiz),
        title=unanswered_words(places),
    )


@require_POST
@login_required
def attempt_submit(request: HttpRequest, course: str, quiz: str, attempt: str) -> HttpResponse:
    """Submit once. The answer does not wait for grading.

    A page whose clock ran out says so (`over`): where the student has more time by now, it goes on.
    """
    member = membership_for(request, course)
    found = attempt_to_change(member, quiz, attempt)
    try:
        known, over = read_known(request.POST), "over" in request.POST
        submission = acts.submit(attempt=found, known=known, now=timezone.now(), only_over=over)
    except BadSave as error:
        return _not_saved(request, found, 422, words=str(error))
    if submission.missing:
        return _check_page(request, found, 409, submission.missing)
    if submission.attempt.state == AttemptState.IN_PROGRESS:
        return see_other(attempt_url("attempt", found))
    if submission.attempt.state == AttemptState.SUBMITTED:
        ring(tasks.grade_attempt, attempt_id=found.pk)
    return see_other(attempt_url("attempt_result", found))
