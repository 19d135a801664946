"""`presentations.md`: the table of who presents when (formats.md 3.5). Read and changed cell by cell. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

from exchange.notes import Note

HEADERS = {
    "date": ("date", "day", "class", "when"),
    "names": ("name", "names", "presenter", "presenters", "student", "students", "who", "speaker", "speakers"),
    "title": ("title", "topic", "talk", "paper"),
    "slides": ("slides", "link", "url"),
    "status": ("status", "done"),
}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DONE, NO_SHOW = "done", "no show"
STATUS = {
    "": ("", "planned", "confirmed", "open", "free", "tba", "tbd", "no", "not yet"),
    DONE: ("done", "presented", "given", "held", "yes", "x", "[x]", "✓", "✔", "✅", "✔️"),
    NO_SHOW: ("no show", "noshow", "absent", "missed", "did not come", "did not present"),
}
"""What the cells of the column say about a talk."""
FRESH = "| Date       | Name(s)      | Title | Slides | Status |\n|------------|--------------|-------|--------|--------|\n"
LONGEST_CELL = 500
"""Characters that are looked at for names or a date; longer ones hold neither."""
_NUMERIC = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{2}|\d{4}))?")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.?\s+([A-Za-z]{3})[a-z]*\.?,?(?:\s+(\d{4}))?")
_MONTH_DAY = re.compile(r"([A-Za-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?(?:\s+(\d{4}))?")
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r"\s*[,&;]\s*|\s+and\s+|<br\s*/?>", re.IGNORECASE)
_NOBODY = re.compile(r"(?:tba|tbd|open|free|none|-+|—|–|student (?:#\s*\d+|[a-z])|presentation (?:#\s*)?\d+)", re.IGNORECASE)
_CELL = re.compile(r"(?:\\.|`[^`|]*`|[^|\\]|\\\Z)*")  # up to a bar or the end, also of a line that ends with a backslash
_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_NEWLINE = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, and where that stands in the file."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Name:
    """One presenter as written; `tentative` with a question mark behind it."""

    text: str
    tentative: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table; a row without names is a free slot. `on` is None where the date cannot be told.

    `status` is "", DONE or NO_SHOW; None where the column is not there, or says something else.
    """

    line: int
    start: int
    end: int
    cells: tuple[Cell, ...]
    on: date | None
    names: tuple[Name, ...]
    title: str = ""
    status: str | None = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The first table with a column of dates and one of names. `columns` maps date, names, … to positions."""

    text: str
    columns: Mapping[str, int] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    notes: tuple[Note, ...] = ()
    width: int = 0

    def on(self, day: date) -> list[Row]:
        return [row for row in self.rows if row.on == day]


def read_schedule(text: str, class_days: Collection[date]) -> Schedule:
    """Read the table of a text; never raises. `class_days` are the days on which the class meets.

    A date without a year is the only such day among them; other dates are told (W331) and kept as they are.
    """
    lines = list(_lines(text))
    for at, (number, start, line) in enumerate(lines[:-1]):
        columns = _columns([cell.text for cell in _cells(line, start)]) if "|" in line else {}
        if {"date", "names"} <= set(columns) and _RULE.fullmatch(lines[at + 1][2]):
            return _read_rows(text, lines[at + 2 :], columns, class_days, len(_cells(line, start)))
        del number
    return Schedule(text)


def _lines(text: str) -> Iterator[tuple[int, int, str]]:
    at = 0
    for number, line in enumerate(_NEWLINE.split(text), 1):
        yield number, at, line
        at += len(line)
        match = _NEWLINE.match(text, at)
        at = match.end() if match else at


def _cells(line: str, start: int) -> tuple[Cell, ...]:
    """Return the cells of a line between its bars."""
    found, at, first = [], 0, True
    inner = line.rstrip()
    while at <= len(inner):
        match = _CELL.match(inner, at)
        end = match.end() if match else at
        raw = inner[at:end]
        if not (first and not raw.strip() and end < len(inner)) and not (end >= len(inner) and not raw.strip()):
            lead = len(raw) - len(raw.lstrip())
            body = raw.strip()
            found.append(
                Cell(
                    body,
                    start + at + (lead if body else min(1, len(raw))),
                    start + at + (lead if body else min(1, len(raw))) + len(body),
                )
            )
        first, at = False, end + 1
    return tuple(found)


def _columns(headers: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, header in enumerate(headers):
        word = re.sub(r"\(s\)|[*_:.]", "", header).strip().casefold()
        for name, words in HEADERS.items():
            if word in words:
                found.setdefault(name, place)
    return found


def _read_rows(
    text: str, lines: Sequence[tuple[int, int, str]], columns: Mapping[str, int], class_days: Collection[date], width: int
) -> Schedule:
    rows, notes = [], []
    for number, start, line in lines:
        if "|" not in line:
            break
        cells = _cells(line, start)
        written = _at(cells, columns, "date")
        on = resolve(written, class_days)
        if written and (on is None or on not in class_days):
            notes.append(Note(number, "W331", f"{written} is not a class day"))
        names = tuple(split_names(_at(cells, columns, "names")))
        status = status_of(_at(cells, columns, "status")) if "status" in columns else None
        rows.append(Row(number, start, start + len(line), cells, on, names, _at(cells, columns, "title"), status))
    return Schedule(text, columns, tuple(rows), tuple(notes), width)


def _at(cells: Sequence[Cell], columns: Mapping[str, int], name: str) -> str:
    place = columns.get(name)
    return cells[place].text if place is not None and place < len(cells) else ""


def status_of(written: str) -> str | None:
    """Return "", DONE or NO_SHOW for what a cell says became of a talk; None for anything else."""
    word = " ".join(re.sub(r"[*_.!\-]", " ", written[:LONGEST_CELL]).casefold().split())
    return next((status for status, words in STATUS.items() if word in words), None)


def resolve(written: str, class_days: Collection[date]) -> date | None:
    """Return the day that a cell means: "10/1", "1 Oct", "Oct 1" or ISO. Without a year, the only class day that fits."""
    text = _WEEKDAY.sub("", written[:LONGEST_CELL].strip().strip("*_"), count=1).strip()
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text)
        month, day, year = _parts(text)
    except ValueError:
        return None
    if year is not None:
        return _date(year, month, day)
    fitting = [one for one in class_days if (one.month, one.day) == (month, day)]
    if len(fitting) == 1:
        return fitting[0]
    years = {one.year for one in class_days}
    return _date(years.pop(), month, day) if len(years) == 1 else None


def _parts(text: str) -> tuple[int, int, int | None]:
    if match := _NUMERIC.fullmatch(text):
        year = None if match[3] is None else int(match[3]) + (2000 if len(match[3]) == 2 else 0)
        return int(match[1]), int(match[2]), year
    if match := _DAY_MONTH.fullmatch(text):
        return MONTHS.index(match[2].lower()) + 1, int(match[1]), int(match[3]) if match[3] else None
    if match := _MONTH_DAY.fullmatch(text):
        return MONTHS.index(match[1].lower()) + 1, int(match[2]), int(match[3]) if match[3] else None
    raise ValueError(text)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def split_names(written: str) -> Iterator[Name]:
    """Return the people of a cell: "A, B", "A & B", "A and B"; "A?" is tentative; placeholders are nobody."""
    for part in _BETWEEN_NAMES.split(re.sub(r"\[([^\[\]]*)\]\([^()]*\)", r"\1", written[:LONGEST_CELL])):
        name = part.strip().strip("*_").strip()
        tentative = name.endswith("?")
        name = name.rstrip("?").strip()
        if name and not _NOBODY.fullmatch(name):
            yield Name(name, tentative)


def nearest(name: str, roster: Sequence[str]) -> str | None:
    """Return the name of the roster that looks most like `name`, if one does."""
    folded = {one.casefold(): one for one in roster}
    close = get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[close[0]] if close else None


Talk = tuple[str, str, str | None]
"""Names, title, and what became of it: "", DONE, NO_SHOW, or None for what the table cannot say."""


def with_day(schedule: Schedule, day: date, talks: Sequence[Talk]) -> str:
    """Return the text in which the rows of `day` have these talks, in order. Other rows keep every character.

    A talk more than there are rows gets a row of its own under the last one of the day, or where its day belongs.
    """
    text, rows = schedule.text, schedule.on(day)
    pieces: list[tuple[int, int, str]] = []
    for place, row in enumerate(rows):
        names, title, status = talks[place] if place < len(talks) else ("", "", "")
        pieces += _set(schedule, row, "names", names)
        if title != row.title and (title or place < len(talks)):
            pieces += _set(schedule, row, "title", title)
        if status is not None and row.status not in {None, status}:
            pieces += _set(schedule, row, "status", status)
    if more := talks[len(rows) :]:
        before = [row for row in schedule.rows if row.on is not None and row.on <= day]
        pieces.append(_inserted(schedule, day, more, before[-1] if before else None))
    for start, end, new in sorted(pieces, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def without_missed(schedule: Schedule) -> str:
    """Return the text without who did not come, which students see of nobody else: of the words of its column only those stay
    that say a talk was given, or is still to be. Words that mean nothing to us may say it in their own way.
    """
    told = (row for row in schedule.rows if row.status not in {"", DONE})
    pieces = [piece for row in told for piece in _set(schedule, row, "status", "")]
    text = schedule.text
    for start, end, new in sorted(pieces, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _set(schedule: Schedule, row: Row, column: str, value: str) -> Iterator[tuple[int, int, str]]:
    place = schedule.columns.get(column)
    if place is None or place >= len(row.cells) or row.cells[place].text == value:
        return
    cell = row.cells[place]
    # The blanks behind a cell make room, so that the bars of the table stay under each other.
    blanks = len(schedule.text[cell.end :]) - len(schedule.text[cell.end :].lstrip(" "))
    free = max(0, min(blanks - 1, len(value) - len(cell.text)))
    value = value.replace("|", "\\|")
    yield cell.start, cell.end + free, value + " " * max(0, len(cell.text) - len(value))


def _inserted(schedule: Schedule, day: date, talks: Sequence[Talk], after: Row | None) -> tuple[int, int, str]:
    newline = match[0] if (match := _NEWLINE.search(schedule.text)) else "\n"
    lines = []
    for names, title, status in talks:
        cells = [""] * schedule.width
        for column, value in (("date", day.isoformat()), ("names", names), ("title", title), ("status", status or "")):
            if column in schedule.columns:
                cells[schedule.columns[column]] = value.replace("|", "\\|")
        lines.append("| " + " | ".join(cells) + " |")
    if after is not None:
        return after.end, after.end, "".join(newline + line for line in lines)
    start = schedule.rows[0].start if schedule.rows else len(schedule.text)
    lead = "" if not schedule.text or schedule.rows or schedule.text.endswith(("\n", "\r")) else newline
    return start, start, lead + "".join(line + newline for line in lines)
