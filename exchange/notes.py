"""One remark about a file of a course folder, whatever part of the program made it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


class _Message(Protocol):
    """What the messages of weeks and quizzes have in common."""

    @property
    def line(self) -> int | None: ...
    @property
    def code(self) -> str: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Note:
    """One message: `line` is None if it is about the whole file."""

    line: int | None
    code: str
    text: str

    @property
    def is_error(self) -> bool:
        return self.code.startswith("E")

    def render(self, path: str) -> str:
        """Return the message as ``FILE:LINE: CODE text`` (formats.md 3.8)."""
        place = path if self.line is None else f"{path}:{self.line}"
        return f"{place}: {self.code} {self.text}"


def notes(messages: Iterable[_Message]) -> tuple[Note, ...]:
    """Return messages of a week or a quiz as notes, in order of their lines."""
    found = [Note(one.line, one.code, one.text) for one in messages]
    return tuple(sorted(found, key=lambda note: (note.line or 0, note.code)))


def has_errors(found: Iterable[Note]) -> bool:
    """Whether one of the notes keeps its file from being imported."""
    return any(note.is_error for note in found)
