"""Taking a quiz in its two layouts, with and without a way back, and the clock of the running page."""

import re
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizzes.actions.answers import ImpossibleAnswer, pass_by, save
from quizzes.actions.attempts import start, submit
from quizzes.attempt_page import state_words
from quizzes.enums import Layout, QuestionKind, SaveOutcome
from quizzes.models import AnswerLog, Attempt, QuestionVersion, Quiz, Response
from quizzes.saving import SaveRequest, knows_clock
from tests.conftest import NOW, Cast
from tests.proof import examples
from tests.quizzes.making import at, ids, make_quiz, request

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HTMX = {"HX-Request": "true"}
ONE_WAY = {"back_allowed": False}
ALL = {"layout": Layout.ALL}


@pytest.fixture(autouse=True)
def _frozen(time_machine: object) -> None:
    time_machine.move_to(NOW, tick=False)  # type: ignore[attr-defined]  # pytest plugin of time-machine


@pytest.fixture
def client(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.student, backend=BACKEND)
    return client


def running(cast: Cast, **fields: object) -> Attempt:
    return start(quiz=make_quiz(cast.course, **fields), student=cast.student, now=NOW)  # type: ignore[arg-type]  # test values


def url(name: str, attempt: Attempt, query: str = "") -> str:
    return reverse(f"quizzes:{name}", args=[attempt.quiz.course.slug, attempt.quiz.slug, attempt.public_id]) + query


def text(response: object) -> str:
    html = response.content.decode()  # type: ignore[attr-defined]  # a test response
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def form(attempt: Attempt, place: int, letters: str, **fields: object) -> dict[str, object]:
    asked = {"question": place, "option": ids(attempt, place, letters), "tab": "web", "n": "1", "base": "0", "then": "next"}
    return asked | {"request_id": f"web-{place}"} | fields


# --- all questions on one page


def test_all_questions_on_one_page_have_a_form_a_save_line_and_a_notice_each(cast: Cast, client: Client) -> None:
    attempt = running(cast, **ALL, back_allowed=False)  # nothing is passed on a page with everything
    save(attempt=attempt, request=request(attempt, 2, "B"), now=NOW)
    page = client.get(url("attempt", attempt)).content.decode()
    for place in (1, 2, 3):
        assert f"Stem {place}" in page
        for part in ("answer", "save-line", "answer-notice", "marked", "none", "stem", "question"):
            assert page.count(f'id="{part}-{place}"') == 1, part
        assert f'<a href="#question-{place}">' in page
    assert page.count(" checked") == 1
    assert page.count("<h1") == 1
    assert "1 of 3 answered" in page
    assert "this one" not in page
    assert 'href="#question-2"' not in client.get(url("attempt_check", attempt)).content.decode()
    assert f'href="{url("attempt", attempt)}#question-2"' in client.get(url("attempt_check", attempt)).content.decode()


def test_all_questions_on_one_page_are_saved_one_by_one_without_script(cast: Cast, client: Client) -> None:
    attempt = running(cast, **ALL)
    answer = client.post(url("attempt_save", attempt), form(attempt, 2, "B", then="stay", marks="1", marked="on"))
    assert (answer.status_code, answer.headers["Location"]) == (303, url("attempt", attempt) + "#question-2")
    assert Response.objects.get().question.position == 2
    assert attempt.questions.get(position=2).marked
    left_alone = client.post(url("attempt_save", attempt), form(attempt, 3, "", then="stay"))
    assert left_alone.headers["Location"].endswith("#question-3")
    assert Response.objects.count() == 1


def test_save_by_script_on_a_page_with_all_questions_changes_the_parts_of_its_own(cast: Cast, client: Client) -> None:
    attempt = running(cast, **ALL)
    page = client.post(url("attempt_save", attempt), form(attempt, 2, "B"), headers=HTMX).content.decode()
    assert 'hx-swap-oob="innerHTML:#save-line-2"' in page
    assert '<span id="place-2" hx-swap-oob="true">answered</span>' in page
    refused = client.post(url("attempt_save", attempt), form(attempt, 2, "A", tab="other", request_id="r"), headers=HTMX)
    assert refused.status_code == 409
    assert f'href="{url("attempt", attempt)}#question-2"' in refused.content.decode()
    marked = client.post(url("attempt_mark", attempt), {"question": 2, "marked": "on"}, headers=HTMX)
    assert "answered, marked<" in marked.content.decode()


@pytest.mark.parametrize("size", [1, 20])
def test_page_with_all_questions_takes_seven_queries_for_any_number(cast: Cast, client: Client, size: int) -> None:
    attempt = running(cast, keys=["A"] * size, **ALL)
    with CaptureQueriesContext(connection) as captured:
        client.get(url("attempt", attempt))
    assert len(captured) == 7  # session, person, membership; attempt, places, questions, options


