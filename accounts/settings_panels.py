"""Registry: what other apps show on the settings page. Each app registers in its own module `settings_panels`.

A panel brings its own form, which posts to the app's own address; `accounts` only gives it a place on the page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Panel:
    """One part of the settings page: a heading, and a template of the registering app with its context."""

    slug: str  # the heading's id, and the fragment to come back to: /settings/#<slug>
    title: str
    template: str
    context: Mapping[str, object]


Show = Callable[[User], Panel | None]
_shows: list[Show] = []


def register(show: Show) -> Show:
    """Add a function that returns one panel for a person, or None, in a constant number of queries."""
    _shows.append(show)
    return show


def panels_for(person: User) -> list[Panel]:
    """Return every app's panel for this person's settings page, in the order of registration."""
    return [panel for show in _shows if (panel := show(person))]
