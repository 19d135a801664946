"""Registry: the kinds of notices. Each app registers its own in its module `notices`.

A kind answers three questions: what is owed at a time, whether a planned delivery still is, and what its letter says.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from notifications.enums import Standing

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from notifications.models import Delivery

# How far ahead deliveries are planned: enough to say today what goes out tomorrow.
AHEAD = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Owed:
    """One letter to one person. `object_key` names the object, `version` its date: a moved date is another notice."""

    object_key: str
    version: str
    person_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says; `notifications.mail` gives it its form.

    `html` is safe HTML of the body, `text` the same in plain text; `path` starts with "/" and is where `action` leads;
    `why` is the sentence that tells why this person gets it; `reply_to` an address, or empty.
    """

    subject: str
    place: str
    heading: str
    html: str
    text: str
    path: str
    action: str
    why: str
    signature: str = ""
    sender: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of notice. `title` and `help` stand in a person's settings ("Mail about announcements"), `label` names one
    letter ("Quiz reminder").

    `owed(now)` returns what should be planned, up to `AHEAD` and not what is too late to be useful, in a constant number of
    queries, without regard to who unsubscribed. `still_owed(delivery, now)` is asked again right before sending.
    `repeatable` says that a second copy (with the same Message-ID) does no harm. `private` says that the outcome tells
    something about the person that nobody else may know; the admin does not show such deliveries.
    `keys_in(course)` returns the object keys that belong to a course, by its primary key, as a subquery of one column.
    """

    name: str
    title: str
    help: str
    label: str
    keys_in: Callable[[int], "QuerySet[Any, dict[str, Any]]"]
    owed: Callable[[datetime], Iterable[Owed]]
    still_owed: Callable[["Delivery", datetime], Standing]
    render: Callable[["Delivery"], Letter]
    repeatable: bool = True
    private: bool = False


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Add a kind of notice. Raises ValueError when the name is taken: two kinds would share their unsubscriptions."""
    if kind.name in _kinds:
        raise ValueError(f"the kind {kind.name} is registered twice")
    _kinds[kind.name] = kind
    return kind


def kinds() -> list[Kind]:
    """Return all kinds in the order of their titles."""
    return sorted(_kinds.values(), key=lambda kind: kind.title)


def private_kinds() -> list[str]:
    """Return the names of the kinds whose deliveries are nobody else's business."""
    return [kind.name for kind in _kinds.values() if kind.private]


def kind_named(name: str) -> Kind | None:
    """Return a kind, or None for one that no app registers any more."""
    return _kinds.get(name)
