"""Scoring of one question: pure functions on exact fractions.

The six policies and their edge rules are those of PrairieLearn's pl-checkbox, Open edX's
choiceresponse, RELATE, Canvas and Moodle's multichoice, brought to one signature. Everything is a
``Fraction`` until `points` rounds it, once, to hundredths of a point.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

ZERO = Fraction(0)
ONE = Fraction(1)
HALF = Fraction(1, 2)
QUARTER = Fraction(1, 4)


class Policy(StrEnum):
    """How a set of ticked options becomes a fraction of the question's points."""

    EXACT = "exact"
    NET = "net"
    EACH = "each"
    COVERAGE = "coverage"
    HALVES = "halves"
    SUBSET = "subset"


class Kind(StrEnum):
    """What sort of question it is; `UNSUPPORTED` is kept and shown, but cannot be asked."""

    MULTI = "multi"
    SINGLE = "single"
    TRUE_FALSE = "true_false"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Tally:
    """What an answer comes to: `n` options, `c` right; chosen: `h` right ones and `f` wrong ones."""

    n: int
    c: int
    h: int
    f: int

    @property
    def errors(self) -> int:
        """Wrong decisions: right options left out plus wrong options chosen."""
        return (self.c - self.h) + self.f

    @property
    def blank(self) -> bool:
        return self.h + self.f == 0


def fraction(
    policy: str,
    chosen: frozenset[int],
    key: frozenset[int],
    options: int,
    *,
    neutral: frozenset[int] = frozenset(),
    always: frozenset[int] = frozenset(),
) -> Fraction:
    """Return the part (0 to 1) of a question's points that an answer earns.

    `chosen` and `key` hold 0-based positions in the stored order of the version's options, of which
    there are `options`. `neutral` options count as if they did not exist; `always` ones count as
    right and ticked for everybody. If neutral options are all there is, the answer earns 1. A
    question that was never answered scores 0 whatever the policy: that is for the caller to know,
    an empty `chosen` here is an answer ("none of these").

    Raises ValueError for an unknown policy, an index out of range, or an option that is both
    neutral and always right.
    """
    rule = _RULES[Policy(policy)]
    _check(chosen | key | neutral | always, options)
    if neutral & always:
        raise ValueError(f"options {sorted(neutral & always)} are both neutral and always right")
    tally = _tally(chosen, key, options, neutral=neutral, always=always)
    if tally.n == 0:
        return ONE
    return rule(tally)


def points(fraction: Fraction, hundredths: int) -> int:
    """Return `fraction` of a worth given in hundredths of a point, rounded half up to hundredths.

    This is the only place where a score is rounded. Sums are made before it is called.
    """
    return math.floor(fraction * hundredths + HALF)


def rule_sentence(policy: Policy, *, kind: str, select: int | None) -> str:
    """Return the one plain sentence about scoring that students see under a question.

    `kind` is a value of `Kind`; `select` is the number of right options if the author shows it.
    Raises ValueError for an unknown kind.
    """
    if Kind(kind) in _ONE_RIGHT and policy in _ALL_OR_NOTHING_WHEN_ONE[Kind(kind)]:
        return "One answer is right: it gives all the points, any other gives none."
    sentence = _SENTENCES[Policy(policy)]
    if Kind(kind) is Kind.MULTI and select is not None:
        return f"Select {_number(select)}: {sentence}"
    return sentence[0].upper() + sentence[1:]


def guess_chance(options: int, right: int, *, select_shown: bool) -> Fraction:
    """Return the chance that a pure guess is fully right.

    With the number of right options shown a guesser picks one of C(options, right) sets, otherwise
    one of 2**options. Single choice is ``guess_chance(n, 1, select_shown=True)``.
    Raises ValueError unless 0 <= right <= options.
    """
    if not 0 <= right <= options:
        raise ValueError(f"{right} right options of {options} is impossible")
    return Fraction(1, math.comb(options, right) if select_shown else 2**options)


def _check(indices: frozenset[int], options: int) -> None:
    outside = sorted(index for index in indices if not 0 <= index < options)
    if options < 0 or outside:
        raise ValueError(f"option indices {outside} are out of range for {options} options")


def _tally(
    chosen: frozenset[int],
    key: frozenset[int],
    options: int,
    *,
    neutral: frozenset[int],
    always: frozenset[int],
) -> Tally:
    special = neutral | always
    given = len(always)
    return Tally(
        n=options - len(special) + given,
        c=len(key - special) + given,
        h=len((chosen & key) - special) + given,
        f=len(chosen - key - special),
    )


def _exact(tally: Tally) -> Fraction:
    return ONE if tally.errors == 0 else ZERO


def _net(tally: Tally) -> Fraction:
    if tally.c == 0:
        return _blank_only(tally)
    return max(ZERO, Fraction(tally.h - tally.f, tally.c))


def _each(tally: Tally) -> Fraction:
    return 1 - Fraction(tally.errors, tally.n)


def _coverage(tally: Tally) -> Fraction:
    if tally.c == 0:
        return _blank_only(tally)
    if tally.blank:
        return ZERO
    return Fraction(tally.h, tally.c) * Fraction(tally.h, tally.h + tally.f)


def _halves(tally: Tally) -> Fraction:
    if tally.c == 0:
        return _blank_only(tally)
    if tally.blank:
        return ZERO
    if tally.errors == 0:
        return ONE
    if tally.errors == 1 and tally.n > 2:
        return HALF
    return QUARTER if tally.errors == 2 and tally.n > 4 else ZERO


def _subset(tally: Tally) -> Fraction:
    if tally.c == 0:
        return _blank_only(tally)
    return Fraction(tally.h, tally.c) if tally.f == 0 else ZERO


def _blank_only(tally: Tally) -> Fraction:
    """Nothing is right, so leaving everything blank is the only right answer."""
    return ONE if tally.blank else ZERO


_RULES: dict[Policy, Callable[[Tally], Fraction]] = {
    Policy.EXACT: _exact,
    Policy.NET: _net,
    Policy.EACH: _each,
    Policy.COVERAGE: _coverage,
    Policy.HALVES: _halves,
    Policy.SUBSET: _subset,
}

_ONE_RIGHT = frozenset({Kind.SINGLE, Kind.TRUE_FALSE})

# A wrong radio button is two wrong decisions. `each` still pays for the others, and so does
# `halves` from five options on; with two options neither has anything left to pay for.
_ALL_OR_NOTHING_WHEN_ONE: dict[Kind, frozenset[Policy]] = {
    Kind.SINGLE: frozenset(Policy) - {Policy.EACH, Policy.HALVES},
    Kind.TRUE_FALSE: frozenset(Policy),
}

_SENTENCES: dict[Policy, str] = {
    Policy.EXACT: "you get the points only if you tick every right option and no wrong one.",
    Policy.NET: "each right option you tick adds an equal share of the points, each wrong one takes"
    " a share away, and the total never goes below zero.",
    Policy.EACH: "every option counts equally: you earn its share by ticking it if it is right or leaving it if it is wrong.",
    Policy.COVERAGE: "you get the part of the right options that you found, times the part of your ticks that are right.",
    Policy.HALVES: "you get all the points with no mistake, half with one (if there are more than"
    " two options), a quarter with two (if there are more than four), otherwise none, and nothing"
    " for a blank answer.",
    Policy.SUBSET: "each right option you tick earns an equal share, but a single wrong tick loses all the points.",
}

_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _number(count: int) -> str:
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else str(count)
