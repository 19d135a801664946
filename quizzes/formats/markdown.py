"""The native quiz format: Markdown with task lists, read line by line.

A heading (level 2 to 4) starts a question, ``- [x]`` is a right option, an indented quote is its
feedback. `write` prints what `parse` reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from quizzes.formats.front_matter import read_front_matter
from quizzes.formats.lines import Fences, find_fences, split_lines
from quizzes.formats.model import (
    MOST_QUESTIONS,
    TOO_MANY,
    Format,
    Message,
    ParsedQuestion,
    ParsedQuiz,
    QuizSettings,
    in_order,
)
from quizzes.formats.native_checks import judge
from quizzes.formats.native_lines import HEAD_LEVELS, box, heading, read_head
from quizzes.formats.native_question import QuestionLines, QuestionReader, trimmed
from quizzes.formats.native_writer import write

__all__ = ["parse", "signs", "write"]

NOT_FOUND = 'no question found — start each question with a heading "## …" and its options with "- [ ]"'
BEFORE_HEADING = 'option before the first question heading — start the question with a heading "## …"'


@dataclass(slots=True)
class _Outline:
    """Where the questions start: (0-based line, text of the heading) each, and what came before."""

    title: str | None = None
    title_line: int | None = None
    level: int | None = None
    heads: list[tuple[int, str]] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)


def parse(text: str, filename: str = "quiz.md") -> ParsedQuiz:
    """Return the quiz in a native file. Never raises, whatever the text; errors are in `messages`."""
    lines = split_lines(text.removeprefix("\ufeff"))
    front = read_front_matter(lines)
    lines[: front.body] = [""] * front.body
    fences = find_fences(lines)
    outline = _outline(lines, fences)
    messages = [*front.messages, *outline.messages, *_intro_problems(lines, fences, outline)]
    questions = _questions(lines, fences, outline, front.settings, messages)
    return ParsedQuiz(
        Format.MARKDOWN,
        title=front.settings.title or outline.title,
        questions=tuple(questions),
        messages=in_order(messages),
        intro=_intro(lines, outline, front.body),
        settings=front.settings,
        filename=filename,
    )


def signs(text: str) -> int:
    """Return how many lines of the text are options of the native format."""
    lines = split_lines(text)
    verbatim = find_fences(lines).verbatim
    boxes = (index for index, line in enumerate(lines) if box(line, among_options=False))
    return sum(1 for index in boxes if index not in verbatim)


def _outline(lines: Sequence[str], fences: Fences) -> _Outline:
    """Find the headings that start questions; the first one sets the level of all."""
    found = _Outline()
    options_seen = False
    for index, line in enumerate(lines):
        if index in fences.verbatim:
            continue
        if head := heading(line):
            starts = _place_heading(found, index, head, options_seen=options_seen)
            options_seen = options_seen and not starts
        elif found.heads and not options_seen:
            options_seen = box(line, among_options=False) is not None
    return found


def _place_heading(found: _Outline, index: int, head: tuple[int, str], *, options_seen: bool) -> bool:
    """Take a heading for the title, a question or neither; tell whether it starts a question."""
    level, text = head
    if found.level is None and level == 1 and found.title_line is None:
        found.title, found.title_line = text or None, index
        return False
    if found.level is None and level not in HEAD_LEVELS:
        return False
    found.level = found.level or level
    if level == found.level:
        found.heads.append((index, text))
        return True
    if level > HEAD_LEVELS[-1]:
        return False
    problem = f"heading level {level} where questions are level {found.level} — is this a new question?"
    found.messages.append(Message(index + 1, "E109", problem))
    # Options before it are complete, so what follows can only be another question.
    if options_seen:
        found.heads.append((index, text))
    return options_seen


def _questions(
    lines: Sequence[str],
    fences: Fences,
    outline: _Outline,
    settings: QuizSettings,
    messages: list[Message],
) -> list[ParsedQuestion]:
    if len(outline.heads) > MOST_QUESTIONS:
        messages.append(Message(outline.heads[MOST_QUESTIONS][0] + 1, "E208", TOO_MANY))
        return []
    questions = []
    idents: dict[str, int] = {}
    file_wide = _FileWide(outline.messages, fences.unclosed)
    for position, (index, text) in enumerate(outline.heads, 1):
        end = outline.heads[position][0] if position < len(outline.heads) else len(lines)
        found = QuestionReader(read_head(text), index + 1, fences).read(lines, index + 1, end)
        found.messages += file_wide.between(index, end)
        _check_ident(found, idents)
        question, remarks = judge(found, position, settings)
        questions.append(question)
        messages += remarks
    if not questions:
        messages.append(Message(None, "E213", NOT_FOUND))
    return questions


class _FileWide:
    """Errors found before the questions were cut, to be handed to the question they stand in."""

    def __init__(self, headings: Sequence[Message], unclosed: Sequence[int]) -> None:
        fences = [Message(at + 1, "E114", f"code fence opened on line {at + 1} is never closed") for at in unclosed]
        self.left = sorted([*headings, *fences], key=_line, reverse=True)

    def between(self, start: int, end: int) -> list[Message]:
        """Take out the errors on the 0-based lines from `start` to before `end`, called in order."""
        taken = []
        while self.left and _line(self.left[-1]) <= end:
            message = self.left.pop()
            if _line(message) > start:
                taken.append(message)
        return taken


def _line(message: Message) -> int:
    return message.line or 0


def _check_ident(found: QuestionLines, seen: dict[str, int]) -> None:
    ident = found.head.attributes.ident
    if ident is None:
        return
    first = seen.setdefault(ident, found.line)
    if first != found.line:
        text = f'id "{ident}" used twice (also line {first})'
        found.messages.append(Message(found.line, "E111", text))


def _intro_problems(lines: Sequence[str], fences: Fences, outline: _Outline) -> list[Message]:
    end = outline.heads[0][0] if outline.heads else len(lines)
    problems = [
        Message(at + 1, "E114", f"code fence opened on line {at + 1} is never closed") for at in fences.unclosed if at < end
    ]
    boxes = (at for at in range(end) if at not in fences.verbatim and box(lines[at], among_options=False))
    first = next(boxes, None)
    return problems if first is None else [*problems, Message(first + 1, "E116", BEFORE_HEADING)]


def _intro(lines: Sequence[str], outline: _Outline, body: int) -> str:
    end = outline.heads[0][0] if outline.heads else len(lines)
    kept = [line for at, line in enumerate(lines[body:end], body) if at != outline.title_line]
    return trimmed(kept)
