"""Which thing of an edited text is which thing of the text before, where nobody can be asked: while saving.

Answers and ticks hang on identities, so a wrong pair is worse than none: what cannot be told is new.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from quizzes.formats import matching


@dataclass(frozen=True, slots=True)
class Node:
    """One question or option: the id written in the text ("" if none), its text, the texts inside it."""

    text: str
    ident: str = ""
    parts: frozenset[str] = frozenset()


def match(old: Sequence[Node], new: Sequence[Node]) -> list[int | None]:
    """Return for each of the `new` nodes the index of the `old` one that it is, None for one that is new.

    Id, text and place as in `quizzes.formats.matching` (formats.md 3.6, rule 6). What is unclear there is settled by
    parts in common (the most, first come first), then by place: between the same neighbours stand as many unmatched
    old ones as new ones.
    """
    sure = matching.match(_plain(old), _plain(new)).same
    found = [sure.get(index) for index in range(len(new))]
    _by_parts(found, old, new)
    _by_place(found, len(old))
    return found


def _plain(nodes: Sequence[Node]) -> list[matching.Node]:
    return [matching.Node(" ".join(node.text.split()), node.ident or None) for node in nodes]


def _by_parts(found: list[int | None], old: Sequence[Node], new: Sequence[Node]) -> None:
    for index, node in enumerate(new):
        if found[index] is None and node.parts:
            shared = {at: len(node.parts & other.parts) for at, other in enumerate(old) if at not in found}
            best = max(shared, key=shared.__getitem__, default=None)
            if best is not None and shared[best]:
                found[index] = best


def _by_place(found: list[int | None], olds: int) -> None:
    gaps: dict[tuple[int, int], list[int]] = {}
    for index in [at for at, value in enumerate(found) if value is None]:
        above = next((value for value in found[index::-1] if value is not None), -1)
        below = next((value for value in found[index:] if value is not None), olds)
        gaps.setdefault((above, below), []).append(index)
    taken = set(found)
    for (above, below), places in gaps.items():
        free = [at for at in range(above + 1, below) if at not in taken]
        if len(free) == len(places):
            for place, at in zip(places, free, strict=True):
                found[place] = at
