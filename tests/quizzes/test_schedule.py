from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from quizzes.actions.attempts import NotStartable, close_if_over, close_overdue, start, submit
from quizzes.enums import AttemptState, QuizState, SubmittedBy
from quizzes.models import Attempt
from quizzes.schedule import Standing, effective_schedule, effective_schedules
from quizzes.wording import about, capital, counted, duration, letter, listed, number, points, time_left
from tests.conftest import NOW, Cast
from tests.quizzes.making import at, make_quiz

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("moment", "standing"),
    [
        (NOW - DAY - TICK, Standing.NOT_YET),
        (NOW - DAY, Standing.OPEN),
        (NOW - DAY + TICK, Standing.OPEN),
        (NOW + DAY - TICK, Standing.OPEN),
        (NOW + DAY, Standing.CLOSED),
        (NOW + DAY + TICK, Standing.CLOSED),
    ],
)
def test_standing_around_opening_and_closing_is_half_open(cast: Cast, moment: object, standing: Standing) -> None:
    assert effective_schedule(make_quiz(cast.course), cast.student, moment).standing is standing  # type: ignore[arg-type]


def test_standing_without_dates_is_open(cast: Cast) -> None:
    quiz = make_quiz(cast.course, opens_at=None, closes_at=None, time_limit=None)
    schedule = effective_schedule(quiz, cast.student, NOW)
    assert (schedule.standing, schedule.ends.value, schedule.ends.reason) == (Standing.OPEN, None, "It does not end by itself.")


def test_standing_of_draft_is_draft(cast: Cast) -> None:
    quiz = make_quiz(cast.course, state=QuizState.DRAFT)
    assert effective_schedule(quiz, cast.student, NOW).standing is Standing.DRAFT
    with pytest.raises(NotStartable):
        start(quiz=quiz, student=cast.student, now=NOW)


def test_time_limit_is_cut_only_where_somebody_could_start(cast: Cast) -> None:
    closed = make_quiz(cast.course, "closed", closes_at=at(-60))
    coming = make_quiz(cast.course, "coming", opens_at=at(60), closes_at=at(120))
    assert [effective_schedule(quiz, cast.student, NOW).cut for quiz in (closed, coming)] == [False, False]
    assert effective_schedule(coming, cast.student, at(61)).cut


@pytest.mark.parametrize(
    ("limit", "closes_in", "ends_in", "reason", "cut"),
    [
        (1200, 86400, 1200, "20 minutes after the start.", False),
        (1200, 1201, 1200, "20 minutes after the start.", False),
        (1200, 1200, 1200, "20 minutes after the start.", False),
        (1200, 1199, 1199, "The quiz closes before 20 minutes are over.", True),
        (1200, 1, 1, "The quiz closes before 20 minutes are over.", True),
        (None, 600, 600, "The quiz closes then.", False),
        (1200, None, 1200, "20 minutes after the start.", False),
    ],
)
def test_end_of_attempt_is_limit_or_closing_whichever_first(
    cast: Cast,
    limit: int | None,
    closes_in: int | None,
    ends_in: int,
    reason: str,
    cut: bool,
) -> None:
    quiz = make_quiz(cast.course, time_limit=limit, closes_at=closes_in and at(closes_in))
    told = effective_schedule(quiz, cast.student, NOW)
    attempt = start(quiz=quiz, student=cast.student, now=NOW)
    assert told.cut is cut
    assert (told.ends.value, told.ends.reason) == (at(ends_in), reason)
    assert (attempt.ends_at, attempt.shut_at) == (at(ends_in), at(ends_in + 30))
    assert attempt.schedule["ends"] == {"at": at(ends_in).isoformat(), "reason": reason}


@pytest.mark.parametrize(
    ("moment", "standing"),
    [
        (1199.9, Standing.RUNNING),
        (1200, Standing.RUNNING),
        (1229.9, Standing.RUNNING),
        (1230, Standing.USED_UP),
        (1231, Standing.USED_UP),
    ],
)
def test_running_attempt_around_limit_and_grace(cast: Cast, moment: float, standing: Standing) -> None:
    quiz = make_quiz(cast.course)
    start(quiz=quiz, student=cast.student, now=NOW)
    assert effective_schedule(quiz, cast.student, at(moment)).standing is standing


def test_attempts_left_counts_down_and_voided_do_not_count(cast: Cast) -> None:
    quiz = make_quiz(cast.course, attempts_allowed=2)
    first = start(quiz=quiz, student=cast.student, now=NOW)
    submit(attempt=first, known={}, now=at(1))
    assert effective_schedule(quiz, cast.student, at(2)).attempts_left.value == 1
    second = start(quiz=quiz, student=cast.student, now=at(2))
    submit(attempt=second, known={}, now=at(3))
    assert effective_schedule(quiz, cast.student, at(4)).standing is Standing.USED_UP
    Attempt.objects.filter(pk=second.pk).update(state=AttemptState.VOIDED)
    again = effective_schedule(quiz, cast.student, at(4))
    assert (again.attempts_left.value, again.last_number) == (1, 2)
    assert start(quiz=quiz, student=cast.student, now=at(4)).number == 3


