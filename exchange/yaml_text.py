"""YAML that is read with its places in the text, so that one value can be changed and every other character stays. Pure.

A subset: maps, lists and single values; no anchors, aliases, tags, directives or keys twice (formats.md 3.2). Nothing is
constructed: a value is its text.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from exchange.notes import Note

LONGEST = 20_000
"""Characters; a course of forty weeks has a fifth of it, and the time to read grows with brackets and lines."""
MAX_DEPTH = 8
_NULL = "tag:yaml.org,2002:null"
_PLAIN = re.compile(r"[A-Za-z0-9_./][\w ./@+&'()–—-]*", re.ASCII)
_OTHER_MEANING = re.compile(r"(?:true|false|yes|no|on|off|null|~|[\d.:eE+_-]+|0[xo].*)", re.IGNORECASE)
_NEWLINE = re.compile(r"\r\n|\n|\r")
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A single value: its text, its line (from 1), its place in the text. `written` is False for an empty one."""

    text: str
    line: int
    start: int
    end: int
    written: bool = True


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple["Node", ...]
    line: int
    start: int
    end: int
    flow: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A map: its values by key, and where each key stands."""

    values: dict[str, "Node"]
    keys: dict[str, Value]
    line: int
    start: int
    end: int
    flow: bool


Node = Value | Items | Table


@dataclass(frozen=True, slots=True)
class Document:
    """A text as YAML. `root` is None where it is empty or has an error; `first` is the text's line in its file, less one."""

    text: str
    root: Table | None
    notes: tuple[Note, ...] = ()

    def at(self, *path: str | int) -> Node | None:
        """Return the node at a path of keys and list positions, None if there is none."""
        node: Node | None = self.root
        for step in path:
            if isinstance(node, Table) and isinstance(step, str):
                node = node.values.get(step)
            elif isinstance(node, Items) and isinstance(step, int) and step < len(node.items):
                node = node.items[step]
            else:
                return None
        return node


class _ProblemError(Exception):
    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.note = Note(line, "E202", f"YAML: {text}")


def read(text: str, first: int = 0) -> Document:
    """Read a text as YAML; never raises. `first` is how many lines of its file come before it."""
    try:
        _check(text, first)
        node = yaml.compose(text, yaml.SafeLoader)
        root = None if node is None else _root(node, first)
    except _ProblemError as problem:
        return Document(text, None, (problem.note,))
    except yaml.YAMLError as error:
        return Document(text, None, (_in_words(error, first),))
    return Document(text, root)


def _root(node: yaml.Node, first: int) -> Table:
    if not isinstance(node, yaml.MappingNode):
        raise _ProblemError(first + 1, "lines of the form “key: value” are expected")
    return _table(node, first)


def _in_words(error: yaml.YAMLError, first: int) -> Note:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or "a character that is not allowed"
    return Note(first + 1 + (mark.line if mark else 0), "E202", f"YAML: {what} — correct this line")


def _check(text: str, first: int) -> None:
    """Look for what would make the reader slow or is not read here, before it builds anything."""
    if len(text) > LONGEST:
        raise _ProblemError(first + 1, f"longer than {LONGEST:,} characters — shorten it")
    for number, line in enumerate(_NEWLINE.split(text), first + 1):
        if "\t" in line[: len(line) - len(line.lstrip())]:
            raise _ProblemError(number, "tab used for indent — use spaces")
    depth = 0
    for token in yaml.scan(text, yaml.SafeLoader):
        line_number = first + token.start_mark.line + 1
        if isinstance(token, yaml.AnchorToken | yaml.AliasToken | yaml.TagToken | yaml.DirectiveToken):
            raise _ProblemError(line_number, "anchors, aliases, tags and directives are not read — write the value itself")
        if isinstance(token, yaml.DocumentStartToken) and token.start_mark.index > 0 and depth == 0:
            raise _ProblemError(line_number, "only one document is read — take the line --- away")
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        if depth > MAX_DEPTH:
            raise _ProblemError(line_number, f"nested deeper than {MAX_DEPTH} levels")


_OPENING = (
    yaml.BlockMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.FlowSequenceStartToken,
)
_CLOSING = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)


def _node(node: yaml.Node, first: int) -> Node:
    if isinstance(node, yaml.MappingNode):
        return _table(node, first)
    start, end, line = node.start_mark.index, node.end_mark.index, first + node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return Items(tuple(_node(one, first) for one in node.value), line, start, end, bool(node.flow_style))
    return Value("" if node.tag == _NULL else node.value, line, start, end, written=end > start)


def _table(node: yaml.MappingNode, first: int) -> Table:
    values: dict[str, Node] = {}
    keys: dict[str, Value] = {}
    for key, value in node.value:
        name, line = key.value, first + key.start_mark.line + 1
        if not isinstance(name, str):
            raise _ProblemError(line, "a key must be a single word")
        if name in keys:
            raise _ProblemError(line, f'duplicate key "{name}" (first on line {keys[name].line}) — keep one')
        keys[name] = Value(name, line, key.start_mark.index, key.end_mark.index)
        values[name] = _node(value, first)
    return Table(
        values, keys, first + node.start_mark.line + 1, node.start_mark.index, node.end_mark.index, bool(node.flow_style)
    )


