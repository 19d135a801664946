"""What a heading means: real pages spell one thing in many ways (formats.md 1.3)."""

import re
from dataclasses import dataclass
from functools import lru_cache

from course.week_model import Group, Heading, Kind, Surroundings

LONGEST = 1000
REMEMBERED = 500
"""Headings whose meaning is kept in memory: a page asks for each several times, and pages of a course have the same."""
EDGES = "*_=[]:. \t"
BANNER = re.compile(r"=+\s*(?=\[)|(?<=\])\s*=+$")
SPACES = re.compile(r"\s+")
LINK = re.compile(r"\[([^\[\]]{0,300})\]\(([^()\s]{0,500})\)")
TITLE = re.compile(
    r"week\s+(\d{1,3}|N|X)\b(?:(?: ?[/&+] ?|[-\u2013])\d{1,3}(?=\s*(?:[:.,|\u2013\u2014-]|$)))?\s*[:.,|\u2013\u2014-]?\s*(.*)$",
    re.IGNORECASE,
)
"""Two weeks on one page ("Week 8/9: Talks") have the number of the first."""
WEEK = re.compile(r"\bweek\s*(\d{1,3})\b", re.IGNORECASE)
ASIDE = re.compile(r"\s*\([^()]{0,200}\)$")
PICTOGRAPHS = re.compile(
    r"^[\u2190-\u2bff\ufe0f\u200d\U0001f000-\U0001faff\s]+|[\u2190-\u2bff\ufe0f\u200d\U0001f000-\U0001faff\s]+$"
)

GROUPS: dict[str, Group] = {
    "key questions": Group.KEY_QUESTIONS,
    "key questions to consider": Group.KEY_QUESTIONS,
    "readings": Group.READINGS,
    "reading assignments": Group.READINGS,
    "reading assignment": Group.READINGS,
    "new reading assignments": Group.READINGS,
    "new readings": Group.READINGS,
    "in class": Group.IN_CLASS,
    "in class exercises": Group.IN_CLASS,
    "resources": Group.RESOURCES,
    "schedule": Group.SCHEDULE,
    "presentations": Group.PRESENTATIONS,
    "presentation": Group.PRESENTATIONS,
    "arxiv.org research paper 5 min presentation": Group.PRESENTATIONS,
    "quiz": Group.QUIZ,
}
GROUP_PATTERNS: tuple[tuple[re.Pattern[str], Group], ...] = (
    (re.compile(r"presentations?:|(?:student|research|paper) presentations?$"), Group.PRESENTATIONS),
    (re.compile(r"(?:week ?\d+ )?quiz(?: #?\d+)?(?::|$)|quiz week ?\d+"), Group.QUIZ),
    (re.compile(r"mini ?project|mp ?#\d|assignments?\b|homework\b|final project"), Group.ASSIGNMENT),
)
LOOSE_GROUPS: tuple[tuple[re.Pattern[str], Group], ...] = (
    (
        re.compile(
            r"(?:(?:required|assigned|weekly|optional|additional|supplement(?:al|ary)|recommended|suggested|further|pre class) )*"
            r"readings?(?: list)?(?:(?: and | & |/)(?:watchings?|viewings?|listenings?|videos?|media))?(?: for)?(?: (?:this|the) week)?$"
        ),
        Group.READINGS,
    ),
    (re.compile(r"before class\b"), Group.READINGS),
    (re.compile(r"agenda$|(?:during|in) class (?:activit(?:y|ies)|discussions?|exercise|materials?|work)$"), Group.IN_CLASS),
)
"""Other courses' words for the big parts. They begin one where they stand no deeper than the group above them, and hold the
deeper headings below them; elsewhere they are ordinary headings ("Optional Readings" below "In Class").
"""
HARD_GROUPS = frozenset({Group.KEY_QUESTIONS, Group.READINGS, Group.IN_CLASS})
"""The big parts of a page; sections go back to them after a quiz or a talk."""
HOLDERS = frozenset({Group.RESOURCES, Group.SCHEDULE, Group.ASSIGNMENT})
"""Groups that begin at any level and keep every deeper section, one of a known kind too ("DATASETS" below "RESOURCES")."""

