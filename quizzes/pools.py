"""Dealing questions out to the draws of a quiz. Pure: which questions are preferred is the caller's to say."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice


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
    counts: dict[frozenset[int], int] = {}
    for pool in pools:
        counts[pool.members] = counts.get(pool.members, 0) + pool.count
    merged = [Pool(count, members) for members, count in counts.items()]
    hands: list[list[int]] = [[] for _ in merged]
    left = sum(counts.values())
    for question in preferred:
        if not left:
            break
        left -= _place(question, merged, hands)
    stacks = {pool.members: iter(hand) for pool, hand in zip(merged, hands, strict=True)}
    return [list(islice(stacks[pool.members], pool.count)) for pool in pools]


def lacking(pools: Sequence[Pool]) -> int:
    """Return how many questions the pools are short of, overlaps taken into account; 0 if every draw can be filled."""
    hands = deal(pools, sorted(frozenset().union(*(pool.members for pool in pools))))
    return sum(pool.count for pool in pools) - sum(map(len, hands))


def _place(question: int, pools: Sequence[Pool], hands: list[list[int]]) -> bool:
    """Put a question into a pool that has room, or that gets room by moving others on; tell whether there was a way."""
    enters: dict[int, int] = {}  # by pool: the question that would go there, breadth first
    waiting = deque([question])
    while waiting:
        one = waiting.popleft()
        for at, pool in enumerate(pools):
            if at in enters or one not in pool.members:
                continue
            enters[at] = one
            if len(hands[at]) < pool.count:
                _move(question, at, enters, hands)
                return True
            waiting.extend(hands[at])
    return False


def _move(question: int, at: int, enters: Mapping[int, int], hands: list[list[int]]) -> None:
    """Move the questions on the way that was found one pool further each, the last one into the room at `at`."""
    while enters[at] != question:
        one = enters[at]
        before = next(place for place, hand in enumerate(hands) if one in hand)
        hands[before].remove(one)
        hands[at].append(one)
        at = before
    hands[at].append(question)
