"""More time for one student: the formulas, the moving of running attempts, and who may still change an answer when."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from quizzes.actions.allowances import reschedule_running
from quizzes.actions.attempts import start
from quizzes.allowances import (
    FOR_EVERYBODY,
    FOR_YOU,
    Allowance,
    Override,
    Rules,
    days_later,
    effective,
    end_of,
    late_credit,
    longer_limit,
)
from quizzes.models import Accommodation, Quiz, QuizException
from quizzes.schedule import class_schedules, effective_schedule, ends_of_everybody, everybody_ends
from tests.conftest import NOW, Cast
from tests.proof import examples
from tests.quizzes.making import at, make_quiz

CHICAGO = ZoneInfo("America/Chicago")
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
RULES = Rules(NOW - DAY, NOW, NOW + DAY, 20 * MINUTE, 1)


def chicago(*numbers: int, fold: int = 0) -> datetime:
    return datetime(*numbers, tzinfo=CHICAGO, fold=fold).astimezone(UTC)  # type: ignore[arg-type,misc]  # year to minute


def times(allowance: Allowance, override: Override = Override(), rules: Rules = RULES) -> tuple[object, ...]:  # noqa: B008 - frozen
    found = effective(rules, allowance, override, CHICAGO)
    return found.opens.value, found.due.value, found.closes.value, found.limit.value, found.attempts.value


def test_effective_without_anything_is_the_same_for_everybody() -> None:
    found = effective(RULES, Allowance(), Override(), CHICAGO)
    assert times(Allowance()) == (RULES.opens, RULES.due, RULES.closes, RULES.limit, 1)
    assert {one.reason for one in (found.opens, found.due, found.closes, found.limit, found.attempts)} == {FOR_EVERYBODY}


def test_effective_with_a_factor_moves_due_and_closes_by_the_granted_time() -> None:
    found = effective(RULES, Allowance(Decimal("1.5")), Override(), CHICAGO)
    assert times(Allowance(Decimal("1.5"))) == (RULES.opens, NOW + 10 * MINUTE, NOW + DAY + 10 * MINUTE, 30 * MINUTE, 1)
    assert found.limit.reason == "20 minutes for everybody, times 1.5 for you."
    assert found.closes.reason == "For you 10 minutes later than for everybody."


def test_effective_with_days_and_factor_moves_by_both() -> None:
    found = effective(RULES, Allowance(Decimal(2), extra_days=2), Override(), CHICAGO)
    assert found.closes.value == NOW + 3 * DAY + 20 * MINUTE
    assert found.closes.reason == "For you two days and 20 minutes later than for everybody."


def test_effective_without_limit_ends_at_the_closing_time() -> None:
    found = effective(RULES, Allowance(no_limit=True), Override(), CHICAGO)
    assert (found.limit.value, found.closes.value) == (None, RULES.closes)
    assert found.limit.reason == "You have no time limit in this course; others have 20 minutes."


@pytest.mark.parametrize(
    ("seconds", "factor", "expected"), [(1, "1.5", 2), (1200, "1.33", 1596), (7, "1.01", 8), (100, "1.00", 100), (1, "10", 10)]
)
def test_longer_limit_is_rounded_up_to_whole_seconds(seconds: int, factor: str, expected: int) -> None:
    assert longer_limit(timedelta(seconds=seconds), Allowance(Decimal(factor))) == timedelta(seconds=expected)


def test_override_stands_as_it_is_and_leaves_the_rest_to_the_allowance() -> None:
    later = NOW + 3 * DAY
    found = effective(RULES, Allowance(Decimal("1.5")), Override(closes=later, attempts=2), CHICAGO)
    assert (found.closes.value, found.closes.reason, found.attempts.value) == (later, FOR_YOU, 2)
    assert (found.limit.value, found.due.value) == (30 * MINUTE, NOW + 10 * MINUTE)


def test_override_of_the_limit_moves_the_closing_time_that_is_not_set() -> None:
    assert times(Allowance(), Override(limit=50 * MINUTE))[2:4] == (NOW + DAY + 30 * MINUTE, 50 * MINUTE)
    assert times(Allowance(), Override(limit=5 * MINUTE))[2:4] == (NOW + DAY, 5 * MINUTE)
    assert times(Allowance(), Override(limit=50 * MINUTE, closes=NOW + DAY))[2] == NOW + DAY


def test_override_that_closes_earlier_brings_the_due_date_with_it() -> None:
    assert times(Allowance(), Override(closes=NOW - MINUTE))[1] == NOW - MINUTE


@pytest.mark.parametrize(
    ("moment", "days", "expected"),
    [
        # The clocks go back in Chicago on 1 November; a day is a day on the clock.
        (chicago(2026, 10, 31, 12, 0), 1, chicago(2026, 11, 1, 12, 0)),
        (chicago(2026, 10, 31, 1, 30), 1, chicago(2026, 11, 1, 1, 30, fold=1)),  # comes twice: the second time
        (chicago(2026, 3, 7, 12, 0), 1, chicago(2026, 3, 8, 12, 0)),
        (chicago(2026, 3, 7, 2, 30), 1, chicago(2026, 3, 8, 3, 30)),  # does not exist: after the jump
        (chicago(2026, 10, 7, 11, 0), 0, chicago(2026, 10, 7, 11, 0)),
    ],
)
def test_days_later_counts_days_on_the_clock_of_the_course(moment: datetime, days: int, expected: datetime) -> None:
    assert days_later(moment, days, CHICAGO) == expected


@settings(max_examples=examples(60, 5000), deadline=None)
@given(
    limit=st.integers(1, 86_400),
    factor=st.decimals(1, 10, places=2),
    days=st.integers(0, 60),
    early=st.integers(0, 10**7),
    closes=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis wants them naive
)
def test_granted_time_is_never_cut_for_who_starts_when_others_have_all_of_theirs(
    limit: int, factor: Decimal, days: int, early: int, closes: datetime
) -> None:
    usual = timedelta(seconds=limit)
    rules = Rules(None, closes, closes, usual, 1)
    own = effective(rules, Allowance(factor, extra_days=days), Override(), CHICAGO)
    start_at = closes - usual - timedelta(seconds=early)
    assert own.limit.value is not None
    assert own.closes.value is not None
    assert usual * float(factor) <= own.limit.value < usual * float(factor) + timedelta(seconds=1, microseconds=1)
    assert end_of(start_at, own.limit.value, own.closes.value).value == start_at + own.limit.value
    assert own.due.value == own.closes.value >= closes


STEPS = [[60, 80], [1440, 50]]
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("late", "percent"),
    [
        (-TICK, 100),
        (timedelta(0), 100),
        (TICK, 80),
        (60 * MINUTE - TICK, 80),
        (60 * MINUTE, 80),
        (60 * MINUTE + TICK, 50),
        (DAY, 50),
        (DAY + TICK, 0),
    ],
)
def test_late_credit_around_due_and_steps(late: timedelta, percent: int) -> None:
    assert late_credit(NOW, STEPS, NOW + late) == percent


def test_late_credit_without_due_or_steps_is_whole() -> None:
    assert late_credit(None, STEPS, NOW) == late_credit(NOW, [], NOW + DAY) == 100


def grant(cast: Cast, **fields: object) -> Accommodation:
    return Accommodation.objects.create(course=cast.course, student=cast.student, set_at=NOW, **fields)


def except_(quiz: Quiz, cast: Cast, **fields: object) -> QuizException:
    return QuizException.objects.create(quiz=quiz, student=cast.student, set_at=NOW, **fields)


def test_schedules_of_the_class_are_those_of_each_student_in_one_query(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    quiz = make_quiz(cast.course, attempts_allowed=2)
    grant(cast, factor=Decimal("1.5"))
    except_(quiz, cast, attempts_allowed=3)
    start(quiz=quiz, student=cast.student, now=NOW)
    with django_assert_num_queries(1):
        found = class_schedules(quiz, at(5))
    assert set(found) == {cast.student.pk, cast.other_student.pk}
    for one in (cast.student, cast.other_student):
        assert found[one.pk] == effective_schedule(quiz, one, at(5))
    assert found[cast.student.pk].ends.value == at(1800)


def test_everybody_ends_counts_accommodations_exceptions_and_running_attempts(cast: Cast) -> None:
    quiz = make_quiz(cast.course)
    grace = timedelta(seconds=30)
    assert everybody_ends(quiz, NOW) == NOW + DAY + grace
    grant(cast, factor=Decimal(2))
    assert everybody_ends(quiz, NOW) == NOW + DAY + 20 * MINUTE + grace
    except_(quiz, cast, closes_at=NOW + 5 * DAY)
    assert everybody_ends(quiz, NOW) == NOW + 5 * DAY + grace
    attempt = start(quiz=quiz, student=cast.student, now=NOW)
    attempt.shut_at = NOW + 9 * DAY
    attempt.save()
    assert everybody_ends(quiz, NOW) == NOW + 9 * DAY
    attempt.ends_at = attempt.shut_at = None
    attempt.save()
    assert everybody_ends(quiz, NOW) is None
    attempt.delete()
    cast.student.enrollments.all().delete()
    assert everybody_ends(quiz, NOW) == NOW + DAY + grace


def test_everybody_ends_without_closing_time_is_never(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    quiz = make_quiz(cast.course, closes_at=None)
    except_(quiz, cast, closes_at=NOW + 5 * DAY)
    more = [quiz, make_quiz(cast.course, "second"), make_quiz(cast.course, "third")]
    for some in (more[:1], more):
        with django_assert_num_queries(3):
            found = ends_of_everybody(some, NOW)
        assert found[quiz.pk] is None


def test_reschedule_moves_a_running_attempt_and_never_before_now(cast: Cast) -> None:
    quiz = make_quiz(cast.course)
    attempt = start(quiz=quiz, student=cast.student, now=NOW)
    assert reschedule_running(quiz, at(60)) == 0
    grant(cast, factor=Decimal(2))
    assert reschedule_running(quiz, at(60), cast.other_student) == 0
    assert reschedule_running(quiz, at(60), cast.student) == 1
    attempt.refresh_from_db()
    assert (attempt.ends_at, attempt.shut_at) == (at(2400), at(2430))
    assert attempt.schedule["limit"] == {"seconds": 2400, "reason": "20 minutes for everybody, times 2 for you."}
    quiz.time_limit = 10
    assert reschedule_running(quiz, at(90)) == 1
    attempt.refresh_from_db()
    assert (attempt.ends_at, attempt.shut_at) == (at(90), at(120))
    quiz.time_limit = 1200
    assert reschedule_running(quiz, at(120)) == 0  # over: it counts as submitted
