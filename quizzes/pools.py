"""Dealing questions out to the draws of a quiz. Pure: which questions are preferred is the caller's to say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pool:
    """One draw: how many questions it takes, and out of which (by any id)."""

    count: int
    members: frozenset[int]


def deal(pools: Sequence[Pool], preferred: Iterable[int]) -> list[list[int]]:
    """Return the questions of each pool: none twice, as many as there can be, and of those the earliest in `preferred`.

    Questions with several tags are kept for the pool that has nothing else: a question moves to another of its pools if
    that makes room (augmenting paths, H. W. Kuhn, "The Hungarian Method", 1955). The sets that can be dealt together form
    a transversal matroid (J. Edmonds, D. R. Fulkerson, 1965), which is why taking them one by one gives the best set.
    """
    hands: list[list[int]] = [[] for _ in pools]
    wanted = sum(pool.count for pool in pools)
    dealt = 0
    for question in preferred:
        if dealt == wanted:
            break
        dealt += _place(question, pools, hands, set())
    return hands


def lacking(pools: Sequence[Pool]) -> int:
    """Return how many questions the pools are short of, overlaps taken into account; 0 if every draw can be filled."""
    hands = deal(pools, sorted(frozenset().union(*(pool.members for pool in pools))))
    return sum(pool.count for pool in pools) - sum(map(len, hands))


def _place(question: int, pools: Sequence[Pool], hands: list[list[int]], tried: set[int]) -> bool:
    """Put a question into a pool that has room, or that gets room by moving another; tell whether there was a way."""
    for at, pool in enumerate(pools):
        if at in tried or question not in pool.members:
            continue
        tried.add(at)
        if len(hands[at]) < pool.count:
            hands[at].append(question)
            return True
        for place, other in enumerate(hands[at]):
            if _place(other, pools, hands, tried):
                hands[at][place] = question
                return True
    return False