def test_letters_of_a_page_with_all_questions_are_those_of_the_longest(cast: Cast, client: Client) -> None:
    attempt = running(cast, **ALL, options=7)
    assert "Keys A to G tick an option while you are in its question." in client.get(url("attempt", attempt)).content.decode()


# --- no way back


def test_save_and_next_without_a_way_back_closes_the_question(cast: Cast, client: Client) -> None:
    attempt = running(cast, **ONE_WAY)
    assert "There is no way back" in text(client.get(url("attempt", attempt)))
    assert client.post(url("attempt_save", attempt), form(attempt, 1, "AC")).headers["Location"].endswith("?q=2")
    page = client.get(url("attempt", attempt))
    assert "Stem 2" in text(page)
    assert "passed, answered" in text(page)
    assert "comes later" in text(page)
    assert 'href="?q=1"' not in page.content.decode()
    assert 'name="marked"' not in page.content.decode()
    behind = client.get(url("attempt", attempt, "?q=1"))
    assert (behind.status_code, "Stem 1" in text(behind)) == (409, False)
    assert "Question 1 is behind you" in text(behind)
    assert "A, C" in text(behind)


def test_save_of_a_passed_question_is_refused_in_words_and_logged(cast: Cast, client: Client) -> None:
    attempt = running(cast, **ONE_WAY)
    client.post(url("attempt_save", attempt), form(attempt, 1, "A"))
    late = form(attempt, 1, "BC", n="2", base="1", request_id="late")
    for headers in ({}, HTMX):
        refused = client.post(url("attempt_save", attempt), late, headers=headers)
        assert refused.status_code == 409
        assert "Question 1 was passed, and this quiz has no way back" in text(refused)
        assert re.search(r"Saved for it: A . Sent too late and not saved: B, C ", text(refused))
    assert [entry.outcome for entry in AnswerLog.objects.all()] == [
        SaveOutcome.STORED,
        SaveOutcome.PASSED,
        SaveOutcome.PASSED,
    ]
    assert tuple(Response.objects.get().chosen) == ids(attempt, 1, "A")
    replayed = client.post(url("attempt_save", attempt), form(attempt, 1, "A"), headers=HTMX)
    assert replayed.status_code == 200  # what was stored in time is told as stored, also when it is sent again


def test_jump_ahead_without_a_way_back_is_refused_in_words(cast: Cast, client: Client) -> None:
    attempt = running(cast, **ONE_WAY)
    ahead = client.get(url("attempt", attempt, "?q=3"))
    assert (ahead.status_code, "Stem 3" in text(ahead)) == (409, False)
    assert "Question 3 comes later" in text(ahead)
    refused = client.post(url("attempt_save", attempt), form(attempt, 3, "A"))
    assert refused.status_code == 422
    assert "comes later" in text(refused)
    with pytest.raises(ImpossibleAnswer):
        save(attempt=attempt, request=request(attempt, 2, "A"), now=NOW)
    assert AnswerLog.objects.count() == 0


def test_going_on_without_an_answer_and_a_way_back_is_asked_once_more(cast: Cast, client: Client) -> None:
    attempt = running(cast, **ONE_WAY)
    asked = client.post(url("attempt_save", attempt), form(attempt, 1, ""))
    assert asked.status_code == 422
    assert "Question 1 is not answered" in text(asked)
    assert Attempt.objects.get().reached == 1
    sure = dict(re.findall(r'name="(\w+)" value="([^"]*)"', asked.content.decode())) | {"then": "next"}
    for _ in range(2):  # pressed twice: one question is passed
        assert client.post(url("attempt_save", attempt), sure).headers["Location"].endswith("?q=2")
    assert Attempt.objects.get().reached == 2
    assert Response.objects.count() == 0
    assert "You went on without an answer" in text(client.get(url("attempt", attempt, "?q=1")))


def test_last_question_without_a_way_back_stays_open_until_submission(cast: Cast, client: Client) -> None:
    attempt = running(cast, **ONE_WAY)
    for place in (1, 2, 3):
        last = client.post(url("attempt_save", attempt), form(attempt, place, "A"))
    assert last.headers["Location"] == url("attempt_check", attempt)
    assert Attempt.objects.get().reached == 3
    check = client.get(url("attempt_check", attempt))
    assert text(check).count("Closed") == 2
    assert "Questions that you passed are closed." in text(check) or "is submitted for you" in text(check)
    assert f'{url("attempt", attempt)}?q=3">Go back to question 3' in check.content.decode()
    assert client.post(url("attempt_save", attempt), form(attempt, 3, "B", n="2", request_id="r")).status_code == 303
    assert tuple(Response.objects.get(question__position=3).chosen) == ids(attempt, 3, "B")


