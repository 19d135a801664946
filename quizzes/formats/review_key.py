"""What is right in a pasted review: the marks show what was chosen, and only that.

A check is right, a close is wrong, and no mark means not chosen, which says nothing. The key follows
from the marks and from how many options the question asks for; wherever that is not enough a person
is asked. Cross-checks never change the key.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from quizzes.formats.model import MAX_OPTIONS, Mark, Message, State
from quizzes.formats.prompts import are_letter_combinations, asked, in_words
from quizzes.formats.review_drafts import FeedbackDraft, QuestionDraft

LONG_FEEDBACK = 40  # characters; "Correct! Well done." repeats no option
COMPARED = 1000  # characters of each text; enough to tell options apart, and keeps difflib quick
MOST_OPTIONS = 30  # likewise
ALIKE = 0.6  # below this a feedback text is its own explanation, not a copy of an option

PRAISE = re.compile(r"Correct\b|Right!|That['\u2019]s (?:right|correct)|You selected a correct option")
BLAME = re.compile(r"Incorrect\b|Wrong\b|That['\u2019]s not|Not quite")
_WORDS = re.compile(r"[^\W_]+")
_CODES = {State.CONFIRM: "W321", State.CHOOSE: "W322", State.CONTRADICTION: "W323"}
_WHAT_TO_DO = {State.CONFIRM: "confirm", State.CHOOSE: "choose", State.CONTRADICTION: "decide"}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person has to look at, or (READY) something worth saying."""

    state: State
    line: int
    text: str
    code: str

    @property
    def message(self) -> Message:
        return Message(self.line, self.code, self.text)


def ask(state: State, line: int, text: str, code: str | None = None) -> Finding:
    """Return what a person is asked to do about a line."""
    return Finding(state, line, f"{text} — {_WHAT_TO_DO[state]}", code or _CODES[state])


@dataclass(slots=True)
class Verdict:
    """The key of one question: for each option True, False or None (unknown), and why."""

    multi: bool
    wanted: int | None
    correct: list[bool | None]
    inferred: set[int] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    reason: str = ""

    def ask(self, state: State, line: int, text: str, code: str | None = None) -> None:
        self.findings.append(ask(state, line, text, code))


@dataclass(frozen=True, slots=True)
class _Marks:
    checked: tuple[int, ...]
    closed: tuple[int, ...]
    unmarked: tuple[int, ...]


def judge(draft: QuestionDraft) -> Verdict:
    """Return the key of a question with everything that speaks for or against it."""
    said = [_said_by(option.says) for option in draft.options]
    if len(draft.options) > MAX_OPTIONS:
        verdict = Verdict(multi=draft.note or said.count(True) > 1, wanted=None, correct=said)
        text = f"this question has {len(draft.options)} options — {MAX_OPTIONS} are the most; make several questions of it"
        verdict.ask(State.CONTRADICTION, draft.line, text, code="E121")
        return verdict
    marks = _marks(draft)
    verdict = _kind_and_count(draft, marks)
    verdict.correct = said
    if verdict.multi:
        _judge_multi(draft, marks, verdict)
    else:
        _judge_single(draft, marks, verdict)
    for line, text in draft.doubts:
        verdict.ask(State.CONFIRM, line, text)
    _check_bare_words(draft, verdict)
    _check_status(draft, marks, verdict)
    _check_feedback_under_marks(draft, verdict)
    _check_repeated_text(draft, marks, verdict)
    _check_duplicates(draft, verdict)
    return verdict


def _marks(draft: QuestionDraft) -> _Marks:
    def having(mark: Mark | None) -> tuple[int, ...]:
        return tuple(index for index, option in enumerate(draft.options) if option.says is mark)

    return _Marks(checked=having(Mark.CHECK), closed=having(Mark.CLOSE), unmarked=having(None))


def _said_by(mark: Mark | None) -> bool | None:
    return None if mark is None else mark is Mark.CHECK


