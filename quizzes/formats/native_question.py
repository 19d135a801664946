"""One question of a native quiz file, line by line: prompt and hint, options, feedback."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from quizzes.formats.lines import Fences, dedent, indent_of
from quizzes.formats.model import Feedback, Message
from quizzes.formats.native_lines import Box, Head, box, box_problem, heading, quoted

NO_FEEDBACK = Feedback()
BODY_INDENT = 2  # columns, counted from the option's marker
_SIDE = re.compile(r"(correct|incorrect):[ \t]*(.*)", re.IGNORECASE)
# A rule or comment between two questions is no text of either.
_APART = re.compile(r" ?(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|<!--.*-->[ \t]*)")
_TICK = re.compile(r"(ticked|not ticked):[ \t]*(.*)", re.IGNORECASE)


@dataclass(slots=True)
class OptionLines:
    """An option as it stands: its first line, and the lines below that belong to it."""

    line: int
    box: Box
    end_line: int
    body: list[str] = field(default_factory=list)
    margins: list[int] = field(default_factory=list)
    feedback: list[str] = field(default_factory=list)
    feedback_line: int | None = None

    @property
    def text(self) -> str:
        if not self.body:
            return trimmed([self.box.text])
        columns = min([self.box.indent + self.box.offset, *self.margins])
        body = [dedent(line, columns) for line in self.body]
        return trimmed([self.box.text, *body])

    @property
    def two_feedbacks(self) -> tuple[str | None, str | None]:
        """What is said when the option is ticked, and when not: "Ticked: …" and "Not ticked: …" split the quote."""
        if not self.feedback:
            return None, None
        sides: dict[str, list[str]] = {"ticked": [], "not ticked": []}
        side = "ticked"
        for line in self.feedback:
            match = _TICK.fullmatch(line)
            side = match[1].lower() if match else side
            sides[side].append(match[2] if match else line)
        ticked, unticked = ("\n".join(lines).strip() or None for lines in sides.values())
        return ticked, unticked


@dataclass(slots=True)
class QuestionLines:
    """What stands between one question's heading and the next. `line` is that of the heading."""

    line: int
    head: Head
    end_line: int
    prompt: list[str] = field(default_factory=list)
    hint: list[str] = field(default_factory=list)
    options: list[OptionLines] = field(default_factory=list)
    general: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    @property
    def stem(self) -> str:
        prompt = trimmed(self.prompt)
        return "\n\n".join(part for part in (self.head.text, prompt) if part)

    @property
    def feedback(self) -> Feedback:
        if not self.general and not self.hint:
            return NO_FEEDBACK
        sides: dict[str, list[str]] = {"general": [], "correct": [], "incorrect": []}
        side = "general"
        for line in self.general:
            if match := _SIDE.fullmatch(line):
                side = match[1].lower()
                sides[side].append(match[2])
            else:
                sides[side].append(line)
        texts = {name: trimmed(lines) or None for name, lines in sides.items()}
        return Feedback(texts["general"], texts["correct"], texts["incorrect"], trimmed(self.hint) or None)


def trimmed(lines: Sequence[str]) -> str:
    """Return the lines as one text without empty lines at its ends."""
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return "\n".join(lines[start:end]).rstrip()


def side_word(line: str) -> bool:
    """Tell whether a line of general feedback would switch to if-right or if-wrong."""
    return bool(_SIDE.fullmatch(line))


def tick_word(line: str) -> bool:
    """Tell whether a line of an option's feedback would switch to when ticked or when not."""
    return bool(_TICK.fullmatch(line))


