"""A question of a pasted result page in the shape of all formats."""

from collections import Counter
from collections.abc import Sequence

from quizzes.formats.model import Dialect, Feedback, Message, ParsedOption, ParsedQuestion, State, reason_of, worst
from quizzes.formats.native_checks import one_right
from quizzes.formats.review_drafts import QuestionDraft
from quizzes.formats.review_key import Verdict, judge
from quizzes.scoring import Kind, Policy

_ALIKE = 3  # questions with as many options each


def hint_at_counts(drafts: Sequence[QuestionDraft]) -> None:
    """Say where one question has more options than all others: a paragraph of an option may have been taken for another."""
    counts = Counter(len(draft.options) for draft in drafts)
    if len(drafts) <= _ALIKE or len(counts) != 2:
        return
    (usual, times), (_, odd) = counts.most_common()
    for draft in drafts if odd == 1 and times >= _ALIKE else ():
        if len(draft.options) > usual > 1 and not all(option.says for option in draft.options):
            text = (
                f"this question has {len(draft.options)} options and every other one has {usual}"
                " — if a paragraph belongs to the option above it, join them"
            )
            draft.messages.append(Message(draft.line, "W321", text))


def as_question(draft: QuestionDraft, messages: list[Message], dialect: Dialect) -> ParsedQuestion:
    """Return the question with its key; what there is to say about it is added to `messages`."""
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
        dialect=dialect,
    )


def _one_right(draft: QuestionDraft) -> Kind:
    if not draft.options:
        return Kind.UNSUPPORTED
    return one_right([option.text for option in draft.options])


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