def _kind_and_count(draft: QuestionDraft, marks: _Marks) -> Verdict:
    wanted = asked(draft.stem)
    chosen = len(marks.checked) + len(marks.closed)
    if are_letter_combinations([option.text for option in draft.options]):
        verdict = Verdict(multi=False, wanted=None, correct=[])
        if chosen > 1:
            text = "every option is a combination of letters, so one is right, but several are marked"
            verdict.ask(State.CONTRADICTION, draft.line, text)
        return verdict
    multi = draft.note or wanted.several or len(marks.checked) > 1
    # One tick right and one wrong: a radio list cannot show that.
    multi = multi or bool(marks.checked and marks.closed)
    verdict = Verdict(multi=multi, wanted=wanted.count, correct=[])
    if multi and not (draft.note or wanted.several):
        _doubt_kind(draft, wanted.count, chosen, verdict)
    return verdict


def _doubt_kind(draft: QuestionDraft, wanted: int | None, chosen: int, verdict: Verdict) -> None:
    if wanted == 1:
        verdict.wanted = None
        text = f"the question asks for one option, but {chosen} are marked"
        verdict.ask(State.CONTRADICTION, draft.line, text)
    else:
        text = f"taken for multi-select because {chosen} options are marked"
        verdict.ask(State.CONFIRM, draft.line, text)


def _judge_single(draft: QuestionDraft, marks: _Marks, verdict: Verdict) -> None:
    verdict.wanted = None
    if marks.checked:
        _close(verdict, marks)
        verdict.reason = "the option that was ticked is marked right"
    elif not marks.closed:
        verdict.ask(State.CHOOSE, draft.line, "no option is marked, so nothing shows which one is right")
    elif len(marks.unmarked) == 1:
        _infer(draft, marks, verdict, "it is the only one left")
    elif marks.unmarked:
        text = f"the one that was ticked is wrong, and one of the {len(marks.unmarked)} others is right"
        verdict.ask(State.CHOOSE, draft.line, text)
    else:
        verdict.ask(State.CONTRADICTION, draft.line, "every option is marked wrong")


def _judge_multi(draft: QuestionDraft, marks: _Marks, verdict: Verdict) -> None:
    if not marks.checked and not marks.closed:
        verdict.ask(State.CHOOSE, draft.line, "no option is marked, so nothing shows which ones are right")
    elif verdict.wanted is not None and verdict.wanted > 1:
        _judge_by_count(draft, marks, verdict, verdict.wanted)
    elif not marks.unmarked:
        verdict.reason = "every option is marked"
    elif draft.missed:
        _judge_missed(draft, marks, verdict)
    elif not marks.checked:
        text = "what was ticked is wrong, and nothing shows which of the others are right"
        verdict.ask(State.CHOOSE, draft.line, text)
    elif draft.status is Mark.CHECK:
        _close(verdict, marks)
        verdict.reason = "the question was answered fully right, so what was ticked is the key"
    else:
        _close(verdict, marks)
        text = "the question does not say how many are right; is really no unmarked option right?"
        verdict.ask(State.CONFIRM, draft.line, text)


def _judge_missed(draft: QuestionDraft, marks: _Marks, verdict: Verdict) -> None:
    """The page says that something right was not ticked."""
    if len(marks.unmarked) == 1:
        _infer(draft, marks, verdict, "not all right ones were ticked, and it is the only one left")
    else:
        text = f"not all right ones were ticked, so one or more of the {len(marks.unmarked)} unmarked options are right"
        verdict.ask(State.CHOOSE, draft.line, text)


def _judge_by_count(draft: QuestionDraft, marks: _Marks, verdict: Verdict, wanted: int) -> None:
    missing = wanted - len(marks.checked)
    words = in_words(wanted)
    if missing == 0:
        _close(verdict, marks)
        verdict.reason = f"the question asks for {words}, and {words} are marked right"
    elif missing == len(marks.unmarked):
        _infer(draft, marks, verdict, f"the question asks for {words}")
    elif 0 < missing < len(marks.unmarked):
        options = f"{missing} of the {len(marks.unmarked)} unmarked options"
        text = f"the count does not settle the key: the question asks for {words}, so {options} must be right"
        verdict.ask(State.CHOOSE, draft.line, text)
    else:
        text = f"the question asks for {words}, but {len(marks.checked)} are marked right and {len(marks.unmarked)} are unmarked"
        verdict.ask(State.CONTRADICTION, draft.line, text)


