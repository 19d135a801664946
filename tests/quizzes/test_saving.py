"""The saving rule of quizzes.md section 4, as a table and against the database."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from course.enums import EnrollmentState, Role
from course.models import Enrollment
from quizzes.actions.answers import ImpossibleAnswer, UnknownQuestion, log_row, save
from quizzes.actions.attempts import answers_digest, mark, start, submit
from quizzes.enums import AttemptState, QuestionKind, SaveOutcome
from quizzes.models import AnswerLog, Attempt, QuestionVersion, Response
from quizzes.saving import BadSave, SaveRequest, Verdict, chain, decide, read_known, read_save, short
from tests.conftest import NOW, Cast
from tests.quizzes.making import at, ids, make_quiz, request

pytestmark = pytest.mark.smoke


@pytest.fixture
def attempt(cast: Cast) -> Attempt:
    return start(quiz=make_quiz(cast.course), student=cast.student, now=NOW)


@pytest.mark.parametrize(
    ("tab", "n", "base", "replayed", "tab_counter", "current", "current_tab", "verdict"),
    [
        ("a", 1, 0, False, None, 0, "", Verdict.STORE),  # the first save
        ("a", 2, 1, False, 1, 1, "a", Verdict.STORE),  # the same tab goes on
        ("a", 9, 1, False, 1, 1, "a", Verdict.STORE),  # and may skip numbers
        ("a", 3, 0, False, 2, 5, "a", Verdict.STORE),  # its base does not matter while no other tab wrote
        ("a", 2, 2, False, 2, 2, "a", Verdict.REPEAT),  # same counter
        ("a", 1, 0, False, 2, 2, "a", Verdict.REPEAT),  # an older one arrives late
        ("a", 3, 2, True, 2, 2, "a", Verdict.REPEAT),  # same request id wins over everything
        ("a", 1, 0, True, None, 7, "b", Verdict.REPEAT),
        ("a", 1, 0, False, 2, 7, "b", Verdict.REPEAT),  # late, and another tab was faster since
        ("b", 1, 2, False, None, 2, "a", Verdict.STORE),  # another tab that has seen the newest
        ("b", 1, 1, False, None, 2, "a", Verdict.CONFLICT),  # another tab that has not
        ("b", 1, 3, False, None, 2, "a", Verdict.CONFLICT),  # or claims to have seen what is not there
        ("b", 1, 1, False, None, 0, "", Verdict.CONFLICT),
        ("a", 3, 2, False, 2, 3, "b", Verdict.CONFLICT),  # back in the first tab without looking
        ("a", 3, 3, False, 2, 3, "b", Verdict.STORE),
    ],
)
def test_decide_for_each_row_of_the_rule_gives_its_verdict(
    tab: str,
    n: int,
    base: int,
    replayed: bool,
    tab_counter: int | None,
    current: int,
    current_tab: str,
    verdict: Verdict,
) -> None:
    asked = SaveRequest(position=1, chosen=(), tab=tab, counter=n, base=base, request_id="r")
    assert decide(asked, replayed=replayed, tab_counter=tab_counter, current=current, current_tab=current_tab) is verdict


def test_read_save_understands_a_posted_form() -> None:
    posted = QueryDict("question=3&option=zz&option=aa&option=zz&tab=t1&n=2&base=14&request_id=r-1")
    assert read_save(posted) == SaveRequest(position=3, chosen=("aa", "zz"), tab="t1", counter=2, base=14, request_id="r-1")
    none = QueryDict("question=3&option=zz&none=1&tab=t1&n=2&base=14&request_id=r-1")
    assert read_save(none).chosen == ()


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "question=&tab=t&n=1&base=0&request_id=r",
        "question=x&tab=t&n=1&base=0&request_id=r",
        "question=1&tab=&n=1&base=0&request_id=r",
        "question=1&tab=t&n=-1&base=0&request_id=r",
        "question=1&tab=t&n=1&base=1.5&request_id=r",
        "question=1&tab=t&n=99999999999&base=0&request_id=r",
        "question=1&tab=t&n=4294967295&base=0&request_id=r",
        "question=1&tab=t&n=²&base=0&request_id=r",
        "question=1&tab=t&n=1&base=0",
        "question=1&tab=t&n=1&base=0&request_id=" + "r" * 37,
        "question=1&tab=%00&n=1&base=0&request_id=r",
        "question=1&tab=t&n=1&base=0&request_id=r" + "&option=o" * 1001,
    ],
)
def test_read_save_of_a_broken_form_is_refused(broken: str) -> None:
    with pytest.raises(BadSave):
        read_save(QueryDict(broken))


def test_read_known_takes_the_highest_and_refuses_nonsense() -> None:
    assert read_known(QueryDict("known=1:4&known=2:7&known=1:3")) == {1: 4, 2: 7}
    assert read_known(QueryDict("")) == {}
    for broken in ("known=1", "known=a:1", "known=1:", "known=1:-1", "known=1:2:3"):
        with pytest.raises(BadSave):
            read_known(QueryDict(broken))


def test_save_first_answer_is_stored_with_number_time_and_digest(attempt: Attempt) -> None:
    saved = save(attempt=attempt, request=request(attempt, 1, "AC"), now=at(5))
    response = Response.objects.get(question__attempt=attempt)
    assert (saved.outcome, saved.repeat, saved.save_number, saved.answered, saved.questions) == (
        SaveOutcome.STORED,
        False,
        1,
        1,
        3,
    )
    assert (tuple(response.chosen), response.saved_at, response.in_grace) == (ids(attempt, 1, "AC"), at(5), False)
    entry = AnswerLog.objects.get(attempt=attempt)
    assert saved.digest == entry.digest == chain("", log_row(entry, attempt.public_id, 1))
    assert len(short(saved.digest)) == 9


def test_save_numbers_and_digests_chain_over_the_whole_attempt(attempt: Attempt) -> None:
    save(attempt=attempt, request=request(attempt, 1, "A"), now=at(1))
    save(attempt=attempt, request=request(attempt, 2, "B"), now=at(2))
    last = save(attempt=attempt, request=request(attempt, 1, "", counter=2), now=at(3))
    head = ""
    for number, entry in enumerate(AnswerLog.objects.filter(attempt=attempt).select_related("question"), start=1):
        head = chain(head, log_row(entry, attempt.public_id, entry.question.position))
        assert (entry.save_number, entry.digest) == (number, head)
    assert last.digest == head


def test_digest_chain_notices_a_changed_row(attempt: Attempt) -> None:
    saved = save(attempt=attempt, request=request(attempt, 1, "A"), now=at(1))
    AnswerLog.objects.filter(attempt=attempt).update(chosen=list(ids(attempt, 1, "B")))
    entry = AnswerLog.objects.get(attempt=attempt)
    assert chain("", log_row(entry, attempt.public_id, 1)) != saved.digest


@pytest.mark.parametrize("again", [{}, {"counter": 1, "request_id": "other"}, {"counter": 0, "request_id": "older"}])
def test_save_repeated_or_late_changes_nothing(attempt: Attempt, again: dict[str, object]) -> None:
    first = save(attempt=attempt, request=request(attempt, 1, "A"), now=at(1))
    second = save(attempt=attempt, request=request(attempt, 1, "BC", **again), now=at(2))
    assert (second.repeat, second.chosen, second.save_number, second.saved_at) == (True, first.chosen, 1, at(1))
    assert AnswerLog.objects.count() == 1


def test_save_replayed_after_submission_is_still_answered_as_stored(attempt: Attempt) -> None:
    save(attempt=attempt, request=request(attempt, 1, "A"), now=at(1))
    submit(attempt=attempt, known={}, now=at(2))
    assert save(attempt=attempt, request=request(attempt, 1, "A"), now=at(3)).repeat


def test_save_from_a_tab_behind_is_a_conflict_with_the_current_answer(attempt: Attempt) -> None:
    save(attempt=attempt, request=request(attempt, 1, "A"), now=at(1))
    refused = save(attempt=attempt, request=request(attempt, 1, "B", tab="b"), now=at(2))
    assert (refused.outcome, refused.chosen, refused.save_number) == (SaveOutcome.CONFLICT, ids(attempt, 1, "A"), 1)
    entry = AnswerLog.objects.get(outcome=SaveOutcome.CONFLICT)
    assert (entry.save_number, entry.digest, tuple(entry.chosen)) == (None, "", ids(attempt, 1, "B"))
    mine = save(attempt=attempt, request=request(attempt, 1, "B", tab="b", counter=2, base=1), now=at(3))
    assert (mine.outcome, mine.save_number) == (SaveOutcome.STORED, 2)


@pytest.mark.parametrize(
    ("seconds", "outcome"),
    [
        (1199.999, SaveOutcome.STORED),
        (1200, SaveOutcome.GRACE),
        (1229.999, SaveOutcome.GRACE),
        (1230, SaveOutcome.CLOSED),
        (9999, SaveOutcome.CLOSED),
    ],
)
def test_save_around_limit_and_grace_is_stored_flagged_or_refused(attempt: Attempt, seconds: float, outcome: SaveOutcome) -> None:
    saved = save(attempt=attempt, request=request(attempt, 1, "A"), now=at(seconds))
    assert saved.outcome is outcome
    assert AnswerLog.objects.get().outcome == outcome
    assert Response.objects.filter(in_grace=outcome is SaveOutcome.GRACE).exists() is saved.is_stored


def test_save_after_submission_is_refused_and_logged(attempt: Attempt) -> None:
    submit(attempt=attempt, known={}, now=at(1))
    digest = Attempt.objects.get().answers_digest
    refused = save(attempt=attempt, request=request(attempt, 1, "A"), now=at(2))
    assert (refused.outcome, refused.chosen, refused.save_number) == (SaveOutcome.CLOSED, (), 0)
    assert Response.objects.count() == 0
    assert answers_digest(attempt) == digest


def test_save_of_an_empty_answer_is_an_answer(attempt: Attempt) -> None:
    assert save(attempt=attempt, request=request(attempt, 3, ""), now=at(1)).answered == 1
    assert Response.objects.get().chosen == []


def test_save_of_foreign_options_or_places_stores_nothing(attempt: Attempt) -> None:
    foreign = SaveRequest(position=1, chosen=ids(attempt, 2, "A"), tab="a", counter=1, base=0, request_id="r")
    with pytest.raises(ImpossibleAnswer):
        save(attempt=attempt, request=foreign, now=at(1))
    with pytest.raises(UnknownQuestion):
        save(attempt=attempt, request=SaveRequest(position=9, chosen=(), tab="a", counter=1, base=0, request_id="r"), now=at(1))
    assert AnswerLog.objects.count() == 0


def test_save_of_two_options_in_single_choice_is_refused(attempt: Attempt) -> None:
    QuestionVersion.objects.update(kind=QuestionKind.SINGLE)
    with pytest.raises(ImpossibleAnswer):
        save(attempt=attempt, request=request(attempt, 1, "AB"), now=at(1))
    assert save(attempt=attempt, request=request(attempt, 1, "A"), now=at(1)).is_stored


def test_submit_that_knows_of_unknown_saves_names_them_and_changes_nothing(attempt: Attempt) -> None:
    save(attempt=attempt, request=request(attempt, 1, "A"), now=at(1))
    refused = submit(attempt=attempt, known={1: 2, 3: 1, 2: 0}, now=at(2))
    assert refused.missing == (1, 3)
    assert Attempt.objects.get().state == "in_progress"
    assert submit(attempt=attempt, known={1: 1}, now=at(3)).missing == ()
    assert Attempt.objects.get().state == "submitted"


def test_submit_after_the_end_is_never_held_up_by_missing_saves(attempt: Attempt) -> None:
    assert submit(attempt=attempt, known={1: 5}, now=at(2000)).missing == ()
    assert Attempt.objects.get().submitted_at == at(1200)


def test_submit_twice_keeps_the_first_time(attempt: Attempt) -> None:
    submit(attempt=attempt, known={}, now=at(10))
    submit(attempt=attempt, known={1: 99}, now=at(20))
    assert Attempt.objects.get().submitted_at == at(10)


def test_mark_while_running_is_kept_and_refused_afterwards(attempt: Attempt) -> None:
    assert mark(attempt=attempt, position=2, marked=True, now=at(1))
    assert attempt.questions.get(position=2).marked
    assert not mark(attempt=attempt, position=9, marked=True, now=at(1))
    assert not mark(attempt=attempt, position=2, marked=False, now=at(1230))
    assert Response.objects.count() == 0


@pytest.mark.parametrize("questions", [1, 30])
def test_save_takes_four_statements_and_the_marks_of_the_transaction(
    cast: Cast,
    questions: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    attempt = start(quiz=make_quiz(cast.course, keys=["A"] * questions), student=cast.student, now=NOW)
    asked = [request(attempt, 1, "A"), request(attempt, 1, "B", counter=2, base=1)]
    for number, one in enumerate(asked):
        with django_assert_num_queries(6):  # lock, read, log, answer; savepoint and its release
            save(attempt=attempt, request=one, now=at(number))


@pytest.mark.parametrize("questions", [1, 30])
def test_start_takes_eight_statements_for_any_number_of_questions(
    cast: Cast,
    questions: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    quiz = make_quiz(cast.course, keys=["A"] * questions)
    with django_assert_num_queries(8):
        start(quiz=quiz, student=cast.student, now=NOW)


def posted(attempt: Attempt, number: int, letters: str = "A") -> dict[str, object]:
    return {
        "question": 1,
        "option": ids(attempt, 1, letters),
        "tab": "web",
        "n": number,
        "base": 0,
        "request_id": f"web-{number}",
    }


def url_of(attempt: Attempt) -> str:
    return reverse("quizzes:attempt_save", args=[attempt.quiz.course.slug, attempt.quiz.slug, attempt.public_id])


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")  # type: ignore[arg-type]  # a test's person
    return client


@pytest.mark.parametrize("script", [{"HX-Request": "true"}, {}], ids=["script", "plain"])
@pytest.mark.parametrize("saves", [1, 100])
@pytest.mark.parametrize("questions", [1, 30])
def test_save_request_takes_six_statements_for_any_number_of_questions_and_saves(
    cast: Cast,
    time_machine: object,
    questions: int,
    saves: int,
    script: dict[str, str],
) -> None:
    time_machine.move_to(NOW, tick=False)  # type: ignore[attr-defined]  # pytest plugin of time-machine
    attempt = start(quiz=make_quiz(cast.course, keys=["A"] * questions), student=cast.student, now=NOW)
    for number in range(1, saves + 1):
        save(attempt=attempt, request=request(attempt, 1, "AB"[number % 2], tab="web", counter=number), now=NOW)
    client = signed_in(cast.student)
    body = posted(attempt, saves + 1, "C")
    with CaptureQueriesContext(connection) as captured:
        response = client.post(url_of(attempt), body, headers=script)
    statements = [query["sql"] for query in captured if not query["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
    assert response.status_code == (200 if script else 303)
    assert len(statements) == 6, statements  # session, person; lock, read, log, answer
    assert Response.objects.get().save_number == AnswerLog.objects.count() == saves + 1


def test_save_by_strangers_and_others_finds_no_attempt(attempt: Attempt, cast: Cast) -> None:
    for person in (cast.stranger, cast.other_student, cast.observer, cast.instructor, cast.admin):
        for body in (posted(attempt, 1), {}, posted(attempt, 1) | {"option": "foreign"}, posted(attempt, 1) | {"option": []}):
            assert signed_in(person).post(url_of(attempt), body).status_code == 404
    wrong = [("twin", "week-5", attempt.public_id), ("hum240", "week-6", attempt.public_id), ("hum240", "week-5", "x" * 12)]
    for args in wrong:
        assert signed_in(cast.student).post(reverse("quizzes:attempt_save", args=args), posted(attempt, 1)).status_code == 404
    assert AnswerLog.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "status"),
    [({"role": Role.OBSERVER}, 403), ({"role": Role.ASSISTANT}, 403), ({"state": EnrollmentState.REMOVED}, 404)],
)
def test_save_by_somebody_who_is_no_student_any_more_is_refused(
    attempt: Attempt,
    cast: Cast,
    change: dict[str, str],
    status: int,
) -> None:
    Enrollment.objects.filter(course=cast.course, person=cast.student).update(**change)
    client = signed_in(cast.student)
    for body in (posted(attempt, 1), {}, {"question": "1", "marks": "", "marked": ""}):
        assert client.post(url_of(attempt), body).status_code == status
    assert AnswerLog.objects.count() == 0
    assert not attempt.questions.filter(marked=True).exists()


def test_attempt_of_somebody_who_became_an_observer_is_read_only_and_keeps_its_answers(cast: Cast, time_machine: object) -> None:
    time_machine.move_to(NOW, tick=False)  # type: ignore[attr-defined]  # pytest plugin of time-machine
    attempt = start(quiz=make_quiz(cast.course), student=cast.student, now=NOW)
    args, client = ["hum240", "week-5", attempt.public_id], signed_in(cast.student)
    assert client.post(url_of(attempt), posted(attempt, 1)).status_code == 303
    role = Enrollment.objects.filter(course=cast.course, person=cast.student)
    role.update(role=Role.OBSERVER)
    for name, body in (("mark", {"question": "1", "marked": "on"}), ("submit", {})):
        answer = client.post(reverse(f"quizzes:attempt_{name}", args=args), body)
        assert (answer.status_code, b"This page is not open to you" in answer.content) == (403, True)
    assert client.get(reverse("quizzes:attempt_check", args=args)).status_code == 403
    assert client.get(reverse("quizzes:attempt", args=args)).status_code == 200
    attempt.refresh_from_db()
    assert (attempt.state, Response.objects.get().save_number) == (AttemptState.IN_PROGRESS, 1)
    assert not attempt.questions.filter(marked=True).exists()
    role.update(role=Role.STUDENT)
    assert client.post(reverse("quizzes:attempt_submit", args=args)).status_code == 303
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.SUBMITTED


@pytest.mark.parametrize(("zone", "shown"), [("", "11:00"), ("Europe/Rome", "18:00")])
def test_save_says_its_time_in_the_zone_of_person_or_course(
    cast: Cast,
    time_machine: object,
    zone: str,
    shown: str,
) -> None:
    time_machine.move_to(NOW, tick=False)  # type: ignore[attr-defined]  # pytest plugin of time-machine
    attempt = start(quiz=make_quiz(cast.course), student=cast.student, now=NOW)
    cast.student.zone = zone
    cast.student.save()
    page = signed_in(cast.student).post(url_of(attempt), posted(attempt, 1), headers={"HX-Request": "true"})
    assert f">{shown}</time>" in page.content.decode()
