"""Which node of a text that was edited elsewhere is which node we know: questions and options alike."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """A question or an option: its id if the text gives one, and its whole text."""

    text: str
    ident: str | None = None


@dataclass(frozen=True, slots=True)
class Matching:
    """0-based positions. `same` maps new to old; `unclear` (old ones, new ones) must be asked."""

    same: dict[int, int]
    added: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()
    unclear: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())


def match(old: Sequence[Node], new: Sequence[Node]) -> Matching:
    """Match by id, else by equal text, else by place if a single node of the list changed.

    If an option was edited and another added at once, nothing tells which is which: that is unclear,
    and a person is asked. Past answers keep the text they saw either way.
    """
    same = _by_id(old, new)
    same |= _by_text(old, new, same)
    known = set(same.values())
    lost = tuple(at for at in range(len(old)) if at not in known)
    fresh = tuple(at for at in range(len(new)) if at not in same)
    if not lost or not fresh:
        return Matching(same, added=fresh, removed=lost)
    if len(lost) == len(fresh) == 1 and lost == fresh:
        return Matching({**same, fresh[0]: lost[0]})
    return Matching(same, unclear=(lost, fresh))


def _by_id(old: Sequence[Node], new: Sequence[Node]) -> dict[int, int]:
    places = {node.ident: at for at, node in enumerate(old) if node.ident}
    # Taken out as they are used: an id that is written twice in the new text is an error of that text.
    return {at: places.pop(node.ident) for at, node in enumerate(new) if node.ident in places}


def _by_text(old: Sequence[Node], new: Sequence[Node], taken: dict[int, int]) -> dict[int, int]:
    free: dict[str, list[int]] = {}
    used = set(taken.values())
    for at in range(len(old) - 1, -1, -1):
        if at not in used:
            free.setdefault(old[at].text, []).append(at)
    found = {}
    for at, node in enumerate(new):
        if at not in taken and free.get(node.text):
            found[at] = free[node.text].pop()
    return found
