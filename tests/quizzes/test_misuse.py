"""What no honest page sends to a quiz, and what happens in the wrong order: refused in words, nothing lost, nothing told."""

import itertools
import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from quizzes.actions import answers
from quizzes.actions.answers import save
from quizzes.actions.attempts import start
from quizzes.enums import STORED, SaveOutcome
from quizzes.models import AnswerLog, Attempt, Quiz, Response
from quizzes.saving import MAX_OPTIONS, Verdict
from tests.conftest import NOW, Cast
from tests.quizzes.making import CANARY, at, ids, make_quiz, request

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HTMX = {"HX-Request": "true"}
EVERY_PAGE = ("attempt", "attempt_check", "attempt_clock", "attempt_status", "attempt_result")
EVERY_FORM = ("attempt_save", "attempt_mark", "attempt_submit")


@pytest.fixture(autouse=True)
def _frozen(time_machine: object) -> None:
    time_machine.move_to(NOW, tick=False)  # type: ignore[attr-defined]  # pytest plugin of time-machine


@pytest.fixture
def client(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.student, backend=BACKEND)
    return client


@pytest.fixture
def attempt(cast: Cast) -> Attempt:
    return start(quiz=make_quiz(cast.course), student=cast.student, now=NOW)


def url(name: str, attempt: Attempt) -> str:
    return reverse(f"quizzes:{name}", args=[attempt.quiz.course.slug, attempt.quiz.slug, attempt.public_id])


def text(response: object) -> str:
    html = response.content.decode()  # type: ignore[attr-defined]  # a test response
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def posted(**fields: object) -> dict[str, object]:
    return {"question": 1, "tab": "web", "n": "1", "base": "0", "request_id": "web-1"} | fields


def nothing_happened() -> bool:
    return not (Response.objects.exists() or AnswerLog.objects.exists())


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "script"])
def test_answers_for_what_is_not_in_the_attempt_are_refused_in_words(
    attempt: Attempt, client: Client, headers: dict[str, str]
) -> None:
    of_another_question = ids(attempt, 2, "A")
    cases = {
        "a question that is not there": (posted(question=9, option=of_another_question), 404, ""),
        "question 0": (posted(question=0, option=of_another_question), 404, ""),
        "an option of another question": (posted(option=of_another_question), 422, "has no such option"),
        "an option and a foreign one": (posted(option=[*ids(attempt, 1, "A"), "zzzzzz"]), 422, "has no such option"),
        "the text of an option": (posted(option="1A"), 422, "has no such option"),
        "the place of an option": (posted(option="0"), 422, "has no such option"),
        "more options than any question has": (posted(option=["a"] * (MAX_OPTIONS + 1)), 422, "cannot have 1001 options"),
    }
    for name, (body, status, words) in cases.items():
        response = client.post(url("attempt_save", attempt), body, headers=headers)
        assert response.status_code == status, name
        assert words in text(response), name
        assert CANARY not in response.content.decode()
    assert nothing_happened()


def test_answer_with_ten_thousand_options_is_refused_before_anything_is_read(attempt: Attempt, client: Client) -> None:
    for headers in ({}, HTMX):
        response = client.post(url("attempt_save", attempt), posted(option=["a"] * 10_000), headers=headers)
        assert response.status_code == 400
        assert "It was incomplete or too large. Nothing was changed." in text(response)
    assert nothing_happened()


def test_answer_of_an_attempt_of_another_quiz_is_not_found(attempt: Attempt, cast: Cast, client: Client) -> None:
    other = start(quiz=make_quiz(cast.course, "week-6"), student=cast.student, now=NOW)
    crossed = reverse("quizzes:attempt_save", args=["hum240", "week-6", attempt.public_id])
    assert client.post(crossed, posted(option=ids(attempt, 1, "A"))).status_code == 404
    foreign = client.post(url("attempt_save", other), posted(option=ids(attempt, 1, "A")))
    assert foreign.status_code == 422
    assert nothing_happened()


