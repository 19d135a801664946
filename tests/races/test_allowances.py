"""More time that is given while its student starts or hands in: whoever comes first, what holds in the end is the new time."""

from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from accounts.models import User
from course.enums import Role
from course.models import Enrollment
from quizzes.actions import allowances
from quizzes.actions import attempts as acts
from quizzes.actions.allowances import Difference, set_exception
from quizzes.enums import AttemptState
from quizzes.models import Attempt, Quiz
from quizzes.schedule import Schedule, schedules_of
from tests.conftest import NOW, Cast
from tests.proof import examples
from tests.quizzes.making import at, make_quiz
from tests.races.test_attempts import CONTROL_ROUNDS, class_of_ten, together, unlocked

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["class_of_ten", "unlocked"]

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("class_of_ten")]

ROUNDS = examples(3, 60)


def give_hour(quiz: Quiz, student: User, by: User) -> int:
    return set_exception(quiz=quiz, student=student, difference=Difference(time_limit=3600), by=by, now=NOW)


def students(cast: Cast) -> list[User]:
    enrolled = Enrollment.objects.filter(course=cast.course, role=Role.STUDENT).select_related("person")
    return [one.person for one in enrolled]


def start_against_exceptions(cast: Cast, slug: str) -> set[object]:
    """Everybody starts while everybody is given an hour; return the ends of their attempts."""
    quiz = make_quiz(cast.course, slug, keys=["A"])
    works: list[Callable[[], object]] = []
    for one in students(cast):
        works += [partial(acts.start, quiz=quiz, student=one, now=NOW), partial(give_hour, quiz, one, cast.instructor)]
    failed = [one for one in together(works) if isinstance(one, Exception)]
    assert failed == []
    return set(quiz.attempts.values_list("ends_at", flat=True))


def test_starts_against_exceptions_all_have_the_new_end(cast: Cast) -> None:
    for round_number in range(ROUNDS):
        assert start_against_exceptions(cast, f"race-{round_number}") == {at(3600)}


@pytest.mark.usefixtures("unlocked")
def test_control_starts_against_exceptions_without_the_lock_go_wrong(cast: Cast) -> None:
    for round_number in range(CONTROL_ROUNDS):
        if start_against_exceptions(cast, f"control-{round_number}") != {at(3600)}:
            return
    pytest.fail("without the lock every attempt still had the new end: the race test proves nothing")


def test_exceptions_against_the_sweep_give_one_end_that_holds(cast: Cast) -> None:
    """At the moment when the grace is over an attempt is closed as of its own end, or it goes on; never something between."""
    quiz = make_quiz(cast.course, keys=["A"])
    for one in students(cast):
        acts.start(quiz=quiz, student=one, now=NOW)
    difference = Difference(time_limit=3600)
    late = at(1229)
    works: list[Callable[[], object]] = [partial(acts.close_overdue, now=at(1230)) for _ in range(5)]
    works += [
        partial(set_exception, quiz=quiz, student=one, difference=difference, by=cast.instructor, now=late)
        for one in students(cast)
    ]
    failed = [one for one in together(works) if isinstance(one, Exception)]
    assert failed == []
    for attempt in Attempt.objects.filter(quiz=quiz):
        goes_on = attempt.state == AttemptState.IN_PROGRESS
        assert (attempt.ends_at, attempt.submitted_at) == ((at(3600), None) if goes_on else (at(1200), at(1200)))


def sweep_inside_an_exception(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Attempt:
    """Let the sweep run between the moment an exception has read a running attempt and the moment it writes; return the attempt."""
    quiz = make_quiz(cast.course, keys=["A"])
    attempt = acts.start(quiz=quiz, student=cast.student, now=NOW)
    sweep = Thread(target=swept)

    def read_then_sweep(*args: Any) -> dict[int, Schedule]:
        sweep.start()
        sweep.join(2)  # it waits for the lock and goes on behind the exception; without the lock it is through by now
        return schedules_of(*args)

    monkeypatch.setattr(allowances, "schedules_of", read_then_sweep)
    set_exception(quiz=quiz, student=cast.student, difference=Difference(time_limit=3600), by=cast.instructor, now=at(1229))
    sweep.join(60)
    attempt.refresh_from_db()
    return attempt


def swept() -> None:
    try:
        acts.close_overdue(now=at(1230))
    finally:
        connection.close()


def test_exception_that_has_read_an_attempt_holds_the_sweep_off(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = sweep_inside_an_exception(cast, monkeypatch)
    assert (attempt.state, attempt.ends_at, attempt.submitted_at) == (AttemptState.IN_PROGRESS, at(3600), None)


@pytest.mark.usefixtures("unlocked")
def test_control_exception_without_the_lock_extends_what_the_sweep_has_closed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = sweep_inside_an_exception(cast, monkeypatch)
    assert (attempt.state, attempt.ends_at, attempt.submitted_at) == (AttemptState.SUBMITTED, at(3600), at(1200))
