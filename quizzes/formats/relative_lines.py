"""A quiz in a relative of the native format, put into native lines that remember where they came from."""

import re
import sys
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

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

BOX = re.compile(r"[ \t]*[-*+][ \t]+\[[ xX]\](?:[ \t].*)?")


@dataclass(slots=True)
class NativeLines:
    """Native lines under construction, each with its (1-based) line in the source.

    `unsupported` tells for the line of a question why it cannot be asked.
    """

    lines: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    unsupported: dict[int, str] = field(default_factory=dict)
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

    def read(self, filename: str) -> ParsedQuiz:
        """Return the quiz, its lines those of the source."""
        if sum(1 for line in self.lines if line.startswith("##")) > MOST_QUESTIONS:
            return ParsedQuiz(Format.MARKDOWN, messages=(Message(None, "E208", TOO_MANY),), filename=filename, translated=True)
        quiz = parse("\n".join(self.lines), filename)
        refused = {question.first_line: self.unsupported.get(self._place(question.first_line)) for question in quiz.questions}
        questions = [self._question(question, refused[question.first_line]) for question in quiz.questions]
        spans = [(question.first_line, question.end_line) for question in quiz.questions if refused[question.first_line]]
        kept = [message for message in quiz.messages if not _inside(message, spans)]
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


def _inside(message: Message, spans: Sequence[tuple[int, int]]) -> bool:
    """Tell whether a message is about one of the spans, which rise."""
    at = bisect_right(spans, (message.line or 0, sys.maxsize)) - 1
    return message.line is not None and at >= 0 and message.line <= spans[at][1]
