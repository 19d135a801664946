"""Nothing in the form of a question says which option is right: its place, its id, the answer to a save (safety.md row 4)."""

import math
import random
import re
import secrets
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from quizzes.actions import attempts
from quizzes.actions.attempts import start
from quizzes.actions.authoring import new_quiz
from quizzes.actions.drawing import AskedQuestion
from quizzes.actions.publishing import publish_quiz
from quizzes.enums import QuestionKind
from quizzes.models import Attempt, Option
from tests.conftest import NOW, Cast
from tests.proof import examples
from tests.quizzes.making import ids, make_quiz

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
QUIZZES = 1_000
OPTIONS = 4
# Once in a million runs chance alone is further out: chi-square with 3 degrees of freedom, and the normal distribution.
FAR_CHI_SQUARE, FAR_NORMAL = 30.7, 4.9
QUESTIONS = examples(80, 2_000)
PAIRS = examples(8, 1_000)
BY_CHANCE = re.compile(r'data-digest="[0-9a-f]{64}"|<code>[0-9a-f ]*</code>')


def places_of_the_right_one(*, shuffle: bool) -> list[int]:
    """How often the option that its author wrote first, the right one, is shown at each place."""
    counts = [0] * OPTIONS
    for number in range(QUIZZES):
        options = tuple(f"{number}-{letter}" for letter in "ABCD")
        question = AskedQuestion(version_id=number, kind=QuestionKind.MULTI, points=100, scoring="", options=options)
        shown = attempts._option_order(question, Attempt(), 1, shuffle=shuffle)
        assert sorted(shown) == list(options)
        counts[shown.index(options[0])] += 1
    return counts


def chi_square(counts: Sequence[int]) -> float:
    expected = sum(counts) / len(counts)
    return sum((count - expected) ** 2 / expected for count in counts)


def test_place_of_the_right_option_is_as_good_as_chance() -> None:
    assert chi_square(places_of_the_right_one(shuffle=True)) < FAR_CHI_SQUARE


def test_control_place_of_the_right_option_without_shuffling_is_found() -> None:
    assert chi_square(places_of_the_right_one(shuffle=False)) > FAR_CHI_SQUARE


def correlation(pairs: Sequence[tuple[str, bool]]) -> float:
    """The rank correlation of ids and rightness (Spearman): ids are all different, rightness is tied in two halves."""
    rank = {ident: place for place, ident in enumerate(sorted(ident for ident, _ in pairs))}
    xs, ys = [float(rank[ident]) for ident, _ in pairs], [float(right) for _, right in pairs]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    covariance = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return covariance / math.sqrt(sum((x - mean_x) ** 2 for x in xs) * sum((y - mean_y) ** 2 for y in ys))


def test_ids_of_options_say_nothing_about_the_right_ones(cast: Cast) -> None:
    chance = random.Random(secrets.token_bytes(8))
    questions = [
        f"## Question {number}? {{multi}}\n\n"
        + "".join(f"- [{chance.choice('x ')}] Option {number}.{at}\n" for at in range(5))
        + f"- [x] Option {number}.5\n"
        for number in range(QUESTIONS)
    ]
    quiz = new_quiz(
        course=cast.course, title="Ids", week=None, author=cast.instructor, now=NOW, text="# Ids\n\n" + "\n".join(questions)
    )
    publish_quiz(quiz=quiz, now=NOW)
    pairs = list(Option.objects.values_list("public_id", "key__correct"))
    assert len(pairs) == 6 * QUESTIONS
    assert abs(correlation(pairs)) < max(0.05, FAR_NORMAL / math.sqrt(len(pairs)))
    in_order = list(Option.objects.order_by("version", "position").values_list("public_id", flat=True))
    rises = sum(one < other for one, other in pairwise(in_order))
    assert abs(rises - len(in_order) / 2) < FAR_NORMAL * math.sqrt(len(in_order) / 4)


def test_control_ids_in_order_of_rightness_are_found() -> None:
    assert correlation([(f"{number:05}", number > 500) for number in range(1_000)]) > 0.5


@pytest.mark.parametrize("script", [True, False])
def test_save_of_a_right_and_of_a_wrong_answer_are_answered_alike(cast: Cast, time_machine: Any, script: bool) -> None:
    time_machine.move_to(NOW, tick=False)
    quiz = make_quiz(cast.course, keys=["A"] * PAIRS, show_key="immediately")
    attempt = start(quiz=quiz, student=cast.student, now=NOW)
    client = Client(headers={"HX-Request": "true"} if script else {})
    client.force_login(cast.student, backend=BACKEND)
    address = reverse("quizzes:attempt_save", args=["hum240", quiz.slug, attempt.public_id])
    for place in range(1, PAIRS + 1):
        told = []
        for letter in "AB":
            (option,) = ids(attempt, place, letter)
            data = {"question": place, "tab": "t", "n": 1, "base": 0, "request_id": f"r{place}", "option": option}
            with transaction.atomic():
                answer = client.post(address, data)
                transaction.set_rollback(True)
            assert answer.status_code == (200 if script else 303)
            text = answer.content.decode()
            told.append((answer.headers.items(), len(text), BY_CHANCE.sub("", text).replace(option, "")))
        assert list(told[0][0]) == list(told[1][0])
        assert told[0][1:] == told[1][1:]
