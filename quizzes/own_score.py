"""The score that counts for one student, as lists show it: by the quiz's rule, and only where it may be seen already."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from quizzes.models import Attempt
from quizzes.review import scores_out
from quizzes.schedule import Schedule
from quizzes.tally import counting


@dataclass(frozen=True, slots=True)
class OwnScore:
    """What counts, in hundredths, and the attempt to open: the one that counts, of several the last."""

    score: int
    most: int
    attempt: Attempt


def own_scores(schedules: Mapping[int, Schedule], now: datetime) -> dict[int, OwnScore]:
    """Return the scores that a student sees in lists, by the quiz's primary key: those of graded quizzes that are out.

    `schedules` are the student's own. Queries as `scores_out`: none while scores show at once.
    """
    done = {pk: found for pk, schedule in schedules.items() if (found := _own_score(schedule)) is not None}
    out = scores_out([schedules[pk].quiz for pk in done], now)
    return {pk: found for pk, found in done.items() if pk in out}


def _own_score(schedule: Schedule) -> OwnScore | None:
    graded = {attempt.number: attempt for attempt in schedule.attempts if attempt.score is not None}
    if not graded:
        return None
    tally = counting({number: attempt.score or 0 for number, attempt in graded.items()}, schedule.quiz.counts)
    which = [graded[number] for number in sorted(tally.numbers)]
    return OwnScore(tally.score, max(attempt.max_score for attempt in which), which[-1])
