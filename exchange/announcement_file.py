"""A file of announcements/: front matter with title, publish, until, pin, week, mail, then Markdown (formats.md 3.5). Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from exchange import front_text
from exchange.notes import Note
from exchange.yaml_text import Value

KNOWN = frozenset({"title", "publish", "until", "pin", "week", "mail"})
_WRITTEN = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T](\d{1,2}:\d{2}))?")
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}-")
_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False, "": False}
_HEADING = re.compile(r"\s*#\s+([^\r\n]+)")


@dataclass(frozen=True, slots=True)
class AnnouncementSaid:
    """What a file says. `publish` and `until` are on the course's clock (naive); without `publish` it is a draft.

    From `until` on only staff see it; a day without a time is shown to its end.
    """

    title: str
    body: str
    publish: datetime | None = None
    pinned: bool = False
    mail: bool = False
    week: int | None = None
    notes: tuple[Note, ...] = ()
    until: datetime | None = None


def read_announcement(text: str, path: str) -> AnnouncementSaid:
    """Read a file; never raises. Without a title the first heading is it, else the name of the file."""
    front = front_text.split(text)
    if not front.closed:
        return AnnouncementSaid(
            "", "", notes=(Note(1, "E201", "front matter opened on line 1 is never closed — add a line ---"),)
        )
    document = front.document
    root, notes = document.root, list(document.notes)
    said: dict[str, str] = {}
    for key, value in root.values.items() if root else ():
        if key not in KNOWN:
            notes.append(Note(root.keys[key].line if root else 1, "W317", f'key "{key}" is not known; it is kept as it is'))
        elif isinstance(value, Value):
            said[key] = " ".join(value.text.split())
        else:
            notes.append(Note(value.line, "E202", f"YAML: {key}: this must be a single value"))
    lines = {key: one.line for key, one in root.keys.items()} if root else {}
    publish = _moment(said.get("publish", ""), "publish", lines.get("publish", 1), notes)
    until = _moment(said.get("until", ""), "until", lines.get("until", 1), notes, last=True)
    if publish is not None and until is not None and until <= publish:
        notes.append(Note(lines["until"], "E204", f"until {said['until']} is not after publish {said['publish']}"))
    pin, mail = (_yes(said.get(key, ""), key, lines.get(key, 1), notes) for key in ("pin", "mail"))
    week = said.get("week", "")
    if week and not re.fullmatch(r"\d{1,4}", week):
        notes.append(Note(lines["week"], "E202", f'YAML: week: "{week}" is not a whole number'))
        week = ""
    title = said.get("title") or _own_title(front.body, path)
    body = front.body.lstrip("\r\n")
    return AnnouncementSaid(title[:150], body, publish, pin, mail, int(week) if week else None, tuple(notes), until)


def _moment(written: str, key: str, line: int, notes: list[Note], *, last: bool = False) -> datetime | None:
    """Return a time; a day alone is its beginning, or with `last` its end."""
    if not written:
        return None
    match = _WRITTEN.fullmatch(written)
    try:
        found = datetime.fromisoformat(f"{match[1]}T{match[2] or '00:00':0>5}") if match else None
        if found is not None and last and match is not None and not match[2]:
            found += timedelta(days=1)
    except ValueError:
        found = None
    if found is None or not 1990 <= found.year <= 2200:
        notes.append(Note(line, "E202", f'YAML: {key}: not a date-time: "{written}" — write it like 2025-09-28 09:00'))
        return None
    return found


def _yes(written: str, key: str, line: int, notes: list[Note]) -> bool:
    if written.lower() not in _BOOLEANS:
        notes.append(Note(line, "E202", f'YAML: {key}: "{written}" is neither true nor false'))
    return _BOOLEANS.get(written.lower(), False)


def _own_title(body: str, path: str) -> str:
    if match := _HEADING.match(body):
        return match[1].strip().rstrip("#").strip() or "Announcement"
    words = _DATED.sub("", PurePosixPath(path).stem).replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:] or "Announcement"
