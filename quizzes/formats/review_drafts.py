"""What a pasted review is cut into before its key is judged: questions, options and feedback under construction."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from quizzes.formats.model import Mark, Message

_PROTECTED = re.compile(r"((?<!`)(?P<ticks>`{1,9})(?!`).{1,500}?(?<!`)(?P=ticks)(?!`)|\$[^$\n]{1,500}\$)")
_BEFORE_PUNCTUATION = re.compile(r"\\([!-/:-@\[-`{-~])")
_BEFORE_WORD = re.compile(r"(?<![^\s(])\\(?=[A-Za-z0-9])")


def clean(text: str) -> str:
    """Take the backslashes of the paste away; code and math keep theirs."""
    if "\\" not in text:
        return text.strip()
    pieces = _PROTECTED.split(_without_lone_backslash(text.rstrip()))
    # Two groups in the pattern: every third piece is plain text, then the protected one, then its ticks.
    return "".join(
        _unescape(piece) if index % 3 == 0 else piece
        for index, piece in enumerate(pieces)
        if index % 3 != 2 and piece is not None
    ).strip()


def _without_lone_backslash(text: str) -> str:
    return text[:-1].rstrip() if text.endswith("\\") and not text.endswith("\\\\") else text


def _unescape(text: str) -> str:
    return _BEFORE_WORD.sub("", _BEFORE_PUNCTUATION.sub(r"\1", text))


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph or list as it stands in the text, and the line where it starts."""

    line: int
    text: str


def joined(parts: Iterable[Part]) -> str:
    """Return the parts as one clean text, a blank line between them."""
    return "\n\n".join(text for text in (clean(part.text) for part in parts) if text)


@dataclass(frozen=True, slots=True)
class Reshaping:
    """What a person said about where options begin (1-based lines): it overrules what the text looks like.

    A block in `joins` belongs to what stands above it (option, feedback or prompt), one in `splits` begins an option.
    """

    joins: frozenset[int] = frozenset()
    splits: frozenset[int] = frozenset()


@dataclass(slots=True)
class OptionDraft:
    """An option under construction: its first block, and the lists that continue it."""

    line: int
    end_line: int
    parts: list[Part]
    mark: Mark | None = None
    bare: bool = False
    lists: int = 0
    known: bool | None = None

    @property
    def says(self) -> Mark | None:
        """What is known of the option, as if it had been ticked."""
        if self.known is None:
            return self.mark
        return Mark.CHECK if self.known else Mark.CLOSE

    @property
    def text(self) -> str:
        return joined(self.parts)

    @property
    def first_line(self) -> str:
        return self.text.split("\n", 1)[0]


@dataclass(slots=True)
class FeedbackDraft:
    """A feedback text, the option it stands under (its index), and whether it might be an option."""

    line: int
    parts: list[Part]
    below: int | None
    doubtful: bool = False

    @property
    def text(self) -> str:
        return joined(self.parts)


@dataclass(slots=True)
class QuestionDraft:
    """What stands in the text about one question; nothing here says yet what is right."""

    first_line: int
    status: Mark | None = None
    number: int | None = None
    prompt: list[Part] = field(default_factory=list)
    end_line: int = 0
    note: bool = False
    missed: bool = False
    options: list[OptionDraft] = field(default_factory=list)
    feedback: list[FeedbackDraft] = field(default_factory=list)
    doubts: list[tuple[int, str]] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    @property
    def stem(self) -> str:
        return joined(self.prompt)

    @property
    def line(self) -> int:
        return self.prompt[0].line if self.prompt else self.first_line
