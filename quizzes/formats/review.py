"""The importer for a pasted review (dialect P1): one learner's result page, pasted into a note.

What cannot be known from the text is asked, never guessed: see `review_key`.
"""

from collections.abc import Sequence

from quizzes.formats.lines import line_offsets, split_lines
from quizzes.formats.model import (
    Feedback,
    Format,
    Message,
    ParsedOption,
    ParsedQuestion,
    ParsedQuiz,
    State,
    TextRange,
    in_order,
    reason_of,
    worst,
)
from quizzes.formats.review_blocks import find_evidence, find_ranges, normalise, split_blocks
from quizzes.formats.review_drafts import QuestionDraft, Reshaping
from quizzes.formats.review_key import Verdict, judge
from quizzes.formats.review_questions import cut
from quizzes.scoring import Kind, Policy

NOT_FOUND = "no review quiz found: no heading such as “Review” or “Quiz”, no check or close marks — choose the lines yourself"


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
    candidates = tuple(find_ranges(lines))
    chosen = _chosen(candidates, len(lines), start, end)
    if chosen is None:
        message = Message(None, "E213", NOT_FOUND)
        return ParsedQuiz(Format.REVIEW, messages=(message,), notes=text, filename=filename)
    drafts, messages = cut(split_blocks(lines, chosen), Reshaping(joins, splits))
    if not drafts:
        messages.append(Message(chosen.start, "E213", "no question found in these lines — move the range"))
    questions = [_question(draft, messages) for draft in drafts]
    notes, rest = _outside(text, chosen)
    return ParsedQuiz(
        Format.REVIEW,
        questions=tuple(questions),
        messages=in_order(messages),
        notes=notes,
        rest=rest,
        range=chosen,
        candidates=candidates,
        filename=filename,
    )


def signs(text: str) -> int:
    """Return how many lines of the text only a pasted review has."""
    return len(find_evidence(normalise(split_lines(text))))


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


def _question(draft: QuestionDraft, messages: list[Message]) -> ParsedQuestion:
    verdict = judge(draft)
    _check_size(draft, verdict)
    messages += draft.messages
    messages += [finding.message for finding in verdict.findings]
    per_option, general = _share_out(draft, verdict)
    state = worst(finding.state for finding in verdict.findings)
    multi = verdict.multi and bool(draft.options)
    return ParsedQuestion(
        line=draft.line,
        first_line=draft.first_line,
        end_line=draft.end_line,
        number=draft.number,
        kind=Kind.MULTI if multi else _one_right(draft),
        stem=draft.stem,
        options=tuple(
            ParsedOption(
                line=option.line,
                end_line=option.end_line,
                text=option.text,
                correct=verdict.correct[index],
                mark=option.mark,
                inferred=index in verdict.inferred,
                feedback=_joined(draft, per_option[index]),
                feedback_line=draft.feedback[per_option[index][0]].line if per_option[index] else None,
                paragraphs=tuple(part.line for part in option.parts[1:]),
            )
            for index, option in enumerate(draft.options)
        ),
        state=state,
        reason=_reason(verdict, state),
        select=verdict.wanted if multi else None,
        scoring=Policy.EXACT,
        feedback=Feedback(general=_joined(draft, general)),
        status=draft.status,
        paragraphs=tuple(part.line for part in draft.prompt[1:]),
    )


def _one_right(draft: QuestionDraft) -> Kind:
    if not draft.options:
        return Kind.UNSUPPORTED
    texts = {option.text.casefold().rstrip(".") for option in draft.options}
    return Kind.TRUE_FALSE if texts == {"true", "false"} and len(draft.options) == 2 else Kind.SINGLE


def _check_size(draft: QuestionDraft, verdict: Verdict) -> None:
    found = len(draft.options)
    if found < 2:
        text = f"a question needs at least two options; found {found}"
        verdict.ask(State.CONTRADICTION, draft.line, text, code="E104")
    if not draft.prompt:
        verdict.ask(State.CONTRADICTION, draft.line, "this question has no prompt", code="W326")


def _share_out(draft: QuestionDraft, verdict: Verdict) -> tuple[list[list[int]], list[int]]:
    """Give each feedback text (by index) to its option or to the question as a whole."""
    per_option: list[list[int]] = [[] for _ in draft.options]
    general: list[int] = []
    chosen = [index for index, option in enumerate(draft.options) if option.mark]
    for index, feedback in enumerate(draft.feedback):
        owner = feedback.below
        if not verdict.multi and len(chosen) == 1:
            owner = chosen[0]
        if owner is None or draft.options[owner].mark is None:
            general.append(index)
        else:
            per_option[owner].append(index)
    return per_option, general


def _joined(draft: QuestionDraft, indices: Sequence[int]) -> str | None:
    return "\n\n".join(draft.feedback[index].text for index in indices) or None


def _reason(verdict: Verdict, state: State) -> str:
    if state is State.READY:
        return verdict.reason
    return reason_of(finding.text for finding in verdict.findings if finding.state is not State.READY)