KINDS: dict[str, Kind] = {
    "ai news and culture": Kind.NEWS_READING,
    "news and culture": Kind.NEWS_READING,
    "ai news/current events": Kind.NEWS_READING,
    "ai news and events": Kind.NEWS_READING,
    "ai and society": Kind.NEWS_READING,
    "ai news": Kind.NEWS_READING,
    "news": Kind.NEWS,
    "research": Kind.RESEARCH,
    "concepts": Kind.CONCEPTS,
    "tools": Kind.TOOLS,
    "design": Kind.DESIGN,
    "coding": Kind.CODING,
    "code": Kind.CODING,
    "documentation": Kind.DOCUMENTATION,
    "code documentation": Kind.DOCUMENTATION,
    "overhead": Kind.OVERHEAD,
    "administrative": Kind.OVERHEAD,
    "announcements": Kind.ANNOUNCEMENTS,
    "follow ups": Kind.FOLLOW_UPS,
    "software engineering": Kind.SOFTWARE_ENGINEERING,
    "code sample": Kind.CODE_SAMPLE,
    "code review": Kind.CODE_REVIEW,
    "datasets": Kind.DATASETS,
    "extras": Kind.EXTRAS,
    "extra code": Kind.EXTRAS,
}
GROUP_KINDS: dict[Group, Kind] = {
    Group.RESOURCES: Kind.RESOURCES,
    Group.SCHEDULE: Kind.SCHEDULE,
    Group.QUIZ: Kind.QUIZ,
    Group.PRESENTATIONS: Kind.PRESENTATIONS,
}


def display_name(text: str) -> str:
    """A heading as people say it: links by their text, no bold, no "===[ … ]===" banner."""
    name = LINK.sub(r"\1", text[:1000])
    before = None
    while name != before:
        before = name
        name = BANNER.sub("", name.strip().strip("=").strip())
        for left, right in (("**", "**"), ("__", "__"), ("[", "]")):
            if len(name) > 4 and name.startswith(left) and name.endswith(right):
                name = name[len(left) : -len(right)].strip()
    return SPACES.sub(" ", name)


def heading_key(text: str) -> str:
    """The form under which spellings of one heading are equal: `* _ = [ ] : .` off both ends, no bold, one space,
    no case, hyphens as spaces.
    """
    return _key(text[:LONGEST])


@lru_cache(maxsize=REMEMBERED)
def _key(text: str) -> str:
    bare = LINK.sub(r"\1", text).replace("**", "").replace("__", "")
    return SPACES.sub(" ", bare.strip(EDGES).replace("-", " ").casefold()).strip()


def group_of(text: str) -> Group | None:
    """The part of the page this heading begins or names; None for every other heading."""
    return _group(heading_key(text))


@lru_cache(maxsize=REMEMBERED)
def _group(key: str) -> Group | None:
    spellings = _spellings(key)
    for spelled in spellings:
        if spelled in GROUPS:
            return GROUPS[spelled]
    return next((group for pattern, group in GROUP_PATTERNS if pattern.match(spellings[0])), None)


def loose_group_of(text: str) -> Group | None:
    """The part of the page that this heading begins if no other is open above it; None for headings of `group_of`."""
    return None if group_of(text) else _loose_group(heading_key(text))


@lru_cache(maxsize=REMEMBERED)
def _loose_group(key: str) -> Group | None:
    return next(
        (group for spelled in _spellings(key) for pattern, group in LOOSE_GROUPS if pattern.match(spelled)),
        None,
    )


def _spellings(key: str) -> tuple[str, str]:
    """The key without pictographs at its ends, and the same without a remark in brackets behind it."""
    bare = PICTOGRAPHS.sub("", key).strip(EDGES) or key
    return bare, ASIDE.sub("", bare).strip(EDGES)


def kind_of(text: str, around: Surroundings) -> Kind:
    """What the section is about. The teacher's own headings come first; an unknown one is `other`."""
    key = heading_key(text)
    for own, kind in around.headings.items():
        if heading_key(own) == key and kind in set(Kind):
            return Kind(kind)
    group = group_of(text)
    if group is not None:
        return GROUP_KINDS.get(group, Kind.OTHER)
    for spelled in _spellings(key):
        if spelled in KINDS:
            return KINDS[spelled]
    return Kind.NEWS if key.startswith("news:") else Kind.OTHER