def test_save_by_script_does_not_pass_a_question(cast: Cast, client: Client) -> None:
    attempt = running(cast, **ONE_WAY)
    client.post(url("attempt_save", attempt), form(attempt, 1, "A"), headers=HTMX)
    client.post(url("attempt_save", attempt), form(attempt, 1, "", none="1", n="2", request_id="none"))
    client.post(url("attempt_save", attempt), form(attempt, 1, "B", then="stay", n="3", request_id="stay"))
    assert Attempt.objects.get().reached == 1


def test_pass_by_changes_nothing_where_there_is_a_way_back_or_the_attempt_is_over(cast: Cast) -> None:
    free = running(cast)
    assert not pass_by(attempt=free, position=1, now=NOW)
    Quiz.objects.update(back_allowed=False)
    attempt = Attempt.objects.select_related("quiz").get()
    assert not pass_by(attempt=attempt, position=2, now=NOW)
    assert not pass_by(attempt=attempt, position=1, now=at(1230))
    assert pass_by(attempt=attempt, position=1, now=NOW)
    submit(attempt=attempt, known={}, now=NOW)
    assert not pass_by(attempt=attempt, position=2, now=NOW)
    assert Attempt.objects.get().reached == 2


def test_save_and_next_without_a_way_back_takes_one_statement_more_in_the_same_transaction(cast: Cast, client: Client) -> None:
    attempt = running(cast, **ONE_WAY)
    asked = form(attempt, 1, "A")
    with CaptureQueriesContext(connection) as captured:
        client.post(url("attempt_save", attempt), asked)
    said = [query["sql"] for query in captured]
    statements = [sql for sql in said if not sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
    assert len(statements) == 7  # session, person; lock, read, log, answer, reached
    assert said[-1].startswith(("RELEASE", "COMMIT"))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"answered": False}, "not answered"),
        ({"answered": True, "marked": True, "current": True}, "answered, marked, this one"),
        ({"answered": True, "marked": True, "passed": True}, "passed, answered"),
        ({"answered": False, "passed": True}, "passed, not answered"),
        ({"answered": False, "later": True}, "comes later"),
    ],
)
def test_state_words_for_each_state_of_a_question(state: dict[str, bool], words: str) -> None:
    assert state_words(**state) == words


# --- the clock


@pytest.mark.parametrize(
    ("asked", "ends", "left", "known"),
    [
        ({"ends": "900", "left": "60"}, 900, 60, True),
        ({"ends": "900", "left": "63"}, 900, 60, True),
        ({"ends": "900", "left": "57"}, 900, 60, True),
        ({"ends": "900", "left": "64"}, 900, 60, False),  # the device slept
        ({"ends": "800", "left": "60"}, 900, 60, False),  # the end was moved
        ({"ends": "", "left": ""}, 900, 60, False),  # an end was given
        ({"ends": "900", "left": "60"}, None, 0, False),  # an end was taken away
        ({"ends": "", "left": ""}, None, 0, True),
        ({}, None, 0, True),
        ({"ends": "900", "left": "x"}, 900, 60, False),
        ({"ends": "900"}, 900, 60, False),
    ],
)
def test_knows_clock_for_each_difference_of_page_and_server(
    asked: dict[str, str], ends: int | None, left: int, known: bool
) -> None:
    class Asked(dict[str, str]):
        def getlist(self, key: str) -> list[str]:
            return [self[key]]

    assert knows_clock(Asked(asked), ends, left) is known


def test_clock_of_a_running_attempt_is_told_when_it_changed_and_leads_to_the_result_after(
    cast: Cast, client: Client, time_machine: object
) -> None:
    attempt = running(cast)
    (ends,) = re.findall(r'data-ends="(\d+)"', client.get(url("attempt", attempt)).content.decode())
    ask = url("attempt_clock", attempt, f"?ends={ends}&left=1200")
    with CaptureQueriesContext(connection) as captured:
        assert client.get(ask, headers=HTMX).status_code == 204
    assert len(captured) == 4  # session, person, membership; attempt
    Attempt.objects.update(ends_at=at(1800), shut_at=at(1830))
    assert 'data-seconds="1800"' in client.get(ask, headers=HTMX).content.decode()
    Attempt.objects.update(ends_at=None, shut_at=None)
    assert "No time limit" in text(client.get(ask, headers=HTMX))
    assert client.get(url("attempt_clock", attempt, "?ends=&left=")).status_code == 204
    Attempt.objects.update(ends_at=at(1200), shut_at=at(1230))
    time_machine.move_to(at(1230), tick=False)  # type: ignore[attr-defined]  # pytest plugin of time-machine
    assert client.get(ask, headers=HTMX).headers["HX-Refresh"] == "true"


