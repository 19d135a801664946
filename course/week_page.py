"""A week page as it is shown: which parts, in which order, with which readings and panels in their places.

Pure: it arranges rows that were read before, and knows no request.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from course.models import Reading, Section
from course.reading_budget import Budget, Load, budget
from course.week_headings import group_of
from course.week_words import sentence_case
from course.weekfile import Group, Kind

IN_CLASS = frozenset({Group.IN_CLASS, Group.QUIZ, Group.PRESENTATIONS})
SPEAKS_BY_HEADING = frozenset({Kind.QUIZ, Kind.PRESENTATIONS})


class Shown(Protocol):
    """A panel of another app that is rendered already: for which kinds of section, its title, its HTML."""

    @property
    def kinds(self) -> tuple[str, ...]: ...
    @property
    def title(self) -> str: ...
    @property
    def html(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Topic:
    """Readings under one heading; `heading` is empty for those directly under "Readings"."""

    heading: str
    html: str
    readings: list[Reading]
    section: Section | None = None


@dataclass(slots=True)
class Entry:
    """One thing in the agenda: the text of a section, panels of other apps, or both."""

    title: str
    html: str = ""
    panels: list[str] = field(default_factory=list)
    section: Section | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of the page with a heading of its own that is none of the known ones."""

    anchor: str
    title: str
    sections: list[Entry]


@dataclass(frozen=True, slots=True)
class WeekPage:
    """Everything below the introduction; `question_notes` is what stands beside the key questions."""

    question_notes: list[Entry]
    topics: list[Topic]
    budget: Budget
    agenda: list[Entry]
    resources: list[Entry]
    others: list[Passage]
    hidden: list[Section]


def arrange(sections: Sequence[Section], readings: Iterable[Reading], panels: Sequence[Shown], ticked: set[int]) -> WeekPage:
    """Put a week's sections, readings and panels in their places.

    `ticked` are the primary keys of the readings that the person has read. A section that holds only placeholders is
    left out (and listed in `hidden`) unless a panel stands in its place.
    """
    all_readings = list(readings)
    by_section: dict[int | None, list[Reading]] = {}
    for reading in all_readings:
        by_section.setdefault(reading.section_id, []).append(reading)
    topics = [
        Topic(topic_name(section), section.html, by_section.get(section.pk, []), section)
        for section in sections
        if section.group == Group.READINGS and (section.html or section.pk in by_section)
    ]
    loads = [Load(one.minutes, one.optional, one.pk in ticked) for one in all_readings]
    return WeekPage(
        question_notes=[_question_note(one) for one in sections if one.group == Group.KEY_QUESTIONS and one.html],
        topics=topics,
        budget=budget(loads),
        agenda=_agenda([one for one in sections if one.group in IN_CLASS], panels),
        resources=[_entry(one) for one in sections if one.group == Group.RESOURCES and one.html],
        others=_others(sections),
        hidden=[one for one in sections if one.placeholder_only],
    )


def _entry(section: Section) -> Entry:
    return Entry(sentence_case(section.heading), section.html, section=section)


def _question_note(section: Section) -> Entry:
    """What stands under the heading of the key questions needs no name; a heading below it keeps its own."""
    title = "" if group_of(section.heading) is Group.KEY_QUESTIONS else sentence_case(section.heading)
    return Entry(title, section.html, section=section)


def topic_name(section: Section) -> str:
    """Return the heading of a reading topic; "" for the heading "Readings" itself."""
    return (
        ""
        if section.kind == Kind.OTHER and section.level <= 2 and group_of(section.heading) is Group.READINGS
        else sentence_case(section.heading)
    )


def _agenda(sections: list[Section], panels: Sequence[Shown]) -> list[Entry]:
    """Return the agenda in the order of the page: each panel in the place of the best section for it, else at the end."""
    places: dict[int, list[Shown]] = {}
    homeless: list[Shown] = []
    for panel in panels:
        place = _place(sections, panel.kinds)
        if place is None:
            homeless.append(panel)
        else:
            places.setdefault(place, []).append(panel)
    entries: list[Entry] = []
    for place, section in enumerate(sections):
        entries += _section_entries(section, places.get(place, []))
    return entries + [Entry(panel.title, panels=[panel.html]) for panel in homeless]


def _place(sections: list[Section], kinds: tuple[str, ...]) -> int | None:
    for kind in kinds:
        for place, section in enumerate(sections):
            if section.kind == kind:
                return place
    return None


def _section_entries(section: Section, panels: list[Shown]) -> list[Entry]:
    own = _entry(section)
    speaks = bool(section.html) or (section.kind in SPEAKS_BY_HEADING and not section.placeholder_only)
    before: list[Entry] = []
    for panel in panels:
        if section.kind in panel.kinds[:1] or panel.title.casefold() == own.title.casefold():
            own.panels.append(panel.html)
            own.title = panel.title if section.kind == Kind.QUIZ else own.title
        else:
            before.append(Entry(panel.title, panels=[panel.html]))
    return [*before, own] if speaks or own.panels else before


def _others(sections: Sequence[Section]) -> list[Passage]:
    """Return the parts that are neither readings, agenda nor resources, each heading a passage."""
    taken = IN_CLASS | {Group.KEY_QUESTIONS, Group.READINGS, Group.RESOURCES}
    return [
        Passage(f"part-{one.position}", sentence_case(one.heading) or "Before the title", [Entry("", one.html, section=one)])
        for one in sections
        if one.group not in taken and one.html
    ]
