"""The lines of a native quiz file one by one: headings with attributes, boxes, quotes."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from quizzes.formats.front_matter import BadValueError, read_points, read_policy, read_whole
from quizzes.formats.lines import indent_of
from quizzes.formats.model import Message, OptionEffect
from quizzes.formats.tags import BadTagError, read_tags
from quizzes.scoring import Policy

HEAD_LEVELS = range(2, 5)

_MARKER = r"(?P<marker>[-*+]|\d{1,9}[.)])"
_HEADING = re.compile(r" ?(?P<level>#{1,6})(?:[ \t]+(?P<text>.*))?")
_BOX = re.compile(rf"[ \t]*{_MARKER}(?P<gap>[ \t]+)\[(?P<box>[ xX~!])\](?:[ \t]+(?P<text>.*))?")
_ODD_BOX = re.compile(rf"[ \t]*{_MARKER}(?P<gap>[ \t]+)\[(?P<box>[^\[\]]{{0,3}})\][ \t]+(?P<text>\S.*)")
_NO_SPACE = (
    re.compile(r"[ \t]*(?P<marker>[-*+])(?P<gap>)\[(?P<box>[ xX~!])\][ \t]*(?P<text>[^\s(\[:].*)"),
    re.compile(rf"[ \t]*{_MARKER}(?P<gap>[ \t]+)\[(?P<box>[ xX~!])\](?P<text>[^\s(\[:].*)"),
    re.compile(r"(?P<marker>)(?P<gap>)\[(?P<box>[ xX])\][ \t]*(?P<text>[^\s(\[:].*)"),
)
_EFFECTS = {"~": OptionEffect.NEUTRAL, "!": OptionEffect.ALWAYS}
_QUOTE = re.compile(r"[ \t]*> ?(.*)")
_TOKEN = re.compile(r'#(?P<id>[\w.-]+)|(?P<key>[A-Za-z_]+)=(?:"(?P<quoted>[^"]*)"|(?P<value>[^\s"]*))|(?P<word>\S+)')
_ONLY_NUMBER = re.compile(r"(?:Q|Question )?(\d{1,4})[.):]?", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:(\d{1,4})[.)]|(?:Q|Question )(\d{1,4})[.):])[ \t]+(\S.*)", re.IGNORECASE)
_KINDS = ("single", "multi")


@dataclass(frozen=True, slots=True)
class Box:
    """An option's first line. `code` is the error it carries, `right` None if the box is unreadable."""

    ordered: bool
    indent: int
    offset: int
    right: bool | None
    text: str
    code: str | None = None
    written: str = ""
    effect: OptionEffect = OptionEffect.NORMAL


@dataclass(frozen=True, slots=True)
class Attributes:
    """What stands in the braces of a question's heading."""

    ident: str | None = None
    kinds: frozenset[str] = frozenset()
    points: Decimal | None = None
    scoring: Policy | None = None
    select: int | None = None
    week: int | None = None
    tags: tuple[str, ...] | None = None
    draw: int | None = None
    problems: tuple[tuple[str, str], ...] = ()


_NO_ATTRIBUTES = Attributes()


@dataclass(frozen=True, slots=True)
class Head:
    """A question's heading, taken apart. `number` is None if it gives none; `text` may be empty."""

    text: str
    number: int | None
    attributes: Attributes


def heading(line: str) -> tuple[int, str] | None:
    """Return level and text of a heading line, or None."""
    match = _HEADING.fullmatch(line) if "#" in line[:2] else None
    return (len(match["level"]), _without_closing_hashes(match["text"] or "")) if match else None


def _without_closing_hashes(text: str) -> str:
    text = text.strip()
    open_text = text.rstrip("#")
    return open_text.rstrip() if not open_text or open_text[-1] in " \t" else text


def quoted(line: str) -> str | None:
    """Return the text of a line of a block quote, or None if it is none."""
    match = _QUOTE.fullmatch(line) if ">" in line else None
    return match[1] if match else None