@dataclass(frozen=True, slots=True)
class Titled:
    """The page's title: its number if it has one, its words, and the heading they came from."""

    number: int | None
    title: str
    heading: Heading | None


def titled_by(words: str, heading: Heading | None = None) -> Titled | None:
    """What `Week 5: Words` says: number and title ("Week 5" itself if nothing follows); None for other words."""
    match = TITLE.match(words)
    if match is None:
        return None
    return Titled(int(match[1]) if match[1].isdecimal() else None, match[2].strip() or words, heading)


def find_title(headings: list[Heading], around: Surroundings, front: str = "") -> Titled:
    """`# Week 5: Words`, at any level, anywhere; else `front`, the title of the front matter; else the first heading.

    A first heading that is one of a week's own ("Readings") names a page without another name and stays a heading of it;
    so does any other below a front matter with a title, unless it repeats that title.
    """
    for heading in headings:
        found = titled_by(display_name(heading.text), heading)
        if found and group_of(heading.text) is not Group.QUIZ:
            return found
    first = headings[0] if headings else None
    name = display_name(first.text) if first else ""
    if front:
        repeated = first if first and heading_key(name) == heading_key(front) else None
        return titled_by(front, repeated) or Titled(None, front, repeated)
    return Titled(None, name, None if first and _is_known(first.text, around) else first)


def _is_known(text: str, around: Surroundings) -> bool:
    return bool(group_of(text) or loose_group_of(text)) or kind_of(text, around) is not Kind.OTHER


@dataclass(slots=True)
class Grouping:
    """Follows the headings of a page and tells the part each section belongs to."""

    part: Group | None = None
    part_level: int = 7
    soft: Group | None = None
    level: int = 7
    """Of the heading that began the group in force: `soft`, or else `part`."""
    loose: Group | None = None
    loose_level: int = 0
    """A part that a heading of `loose_group_of` began, and the level of that heading: it has the deeper headings only."""

    def place(self, heading: Heading, kind: Kind) -> Group:
        """The group of a section with this heading; to be called once for each heading, in order.

        The nearest group heading above decides, whatever its level. Two things real pages need: a "PRESENTATIONS"
        right below "IN-CLASS" names a section of it and does not end it, and after a "Quiz: Week 5" a section of a
        known kind goes back to the big part it came from.
        """
        group = group_of(heading.text)
        if heading.level <= self.loose_level:
            self._end_loose()
        if group is None:
            return self._ordinary(heading, kind)
        if group in HARD_GROUPS:
            self._begin_part(group, heading.level)
            return group
        if group is Group.PRESENTATIONS and self.part and self.part_level < heading.level <= self.level:
            self._begin_part(self.part, self.part_level)
            return self.part
        if heading.level <= self.level or self.soft is not None or group in HOLDERS:
            self.soft, self.level = group, heading.level
            self._end_loose()
            return group
        return group if group is Group.QUIZ else self._inherited(heading, kind)

    def _ordinary(self, heading: Heading, kind: Kind) -> Group:
        loose = loose_group_of(heading.text) if heading.level <= self.level else None
        if loose is not None and self.loose is None:
            self.loose, self.loose_level = loose, heading.level
        return self.loose or self._inherited(heading, kind)

    def _inherited(self, heading: Heading, kind: Kind) -> Group:
        return self._below(self.soft, heading, kind) if self.soft is not None else self.part or Group.INTRO

    def _begin_part(self, part: Group, level: int) -> None:
        self.part, self.part_level, self.soft, self.level = part, level, None, level
        self._end_loose()

    def _end_loose(self) -> None:
        self.loose, self.loose_level = None, 0

    def _below(self, soft: Group, heading: Heading, kind: Kind) -> Group:
        holds = kind is Kind.OTHER or (soft in HOLDERS and heading.level > self.level)
        return soft if holds else self.part or soft
