"""From the lines of a pasted list to questions with options, answers and feedback, before the key."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from quizzes.formats.lines import dedent
from quizzes.formats.pasted_cut import Segment, asks, demands
from quizzes.formats.pasted_lines import LineKind, PastedLine, is_feedback
from quizzes.formats.review_drafts import Reshaping

_NESTED = 2  # columns
_NEAR = 10  # lines
_ANSWERS = re.compile(r"answer|solution|correct", re.IGNORECASE)


class Family(StrEnum):
    """What the options of a question look like."""

    BOX = "box"
    LETTER = "letter"
    SIGN = "sign"
    BULLET = "bullet"
    NUMBERED = "numbered"
    NONE = "none"


@dataclass(slots=True)
class Prose:
    """Text as it stands, with the lines where its paragraphs begin."""

    lines: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)

    def add(self, text: str, line: int, *, gap: bool) -> None:
        """Add a line, as a new paragraph if `gap`."""
        if gap or not self.lines:
            self.starts.append(line)
            self.lines += [""] * bool(self.lines)
        self.lines.append(text)

    def keep_last_prompt(self) -> None:
        """Of text that nothing numbers keep the last paragraph that asks, and what stands below it."""
        places = [at for at in range(len(self.lines)) if at == 0 or not self.lines[at - 1]]
        asking = [index for index, at in enumerate(places) if asks(self.lines[at])]
        if len(places) == len(self.starts) > 1:
            index = asking[-1] if asking else len(places) - 1
            self.lines, self.starts = self.lines[places[index] :], self.starts[index:]

    @property
    def end(self) -> tuple[int, int]:
        """Return how many lines and paragraphs there are: where `cut` may take off what is added below."""
        return len(self.lines), len(self.starts)

    def cut(self, lines: int, starts: int) -> None:
        del self.lines[lines:], self.starts[starts:]

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()


@dataclass(slots=True)
class Remark:
    """Feedback, the option (its index) it stands under, and whether it stands inside of it."""

    line: int
    prose: Prose
    below: int | None
    inside: bool = False


@dataclass(slots=True)
class PastedOption:
    line: int
    end_line: int
    indent: int
    prose: Prose
    letter: str = ""
    box: bool | None = None
    bold: bool = False


@dataclass(slots=True)
class PastedQuestion:
    """What stands in the text about one question; nothing here says yet what is right."""

    first_line: int
    end_line: int
    number: int | None = None
    headed: bool = False
    numbered: bool = False
    family: Family = Family.NONE
    prompt: Prose = field(default_factory=Prose)
    options: list[PastedOption] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    answers_led: int = 0  # how many of them stand on a line "Answer: ..." each
    answer_line: int | None = None
    hidden: list[str] = field(default_factory=list)
    general: Prose = field(default_factory=Prose)
    note: bool = False
    doubts: list[tuple[int, str]] = field(default_factory=list)

    @property
    def line(self) -> int:
        return self.prompt.starts[0] if self.prompt.starts else self.first_line


def fill(segments: Sequence[Segment], reshaping: Reshaping) -> list[PastedQuestion]:
    """Return the questions of the segments. One without a head ends where the next prompt begins."""
    return [question for segment in segments for question in _Filler(segment, reshaping).fill()]


def _find_options(body: Sequence[PastedLine], *, headed: bool = False) -> tuple[Family, set[int]]:
    """Return what the options look like, and which lines begin one. Below a head there is one question only."""
    answers = _below_answers(body)
    items = [at for at, line in enumerate(body) if line.kind is LineKind.ITEM and at not in answers]
    if boxes := [at for at in items if body[at].box is not None]:
        return Family.BOX, _top(body, boxes)
    if letters := _lettered(body, items):
        return Family.LETTER, letters
    if any(body[at].sign and not body[at].marker for at in items):
        return Family.SIGN, _signed(body, items)
    listed = [at for at in items if body[at].marker]
    if headed:
        listed = _last_list(body, listed)
    bullets = [at for at in listed if not body[at].ordered]
    for family, found in ((Family.BULLET, bullets), (Family.NUMBERED, [at for at in listed if body[at].ordered])):
        if len(top := _top(body, found)) > 1:
            return family, top
    return (Family.BULLET if bullets else Family.NUMBERED, _top(body, listed)) if listed else (Family.NONE, set())


def _last_list(body: Sequence[PastedLine], listed: list[int]) -> list[int]:
    """Of several lists above an answer the last one has the options: those above it are what the question is about."""
    end = next((at for at, line in enumerate(body) if line.kind in {LineKind.ANSWER, LineKind.HIDDEN}), None)
    above = [at for at in listed if end is not None and at < end and body[at].indent < _NESTED]
    starts = [
        at
        for before, at in itertools.pairwise(above)
        if body[before].ordered is not body[at].ordered or any(_is_between(body[place]) for place in range(before + 1, at))
    ]
    lists = [at for at in above if not starts or at >= starts[-1]]
    return lists if starts and len(lists) > 1 else listed


def _is_between(line: PastedLine) -> bool:
    return line.kind is LineKind.TEXT and line.gap and line.indent < _NESTED and asks(line.text)


def _below_answers(body: Sequence[PastedLine]) -> set[int]:
    """A list right below "Answer:" is the answer."""
    found = set()
    answering = False
    for at, line in enumerate(body):
        answering = (line.kind is LineKind.ANSWER and not line.text) or (answering and line.kind is LineKind.ITEM)
        if answering:
            found.add(at)
    return found


def _top(body: Sequence[PastedLine], places: Sequence[int]) -> set[int]:
    indent = min((body[at].indent for at in places), default=0)
    return {at for at in places if body[at].indent < indent + 2}


def _lettered(body: Sequence[PastedLine], items: Sequence[int]) -> set[int]:
    """Letters count if they run from A on, at least to B."""
    found: set[int] = set()
    run: list[int] = []
    for at in items:
        letter = body[at].letter
        if run and letter and ord(letter) == ord(body[run[-1]].letter) + 1:
            run.append(at)
        elif letter == "A":
            run = [at]
        found |= set(run) if len(run) > 1 else set()
    return found


def _signed(body: Sequence[PastedLine], items: Sequence[int]) -> set[int]:
    """Beside lines with an emoji, the plain lines of the same block are options as well."""
    signed = {at for at in items if body[at].sign}
    found = set(signed)
    first, last = min(signed), max(signed)
    start = 0
    for at in range(len(body) + 1):
        if at == len(body) or (body[at].gap and at > start):
            block = range(start, at)
            if signed & set(block):
                found |= {place for place in block if _beside(body[place], first=place == start and start == 0)}
            elif len(block) == 1 and first < start < last and _beside(body[start], first=False):
                found.add(start)
            start = at
    return found


def _beside(line: PastedLine, *, first: bool) -> bool:
    return line.kind in {LineKind.TEXT, LineKind.ITEM} and not first and not asks(line.text)


def is_picture(text: str) -> bool:
    """Tell whether a line is a picture and nothing else."""
    return text.startswith(("![", "<img")) and text.endswith((")", ">"))


class _Filler:
    """Reads one segment: the prompt, its options, and what follows them."""

    def __init__(self, segment: Segment, reshaping: Reshaping) -> None:
        self.segment = segment
        self.body = segment.body
        self.reshaping = reshaping
        self.headed = segment.head is not None
        self.family, found = _find_options(self.body, headed=self.headed)
        self.joined = {at for at in found if self.body[at].line in reshaping.joins}
        # Code that begins behind a marker stands on the same line as its item.
        places = {line.line: at for at, line in reversed(list(enumerate(self.body)))}
        split = {places[line] for line in reshaping.splits if line in places}
        self.members = (found - self.joined) | split
        self.done: list[PastedQuestion] = []
        self.pending: list[PastedLine] = []
        self.below: list[tuple[PastedLine, tuple[int, int]]] = []  # text below an answer, and where it is in the explanation
        self.asking: int | None = None  # the first place there that asks
        self.told = False  # whether something hidden says that it is an answer
        self.early = False  # whether an answer stands above the options
        self.mode = ""  # what plain text belongs to: "answer", "explanation", "remark", or nothing special
        self.now = self._start()

    def _start(self) -> PastedQuestion:
        head = self.segment.head
        if head is None or self.done:
            first = self.body[0].line if self.body else 1
            return PastedQuestion(first, first, family=self.family)
        question = PastedQuestion(head.line, head.end_line, number=head.number, headed=True, family=self.family)
        question.numbered = head.kind is not LineKind.HEADING
        if head.text:
            question.prompt.add(head.text, head.line, gap=True)
        return question

    def fill(self) -> list[PastedQuestion]:
        for at, line in enumerate(self.body):
            if at in self.members and not (self._is_past_answer() and self._is_listed_reason()):
                self._option(line)
            elif at in self.joined:
                self._join(line)
            else:
                self._other(line)
        self._end()
        return [question for question in self.done if question.headed or question.options]

    def _end(self) -> None:
        for line in self.pending:
            self._explain(line)
        self.pending = []
        self.done.append(self.now)

    def _option(self, line: PastedLine) -> None:
        if self._is_past_answer():
            self._leave_answered()
        if self.pending and self.now.options:
            self._settle_pending()
        elif self.now.options and line.letter == "A" and self.family is Family.LETTER:
            self._next_question([])
        elif not self.now.options and not self.headed and (not self.done or self._is_answered()):
            self.now.prompt.keep_last_prompt()
            self.now.first_line = self.now.line
            self._forget_above()
        self.mode = ""
        prose = Prose()
        prose.add(line.text, line.line, gap=True)
        option = PastedOption(line.line, line.end_line, line.indent, prose, letter=line.letter, box=line.box, bold=line.bold)
        self.now.options.append(option)
        self.now.end_line = line.end_line

    def _is_answered(self) -> bool:
        return bool(self.now.answers) or self.told

    def _is_past_answer(self) -> bool:
        """Tell whether the question has been answered though it has no options."""
        return self.headed and self._is_answered() and not self.now.options and bool(self.now.prompt.text)

    def _is_listed_reason(self) -> bool:
        """Tell whether a list below an answer and more text is part of that: nothing asks, and it may be any list."""
        return self.family not in {Family.BOX, Family.LETTER} and bool(self.below) and self.asking is None

    def _leave_answered(self) -> None:
        """Options belong to what asks below an answer, not to the question that has been answered without any."""
        if self.asking is None:
            self.early = True
            if self.below:
                self.now.doubts.append(
                    (self.below[0][0].line, "the answer stands above the options, and other text between them")
                )
            return
        self.now.general.cut(*self.below[self.asking][1])
        self._next_question([line for line, _ in self.below[self.asking :]])

    def _forget_above(self) -> None:
        """An answer above the prompt belongs to a question that has no options."""
        if self._is_answered() and (self.now.answer_line or 0) < self.now.line:
            self.now.answers, self.now.answers_led, self.now.hidden = [], 0, []
            self.now.answer_line, self.now.general = None, Prose()
            self.told = False
        self.early = self._is_answered()

    def _settle_pending(self) -> None:
        """Text between options is the next prompt, unless heads say where questions begin."""
        if self.headed:
            place = self.pending[0].line
            self.now.doubts.append((place, "text between options: it is read as feedback of the option above"))
            self._remark(self.pending, inside=False)
            self.pending = []
            return
        start = max((at for at, line in enumerate(self.pending) if line.gap), default=0)
        asking = [at for at, line in enumerate(self.pending) if line.gap and asks(line.text)]
        start = min(asking, default=start) if asking else start
        for line in self.pending[:start]:
            self._explain(line)
        prompt, self.pending = self.pending[start:], []
        self._next_question(prompt)

    def _next_question(self, prompt: Sequence[PastedLine]) -> None:
        self.done.append(self.now)
        self.below, self.asking, self.told, self.early = [], None, False, False
        self.now = PastedQuestion(prompt[0].line if prompt else self.now.end_line + 1, 0, family=self.family)
        for line in prompt:
            self._extend_prompt(line)

    def _join(self, line: PastedLine) -> None:
        if self.now.options:
            self._extend_option(replace(line, gap=True), line.text)
        else:
            self.now.prompt.add(line.text, line.line, gap=True)
            self.now.end_line = line.end_line

    def _other(self, line: PastedLine) -> None:
        match line.kind:
            case LineKind.NOTE:
                self.now.note = True
            case LineKind.NOISE:
                pass
            case LineKind.LINK if self.now.options and not self.pending:
                self._explain(line)
            case LineKind.ANSWER:
                self._answer(line)
            case LineKind.HIDDEN:
                self.now.hidden.append(line.text)
                self.told = self.told or bool(_ANSWERS.search(line.text))
                self.now.answer_line = self.now.answer_line or line.line
                self.mode = "explanation"
            case LineKind.EXPLANATION:
                self.mode = "explanation"
                self._explain(line)
            case LineKind.FEEDBACK if self.now.options:
                self._remark([line], inside=line.led or self._is_inside(line))
            case LineKind.QUOTE if self._is_remark(line):
                self._remark([line], inside=not line.gap or self._is_inside(line))
            case _:
                self._plain(line)
        self.now.end_line = max(self.now.end_line, 0 if self.pending else line.end_line)

    def _is_remark(self, line: PastedLine) -> bool:
        """Tell whether a quote is about an option: it stands at one, or says so, or goes on with one that does."""
        if not self.now.options:
            return False
        at_option = self._is_inside(line) or (not line.gap and not self.pending)
        return at_option or (line.gap and is_feedback(line.text))

    def _plain(self, line: PastedLine) -> None:
        if self.mode == "answer" and line.kind in {LineKind.TEXT, LineKind.ITEM}:
            self._answer(line)
        elif self.mode in {"answer", "explanation"} and self._goes_on(line):
            self._explain(line)
        elif not self.now.options:
            self._extend_prompt(line)
        elif self.mode == "remark" and not line.gap:
            self._extend_remark(line)
        elif (
            self._is_inside(line) or not line.gap or (not self.pending and (line.kind is LineKind.CODE or is_picture(line.text)))
        ):
            self._extend_option(line)
        else:
            self.pending.append(line)

    def _goes_on(self, line: PastedLine) -> bool:
        """Below an explanation only a new paragraph that asks may be the prompt of the next question."""
        return self.headed or not line.gap or not asks(line.text)

    def _answer(self, line: PastedLine) -> None:
        self._part_answers(line)
        self.now.answer_line = self.now.answer_line or line.line
        shown = f"{line.letter}. {line.text}" if line.letter else line.text
        if shown and line.box is not False:
            self.now.answers.append(shown)
            self.now.answers_led += line.kind is LineKind.ANSWER
        # An answer without text, or a heading "Answer", has it below.
        self.mode = "answer" if not shown or (self.mode == "answer" and line.kind is LineKind.ITEM) else "explanation"

    def _part_answers(self, line: PastedLine) -> None:
        """Of two answers with another question between them only the first is about the options above."""
        if not self.now.options or not self._is_answered() or self.mode == "answer":
            return
        if self.early:
            self.now.doubts.append((line.line, "an answer stands above the options, and another one below them"))
        elif not self.headed and any(one.gap and demands(one.text) for one in self.pending[-_NEAR:]):
            self._settle_pending()
        elif self.asking is not None:
            self.now.doubts.append((line.line, "this answer stands below another question, which has no options"))

    def _is_inside(self, line: PastedLine) -> bool:
        return bool(self.now.options) and not self.pending and line.indent >= self.now.options[-1].indent + 2

    def _extend_prompt(self, line: PastedLine) -> None:
        self.now.prompt.add(self._source(line, 0), line.line, gap=line.gap)
        self.now.end_line = line.end_line

    def _extend_option(self, line: PastedLine, text: str | None = None) -> None:
        option = self.now.options[-1]
        option.prose.add(text or self._source(line, option.indent + 2), line.line, gap=line.gap)
        option.end_line = line.end_line

    def _source(self, line: PastedLine, margin: int) -> str:
        """Return a line as Markdown, without the indent that its place gives it."""
        if line.kind is LineKind.CODE:
            return "\n".join(dedent(text, line.indent) for text in line.text.split("\n"))
        if line.kind is LineKind.ITEM:
            return " " * max(line.indent - margin, 0) + (line.raw or line.text)
        return f"> {line.text}" if line.kind is LineKind.QUOTE else line.raw or line.text

    def _remark(self, lines: Sequence[PastedLine], *, inside: bool) -> None:
        prose = Prose()
        for line in lines:
            prose.add(line.text, line.line, gap=line.gap)
        last = self.now.remarks[-1] if self.now.remarks else None
        if self.mode == "remark" and last and not lines[0].gap:
            last.prose.add(prose.text, lines[0].line, gap=False)
        else:
            self.now.remarks.append(Remark(lines[0].line, prose, len(self.now.options) - 1, inside=inside))
        self.mode = "remark"
        self.now.end_line = lines[-1].end_line

    def _extend_remark(self, line: PastedLine) -> None:
        self.now.remarks[-1].prose.add(self._source(line, line.indent), line.line, gap=False)

    def _explain(self, line: PastedLine) -> None:
        if line.kind is LineKind.TEXT and self._is_answered():
            self.asking = len(self.below) if self.asking is None and line.gap and demands(line.text) else self.asking
            self.below.append((line, self.now.general.end))
        if line.text:
            # Quoted or behind its name, it is the explanation all the same.
            bare = line.kind in {LineKind.EXPLANATION, LineKind.QUOTE}
            self.now.general.add(line.text if bare else self._source(line, line.indent), line.line, gap=line.gap)
        self.now.end_line = max(self.now.end_line, line.end_line)