def written(value: str) -> str:
    """Return a text as a YAML value: plain where that reads back as the same text, else in double quotes."""
    if _PLAIN.fullmatch(value) and value == value.strip() and not _OTHER_MEANING.fullmatch(value):
        return value
    return json.dumps(value, ensure_ascii=False)


def with_value(text: str, path: Path, raw: str | None) -> str:
    """Return the text with the value at `path` replaced by `raw` YAML, added where it is missing, or taken out for None.

    Only the characters of that value change. Missing maps on the way are added on one line. Raises ValueError where the text
    cannot be read, or has something else on the way.
    """
    found = read(text)
    if found.notes:
        raise ValueError(found.notes[0].text)
    node = found.at(*path)
    if raw is None:
        return text if node is None else _without(found, path)
    if node is not None:
        return _replaced(text, node, raw)
    return _added(found, path, raw)


def _replaced(text: str, node: Node, raw: str) -> str:
    start, end = node.start, node.end
    if not isinstance(node, Value):
        end = start + len(text[start:end].rstrip())
    gap = " " if start == end and text[start - 1 : start] == ":" else ""
    return text[:start] + gap + raw + text[end:]


def _added(found: Document, path: Path, raw: str) -> str:
    text, parent = found.text, found.at(*path[:-1]) if len(path) > 1 else found.root
    key = path[-1]
    newline = _newline(text)
    if parent is None and len(path) > 1:
        return _added(found, path[:-1], f"{{{key}: {raw}}}")
    if not isinstance(parent, Table) or not isinstance(key, str):
        if parent is None:
            return f"{_closed(text, newline)}{key}: {raw}{newline}"
        raise ValueError(f"“{key}” cannot be added there")
    if parent.flow:
        before = text[: parent.end - 1].rstrip()
        comma = "" if before.endswith(("{", ",")) else ","
        space = "" if before.endswith("{") else " "
        return f"{before}{comma}{space}{key}: {raw}{text[parent.end - 1 :]}"
    indent = _column(text, parent.start)
    at = _end_of(text, parent)
    return f"{_closed(text[:at], newline)}{' ' * indent}{key}: {raw}{newline}{text[at:]}"


def _without(found: Document, path: Path) -> str:
    text, parent, key = found.text, found.at(*path[:-1]) if len(path) > 1 else found.root, path[-1]
    if isinstance(parent, Table) and isinstance(key, str) and not parent.flow:
        node = parent.values[key]
        start, end = _line_start(text, parent.keys[key].start), _line_end(text, _content_end(text, node))
        # The first key of a list's item stands behind its dash: the next one takes its place.
        if text[start : parent.keys[key].start].strip():
            raise ValueError(f"“{key}” begins its item")
        return text[:start] + text[end:]
    if isinstance(parent, Items) and isinstance(key, int) and not parent.flow:
        item = parent.items[key]
        return text[: _line_start(text, item.start)] + text[_line_end(text, _content_end(text, item)) :]
    if isinstance(parent, Table) and isinstance(key, str):
        names = list(parent.keys)
        node, place = parent.values[key], names.index(key)
        if place + 1 < len(names):
            return text[: parent.keys[key].start] + text[parent.keys[names[place + 1]].start :]
        before = parent.values[names[place - 1]].end if place else parent.start + 1
        return text[:before] + text[node.end :]
    raise ValueError(f"“{key}” cannot be taken out")


def with_item(text: str, key: str, raw: str) -> str:
    """Return the text with one more item (`raw` YAML on one line) at the end of the list of the top-level `key`."""
    found = read(text)
    node = found.at(key)
    newline = _newline(text)
    if not isinstance(node, Items) or not node.items:
        return with_value(text, (key,), f"{newline}  - {raw}")
    if node.flow:
        before = text[: node.end - 1].rstrip()
        return f"{before}{'' if before.endswith(',') else ','} {raw}{text[node.end - 1 :]}"
    last = node.items[-1]
    at = _line_end(text, _content_end(text, last))
    start = _line_start(text, node.items[0].start)
    lead = text[start : node.items[0].start]
    lead = lead if lead.strip() == "-" else "- "
    return f"{_closed(text[:at], newline)}{lead}{raw}{newline}{text[at:]}"


def _content_end(text: str, node: Node) -> int:
    """Return where a node's last character stands: the marks of block maps and lists lie behind blank lines and comments."""
    last = node
    while not isinstance(last, Value) and not last.flow:
        inside = list(last.values.values()) if isinstance(last, Table) else list(last.items)
        if not inside:
            break
        last = inside[-1]
    end = last.end
    return end - 1 if end > last.start and text[end - 1 : end] in {"\n", "\r"} else end


def _end_of(text: str, table: Table) -> int:
    return _line_end(text, _content_end(text, table))


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def _line_end(text: str, at: int) -> int:
    match = _NEWLINE.search(text, at)
    return match.end() if match else len(text)


def _column(text: str, at: int) -> int:
    return at - _line_start(text, at)


def _newline(text: str) -> str:
    match = _NEWLINE.search(text)
    return match[0] if match else "\n"


def _closed(text: str, newline: str) -> str:
    return text if not text or text.endswith(("\n", "\r")) else text + newline


def values_in(node: Node) -> Iterator[Value]:
    """Return every single value of a node, in the order of the text."""
    if isinstance(node, Value):
        yield node
    else:
        for one in node.values.values() if isinstance(node, Table) else node.items:
            yield from values_in(one)
