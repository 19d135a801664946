"""Result pages that write a verdict below what was ticked (dialect P7): "Correct", "This should not be selected", …

The verdicts become the marks of the options above them; the rest is read as dialect P1 is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from quizzes.formats.model import Mark, TextRange
from quizzes.formats.prompts import asked
from quizzes.formats.review_blocks import Block, BlockKind, split_blocks
from quizzes.formats.review_drafts import QuestionDraft
from quizzes.formats.review_lines import POINTS, page_lines

MANY = 3  # this many verdicts below the last option, and none higher up, are no coincidence
_RIGHT = re.compile(r"(?:Correct|Nice work|Great job|Good job|Well done|That['\u2019]s correct)[.!]?")
_WRONG = re.compile(r"(?:Incorrect|This should not be selected|Not quite|Try again)[.!]?")
_SHOULD = re.compile(r"(?:This should (?:be|have been) selected)[.!]?")
_LEFT_RIGHTLY = re.compile(r"Un-?selected is correct[.!]?")
_MISSED = re.compile(r"You did(?:n['\u2019]t| not) select all (?:of )?the correct answers[.!]?")
_STARTS = frozenset("CGINTUWY")  # of all that is a verdict
_PRAISE = re.compile(
    r"(?:Great|Right|Yes\b|You(?:'ve| got| nailed| found| selected)|Exactly|Excellent|Good (?:choice|job|work)|Awesome|Nice|Well done|That['\u2019]s"
    r"|Not quite|Sorry|Remember|Review\b|Please|Incorrect|Correct|Perfect|Woohoo|Keep\b)"
)
_STOPS = (".", "!")


def count_verdicts(lines: Sequence[str]) -> list[int]:
    """Return the (1-based) lines that are nothing but a verdict, or the points of a question."""
    return [at for at, line in enumerate(lines, 1) if _verdict(line.strip("> \t*_")) is not None]


def verdict_of(line: str) -> Mark | None:
    """Return what a line says of a ticked option if it is nothing but a verdict."""
    found = _verdict(line.strip())
    return found if isinstance(found, Mark) else None


def _verdict(line: str) -> Mark | bool | str | None:
    """Return what a line says of the option above: ticked rightly or wrongly, or (bool) what was right to do; "" of the question."""
    if line[:1] not in _STARTS:
        return None
    if _RIGHT.fullmatch(line):
        return Mark.CHECK
    if _WRONG.fullmatch(line):
        return Mark.CLOSE
    if _SHOULD.fullmatch(line):
        return True
    if _LEFT_RIGHTLY.fullmatch(line):
        return False
    return "" if _MISSED.fullmatch(line) else None


def verdict_blocks(lines: Sequence[str], at: TextRange) -> list[Block]:
    """Return the blocks of the range with the verdicts put on the options above them."""
    blocks = split_blocks(page_lines(lines), at)
    bodies = list(_bodies(list(_one_number(blocks))))
    if len(bodies) > 1 and bodies[0][0].kind is not BlockKind.NUM and bodies[1][0].number == 1:
        del bodies[0]  # grades and titles above the first question
    questions = [_marked(body) for body in bodies]
    bottoms = sum(1 for body in questions if _stands_at_the_bottom(body))
    others = sum(1 for body in questions if not _asks_for_several(body) and _has_mark(body) and not _stands_at_the_bottom(body))
    if not others:
        questions = [_in_doubt(body, many=bottoms >= MANY) if _stands_at_the_bottom(body) else body for body in questions]
    return [block for body in questions for block in body]


def set_status(drafts: Sequence[QuestionDraft], lines: Sequence[str]) -> None:
    """Tell from the points whether a question was answered fully right."""
    above = bool(drafts) and any(_points(line) for line in lines[max(drafts[0].first_line - 4, 0) : drafts[0].first_line - 1])
    for draft, following in zip_longest(drafts, drafts[1:]):
        stop = following.first_line - 1 if following else draft.end_line + 6
        start = draft.first_line - 1
        for line in lines[max(start - 3, 0) : start] if above else lines[start:stop]:
            match = _points(line)
            if match and match["got"] is not None and float(match["of"]) > 0:
                draft.status = Mark.CHECK if float(match["got"]) == float(match["of"]) else Mark.CLOSE


def _points(line: str) -> re.Match[str] | None:
    return POINTS.fullmatch(line.strip("> \t"))


def _one_number(blocks: Sequence[Block]) -> Iterator[Block]:
    """Take "1." and "Question 1" below it for one."""
    above: Block | None = None
    for block in blocks:
        if above and block.kind is not BlockKind.NUM:
            yield above
        if block.kind is BlockKind.NUM:
            above = replace(block, line=above.line) if above else block
        else:
            above = None
            yield block
    if above:
        yield above


def _bodies(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    body: list[Block] = []
    for block in blocks:
        if block.kind is BlockKind.NUM and body:
            yield body
            body = []
        body.append(block)
    yield body


def _marked(blocks: Sequence[Block]) -> list[Block]:
    """Put each verdict on the option above it; what stands below the verdict is feedback."""
    found: list[Block] = []
    texts: list[int] = []  # places in `found` of what may be the prompt or an option
    alone = False
    lone = 0
    below: list[int] = []
    for block in blocks:
        for piece in _pieces(block):
            verdict = _verdict(piece.lines[0])
            if verdict is not None:
                rest = piece.lines[1:]
                if verdict == "":
                    found.append(Block(BlockKind.NOTE, piece.line, piece.lines[:1], missed=True))
                else:
                    _put(found, texts[-2:], verdict)
                if rest:
                    found.append(Block(BlockKind.FEEDBACK, piece.line + 1, rest, closed=True))
                alone = not rest
                lone += alone and verdict != ""
                continue
            last = block is blocks[-1] and block.text.endswith(_STOPS) and not _asks_for_several(blocks)
            praise = alone and block.kind in {BlockKind.PARA, BlockKind.FEEDBACK}
            as_feedback = praise and (last or _PRAISE.match(piece.text) or _explains(piece, found))
            if alone and not as_feedback:
                below.append(len(found))
            if piece.kind in {BlockKind.PARA, BlockKind.MARKED} and not as_feedback:
                texts.append(len(found))
            found.append(replace(piece, kind=BlockKind.FEEDBACK, closed=True) if as_feedback else piece)
            alone = False
    return _doubted(found, below) if lone == len(below) > 1 else found


def _doubted(blocks: Sequence[Block], below: Sequence[int]) -> list[Block]:
    """Ask about sentences below verdicts if not one of them was ticked or left rightly: options would have been, now and then."""
    plain = [
        at for at in below if blocks[at].kind is BlockKind.PARA and blocks[at].known is None and blocks[at].text.endswith(_STOPS)
    ]
    if len(plain) < len(below):
        return list(blocks)
    text = "this paragraph may belong to the verdict above it"
    return [replace(block, doubt=text) if at in plain else block for at, block in enumerate(blocks)]


def _explains(block: Block, above: Sequence[Block]) -> bool:
    """Tell whether a paragraph below a verdict is a sentence where the option above is none."""
    if not block.text.endswith(_STOPS):
        return False
    option = next((found for found in reversed(above) if found.mark is not None or found.known is not None), None)
    return option is not None and not option.text.endswith(_STOPS)


def _pieces(block: Block) -> Iterator[Block]:
    """Cut a block above each verdict in it: an option and its verdict may stand without a blank line between them."""
    starts = [0] + [at for at in range(1, len(block.lines)) if _verdict(block.lines[at]) is not None]
    for start, stop in zip(starts, [*starts[1:], len(block.lines)], strict=True):
        if start == 0:
            yield replace(block, lines=block.lines[:stop])
        else:
            yield Block(BlockKind.PARA, block.line + start, block.lines[start:stop])


def _put(found: list[Block], texts: Sequence[int], verdict: Mark | bool | str) -> None:
    """Put a verdict on the last of the texts; the first paragraph is the prompt."""
    if len(texts) < 2 or found[texts[-1]].mark is not None:
        return
    at = texts[-1]
    if isinstance(verdict, Mark):
        found[at] = replace(found[at], kind=BlockKind.MARKED, mark=verdict)
    elif isinstance(verdict, bool):
        found[at] = replace(found[at], kind=BlockKind.MARKED, known=verdict)


def _asks_for_several(blocks: Sequence[Block]) -> bool:
    note = any(block.kind is BlockKind.NOTE for block in blocks)
    prompt = next((block.text for block in blocks if block.kind is not BlockKind.NUM), "")
    several = sum(1 for block in blocks if block.mark or block.known is not None) > 1
    return note or several or asked(prompt).several


def _has_mark(blocks: Sequence[Block]) -> bool:
    return any(block.mark is not None for block in blocks)


def _stands_at_the_bottom(blocks: Sequence[Block]) -> bool:
    """Tell whether the only verdict of a question with one answer stands below its last option."""
    options = [block for block in blocks if block.kind in {BlockKind.PARA, BlockKind.MARKED}]
    return not _asks_for_several(blocks) and len(options) > 2 and options[-1].mark is Mark.CHECK


def _in_doubt(blocks: Sequence[Block], *, many: bool) -> list[Block]:
    """Such a verdict may be about the question; if all are so, it says nothing of the last option."""
    last = max(at for at, block in enumerate(blocks) if block.mark is not None)
    changed = list(blocks)
    if many:
        changed[last] = replace(blocks[last], kind=BlockKind.PARA, mark=None)
    else:
        changed[last] = replace(
            blocks[last], doubt="the verdict stands below the last option; it may be about the question as a whole"
        )
    return changed