def test_schedules_of_many_quizzes_take_one_query(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    quizzes = [make_quiz(cast.course, f"week-{n}") for n in range(1, 4)]
    for some in (quizzes[:1], quizzes):
        with django_assert_num_queries(1):
            effective_schedules(some, cast.student, NOW)


@pytest.mark.parametrize("order", ["job", "job twice", "student", "student then job", "job then student"])
def test_close_after_deadline_counts_as_of_deadline_once(cast: Cast, order: str) -> None:
    attempt = start(quiz=make_quiz(cast.course), student=cast.student, now=NOW)
    late = at(3600)
    for who in {"job twice": ["job", "job"]}.get(order, order.split(" then ")):
        if who == "job":
            close_overdue(now=late)
        else:
            submit(attempt=attempt, known={}, now=late)
        late += timedelta(minutes=5)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.submitted_at, attempt.submitted_by) == (AttemptState.SUBMITTED, at(1200), SubmittedBy.DEADLINE)


@pytest.mark.parametrize(
    ("seconds", "submitted", "by"),
    [
        (1199, 1199, SubmittedBy.STUDENT),
        (1200, 1200, SubmittedBy.DEADLINE),
        (1201, 1200, SubmittedBy.DEADLINE),
        (1230, 1200, SubmittedBy.DEADLINE),
    ],
)
def test_submit_around_deadline_has_finish_time_not_after_it(cast: Cast, seconds: int, submitted: int, by: SubmittedBy) -> None:
    attempt = start(quiz=make_quiz(cast.course), student=cast.student, now=NOW)
    done = submit(attempt=attempt, known={}, now=at(seconds)).attempt
    assert (done.submitted_at, done.submitted_by) == (at(submitted), by)


@pytest.mark.parametrize(("seconds", "closed"), [(1199, 0), (1200, 0), (1229, 0), (1230, 1), (1231, 1)])
def test_sweep_closes_only_after_grace(cast: Cast, seconds: int, closed: int) -> None:
    start(quiz=make_quiz(cast.course), student=cast.student, now=NOW)
    assert len(close_overdue(now=at(seconds))) == closed


def test_close_if_over_before_the_end_changes_nothing(cast: Cast) -> None:
    attempt = start(quiz=make_quiz(cast.course), student=cast.student, now=NOW)
    assert close_if_over(attempt=attempt, now=at(1229)).state == AttemptState.IN_PROGRESS
    assert close_if_over(attempt=attempt, now=at(1230)).state == AttemptState.SUBMITTED


def test_close_leaves_unlimited_attempts_alone(cast: Cast) -> None:
    quiz = make_quiz(cast.course, time_limit=None, closes_at=None)
    start(quiz=quiz, student=cast.student, now=NOW)
    assert close_overdue(now=at(10**7)) == []


def test_start_after_an_overdue_attempt_closes_it_first(cast: Cast) -> None:
    quiz = make_quiz(cast.course, attempts_allowed=None)
    first = start(quiz=quiz, student=cast.student, now=NOW)
    second = start(quiz=quiz, student=cast.student, now=at(2000))
    first.refresh_from_db()
    assert (first.state, first.submitted_at, second.number) == (AttemptState.SUBMITTED, at(1200), 2)


def test_wording_says_numbers_as_people_do() -> None:
    assert [duration(timedelta(seconds=s)) for s in (45, 60, 90, 1200, 5400, 3600, 7260)] == [
        "45 seconds",
        "1 minute",
        "90 seconds",
        "20 minutes",
        "1 hour 30 minutes",
        "1 hour",
        "2 hours 1 minute",
    ]
    assert [points(p) for p in (0, 600, 650, 33, 1205)] == ["0", "6", "6.5", "0.33", "12.05"]
    assert [letter(n) for n in (0, 25, 26, 701)] == ["A", "Z", "AA", "ZZ"]
    assert [listed(words) for words in ([], ["A"], ["A", "B"], ["A", "B", "E"])] == ["", "A", "A and B", "A, B and E"]
    assert [about(timedelta(seconds=s)) for s in (10727, 119, 121)] == ["2 hours 58 minutes", "119 seconds", "2 minutes"]
    assert (number(12), number(13), counted(1, "attempt"), counted(0, "answer"), capital("nine of")) == (
        "twelve",
        "13",
        "one attempt",
        "no answers",
        "Nine of",
    )
    assert [time_left(timedelta(seconds=s)) for s in (840, 60, 59, 0, -5)] == [
        "14 min left",
        "1 min left",
        "59 s left",
        "0 s left",
        "0 s left",
    ]
