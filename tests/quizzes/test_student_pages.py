"""Pages of a student: every state, with literal query counts at two sizes."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from quizzes.actions.answers import save
from quizzes.actions.attempts import start, submit
from quizzes.actions.grading import grade
from quizzes.enums import AttemptState, QuestionKind, QuizKind, QuizState, SaveOutcome, ShowKey
from quizzes.models import AnswerLog, Attempt, OptionKey, QuestionVersion, Quiz, Response
from quizzes.models.attempts import MAX_GRADING_TRIES
from tests.conftest import NOW, Cast
from tests.quizzes.making import CANARY, at, ids, make_quiz, request

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HTMX = {"HX-Request": "true"}
FORM = {"tab": "web", "n": "1", "base": "0", "request_id": "web-1"}


@pytest.fixture(autouse=True)
def _frozen(time_machine: object) -> None:
    time_machine.move_to(NOW, tick=False)  # type: ignore[attr-defined]  # pytest plugin of time-machine


@pytest.fixture
def client(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.student, backend=BACKEND)
    return client


def url(name: str, quiz: Quiz, attempt: Attempt | None = None) -> str:
    args = [quiz.course.slug, quiz.slug] + ([attempt.public_id] if attempt else [])
    return reverse(f"quizzes:{name}", args=args)


def text(response: object) -> str:
    html = response.content.decode()  # type: ignore[attr-defined]  # a test response
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def running(cast: Cast, **fields: object) -> Attempt:
    return start(quiz=make_quiz(cast.course, **fields), student=cast.student, now=NOW)  # type: ignore[arg-type]  # test values


def graded(cast: Cast, answers: dict[int, str], **fields: object) -> Attempt:
    attempt = running(cast, **fields)
    for place, letters in answers.items():
        save(attempt=attempt, request=request(attempt, place, letters), now=NOW)
    submit(attempt=attempt, known={}, now=NOW)
    done = grade(attempt_id=attempt.pk, now=NOW)
    assert done is not None
    return done


def test_list_without_quizzes_says_what_will_be_here(cast: Cast, client: Client) -> None:
    make_quiz(cast.course, state=QuizState.DRAFT)
    assert "Your quizzes will be listed here" in text(client.get(reverse("quizzes:quizzes", args=["hum240"])))


def test_list_sorts_open_coming_and_done(cast: Cast, client: Client) -> None:
    graded(cast, {1: "AC"}, slug="week-4")
    make_quiz(cast.course, "week-5")
    make_quiz(cast.course, "week-6", opens_at=NOW + timedelta(days=2), closes_at=NOW + timedelta(days=4))
    make_quiz(cast.course, "week-3", opens_at=NOW - timedelta(days=9), closes_at=NOW - timedelta(days=7))
    page = text(client.get(reverse("quizzes:quizzes", args=["hum240"])))
    assert "One quiz is open" in page
    order = [page.index(title) for title in ("Week 5 quiz", "Upcoming", "Week 6 quiz", "Done", "1 of 3", "missing")]
    assert order == sorted(order)
    assert "1 of 3 points in one quiz." in page


def test_list_starts_untimed_unlimited_practice_with_one_press(cast: Cast, client: Client) -> None:
    quiz = make_quiz(cast.course, kind=QuizKind.PRACTICE, time_limit=None, attempts_allowed=None)
    page = client.get(reverse("quizzes:quizzes", args=["hum240"])).content.decode()
    assert f'action="{url("quiz_start", quiz)}"' in page
    assert client.post(url("quiz_start", quiz)).headers["Location"] == url("attempt", quiz, Attempt.objects.get())


@pytest.mark.parametrize(
    ("fields", "words", "button"),
    [
        ({}, "You have 20 minutes from the moment you start", "Start, 20 minutes"),
        (
            {"closes_at": NOW + timedelta(minutes=5)},
            "If you start now you have 5 minutes instead of 20 minutes",
            "Start, 5 minutes",
        ),
        ({"time_limit": None}, "Take the time you need", "Start"),
        ({"opens_at": NOW + timedelta(hours=1)}, "Week 5 quiz opens today, 12:00", ""),
        ({"opens_at": NOW - timedelta(days=2), "closes_at": NOW}, "Week 5 quiz closed today, 11:00", ""),
    ],
)
def test_start_page_in_each_state_says_it_in_the_headline(
    cast: Cast,
    client: Client,
    fields: dict[str, object],
    words: str,
    button: str,
) -> None:
    quiz = make_quiz(cast.course, **fields)  # type: ignore[arg-type]  # test values
    page = client.get(url("quiz", quiz))
    assert words in text(page)
    assert (url("quiz_start", quiz) in page.content.decode()) is bool(button)
    assert button in text(page)
    assert "Stem 1" not in text(page)


@pytest.mark.parametrize(
    ("fields", "there", "not_there"),
    [
        (
            {"closes_at": NOW - timedelta(hours=1)},
            ["Closed today, 10:00", "20 minutes, without a pause."],
            ["only", "If something fails", "Saving", "Closes"],
        ),
        (
            {"opens_at": NOW + timedelta(days=2), "closes_at": NOW + timedelta(days=4)},
            ["In 2 days", "Opens Fri 9 Oct, 11:00", "Saving"],
            ["If something fails", "only"],
        ),
        ({}, ["Opened yesterday, 11:00", "Closes tomorrow, 11:00", "If something fails", "Saving"], ["Closed", "only "]),
    ],
)
def test_start_page_in_each_state_says_only_what_matters_then(
    cast: Cast,
    client: Client,
    fields: dict[str, object],
    there: list[str],
    not_there: list[str],
) -> None:
    page = text(client.get(url("quiz", make_quiz(cast.course, **fields, scoring="net"))))  # type: ignore[arg-type]  # test values
    assert page.count("The same for everybody.") <= 1
    assert [words for words in there if words not in page] == []
    assert [words for words in not_there if words in page] == []


def test_start_page_of_a_running_attempt_leads_back_into_it(cast: Cast, client: Client) -> None:
    attempt = running(cast)
    page = client.get(url("quiz", attempt.quiz)).content.decode()
    assert "Your attempt is running" in page
    assert f'href="{url("attempt", attempt.quiz, attempt)}"' in page


def test_start_page_with_attempts_used_up_links_the_result(cast: Cast, client: Client) -> None:
    attempt = graded(cast, {1: "AC"})
    page = client.get(url("quiz", attempt.quiz))
    assert "You have used your one attempt." in text(page)
    assert url("attempt_result", attempt.quiz, attempt) in page.content.decode()


def test_draft_and_foreign_quizzes_do_not_exist(cast: Cast, client: Client) -> None:
    draft = make_quiz(cast.course, state=QuizState.DRAFT)
    make_quiz(cast.twin, "twins")
    assert client.get(url("quiz", draft)).status_code == 404
    assert client.post(url("quiz_start", draft)).status_code == 404
    assert client.get(reverse("quizzes:quiz", args=["hum240", "twins"])).status_code == 404


@pytest.mark.parametrize("fields", [{"opens_at": NOW + timedelta(seconds=1)}, {"opens_at": None, "closes_at": NOW}, {"keys": []}])
def test_start_when_it_may_not_begin_answers_409_and_starts_nothing(
    cast: Cast, client: Client, fields: dict[str, object]
) -> None:
    quiz = make_quiz(cast.course, **fields)  # type: ignore[arg-type]  # test values
    response = client.post(url("quiz_start", quiz))
    assert response.status_code == 409
    assert Attempt.objects.count() == 0


def test_start_leads_to_the_first_question_with_an_absolute_end(cast: Cast, client: Client) -> None:
    quiz = make_quiz(cast.course)
    response = client.post(url("quiz_start", quiz))
    attempt = Attempt.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, url("attempt", quiz, attempt))
    page = client.get(response.headers["Location"])
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "Stem 1" in text(page)
    assert "Stem 2" not in text(page)
    assert 'data-seconds="1200"' in page.content.decode()
    assert "course-nav" not in page.content.decode()


def test_observer_reads_the_rules_and_cannot_start(cast: Cast) -> None:
    client, quiz = Client(), make_quiz(cast.course)
    client.force_login(cast.observer, backend=BACKEND)
    assert url("quiz_start", quiz) not in client.get(url("quiz", quiz)).content.decode()
    assert client.post(url("quiz_start", quiz)).status_code == 403


def test_attempt_of_somebody_else_does_not_exist(cast: Cast) -> None:
    attempt, client = running(cast), Client()
    client.force_login(cast.other_student, backend=BACKEND)
    for name in ("attempt", "attempt_check", "attempt_result", "attempt_status"):
        assert client.get(url(name, attempt.quiz, attempt)).status_code == 404
    for name in ("attempt_save", "attempt_mark", "attempt_submit"):
        assert client.post(url(name, attempt.quiz, attempt)).status_code == 404
    assert Attempt.objects.get().state == AttemptState.IN_PROGRESS


def test_attempt_question_that_is_not_there_is_404(cast: Cast, client: Client) -> None:
    attempt = running(cast)
    for place in ("0", "4", "x", "99999999", "²", "-1"):
        assert client.get(url("attempt", attempt.quiz, attempt), {"q": place}).status_code == 404


def test_save_and_next_without_script_stores_and_goes_on(cast: Cast, client: Client) -> None:
    attempt = running(cast)
    chosen = list(ids(attempt, 1, "AC"))
    response = client.post(url("attempt_save", attempt.quiz, attempt), FORM | {"question": 1, "option": chosen, "then": "next"})
    assert (response.status_code, response.headers["Location"]) == (303, url("attempt", attempt.quiz, attempt) + "?q=2")
    assert Response.objects.get().chosen == chosen
    page = client.get(url("attempt", attempt.quiz, attempt) + "?q=1").content.decode()
    assert page.count(" checked") == 2
    assert "1 of 3 answered" in page


def test_save_on_the_last_question_goes_to_the_check(cast: Cast, client: Client) -> None:
    attempt = running(cast)
    response = client.post(url("attempt_save", attempt.quiz, attempt), FORM | {"question": 3, "option": ids(attempt, 3, "A")})
    assert response.headers["Location"] == url("attempt_check", attempt.quiz, attempt)


def test_save_and_next_with_nothing_ticked_is_not_an_answer(cast: Cast, client: Client) -> None:
    attempt = running(cast)
    response = client.post(url("attempt_save", attempt.quiz, attempt), FORM | {"question": 1, "marks": "1", "marked": "on"})
    assert response.headers["Location"].endswith("?q=2")
    assert Response.objects.count() == 0
    assert attempt.questions.get(position=1).marked


def test_none_of_these_saves_the_empty_answer_and_stays(cast: Cast, client: Client) -> None:
    attempt = running(cast)
    response = client.post(
        url("attempt_save", attempt.quiz, attempt), FORM | {"question": 1, "none": "1", "option": ids(attempt, 1, "A")}
    )
    assert response.headers["Location"].endswith("?q=1")
    assert Response.objects.get().chosen == []
    assert "Left blank on purpose" in text(client.get(url("attempt_check", attempt.quiz, attempt)))


def test_save_by_script_answers_with_the_parts_that_change(cast: Cast, client: Client) -> None:
    attempt = running(cast)
    body = FORM | {"question": 1, "option": ids(attempt, 1, "A")}
    response = client.post(url("attempt_save", attempt.quiz, attempt), body, headers=HTMX)
    page = response.content.decode()
    assert response.status_code == 200
    assert "Saved at" in text(response)
    assert "1 of 3 answered" in page
    assert 'data-seconds="1200"' in page
    assert 'data-save="1"' in page
    assert '"quiz:saved": {"question": 1, "save": 1, "n": 1}' in response.headers["HX-Trigger"]


def test_save_replies_have_the_same_length_whether_right_or_wrong(cast: Cast, client: Client) -> None:
    attempt = running(cast, keys=["A"] * 2)
    sizes = set()
    for place, letters in ((1, "A"), (2, "B")):
        body = FORM | {"question": place, "request_id": f"r-{place}", "option": ids(attempt, place, letters)}
        reply = client.post(url("attempt_save", attempt.quiz, attempt), body, headers=HTMX).content
        sizes.add(len(re.sub(rb'data-digest="\w+"', b"", reply)))
    assert len(sizes) == 1


def test_conflict_shows_both_answers_and_saves_the_chosen_one(cast: Cast, client: Client) -> None:
    attempt = running(cast)
    save(attempt=attempt, request=request(attempt, 1, "A"), now=NOW)
    target = url("attempt_save", attempt.quiz, attempt)
    for headers in ({}, HTMX):
        response = client.post(target, FORM | {"question": 1, "option": ids(attempt, 1, "BC")}, headers=headers)
        assert response.status_code == 409
        assert "Saved there: A. Here, not saved: B, C." in text(response)
    hidden = dict(re.findall(r'name="(tab|n|base|request_id|question|then)" value="([^"]*)"', response.content.decode()))
    assert hidden["base"] == "1"
    again = client.post(target, hidden | {"option": ids(attempt, 1, "BC")})
    assert again.headers["Location"].endswith("?q=1")
    assert tuple(Response.objects.get().chosen) == ids(attempt, 1, "BC")


def test_same_form_sent_again_with_another_answer_is_never_lost_silently(cast: Cast, client: Client) -> None:
    attempt = running(cast)
    target = url("attempt_save", attempt.quiz, attempt)
    client.post(target, FORM | {"question": 1, "option": ids(attempt, 1, "A")})
    assert client.post(target, FORM | {"question": 1, "option": ids(attempt, 1, "A")}).status_code == 303
    assert client.post(target, FORM | {"question": 1, "option": ids(attempt, 1, "B")}).status_code == 409


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"question": 9}, 404),
        ({"question": "x"}, 422),
        ({"question": 1, "option": "zzzzzz"}, 422),
        ({"question": 1, "option": "a", "n": ""}, 422),
    ],
)
def test_save_that_makes_no_sense_is_refused_in_words(cast: Cast, client: Client, body: dict[str, str], status: int) -> None:
    attempt = running(cast)
    for headers in ({}, HTMX):
        response = client.post(url("attempt_save", attempt.quiz, attempt), FORM | {"base": "1"} | body, headers=headers)
        assert response.status_code == status
    assert Response.objects.count() == 0
    assert status == 404 or "What was saved before is safe." in text(response)


def test_save_after_submission_says_so_and_keeps_the_submitted_answer(cast: Cast, client: Client) -> None:
    attempt = running(cast)
    submit(attempt=attempt, known={}, now=NOW)
    response = client.post(
        url("attempt_save", attempt.quiz, attempt), FORM | {"question": 1, "option": ids(attempt, 1, "A")}, headers=HTMX
    )
    assert response.status_code == 409
    assert "submitted in another window at 11:00" in text(response)
    assert AnswerLog.objects.get().outcome == SaveOutcome.CLOSED


def test_save_signed_out_answers_401_to_the_script_and_login_to_a_browser(cast: Cast) -> None:
    attempt = running(cast)
    target = url("attempt_save", attempt.quiz, attempt)
    assert Client().post(target, FORM, headers=HTMX).status_code == 401
    assert Client().post(target, FORM).headers["Location"].startswith("/account/login/")


def test_mark_is_kept_with_and_without_script(cast: Cast, client: Client) -> None:
    attempt = running(cast)
    target = url("attempt_mark", attempt.quiz, attempt)
    assert "not answered, marked, this one" in text(client.post(target, {"question": 2, "marked": "on"}, headers=HTMX))
    assert client.post(target, {"question": 2}).headers["Location"].endswith("?q=2")
    assert not attempt.questions.get(position=2).marked
    assert client.post(target, {"question": "x"}).status_code == 409


def test_check_page_names_what_is_not_answered(cast: Cast, client: Client) -> None:
    attempt = running(cast)
    save(attempt=attempt, request=request(attempt, 1, "AC"), now=NOW)
    page = client.get(url("attempt_check", attempt.quiz, attempt))
    assert "Two questions are not answered" in text(page)
    assert "Submit with two unanswered" in text(page)
    assert 'name="known" value="1:1"' in page.content.decode()


def test_submit_that_knows_more_than_the_server_is_sent_back(cast: Cast, client: Client) -> None:
    attempt = running(cast)
    response = client.post(url("attempt_submit", attempt.quiz, attempt), {"known": "2:7"})
    assert response.status_code == 409
    assert "Not submitted" in text(response)
    assert client.post(url("attempt_submit", attempt.quiz, attempt), {"known": "rubbish"}).status_code == 422
    assert Attempt.objects.get().state == AttemptState.IN_PROGRESS


def test_submit_leads_to_the_result_that_grades_itself_after_a_second(cast: Cast, client: Client, time_machine: object) -> None:
    attempt = running(cast)
    save(attempt=attempt, request=request(attempt, 1, "AC"), now=NOW)
    response = client.post(url("attempt_submit", attempt.quiz, attempt), {"known": "1:1"})
    result, status = url("attempt_result", attempt.quiz, attempt), url("attempt_status", attempt.quiz, attempt)
    assert (response.status_code, response.headers["Location"]) == (303, result)
    assert "Your answers are being graded" in text(client.get(result))
    time_machine.move_to(at(0.9), tick=False)  # type: ignore[attr-defined]  # pytest plugin of time-machine
    assert client.get(status, headers=HTMX).status_code == 204
    time_machine.move_to(at(1), tick=False)  # type: ignore[attr-defined]  # pytest plugin of time-machine
    assert client.get(status, headers=HTMX).headers["HX-Refresh"] == "true"
    assert "1 of 3 points" in text(client.get(result))
    assert client.post(url("attempt_submit", attempt.quiz, attempt)).headers["Location"] == result


def test_pages_of_an_attempt_whose_time_is_over_lead_to_its_result(cast: Cast, client: Client, time_machine: object) -> None:
    attempt = running(cast)
    time_machine.move_to(at(1230), tick=False)  # type: ignore[attr-defined]  # pytest plugin of time-machine
    for name in ("attempt", "attempt_check"):
        assert client.get(url(name, attempt.quiz, attempt)).headers["Location"] == url("attempt_result", attempt.quiz, attempt)
    assert "at the deadline" in text(client.get(url("attempt_result", attempt.quiz, attempt)))
    assert Attempt.objects.get().submitted_at == at(1200)


def test_result_that_cannot_be_graded_is_safe_and_says_so(cast: Cast, client: Client, caplog: pytest.LogCaptureFixture) -> None:
    attempt = running(cast)
    save(attempt=attempt, request=request(attempt, 1, "A"), now=NOW)
    OptionKey.objects.all().delete()
    Attempt.objects.update(state=AttemptState.SUBMITTED, submitted_at=NOW - timedelta(seconds=2), grade_tries=4)
    assert "Submitted, but not graded yet" in text(client.get(url("attempt_result", attempt.quiz, attempt))) or caplog.text
    assert "Submitted, but not graded yet" in text(client.get(url("attempt_result", attempt.quiz, attempt)))


def test_attempt_that_grading_gave_up_waits_for_a_person_on_every_page(cast: Cast, client: Client) -> None:
    attempt = running(cast)
    pages = [
        url("quiz", attempt.quiz),
        reverse("quizzes:quizzes", args=["hum240"]),
        url("attempt_result", attempt.quiz, attempt),
        url("attempt_status", attempt.quiz, attempt),
    ]
    Attempt.objects.update(state=AttemptState.SUBMITTED, submitted_at=NOW, grade_tries=MAX_GRADING_TRIES)
    for page in map(text, map(client.get, pages)):
        assert "our answers are safe; grading is waiting for a person." in page
        assert "being graded" not in page
    Attempt.objects.update(grade_tries=MAX_GRADING_TRIES - 1)
    for page in map(text, map(client.get, pages[:3])):
        assert "being graded" in page
        assert "waiting for a person" not in page


def test_result_immediately_shows_missed_first_then_right_folded(cast: Cast, client: Client) -> None:
    attempt = graded(cast, {1: "AC", 2: "AB"}, show_key=ShowKey.IMMEDIATELY)
    page = text(client.get(url("attempt_result", attempt.quiz, attempt)))
    assert "1 of 3 points" in page
    assert "Questions 2 and 3 cost you points. Question 3 was not answered." in page
    order = [
        page.index(words)
        for words in (
            "What you missed",
            "Stem 2",
            "Wrong, but you ticked it",
            "Stem 3",
            "Fully right",
            "1. Stem 1",
            "How it adds up",
        )
    ]
    assert order == sorted(order)
    assert "You ticked A and C, all right." in page
    assert f"{CANARY} ticked" in page
    assert f"{CANARY} unticked" in page
    assert "2 saves, the last one at 11:00" in page


def test_result_of_a_student_is_open_to_staff_whole(cast: Cast) -> None:
    attempt, client = graded(cast, {2: "A"}, show_key=ShowKey.NEVER), Client()
    client.force_login(cast.assistant, backend=BACKEND)
    page = text(client.get(url("attempt_result", attempt.quiz, attempt)))
    assert "Ines Caballero: 0 of 3 points" in page
    assert "Wrong, but they ticked it" in page


def test_single_choice_has_radio_buttons_and_no_none(cast: Cast, client: Client) -> None:
    quiz = make_quiz(cast.course)
    QuestionVersion.objects.update(kind=QuestionKind.SINGLE)
    attempt = start(quiz=quiz, student=cast.student, now=NOW)
    page = client.get(url("attempt", quiz, attempt)).content.decode()
    assert page.count('type="radio"') == 5
    assert "None of these is right" not in page


def test_question_that_says_itself_how_many_to_tick_is_not_told_twice(cast: Cast, client: Client) -> None:
    attempt = running(cast)
    QuestionVersion.objects.filter(pk=attempt.questions.get(position=1).version_id).update(stem="Which? *Select all that apply*")
    assert "<strong>Select all" not in client.get(url("attempt", attempt.quiz, attempt)).content.decode()
    assert "<strong>Select all" in client.get(url("attempt", attempt.quiz, attempt) + "?q=2").content.decode()


def test_waiting_page_of_an_attempt_taken_back_asks_no_more(cast: Cast, client: Client) -> None:
    attempt = running(cast)
    Attempt.objects.update(state=AttemptState.VOIDED)
    page = client.get(url("attempt_result", attempt.quiz, attempt))
    assert "This attempt does not count" in text(page)
    assert "every 1s" not in page.content.decode()
    assert 'http-equiv="refresh"' not in page.content.decode()


@pytest.mark.parametrize("size", [1, 20])
def test_pages_take_the_same_queries_for_any_number_of_questions(
    cast: Cast,
    client: Client,
    size: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    count = django_assert_num_queries
    quiz = make_quiz(cast.course, keys=["A"] * size, show_key=ShowKey.IMMEDIATELY)
    with count(6):  # session, person, membership; quiz, own attempts, questions
        client.get(url("quiz", quiz))
    with count(12):  # the three; quiz; savepoint, enrolment with quiz, attempts, places, options, two inserts, release
        client.post(url("quiz_start", quiz))
    attempt = Attempt.objects.get()
    with count(7):  # the three; attempt, places, question, options
        client.get(url("attempt", quiz, attempt))
    body = FORM | {"question": 1, "option": ids(attempt, 1, "A")}
    with count(8):  # session, person; four of the save between savepoint and release
        client.post(url("attempt_save", quiz, attempt), body, headers=HTMX)
    with count(5):  # the three; attempt, places
        client.get(url("attempt_check", quiz, attempt))
    submit(attempt=attempt, known={}, now=NOW)
    grade(attempt_id=attempt.pk, now=NOW)
    with count(7):  # the three; attempt, questions, options, receipt
        client.get(url("attempt_result", quiz, attempt))


@pytest.mark.parametrize("size", [1, 6])
def test_list_takes_the_same_queries_for_any_number_of_quizzes(
    cast: Cast, client: Client, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(size):
        graded(cast, {1: "A"}, slug=f"done-{number}", keys=["A"])
        make_quiz(cast.course, f"open-{number}", keys=["A"])
    with django_assert_num_queries(6):  # session, person, membership; quizzes, own attempts, counts
        client.get(reverse("quizzes:quizzes", args=["hum240"]))
