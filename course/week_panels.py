"""Registry: what other apps show on a week page. Each app registers in its own module `week_panels`.

A panel belongs to a kind of section (`quiz`/`overhead`, `presentations`, `announcements`, …) so that it stands in its place in
the agenda; where the page has no such section it stands at the end of the agenda.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from course.models import Week

if TYPE_CHECKING:
    from course.access import Membership


@dataclass(frozen=True, slots=True)
class Panel:
    """One thing to show in the agenda: where it belongs, and a template of the registering app with its context."""

    kinds: tuple[str, ...]  # section kinds in whose place it stands, the best first
    title: str
    template: str
    context: Mapping[str, object]


Show = Callable[["Membership", Week, datetime], list[Panel]]
_shows: list[Show] = []


def register(show: Show) -> Show:
    """Add a function that returns the panels of a week for one person, in a constant number of queries."""
    _shows.append(show)
    return show


def panels_for(member: "Membership", week: Week, now: datetime) -> list[Panel]:
    """Return every app's panels for this week page."""
    return [panel for show in _shows for panel in show(member, week, now)]
