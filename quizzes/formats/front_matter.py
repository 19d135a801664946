"""The front matter of a quiz file: a small part of YAML, read by PyYAML's safe loader.

Only the node graph is composed, nothing is constructed: that keeps line numbers, shows duplicate keys
(which YAML libraries drop silently), and no value can become anything but what its key expects.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import yaml

from quizzes.formats import front_values as values
from quizzes.formats.front_values import BadValueError, read_points, read_policy, read_whole
from quizzes.formats.model import Message, Never, QuizSettings

__all__ = ["FENCE", "BadValueError", "FrontMatter", "front_keys", "read_front_matter", "read_points", "read_policy", "read_whole"]

MAX_CHARACTERS = 16_000
MAX_DEPTH = 8
FENCE = "---"
FIRST_LINE = 2  # of the file: the first one of the YAML

_NULL = "tag:yaml.org,2002:null"
_MAP = "tag:yaml.org,2002:map"


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


def front_keys() -> frozenset[str]:
    """Return the keys that are read; all others are kept as they are."""
    return frozenset(_READERS)


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
        opens, due = _in_zone(settings.opens, zone), _in_zone(settings.due, zone)
        closes = settings.closes if isinstance(settings.closes, Never) else _in_zone(settings.closes, zone)
        settings = replace(settings, opens=opens, due=due, closes=closes)
    for earlier, later in (("opens", "due"), ("opens", "closes"), ("due", "closes")):
        _check_order(settings, earlier, later, lines, messages)
    return settings


def _check_order(settings: QuizSettings, earlier: str, later: str, lines: dict[str, int], messages: list[Message]) -> None:
    first, last = getattr(settings, earlier), getattr(settings, later)
    if not isinstance(first, datetime) or not isinstance(last, datetime):
        return
    if (first.tzinfo is None) is not (last.tzinfo is None):
        text = f"YAML: {earlier} and {later}: give both an offset or neither"
        messages.append(Message(lines[later], "E202", text))
    elif last < first:
        text = f"{later} {last:%Y-%m-%d %H:%M} is before {earlier} {first:%Y-%m-%d %H:%M}"
        messages.append(Message(lines[later], "E204", text))


def _in_zone(value: datetime | None, zone: ZoneInfo) -> datetime | None:
    return value.replace(tzinfo=zone) if value is not None and value.tzinfo is None else value


# key in the file: (field of QuizSettings, reader)
_READERS: dict[str, tuple[str, Callable[[str], object]]] = {
    "title": ("title", values.read_text),
    "week": ("week", values.read_whole),
    "kind": ("purpose", values.read_purpose),
    "points": ("points", values.read_points),
    "scoring": ("scoring", values.read_policy),
    "attempts": ("attempts", values.read_attempts),
    "counts": ("counts", values.read_counting),
    "wait": ("wait", values.read_wait),
    "shuffle": ("shuffle", values.read_boolean),
    "shuffle_questions": ("shuffle_questions", values.read_boolean),
    "layout": ("layout", values.read_layout),
    "back": ("back", values.read_boolean),
    "opens": ("opens", values.read_date_time),
    "due": ("due", values.read_date_time),
    "closes": ("closes", values.read_end),
    "late": ("late", values.read_late),
    "time_limit": ("time_limit", values.read_time_limit),
    "grace": ("grace", values.read_whole),
    "access_code": ("access_code", values.read_access_code),
    "show_key": ("show_key", values.read_release),
    **{f"show_{part}": (f"show_{part}", values.read_part_release) for part in values.PARTS},
    "access": ("access", values.read_text),
    "timezone": ("timezone", values.read_zone),
}