def test_pages_of_questions_without_an_attempt_do_not_exist(cast: Cast, client: Client) -> None:
    quiz = make_quiz(cast.course)
    others = start(quiz=quiz, student=cast.other_student, now=NOW)
    for ident in ("none", "1", str(others.pk), others.public_id):
        for name in (*EVERY_PAGE, *EVERY_FORM):
            address = reverse(f"quizzes:{name}", args=["hum240", quiz.slug, ident])
            response = client.post(address, posted()) if name in EVERY_FORM else client.get(address, {"q": "1"})
            assert response.status_code == 404, (name, ident)
            assert "Stem" not in response.content.decode()
    assert "Stem" not in client.get(reverse("quizzes:quiz", args=["hum240", quiz.slug])).content.decode()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"timer": "", "begin": ""},
        {"limit": "99999", "ends_at": "2099-01-01", "number": ["7", "8"], "attempt": "none"},
        {"now": "2020-01-01T00:00", "started_at": "2099-01-01T00:00"},
    ],
)
def test_start_with_missing_doubled_or_invented_parameters_sets_the_clock(
    cast: Cast, client: Client, body: dict[str, object]
) -> None:
    quiz = make_quiz(cast.course)
    for _ in range(2):
        assert client.post(reverse("quizzes:quiz_start", args=["hum240", quiz.slug]), body).status_code == 303
    attempt = Attempt.objects.get()
    assert (attempt.number, attempt.started_at, attempt.ends_at) == (1, NOW, at(1200))


def test_save_requests_of_one_tab_in_any_order_end_with_the_last_tick(attempt: Attempt) -> None:
    asked = [request(attempt, 1, letters, counter=number) for number, letters in enumerate(("A", "", "BC"), 1)]
    for order in itertools.permutations(range(3)):
        with transaction.atomic():
            for number in order:
                save(attempt=attempt, request=asked[number], now=at(number))
            assert tuple(Response.objects.get().chosen) == ids(attempt, 1, "BC"), order
            before = list(AnswerLog.objects.values()), list(Response.objects.values())
            assert all(save(attempt=attempt, request=one, now=at(60)).repeat for one in asked)  # and all of them once more
            assert (list(AnswerLog.objects.values()), list(Response.objects.values())) == before
            transaction.set_rollback(True)


def test_save_requests_in_any_order_with_the_rule_for_late_ones_taken_out_is_found(
    attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above: a server that stores whatever comes last keeps an older tick."""
    monkeypatch.setattr(answers, "decide", lambda *_, **__: Verdict.STORE)
    for number, letters in ((2, "BC"), (1, "A")):
        save(attempt=attempt, request=request(attempt, 1, letters, counter=number), now=NOW)
    assert tuple(Response.objects.get().chosen) == ids(attempt, 1, "A")


@pytest.mark.parametrize("days", [-1, 1])
def test_save_that_claims_another_time_is_stored_with_the_time_of_the_server(attempt: Attempt, client: Client, days: int) -> None:
    claimed = (NOW + timedelta(days=days)).isoformat()
    headers = HTMX | {"Date": "Thu, 01 Jan 2026 00:00:00 GMT"}
    body = posted(option=ids(attempt, 1, "A"), at=claimed, now=claimed, saved_at=claimed, in_grace="")
    assert client.post(url("attempt_save", attempt), body, headers=headers).status_code == 200
    assert Response.objects.get().saved_at == NOW


@pytest.mark.parametrize("days", [-1, 1])
def test_save_with_a_clock_a_day_off_is_judged_by_the_time_of_the_server(attempt: Attempt, client: Client, days: int) -> None:
    """The page knows no time that the server would believe: a shown clock that is wrong is set right and changes nothing else."""
    assert attempt.ends_at is not None
    wrong = {"ends": int(attempt.ends_at.timestamp()), "left": max(0, 1200 + days * 86400)}
    assert 'data-seconds="1200"' in client.get(url("attempt_clock", attempt), wrong).content.decode()
    for seconds, outcome in ((1229, STORED), (1230, (SaveOutcome.CLOSED,))):
        asked = request(attempt, 1, "A", counter=seconds)
        assert save(attempt=attempt, request=asked, now=at(seconds)).outcome in outcome


@pytest.mark.parametrize(
    "impossible",
    [
        {"time_limit": 0},
        {"attempts_allowed": 0},
        {"opens_at": NOW, "closes_at": NOW},
        {"opens_at": NOW, "closes_at": NOW - timedelta(days=1)},
        {"layout": "two"},
    ],
)
def test_rules_that_cannot_hold_are_refused_by_the_database_too(cast: Cast, impossible: dict[str, object]) -> None:
    quiz = make_quiz(cast.course)
    with pytest.raises(IntegrityError), transaction.atomic():
        Quiz.objects.filter(pk=quiz.pk).update(**impossible)
    quiz.refresh_from_db()
    assert quiz.time_limit == 1200