def test_page_that_believes_its_time_is_over_is_submitted_only_if_it_is(cast: Cast, client: Client, time_machine: object) -> None:
    attempt = running(cast)
    submit_url = url("attempt_submit", attempt)
    assert 'name="over"' in client.get(url("attempt", attempt)).content.decode()
    time_machine.move_to(at(1199.5), tick=False)  # type: ignore[attr-defined]  # pytest plugin of time-machine
    assert 'data-seconds="1"' in client.get(url("attempt", attempt)).content.decode()
    for ends in (at(1200), at(1800), None):  # not yet, more time given meanwhile, no limit any more
        Attempt.objects.update(ends_at=ends, shut_at=ends)
        assert client.post(submit_url, {"over": "1"}).headers["Location"] == url("attempt", attempt)
        assert Attempt.objects.get().submitted_at is None
    Attempt.objects.update(ends_at=at(1199.5), shut_at=at(1230))
    assert client.post(submit_url, {"over": "1"}).headers["Location"] == url("attempt_result", attempt)
    assert (Attempt.objects.get().submitted_at, Attempt.objects.get().submitted_by) == (at(1199.5), "deadline")


def test_save_tells_the_end_as_it_is_now(cast: Cast, client: Client) -> None:
    attempt = running(cast, time_limit=None, closes_at=None)
    assert "No time limit" in text(client.get(url("attempt", attempt)))
    Attempt.objects.update(ends_at=at(600), shut_at=at(630))
    page = client.post(url("attempt_save", attempt), form(attempt, 1, "A"), headers=HTMX).content.decode()
    assert 'data-seconds="600"' in page
    assert 'id="time-over"' in client.get(url("attempt", attempt)).content.decode()


def test_clock_that_ends_on_another_day_names_the_day(cast: Cast, client: Client) -> None:
    attempt = running(cast, time_limit=None, closes_at=NOW + timedelta(days=3))
    page = text(client.get(url("attempt", attempt)))
    assert "3 days left closes at Sat 10 Oct, 11:00" in re.sub(r" +", " ", page)


def test_hint_of_a_question_is_shown_as_its_preview_promises(cast: Cast, client: Client) -> None:
    attempt = running(cast)
    QuestionVersion.objects.filter(kind=QuestionKind.MULTI).update(hint_html="<p>Think of Tuesday.</p>")
    assert "Think of Tuesday." in text(client.get(url("attempt", attempt)))


# --- no way back, in any order

STEPS = st.lists(
    st.tuples(st.sampled_from(["save", "go on", "pass by", "replay"]), st.integers(1, 4), st.sampled_from(["", "A", "BC"])),
    max_size=10,
)


@settings(max_examples=examples(12, 2000), deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_answers_of_passed_questions_never_change_whatever_is_sent(cast: Cast, steps: list[tuple[str, int, str]]) -> None:
    with transaction.atomic():
        attempt = running(cast, **ONE_WAY)
        reached, kept, sent = 1, dict[int, tuple[str, ...]](), list[SaveRequest]()
        for number, (step, place, letters) in enumerate(steps, 1):
            if step == "pass by":
                assert pass_by(attempt=fresh(attempt), position=place, now=NOW) is (place == reached < 3)
                reached += place == reached < 3
            elif step == "replay" and sent:
                assert save(attempt=attempt, request=sent[-1], now=NOW).repeat
            elif step != "replay" and place < 4:
                asked = request(attempt, place, letters, counter=number)
                if place > reached:
                    with pytest.raises(ImpossibleAnswer):
                        save(attempt=attempt, request=asked, now=NOW, move_on=True)
                    continue
                saved = save(attempt=attempt, request=asked, now=NOW, move_on=step == "go on")
                assert saved.outcome is (SaveOutcome.PASSED if place < reached else SaveOutcome.STORED)
                if saved.is_stored:
                    kept[place] = asked.chosen
                    sent.append(asked)
                    reached += step == "go on" and place < 3
            assert fresh(attempt).reached == reached
            assert {r.question.position: tuple(r.chosen) for r in Response.objects.select_related("question")} == kept
        transaction.set_rollback(True)


def fresh(attempt: Attempt) -> Attempt:
    return Attempt.objects.select_related("quiz").get(pk=attempt.pk)
