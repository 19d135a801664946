"""What is right in a pasted list: the marks and answers of the note taker, who knew the key, unlike those of a result page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from quizzes.formats.model import (
    MAX_OPTIONS,
    Dialect,
    Feedback,
    Mark,
    Message,
    ParsedOption,
    ParsedQuestion,
    State,
    reason_of,
    worst,
)
from quizzes.formats.native_checks import one_right
from quizzes.formats.native_kinds import CANNOT_BE_ASKED, NO_OPTIONS
from quizzes.formats.pasted_answers import Named, name_options
from quizzes.formats.pasted_hidden import Hidden, read_hidden
from quizzes.formats.pasted_marks import Marked, Sign, read_mark, read_tail
from quizzes.formats.pasted_questions import Family, PastedQuestion, Prose, Remark
from quizzes.formats.pasted_texts import Choice
from quizzes.formats.prompts import are_letter_combinations, asked, in_words
from quizzes.formats.review_key import BLAME, PRAISE, Finding, ask
from quizzes.formats.review_verdicts import verdict_of
from quizzes.scoring import Kind, Policy

_ENOUGH = 2
_OPEN = (State.CHOOSE, State.CONTRADICTION)  # already asked what is right
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]")


@dataclass(slots=True)
class Judged:
    """A question with its key, before it is put into the shape of all formats."""

    found: PastedQuestion
    marks: list[Marked]
    correct: list[bool | None]
    dialect: Dialect
    explanation: str = ""
    inferred: set[int] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)

    @property
    def right(self) -> list[int]:
        return [at for at, correct in enumerate(self.correct) if correct]

    def ask(self, state: State, line: int, text: str, code: str | None = None) -> None:
        self.findings.append(ask(state, line, text, code))


def has_tails(questions: Sequence[PastedQuestion]) -> bool:
    """Tell whether asterisks at the end mark what is right in these questions; only then an X at the end means wrong."""
    return any(
        tail is not None and tail.right
        for question in questions
        for option in question.options
        if (tail := read_tail(option.prose.text)) is not None
    )


def judge_pasted(found: PastedQuestion, *, tails: bool) -> Judged:
    """Return the question with its key; where nothing says what is right, somebody is asked."""
    marks = [_marked(found, at, tails=tails) for at in range(len(found.options))]
    if marks and all(mark.sign is Sign.BOLD for mark in marks):
        marks = [replace(mark, right=None, sign=None) for mark in marks]  # the style of this list, and no mark
    if not any(mark.sign for mark in marks) and not found.answers and not found.hidden:
        marks = _by_verdicts(found, marks)
    judged = Judged(found, marks, [mark.right for mark in marks], _dialect(found, marks))
    if len(marks) > MAX_OPTIONS:
        text = f"this question has {len(marks)} options — {MAX_OPTIONS} are the most; make several questions of it"
        judged.ask(State.CONTRADICTION, found.line, text, code="E121")
        return judged
    _read_answers(judged)
    _settle(judged)
    _check_count(judged)
    _check_ticked(judged)
    _check_glued(judged)
    _check_remarks(judged)
    _check_duplicates(judged)
    for line, text in found.doubts:
        judged.ask(State.CONFIRM, line, text)
    return judged


def _marked(found: PastedQuestion, at: int, *, tails: bool) -> Marked:
    option = found.options[at]
    text = option.prose.text
    if option.box is not None:
        return Marked(text, option.box, Sign.BOX)
    if option.bold:
        return Marked(text, right=True, sign=Sign.BOLD)
    lines = text.split("\n")
    if tails and (tail := read_tail(lines[0])) is not None:
        _take_remark(found, at, lines[1:])
        return tail
    # A text that is wrapped is marked as a whole, but a list or paragraph below it is not.
    stop = next((at for at, line in enumerate(lines) if at and (not line or _ITEM.match(line))), len(lines))
    mark = read_mark(" ".join(lines[:stop]))
    if mark.sign is None and tails:
        mark = read_tail("\n".join(lines[:stop])) or mark
    if mark.sign is None and not text.startswith("#"):
        return Marked(text)
    return replace(mark, text="\n".join([mark.text, *lines[stop:]]))


def _by_verdicts(found: PastedQuestion, marks: list[Marked]) -> list[Marked]:
    """Let verdicts of a result page below the items of a list be their marks."""
    said = {remark.below: verdict_of(remark.prose.lines[0]) for remark in found.remarks if remark.prose.lines}
    ticked = {at: verdict for at, verdict in said.items() if verdict is not None}
    if not ticked:
        return marks
    for remark in found.remarks:
        if remark.below in ticked and len(remark.prose.lines) > 1 and verdict_of(remark.prose.lines[0]) is not None:
            remark.prose.lines = remark.prose.lines[1:]  # what stands below the verdict is the feedback
    return [
        replace(mark, right=ticked[at] is Mark.CHECK, sign=Sign.VERDICT) if at in ticked else mark
        for at, mark in enumerate(marks)
    ]


def _take_remark(found: PastedQuestion, at: int, lines: Sequence[str]) -> None:
    """What stands below a tail says why the option is right or wrong."""
    if any(line.strip() for line in lines):
        place = min(found.options[at].line + 1, found.options[at].end_line)
        prose = Prose(list(lines), [place])
        found.remarks.append(Remark(place, prose, at, inside=True))


def _dialect(found: PastedQuestion, marks: Sequence[Marked]) -> Dialect:
    signs = {mark.sign for mark in marks}
    for sign, dialect in _BY_SIGN.items():
        if sign in signs:
            lettered = found.family is Family.LETTER and dialect is Dialect.BOLD
            return Dialect.BOLD_LETTERS if lettered else dialect
    if found.family is Family.LETTER and (found.answers or found.hidden):
        return Dialect.LETTERS
    return Dialect.ANSWERS if found.answers or found.hidden else Dialect.UNMARKED


_BY_SIGN = {
    Sign.BOX: Dialect.TASKS,
    Sign.EMOJI: Dialect.EMOJI,
    Sign.TAIL: Dialect.TAILS,
    Sign.ICON: Dialect.ICONS,
    Sign.WORD: Dialect.WORDS,
    Sign.VERDICT: Dialect.VERDICTS,
    Sign.BOLD: Dialect.BOLD,
}


def _read_answers(judged: Judged) -> None:
    """Let what stands behind "Answer:" or in a <details> say what is right; a mark that says otherwise is told."""
    found = judged.found
    hidden = [read_hidden(text) for text in found.hidden]
    numbered = found.family is Family.NUMBERED
    choices = [Choice(mark.text, option.letter, numbered) for mark, option in zip(judged.marks, found.options, strict=True)]
    if judged.right:  # what is hidden below marks explains them, unless it says that it is the answer
        hidden = [part if part.named or _names_all(part, choices) else _as_explanation(part) for part in hidden]
    explanations = [part.explanation for part in hidden if part.explanation]
    judged.explanation = "\n\n".join(explanations)
    sources = [*_answer_lines(found), *(source for part in hidden for source in _sources(part))]
    read = [name_options(answers, choices, named=named) for answers, named in sources if answers]
    if any(part.shared for part in hidden) and not judged.right:
        judged.ask(State.CHOOSE, found.answer_line or found.line, "there are answers of several questions, by their numbers")
    if not read:
        return
    # What names no option explains.
    said = [text for one in read for text in (*one.lost, *one.besides)]
    judged.explanation = "\n\n".join(part for part in ("\n".join(said), *explanations) if part.strip()).strip()
    _take_answers(judged, read)


def _take_answers(judged: Judged, read: Sequence[Named]) -> None:
    found = judged.found
    line = found.answer_line or found.line
    if doubt := next((one.doubt for one in read if one.doubt), ""):
        judged.ask(State.CONTRADICTION if judged.right else State.CHOOSE, line, doubt)
        return
    named = {one.options for one in read if one.options}
    if not named:
        if found.options and not judged.right:
            shown = read[0].lost[0][:60]
            judged.ask(State.CHOOSE, line, f'the answer "{shown}" is none of the options')
    elif len(named) > 1:
        judged.ask(State.CONTRADICTION, line, "the answer is given twice, and not the same")
    elif judged.right and set(judged.right) != set(*named):
        judged.ask(State.CONTRADICTION, line, "the answer says something else than the marks on the options")
    else:
        judged.correct = [at in set(*named) for at in range(len(found.options))]


def _answer_lines(found: PastedQuestion) -> list[tuple[Sequence[str], bool]]:
    """Two lines "Answer: …" have to say the same, unless several options are asked for."""
    apart = len(found.answers) == found.answers_led > 1 and not asked(found.prompt.text).several
    return [([answer], True) for answer in found.answers] if apart else [(found.answers, True)]


def _sources(part: Hidden) -> list[tuple[Sequence[str], bool]]:
    return [([part.summed] if part.summed else [], True), (part.answers, part.named)]


def _names_all(part: Hidden, choices: Sequence[Choice]) -> bool:
    read = name_options(part.answers, choices, named=False)
    return not read.lost and not read.doubt


def _as_explanation(part: Hidden) -> Hidden:
    return Hidden((), "\n".join([*part.answers, part.explanation]).strip())


def _settle(judged: Judged) -> None:
    """What is not marked is wrong once something is marked right."""
    line = judged.found.line
    unknown = [at for at, correct in enumerate(judged.correct) if correct is None]
    if judged.right:
        judged.correct = [bool(correct) for correct in judged.correct]
    elif any(finding.state in _OPEN for finding in judged.findings) or len(judged.correct) < _ENOUGH:
        return
    elif not unknown:
        if judged.found.family is Family.BOX:
            judged.correct = [None] * len(judged.correct)
            judged.ask(State.CHOOSE, line, "no box is ticked, so nothing shows what is right")
        else:
            judged.ask(State.CONTRADICTION, line, "every option is marked wrong")
    elif len(unknown) == 1 and not asked(judged.found.prompt.text).several:
        judged.correct[unknown[0]] = True
        judged.inferred.add(unknown[0])
        place = judged.found.options[unknown[0]].line
        judged.ask(State.CONFIRM, place, "marked right because it is the only one left (inferred)", code="W320")
    elif len(unknown) < len(judged.correct):
        judged.ask(State.CHOOSE, line, f"what is marked is wrong, and nothing shows which of the {len(unknown)} others are right")
    else:
        judged.ask(State.CHOOSE, line, "no option is marked, so nothing shows which one is right")


def _check_count(judged: Judged) -> None:
    found = judged.found
    wanted = asked(found.prompt.text)
    right = len(judged.right)
    if are_letter_combinations([mark.text for mark in judged.marks]):
        if right > 1:
            judged.ask(State.CONTRADICTION, found.line, "every option is a combination of letters, but several are marked right")
    elif wanted.count is not None and right and wanted.count != right:
        are = "1 option is" if right == 1 else f"{right} options are"
        judged.ask(State.CONTRADICTION, found.line, f"the question asks for {in_words(wanted.count)}, but {are} marked right")


def _check_ticked(judged: Judged) -> None:
    """A result page shows what was ticked: of several right options some may not have been."""
    wanted = asked(judged.found.prompt.text)
    ticked = any(mark.sign in {Sign.VERDICT, Sign.ICON} for mark in judged.marks)
    several = wanted.several or judged.found.note or len(judged.right) > 1
    if ticked and several and wanted.count is None and judged.right and not all(mark.sign for mark in judged.marks):
        text = "the question does not say how many are right; is really no unmarked option right?"
        judged.ask(State.CONFIRM, judged.found.line, text)


def _check_glued(judged: Judged) -> None:
    for mark, option in zip(judged.marks, judged.found.options, strict=True):
        if mark.glued:
            judged.ask(State.CONFIRM, option.line, "the X is glued to the last word; it may be part of the text")


def _check_remarks(judged: Judged) -> None:
    """Feedback inside an option that says the contrary of its mark."""
    for remark in judged.found.remarks:
        if remark.below is None or not remark.inside or not judged.right:
            continue
        pattern = BLAME if judged.correct[remark.below] else PRAISE
        if pattern.match(remark.prose.text):
            judged.ask(
                State.CONTRADICTION, remark.line, "marks and text contradict each other: this feedback does not fit its option"
            )


def _check_duplicates(judged: Judged) -> None:
    first: dict[str, int] = {}
    for mark, option in zip(judged.marks, judged.found.options, strict=True):
        line = first.setdefault(mark.text, option.line)
        if line != option.line:
            judged.ask(State.CONTRADICTION, option.line, f"options on lines {line} and {option.line} have the same text")


def as_question(judged: Judged, number: int) -> tuple[ParsedQuestion, list[Message]]:
    """Return the question in the shape of all formats, and the messages about it."""
    found = judged.found
    _check_size(judged)
    per_option, general = _share_out(judged)
    state = worst(finding.state for finding in judged.findings)
    kind = _kind(judged)
    wanted = asked(found.prompt.text).count
    count = wanted if kind is Kind.MULTI and wanted == len(judged.right) else None
    reasons = reason_of(finding.text for finding in judged.findings if finding.state is not State.READY)
    question = ParsedQuestion(
        line=found.line,
        first_line=min(found.first_line, found.line),
        end_line=max(found.end_line, found.line, *(option.end_line for option in found.options)),
        number=found.number if found.number is not None else number,
        kind=kind,
        stem=found.prompt.text,
        options=tuple(_option(judged, at, per_option[at]) for at in range(len(found.options))),
        state=state,
        reason=reasons if state is not State.READY else "the marks in the text say which options are right",
        select=count,
        scoring=Policy.EXACT,
        feedback=Feedback(general="\n\n".join([*general, found.general.text, judged.explanation]).strip() or None),
        paragraphs=tuple(found.prompt.starts[1:]),
        dialect=judged.dialect,
    )
    return question, [finding.message for finding in judged.findings]


def _check_size(judged: Judged) -> None:
    found = judged.found
    if not found.options:
        judged.ask(State.CONTRADICTION, found.line, NO_OPTIONS, code=CANNOT_BE_ASKED)
    elif len(found.options) < _ENOUGH:
        judged.ask(State.CONTRADICTION, found.line, "a question needs at least two options; found 1", code="E104")
    if not found.prompt.text:
        judged.ask(State.CONTRADICTION, found.line, "this question has no prompt", code="W326")


def _kind(judged: Judged) -> Kind:
    texts = [mark.text for mark in judged.marks]
    if not texts:
        return Kind.UNSUPPORTED
    combined = are_letter_combinations(texts)
    if len(judged.right) > 1 or ((judged.found.note or asked(judged.found.prompt.text).several) and not combined):
        return Kind.MULTI
    return one_right(texts)


def _option(judged: Judged, at: int, remarks: Sequence[Remark]) -> ParsedOption:
    option, mark = judged.found.options[at], judged.marks[at]
    chosen = {(Sign.TAIL, False): Mark.CLOSE}
    for sign in (Sign.ICON, Sign.VERDICT):
        chosen |= {(sign, True): Mark.CHECK, (sign, False): Mark.CLOSE}
    return ParsedOption(
        line=option.line,
        end_line=option.end_line,
        text=mark.text.strip(),
        correct=judged.correct[at],
        mark=chosen.get((mark.sign, bool(mark.right))) if mark.sign else None,
        inferred=at in judged.inferred,
        feedback="\n\n".join(remark.prose.text for remark in remarks if remark.prose.text) or None,
        feedback_line=remarks[0].line if remarks else None,
        paragraphs=tuple(option.prose.starts[1:]),
    )


def _share_out(judged: Judged) -> tuple[list[list[Remark]], list[str]]:
    """Give feedback to the option that it stands in or fits, or else to the question as a whole."""
    per_option: list[list[Remark]] = [[] for _ in judged.marks]
    general: list[str] = []
    right = judged.right
    ticked = [at for at, mark in enumerate(judged.marks) if mark.sign is Sign.TAIL and not mark.right]
    for remark in judged.found.remarks:
        owner = remark.below
        text = remark.prose.text
        if owner is not None and not remark.inside:
            if PRAISE.match(text):
                owner = right[0] if len(right) == 1 else owner if owner in right else None
            elif len(ticked) == 1 and len(right) < _ENOUGH:
                owner = ticked[0]  # of single choice, what was chosen
            elif BLAME.match(text):
                owner = owner if owner not in right else None
            else:
                owner = owner if judged.marks[owner].sign else None
        if owner is None:
            general.append(text)
        else:
            per_option[owner].append(remark)
    return per_option, [text for text in general if text]
