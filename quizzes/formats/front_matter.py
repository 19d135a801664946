"""The front matter of a quiz file: a small part of YAML, read by PyYAML's safe loader.

Only the node graph is composed, nothing is constructed: that keeps line numbers, shows duplicate keys
(which YAML libraries drop silently), and no value can become anything but what its key expects.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import yaml

from quizzes.formats.model import KeyRelease, Message, QuizPurpose, QuizSettings
from quizzes.scoring import Policy

MAX_CHARACTERS = 16_000
MAX_DEPTH = 8
FENCE = "---"
FIRST_LINE = 2  # of the file: the first one of the YAML

_NULL = "tag:yaml.org,2002:null"
_MAP = "tag:yaml.org,2002:map"
_POINTS = re.compile(r"\d{1,4}(?:\.[05]0*)?")
_WHOLE = re.compile(r"\d{1,4}")
_DATE_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2})?)\s*(Z|[+-]\d{2}:?\d{2})?")
_MINUTES = re.compile(r"(?:(\d{1,3})\s*h(?:ours?)?)?\s*(?:(\d{1,4})\s*(?:m(?:in(?:utes?)?)?)?)?")
_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_OTHER_NAMES = {"proportional": Policy.EACH, "partial": Policy.NET}


class BadValueError(ValueError):
    """A value its key cannot take; carries the message for the author."""

    def __init__(self, text: str, code: str = "E202") -> None:
        super().__init__(text)
        self.text = text
        self.code = code


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The settings, the 0-based index of the first line of the body, and what was wrong."""

    settings: QuizSettings
    body: int
    messages: tuple[Message, ...] = ()


def read_front_matter(lines: Sequence[str]) -> FrontMatter:
    """Read the front matter of a file, if it has one."""
    if not lines or lines[0].rstrip() != FENCE:
        return FrontMatter(QuizSettings(), 0)
    end = next((at for at in range(1, len(lines)) if lines[at].rstrip() in {FENCE, "..."}), None)
    if end is None:
        message = Message(1, "E201", "front matter opened on line 1 is never closed — add a line ---")
        return FrontMatter(QuizSettings(), 1, (message,))
    messages: list[Message] = []
    root = _compose(lines[1:end], messages)
    settings = QuizSettings() if root is None else _settings(root, messages)
    return FrontMatter(settings, end + 1, tuple(messages))


def read_points(text: str) -> Decimal:
    """Return points as written: 0 or more, whole or half. Raises BadValueError (E112)."""
    if not _POINTS.fullmatch(text):
        raise BadValueError(f'points "{text}" is not a number; use 0, 0.5, 1, …', "E112")
    return Decimal(text)


def read_policy(text: str) -> Policy:
    """Return a scoring policy by its name or its name in other programs. Raises BadValueError."""
    if text in _OTHER_NAMES:
        return _OTHER_NAMES[text]
    if text not in set(Policy):
        raise BadValueError(f'scoring "{text}" is not known; use {", ".join(Policy)}')
    return Policy(text)


def read_whole(text: str) -> int:
    """Return a whole number of at most four digits. Raises BadValueError."""
    if not _WHOLE.fullmatch(text):
        raise BadValueError(f'"{text}" is not a whole number')
    return int(text)


def _compose(lines: Sequence[str], messages: list[Message]) -> yaml.MappingNode | None:
    source = "\n".join(lines) + "\n"
    problem = _refusal(lines, source)
    if problem is not None:
        messages.append(problem)
        return None
    try:
        problem = _forbidden(source)
        root = None if problem else yaml.compose(source, yaml.SafeLoader)
    except yaml.YAMLError as error:
        problem, root = _yaml_message(error), None
    if problem is None and root is not None and not isinstance(root, yaml.MappingNode):
        problem = Message(FIRST_LINE, "E202", "YAML: front matter must be lines of the form key: value")
    if problem is not None:
        messages.append(problem)
    return root if isinstance(root, yaml.MappingNode) else None


def _refusal(lines: Sequence[str], source: str) -> Message | None:
    for number, line in enumerate(lines, FIRST_LINE):
        if "\t" in line[: len(line) - len(line.lstrip())]:
            return Message(number, "E202", "YAML: tab used for indent — use spaces")
    if len(source) > MAX_CHARACTERS:
        return Message(1, "E202", f"YAML: front matter is longer than {MAX_CHARACTERS:,} characters")
    return None


def _forbidden(source: str) -> Message | None:
    """Find anchors, tags and deep nesting before composing, which would recurse."""
    depth = 0
    for token in yaml.scan(source, yaml.SafeLoader):
        line = token.start_mark.line + FIRST_LINE
        if isinstance(token, yaml.AnchorToken | yaml.AliasToken | yaml.TagToken | yaml.DirectiveToken):
            return Message(line, "E202", "YAML: anchors, aliases, tags and directives are not read here")
        if isinstance(token, _OPENING):
            depth += 1
        elif isinstance(token, _CLOSING):
            depth -= 1
        if depth > MAX_DEPTH:
            return Message(line, "E202", f"YAML: nested deeper than {MAX_DEPTH} levels")
    return None


_OPENING = (
    yaml.BlockMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.FlowSequenceStartToken,
)
_CLOSING = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)


