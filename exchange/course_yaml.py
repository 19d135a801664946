"""`course.yaml`: what a course says of itself (formats.md 3.2). Read with a message for every problem; nothing is written here. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from zoneinfo import available_timezones

from course.week_model import Kind
from exchange.notes import Note
from exchange.yaml_text import Document, Items, Node, Table, Value, read, written
from quizzes.formats.front_matter import FENCE, read_front_matter
from quizzes.formats.front_values import MAX_LATE_STEPS

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LONGEST_TERM = timedelta(days=400)
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{1,2}:\d{2})")
_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_TOP = frozenset(
    {
        "format", "title", "code", "term", "timezone", "meets", "grading", "quiz", "late",
        "weeks", "headings", "names", "copy",
    }
)  # fmt: skip
_TERM = frozenset({"name", "starts", "ends", "breaks"})
_MEETS = frozenset({"day", "from", "to", "where"})
_LATE = frozenset({"rule", "minus", "until"})
NO_RULE, REFUSE = "none", "refuse"
_WEEK = frozenset({"file", "class", "open", "quiz"})


@dataclass(frozen=True, slots=True)
class Meeting:
    """One weekly meeting: `day` counts from 0, Monday; times are on the course's clock."""

    day: int
    begins: time
    ends: time
    where: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A term, both days included; `breaks` are days without class, both ends included."""

    name: str | None = None
    starts: date | None = None
    ends: date | None = None
    breaks: tuple[tuple[date, date], ...] = ()

    def has(self, day: date) -> bool:
        """Whether `day` lies in the term and in no break."""
        inside = self.starts is not None and self.ends is not None and self.starts <= day <= self.ends
        return inside and not any(first <= day <= last for first, last in self.breaks)


@dataclass(frozen=True, slots=True)
class WeekSaid:
    """What course.yaml says about one page: the day of its class, and whether it is open (or opens at a time, naive)."""

    file: str
    line: int
    on: date | None = None
    open: bool | datetime | None = None
    quiz: str | None = None


@dataclass(frozen=True, slots=True)
class CourseSaid:
    """What a course.yaml says; None and empty where it says nothing."""

    document: Document
    title: str | None = None
    code: str | None = None
    timezone: str | None = None
    term: Term = field(default_factory=Term)
    meets: tuple[Meeting, ...] = ()
    weeks: Mapping[str, WeekSaid] = field(default_factory=dict)
    headings: Mapping[str, str] = field(default_factory=dict)
    quiz: Mapping[str, str] = field(default_factory=dict)
    """Rules for quizzes whose own file says nothing about them, as front matter says them."""
    late: str | None = None
    """What holds for new quizzes with a due date that say nothing about it: steps of late credit, or REFUSE."""
    aliases: bool = False
    public_copy: bool = False
    notes: tuple[Note, ...] = ()

    def class_days(self) -> Iterator[tuple[date, Meeting]]:
        """Return each day on which the class meets in the term, in order."""
        if self.term.starts is None or self.term.ends is None or self.term.ends - self.term.starts > LONGEST_TERM:
            return
        for offset in range((self.term.ends - self.term.starts).days + 1):
            day = self.term.starts + timedelta(days=offset)
            if self.term.has(day):
                yield from ((day, one) for one in self.meets if one.day == day.weekday())


class _Reader:
    """Reads values one by one and keeps what is wrong with them."""

    def __init__(self) -> None:
        self.notes: list[Note] = []

    def wrong(self, node: Node, text: str, code: str = "E202") -> None:
        self.notes.append(Note(node.line, code, text))

    def known(self, table: Table, names: frozenset[str], where: str) -> None:
        for name, key in table.keys.items():
            if name not in names:
                self.notes.append(Note(key.line, "W317", f'key "{name}"{where} is not known; it is kept as it is'))

    def text(self, table: Table, key: str, most: int = 200) -> str | None:
        node = table.values.get(key)
        if node is None or (isinstance(node, Value) and not node.text.strip()):
            return None
        if not isinstance(node, Value) or len(node.text) > most or any(not one.isprintable() for one in node.text):
            self.wrong(node, f"{key} must be one line of at most {most} characters")
            return None
        return " ".join(node.text.split())

    def date(self, node: Node | None) -> date | None:
        if node is None or (isinstance(node, Value) and not node.text):
            return None
        try:
            found = date.fromisoformat(node.text.strip()) if isinstance(node, Value) and len(node.text.strip()) == 10 else None
        except ValueError:
            found = None
        if found is None or not 1990 <= found.year <= 2200:
            self.wrong(node, f"not a date: {_shown(node)} — write it like 2025-09-28")
            return None
        return found

    def clock(self, table: Table, key: str) -> time | None:
        node = table.values.get(key)
        match = _CLOCK.fullmatch(node.text.strip()) if isinstance(node, Value) else None
        if match is None:
            self.wrong(node or table, f"{key} must be a time of day — write it like “19:00”, in quotes")
            return None
        return time(int(match[1]), int(match[2]))

    def tables(self, node: Node | None, what: str) -> Iterator[Table]:
        """Return the maps of a list; tell what is none."""
        if node is None or (isinstance(node, Value) and not node.text):
            return
        for one in node.items if isinstance(node, Items) else (node,):
            if isinstance(node, Items) and isinstance(one, Table):
                yield one
            else:
                self.wrong(one, f"{what} must be a list of lines with keys")


def _shown(node: Node) -> str:
    return f'"{node.text[:60]}"' if isinstance(node, Value) else "several values"


def read_course(text: str) -> CourseSaid:
    """Read a course.yaml; never raises. What cannot be used is told in `notes`, sorted by line."""
    document = read(text)
    root, reader = document.root, _Reader()
    if root is None:
        return CourseSaid(document, notes=document.notes or (Note(1, "E202", "course.yaml is empty — write at least a title"),))
    reader.known(root, _TOP, "")
    said = CourseSaid(
        document,
        title=reader.text(root, "title", 150),
        code=reader.text(root, "code", 30),
        timezone=_zone(reader, root),
        term=_term(reader, root.values.get("term")),
        meets=tuple(_meetings(reader, root.values.get("meets"))),
        weeks={one.file: one for one in _weeks(reader, root.values.get("weeks"))},
        headings=dict(_headings(reader, root.values.get("headings"))),
        quiz=dict(_quiz_rules(reader, root.values.get("quiz"))),
        late=_late(reader, root.values.get("late")),
        aliases=reader.text(root, "names") == "aliases",
        public_copy=reader.text(root, "copy") == "public",
    )
    _check_format(reader, root)
    _check_weights(reader, root.values.get("grading"))
    found = sorted(reader.notes, key=lambda note: (note.line or 0, note.code))
    return CourseSaid(**{name: getattr(said, name) for name in CourseSaid.__slots__ if name != "notes"}, notes=tuple(found))


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(reader: _Reader, root: Table) -> str | None:
    name = reader.text(root, "timezone", 64)
    if name is not None and name not in _zones():
        reader.wrong(root.values["timezone"], f'unknown time zone "{name}"; use a name like America/New_York', "E205")
        return None
    return name


def _check_format(reader: _Reader, root: Table) -> None:
    version = reader.text(root, "format")
    if version not in {None, "1"}:
        reader.wrong(root.values["format"], f"format {version} is not known — this program reads format: 1")


def _term(reader: _Reader, node: Node | None) -> Term:
    if node is None or (isinstance(node, Value) and not node.text):
        return Term()
    if not isinstance(node, Table):
        reader.wrong(node, "term must have keys: name, starts, ends")
        return Term()
    reader.known(node, _TERM, " of the term")
    starts, ends = reader.date(node.values.get("starts")), reader.date(node.values.get("ends"))
    if starts and ends and ends <= starts:
        reader.wrong(node.values["ends"], f"the term ends {ends} before it starts {starts}", "E204")
        starts = ends = None
    elif starts and ends and ends - starts > LONGEST_TERM:
        reader.wrong(node.values["ends"], f"a term of more than {LONGEST_TERM.days} days — correct starts or ends")
        starts = ends = None
    return Term(reader.text(node, "name", 60), starts, ends, tuple(_breaks(reader, node.values.get("breaks"))))


def _breaks(reader: _Reader, node: Node | None) -> Iterator[tuple[date, date]]:
    if node is None or (isinstance(node, Value) and not node.text):
        return
    for one in node.items if isinstance(node, Items) else (node,):
        days = [reader.date(day) for day in one.items] if isinstance(one, Items) else [reader.date(one)] * 2
        if len(days) != 2 or days[0] is None or days[1] is None or days[1] < days[0]:
            if len(days) != 2 or None not in days:
                reader.wrong(one, "a break is its first and its last day: [2025-11-22, 2025-11-30]")
        else:
            yield days[0], days[1]


def _meetings(reader: _Reader, node: Node | None) -> Iterator[Meeting]:
    for one in reader.tables(node, "meets"):
        reader.known(one, _MEETS, " of a meeting")
        day = (reader.text(one, "day") or "")[:3].capitalize()
        begins, ends = reader.clock(one, "from"), reader.clock(one, "to")
        if day not in DAYS:
            reader.wrong(one, f"day must be one of {', '.join(DAYS)}")
        elif begins and ends and ends <= begins:
            reader.wrong(one, "the class ends before it begins — correct from or to", "E204")
        elif begins and ends:
            yield Meeting(DAYS.index(day), begins, ends, reader.text(one, "where", 80) or "")


def _weeks(reader: _Reader, node: Node | None) -> Iterator[WeekSaid]:
    seen: dict[str, int] = {}
    for one in reader.tables(node, "weeks"):
        reader.known(one, _WEEK, " of a week")
        file = reader.text(one, "file", 300)
        if file is None:
            reader.wrong(one, "a line of weeks needs its file: {file: weeks/05-models.md}")
            continue
        if seen.setdefault(file, one.line) != one.line:
            reader.wrong(one, f'"{file}" stands in weeks twice (first on line {seen[file]}) — keep one')
            continue
        yield WeekSaid(file, one.line, reader.date(one.values.get("class")), _open(reader, one), reader.text(one, "quiz", 300))


def _open(reader: _Reader, table: Table) -> bool | datetime | None:
    said = reader.text(table, "open")
    if said is None:
        return None
    if said.lower() in _BOOLEANS:
        return _BOOLEANS[said.lower()]
    try:
        match = _MOMENT.fullmatch(said)
        found = datetime.fromisoformat(f"{match[1]}T{match[2]:0>5}") if match else None
    except ValueError:
        found = None
    if found is None or not 1990 <= found.year <= 2200:
        reader.wrong(table.values["open"], f'open is "{said}" — write true, false, or a time like 2025-09-28 09:00')
        return None
    return found


def _headings(reader: _Reader, node: Node | None) -> Iterator[tuple[str, str]]:
    kinds = set(Kind)
    for one in reader.tables(node, "headings"):
        text, kind = reader.text(one, "text", 300), reader.text(one, "kind")
        if text is None or kind is None:
            reader.wrong(one, "a heading needs its text and its kind")
        elif kind not in kinds:
            reader.wrong(one.values["kind"], f'kind "{kind}" is not known; use one of {", ".join(sorted(kinds))}')
        else:
            yield text, kind


def _quiz_rules(reader: _Reader, node: Node | None) -> Iterator[tuple[str, str]]:
    if node is None or (isinstance(node, Value) and not node.text):
        return
    if not isinstance(node, Table):
        reader.wrong(node, "quiz must have keys: scoring, attempts, show_key, …")
        return
    for key, value in node.values.items():
        raw = written(value.text) if isinstance(value, Value) else "[]"
        found = read_front_matter([FENCE, f"{key}: {raw}", FENCE]).messages
        reader.notes += [Note(value.line, one.code, one.text) for one in found]
        if not found:
            yield key, raw


def _late(reader: _Reader, node: Node | None) -> str | None:
    """Return `{rule: per_day, minus: 10, until: 3d}` as the steps of a quiz file, "1d 90%, 2d 80%, 3d 70%"; "refuse" as it is."""
    if node is None or (isinstance(node, Value) and not node.text):
        return None
    if isinstance(node, Table):
        reader.known(node, _LATE, " of late")
    rule = node.text.strip() if isinstance(node, Value) else reader.text(node, "rule") if isinstance(node, Table) else ""
    if rule in {NO_RULE, REFUSE}:
        return rule
    if rule != "per_day" or not isinstance(node, Table):
        reader.wrong(node, "late must be none, refuse, or like {rule: per_day, minus: 10, until: 3d}")
        return None
    minus = re.fullmatch(r"(\d{1,3}) ?%?", reader.text(node, "minus") or "")
    until = re.fullmatch(r"(\d{1,3}) ?d(?:ays?)?", reader.text(node, "until") or f"{MAX_LATE_STEPS}d")
    if minus is None or not 0 < int(minus[1]) <= 100 or until is None or not 0 < int(until[1]) <= MAX_LATE_STEPS:
        reader.wrong(node, f"late takes a minus of 1 to 100 percent a day, until at most {MAX_LATE_STEPS}d")
        return None
    credit = [(day, 100 - day * int(minus[1])) for day in range(1, int(until[1]) + 1)]
    return ", ".join(f"{day}d {percent}%" for day, percent in credit if percent >= 0) or NO_RULE


def _check_weights(reader: _Reader, node: Node | None) -> None:
    """The weights of all categories are 100 together, where they have weights."""
    entries = list(reader.tables(node, "grading"))
    weights = []
    for one in entries:
        said = reader.text(one, "weight")
        try:
            weight = None if said is None else Decimal(said.removesuffix("%").strip())
        except InvalidOperation:
            weight = None
        if said is not None and (weight is None or not weight.is_finite() or not 0 <= weight <= 1000):
            reader.wrong(one.values["weight"], f'weight "{said}" is not a number of percent')
        elif weight is not None:
            weights.append(weight)
    if weights and len(weights) == len(entries) and sum(weights) != 100:
        lines = f"lines {entries[0].line}–{entries[-1].line}"
        reader.wrong(
            entries[0], f"grading weights add up to {sum(weights, start=Decimal(0)).normalize():f}, not 100 ({lines})", "E203"
        )
