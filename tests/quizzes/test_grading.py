from fractions import Fraction

import pytest
from pytest_django import DjangoAssertNumQueries

from quizzes import scoring
from quizzes.actions.answers import save
from quizzes.actions.attempts import NotStartable, start, submit
from quizzes.actions.grading import FIRST_PAUSE, GradingFailed, grade, grade_owed
from quizzes.enums import AttemptState, Effect, QuestionKind, Scoring
from quizzes.models import Attempt, AttemptQuestion, OptionKey, QuestionVersion
from quizzes.models.attempts import MAX_GRADING_TRIES
from tests.conftest import NOW, Cast
from tests.quizzes.making import at, make_quiz, request

pytestmark = pytest.mark.smoke


def submitted(cast: Cast, answers: dict[int, str], **fields: object) -> Attempt:
    attempt = start(quiz=make_quiz(cast.course, **fields), student=cast.student, now=NOW)  # type: ignore[arg-type]  # test values
    for place, letters in answers.items():
        save(attempt=attempt, request=request(attempt, place, letters), now=at(place))
    return submit(attempt=attempt, known={}, now=at(60)).attempt


@pytest.mark.parametrize(
    ("answers", "scores", "total"),
    [
        ({1: "AC", 2: "B", 3: ""}, [100, 100, 100], 300),
        ({1: "AC", 2: "B"}, [100, 100, 0], 200),  # never answered is not "none of these"
        ({1: "A", 2: "BC", 3: "A"}, [0, 0, 0], 0),
        ({}, [0, 0, 0], 0),
    ],
)
def test_grade_all_or_nothing_gives_each_question_its_points(
    cast: Cast, answers: dict[int, str], scores: list[int], total: int
) -> None:
    attempt = submitted(cast, answers)
    graded = grade(attempt_id=attempt.pk, now=at(61))
    assert graded is not None
    assert (graded.state, graded.score, graded.graded_at, graded.max_score) == (AttemptState.GRADED, total, at(61), 300)
    assert list(AttemptQuestion.objects.values_list("score", flat=True)) == scores


def test_grade_sums_fractions_before_rounding(cast: Cast) -> None:
    attempt = submitted(cast, {1: "AB", 2: "AB", 3: "AB"}, keys=["ABC"] * 3, scoring=Scoring.SUBSET)
    graded = grade(attempt_id=attempt.pk, now=at(61))
    assert graded is not None
    assert list(AttemptQuestion.objects.values_list("score", flat=True)) == [67, 67, 67]
    assert graded.score == scoring.points(Fraction(2, 3) * 3, 100) == 200


def test_grade_uses_the_policy_stored_at_the_start(cast: Cast) -> None:
    attempt = submitted(cast, {1: "A"}, keys=["AC"], scoring=Scoring.NET)
    attempt.quiz.scoring = Scoring.EXACT
    attempt.quiz.save()
    graded = grade(attempt_id=attempt.pk, now=at(61))
    assert graded is not None
    assert graded.score == 50


def test_grade_leaves_out_neutral_options_and_gives_always_right_ones(cast: Cast) -> None:
    attempt = submitted(cast, {1: "AB"}, keys=["AC"])
    OptionKey.objects.filter(option__text="1B").update(effect=Effect.NEUTRAL)
    OptionKey.objects.filter(option__text="1C").update(effect=Effect.ALWAYS)
    graded = grade(attempt_id=attempt.pk, now=at(61))
    assert graded is not None
    assert graded.score == 100


def test_grade_follows_option_ids_not_the_order_shown(cast: Cast) -> None:
    attempt = submitted(cast, {1: "AC"}, keys=["AC"], shuffle=True)
    graded = grade(attempt_id=attempt.pk, now=at(61))
    assert graded is not None
    assert graded.score == 100


def test_grade_repeated_changes_nothing(cast: Cast) -> None:
    attempt = submitted(cast, {1: "AC"})
    grade(attempt_id=attempt.pk, now=at(61))
    before = Attempt.objects.values().get()
    assert grade(attempt_id=attempt.pk, now=at(99)) is not None
    assert Attempt.objects.values().get() == before


