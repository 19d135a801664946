"""Many threads, each with a connection of its own, at one attempt. Each race has a control that takes the protection away
and must go wrong: a race test that cannot fail proves nothing."""

from collections.abc import Callable
from functools import partial
from threading import Barrier, Lock, Thread

import pytest
from django.db import IntegrityError, connection
from django.db.models import QuerySet
from django.http import HttpRequest

from course.enums import Role
from course.models import Enrollment
from quizzes.access import held_attempt_for
from quizzes.actions import attempts as acts
from quizzes.actions import grading, publishing
from quizzes.actions.answers import log_row, save, save_found
from quizzes.actions.refusals import RefusedError
from quizzes.enums import AttemptState, QuizState
from quizzes.models import AnswerLog, Attempt, AttemptQuestion, GradeRecord, Quiz, Response
from quizzes.saving import SaveRequest, chain
from tests.conftest import NOW, Cast, person
from tests.proof import examples
from tests.quizzes.making import at, make_quiz, request
from tests.races import unprotected

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

THREADS = examples(20, 50)
ROUNDS = examples(5, 100)
CONTROL_ROUNDS = 20
without_constraints = partial(
    unprotected.without_constraints,
    of=(Attempt, GradeRecord),
    emptied=(GradeRecord, AnswerLog, Response, AttemptQuestion, Attempt),
)


