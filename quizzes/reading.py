"""How a text that waits to be imported is read, and what was decided about it so far: kept, so that nothing is done twice. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from typing import Any, Self

from quizzes.formats.model import ParsedQuestion, ParsedQuiz

_MOVE = re.compile(r"(join|split)-([0-9]{1,6})")


class Move(StrEnum):
    """What can be done about the border above a paragraph."""

    JOIN = "join"
    SPLIT = "split"


class Place(StrEnum):
    """Where an import goes if the course has a quiz of its name."""

    BESIDE = "beside"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Decision:
    """About one question: `confirmed` is the `fingerprint` that was confirmed ("" for none), `right` are lines of options."""

    confirmed: str = ""
    right: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a person said on the review step. Lines are 1-based.

    `start` and `end` are the lines that hold the quiz (None: as found), `joins` and `splits` as in `formats.review.parse`,
    `decisions` by the question's name in forms. `title` is None where nothing was typed. `same` says which question or option
    of the quiz that is replaced is which, by the `ref` of each `quizzes.which.Ask`; it holds for revision `base` of that quiz.
    """

    start: int | None = None
    end: int | None = None
    joins: frozenset[int] = frozenset()
    splits: frozenset[int] = frozenset()
    title: str | None = None
    place: str = ""
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)
    base: int = 0

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Return the reading that `as_options` wrote."""
        decisions = options.get("decisions", {})
        return cls(
            start=options.get("start"),
            end=options.get("end"),
            joins=frozenset(options.get("joins", ())),
            splits=frozenset(options.get("splits", ())),
            title=options.get("title"),
            place=options.get("place", ""),
            decisions={ref: Decision(said["confirmed"], frozenset(said["right"])) for ref, said in decisions.items()},
            same=options.get("same", {}),
            base=options.get("base", 0),
        )

    def as_options(self) -> dict[str, Any]:
        """Return the reading as JSON can hold it."""
        return {
            "start": self.start,
            "end": self.end,
            "joins": sorted(self.joins),
            "splits": sorted(self.splits),
            "title": self.title,
            "place": self.place,
            "decisions": {
                ref: {"confirmed": said.confirmed, "right": sorted(said.right)} for ref, said in self.decisions.items()
            },
            "same": dict(self.same),
            "base": self.base,
        }

    def reads_as(self, other: "Reading") -> bool:
        """Whether both take the same lines in the same way, so that questions and options have the same places."""
        return (self.start, self.end, self.joins, self.splits) == (other.start, other.end, other.joins, other.splits)


def fingerprint(question: ParsedQuestion) -> str:
    """Return a short name for what a question says: a "yes, right as shown" holds only for what was shown."""
    said = (question.kind.value, question.stem, [option.text for option in question.options], sorted(question.key))
    return sha256(repr(said).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def key_by(decision: Decision, question: ParsedQuestion) -> frozenset[int] | None:
    """Return the positions of the options that a decision makes right; None if it says nothing about the question as it is."""
    chosen = frozenset(index for index, option in enumerate(question.options) if option.line in decision.right)
    if chosen:
        return chosen
    return question.key if decision.confirmed == fingerprint(question) else None


def move_of(value: str) -> tuple[Move, int] | None:
    """Return what the button "join-64" does and at which line; None for anything else."""
    match = _MOVE.fullmatch(value)
    return (Move(match[1]), int(match[2])) if match else None


def moved(reading: Reading, move: Move, line: int, read: Callable[[Reading], ParsedQuiz]) -> Reading | None:
    """Return the reading in which the paragraph at `line` begins an option (SPLIT) or does not (JOIN); None if it cannot.

    `read` reads the text once more; a move that undoes an earlier one takes that one back.
    """
    back = replace(reading, joins=reading.joins - {line}, splits=reading.splits - {line})
    joins, splits = (back.joins | {line}, back.splits) if move is Move.JOIN else (back.joins, back.splits | {line})
    for tried in (back, replace(back, joins=joins, splits=splits)):
        if (line in _option_lines(read(tried))) is (move is Move.SPLIT):
            return tried if tried != reading else None
    return None


def _option_lines(quiz: ParsedQuiz) -> frozenset[int]:
    return frozenset(option.line for question in quiz.questions for option in question.options)
