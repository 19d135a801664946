"""What of a result may be seen when: the review policy, in one function (quizzes.md section 5, safety.md rows 3 and 5)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from course.templatetags.clock import when
from quizzes.enums import AttemptState, ShowKey
from quizzes.models import Attempt, Quiz
from quizzes.schedule import ends_of_everybody
from quizzes.wording import capital, listed


class Field(StrEnum):
    """What a result consists of. CORRECTNESS is the points of each question; KEY is what each option was."""

    SCORE = "score"
    ANSWERS = "answers"
    CORRECTNESS = "correctness"
    KEY = "key"
    FEEDBACK = "feedback"
    EXPLANATION = "explanation"


KEY_FIELDS = (Field.CORRECTNESS, Field.KEY, Field.FEEDBACK, Field.EXPLANATION)
# Until nobody can change an answer these wait, whatever the clock says.
_WAITING = (ShowKey.AFTER_DUE, ShowKey.AFTER_ALL)
_UNDONE = (AttemptState.IN_PROGRESS, AttemptState.SUBMITTED)


@dataclass(frozen=True, slots=True)
class Horizon:
    """Until when an answer at a quiz can still change (None: no date ends it), and whether a grade is owed behind that."""

    ends: datetime | None
    owed: bool = False


def may_see(field: Field, attempt: Attempt, now: datetime, horizon: Horizon | None = None) -> bool:
    """Whether the student of an attempt may see `field` of its result at `now`. Needs `attempt.quiz`.

    Own answers show from the start on while they are written, and after that by their rule; everything else needs a grade
    and its own rule. `horizon` is that of the quiz at `now`; without it, it is read where the rule asks for it.
    """
    if field is Field.ANSWERS and attempt.state == AttemptState.IN_PROGRESS:
        return True
    if field is not Field.ANSWERS and attempt.state != AttemptState.GRADED:
        return False
    return is_out(field, attempt.quiz, now, horizon)


def seen_of(attempt: Attempt, now: datetime, horizon: Horizon | None = None) -> frozenset[Field]:
    """Return all that the student of an attempt may see at `now`; what it depends on is read once, if at all."""
    known = horizon or horizon_if_asked(attempt.quiz, now)
    return frozenset(field for field in Field if may_see(field, attempt, now, known))


def is_out(field: Field, quiz: Quiz, now: datetime, horizon: Horizon | None = None) -> bool:
    """Whether students who have a graded attempt see `field` at `now`."""
    rule = rule_of(field, quiz)
    if rule is ShowKey.IMMEDIATELY or opened_by_hand(field, quiz, now):
        return True
    if rule not in _WAITING:
        return False
    known = horizon or horizon_of(quiz, now)
    return known.ends is not None and known.ends <= now and not (rule is ShowKey.AFTER_ALL and known.owed)


def rule_of(field: Field, quiz: Quiz) -> ShowKey:
    """Return when `field` shows; where the quiz does not say, it shows with the right answers."""
    rules = {
        Field.SCORE: quiz.show_score,
        Field.ANSWERS: quiz.show_answers,
        Field.CORRECTNESS: quiz.show_correctness,
        Field.KEY: quiz.show_key,
        Field.FEEDBACK: quiz.show_feedback,
        Field.EXPLANATION: quiz.show_explanation,
    }
    return ShowKey(rules[field] or quiz.show_key)


def opened_by_hand(field: Field, quiz: Quiz, now: datetime) -> bool:
    """Whether the instructor's release has opened `field`.

    It opens what waits for it. Parts that wait for everybody's end it opens where no date ends the quiz, or where nothing else
    was there to release: releasing the scores must not show the key to some while others still write.
    """
    if quiz.released_at is None or quiz.released_at > now:
        return False
    rule, by_hand = rule_of(field, quiz), any(rule_of(other, quiz) is ShowKey.ON_RELEASE for other in Field)
    return rule is ShowKey.ON_RELEASE or (rule in _WAITING and (quiz.closes_at is None or not by_hand))


def scores_out(quizzes: Collection[Quiz], now: datetime) -> set[int]:
    """Return the primary keys of the quizzes whose graded attempts show their score, for lists of many.

    No query while every quiz shows it at once, else three for any number.
    """
    asked = [quiz for quiz in quizzes if _waits(Field.SCORE, quiz, now)]
    horizons = horizons_of(asked, now) if asked else {}
    return {quiz.pk for quiz in quizzes if is_out(Field.SCORE, quiz, now, horizons.get(quiz.pk))}


def horizon_of(quiz: Quiz, now: datetime) -> Horizon:
    """Return what results that wait for others depend on. As `horizons_of`."""
    return horizons_of([quiz], now)[quiz.pk]


def horizons_of(quizzes: Collection[Quiz], now: datetime) -> dict[int, Horizon]:
    """Return what results that wait for others depend on, by the quiz's primary key.

    Three queries, whatever the number of quizzes and the size of the class.
    """
    undone = Attempt.objects.filter(quiz__in=quizzes, state__in=_UNDONE).order_by()
    running: dict[int, list[datetime | None]] = {quiz.pk: [] for quiz in quizzes}
    owed = set()
    for quiz, state, shut_at in undone.values_list("quiz", "state", "shut_at").distinct():
        owed.add(quiz)
        if state == AttemptState.IN_PROGRESS:
            running[quiz].append(shut_at)
    ends = ends_of_everybody(quizzes, now, running)
    return {quiz.pk: Horizon(ends[quiz.pk], owed=quiz.pk in owed) for quiz in quizzes}


def horizon_if_asked(quiz: Quiz, now: datetime) -> Horizon | None:
    """Return the horizon of a quiz if any part of its results still depends on it; no query where none does."""
    return horizon_of(quiz, now) if any(_waits(field, quiz, now) for field in Field) else None


def _waits(field: Field, quiz: Quiz, now: datetime) -> bool:
    return rule_of(field, quiz) in _WAITING and not opened_by_hand(field, quiz, now)


# --- in words

_ALL_OF_KEY = "the right answers and the reasons"
_NAMES = {
    Field.SCORE: "your score",
    Field.ANSWERS: "your answers",
    Field.CORRECTNESS: "the points of each question",
    Field.KEY: "the right answers",
    Field.FEEDBACK: "the feedback",
    Field.EXPLANATION: "the explanations",
}
_SINGULAR = {Field.SCORE, Field.FEEDBACK}


def score_words(quiz: Quiz, now: datetime, horizon: Horizon | None = None) -> str:
    """Return when the score appears, as a sentence for a student who has not submitted; `horizon` as in `may_see`."""
    if is_out(Field.SCORE, quiz, now, horizon):
        return "Your score as soon as you submit."
    return _sentence((Field.SCORE,), quiz, now, horizon or horizon_if_asked(quiz, now))


def score_in_lists(quiz: Quiz, now: datetime) -> bool:
    """Whether the score of a graded attempt shows at once or is released. No query: what waits for others is elsewhere."""
    return rule_of(Field.SCORE, quiz) is ShowKey.IMMEDIATELY or opened_by_hand(Field.SCORE, quiz, now)


def key_words(quiz: Quiz, now: datetime, *, score: bool = False, horizon: Horizon | None = None) -> str:
    """Return when right answers and reasons appear, in one sentence for each time, for students.

    With `score` the score is among what is told if it has not come out. `horizon` as in `may_see`.
    """
    horizon = horizon or horizon_if_asked(quiz, now)
    told = list(KEY_FIELDS)
    told[:0] = [field for field in (Field.ANSWERS,) if not is_out(field, quiz, now, horizon)]
    told[:0] = [field for field in (Field.SCORE,) if score and not is_out(field, quiz, now, horizon)]
    by_rule: dict[ShowKey, list[Field]] = {}
    for field in told:
        by_rule.setdefault(rule_of(field, quiz), []).append(field)
    return " ".join(_sentence(fields, quiz, now, horizon) for fields in by_rule.values())


def _sentence(fields: Iterable[Field], quiz: Quiz, now: datetime, horizon: Horizon | None) -> str:
    """Return when `fields`, which share a rule, appear."""
    shared = tuple(fields)
    rule = rule_of(shared[0], quiz)
    names, one = _names(shared), len(shared) == 1 and shared[0] in _SINGULAR
    if rule is ShowKey.NEVER:
        never = "right answers" if shared == KEY_FIELDS else names
        return f"{capital(never)} {'is' if one else 'are'} not shown for this quiz."
    if is_out(shared[0], quiz, now, horizon):
        return f"{capital(names)} {'comes' if one else 'come'} with it."
    return f"{capital(names)} {'appears' if one else 'appear'} {_moment(rule, quiz, now, horizon, one=one)}."


def _names(fields: tuple[Field, ...]) -> str:
    if set(KEY_FIELDS) <= set(fields):
        return listed([*(_NAMES[field] for field in fields if field not in KEY_FIELDS), _ALL_OF_KEY])
    return listed([_NAMES[field] for field in fields])


def _moment(rule: ShowKey, quiz: Quiz, now: datetime, horizon: Horizon | None, *, one: bool) -> str:
    """Return when something that waits appears, to follow "appear"."""
    ends = horizon.ends if horizon else None
    if rule is ShowKey.ON_RELEASE or (ends is None and quiz.closes_at is None):
        return f"when your instructor releases {'it' if one else 'them'}"
    if ends is None:
        return "when the last attempt that is still running has ended"
    if rule is ShowKey.AFTER_ALL and ends <= now:
        return "as soon as everybody is graded"
    done = "once nobody can answer any more" if rule is ShowKey.AFTER_DUE else "when everybody is graded"
    # The closing time that all know: a later one would tell the class that somebody has more time.
    shut = quiz.closes_at and quiz.closes_at + timedelta(seconds=quiz.grace)
    return f"{done}, not before {when(shut, now)}" if shut and shut > now else done
