"""Registry: what other apps say about each week in the list of weeks. Each app registers in its own module `week_rows`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import TYPE_CHECKING

from course.models import Week

if TYPE_CHECKING:
    from course.access import Membership


class Column(Enum):
    TALKS = auto()  # under the title: who presents
    QUIZ = auto()  # at the side: the state of the quiz, or the score


@dataclass(frozen=True, slots=True)
class Note:
    """A few words about one week: "Amara Okonjo, Benedikt Hauser", "Quiz until 17:30". `url` makes them a link."""

    week: int  # primary key
    column: Column
    text: str
    url: str = ""


Tell = Callable[["Membership", Sequence[Week], datetime], list[Note]]
_tells: list[Tell] = []


def register(tell: Tell) -> Tell:
    """Add a function that returns notes about the weeks of one course for one person, in a constant number of queries."""
    _tells.append(tell)
    return tell


def notes_for(member: "Membership", weeks: Sequence[Week], now: datetime) -> list[Note]:
    """Return what every app says about these weeks."""
    return [note for tell in _tells for note in tell(member, weeks, now)]
