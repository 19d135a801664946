"""Which questions an attempt asks, and in which order: decided once, at its start."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from django.db.models import Count, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.crypto import salted_hmac

from quizzes.draws import Draw, drawable, pools_of
from quizzes.models import Attempt, AttemptQuestion, Option, Quiz
from quizzes.pools import deal


@dataclass(frozen=True, slots=True)
class _Places:
    """What stands at the positions of a quiz: fixed questions with their versions, and draws."""

    versions: dict[int, int]
    questions: frozenset[int]
    draws: dict[int, Draw]


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """What an attempt needs to know of a question version; `options` are the public ids in the author's order."""

    version_id: int
    kind: str
    points: int
    scoring: str
    options: tuple[str, ...]


def questions_for(*, quiz: Quiz, attempt: Attempt) -> list[AskedQuestion]:
    """Return what `attempt` (not saved yet) asks, in its order.

    A draw takes questions that the student has not met in any attempt of the course, while enough are left; then those
    met least often. A pool that has become too small gives what it has. Two queries, three if the quiz draws.
    """
    places = _places_of(quiz)
    asked = {position: [version] for position, version in places.versions.items()}
    if places.draws:
        asked |= _drawn(quiz, attempt, places)
    order = [version for position in sorted(asked) for version in asked[position]]
    if quiz.shuffle_questions:
        _secret_order("quizzes.question_order", attempt).shuffle(order)
    return _with_options(order)


def _with_options(versions: Sequence[int]) -> list[AskedQuestion]:
    """Read versions and options in one query: a start may not take many."""
    options = Option.objects.filter(version__in=versions).order_by("version", "position")
    rows = options.values_list("version", "version__kind", "version__points", "version__scoring", "public_id")
    asked = {}
    for version, group in groupby(rows, key=itemgetter(0)):
        _, kinds, points, scorings, ids = zip(*group, strict=True)
        asked[version] = AskedQuestion(version, kinds[0], points[0], scorings[0], ids)
    return [asked[version] for version in versions]


def _places_of(quiz: Quiz) -> _Places:
    """Read items and draws in one query."""
    items = quiz.items.order_by().values_list("position", "version", "version__question", Value(""))
    draws = quiz.draws.order_by().values_list("position", "count", "tag", F("tag__name"))
    rows = list(items.union(draws, all=True))
    return _Places(
        versions={position: version for position, version, _, tag in rows if not tag},
        questions=frozenset(question for _, _, question, tag in rows if not tag),
        draws={position: Draw(count, tag) for position, count, _, tag in rows if tag},
    )


def _drawn(quiz: Quiz, attempt: Attempt, places: _Places) -> dict[int, list[int]]:
    draws = dict(sorted(places.draws.items()))
    candidates = drawable(quiz.course_id, {draw.tag for draw in draws.values()}).annotate(met=_times_met(attempt))
    members: dict[str, set[int]] = {}
    met: dict[int, int] = {}
    newest: dict[int, int] = {}
    for tag, question, version, times in candidates.values_list("question__tags__name", "question", "pk", "met"):
        members.setdefault(tag, set()).add(question)
        newest[question], met[question] = version, times
    hands = deal(pools_of(draws.values(), members, places.questions), _least_met_first(attempt, met))
    return {position: [newest[question] for question in hand] for position, hand in zip(draws, hands, strict=True)}


def _times_met(attempt: Attempt) -> Coalesce:
    """How many attempts of the student have asked a question, in any version, also where the attempt was voided."""
    met = AttemptQuestion.objects.filter(attempt__student=attempt.student, version__question=OuterRef("question"))
    return Coalesce(Subquery(met.order_by().values("version__question").annotate(times=Count("pk")).values("times")), 0)


def _least_met_first(attempt: Attempt, met: Mapping[int, int]) -> Iterable[int]:
    order = sorted(met)
    _secret_order("quizzes.draw", attempt).shuffle(order)
    return sorted(order, key=met.__getitem__)


def _secret_order(salt: str, attempt: Attempt) -> random.Random:
    """Return the generator of one attempt. Its seed is secret: who knows it could tell what others are asked."""
    return random.Random(salted_hmac(salt, attempt.public_id).hexdigest())  # noqa: S311 - the seed is the secret, not the generator