class QuestionReader:
    """Reads the lines of one question; `read` takes them in order."""

    def __init__(self, head: Head, line: int, fences: Fences) -> None:
        self.found = QuestionLines(line, head, line)
        self.fences = fences
        self.base = 0
        self.previous = ""  # what the line above was: "", "text", "quote" or "general"
        self.mixed = False

    def read(self, lines: Sequence[str], start: int, stop: int) -> QuestionLines:
        """Read `lines[start:stop]` (0-based) and return the question."""
        last_option = self._last_option(lines, start, stop)
        for index in range(start, stop):
            line = lines[index]
            if not line.strip() and index not in self.fences.verbatim:
                self._blank()
                continue
            if self.found.options and index > last_option and index not in self.fences.verbatim and _APART.fullmatch(line):
                self.previous = ""  # and the question ends above it, so that no edit of it takes this line away
                continue
            self.found.end_line = index + 1
            if index in self.fences.verbatim:
                self._verbatim(line, index)
            elif not self.found.options:
                self._in_prompt(line, index)
            else:
                self._in_options(line, index, more=index < last_option)
        return self.found

    def _last_option(self, lines: Sequence[str], start: int, stop: int) -> int:
        for index in range(stop - 1, start - 1, -1):
            if index not in self.fences.verbatim and box(lines[index], among_options=True):
                return index
        return -1

    def _blank(self) -> None:
        texts = self.found.options[-1].body if self.found.options else self.found.prompt
        # The blank lines above and below a quote part the same two paragraphs.
        if self.previous != "quote" or texts[-1:] != [""]:
            texts.append("")
        self.previous = ""
        if self.found.general:
            self.found.general.append("")

    def _verbatim(self, line: str, index: int) -> None:
        self.previous = "text"
        if not self.found.options:
            self.found.prompt.append(line)
            return
        opens = index in self.fences.openers
        if opens and indent_of(line) < self.base + BODY_INDENT:
            self._complain(index, "E106", _UNINDENTED)
        self._extend_option(line, index, margin=indent_of(line) if opens else None)

    def _in_prompt(self, line: str, index: int) -> None:
        found = box(line, among_options=False)
        quote = quoted(line)
        if found:
            self.base = found.indent
            self._open_option(found, index)
        elif quote is not None and indent_of(line) < BODY_INDENT:
            self.found.hint += [""] * (self.previous != "quote" and bool(self.found.hint)) + [quote]
            self.previous = "quote"
        elif self.previous == "quote" and not heading(line):
            self.found.hint.append(line.strip())  # Markdown takes it for part of the quote, too
        else:
            if quote is not None:
                self._complain(index, "W302", "feedback with no option above it; it is read as part of the prompt")
            self.found.prompt.append(line)
            self.previous = "text"

    def _in_options(self, line: str, index: int, *, more: bool) -> None:
        inside = indent_of(line) >= self.base + BODY_INDENT
        quote = quoted(line)
        found = box(line, among_options=True)
        if found and not inside:
            self._open_option(found, index)
        elif quote is not None:
            self._quote(quote, index, inside=inside, more=more)
        elif self.previous == "general" and not heading(line):
            self.found.general.append(line.strip())
        elif inside:
            self._inside(line, index, nested=found is not None and found.code is None)
        else:
            self._complain(index, "E106", _UNINDENTED)
            self._extend_option(line, index)

    def _open_option(self, found: Box, index: int) -> None:
        problem = box_problem(found, index + 1)
        if problem:
            self.found.messages.append(problem)
        options = self.found.options
        if options and options[0].box.ordered is not found.ordered and not self.mixed:
            self.mixed = True
            text = f"numbered and bulleted options mixed in one question (line {index + 1})"
            self._complain(index, "E110", text)
        options.append(OptionLines(index + 1, found, index + 1))
        self.previous = "text"

    def _inside(self, line: str, index: int, *, nested: bool) -> None:
        if nested:
            text = f"checkbox inside an option (line {self.found.options[-1].line}) — options cannot be nested"
            self._complain(index, "E113", text)
        if self.previous == "quote":
            self.found.options[-1].feedback.append(line.strip())
            self.found.options[-1].end_line = index + 1
        else:
            self._extend_option(line, index, margin=indent_of(line))

    def _quote(self, quote: str, index: int, *, inside: bool, more: bool) -> None:
        option = self.found.options[-1]
        general = not inside and not more and self.previous in {"", "general"}
        if general or (self.previous == "general" and not more):
            self.found.general.append(quote)
            self.previous = "general"
            return
        if not inside and self.previous != "quote":
            self._complain(index, "W303", _QUOTE_BELOW)
        if self.previous != "quote" and option.feedback:
            option.feedback.append("")
        option.feedback.append(quote)
        option.feedback_line = option.feedback_line or index + 1
        option.end_line = index + 1
        self.previous = "quote"

    def _extend_option(self, line: str, index: int, margin: int | None = None) -> None:
        option = self.found.options[-1]
        option.body.append(line)
        option.end_line = index + 1
        if margin is not None:
            option.margins.append(margin)
        self.previous = "text"

    def _complain(self, index: int, code: str, text: str) -> None:
        self.found.messages.append(Message(index + 1, code, text))


_UNINDENTED = (
    'text between options — indent it by two spaces to make it part of the option above, or start it with ">" for feedback'
)
_QUOTE_BELOW = "quote right after an option is read as its feedback; put a blank line before it if it belongs to the question"
