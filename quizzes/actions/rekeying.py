"""Attempts that were taken before a newer text corrected a key: which they are, and grading them by the key of now."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Count

from quizzes.actions.grading import Regraded, regrade_quiz
from quizzes.actions.storing import items_with_content
from quizzes.content import right_ids
from quizzes.enums import AttemptState, Effect
from quizzes.models import Attempt, AttemptQuestion, QuestionVersion, Quiz
from quizzes.wording import capital, counted, listed

Key = tuple[frozenset[str], frozenset[tuple[str, str]]]
"""What of a version is right: public ids of options, and the effects that are not the usual one, by public id."""


class Shown(StrEnum):
    """How a version that an attempt shows stands to the one of now."""

    SAME = "same words"
    REWORDED = "other words, the same options"
    OTHER_OPTIONS = "other options"


@dataclass(frozen=True, slots=True)
class Move:
    """A version that attempts show (`before`) and the one of now of the same question (`after`) with another key.

    Both are primary keys; `position` is the question's place in the quiz, from 1.
    """

    position: int
    before: int
    after: int
    how: Shown


@dataclass(frozen=True, slots=True)
class KeyChange:
    """What one newer text changed in keys: `graded` attempts can be graded again by `moves`.

    `reworded` and `apart` say in sentences who saw other words, and who saw other options: what those saw cannot be judged by
    the key of now, and is not among the moves.
    """

    moves: tuple[Move, ...] = ()
    graded: int = 0
    reworded: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()

    @property
    def keys(self) -> str:
        """The keys that the moves are about, in words: "the key of question 2", "the keys of questions 2 and 3"."""
        places = [str(at) for at in sorted({move.position for move in self.moves})]
        return f"the key of question {places[0]}" if len(places) == 1 else f"the keys of questions {listed(places)}"

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is to be said before somebody decides whether attempts are graded again."""
        return (*(self.reworded if self.graded else ()), *self.apart)


def keys_of_now(quiz: Quiz) -> dict[int, Key]:
    """Return the keys of a quiz's questions by the question's primary key. Three queries."""
    return {item.version.question_id: _key(item.version) for item in items_with_content(quiz)}


def key_change(quiz: Quiz, before: Mapping[int, Key]) -> KeyChange:
    """Return what has changed since the keys of a quiz were `before` (`keys_of_now`). At most nine queries.

    A question whose key is as it was then is left out, whatever attempts of long ago show: about them somebody has decided.
    """
    now = [item for item in items_with_content(quiz) if before.get(item.version.question_id) != _key(item.version)]
    if not now:
        return KeyChange()
    current = {item.version.question_id: (item.position, item.version) for item in now}
    shown = AttemptQuestion.objects.filter(attempt__quiz=quiz, version__question__in=list(current)).order_by()
    old = set(shown.values_list("version", flat=True).distinct()) - {item.version_id for item in now}
    versions = QuestionVersion.objects.filter(pk__in=old).prefetch_related("options__key")
    pairs = ((version, *current[version.question_id]) for version in versions)
    found = [Move(at, one.pk, new.pk, _how(one, new)) for one, at, new in pairs if _key(one) != _key(new)]
    moves = tuple(move for move in found if move.how is not Shown.OTHER_OPTIONS)
    counts = _counts(quiz, found)
    return KeyChange(moves, _graded_with(quiz, moves), tuple(_of_other_words(counts)), tuple(_of_other_options(counts)))


def _key(version: QuestionVersion) -> Key:
    options = version.options.all()
    effects = ((option.public_id, option.key.effect) for option in options if option.key.effect != Effect.NORMAL)
    return right_ids(version), frozenset(effects)


def _how(old: QuestionVersion, new: QuestionVersion) -> Shown:
    """Compare two versions of a question; an option that was reworded has kept its public id."""
    was, is_now = ({option.public_id: option.text for option in version.options.all()} for version in (old, new))
    if was.keys() != is_now.keys():
        return Shown.OTHER_OPTIONS
    return Shown.SAME if (old.stem, was) == (new.stem, is_now) else Shown.REWORDED


def _graded_with(quiz: Quiz, moves: Iterable[Move]) -> int:
    versions = [move.before for move in moves]
    rows = AttemptQuestion.objects.filter(attempt__quiz=quiz, attempt__state=AttemptState.GRADED, version__in=versions)
    return rows.order_by().values("attempt").distinct().count()


_Counts = Counter[tuple[int, Shown, str]]


def _counts(quiz: Quiz, moves: Iterable[Move]) -> _Counts:
    """Return how many attempts show what, by the question's position, how it was shown, and the attempt's state. One query."""
    by_version = {move.before: move for move in moves}
    rows = AttemptQuestion.objects.filter(attempt__quiz=quiz, version__in=list(by_version)).order_by()
    counts: _Counts = Counter()
    for version, state, count in rows.values_list("version", "attempt__state").annotate(count=Count("pk")):
        counts[by_version[version].position, by_version[version].how, state] += count
    return counts


def _of_other_words(counts: _Counts) -> Iterator[str]:
    for (at, how, state), count in sorted(counts.items()):
        attempts = capital(counted(count, "attempt"))
        if how is Shown.REWORDED and state == AttemptState.GRADED:
            results = "its result shows" if count == 1 else "their results show"
            yield f"{attempts} saw question {at} in other words: graded again, {results} the new words."
        elif how is Shown.REWORDED and state == AttemptState.IN_PROGRESS:
            keeps = "is under way and keeps" if count == 1 else "are under way and keep"
            yield f"{attempts} with question {at} in other words {keeps} those words and their key."


def _of_other_options(counts: _Counts) -> Iterator[str]:
    for (at, how, state), count in sorted(counts.items()):
        if how is Shown.OTHER_OPTIONS and state == AttemptState.GRADED:
            points = "its points for it stay" if count == 1 else "their points for it stay"
            yield f"{capital(counted(count, 'attempt'))} saw question {at} with other options: {points} as they are."


_HANDED_IN = (AttemptState.SUBMITTED, AttemptState.GRADED)


def regrade_with_new_key(*, quiz: Quiz, change: KeyChange, now: datetime) -> Regraded:
    """Grade the attempts that show what `change` moves by the key of now, and no others; return what came of it.

    Their results show the version of now from then on, its words as well as its key; nobody's words change under an attempt
    that is under way. The old key stays stored with its version and the earlier scores in `GradeRecord`. Again: nothing changes.
    """
    with transaction.atomic():
        locked = Quiz.objects.select_for_update(of=("self",)).select_related("course").get(pk=quiz.pk)
        # Who grades an attempt has read a key by then, and writes with it: first one, then the other.
        list(Attempt.objects.select_for_update(no_key=True).filter(quiz=locked).order_by("pk").values_list("pk"))
        for move in change.moves:
            rows = AttemptQuestion.objects.filter(attempt__quiz=locked, version=move.before)
            if move.how is Shown.REWORDED:
                rows = rows.filter(attempt__state__in=_HANDED_IN)
            rows.update(version=move.after)
        return regrade_quiz(quiz=locked, now=now, showing={move.after for move in change.moves})