def box(line: str, *, among_options: bool) -> Box | None:
    """Return the option that starts on a line, also one with a box that is not quite right.

    Before the first option a list item such as "- [1] …" is a note, not a bad box (`among_options`).
    """
    if "[" not in line:
        return None
    if match := _BOX.fullmatch(line):
        return _as_box(match, line, None)
    for pattern in _NO_SPACE:
        if match := pattern.fullmatch(line):
            return _as_box(match, line, "E108")
    match = _ODD_BOX.fullmatch(line)
    if match and (among_options or not match["box"].isdigit()):
        return _as_box(match, line, "E107")
    return None


def read_head(text: str) -> Head:
    """Take a heading's text apart into number, text and attributes."""
    attributes = _NO_ATTRIBUTES
    before, inside = _split_braces(text)
    if inside is not None and _is_ours(inside):
        attributes, text = _read_attributes(inside), before
    if only := _ONLY_NUMBER.fullmatch(text):
        return Head("", int(only[1]), attributes)
    if numbered := _NUMBERED.fullmatch(text):
        return Head(numbered[3].strip(), int(numbered[1] or numbered[2]), attributes)
    return Head(text.strip(), None, attributes)


def is_safe_head(text: str) -> bool:
    """Tell whether a text can stand in a heading and come back as it is."""
    if not text or text != text.strip() or "\n" in text:
        return False
    found = heading(f"## {text}")
    return found == (2, text) and read_head(text) == Head(text, None, Attributes())


def _split_braces(text: str) -> tuple[str, str | None]:
    """Split "text {inside}" at its last brace; braces in code end with a backtick, so they are none."""
    start = text.rfind("{")
    inside = text[start + 1 : -1]
    if start < 0 or not text.endswith("}") or "}" in inside or "`" in inside:
        return text, None
    if start > 0 and text[start - 1] not in " \t":
        return text, None
    return text[:start].rstrip(), inside


def _as_box(match: re.Match[str], line: str, code: str | None) -> Box:
    inside = match["box"]
    indent = indent_of(line)
    gap = len(match["gap"].expandtabs(4))
    return Box(
        ordered=match["marker"][:1].isdigit(),
        indent=indent,
        offset=len(match["marker"]) + (gap if 1 <= gap <= 4 else 1),
        right=None if code == "E107" else inside in {"x", "X", "!"},
        text=match["text"] or "",
        code=code,
        written=f"[{inside}]",
        effect=_EFFECTS.get(inside, OptionEffect.NORMAL),
    )


def _tokens(inside: str) -> Sequence[re.Match[str]]:
    return list(_TOKEN.finditer(inside))


def _is_ours(inside: str) -> bool:
    return any(token["id"] or token["key"] in _READERS or token["word"] in _KINDS for token in _tokens(inside))


def _read_attributes(inside: str) -> Attributes:
    found = Attributes()
    for token in _tokens(inside):
        try:
            found = _with_token(found, token)
        except BadValueError as error:
            code = "E112" if error.code == "E112" else "E115"
            found = replace(found, problems=(*found.problems, (code, error.text)))
    return found


def _with_token(found: Attributes, token: re.Match[str]) -> Attributes:
    value = token["quoted"] if token["quoted"] is not None else token["value"]
    if token["id"]:
        return replace(found, ident=token["id"])
    if token["word"] in _KINDS:
        return replace(found, kinds=found.kinds | {token["word"]})
    if reader := _READERS.get(token["key"]):
        return replace(found, **{token["key"]: reader(value)})
    text = f'"{token[0]}" is not known; use #id, points, scoring, select, tags, draw, week, single or multi'
    raise BadValueError(text)


def _tags(value: str) -> tuple[str, ...]:
    try:
        return read_tags(value)
    except BadTagError as error:
        raise BadValueError(str(error)) from error


_READERS: dict[str, Callable[[str], Any]] = {
    "points": read_points,
    "scoring": read_policy,
    "select": read_whole,
    "week": read_whole,
    "draw": read_whole,
    "tags": _tags,
}


def box_problem(found: Box, line: int) -> Message | None:
    """Return the message about a box that is not written as it should be."""
    if found.code == "E107":
        text = f'box "{found.written}" not understood — use "[ ]" or "[x]"'
    elif found.code == "E108":
        text = f'box without a space: "{found.written}" — write "- {found.written} Text"'
    else:
        return None
    return Message(line, found.code, text)
