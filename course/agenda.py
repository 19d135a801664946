"""Registry: dated things of a person in a course. Feeds the landing page and the reminders' texts.

Each app registers in its own module `agenda`; `course` itself registers in `course/own_agenda.py`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from course.access import Membership


class Urgency(IntEnum):
    """How loudly the landing page says it; the lowest stands in the h1."""

    RUNNING = 0  # an attempt is in progress
    OPEN = 1  # can be done now and ends
    NEXT = 2  # comes up
    WAITS = 3  # waits for staff
    QUIET = 4  # only in the list of dates


@dataclass(frozen=True, slots=True)
class Item:
    """One dated thing. `title` is a sentence for the h1 ("The Week 5 quiz is open until 17:30"); `short` stands in the margin
    list of dates ("Week 6 quiz opens"); `at` is when it matters (closing, meeting, due); `action` is the words of its one button.

    `at_words` say what happens at that time ("Closes"), `note` follows it ("counts toward your grade"), and `more` with
    `more_url` is a second, quiet link in the answer.
    """

    kind: str
    title: str
    short: str
    at: datetime | None
    url: str
    urgency: Urgency
    detail: str = ""
    action: str = ""
    done: bool = False
    at_words: str = ""
    note: str = ""
    more: str = ""
    more_url: str = ""


@dataclass(frozen=True, slots=True)
class InClass(Item):
    """What a class meeting (by primary key) has on its agenda from another app: only there, under the heading `title`.

    `places` are the kinds of section in whose place it stands, the best first; `lines` are plain words.
    """

    meeting: int = 0
    places: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


def in_class(*, meeting: int, title: str, url: str, places: tuple[str, ...], lines: Iterable[str]) -> InClass:
    """Return an item that stands in the agenda of one class meeting and nowhere else."""
    return InClass("in_class", title, "", None, url, Urgency.QUIET, meeting=meeting, places=places, lines=tuple(lines))


Source = Callable[["Membership", datetime], list[Item]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """Add a function that returns a person's dated things in one course, in a constant number of queries."""
    _sources.append(source)
    return source


def items_for(member: "Membership", now: datetime) -> list[Item]:
    """Return all dated things of a person in a course: what is done last, then by urgency, then by date."""
    items = [item for source in _sources for item in source(member, now)]
    return sorted(items, key=lambda item: (item.done, item.urgency, item.at is None, item.at or now))