def test_grade_of_a_running_or_unknown_attempt_is_nothing(cast: Cast) -> None:
    attempt = start(quiz=make_quiz(cast.course), student=cast.student, now=NOW)
    assert grade(attempt_id=attempt.pk, now=at(1)) is None
    assert grade(attempt_id=10**9, now=at(1)) is None
    assert Attempt.objects.get().state == AttemptState.IN_PROGRESS


def test_grade_that_fails_backs_off_and_is_quarantined_after_five_tries(cast: Cast) -> None:
    attempt = submitted(cast, {1: "AC"})
    OptionKey.objects.all().delete()
    moment, pauses = at(100), []
    for _ in range(MAX_GRADING_TRIES):
        with pytest.raises(GradingFailed):
            grade(attempt_id=attempt.pk, now=moment)
        attempt.refresh_from_db()
        assert attempt.grade_after is not None
        pauses.append(attempt.grade_after - moment)
        assert grade_owed(now=attempt.grade_after - FIRST_PAUSE / 100) == 0
        moment = attempt.grade_after
    assert pauses == [FIRST_PAUSE * 2**n for n in range(MAX_GRADING_TRIES)]
    assert grade(attempt_id=attempt.pk, now=moment) is None
    assert list(Attempt.objects.owed(moment)) == []
    attempt.refresh_from_db()
    assert (attempt.state, attempt.grade_tries) == (AttemptState.SUBMITTED, MAX_GRADING_TRIES)


def test_grade_owed_one_failing_does_not_stop_the_others(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    bad = submitted(cast, {1: "AC"}, slug="week-4")
    OptionKey.objects.filter(option__version__items__quiz=bad.quiz).delete()
    submitted(cast, {1: "AC"})
    assert grade_owed(now=at(100)) == 1
    assert sorted(Attempt.objects.values_list("quiz__slug", "state")) == [("week-4", "submitted"), ("week-5", "graded")]
    assert f"attempt {bad.pk} could not be graded" in caplog.text


@pytest.mark.parametrize("questions", [1, 20])
def test_grade_takes_the_same_queries_for_any_number_of_questions(
    cast: Cast, questions: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    attempt = submitted(cast, {1: "A"}, keys=["A"] * questions)
    with django_assert_num_queries(13):
        grade(attempt_id=attempt.pk, now=at(61))


def test_start_resumes_the_open_attempt(cast: Cast) -> None:
    quiz = make_quiz(cast.course, attempts_allowed=None)
    first = start(quiz=quiz, student=cast.student, now=NOW)
    assert start(quiz=quiz, student=cast.student, now=at(5)).pk == first.pk
    assert Attempt.objects.count() == 1


def test_start_of_a_quiz_without_questions_is_refused(cast: Cast) -> None:
    with pytest.raises(NotStartable) as refusal:
        start(quiz=make_quiz(cast.course, keys=[]), student=cast.student, now=NOW)
    assert refusal.value.empty
    assert Attempt.objects.count() == 0


def test_start_with_shuffle_stores_an_order_of_its_own_except_true_or_false(cast: Cast) -> None:
    quiz = make_quiz(cast.course, keys=["A"] * 8, options=8, shuffle=True)
    QuestionVersion.objects.filter(stem="Stem 8").update(kind=QuestionKind.TRUE_FALSE)
    attempt = start(quiz=quiz, student=cast.student, now=NOW)
    orders = []
    for question in attempt.questions.all():
        own = list(question.version.options.values_list("public_id", flat=True))
        assert sorted(question.option_order) == sorted(own)
        orders.append(question.option_order == own)
    assert orders[7]
    assert not all(orders[:7])


def test_shuffle_over_many_attempts_puts_the_right_option_everywhere(cast: Cast) -> None:
    quiz = make_quiz(cast.course, keys=["A"] * 40, options=4, shuffle=True)
    attempt = start(quiz=quiz, student=cast.student, now=NOW)
    counts = [0, 0, 0, 0]
    for question in attempt.questions.select_related("version").prefetch_related("version__options"):
        counts[question.option_order.index(question.version.options.all()[0].public_id)] += 1
    assert min(counts) >= 1
