"""Which thing of an edited text is which thing of the text before: by id, by text, by what it holds, by place.

Answers and ticks hang on identities, so a wrong pair is worse than none: what cannot be told is new.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """One question or option: the id written in the text ("" if none), its text, the texts inside it."""

    text: str
    ident: str = ""
    parts: frozenset[str] = frozenset()


def match(old: Sequence[Node], new: Sequence[Node]) -> list[int | None]:
    """Return for each of the `new` nodes the index of the `old` one that it is, None for one that is new.

    In this order: the same written id, the same text, parts in common (the most, first come first), and at last the same
    place: between the same neighbours stand as many unmatched old ones as new ones (formats.md 3.6, rule 6).
    """
    found: list[int | None] = [None] * len(new)
    _by_name(found, [node.ident for node in old], [node.ident for node in new])
    _by_name(found, [_plain(node.text) for node in old], [_plain(node.text) for node in new])
    _by_parts(found, old, new)
    _by_place(found, len(old))
    return found


def _plain(text: str) -> str:
    return " ".join(text.split())


def _by_name(found: list[int | None], old: Sequence[str], new: Sequence[str]) -> None:
    free: dict[str, list[int]] = {}
    for index, name in enumerate(old):
        if index not in found:
            free.setdefault(name, []).append(index)
    for index, name in enumerate(new):
        if found[index] is None and name and free.get(name):
            found[index] = free[name].pop(0)


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
