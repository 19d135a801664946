"""The author check of dates and rules: what is allowed, and yet hardly meant. The other half is about questions (`quizzes.checks`)."""

from collections.abc import Iterator
from datetime import timedelta

from quizzes.checks import Grade, Remark
from quizzes.enums import QuizKind, ShowKey
from quizzes.rules import QuizRules
from quizzes.wording import counted, duration, listed

_WAITING = (ShowKey.AFTER_DUE, ShowKey.AFTER_ALL)
_PARTS = {
    "show_key": "the right answers",
    "show_score": "the score",
    "show_answers": "their own answers",
    "show_correctness": "what was right and wrong",
    "show_feedback": "the feedback",
    "show_explanation": "the explanations",
}


def rule_remarks(rules: QuizRules) -> list[Remark]:
    """Return what a careful colleague would say about the rules of a quiz."""
    return list(_remarks(rules))


def _remarks(rules: QuizRules) -> Iterator[Remark]:
    yield from _about_release(rules)
    yield from _about_window(rules)
    if _reveals(rules):
        text = "Who has another attempt left has seen the key by then. Let it show after the closing date, or call it practice."
        yield Remark(Grade.WARN, "The right answers show between attempts", text)


def _about_release(rules: QuizRules) -> Iterator[Remark]:
    """What shows after a closing date that is not there never shows by itself."""
    if rules.closes_at is not None:
        return
    waiting = [words for name, words in _PARTS.items() if getattr(rules, name) in _WAITING]
    if waiting:
        verb = "show" if len(waiting) > 1 or waiting[0].endswith("answers") or waiting[0].endswith("explanations") else "shows"
        text = f"To students {listed(waiting)} {verb} after the closing date, and there is none. Set one, or release the results."
        yield Remark(Grade.WARN, "Results never show by themselves", text)


def _about_window(rules: QuizRules) -> Iterator[Remark]:
    opens, closes = rules.opens_at, rules.closes_at
    window = closes - opens if opens and closes else None
    if window is not None and rules.time_limit and window < timedelta(seconds=rules.time_limit):
        text = f"It is open for {duration(window)}, and the time limit is {duration(timedelta(seconds=rules.time_limit))}."
        yield Remark(Grade.WARN, "Nobody has the whole time limit", text)
    if window is not None and rules.wait and timedelta(minutes=rules.wait) >= window:
        yield Remark(Grade.WARN, "A second attempt is out of reach", "The wait between attempts is as long as the quiz is open.")
    if rules.due_at and closes and rules.late_steps:
        late = [step for step in rules.late_steps if rules.due_at + timedelta(minutes=step[0]) > closes][1:]
        if late:
            text = f"The quiz closes before {counted(len(late), 'step')} of late credit would begin."
            yield Remark(Grade.WARN, "Late credit is cut off", text)


def _reveals(rules: QuizRules) -> bool:
    several = rules.attempts_allowed is None or rules.attempts_allowed > 1
    shown = {rules.show_key, rules.show_correctness or rules.show_key}
    return rules.kind == QuizKind.GRADED and several and ShowKey.IMMEDIATELY in shown
