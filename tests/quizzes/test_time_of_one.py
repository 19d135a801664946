"""What changes for one student while the others go on: accommodations, exceptions, waits, late credit, codes, and the preflight page."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from quizzes.actions.allowances import (
    Difference,
    Terms,
    remove_accommodation,
    remove_exception,
    set_accommodation,
    set_exception,
)
from quizzes.actions.answers import save
from quizzes.actions.attempts import NotStartable, close_overdue, start, submit
from quizzes.actions.grading import grade
from quizzes.actions.refusals import RefusedError
from quizzes.enums import AttemptState, QuizKind, SaveOutcome, ShowKey, SubmittedBy
from quizzes.models import Attempt, Quiz
from quizzes.preflight import preflight
from quizzes.schedule import Standing, effective_schedule
from tests.conftest import NOW, Cast
from tests.quizzes.making import at, make_quiz, request

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
DAY, MINUTE, TICK = timedelta(days=1), timedelta(minutes=1), timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def _frozen(time_machine: object) -> None:
    time_machine.move_to(NOW, tick=False)  # type: ignore[attr-defined]  # pytest plugin of time-machine


def more_time(cast: Cast, now: datetime = NOW, **terms: object) -> int:
    return set_accommodation(course=cast.course, student=cast.student, terms=Terms(**terms), by=cast.instructor, now=now)  # type: ignore[arg-type]  # test values


def other(cast: Cast, quiz: Quiz, now: datetime = NOW, **values: object) -> int:
    difference = Difference(**values)  # type: ignore[arg-type]  # test values
    return set_exception(quiz=quiz, student=cast.student, difference=difference, by=cast.instructor, now=now)


def begun(cast: Cast, now: datetime = NOW, **fields: object) -> Attempt:
    return start(quiz=make_quiz(cast.course, **fields), student=cast.student, now=now)  # type: ignore[arg-type]  # test values


# --- starting and standing, just before, at and just after each time


@pytest.mark.parametrize(
    ("moment", "standing"),
    [
        (NOW + DAY + 10 * MINUTE - TICK, Standing.OPEN),
        (NOW + DAY + 10 * MINUTE, Standing.CLOSED),
        (NOW + DAY + 10 * MINUTE + TICK, Standing.CLOSED),
    ],
)
def test_standing_around_a_close_extended_by_an_accommodation(cast: Cast, moment: datetime, standing: Standing) -> None:
    quiz = make_quiz(cast.course)
    more_time(cast, factor=Decimal("1.5"))
    assert effective_schedule(quiz, cast.student, moment).standing is standing
    assert effective_schedule(quiz, cast.other_student, NOW + DAY).standing is Standing.CLOSED


@pytest.mark.parametrize(
    ("moment", "standing"),
    [
        (NOW - 2 * DAY - TICK, Standing.NOT_YET),
        (NOW - 2 * DAY, Standing.OPEN),
        (NOW + 5 * DAY - TICK, Standing.OPEN),
        (NOW + 5 * DAY, Standing.CLOSED),
    ],
)
def test_standing_around_the_times_of_an_exception(cast: Cast, moment: datetime, standing: Standing) -> None:
    quiz = make_quiz(cast.course)
    other(cast, quiz, opens_at=NOW - 2 * DAY, closes_at=NOW + 5 * DAY)
    assert effective_schedule(quiz, cast.student, moment).standing is standing


@pytest.mark.parametrize(
    ("closes", "own"),
    [
        # Noon in Chicago, a day later on the clock: 25 hours where the clocks go back, 23 where they go forward.
        (datetime(2026, 10, 31, 17, tzinfo=UTC), datetime(2026, 11, 1, 18, tzinfo=UTC)),
        (datetime(2027, 3, 13, 18, tzinfo=UTC), datetime(2027, 3, 14, 17, tzinfo=UTC)),
    ],
)
def test_standing_around_a_close_moved_over_a_change_of_the_clocks(cast: Cast, closes: datetime, own: datetime) -> None:
    quiz = make_quiz(cast.course, closes_at=closes)
    more_time(cast, extra_days=1)
    standings = [effective_schedule(quiz, cast.student, own + step).standing for step in (-TICK, timedelta(0), TICK)]
    assert standings == [Standing.OPEN, Standing.CLOSED, Standing.CLOSED]


def test_granted_time_is_never_cut_where_the_usual_time_is_not(cast: Cast) -> None:
    """Whoever starts at the last moment that leaves everybody 20 minutes has the 30 minutes they were granted."""
    quiz = make_quiz(cast.course)
    more_time(cast, factor=Decimal("1.5"))
    last = NOW + DAY - 20 * MINUTE
    assert not effective_schedule(quiz, cast.student, last).cut
    assert start(quiz=quiz, student=cast.student, now=last).ends_at == last + 30 * MINUTE
    assert effective_schedule(quiz, cast.other_student, last + TICK).cut


@pytest.mark.parametrize(("minutes", "standing"), [(59.99, Standing.WAITING), (60, Standing.OPEN), (60.01, Standing.OPEN)])
def test_wait_between_attempts_is_over_at_its_last_moment(cast: Cast, minutes: float, standing: Standing) -> None:
    attempt = begun(cast, attempts_allowed=3, wait=60)
    submit(attempt=attempt, known={}, now=NOW)
    moment = at(60 * minutes)
    schedule = effective_schedule(attempt.quiz, cast.student, moment)
    assert (schedule.standing, schedule.next_start.value) == (standing, at(3600))
    if standing is Standing.WAITING:
        with pytest.raises(NotStartable, match="WAITING"):
            start(quiz=attempt.quiz, student=cast.student, now=moment)
    else:
        assert start(quiz=attempt.quiz, student=cast.student, now=moment).number == 2


def test_wait_counts_from_the_end_of_an_attempt_that_nobody_closed_yet(cast: Cast) -> None:
    attempt = begun(cast, attempts_allowed=2, wait=60)
    assert effective_schedule(attempt.quiz, cast.student, at(4799)).standing is Standing.WAITING
    assert effective_schedule(attempt.quiz, cast.student, at(4800)).standing is Standing.OPEN


def test_exception_gives_another_attempt(cast: Cast) -> None:
    attempt = begun(cast)
    submit(attempt=attempt, known={}, now=at(1))
    assert effective_schedule(attempt.quiz, cast.student, at(2)).standing is Standing.USED_UP
    other(cast, attempt.quiz, attempts_allowed=2)
    assert start(quiz=attempt.quiz, student=cast.student, now=at(2)).number == 2


# --- running attempts move


def test_accommodation_moves_the_running_attempt_and_taking_it_away_moves_it_back(cast: Cast) -> None:
    attempt = begun(cast)
    assert more_time(cast, now=at(60), factor=Decimal("1.5"), reason="secret reason") == 1
    attempt.refresh_from_db()
    assert (attempt.ends_at, attempt.shut_at) == (at(1800), at(1830))
    assert "secret" not in str(attempt.schedule)
    assert remove_accommodation(course=cast.course, student=cast.student, now=at(1500)) == 1
    attempt.refresh_from_db()
    assert (attempt.ends_at, attempt.shut_at) == (at(1500), at(1530))


@pytest.mark.parametrize(
    ("seconds", "outcome"), [(1799, SaveOutcome.STORED), (1800, SaveOutcome.GRACE), (1829, SaveOutcome.GRACE)]
)
def test_saves_go_by_the_end_that_an_exception_set_while_it_ran(cast: Cast, seconds: int, outcome: SaveOutcome) -> None:
    attempt = begun(cast)
    assert other(cast, attempt.quiz, now=at(600), time_limit=1800) == 1
    assert save(attempt=attempt, request=request(attempt, 1, "A"), now=at(seconds)).outcome is outcome
    assert close_overdue(now=at(1829)) == []
    assert close_overdue(now=at(1830)) == [attempt.pk]
    attempt.refresh_from_db()
    assert (attempt.submitted_at, attempt.submitted_by) == (at(1800), SubmittedBy.DEADLINE)


def test_exception_in_the_grace_moves_an_end_only_where_it_comes_again(cast: Cast) -> None:
    attempt = begun(cast)
    assert other(cast, attempt.quiz, now=at(1210), attempts_allowed=2) == 0
    attempt.refresh_from_db()
    assert (attempt.ends_at, attempt.shut_at) == (at(1200), at(1230))
    assert other(cast, attempt.quiz, now=at(1210), time_limit=600) == 0
    attempt.refresh_from_db()
    assert (attempt.ends_at, attempt.shut_at, attempt.schedule["ends"]["reason"]) == (
        at(1200),
        at(1230),
        "20 minutes after the start.",
    )
    assert other(cast, attempt.quiz, now=at(1229), time_limit=1260) == 1
    attempt.refresh_from_db()
    assert (attempt.ends_at, attempt.shut_at) == (at(1260), at(1290))


def test_exception_after_the_end_does_not_wake_an_attempt_up(cast: Cast) -> None:
    attempt = begun(cast)
    assert other(cast, attempt.quiz, now=at(1230), time_limit=3600) == 0
    assert close_overdue(now=at(1231)) == [attempt.pk]
    attempt.refresh_from_db()
    assert attempt.submitted_at == at(1200)


def test_removed_exception_leaves_what_holds_for_everybody(cast: Cast) -> None:
    attempt = begun(cast)
    other(cast, attempt.quiz, time_limit=3600)
    assert remove_exception(quiz=attempt.quiz, student=cast.student, now=at(5)) == 1
    attempt.refresh_from_db()
    assert attempt.ends_at == at(1200)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "This changes nothing"),
        ({"reason": "only that"}, "This changes nothing"),
        ({"closes_at": NOW - 2 * DAY}, "would close for this student before it opens"),
        ({"opens_at": NOW + 2 * DAY}, "would close for this student before it opens"),
        ({"due_at": NOW - 2 * DAY}, "due for this student before it opens"),
        ({"due_at": NOW + 2 * DAY}, "close for this student before it is due"),
    ],
)
def test_impossible_exception_is_refused_in_words(cast: Cast, values: dict[str, Any], words: str) -> None:
    quiz = make_quiz(cast.course)
    with pytest.raises(RefusedError, match=words):
        other(cast, quiz, **values)
    assert not quiz.exceptions.exists()


def test_accommodation_that_gives_nothing_is_refused(cast: Cast) -> None:
    with pytest.raises(RefusedError, match="This changes nothing"):
        more_time(cast, reason="only that")
    assert not cast.course.accommodations.exists()


# --- late credit, fixed at submission


LATE: dict[str, Any] = {"due_at": NOW + 5 * MINUTE, "late_steps": [[10, 80], [20, 50]], "time_limit": None}


@pytest.mark.parametrize(("seconds", "credit"), [(299, 100), (300, 100), (301, 80), (900, 80), (901, 50), (1500, 50), (1501, 0)])
def test_submission_has_the_credit_of_its_moment(cast: Cast, seconds: int, credit: int) -> None:
    done = submit(attempt=begun(cast, **LATE), known={}, now=at(seconds)).attempt
    done.refresh_from_db()
    assert (done.state, done.credit) == (AttemptState.SUBMITTED, credit)


def test_automatic_submission_has_the_credit_of_its_deadline_however_late_the_job(cast: Cast) -> None:
    attempt = begun(cast, **LATE | {"due_at": NOW + 20 * MINUTE, "time_limit": 1200})
    assert close_overdue(now=NOW + 3 * DAY) == [attempt.pk]
    attempt.refresh_from_db()
    assert attempt.credit == 100


def test_late_credit_goes_by_the_own_due_date_also_when_it_moves_while_it_runs(cast: Cast) -> None:
    attempt = begun(cast, **LATE)
    other(cast, attempt.quiz, now=at(200), due_at=NOW + 15 * MINUTE)
    done = submit(attempt=Attempt.objects.get(pk=attempt.pk), known={}, now=at(901)).attempt
    assert done.credit == 80


def test_exception_after_a_late_submission_gives_its_credit_back_also_in_the_grade(cast: Cast) -> None:
    attempt = begun(cast, **LATE)
    save(attempt=attempt, request=request(attempt, 1, "AC"), now=at(1))
    submit(attempt=attempt, known={}, now=at(600))
    graded = grade(attempt_id=attempt.pk, now=at(601))
    assert graded is not None
    assert (graded.credit, graded.score) == (80, 80)
    other(cast, attempt.quiz, now=at(700), due_at=NOW + 10 * MINUTE)
    graded.refresh_from_db()
    assert (graded.credit, graded.score) == (100, 100)
    remove_exception(quiz=attempt.quiz, student=cast.student, now=at(800))
    graded.refresh_from_db()
    assert (graded.credit, graded.score) == (100, 100)  # nobody loses


# --- access code


@pytest.mark.parametrize(("code", "right"), [("blue", True), (" Blue ", True), ("BLUE", True), ("", False), ("blu", False)])
def test_access_code_opens_the_quiz(cast: Cast, code: str, right: bool) -> None:
    quiz = make_quiz(cast.course, access_code="Blue")
    if right:
        assert start(quiz=quiz, student=cast.student, now=NOW, code=code).number == 1
        assert start(quiz=quiz, student=cast.student, now=at(1)).number == 1  # going on needs none
        return
    with pytest.raises(NotStartable) as refused:
        start(quiz=quiz, student=cast.student, now=NOW, code=code)
    assert refused.value.wrong_code
    assert not quiz.attempts.exists()


def signed_in(person: object) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)  # type: ignore[arg-type]  # one of the cast
    return client


def test_wrong_access_codes_are_counted_and_then_none_is_looked_at(cast: Cast) -> None:
    cache.clear()
    quiz = make_quiz(cast.course, access_code="blue")
    client, url = signed_in(cast.student), reverse("quizzes:quiz_start", args=["hum240", quiz.slug])
    assert 'name="code"' in client.get(quiz.get_absolute_url()).content.decode()
    assert "asks for an access code" in client.post(url).content.decode()
    answers = [client.post(url, {"code": "red"}) for _ in range(6)]
    assert {answer.status_code for answer in answers} == {409}
    assert ["not the code" in answer.content.decode() for answer in answers] == [True] * 5 + [False]
    assert "Too many wrong codes" in client.post(url, {"code": "blue"}).content.decode()
    assert not quiz.attempts.exists()
    assert signed_in(cast.other_student).post(url, {"code": "blue"}).status_code == 303
    cache.clear()
    assert client.post(url, {"code": "blue"}).status_code == 303


# --- pages


def page(client: Client, name: str, *args: str) -> str:
    return client.get(reverse(f"quizzes:{name}", args=["hum240", *args])).content.decode()


def test_exception_takes_three_actions_from_the_quiz_page(cast: Cast) -> None:
    attempt = begun(cast)
    staff = signed_in(cast.assistant)
    url = reverse("quizzes:quiz_exception", args=["hum240", "week-5", cast.student.public_id])
    assert f'href="{url}"' in page(staff, "quiz", "week-5")
    assert "Otherwise: 20 minutes." in staff.get(url).content.decode()
    said = staff.post(url, {"minutes": "45", "reason": "fire alarm"}, follow=True)
    assert "One attempt that is running has a new end." in said.content.decode()
    attempt.refresh_from_db()
    assert attempt.ends_at == at(2700)


def test_reasons_are_for_staff_and_students_learn_only_their_own_times(cast: Cast) -> None:
    quiz = make_quiz(cast.course)
    more_time(cast, factor=Decimal("1.5"), reason="canary reason")
    other(cast, quiz, attempts_allowed=2, reason="canary too")
    own = page(signed_in(cast.student), "quiz", "week-5")
    assert "30 minutes" in own
    assert "20 minutes for everybody, times 1.5 for you." in own
    assert "canary" not in own
    foreign = page(signed_in(cast.other_student), "quiz", "week-5")
    assert "1.5" not in foreign
    assert "30 minutes" not in foreign
    people = reverse("course:people", args=["hum240"])
    assert "Time × 1.5" in signed_in(cast.assistant).get(people).content.decode()
    assert signed_in(cast.student).get(people).status_code == 403
    assert "canary reason" in page(signed_in(cast.assistant), "preflight", "week-5")


def test_people_and_preflight_take_the_same_queries_for_any_number(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    quiz = make_quiz(cast.course)
    staff = signed_in(cast.instructor)
    for step in range(2):
        if step:
            more_time(cast, factor=Decimal(2))
            other(cast, quiz, closes_at=NOW + 3 * DAY)
            start(quiz=quiz, student=cast.student, now=NOW)
        with django_assert_num_queries(12):  # session, person, membership; quiz; eight of the report
            page(staff, "preflight", "week-5")
        with django_assert_num_queries(5):  # session, person, membership; roster; accommodations
            staff.get(reverse("course:people", args=["hum240"]))


# --- preflight


def warned(quiz: Quiz) -> list[str]:
    report = preflight(quiz, NOW)
    return [*report.warnings, *(words for row in report.rows for words in row.warnings)]


def one_of(words: str, found: Iterable[str]) -> bool:
    return sum(words in one for one in found) == 1


def test_preflight_of_a_sound_quiz_warns_of_nothing(cast: Cast) -> None:
    quiz = make_quiz(cast.course)
    more_time(cast, factor=Decimal("1.5"), extra_days=1)
    assert warned(quiz) == []
    assert [row.student for row in preflight(quiz, NOW).rows] == [cast.student, cast.other_student]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"keys": ""}, "has no questions"),
        ({"closes_at": NOW - DAY + 5 * MINUTE}, "open for 5 minutes, which is shorter than the time limit of 20 minutes"),
        ({"attempts_allowed": 2, "wait": 3 * 24 * 60}, "there is no second one"),
        ({"due_at": NOW, "late_steps": [[60, 50]]}, "counts for nothing"),
        ({"show_key": ShowKey.IMMEDIATELY}, "Right answers show right after submitting"),
        ({"released_at": NOW}, "released while the others can still answer"),
        # In Chicago the clocks go back on 1 November 2026 and forward on 14 March 2027.
        ({"closes_at": NOW.replace(month=11, day=1, hour=6, minute=30)}, "a time that the clock shows twice"),
        ({"closes_at": NOW.replace(year=2027, month=3, day=14, hour=8)}, "right where the clocks go forward"),
    ],
)
def test_preflight_warns_of_each_conflict_of_the_quiz(cast: Cast, fields: dict[str, object], words: str) -> None:
    assert one_of(words, warned(make_quiz(cast.course, **fields)))  # type: ignore[arg-type]  # test values


def test_preflight_of_practice_may_show_answers_at_once(cast: Cast) -> None:
    assert warned(make_quiz(cast.course, kind=QuizKind.PRACTICE, show_key=ShowKey.IMMEDIATELY)) == []


def test_preflight_without_students_says_so(cast: Cast) -> None:
    assert one_of("Nobody is enrolled", warned(make_quiz(cast.twin)))


def test_preflight_names_who_would_learn_the_key_from_others(cast: Cast) -> None:
    quiz = make_quiz(cast.course, released_at=NOW)
    other(cast, quiz, closes_at=NOW + 3 * DAY)
    assert one_of("released while Ines Caballero can still answer", warned(quiz))
    quiz.closes_at = NOW - TICK
    assert one_of("released while Ines Caballero can still answer", warned(quiz))


def test_preflight_warns_of_extra_time_that_an_exception_cuts(cast: Cast) -> None:
    quiz = make_quiz(cast.course)
    more_time(cast, factor=Decimal(2))
    other(cast, quiz, closes_at=NOW + DAY + 5 * MINUTE)
    assert one_of("25 minutes instead of 40 minutes", warned(quiz))
    other(cast, quiz, closes_at=NOW + DAY + 20 * MINUTE)
    assert warned(quiz) == []


def test_preflight_warns_of_a_later_close_with_the_usual_due_date(cast: Cast) -> None:
    quiz = make_quiz(cast.course, due_at=NOW + 2 * MINUTE, late_steps=[[9000, 50]])
    other(cast, quiz, closes_at=NOW + 3 * DAY)
    assert one_of("closing time is set, their due date is not: from Wed 7 Oct, 11:02 on", warned(quiz))
    other(cast, quiz, closes_at=NOW + 3 * DAY, due_at=NOW + 2 * DAY)
    assert warned(quiz) == []


def test_preflight_warns_of_a_running_attempt_that_is_cut(cast: Cast) -> None:
    quiz = make_quiz(cast.course, closes_at=NOW + 15 * MINUTE)
    start(quiz=quiz, student=cast.student, now=NOW)
    assert one_of("is cut to 15 minutes of 20 minutes", warned(quiz))


def test_preflight_warns_of_extra_days_that_end_in_the_hour_left_out(cast: Cast) -> None:
    quiz = make_quiz(cast.course, closes_at=NOW.replace(year=2027, month=3, day=13, hour=8, minute=30), due_at=None)
    more_time(cast, extra_days=1)
    assert one_of("in the hour that the clocks leave out; Sun 14 Mar, 03:30 holds instead", warned(quiz))
