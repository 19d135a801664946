"""Registry: what other apps say about each person in the list of people, for staff. Each app registers in its own module
`people_columns`. None of it is shown to anybody else.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.models import User

if TYPE_CHECKING:
    from course.access import Membership


@dataclass(frozen=True, slots=True)
class Cell:
    """What is said about one person: `tag` stands in a frame, `url` makes it a link, `hidden` ends its name for readers."""

    text: str
    url: str = ""
    tag: bool = False
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the list of people; `cells` are by the person's primary key, who is not in it has nothing there."""

    title: str
    cells: Mapping[int, Cell]
    foot: str = ""


Tell = Callable[["Membership", Sequence[User]], Column]
_tells: list[Tell] = []


def register(tell: Tell) -> Tell:
    """Add a function that returns a column about students of a course for its staff, in a constant number of queries."""
    _tells.append(tell)
    return tell


def columns_for(member: "Membership", students: Sequence[User]) -> list[Column]:
    """Return every app's columns about these students, for a member who sees staff pages."""
    return [tell(member, students) for tell in _tells]
