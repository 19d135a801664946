"""A quiz in a relative of the native format, put into native lines that remember where they came from."""

import re
import sys
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from quizzes.formats.lines import find_fences
from quizzes.formats.markdown import parse
from quizzes.formats.model import (
    MOST_QUESTIONS,
    TOO_MANY,
    Format,
    Message,
    ParsedOption,
    ParsedQuestion,
    ParsedQuiz,
    State,
    in_order,
)
from quizzes.formats.native_writer import protected
from quizzes.scoring import Kind

_TITLE = re.compile(r"title[ \t]*:[ \t]*(?P<quote>[\"']?)(?P<text>[^\"'].*?)(?P=quote)[ \t]*")
_LONGEST_FRONT = 100
_WORD = re.compile(r"\w")
BOX = re.compile(r"[ \t]*[-*+][ \t]+\[[ xX]\](?:[ \t].*)?")


@dataclass(slots=True)
class NativeLines:
    """Native lines under construction, each with its (1-based) line in the source.

    `unsupported` tells for the line of a question why it cannot be asked. `blocks` are the lines (both ends included)
    that hold the quiz; without any the whole text does.
    """

    lines: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    unsupported: dict[int, str] = field(default_factory=dict)
    blocks: list[tuple[int, int]] = field(default_factory=list)
    quotes_at_margin: bool = False  # whether that is how feedback is written there, and nothing to warn of
    width: int = 2  # of the marker of the option above
    apart: bool = False  # whether a blank line stands above, and no other is wanted

    def add(self, text: str, place: int) -> None:
        if self.apart and not text.strip():
            return
        self.apart = False
        self.lines.append(text)
        self.places.append(place)

    def head(self, text: str, place: int, attributes: str = "") -> None:
        """Begin a question with `text` as (the beginning of) its prompt."""
        self.gap(place)
        self.add(" ".join(part for part in ("##", f"{{{attributes}}}" if attributes else "") if part), place)
        self.gap(place)
        self.prose(text, place)
        self.gap(place)

    def title(self, lines: Sequence[str], stop: int) -> None:
        """Take the title of a page from above its (0-based) line `stop`, where the first block begins."""
        verbatim = find_fences(lines[:stop]).verbatim
        at = next((at for at in range(stop) if lines[at].startswith("# ") and at not in verbatim), None)
        if at is not None:
            self.add(lines[at], at + 1)
            self.block(at + 1, at + 1)
        elif lines[0].strip() == "---" and (found := _named(lines[1 : min(stop, _LONGEST_FRONT)])):
            self.add(f"# {found[0]}", found[1] + 2)

    def block(self, first: int, last: int) -> None:
        """Say that the lines from `first` to `last` are the quiz, whatever becomes of them."""
        self.blocks.append((first, last))

    def gap(self, place: int) -> None:
        """End a paragraph."""
        self.add("", place)
        self.apart = True

    def prose(self, text: str, place: int) -> None:
        """Add text that is never a heading, a box or a quote."""
        for line in protected(text) if text else [""]:
            self.add(line, place)

    def option(self, text: str, place: int, *, right: bool, ordered: bool = False) -> None:
        self.width = 3 if ordered else 2
        self.add(f"{'1.' if ordered else '-'} [{'x' if right else ' '}] {text}".rstrip(), place)

    def inside(self, text: str, place: int) -> None:
        """Add a line to the option above."""
        self.add(" " * self.width + text if text.strip() else "", place)

    def quote(self, texts: Sequence[tuple[str, int]]) -> None:
        """Add what is said about the question as a whole."""
        for text, place in texts:
            self.add(f"> {text}".rstrip(), place)

    def refuse(self, text: str, place: int, reason: str) -> None:
        """Add a question of a kind that cannot be asked."""
        self.head(text, place)
        self.unsupported[place] = reason

    def left_out(self, lines: Sequence[str]) -> list[tuple[int, int]]:
        """Return the stretches (first and last line) of a page that are around the blocks and have a word in them."""
        found = []
        start = 1
        for first, last in [*sorted(self.blocks), (len(lines) + 1, len(lines) + 1)] if self.blocks else ():
            told = [at for at in range(start, first) if _WORD.search(lines[at - 1])]
            if told:
                found.append((told[0], told[-1]))
            start = max(start, last + 1)
        return found

    def read(self, filename: str) -> ParsedQuiz:
        """Return the quiz, its lines those of the source."""
        if sum(1 for line in self.lines if line.startswith("##")) > MOST_QUESTIONS:
            return ParsedQuiz(Format.MARKDOWN, messages=(Message(None, "E208", TOO_MANY),), filename=filename, translated=True)
        quiz = parse("\n".join(self.lines), filename)
        refused = {question.first_line: self.unsupported.get(self._place(question.first_line)) for question in quiz.questions}
        questions = [self._question(question, refused[question.first_line]) for question in quiz.questions]
        spans = [(question.first_line, question.end_line) for question in quiz.questions if refused[question.first_line]]
        usual = "W303" if self.quotes_at_margin else ""
        kept = [message for message in quiz.messages if message.code != usual and not _inside(message, spans)]
        messages = [replace(message, line=message.line and self._place(message.line)) for message in kept]
        messages += [Message(place, "W327", reason) for place, reason in self.unsupported.items()]
        return replace(quiz, questions=tuple(questions), messages=in_order(messages), translated=True)

    def _place(self, line: int) -> int:
        return self.places[min(line, len(self.places)) - 1] if self.places else 1

    def _question(self, question: ParsedQuestion, refused: str | None) -> ParsedQuestion:
        found = replace(
            question,
            line=self._place(question.line),
            first_line=self._place(question.first_line),
            end_line=self._place(question.end_line),
            options=tuple(self._option(option) for option in question.options),
        )
        if refused is None:
            return found
        return replace(found, kind=Kind.UNSUPPORTED, options=(), state=State.CONTRADICTION, reason=refused)

    def _option(self, option: ParsedOption) -> ParsedOption:
        return replace(
            option,
            line=self._place(option.line),
            end_line=self._place(option.end_line),
            feedback_line=option.feedback_line and self._place(option.feedback_line),
        )


def _named(lines: Sequence[str]) -> tuple[str, int] | None:
    """Return the title in the front matter of a page and its line in it."""
    for at, line in enumerate(lines):
        if match := _TITLE.fullmatch(line):
            return match["text"].strip(), at
        if line.strip() == "---":
            return None
    return None


def _inside(message: Message, spans: Sequence[tuple[int, int]]) -> bool:
    """Tell whether a message is about one of the spans, which rise."""
    at = bisect_right(spans, (message.line or 0, sys.maxsize)) - 1
    return message.line is not None and at >= 0 and message.line <= spans[at][1]