def together(works: list[Callable[[], object]]) -> list[object]:
    """Run all works at the same moment, each in a thread with its own connection; return results or exceptions."""
    barrier, results = Barrier(len(works)), list[object]()

    def run(work: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(30)
            results.append(work())
        except Exception as error:  # noqa: BLE001 - the thread's outcome is looked at by the test
            results.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(results) == len(works)
    return results


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Row locks do nothing."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)
    monkeypatch.setattr(acts, "STUDENT_HELD", "")


def start_all(quiz: Quiz, cast: Cast) -> list[object]:
    return together([lambda: acts.start(quiz=quiz, student=cast.student, now=NOW)] * THREADS)


def test_starts_at_once_make_one_open_attempt_and_never_too_many(cast: Cast) -> None:
    for round_number in range(ROUNDS):
        quiz = make_quiz(cast.course, f"race-{round_number}", keys=["A"], attempts_allowed=2)
        for allowed in (1, 2):
            results = start_all(quiz, cast)
            assert {getattr(one, "number", one) for one in results} == {allowed}
            assert quiz.attempts.count() == allowed
            acts.submit(attempt=quiz.attempts.get(state=AttemptState.IN_PROGRESS), known={}, now=at(1))
        assert {type(one) for one in start_all(quiz, cast)} == {acts.NotStartable}
        assert quiz.attempts.count() == 2


@pytest.mark.usefixtures("unlocked")
def test_starts_at_once_without_the_lock_are_held_by_the_constraint(cast: Cast) -> None:
    quiz = make_quiz(cast.course, keys=["A"])
    results = start_all(quiz, cast)
    assert {type(one) for one in results} <= {Attempt, IntegrityError}
    assert quiz.attempts.count() == 1


@pytest.mark.usefixtures("unlocked")
def test_control_starts_at_once_without_any_protection_go_wrong(cast: Cast) -> None:
    with without_constraints("attempt_one_open", "attempt_number_once"):
        for round_number in range(CONTROL_ROUNDS):
            quiz = make_quiz(cast.course, f"control-{round_number}", keys=["A"])
            start_all(quiz, cast)
            if quiz.attempts.count() > 1:
                return
        pytest.fail("without lock and constraint there was never more than one attempt: the race test proves nothing")


def start_against_unpublish(cast: Cast, slug: str) -> tuple[bool, int]:
    """Several students start while the quiz is made a draft; return whether it became one, and how many attempts there are."""
    quiz = make_quiz(cast.course, slug, keys=["A"])
    people = [
        enrolled.person for enrolled in Enrollment.objects.filter(course=cast.course, role=Role.STUDENT).select_related("person")
    ]
    works: list[Callable[[], object]] = [partial(acts.start, quiz=quiz, student=one, now=NOW) for one in people]
    works.insert(len(works) // 2, partial(publishing.unpublish_quiz, quiz=quiz, now=NOW))
    results = together(works)
    assert {type(one) for one in results} <= {Attempt, Quiz, acts.NotStartable, RefusedError}, results
    return Quiz.objects.get(pk=quiz.pk).state == QuizState.DRAFT, quiz.attempts.count()


@pytest.fixture
def class_of_ten(cast: Cast) -> None:
    for number in range(8):
        Enrollment.objects.create(course=cast.course, person=person(f"Student {number}"), role=Role.STUDENT)


@pytest.mark.usefixtures("class_of_ten")
def test_starts_against_an_unpublish_leave_no_attempt_at_a_draft(cast: Cast) -> None:
    for round_number in range(ROUNDS * 4):
        drafted, attempts = start_against_unpublish(cast, f"race-{round_number}")
        assert not (drafted and attempts)
        assert drafted or attempts


@pytest.mark.usefixtures("class_of_ten")
def test_control_starts_against_an_unpublish_without_the_shared_lock_go_wrong(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "QUIZ_SHARED", "")
    for round_number in range(CONTROL_ROUNDS * 3):
        drafted, attempts = start_against_unpublish(cast, f"control-{round_number}")
        if drafted and attempts:
            return
    pytest.fail("without the shared lock nobody ever started a draft: the race test proves nothing")


def race_submits(attempt: Attempt) -> int:
    """Submit by button, deadline and sweep at once; return how often the transition happened."""
    finish, done, lock = acts._finish, [], Lock()

    def counting(*args: object, **kwargs: object) -> bool:
        happened = finish(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        with lock:
            done.append(happened)
        return happened

    acts._finish = counting
    try:
        button = [lambda: acts.submit(attempt=attempt, known={}, now=at(1300))] * 20
        late = [lambda: acts.close_if_over(attempt=attempt, now=at(1300))] * 15
        sweep = [lambda: acts.close_overdue(now=at(1300))] * 15
        failed = [one for one in together([*button, *late, *sweep]) if isinstance(one, Exception)]
    finally:
        acts._finish = finish
    assert failed == []
    return sum(done)


def test_submits_at_once_happen_once(cast: Cast) -> None:
    for round_number in range(ROUNDS):
        attempt = acts.start(quiz=make_quiz(cast.course, f"race-{round_number}", keys=["A"]), student=cast.student, now=NOW)
        assert race_submits(attempt) == 1
        attempt.refresh_from_db()
        assert (attempt.state, attempt.submitted_at) == (AttemptState.SUBMITTED, at(1200))


@pytest.mark.usefixtures("unlocked")
def test_submits_at_once_without_the_lock_are_held_by_the_guarded_update(cast: Cast) -> None:
    attempt = acts.start(quiz=make_quiz(cast.course, keys=["A"]), student=cast.student, now=NOW)
    assert race_submits(attempt) == 1


@pytest.mark.usefixtures("unlocked")
def test_control_submits_at_once_without_lock_and_guard_happen_often(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def unguarded(attempt: Attempt, *, by: object, at: object) -> bool:
        return bool(Attempt.objects.filter(pk=attempt.pk).update(state=AttemptState.SUBMITTED, submitted_at=at, submitted_by=by))

    monkeypatch.setattr(acts, "_finish", unguarded)
    for round_number in range(CONTROL_ROUNDS):
        attempt = acts.start(quiz=make_quiz(cast.course, f"control-{round_number}", keys=["A"]), student=cast.student, now=NOW)
        if race_submits(attempt) > 1:
            return
    pytest.fail("without lock and guard the transition still happened once: the race test proves nothing")


def save_against_submit(attempt: Attempt) -> bool:
    """Save from many tabs while the attempt is submitted; return whether what was submitted is what is stored."""
    asked = [request(attempt, 1, letters, tab=f"t{n}", counter=1) for n, letters in enumerate(["A", "B", "C", "D", "E"] * 6)]
    path = (attempt.quiz.course.slug, attempt.quiz.slug, attempt.public_id)
    browser = HttpRequest()
    browser.user = attempt.student

    def as_the_view(one: SaveRequest) -> object:
        return save_found(find=lambda: held_attempt_for(browser, *path), request=one, now=at(5))

    works: list[Callable[[], object]] = [partial(as_the_view, one) for one in asked[::2]]
    works += [partial(save, attempt=attempt, request=one, now=at(5)) for one in asked[1::2]]
    works.insert(15, lambda: acts.submit(attempt=attempt, known={}, now=at(5)))
    failed = [one for one in together(works) if isinstance(one, Exception)]
    attempt.refresh_from_db()
    return failed == [] and attempt.answers_digest == acts.answers_digest(attempt)


def test_saves_against_a_submit_never_change_what_was_submitted(cast: Cast) -> None:
    for round_number in range(ROUNDS):
        attempt = acts.start(quiz=make_quiz(cast.course, f"race-{round_number}", keys=["A"]), student=cast.student, now=NOW)
        assert save_against_submit(attempt)
        stored = AnswerLog.objects.filter(attempt=attempt, save_number__isnull=False).order_by("save_number")
        assert list(stored.values_list("save_number", flat=True)) == list(range(1, len(stored) + 1))
        assert chained(stored)


def chained(stored: QuerySet[AnswerLog]) -> bool:
    """Whether each digest follows from the one before: no two saves started from the same head."""
    head = ""
    for entry in stored.select_related("question", "attempt"):
        head = chain(head, log_row(entry, entry.attempt.public_id, entry.question.position))
        if entry.digest != head:
            return False
    return True


@pytest.mark.usefixtures("unlocked")
def test_control_saves_against_a_submit_without_the_lock_go_wrong(cast: Cast) -> None:
    for round_number in range(CONTROL_ROUNDS):
        attempt = acts.start(quiz=make_quiz(cast.course, f"control-{round_number}", keys=["A"]), student=cast.student, now=NOW)
        if not save_against_submit(attempt):
            return
    pytest.fail("without the lock every save and submit kept their order: the race test proves nothing")


def race_grades(attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> int:
    """Grade from many sides at once; return how often somebody came as far as the commit."""
    reached, lock = [], Lock()

    def count(name: str) -> None:
        with lock:
            reached.append(name)

    monkeypatch.setattr(grading, "failpoint", count)
    one = [lambda: grading.grade(attempt_id=attempt.pk, now=at(10))] * 15
    together([*one, *[lambda: grading.grade_owed(now=at(10))] * 5])
    return len(reached)


def submitted(cast: Cast, slug: str) -> Attempt:
    attempt = acts.start(quiz=make_quiz(cast.course, slug), student=cast.student, now=NOW)
    save(attempt=attempt, request=request(attempt, 1, "AC"), now=at(1))
    return acts.submit(attempt=attempt, known={}, now=at(2)).attempt


def test_grades_at_once_are_one_grade(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for round_number in range(ROUNDS):
        attempt = submitted(cast, f"race-{round_number}")
        assert race_grades(attempt, monkeypatch) == 1
        attempt.refresh_from_db()
        assert (attempt.state, attempt.score) == (AttemptState.GRADED, 100)


@pytest.mark.usefixtures("unlocked")
def test_grades_at_once_without_the_lock_are_held_by_the_constraint(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = submitted(cast, "race")
    assert race_grades(attempt, monkeypatch) == 1
    assert attempt.grade_records.count() == 1


@pytest.mark.usefixtures("unlocked")
def test_control_grades_at_once_without_lock_and_constraint_are_many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with without_constraints("grade_record_first_once"):
        for round_number in range(CONTROL_ROUNDS):
            if race_grades(submitted(cast, f"control-{round_number}"), monkeypatch) > 1:
                return
    pytest.fail("without lock and constraint grading still happened once: the race test proves nothing")
