"""Which thing of an edited text is which thing of the text before, where nobody can be asked: while saving.

Answers and ticks hang on identities, so a wrong pair is worse than none: what cannot be told is new.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from quizzes.formats import matching


@dataclass(frozen=True, slots=True)
class Node:
    """One question or option: the id written in the text ("" if none), its text, the texts inside it."""

    text: str
    ident: str = ""
    parts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Told:
    """What a person said about which is which: by the index of a new question, and of a new option in it, the old index.

    None: it is new. Questions count among all of the new text.
    """

    questions: Mapping[int, int | None] = field(default_factory=dict)
    options: Mapping[tuple[int, int], int | None] = field(default_factory=dict)

    def options_of(self, question: int) -> dict[int, int | None]:
        """Return what was said about the options of one question."""
        return {option: old for (at, option), old in self.options.items() if at == question}


def unclear(old: Sequence[Node], new: Sequence[Node]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the indexes of old and new nodes of which nothing surely tells which is which (formats.md 3.6, rule 6)."""
    return matching.match(_plain(old), _plain(new)).unclear


def match(old: Sequence[Node], new: Sequence[Node], told: Mapping[int, int | None] | None = None) -> list[int | None]:
    """Return for each of the `new` nodes the index of the `old` one that it is, None for one that is new.

    What a person `told` goes before everything.

    Id, text and place as in `quizzes.formats.matching` (formats.md 3.6, rule 6). What is unclear there is settled by
    parts in common (the most, first come first), then by place: between the same neighbours stand as many unmatched
    old ones as new ones.
    """
    sure = matching.match(_plain(old), _plain(new)).same
    found = [sure.get(index) for index in range(len(new))]
    _by_parts(found, old, new)
    _by_place(found, len(old))
    for index, at in (told or {}).items():
        if at is not None:
            found = [None if value == at else value for value in found]
        found[index] = at
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
