"""What is new or changed on a week page since somebody read it last. Pure: it is given versions and times.

Each part of a page remembers in which version it came and in which it last changed; a reader remembers the version of the
last visit. Both are numbers, so the marks cost no query.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

VISIT = timedelta(hours=1)
"""Looking again within this time is the same visit: the marks stay where they are."""


class Marked(NamedTuple):
    """In which version of the page a part came, and in which it last changed; 0 means before anybody counted."""

    added_in: int
    changed_in: int


class Part(NamedTuple):
    """A part of the page as it was: what names it, what it says, and its marks."""

    key: str
    says: str
    marked: Marked


class HasMarks(Protocol):
    """Anything on a page that carries marks."""

    @property
    def added_in(self) -> int: ...
    @property
    def changed_in(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Visit:
    """A person's present visit to a page, and the one before: the version that was read, and when the visit began."""

    version: int
    at: datetime
    before_version: int
    before_at: datetime


@dataclass(frozen=True, slots=True)
class Since:
    """Since when marks count: the version that the person read on the visit before, and when that was."""

    version: int
    at: datetime


def visit(known: Visit | None, version: int, now: datetime) -> Visit:
    """Return the visit that is now, to a page of this version; equal to `known` if there is nothing to note."""
    if known is None:
        return Visit(version, now, version, now)
    if now - known.at >= VISIT:
        return Visit(version, now, known.version, known.at)
    return replace(known, version=version)


def since(found: Visit) -> Since | None:
    """Return since when marks count on this visit; None if the page is as it was."""
    return Since(found.before_version, found.before_at) if found.before_version < found.version else None


def fate(thing: HasMarks, read: Since | None) -> str:
    """Return what became of a part since it was read: "new", "changed", or "" if nothing did."""
    if read is None:
        return ""
    if thing.added_in > read.version:
        return "new"
    return "changed" if thing.changed_in > read.version else ""


def carry(old: Iterable[Part], new: Sequence[tuple[str, str]], version: int | None) -> list[Marked]:
    """Return the marks of the parts `new` (key and what they say, in order) of a page that had the parts `old`.

    A part is the same one if its key and words are the same, else if its key is, else if its words are. What said nothing
    before is new. `version` None: the text is the same and only made anew, so nothing becomes new or changed.
    """
    left = list(old)
    found: dict[int, Part] = {}
    for same in (_all_same, _key_same, _words_same):
        for place, one in enumerate(new):
            if place not in found and (match := next((part for part in left if same(part, one)), None)):
                found[place] = match
                left.remove(match)
    return [_marked(found.get(place), one, version) for place, one in enumerate(new)]


def _all_same(part: Part, one: tuple[str, str]) -> bool:
    return (part.key, part.says) == one


def _key_same(part: Part, one: tuple[str, str]) -> bool:
    return part.key == one[0]


def _words_same(part: Part, one: tuple[str, str]) -> bool:
    return bool(part.says) and part.says == one[1]


def _marked(part: Part | None, one: tuple[str, str], version: int | None) -> Marked:
    if version is None:
        return part.marked if part else Marked(0, 0)
    if part is None or (not part.says and one[1]):
        return Marked(version, version)
    return part.marked if _all_same(part, one) else Marked(part.marked.added_in, version)
