"""The result page: what shows of each part by its own rule, late credit, which attempt counts, and how many queries it takes."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from quizzes.actions.answers import save
from quizzes.actions.attempts import start, submit
from quizzes.actions.grading import grade
from quizzes.enums import ShowKey
from quizzes.models import Attempt, QuestionKey, Quiz
from quizzes.own_score import own_scores
from quizzes.result_page import counts_words
from quizzes.review import Field
from quizzes.schedule import effective_schedules
from tests.conftest import NOW, Cast
from tests.quizzes.making import CANARY, at, make_quiz, request

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PARTS = ("score", "answers", "correctness", "key", "feedback", "explanation")


@pytest.fixture(autouse=True)
def _now(time_machine: Any) -> None:
    time_machine.move_to(at(60), tick=False)


def rules(*shown: str) -> dict[str, str]:
    """Every part never, but those named at once."""
    return {f"show_{part}": ShowKey.IMMEDIATELY if part in shown else ShowKey.NEVER for part in PARTS}


def taken(cast: Cast, answers: str = "AD", **fields: Any) -> Attempt:
    """A graded attempt: the first of three questions answered with "AD", of which only A is right; "B" for the second."""
    quiz = make_quiz(cast.course, **fields)
    QuestionKey.objects.update(if_right_html="<p>Well done</p>", if_wrong_html="<p>Not quite</p>")
    return one_more(quiz, cast, answers)


def one_more(quiz: Quiz, cast: Cast, answers: str) -> Attempt:
    attempt = start(quiz=quiz, student=cast.student, now=NOW)
    for place, letters in enumerate((answers, "B"), start=1):
        save(attempt=attempt, request=request(attempt, place, letters), now=at(place))
    submit(attempt=attempt, known={}, now=at(10))
    grade(attempt_id=attempt.pk, now=at(11))
    return Attempt.objects.select_related("quiz__course").get(pk=attempt.pk)


def page(cast: Cast, attempt: Attempt) -> str:
    client = Client()
    client.force_login(cast.student, backend=BACKEND)
    place = reverse("quizzes:attempt_result", args=["hum240", attempt.quiz.slug, attempt.public_id])
    return client.get(place).content.decode()


# What of the page says which part; the rest of the page says none of them.
SIGNS = {
    "score": "1 of 3 points",
    "answers": "A and D",
    "correctness": "Question 1</span> <span>0 of 1 point",
    "key": "verdict-ok",
    "feedback": f"{CANARY} unticked",
    "explanation": f"{CANARY} general",
}


@pytest.mark.parametrize("part", PARTS)
def test_result_shows_one_part_alone(cast: Cast, part: str) -> None:
    shown = page(cast, taken(cast, **rules(part)))
    assert [name for name, sign in SIGNS.items() if sign in shown] == [part]
    assert "Well done" not in shown
    assert "Not quite" not in shown


@pytest.mark.parametrize("part", PARTS)
def test_result_hides_one_part_alone(cast: Cast, part: str) -> None:
    shown = page(cast, taken(cast, **rules(*(other for other in PARTS if other != part))))
    signs = SIGNS | {"answers": "Ticked" if part == "key" else "you ticked it"}  # with the key they stand in the verdicts
    assert [name for name, sign in signs.items() if sign not in shown] == [part]
    assert ("Not quite" in shown) is (part not in {"feedback", "correctness"})


def test_result_without_any_part_says_when_nothing_shows(cast: Cast) -> None:
    shown = page(cast, taken(cast, **rules()))
    assert "Submitted and graded" in shown
    assert "Stem 1" not in shown
    for words in ("Your score", "your answers", "the right answers and the reasons are not shown"):
        assert words.lower() in shown.lower()


def test_result_of_a_late_attempt_says_what_counts(cast: Cast) -> None:
    attempt = taken(cast, "AC", **rules(*PARTS))
    Attempt.objects.update(credit=80, score=160)
    shown = page(cast, attempt)
    assert "1.6 of 3 points" in shown
    assert "Handed in late: 80 % of the points count." in shown
    assert "<td>handed in late</td>" in shown


def test_result_of_several_attempts_says_which_counts(cast: Cast) -> None:
    first = taken(cast, "AC", attempts_allowed=None)
    second = one_more(first.quiz, cast, "AD")
    assert counts_words(first, []) == ""
    both = [first, second]
    expected = {
        "highest": ("Of your two attempts this one counts", "Attempt 1 counts, with 2 points"),
        "first": ("Of your two attempts this one counts", "Attempt 1 counts, with 2 points"),
        "latest": ("Attempt 2 counts, with 1 points", "Of your two attempts this one counts"),
        "average": ("Average of the attempts counts: 1.5 points", "Average of the attempts counts: 1.5 points"),
    }
    for rule, words in expected.items():
        for attempt, says in zip(both, words, strict=True):
            attempt.quiz.counts = rule
            assert says in counts_words(attempt, both)


def test_scores_in_lists_wait_for_their_rule(cast: Cast) -> None:
    attempt = taken(cast, "AC", show_score=ShowKey.ON_RELEASE)
    quiz = attempt.quiz

    def own() -> dict[int, int]:
        found = own_scores(effective_schedules([quiz], cast.student, at(60)), at(60))
        return {pk: one.score for pk, one in found.items()}

    assert own() == {}
    assert "Submitted and graded" in page(cast, attempt)
    quiz.released_at = NOW
    assert own() == {quiz.pk: 200}


@pytest.mark.parametrize("rule", [ShowKey.IMMEDIATELY, ShowKey.AFTER_ALL])
@pytest.mark.parametrize("questions", [2, 12])
def test_result_takes_ten_queries_at_most(
    cast: Cast, rule: ShowKey, questions: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    attempt = taken(cast, keys=["A"] * questions, show_key=rule, attempts_allowed=None)
    one_more(attempt.quiz, cast, "B")
    client = Client()
    client.force_login(cast.student, backend=BACKEND)
    place = reverse("quizzes:attempt_result", args=["hum240", attempt.quiz.slug, attempt.public_id])
    # Session, person, membership; attempts, questions, options, saves. Where something waits: attempts of others, grants (two).
    with django_assert_num_queries(7 if rule is ShowKey.IMMEDIATELY else 10):
        client.get(place)


@pytest.mark.parametrize("questions", [2, 12])
def test_finish_takes_ten_queries_at_most(cast: Cast, questions: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    quiz = make_quiz(cast.course, keys=["A"] * questions)
    attempt = start(quiz=quiz, student=cast.student, now=at(50))
    save(attempt=attempt, request=request(attempt, 1, "A"), now=at(51))
    client = Client()
    client.force_login(cast.student, backend=BACKEND)
    place = reverse("quizzes:attempt_submit", args=["hum240", quiz.slug, attempt.public_id])
    # Session, person, membership; attempt; savepoint, lock, what is stored, digest, the transition, release.
    with django_assert_num_queries(10):
        assert client.post(place, {"known": "1:1"}).status_code == 303


def test_parts_are_all_fields() -> None:
    assert set(PARTS) == set(Field)
