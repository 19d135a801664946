"""Front matter of a page: read if it is there, never added (formats.md 3.2, 3.3)."""

import re
from dataclasses import dataclass, field

import yaml

from course.week_lines import Line
from course.week_model import Level, Message

LONGEST = 8_000
"""Characters of front matter; real ones have a few hundred."""
MOST_BRACKETS = 100
"""The YAML scanner's work on "[[[[…" grows with the square of their number."""

KEY = re.compile(r"""(?:["'][^"']*["']|[\w-][\w -]{0,80})[ \t]*:(?:[ \t]|$)|[{&!?]|\t""")
"""How a line of front matter begins that is no comment; a page may also begin with a rule, which is written the same way."""


TOML_RULE = "+++"
TOML_PAIR = re.compile(r"""([\w-]{1,80})[ \t]*=[ \t]*(?:"([^"]*)"|'([^']*)'|([^"'\[{\s]\S*))[ \t]*(?:#.*)?$""")
"""A pair with a single value; site generators that write TOML put it between two lines of three plus signs."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """`values` holds the top-level keys that have a single value; `first_line` is the page's first line after it."""

    values: dict[str, str] = field(default_factory=dict)
    first_line: int = 1
    messages: tuple[Message, ...] = ()


class _ProblemError(Exception):
    """A finding inside the YAML; never leaves this module."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line
        self.text = text


def read_front_matter(lines: list[Line]) -> FrontMatter:
    """What stands between `---` on line 1 and the next `---`. Maps, lists and single values only.

    Between two lines `+++`, pairs of TOML are read, and what else stands there is left alone.
    """
    if lines[0].text.rstrip() == TOML_RULE:
        return _toml(lines)
    if lines[0].text.rstrip() != "---":
        return FrontMatter()
    if not _begins_with_key(lines):
        return FrontMatter()
    close = next((line.number for line in lines[1:] if line.text.rstrip() in {"---", "..."}), None)
    if close is None:
        text = 'front matter opened on line 1 is never closed \u2014 add a line "---" after it, or take line 1 away'
        return FrontMatter(messages=(Message(1, "E201", Level.ERROR, text),))
    inside = lines[1 : close - 1]
    try:
        values = _values(inside)
    except _ProblemError as problem:
        return FrontMatter({}, close + 1, (Message(problem.line, "E202", Level.ERROR, f"YAML: {problem.text}"),))
    return FrontMatter(values, close + 1)


def _toml(lines: list[Line]) -> FrontMatter:
    close = next((line.number for line in lines[1:] if line.text.rstrip() == TOML_RULE), None)
    pairs = [match for line in lines[1 : (close or 1) - 1] if (match := TOML_PAIR.match(line.content[:LONGEST]))]
    if close is None or not pairs:
        return FrontMatter()
    return FrontMatter({match[1]: match[2] or match[3] or match[4] or "" for match in reversed(pairs)}, close + 1)


def _begins_with_key(lines: list[Line]) -> bool:
    first = next((line for line in lines[1:] if not line.blank and not line.content.startswith("# ")), None)
    return first is None or first.text.rstrip() in {"---", "..."} or KEY.match(first.text) is not None


def _values(lines: list[Line]) -> dict[str, str]:
    text = "".join(line.text + "\n" for line in lines)
    if len(text) > LONGEST:
        raise _ProblemError(2, f"more than {LONGEST} characters \u2014 move the text below the second ---")
    if text.count("[") + text.count("{") > MOST_BRACKETS:
        raise _ProblemError(2, f"more than {MOST_BRACKETS} brackets \u2014 write the values as lines")
    for line in lines:
        if "\t" in line.text[: len(line.text) - len(line.content)]:
            raise _ProblemError(line.number, "tab used for indent \u2014 use spaces")
    try:
        return _Reader().read(text)
    except yaml.YAMLError as error:
        raise _in_words(error) from error


def _in_words(error: yaml.YAMLError) -> _ProblemError:
    line, what = 2, "a character that is not allowed"
    if isinstance(error, yaml.MarkedYAMLError):
        what = error.problem or what
        mark = error.problem_mark
        line += mark.line if mark is not None else 0
    return _ProblemError(line, f"{what} \u2014 correct this line")


class _Reader:
    """Reads YAML events with a list of its own, so that no depth of brackets can exhaust the stack."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.open: list[dict[str, int] | None] = []
        """For each open map its keys with their lines; None for an open list."""
        self.key: list[str | None] = []

    def read(self, text: str) -> dict[str, str]:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            self._event(event)
        return self.values

    def _event(self, event: yaml.Event) -> None:
        line = 2 + (event.start_mark.line if event.start_mark else 0)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
            raise _ProblemError(line, "anchors, aliases and tags are not read \u2014 write the value itself")
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event.value, line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._take_key()
            self.open.append({} if isinstance(event, yaml.MappingStartEvent) else None)
            self.key.append(None)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.open.pop()
            self.key.pop()

    def _scalar(self, value: str, line: int) -> None:
        keys = self.open[-1] if self.open else None
        if keys is None:
            return
        if self.key[-1] is not None:
            key = self._take_key()
            if len(self.open) == 1 and key is not None:
                self.values[key] = value
            return
        if value in keys:
            raise _ProblemError(line, f'duplicate key "{value}" (first on line {keys[value]}) \u2014 keep one')
        keys[value] = line
        self.key[-1] = value

    def _take_key(self) -> str | None:
        if not self.key:
            return None
        key, self.key[-1] = self.key[-1], None
        return key
