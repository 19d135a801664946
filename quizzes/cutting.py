"""How a pasted question was cut into prompt, options and feedback, paragraph by paragraph, and which border can be moved. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from quizzes.formats.model import Dialect, ParsedQuestion, TextRange
from quizzes.formats.review_blocks import BlockKind, split_blocks
from quizzes.reading import Move
from quizzes.wording import letter

_PROMPT = "Prompt"
_FEEDBACK = "Feedback"


@dataclass(frozen=True, slots=True)
class Piece:
    """One paragraph: where it begins, what it was taken for, its first line, and the button beside it (None: none)."""

    line: int
    name: str
    text: str
    move: Move | None = None
    label: str = ""

    @property
    def value(self) -> str:
        """What the button sends, as `quizzes.reading.move_of` reads it."""
        return f"{self.move}-{self.line}"


def pieces(question: ParsedQuestion, lines: Sequence[str], joins: Collection[int] = ()) -> tuple[Piece, ...]:
    """Return the paragraphs of a question in the order of the text, each with the border that can be moved.

    `lines` are the normalised lines of the whole text; `joins` are those that somebody joined with what stands above, so
    that each can be taken back.
    """
    names = dict(_names(question))
    for line in _feedback_lines(question, lines):
        names.setdefault(line, (_FEEDBACK, Move.SPLIT))
    for line in joins:
        if question.first_line <= line <= question.end_line:
            names.setdefault(line, ("Joined with what stands above", Move.SPLIT))
    found: list[Piece] = []
    for line, (name, move) in sorted(names.items()):
        text = lines[line - 1].strip() if line <= len(lines) else ""
        found.append(Piece(line, name, text, move, _label(move, found, line, question)))
    return tuple(found)


def _names(question: ParsedQuestion) -> Iterator[tuple[int, tuple[str, Move | None]]]:
    if question.stem:
        yield question.line, (_PROMPT, None)
    for line in question.paragraphs:
        yield line, ("Prompt, goes on", Move.SPLIT)
    for index, option in enumerate(question.options):
        name = f"Option {letter(index)}"
        if option.feedback_line is not None:
            yield option.feedback_line, (f"Feedback to {letter(index)}", Move.SPLIT)
        for line in option.paragraphs:
            yield line, (f"{name}, goes on", Move.SPLIT)
        if option.line != question.line:
            yield option.line, (name, Move.JOIN)


def _feedback_lines(question: ParsedQuestion, lines: Sequence[str]) -> Iterator[int]:
    """What reads like feedback and belongs to the question as a whole carries no line of its own."""
    last = min(question.end_line, len(lines))
    if question.dialect is Dialect.ICONS and question.options and question.first_line <= last:
        for block in split_blocks(lines, TextRange(question.first_line, last)):
            if block.kind is BlockKind.FEEDBACK and block.line > question.options[0].line:
                yield block.line


def _label(move: Move | None, above: Sequence[Piece], line: int, question: ParsedQuestion) -> str:
    if move is None or not above:
        return ""
    if move is Move.JOIN:
        what = above[-1].name.removesuffix(", goes on")
        if what.startswith(_FEEDBACK):
            return "Join with what stands above"
        return "Join with the prompt" if what == _PROMPT else f"Join with {what[:1].lower()}{what[1:]}"
    first = not question.options or line < question.options[0].line
    return "Begin the options here" if first else "Make it an option"
