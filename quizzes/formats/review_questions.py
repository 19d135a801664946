"""From the blocks of a pasted review to questions with options, marks and feedback, before the key."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from quizzes.formats.model import MAX_OPTIONS, Mark, Message
from quizzes.formats.prompts import asked, invites
from quizzes.formats.review_blocks import Block, BlockKind, take_mark
from quizzes.formats.review_drafts import FeedbackDraft, OptionDraft, Part, QuestionDraft, Reshaping, clean

_ITEM_HEAD = re.compile(r"\s*(?:(\d{1,9})[.)]|[-*+])\s+")
_MAY_OPEN = frozenset({BlockKind.PARA, BlockKind.MARKED})
_TRUTHS = frozenset({"true", "false"})  # alone in a paragraph, always options
_BEGUN = 4  # words of a sentence that the options complete; fewer may be a title
_LIKE_AN_OPTION = re.compile(r"\\?(?:Correct|Incorrect|Wrong)\s+[a-z]")


def cut(
    blocks: Sequence[Block], reshaping: Reshaping, *, may_complete: bool = False
) -> tuple[list[QuestionDraft], list[Message]]:
    """Cut the blocks into questions at the numbers and put each block where it belongs.

    `may_complete` tells that prompts may be the beginning of a sentence that the options end.
    """
    messages: list[Message] = []
    drafts = []
    for draft, body in _questions(blocks, messages):
        filler = _Filler(draft, body, reshaping)
        filler.may_complete = may_complete and not any("?" in block.text or block.text.endswith(":") for block in body)
        filler.fill()
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


def _cut_at(blocks: Sequence[Block], lines: frozenset[int]) -> Iterator[Block]:
    """Cut blocks where a person says that an option begins in the middle of one."""
    for block in blocks:
        places = sorted(line for line in lines if block.line < line <= block.end_line)
        starts = [block.line, *places]
        ends = [*places, block.end_line + 1]
        for start, end in zip(starts, ends, strict=True):
            piece = block.lines[start - block.line : end - block.line]
            if start == block.line:
                yield replace(block, lines=piece)
            else:
                kind = BlockKind.LIST if _ITEM_HEAD.match(piece[0]) else BlockKind.PARA
                yield Block(kind, start, piece)


class _Filler:
    """The state machine of one question: first the prompt, then the options."""

    def __init__(self, draft: QuestionDraft, body: Sequence[Block], reshaping: Reshaping) -> None:
        self.draft = draft
        self.body = list(_cut_at(body, reshaping.splits))
        self.reshaping = reshaping
        self.last: BlockKind | None = None
        self.more = False  # whether options may still follow the block at hand
        self.prompt_paragraphs = 0
        self.prompt_asks = False
        self.prompt_complete = False
        self.border_moved = False  # by a person
        self.closed = False  # whether the feedback above is complete
        self.items = False  # whether the options are the items of a list
        self.below_feedback: list[int] = []
        self.may_complete = False  # whether the prompt may be the beginning of a sentence

    def fill(self) -> None:
        kinds = [block.kind for block in self.body]
        last_option = max((at for at, kind in enumerate(kinds) if kind in _MAY_OPEN), default=-1)
        for index, block in enumerate(self.body):
            self.more = index < last_option
            self._place(block)
        self._check_prompt()
        if len(self.draft.options) > MAX_OPTIONS:
            return  # refused for that, so nothing else is asked
        self._check_below_feedback()
        self._check_repetition()
        self._check_lower_case()

    def _place(self, block: Block) -> None:
        # A prompt may start like feedback ("Review the text. …"), but it is none.
        starts = not self.draft.prompt and not self.draft.options
        if not starts and block.kind in _MAY_OPEN and block.line in self.reshaping.joins:
            self._join(block)
            return
        if not starts and block.line in self.reshaping.splits:
            self._split(block)
            self.last = BlockKind.PARA
            return
        self._place_by_kind(block)
        self.last = BlockKind.PARA if starts and block.kind is BlockKind.FEEDBACK else block.kind

    def _join(self, block: Block) -> None:
        """Put a paragraph to what stands above it, as a person said."""
        if self.last is BlockKind.FEEDBACK and self.draft.feedback:
            self.draft.feedback[-1].parts.append(Part(block.line, block.text))
        elif self.draft.options:
            self._join_option(block)
        else:
            self._join_prompt(block)

    def _join_option(self, block: Block) -> None:
        option = self.draft.options[-1]
        if block.mark and option.mark and block.mark is not option.mark:
            self.draft.doubts.append((block.line, "the joined options had different marks; the upper one is kept"))
        option.mark = option.mark or block.mark
        option.bare = option.bare or block.bare
        option.parts.append(Part(block.line, block.text))
        option.end_line = block.end_line

    def _join_prompt(self, block: Block) -> None:
        if block.mark:
            text = "the marked option was joined to the prompt; its mark is ignored"
            self.draft.messages.append(Message(block.line, "W325", text))
        self._extend_prompt(block)
        self.prompt_complete = self.border_moved = True

    def _split(self, block: Block) -> None:
        """Begin an option with a block, as a person said; a list above all other options holds one option an item."""
        self.border_moved = self.border_moved or not self.draft.options
        if block.kind is BlockKind.LIST and (self.items or not self.draft.options):
            self._open_items(block)
        else:
            self._open(block)

    def _place_by_kind(self, block: Block) -> None:
        match block.kind:
            case BlockKind.NOTE:
                self.draft.note = True
                self.draft.missed = self.draft.missed or block.missed
                self.prompt_complete = bool(self.draft.prompt)
            case BlockKind.MARKED:
                self._open(block)
            case BlockKind.LIST:
                self._list(block)
            case BlockKind.FEEDBACK if self.draft.prompt or self.draft.options:
                self._feedback(block)
            case _ if self._belongs_to_prompt(block):
                self._extend_prompt(block)
            case _:
                self._paragraph(block)

    def _belongs_to_prompt(self, block: Block) -> bool:
        if self.draft.options or self.draft.feedback or (self.draft.prompt and block.text.casefold() in _TRUTHS):
            return False
        return not self.draft.prompt or not self.prompt_complete

    def _extend_prompt(self, block: Block) -> None:
        """Take a block into the prompt, which is complete once it asks something or ends in a colon."""
        text = clean(block.text)
        asks = "?" in text or invites(text) or asked(text).several
        self.prompt_asks = self.prompt_asks or asks
        begun = self.may_complete and len(text.split()) >= _BEGUN and text.rstrip("*_ ")[-1:].isalpha()
        self.prompt_complete = self.prompt_asks or text.endswith(":") or begun
        self.draft.prompt.append(Part(block.line, block.text))
        self.prompt_paragraphs += block.kind is not BlockKind.LIST

    def _open(self, block: Block) -> None:
        option = OptionDraft(
            block.line, block.end_line, [Part(block.line, block.text)], block.mark, bare=block.bare, known=block.known
        )
        self.draft.options.append(option)
        if block.doubt:
            self.draft.doubts.append((block.line, block.doubt))

    def _paragraph(self, block: Block) -> None:
        if self.last is BlockKind.FEEDBACK and self.draft.feedback[-1].below is not None and not self.closed:
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
            self.draft.feedback[-1].parts.append(Part(block.line, block.text))
        elif self.draft.options:
            self._continue_option(block)
        elif self._items_are_options(block):
            self._open_items(block)
        else:
            self._extend_prompt(block)

    def _continue_option(self, block: Block) -> None:
        option = self.draft.options[-1]
        if option.lists and not _continues(option.parts[-1].text, block.text):
            self.draft.doubts.append((block.line, "two lists in a row: they may be two options"))
        option.parts.append(Part(block.line, block.text))
        option.end_line = block.end_line
        option.lists += 1

    def _items_are_options(self, block: Block) -> bool:
        if not self.draft.prompt:
            return False
        marked = any(take_mark(_ITEM_HEAD.sub("", line, count=1), bare=False) for line in block.lines)
        return marked or not self.more

    def _open_items(self, block: Block) -> None:
        self.items = True
        for offset, line in enumerate(block.lines):
            place = block.line + offset
            match = _ITEM_HEAD.match(line)
            inside = not match or (line[0] in " \t" and place not in self.reshaping.splits)
            if match and place in self.reshaping.joins:
                self._join_item(place, line[match.end() :])
            elif match and not (inside and (self.draft.options or self.border_moved)):
                self._open_item(place, line[match.end() :])
            else:
                self._extend_item(place, line)

    def _open_item(self, place: int, text: str) -> None:
        mark, text, bare = take_mark(text, bare=False) or (None, text, False)
        self.draft.options.append(OptionDraft(place, place, [Part(place, text)], mark, bare=bare))

    def _join_item(self, place: int, text: str) -> None:
        taken = take_mark(text, bare=False)
        block = Block(BlockKind.PARA, place, (taken[1] if taken else text,), mark=taken[0] if taken else None)
        if self.draft.options:
            self._join_option(block)
        else:
            self._join_prompt(block)

    def _extend_item(self, place: int, line: str) -> None:
        parts = self.draft.options[-1].parts if self.draft.options else self.draft.prompt
        parts[-1] = replace(parts[-1], text=f"{parts[-1].text}\n{line}")
        if self.draft.options:
            self.draft.options[-1].end_line = place

    def _feedback(self, block: Block) -> None:
        self.closed = block.closed
        options = self.draft.options
        below = len(options) - 1 if options else None
        feedback = FeedbackDraft(block.line, [Part(block.line, block.text)], below)
        if below is None:
            self.draft.messages.append(Message(block.line, "W302", "feedback with no option above it"))
        under_mark = below is not None and options[below].mark is not None
        feedback.doubtful = (self.more and not under_mark) or bool(_LIKE_AN_OPTION.match(block.text))
        if feedback.doubtful:
            self.draft.doubts.append((block.line, "this reads like feedback, but it may be an option"))
        self.draft.feedback.append(feedback)

    def _check_prompt(self) -> None:
        truth = bool(self.draft.options) and self.draft.options[0].text.casefold() in _TRUTHS
        if self.prompt_paragraphs > 1 and not truth and not self.prompt_complete and not self.border_moved:
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
            if option.mark is None and option.text[:1].islower() and option.line not in self.reshaping.splits
        ]


def _continues(above: str, below: str) -> bool:
    """Tell whether a list goes on with the one above: both bullets, or numbers that run on."""
    last = _ITEM_HEAD.match(above.rsplit("\n", 1)[-1])
    first = _ITEM_HEAD.match(below)
    if not last or not first or bool(last[1]) is not bool(first[1]):
        return False
    return last[1] is None or int(first[1]) == int(last[1]) + 1
