"""Saving one answer (quizzes.md section 4): the door to responses and the answer log."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Subquery

from quizzes.actions.attempts import hold
from quizzes.enums import STORED, AttemptState, QuestionKind, SaveOutcome
from quizzes.models import AnswerLog, Attempt, AttemptQuestion, Response
from quizzes.passing import is_ahead, is_behind, is_one_way
from quizzes.saving import SaveRequest, Verdict, chain, decide
from quizzes.schedule import is_running

ONE_CHOICE = (QuestionKind.SINGLE, QuestionKind.TRUE_FALSE)
# What a save writes over the answer before it.
CHANGES = ["chosen", "save_number", "tab", "counter", "request_id", "saved_at", "in_grace"]


class UnknownQuestion(LookupError):  # noqa: N818 - as LookupError
    """The attempt has no question at this place."""


class ImpossibleAnswer(ValueError):  # noqa: N818 - as ValueError
    """The answer names an option that is not of this question, or too many, or a question that comes later; nothing was
    stored.
    """


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a save. `chosen`, `save_number`, `saved_at` and `digest` are the current answer after it, also where
    it was refused (nothing, 0, None, "" where there is none); `repeat`: nothing changed because this save, or a later one
    of the same tab, is stored already.
    """

    outcome: SaveOutcome
    repeat: bool
    attempt: Attempt
    question: AttemptQuestion
    chosen: tuple[str, ...]
    save_number: int
    saved_at: datetime | None
    digest: str
    answered: int
    questions: int

    @property
    def is_stored(self) -> bool:
        return self.outcome in STORED


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question with its current answer, what the log knows about the request, and the counts of the attempt.

    `saves` and `digest` are the number of the last stored save of the attempt and the head of its chain (0 and "" before
    the first). They are read from the log: the lock on the attempt puts its saves in line, so nobody adds to it meanwhile.
    """

    attempt: Attempt
    question: AttemptQuestion
    response: Response | None
    replayed: bool
    tab_counter: int | None
    saves: int
    digest: str
    answered: int
    questions: int


def save(*, attempt: Attempt, request: SaveRequest, now: datetime, move_on: bool = False) -> Saved:
    """Store the whole answer of one question of `attempt`, or say why not: `save_found` for whoever has the attempt already."""
    return save_found(find=lambda: hold(attempt), request=request, now=now, move_on=move_on)


def save_found(*, find: Callable[[], Attempt], request: SaveRequest, now: datetime, move_on: bool = False) -> Saved:
    """Store the whole answer of one question, or say why not. Four statements in one transaction.

    `find` is called inside the transaction and returns the attempt with its row locked and its quiz, as `hold` and
    `quizzes.access.held_attempt_for` do; what it raises passes through. `move_on`: the student goes on to the next
    question, which closes this one where there is no way back (a fifth statement, there only).

    Same request id, or same tab and counter not higher than stored: nothing changes. Another tab and a base that is not
    the current save: conflict. After the end and its grace, after submission, or after the question was passed for good:
    refused. Refusals are logged too. Raises UnknownQuestion, and ImpossibleAnswer for options that are not of this
    question and for questions that come later.
    """
    with transaction.atomic():
        asked = _ask(find(), request)
        verdict = decide(
            request,
            replayed=asked.replayed,
            tab_counter=asked.tab_counter,
            current=asked.response.save_number if asked.response else 0,
            current_tab=asked.response.tab if asked.response else "",
        )
        if verdict is Verdict.REPEAT:
            return _told(asked, SaveOutcome.STORED, repeat=True)
        _check(asked.question, request)
        _check_reached(asked.attempt, request)
        if not is_running(asked.attempt, now):
            return _refuse(asked, request, SaveOutcome.CLOSED, now)
        if is_behind(asked.attempt, request.position):
            return _refuse(asked, request, SaveOutcome.PASSED, now)
        if verdict is Verdict.CONFLICT:
            return _refuse(asked, request, SaveOutcome.CONFLICT, now)
        saved = _store(asked, request, now)
        if move_on and is_one_way(asked.attempt.quiz):
            _pass(asked.attempt, request.position, asked.questions)
        return saved


def pass_by(*, attempt: Attempt, position: int, now: datetime) -> bool:
    """Go on from question `position` without an answer where there is no way back; say whether it happened here.

    A repeat, a question that was not reached, the last one and an attempt that is over change nothing. Two statements.
    """
    if not is_one_way(attempt.quiz) or not is_running(attempt, now):
        return False
    return _pass(attempt, position, attempt.questions.count())


def _pass(attempt: Attempt, position: int, questions: int) -> bool:
    """Close question `position`. The last one stays open until the attempt is submitted: nothing comes after it."""
    if position >= questions:
        return False
    here = Attempt.objects.filter(pk=attempt.pk, state=AttemptState.IN_PROGRESS, reached=position)
    return here.update(reached=position + 1) == 1


def _ask(attempt: Attempt, request: SaveRequest) -> _Asked:
    """Read all that the decision needs, in one query after the lock. Joined with the locking query, a row that waited
    would bring the other tables as they were before the wait.
    """
    stored = AnswerLog.objects.filter(attempt=attempt, save_number__isnull=False)
    of_tab = stored.filter(question=OuterRef("pk"), tab=request.tab).order_by("-counter").values("counter")[:1]
    head = stored.order_by("-save_number")
    of_attempt = AttemptQuestion.objects.filter(attempt=attempt).order_by().values("attempt")
    question = (
        AttemptQuestion.objects.filter(attempt=attempt, position=request.position)
        .select_related("version", "response")
        .annotate(
            replayed=Exists(stored.filter(request_id=request.request_id)),
            tab_counter=Subquery(of_tab),
            saves=Subquery(head.values("save_number")[:1]),
            digest=Subquery(head.values("digest")[:1]),
            answered=Subquery(of_attempt.annotate(rows=Count("response")).values("rows")),
            questions=Subquery(of_attempt.annotate(rows=Count("pk")).values("rows")),
        )
        .first()
    )
    if question is None:
        raise UnknownQuestion(f"{attempt} has no question {request.position}")
    return _Asked(
        attempt,
        question,
        getattr(question, "response", None),
        replayed=question.replayed,
        tab_counter=question.tab_counter,
        saves=question.saves or 0,
        digest=question.digest or "",
        answered=question.answered,
        questions=question.questions,
    )


def _check(question: AttemptQuestion, request: SaveRequest) -> None:
    foreign = set(request.chosen) - set(question.option_order)
    if foreign:
        raise ImpossibleAnswer(f"Question {question.position} has no such option.")
    if question.version.kind in ONE_CHOICE and len(request.chosen) > 1:
        raise ImpossibleAnswer(f"Question {question.position} takes one answer.")


def _check_reached(attempt: Attempt, request: SaveRequest) -> None:
    if is_ahead(attempt, request.position):
        raise ImpossibleAnswer(f"Question {request.position} comes later: this quiz asks one question after the other.")


def _told(asked: _Asked, outcome: SaveOutcome, *, repeat: bool = False) -> Saved:
    response = asked.response
    return Saved(
        outcome=outcome,
        repeat=repeat,
        attempt=asked.attempt,
        question=asked.question,
        chosen=tuple(response.chosen) if response else (),
        save_number=response.save_number if response else 0,
        saved_at=response.saved_at if response else None,
        digest=asked.digest,
        answered=asked.answered,
        questions=asked.questions,
    )


def _log(asked: _Asked, request: SaveRequest, outcome: SaveOutcome, now: datetime) -> AnswerLog:
    return AnswerLog(
        attempt=asked.attempt,
        question=asked.question,
        outcome=outcome,
        chosen=list(request.chosen),
        tab=request.tab,
        counter=request.counter,
        base=request.base,
        request_id=request.request_id,
        at=now,
    )


def _refuse(asked: _Asked, request: SaveRequest, outcome: SaveOutcome, now: datetime) -> Saved:
    _log(asked, request, outcome, now).save(force_insert=True)
    return _told(asked, outcome)


def _store(asked: _Asked, request: SaveRequest, now: datetime) -> Saved:
    attempt, question = asked.attempt, asked.question
    late = attempt.ends_at is not None and now >= attempt.ends_at
    entry = _log(asked, request, SaveOutcome.GRACE if late else SaveOutcome.STORED, now)
    entry.save_number = asked.saves + 1
    entry.digest = chain(asked.digest, log_row(entry, attempt.public_id, question.position))
    entry.save(force_insert=True)
    response = Response(
        question=question,
        chosen=entry.chosen,
        save_number=entry.save_number,
        tab=request.tab,
        counter=request.counter,
        request_id=request.request_id,
        saved_at=now,
        in_grace=late,
    )
    Response.objects.bulk_create([response], update_conflicts=True, unique_fields=["question"], update_fields=CHANGES)
    return Saved(
        outcome=SaveOutcome(entry.outcome),
        repeat=False,
        attempt=attempt,
        question=question,
        chosen=tuple(entry.chosen),
        save_number=entry.save_number,
        saved_at=now,
        digest=entry.digest,
        answered=asked.answered + (asked.response is None),
        questions=asked.questions,
    )


def log_row(entry: AnswerLog, attempt: str, position: int) -> dict[str, object]:
    """Return what the digest of a stored save covers: everything a receipt shows, in canonical types."""
    return {
        "attempt": attempt,
        "save": entry.save_number,
        "question": position,
        "outcome": entry.outcome,
        "chosen": entry.chosen,
        "tab": entry.tab,
        "n": entry.counter,
        "base": entry.base,
        "request": entry.request_id,
        "at": entry.at.astimezone(UTC).isoformat(),  # as it comes back from the database
    }