def _yaml_message(error: yaml.YAMLError) -> Message:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "not readable"
    return Message(mark.line + FIRST_LINE if mark else FIRST_LINE, "E202", f"YAML: {problem}")


def _settings(root: yaml.MappingNode, messages: list[Message]) -> QuizSettings:
    seen: dict[str, int] = {}
    values: dict[str, object] = {}
    extra: list[tuple[yaml.Node, yaml.Node]] = []
    for key, value in root.value:
        line = key.start_mark.line + FIRST_LINE
        name = key.value if isinstance(key, yaml.ScalarNode) else "?"
        if name in seen:
            text = f'YAML: duplicate key "{name}" (first on line {seen[name]})'
            messages.append(Message(line, "E202", text))
            continue
        seen[name] = line
        if name not in _READERS:
            extra.append((key, value))
            text = f'front matter key "{name}" is not known; it is kept as it is'
            messages.append(Message(line, "W317", text))
        else:
            _read(name, value, line, values, messages)
    week_line = seen.get("week") if "week" in values else None
    settings = replace(QuizSettings(), **values, extra=_source(extra), week_line=week_line)  # type: ignore[arg-type]  # readers match their fields
    return _check_times(settings, seen, messages)


def _read(name: str, value: yaml.Node, line: int, values: dict[str, object], messages: list[Message]) -> None:
    if value.tag == _NULL:
        return
    if not isinstance(value, yaml.ScalarNode):
        messages.append(Message(line, "E202", f"YAML: {name}: this must be a single value"))
        return
    field, reader = _READERS[name]
    try:
        values[field] = reader(value.value.strip())
    except BadValueError as error:
        text = error.text if error.code != "E202" else f"YAML: {name}: {error.text}"
        messages.append(Message(line, error.code, text))


def _source(pairs: list[tuple[yaml.Node, yaml.Node]]) -> str:
    if not pairs:
        return ""
    node = yaml.MappingNode(_MAP, pairs, flow_style=False)
    text: str = yaml.serialize(node, Dumper=yaml.SafeDumper, allow_unicode=True)
    return text


def _check_times(settings: QuizSettings, lines: dict[str, int], messages: list[Message]) -> QuizSettings:
    if settings.timezone is not None:
        zone = ZoneInfo(settings.timezone)
        settings = replace(settings, opens=_in_zone(settings.opens, zone), due=_in_zone(settings.due, zone))
    opens, due = settings.opens, settings.due
    if opens is None or due is None:
        return settings
    if (opens.tzinfo is None) is not (due.tzinfo is None):
        text = "YAML: opens and due: give both an offset or neither"
        messages.append(Message(lines["due"], "E202", text))
    elif due < opens:
        text = f"due {due:%Y-%m-%d %H:%M} is before opens {opens:%Y-%m-%d %H:%M}"
        messages.append(Message(lines["due"], "E204", text))
    return settings


def _in_zone(value: datetime | None, zone: ZoneInfo) -> datetime | None:
    return value.replace(tzinfo=zone) if value is not None and value.tzinfo is None else value


def _text(text: str) -> str:
    return " ".join(text.split())


def _date_time(text: str) -> datetime:
    match = _DATE_TIME.fullmatch(text)
    problem = f'not a date-time: "{text}" — write it like 2025-09-28 23:59'
    if not match:
        raise BadValueError(problem)
    try:
        found = datetime.fromisoformat(f"{match[1]}T{match[2]}{match[3] or ''}")
    except ValueError as error:
        raise BadValueError(problem) from error
    if not 1990 <= found.year <= 2200:
        raise BadValueError(problem)
    return found


def _minutes(text: str) -> int:
    match = _MINUTES.fullmatch(text)
    if not match or not (match[1] or match[2]):
        raise BadValueError(f'"{text}" is not a time limit; write minutes, such as 20, or 1h 30m')
    return int(match[1] or 0) * 60 + int(match[2] or 0)


def _boolean(text: str) -> bool:
    if text.lower() not in _BOOLEANS:
        raise BadValueError(f'"{text}" is neither true nor false')
    return _BOOLEANS[text.lower()]


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(text: str) -> str:
    if text not in _zones():
        raise BadValueError(f'unknown time zone "{text}"; use a name like America/New_York', "E205")
    return text


def _purpose(text: str) -> QuizPurpose:
    if text not in set(QuizPurpose):
        raise BadValueError(f'"{text}" is not known; use {", ".join(QuizPurpose)}')
    return QuizPurpose(text)


def _release(text: str) -> KeyRelease:
    if text not in set(KeyRelease):
        raise BadValueError(f'"{text}" is not known; use {", ".join(KeyRelease)}')
    return KeyRelease(text)


# key in the file: (field of QuizSettings, reader)
_READERS: dict[str, tuple[str, Callable[[str], object]]] = {
    "title": ("title", _text),
    "week": ("week", read_whole),
    "kind": ("purpose", _purpose),
    "points": ("points", read_points),
    "scoring": ("scoring", read_policy),
    "attempts": ("attempts", read_whole),
    "shuffle": ("shuffle", _boolean),
    "opens": ("opens", _date_time),
    "due": ("due", _date_time),
    "time_limit": ("time_limit", _minutes),
    "show_key": ("show_key", _release),
    "access": ("access", _text),
    "timezone": ("timezone", _zone),
}
