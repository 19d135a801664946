"""Grading many at once and grading again: late credit, records, what is never touched."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from course.enums import Role
from course.models import Enrollment
from quizzes.actions.answers import save
from quizzes.actions.attempts import start, submit
from quizzes.actions.grading import GradingFailed, Regraded, grade, grade_owed, regrade, regrade_quiz
from quizzes.enums import AttemptState, Scoring
from quizzes.marking import Answer, Key, marks_from
from quizzes.models import Attempt, AttemptQuestion, GradeRecord, OptionKey, Quiz
from quizzes.scoring import points
from tests.conftest import NOW, Cast, person
from tests.quizzes.making import at, make_quiz, request

KEY = Key(
    place={letter: index for index, letter in enumerate("ABCDE")},
    right=frozenset({0, 1, 2}),
    neutral=frozenset(),
    always=frozenset(),
)


@given(hits=st.lists(st.sampled_from(["", "A", "AB", "ABC"]), max_size=12), credit=st.integers(0, 100))
def test_marks_sum_exactly_and_round_once_after_the_credit(hits: list[str], credit: int) -> None:
    answers = [Answer(at, 1, 100, "subset", list(letters)) for at, letters in enumerate(hits)]
    exact = sum((Fraction(len(letters), 3) for letters in hits), start=Fraction(0))
    assert marks_from(answers, {1: KEY}, credit=credit).total == points(exact * Fraction(credit, 100), 100)


def test_marks_with_credit_are_not_the_rounded_sum_times_the_credit() -> None:
    answers = [Answer(at, 1, 100, "subset", ["A", "B"]) for at in range(2)]
    assert marks_from(answers, {1: KEY}, credit=80) == marks_from(answers, {1: KEY}, credit=80, known={})
    assert marks_from(answers, {1: KEY}, credit=80).total == 107  # 4/3 of a point times 0.8; 133 times 0.8 would be 106
    assert set(marks_from(answers, {1: KEY}, credit=80).by_question.values()) == {67}  # before the credit


def handed_in(quiz: Quiz, student: User, letters: str) -> Attempt:
    attempt = start(quiz=quiz, student=student, now=NOW)
    save(attempt=attempt, request=request(attempt, 1, letters), now=at(1))
    return submit(attempt=attempt, known={}, now=at(60)).attempt


def cohort(cast: Cast, letters: str, **fields: object) -> list[Attempt]:
    """One submitted attempt for each of `letters`, each answering the first question with one letter."""
    quiz = make_quiz(cast.course, keys=["A", "B"], **fields)  # type: ignore[arg-type]  # test values
    people = [person(f"Cohort {index}") for index in range(len(letters))]
    Enrollment.objects.bulk_create([Enrollment(course=cast.course, person=one, role=Role.STUDENT) for one in people])
    return [handed_in(quiz, one, letter) for one, letter in zip(people, letters, strict=True)]


def scores() -> list[int | None]:
    return list(Attempt.objects.order_by("pk").values_list("score", flat=True))


def set_key(place: int, letters: str) -> None:
    for option in OptionKey.objects.filter(option__text__startswith=str(place)).select_related("option"):
        option.correct = option.option.text[1:] in letters
        option.save()


def test_grade_owed_grades_a_batch_with_a_record_each(cast: Cast) -> None:
    cohort(cast, "AAB")
    assert grade_owed(now=at(61)) == 3
    assert scores() == [100, 100, 0]
    assert list(GradeRecord.objects.values_list("cause", "score")) == [("first", 100), ("first", 100), ("first", 0)]
    assert grade_owed(now=at(9999)) == 0


def test_grade_owed_statements_do_not_grow_with_the_batch(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    cohort(cast, "AABABC")
    # Claim: savepoint, read, write, release. Grade: savepoint, lock, answers, keys, points, records, totals, release. Then
    # a second claim finds nothing (three), and nothing waits for a second try (one).
    with django_assert_num_queries(16):
        assert grade_owed(now=at(61)) == 6


def test_grade_owed_with_an_attempt_that_cannot_be_graded_grades_the_rest_of_its_batch(cast: Cast) -> None:
    bad, *_ = cohort(cast, "AAA")
    AttemptQuestion.objects.filter(attempt=bad).update(scoring="no-such")
    assert grade_owed(now=at(61)) == 2
    bad.refresh_from_db()
    assert (bad.state, bad.grade_tries) == (AttemptState.SUBMITTED, 1)
    AttemptQuestion.objects.filter(attempt=bad).update(scoring=Scoring.EXACT)
    assert bad.grade_after is not None
    assert grade_owed(now=bad.grade_after) == 1


def test_grade_counts_late_credit(cast: Cast) -> None:
    (attempt,) = cohort(cast, "A")
    Attempt.objects.update(credit=80)
    grade(attempt_id=attempt.pk, now=at(61))
    assert scores() == [80]
    assert list(AttemptQuestion.objects.values_list("score", flat=True)) == [100, 0]


def test_regrade_with_an_unchanged_key_changes_nothing(cast: Cast) -> None:
    attempts = cohort(cast, "AB")
    grade_owed(now=at(61))
    before = [list(model.objects.order_by("pk").values()) for model in (Attempt, AttemptQuestion, GradeRecord)]
    assert regrade_quiz(quiz=attempts[0].quiz, now=at(99)) == Regraded(2, ())
    assert not regrade(attempt_id=attempts[0].pk, now=at(99))
    assert [list(model.objects.order_by("pk").values()) for model in (Attempt, AttemptQuestion, GradeRecord)] == before


def test_regrade_with_another_key_follows_it_and_keeps_the_old_score(cast: Cast) -> None:
    attempts = cohort(cast, "ABA")
    Attempt.objects.filter(pk=attempts[2].pk).update(credit=50)
    grade_owed(now=at(61))
    set_key(1, "B")
    found = regrade_quiz(quiz=attempts[0].quiz, now=at(99))
    assert found == Regraded(3, tuple(attempt.pk for attempt in attempts))
    assert scores() == [0, 100, 0]
    records = GradeRecord.objects.filter(attempt=attempts[2]).values_list("cause", "score", "at")
    assert list(records) == [("first", 50, at(61)), ("regrade", 0, at(99))]


def test_regrade_of_those_that_show_some_versions_leaves_the_others(cast: Cast) -> None:
    attempts = cohort(cast, "AA")
    grade_owed(now=at(61))
    shown = AttemptQuestion.objects.get(attempt=attempts[0], position=1)
    other = AttemptQuestion.objects.get(attempt=attempts[0], position=2).version_id
    AttemptQuestion.objects.filter(attempt=attempts[1], position=1).update(version=other, option_order=[])
    set_key(1, "B")
    assert regrade_quiz(quiz=shown.attempt.quiz, now=at(99), showing=[shown.version_id]) == Regraded(1, (attempts[0].pk,))
    assert regrade_quiz(quiz=shown.attempt.quiz, now=at(99), showing=[]) == Regraded(0, ())
    assert scores() == [0, 100]


def test_regrade_touches_neither_running_nor_waiting_nor_voided_attempts(cast: Cast) -> None:
    waiting, voided = cohort(cast, "AA")
    Attempt.objects.filter(pk=voided.pk).update(state=AttemptState.VOIDED)
    running = start(quiz=waiting.quiz, student=cast.student, now=at(2))
    before = list(Attempt.objects.order_by("pk").values())
    set_key(1, "B")
    assert regrade_quiz(quiz=waiting.quiz, now=at(99)) == Regraded(0, ())
    assert [regrade(attempt_id=one.pk, now=at(99)) for one in (waiting, voided, running)] == [False] * 3
    assert list(Attempt.objects.order_by("pk").values()) == before


def test_regrade_of_a_quiz_without_its_key_says_which_failed_and_keeps_the_grades(cast: Cast) -> None:
    (attempt,) = cohort(cast, "A")
    grade_owed(now=at(61))
    OptionKey.objects.all().delete()
    assert regrade_quiz(quiz=attempt.quiz, now=at(99)) == Regraded(1, (), (attempt.pk,))
    with pytest.raises(GradingFailed):
        regrade(attempt_id=attempt.pk, now=at(99))
    assert scores() == [100]
