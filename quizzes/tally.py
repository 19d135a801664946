"""Which score of several attempts counts."""

from collections.abc import Mapping

from quizzes.enums import Counts


def counted(scores: Mapping[int, int], policy: str) -> int | None:
    """Return the score that counts, in hundredths; None without any graded attempt.

    `scores` maps the number of each graded attempt to its score in hundredths, `policy` is a value of `Counts`. An
    average is rounded half up.
    """
    if not scores:
        return None
    match Counts(policy):
        case Counts.HIGHEST:
            return max(scores.values())
        case Counts.LATEST:
            return scores[max(scores)]
        case Counts.FIRST:
            return scores[min(scores)]
        case Counts.AVERAGE:
            return (2 * sum(scores.values()) + len(scores)) // (2 * len(scores))
