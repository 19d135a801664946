"""Which of several attempts counts: the one place that knows."""

from collections.abc import Mapping
from dataclasses import dataclass

from quizzes.enums import Counts


@dataclass(frozen=True, slots=True)
class Tally:
    """What counts of several attempts: the score in hundredths and the numbers of the attempts that it comes from."""

    score: int
    numbers: frozenset[int]


def counting(scores: Mapping[int, int], policy: str) -> Tally:
    """Return what counts of graded attempts, of which there has to be one at least.

    `scores` maps the number of each graded attempt to its score in hundredths, `policy` is a value of `Counts`. Of equal
    scores the earlier attempt is the highest; an average is rounded half up and comes from all of them.
    """
    match Counts(policy):
        case Counts.HIGHEST:
            which = frozenset({min(scores, key=lambda number: (-scores[number], number))})
        case Counts.LATEST:
            which = frozenset({max(scores)})
        case Counts.FIRST:
            which = frozenset({min(scores)})
        case Counts.AVERAGE:
            which = frozenset(scores)
    return Tally((2 * sum(scores[number] for number in which) + len(which)) // (2 * len(which)), which)


def counted(scores: Mapping[int, int], policy: str) -> int | None:
    """Return the score that counts, in hundredths; None without any graded attempt. As `counting`."""
    return counting(scores, policy).score if scores else None
