"""From the blocks of a pasted review to questions with options, marks and feedback, before the key."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from quizzes.formats.model import Mark, Message
from quizzes.formats.prompts import asked, invites
from quizzes.formats.review_blocks import Block, BlockKind, take_mark

_PROTECTED = re.compile(r"((?<!`)(?P<ticks>`{1,9})(?!`).{1,500}?(?<!`)(?P=ticks)(?!`)|\$[^$\n]{1,500}\$)")
_BEFORE_PUNCTUATION = re.compile(r"\\([!-/:-@\[-`{-~])")
_BEFORE_WORD = re.compile(r"(?<![^\s(])\\(?=[A-Za-z0-9])")
_ITEM_HEAD = re.compile(r"\s*(?:(\d{1,9})[.)]|[-*+])\s+")
_MAY_OPEN = frozenset({BlockKind.PARA, BlockKind.MARKED})
_LIKE_AN_OPTION = re.compile(r"\\?(?:Correct|Incorrect|Wrong)\s+[a-z]")


def clean(text: str) -> str:
    """Take the backslashes of the paste away; code and math keep theirs."""
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


@dataclass(slots=True)
class OptionDraft:
    """An option under construction: its first block, and the lists that continue it."""

    line: int
    end_line: int
    parts: list[str]
    mark: Mark | None = None
    bare: bool = False
    lists: int = 0

    @property
    def text(self) -> str:
        return "\n\n".join(part for part in (clean(part) for part in self.parts) if part)

    @property
    def first_line(self) -> str:
        return self.text.split("\n", 1)[0]


@dataclass(slots=True)
class FeedbackDraft:
    """A feedback text, the option it stands under (its index), and whether it might be an option."""

    line: int
    parts: list[str]
    below: int | None
    doubtful: bool = False

    @property
    def text(self) -> str:
        return "\n\n".join(part for part in (clean(part) for part in self.parts) if part)


@dataclass(slots=True)
class QuestionDraft:
    """What stands in the text about one question; nothing here says yet what is right."""

    first_line: int
    status: Mark | None = None
    number: int | None = None
    prompt: list[str] = field(default_factory=list)
    prompt_line: int | None = None
    end_line: int = 0
    note: bool = False
    options: list[OptionDraft] = field(default_factory=list)
    feedback: list[FeedbackDraft] = field(default_factory=list)
    doubts: list[tuple[int, str]] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    @property
    def stem(self) -> str:
        return "\n\n".join(part for part in (clean(part) for part in self.prompt) if part)

    @property
    def line(self) -> int:
        return self.prompt_line or self.first_line


def cut(blocks: Sequence[Block]) -> tuple[list[QuestionDraft], list[Message]]:
    """Cut the blocks into questions at the numbers and put each block where it belongs."""
    messages: list[Message] = []
    drafts = []
    for draft, body in _questions(blocks, messages):
        _Filler(draft, body).fill()
        drafts.append(draft)
    _number(drafts, messages)
    return drafts, messages


def _questions(blocks: Sequence[Block], messages: list[Message]) -> Iterator[tuple[QuestionDraft, list[Block]]]:
    draft: QuestionDraft | None = None
    body: list[Block] = []
    status: Block | None = None
    for block, following in itertools.zip_longest(blocks, blocks[1:]):
        if block.kind is BlockKind.ICON:
            if following is None or following.kind is not BlockKind.NUM:
                text = f'"{block.text}" stands alone and no question number follows; it is ignored'
                messages.append(Message(block.line, "W325", text))
            else:
                status = block
        elif block.kind is BlockKind.NUM:
            if draft:
                yield draft, body
            first = status or block
            draft, body = QuestionDraft(first.line, first.mark, block.number, end_line=block.end_line), []
            status = None
        else:
            draft = draft or QuestionDraft(block.line)
            draft.end_line = block.end_line
            body.append(block)
    if draft:
        yield draft, body


def _number(drafts: Sequence[QuestionDraft], messages: list[Message]) -> None:
    """Number a first question without a number, and report where numbers do not rise by one."""
    if drafts and drafts[0].number is None:
        following = drafts[1].number if len(drafts) > 1 else None
        drafts[0].number = max(1, (following or 2) - 1)
    for before, after in itertools.pairwise(drafts):
        last, this = before.number or 0, after.number or 0
        if this != last + 1:
            text = f"question numbers jump from {last} to {this}" + _missing(last + 1, this - 1)
            messages.append(Message(after.first_line, "W324", text))


def _missing(first: int, last: int) -> str:
    if first > last:
        return ""
    if first == last:
        return f" — question {first} may be missing"
    return f" — questions {first}\u2013{last} may be missing"


class _Filler:
    """The state machine of one question: first the prompt, then the options."""

    def __init__(self, draft: QuestionDraft, body: Sequence[Block]) -> None:
        self.draft = draft
        self.body = body
        self.last: BlockKind | None = None
        self.more = False  # whether options may still follow the block at hand
        self.prompt_paragraphs = 0
        self.prompt_asks = False
        self.prompt_complete = False
        self.below_feedback: list[int] = []

    def fill(self) -> None:
        kinds = [block.kind for block in self.body]
        last_option = max((at for at, kind in enumerate(kinds) if kind in _MAY_OPEN), default=-1)
        for index, block in enumerate(self.body):
            self.more = index < last_option
            # A prompt may start like feedback ("Review the text. …"), but it is none.
            starts = not self.draft.prompt and not self.draft.options
            self._place(block)
            self.last = BlockKind.PARA if starts and block.kind is BlockKind.FEEDBACK else block.kind
        self._check_prompt()
        self._check_below_feedback()
        self._check_repetition()
        self._check_lower_case()

    def _place(self, block: Block) -> None:
        match block.kind:
            case BlockKind.NOTE:
                self.draft.note = True
                self.prompt_complete = bool(self.draft.prompt)
            case BlockKind.MARKED:
                self._open(block)
            case BlockKind.LIST:
                self._list(block)
            case BlockKind.FEEDBACK if self.draft.prompt or self.draft.options:
                self._feedback(block)
            case _ if self._belongs_to_prompt():
                self._extend_prompt(block)
            case _:
                self._paragraph(block)

    def _belongs_to_prompt(self) -> bool:
        if self.draft.options or self.draft.feedback:
            return False
        return not self.draft.prompt or not self.prompt_complete

    def _extend_prompt(self, block: Block) -> None:
        """Take a block into the prompt, which is complete once it asks something or ends in a colon."""
        text = clean(block.text)
        asks = "?" in text or invites(text) or asked(text).several
        self.prompt_asks = self.prompt_asks or asks
        self.prompt_complete = self.prompt_asks or text.endswith(":")
        self.draft.prompt_line = self.draft.prompt_line or block.line
        self.draft.prompt.append(block.text)
        self.prompt_paragraphs += block.kind is not BlockKind.LIST

    def _open(self, block: Block) -> None:
        option = OptionDraft(block.line, block.end_line, [block.text], block.mark, bare=block.bare)
        self.draft.options.append(option)

    def _paragraph(self, block: Block) -> None:
        if self.last is BlockKind.FEEDBACK and self.draft.feedback[-1].below is not None:
            self.below_feedback.append(len(self.draft.options))
        self._open(block)

    def _check_below_feedback(self) -> None:
        """In single choice the feedback closes the question, so a paragraph below it may belong to it."""
        marks = [option.mark for option in self.draft.options]
        several = self.draft.note or marks.count(Mark.CHECK) > 1 or asked(self.draft.stem).several
        self.draft.doubts += [
            (self.draft.options[index].line, "this paragraph may belong to the feedback above it")
            for index in self.below_feedback
            if not several and marks[index - 1] is not Mark.CLOSE
        ]

    def _list(self, block: Block) -> None:
        if self.last is BlockKind.FEEDBACK and self.draft.feedback:
            self.draft.feedback[-1].parts.append(block.text)
        elif self.draft.options:
            self._continue_option(block)
        elif self._items_are_options(block):
            self._open_items(block)
        else:
            self._extend_prompt(block)

    def _continue_option(self, block: Block) -> None:
        option = self.draft.options[-1]
        if option.lists and not _continues(option.parts[-1], block.text):
            self.draft.doubts.append((block.line, "two lists in a row: they may be two options"))
        option.parts.append(block.text)
        option.end_line = block.end_line
        option.lists += 1

    def _items_are_options(self, block: Block) -> bool:
        if not self.draft.prompt:
            return False
        marked = any(take_mark(_ITEM_HEAD.sub("", line, count=1), bare=False) for line in block.lines)
        return marked or not self.more

    def _open_items(self, block: Block) -> None:
        for offset, line in enumerate(block.lines):
            place = block.line + offset
            if not (match := _ITEM_HEAD.match(line)) or (line[0] in " \t" and self.draft.options):
                self.draft.options[-1].parts[-1] += "\n" + line
                self.draft.options[-1].end_line = place
                continue
            text = line[match.end() :]
            mark, text, bare = take_mark(text, bare=False) or (None, text, False)
            self.draft.options.append(OptionDraft(place, place, [text], mark, bare=bare))

    def _feedback(self, block: Block) -> None:
        options = self.draft.options
        below = len(options) - 1 if options else None
        feedback = FeedbackDraft(block.line, [block.text], below)
        if below is None:
            self.draft.messages.append(Message(block.line, "W302", "feedback with no option above it"))
        under_mark = below is not None and options[below].mark is not None
        feedback.doubtful = (self.more and not under_mark) or bool(_LIKE_AN_OPTION.match(block.text))
        if feedback.doubtful:
            self.draft.doubts.append((block.line, "this reads like feedback, but it may be an option"))
        self.draft.feedback.append(feedback)

    def _check_prompt(self) -> None:
        if self.prompt_paragraphs > 1 and not self.prompt_complete:
            text = "nothing shows where the prompt ends and the first option begins"
            self.draft.doubts.append((self.draft.line, text))

    def _check_repetition(self) -> None:
        """If options repeat a sentence and go on with a list, one without a list has lost it."""
        groups: dict[str, list[OptionDraft]] = {}
        for option in self.draft.options:
            groups.setdefault(option.first_line, []).append(option)
        if not any(sum(1 for option in group if option.lists) > 1 for group in groups.values()):
            return
        self.draft.doubts += [
            (option.line, "the other options go on with a list, this one does not")
            for option in self.draft.options
            if not option.lists and "\n" not in option.text
        ]

    def _check_lower_case(self) -> None:
        """A paragraph in lower case among capitals is often the second half of the one above it."""
        options = self.draft.options
        capitals = sum(1 for option in options if option.text[:1].isupper())
        if capitals * 2 <= len(options):
            return
        self.draft.doubts += [
            (option.line, "this paragraph starts in lower case: it may belong to the option above it")
            for option in options[1:]
            if option.mark is None and option.text[:1].islower()
        ]


def _continues(above: str, below: str) -> bool:
    """Tell whether a list goes on with the one above: both bullets, or numbers that run on."""
    last = _ITEM_HEAD.match(above.rsplit("\n", 1)[-1])
    first = _ITEM_HEAD.match(below)
    if not last or not first or bool(last[1]) is not bool(first[1]):
        return False
    return last[1] is None or int(first[1]) == int(last[1]) + 1
