"""The importer for quizzes pasted into notes: result pages of one learner, and what note takers wrote down themselves.

A paste may be written in several ways at once, so each part of it is read as what it looks like. What cannot be
known from the text is asked, never guessed: see `review_key` and `pasted_key`.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from quizzes.formats.lines import line_offsets, split_lines
from quizzes.formats.model import MOST_QUESTIONS, Dialect, Format, Message, ParsedQuiz, TextRange, in_order
from quizzes.formats.pasted import Pasted, read_pasted, too_many
from quizzes.formats.review_blocks import (
    BlockKind,
    find_evidence,
    find_icons,
    find_ranges,
    heading_lines,
    is_number,
    normalise,
    split_blocks,
)
from quizzes.formats.review_drafts import Reshaping
from quizzes.formats.review_questions import cut
from quizzes.formats.review_shape import as_question, hint_at_counts
from quizzes.formats.review_verdicts import count_verdicts, set_status, verdict_blocks

NOT_FOUND = "no review quiz found: no heading such as “Review” or “Quiz”, no check or close marks — choose the lines yourself"
MOST_PARTS = 100
_SURE = 2  # verdicts of a result page


def parse(
    text: str,
    *,
    start: int | None = None,
    end: int | None = None,
    joins: frozenset[int] = frozenset(),
    splits: frozenset[int] = frozenset(),
    filename: str = "review.md",
) -> ParsedQuiz:
    """Return the quiz pasted into a note. Never raises, whatever the text.

    `start` and `end` (1-based lines, both included) overrule the range that is found; what lies outside
    of it comes back exactly as it was, in `notes` (above) and `rest` (below). `joins` are lines of options that
    belong to what stands above them (the option, or the prompt), `splits` are lines in an option or a prompt that
    begin an option of their own; the key is judged as if the text had been so. Lines where neither is possible do nothing.
    """
    lines = normalise(split_lines(text))
    if len(lines) > 1 and not lines[-1]:
        lines.pop()  # what follows the last newline is no line
    candidates, known = _ranges(lines)
    chosen = _chosen(candidates, len(lines), start, end)
    if chosen is None:
        message = Message(None, "E213", NOT_FOUND)
        return ParsedQuiz(Format.REVIEW, messages=(message,), notes=text, filename=filename)
    reshaping = Reshaping(joins, splits)
    as_found = known is not None and reshaping == Reshaping() and chosen == candidates[0]
    found = known if known and as_found else _read(lines, chosen, reshaping)
    messages = list(found.messages)
    if not found.questions and not found.refused:
        messages.append(Message(chosen.start, "E213", "no question found in these lines — move the range"))
    notes, rest = _outside(text, chosen)
    return ParsedQuiz(
        Format.REVIEW,
        questions=found.questions,
        messages=in_order(messages),
        notes=notes,
        rest=rest,
        range=chosen,
        candidates=candidates,
        filename=filename,
    )


def signs(text: str) -> int:
    """Return how many lines of the text only a pasted result page has."""
    return len(find_evidence(normalise(split_lines(text))))


def _ranges(lines: Sequence[str]) -> tuple[tuple[TextRange, ...], Pasted | None]:
    """Return where quizzes may stand, the likeliest first, and what stands there if that is known already."""
    if find_icons(lines):
        return tuple(find_ranges(lines)), None
    whole = TextRange(1, len(lines))
    found = _read(lines, whole, Reshaping())
    if not (found.marked or found.refused):
        return tuple(find_ranges(lines)), None
    if not found.questions:
        return (whole,), found
    first = found.questions[0].first_line
    above = [at for at in heading_lines(lines) if at <= first]
    return (TextRange(above[-1] if above else first, len(lines)), *find_ranges(lines)), found


def _read(lines: Sequence[str], at: TextRange, reshaping: Reshaping) -> Pasted:
    """Read each part of the range as what it is."""
    parts = _parts(lines, at, reshaping)
    found = [known or _read_part(lines, part, dialect, reshaping) for dialect, part, known in parts]
    if len(found) == 1:
        return found[0]
    return Pasted(
        tuple(question for part in found for question in part.questions),
        tuple(message for part in found for message in part.messages),
        sum(part.marked for part in found),
        any(part.refused for part in found),
    )


def _read_part(lines: Sequence[str], at: TextRange, dialect: Dialect, reshaping: Reshaping) -> Pasted:
    if dialect is Dialect.UNMARKED:
        return read_pasted(lines, at, reshaping)
    verdicts = dialect is Dialect.VERDICTS
    blocks = verdict_blocks(lines, at) if verdicts else split_blocks(lines, at)
    if sum(1 for block in blocks if block.kind is BlockKind.NUM) > MOST_QUESTIONS:
        return too_many(at.start)
    drafts, messages = cut(blocks, reshaping, may_complete=verdicts)
    if verdicts:
        set_status(drafts, lines)
    hint_at_counts(drafts)
    questions = [as_question(draft, messages, dialect) for draft in drafts]
    return Pasted(tuple(questions), tuple(messages), sum(1 for draft in drafts if any(option.says for option in draft.options)))


_Part = tuple[Dialect, TextRange, Pasted | None]


def _parts(lines: Sequence[str], at: TextRange, reshaping: Reshaping) -> list[_Part]:
    """Cut the range at its headings if not all of it is of one kind. UNMARKED stands for lists of all kinds."""
    whole, listed = _kinds(lines, at)  # of the text as it is: what somebody joins or splits does not change its kind
    first = whole[0] if whole else Dialect.ICONS
    one = [(first, at, listed if first is Dialect.UNMARKED and reshaping == Reshaping() else None)]
    places = [place for place in heading_lines(lines) if at.start < place <= at.end]
    if len(whole) < 2 or not places or len(places) > MOST_PARTS:
        return one
    borders = [at.start, *places, at.end + 1]
    sections = [TextRange(first, after - 1) for first, after in pairwise(borders)]
    return list(_runs([(_kinds_inside(lines, section), section) for section in sections], first))


def _runs(sections: Sequence[tuple[list[Dialect], TextRange]], default: Dialect) -> Iterator[_Part]:
    """Put neighbours of one kind together; what shows no kind goes with what stands above it."""
    labelled: list[tuple[Dialect, TextRange]] = []
    last = next((kinds[0] for kinds, _ in sections if kinds), default)
    for kinds, section in sections:
        last = kinds[0] if kinds else last
        labelled.append((last, section))
    for dialect, group in groupby(labelled, key=lambda pair: pair[0]):
        run = [section for _, section in group]
        yield dialect, TextRange(run[0].start, run[-1].end), None


def _kinds_inside(lines: Sequence[str], at: TextRange) -> list[Dialect]:
    inside = lines[at.start - 1 : at.end]
    return _kinds(inside, TextRange(1, len(inside)))[0]


def _kinds(lines: Sequence[str], at: TextRange) -> tuple[list[Dialect], Pasted]:
    """Return what the lines show signs of, the surest first, and what they hold if they are lists."""
    inside = lines[at.start - 1 : at.end]
    kinds = [Dialect.ICONS] if find_icons(inside) else []
    listed = read_pasted(lines, at, Reshaping())
    verdicts = count_verdicts(inside)
    outdone = listed.refused and len(verdicts) >= _SURE  # a result page does not list answers only
    if not outdone and (listed.marked > listed.icons or listed.refused):
        kinds.append(Dialect.UNMARKED)
    if verdicts:
        kinds.append(Dialect.VERDICTS)
    if not kinds and listed.listed and not any(is_number(line) for line in inside):
        kinds.append(Dialect.UNMARKED)
    return kinds, listed


def _chosen(candidates: Sequence[TextRange], lines: int, start: int | None, end: int | None) -> TextRange | None:
    if start is None and end is None:
        return candidates[0] if candidates else None
    found = candidates[0] if candidates else TextRange(1, lines)
    first = min(max(found.start if start is None else start, 1), lines)
    # The end that was found belongs to the start that was found.
    last = min(max((found.end if first <= found.end else lines) if end is None else end, first), lines)
    return TextRange(first, last)


def _outside(text: str, chosen: TextRange) -> tuple[str, str]:
    offsets = [*line_offsets(text), len(text)]
    return text[: offsets[chosen.start - 1]], text[offsets[chosen.end] :]
