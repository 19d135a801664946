"""The front matter of a file as a text of its own, in which one value changes and nothing else does. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from exchange import yaml_text
from exchange.yaml_text import Document

BOM = "\ufeff"
_FENCE = "---"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")


@dataclass(frozen=True, slots=True)
class FrontText:
    """A file in three parts: the opening `---` line (with a byte order mark before it), the YAML, and the rest from `---` on.

    Without front matter the first two are empty. `closed` is False where it is never closed: then all is `rest`.
    """

    opening: str
    yaml: str
    rest: str
    closed: bool = True

    @property
    def document(self) -> Document:
        return yaml_text.read(self.yaml, first=1)

    @property
    def body(self) -> str:
        """What stands below the front matter, with the blank lines after it; without a byte order mark."""
        return self.rest[len(_first_line(self.rest)) :] if self.opening else self.rest.removeprefix(BOM)

    def whole(self) -> str:
        return self.opening + self.yaml + self.rest


def split(text: str) -> FrontText:
    """Return a file's text in its parts; joined again they are the text."""
    opening = _first_line(text)
    if opening.removeprefix(BOM).rstrip() != _FENCE:
        return FrontText("", "", text)
    at = len(opening)
    while at < len(text):
        line = _first_line(text, at)
        if line.rstrip() in {_FENCE, "..."}:
            return FrontText(opening, text[len(opening) : at], text[at:])
        at += len(line)
    return FrontText("", "", text, closed=False)


def _first_line(text: str, at: int = 0) -> str:
    match = _LINE.match(text, at)
    return match[0] if match else ""


def with_values(text: str, values: Mapping[str, str | None]) -> str:
    """Return a file's text with keys of its front matter set to raw YAML values (None: taken out).

    Raises ValueError where the front matter cannot be read.
    """
    front = split(text)
    if not values:
        return text
    inside = front.yaml
    for key, raw in values.items():
        inside = yaml_text.with_value(inside, (key,), raw)
    if front.opening:
        return front.opening + inside + front.rest
    if not inside:
        return text
    newline = "\r\n" if "\r\n" in text else "\n"
    mark = BOM if text.startswith(BOM) else ""
    return f"{mark}{_FENCE}{newline}{inside}{_FENCE}{newline}{newline}{text.removeprefix(BOM)}"


def with_body(text: str, body: str) -> str:
    """Return a file's text with another body under its front matter; the blank lines after the front matter stay."""
    front = split(text)
    if not front.opening:
        return (BOM if text.startswith(BOM) else "") + body
    head = _first_line(front.rest)
    blank = front.body[: len(front.body) - len(front.body.lstrip("\r\n"))]
    if not head.endswith(("\n", "\r")):
        head += "\n"
    return front.opening + front.yaml + head + blank + body.lstrip("\r\n")