def _close(verdict: Verdict, marks: _Marks) -> None:
    """What is not marked is wrong."""
    for index in marks.unmarked:
        verdict.correct[index] = False


def _infer(draft: QuestionDraft, marks: _Marks, verdict: Verdict, because: str) -> None:
    """What is not marked is right."""
    for index in marks.unmarked:
        verdict.correct[index] = True
        verdict.inferred.add(index)
        text = f"marked right because {because} (inferred)"
        verdict.ask(State.CONFIRM, draft.options[index].line, text, code="W320")


def _check_bare_words(draft: QuestionDraft, verdict: Verdict) -> None:
    for option in draft.options:
        if option.bare:
            text = "the mark is a bare word glued to the text; it may be part of the text"
            verdict.ask(State.CONFIRM, option.line, text)


def _check_status(draft: QuestionDraft, marks: _Marks, verdict: Verdict) -> None:
    wanted = verdict.wanted if verdict.multi else 1
    right = len(marks.checked)
    if draft.status is Mark.CHECK and (marks.checked or marks.closed):
        ticked_wrong = any(draft.options[index].known is None for index in marks.closed)
        if ticked_wrong or (wanted is not None and wanted != right):
            text = "the question is marked as answered right, but its options do not agree"
            verdict.ask(State.CONTRADICTION, draft.first_line, text)
    elif draft.status is Mark.CLOSE and right and not marks.closed and right == wanted:
        text = "the question is marked as answered wrong, but all its right options were ticked"
        verdict.findings.append(Finding(State.READY, draft.first_line, text, "W323"))


def _check_feedback_under_marks(draft: QuestionDraft, verdict: Verdict) -> None:
    for feedback in draft.feedback:
        mark = None if feedback.below is None else draft.options[feedback.below].mark
        against = {Mark.CHECK: BLAME, Mark.CLOSE: PRAISE}.get(mark) if mark else None
        if against and against.match(feedback.text):
            text = "marks and text contradict each other: this feedback does not fit the mark above it"
            verdict.ask(State.CONTRADICTION, feedback.line, text)


def _check_repeated_text(draft: QuestionDraft, marks: _Marks, verdict: Verdict) -> None:
    """A long "Correct! …" of single choice repeats the right option: it should be the ticked one."""
    if verdict.multi or len(marks.checked) != 1 or len(draft.options) > MOST_OPTIONS:
        return
    for feedback in _long_praise(draft):
        ratio, best = max((likeness(feedback.text, option.text), -at) for at, option in enumerate(draft.options))
        if -best == marks.checked[0]:
            continue
        state = State.CONTRADICTION if ratio >= ALIKE else State.CONFIRM
        line = draft.options[-best].line
        verdict.ask(
            state,
            feedback.line,
            f"the feedback is closer to the option on line {line} than to the ticked one",
        )


def _long_praise(draft: QuestionDraft) -> Iterator[FeedbackDraft]:
    for feedback in draft.feedback[:MOST_OPTIONS]:
        if feedback.text.startswith("Correct") and len(feedback.text) > LONG_FEEDBACK:
            yield feedback


def likeness(feedback: str, option: str) -> float:
    """Return how much (0 to 1) a feedback text repeats an option, its "Correct!" not counted.

    Both are compared as lower-case words of letters and digits joined by single spaces.
    """
    said = _as_words(re.sub(r"^Correct\W*", "", feedback))
    return difflib.SequenceMatcher(None, said, _as_words(option)).ratio()


def _as_words(text: str) -> str:
    return " ".join(_WORDS.findall(text[:COMPARED].lower()))


def _check_duplicates(draft: QuestionDraft, verdict: Verdict) -> None:
    first: dict[str, int] = {}
    for option in draft.options:
        line = first.setdefault(option.text, option.line)
        if line != option.line:
            text = f"options on lines {line} and {option.line} have the same text"
            verdict.ask(State.CONTRADICTION, option.line, text)
