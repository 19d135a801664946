"""Scoring against the table of the design, against formulas written a second way, and at the edges."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.scoring import Kind, Policy, fraction, guess_chance, points, rule_sentence
from tests.proof import examples

# Five options, A and B right: what AB, A, ABC, AC, all and none earn.
TABLE: dict[Policy, tuple[str, ...]] = {
    Policy.EXACT: ("1", "0", "0", "0", "0", "0"),
    Policy.NET: ("1", "1/2", "1/2", "0", "0", "0"),
    Policy.EACH: ("1", "4/5", "4/5", "3/5", "2/5", "3/5"),
    Policy.COVERAGE: ("1", "1/2", "2/3", "1/4", "2/5", "0"),
    Policy.HALVES: ("1", "1/2", "1/2", "1/4", "0", "0"),
    Policy.SUBSET: ("1", "1/2", "0", "0", "0", "0"),
}
ANSWERS: tuple[set[int], ...] = ({0, 1}, {0}, {0, 1, 2}, {0, 2}, {0, 1, 2, 3, 4}, set())


def second_opinion(policy: Policy, ticked: tuple[bool, ...], right: tuple[bool, ...]) -> Fraction:
    """The same six policies, told option by option over Booleans instead of by counts of sets."""
    pairs = list(zip(ticked, right, strict=True))
    mistakes = [1 for t, r in pairs if t is not r]
    if not any(right) and policy not in {Policy.EXACT, Policy.EACH}:
        return Fraction(0) if any(ticked) else Fraction(1)
    earned = Fraction(0)
    match policy:
        case Policy.EXACT:
            earned = Fraction(int(ticked == right))
        case Policy.NET:
            share = Fraction(1, sum(right))
            total = sum((share if r else -share for t, r in pairs if t), Fraction(0))
            earned = total if total > 0 else Fraction(0)
        case Policy.EACH:
            earned = sum((Fraction(1, len(pairs)) for t, r in pairs if t is r), Fraction(0))
        case Policy.COVERAGE if any(ticked):
            both = sum(1 for t, r in pairs if t and r)
            earned = Fraction(both * both, sum(right) * sum(ticked))
        case Policy.HALVES if any(ticked) and len(mistakes) < 3:
            more_than = (0, 2, 4)[len(mistakes)]
            earned = Fraction(1, 2 ** len(mistakes)) if len(pairs) > more_than else Fraction(0)
        case Policy.SUBSET if not any(t and not r for t, r in pairs):
            earned = Fraction(sum(ticked), sum(right))
    return earned


def as_set(flags: tuple[bool, ...]) -> frozenset[int]:
    return frozenset(index for index, flag in enumerate(flags) if flag)


def answers_and_keys(n: int) -> Iterator[tuple[tuple[bool, ...], tuple[bool, ...]]]:
    yield from product(product((False, True), repeat=n), repeat=2)


@pytest.mark.parametrize("policy", Policy)
@pytest.mark.parametrize("column", range(6))
def test_fraction_table_of_the_design_matches(policy: Policy, column: int) -> None:
    got = fraction(policy.value, frozenset(ANSWERS[column]), frozenset({0, 1}), 5)
    assert got == Fraction(TABLE[policy][column])


@pytest.mark.parametrize("policy", Policy)
@pytest.mark.parametrize("n", range(1, 7))
def test_fraction_every_answer_and_key_agrees_with_second_formula(policy: Policy, n: int) -> None:
    for ticked, right in answers_and_keys(n):
        got = fraction(policy, as_set(ticked), as_set(right), n)
        assert got == second_opinion(policy, ticked, right), (ticked, right)
        assert 0 <= got <= 1
        if ticked == right:
            assert got == 1


@pytest.mark.parametrize("policy", Policy)
def test_fraction_no_right_option_pays_blank_in_full(policy: Policy) -> None:
    assert fraction(policy, frozenset(), frozenset(), 4) == 1
    expected = Fraction(3, 4) if policy is Policy.EACH else 0
    assert fraction(policy, frozenset({2}), frozenset(), 4) == expected


@pytest.mark.parametrize("policy", Policy)
@pytest.mark.parametrize("n", range(1, 5))
def test_fraction_special_options_agree_with_rewritten_question(policy: Policy, n: int) -> None:
    """Each option is normal, neutral or always right; the rewritten question has none of these."""
    for roles in product(("normal", "neutral", "always"), repeat=n):
        for ticked, right in answers_and_keys(n):
            kept = [i for i, role in enumerate(roles) if role != "neutral"]
            new_ticked = tuple(ticked[i] or roles[i] == "always" for i in kept)
            new_right = tuple(right[i] or roles[i] == "always" for i in kept)
            got = fraction(
                policy,
                as_set(ticked),
                as_set(right),
                n,
                neutral=frozenset(i for i in range(n) if roles[i] == "neutral"),
                always=frozenset(i for i in range(n) if roles[i] == "always"),
            )
            assert got == (second_opinion(policy, new_ticked, new_right) if kept else 1)


@pytest.mark.parametrize("policy", Policy)
def test_fraction_always_right_option_is_ticked_for_everybody(policy: Policy) -> None:
    everything = frozenset({0, 1})
    assert fraction(policy, frozenset(), everything, 2, always=everything) == 1
    assert fraction(policy, frozenset({0}), frozenset({0}), 3, always=frozenset({1})) == 1


@pytest.mark.parametrize("policy", Policy)
def test_fraction_nothing_left_gives_full_credit(policy: Policy) -> None:
    assert fraction(policy, frozenset({1}), frozenset({0}), 2, neutral=frozenset({0, 1})) == 1
    assert fraction(policy, frozenset(), frozenset(), 0) == 1


def test_fraction_unknown_policy_raises() -> None:
    with pytest.raises(ValueError, match="generous"):
        fraction("generous", frozenset(), frozenset({0}), 2)


def test_fraction_neutral_and_always_at_once_raises() -> None:
    both = frozenset({1})
    with pytest.raises(ValueError, match="both neutral and always right"):
        fraction("exact", frozenset(), frozenset({0}), 2, neutral=both, always=both)


@pytest.mark.parametrize("place", ["chosen", "key", "neutral", "always"])
@pytest.mark.parametrize("index", [-1, 2])
def test_fraction_index_out_of_range_raises(place: str, index: int) -> None:
    sets = dict.fromkeys(("chosen", "key", "neutral", "always"), frozenset[int]())
    sets[place] = frozenset({index})
    with pytest.raises(ValueError, match="out of range"):
        fraction("exact", sets["chosen"], sets["key"], 2, neutral=sets["neutral"], always=sets["always"])


def test_fraction_negative_number_of_options_raises() -> None:
    with pytest.raises(ValueError, match="out of range"):
        fraction("exact", frozenset(), frozenset(), -1)


@pytest.mark.parametrize(
    ("part", "worth", "expected"),
    [
        (Fraction(1), 100, 100),
        (Fraction(2, 3), 100, 67),
        (Fraction(1, 3), 100, 33),
        (Fraction(1, 8), 100, 13),  # 12.5 goes up, where banker's rounding would give 12
        (Fraction(1, 200), 100, 1),  # exactly half a hundredth goes up
        (Fraction(499, 100_000), 100, 0),
        (Fraction(0), 100, 0),
        (Fraction(1, 2), 5, 3),
        (Fraction(5, 2), 100, 250),  # a sum of fractions is rounded as a whole
    ],
)
def test_points_half_of_a_hundredth_rounds_up(part: Fraction, worth: int, expected: int) -> None:
    assert points(part, worth) == expected


@settings(max_examples=examples(300, 100_000))
@given(st.fractions(0, 1), st.integers(0, 100_000))
def test_points_any_fraction_is_off_by_at_most_half_a_hundredth(part: Fraction, worth: int) -> None:
    exact = part * worth
    assert -Fraction(1, 2) < points(part, worth) - exact <= Fraction(1, 2)


@pytest.mark.parametrize("policy", Policy)
@pytest.mark.parametrize("kind", [Kind.MULTI, Kind.SINGLE, Kind.TRUE_FALSE])
@pytest.mark.parametrize("select", [None, 3, 12])
def test_rule_sentence_every_case_is_one_sentence(policy: Policy, kind: Kind, select: int | None) -> None:
    sentence = rule_sentence(policy, kind=kind, select=select)
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert sentence.count(".") == 1


def test_rule_sentence_multi_with_select_names_the_number() -> None:
    assert rule_sentence(Policy.EXACT, kind="multi", select=3) == (
        "Select three: you get the points only if you tick every right option and no wrong one."
    )
    assert rule_sentence(Policy.NET, kind="multi", select=12).startswith("Select 12: each right option")


def test_rule_sentence_policies_of_a_multi_select_question_all_differ() -> None:
    assert len({rule_sentence(policy, kind="multi", select=None) for policy in Policy}) == len(Policy)


@pytest.mark.parametrize("policy", Policy)
@pytest.mark.parametrize("kind", [Kind.SINGLE, Kind.TRUE_FALSE])
def test_rule_sentence_all_or_nothing_is_said_only_where_true(policy: Policy, kind: Kind) -> None:
    sizes = [2] if kind is Kind.TRUE_FALSE else range(2, 7)
    wrong = {fraction(policy, frozenset({1}), frozenset({0}), n) for n in sizes}
    says_so = "any other gives none" in rule_sentence(policy, kind=kind, select=None)
    assert says_so == (wrong == {Fraction(0)})


def test_rule_sentence_unknown_kind_raises() -> None:
    with pytest.raises(ValueError, match="essay"):
        rule_sentence(Policy.EXACT, kind="essay", select=None)


def test_guess_chance_with_and_without_the_number_shown() -> None:
    assert guess_chance(4, 3, select_shown=True) == Fraction(1, 4)
    assert guess_chance(4, 3, select_shown=False) == Fraction(1, 16)


@pytest.mark.parametrize(("options", "right"), [(3, 4), (3, -1), (-1, 0)])
def test_guess_chance_impossible_numbers_raise(options: int, right: int) -> None:
    with pytest.raises(ValueError, match="impossible"):
        guess_chance(options, right, select_shown=True)
