"""Answers in one line below the last of several questions, which may be those of all of them."""

import re
from collections.abc import Sequence

from quizzes.formats.model import State
from quizzes.formats.pasted_key import Judged
from quizzes.formats.prompts import asked

_LISTED = re.compile(r"[*_(\[]*(?:[A-Ja-j]|\d{1,2})(?:[)\].*_]*[\s,;/&|]{1,4}[(\[*_]*(?:[A-Ja-j]|\d{1,2})){1,60}[)\].*_]*")
_RUN_TOGETHER = re.compile(r"[A-J]{2,60}\.?")
_LEAST = 2


def doubt_shared(judged: Sequence[Judged]) -> None:
    """Ask where several answers stand below a question, and nothing says what is right in those above it."""
    above = 0  # questions that nothing answers
    for one in judged:
        if len(one.marks) < _LEAST or _says_nothing(one):
            above += 1
            continue
        if above and _lists_answers(one) and not asked(one.found.prompt.text).several:
            one.correct = [None] * len(one.correct)
            line = one.found.answer_line or one.found.line
            one.ask(State.CHOOSE, line, "several answers are given, which may be those of the questions above, too")
        above = 0


def _says_nothing(one: Judged) -> bool:
    return not (one.right or one.found.answers or one.found.hidden or any(mark.sign for mark in one.marks))


def _lists_answers(one: Judged) -> bool:
    if any(mark.sign for mark in one.marks) or not one.right:
        return False
    return len(one.right) > 1 or any(_LISTED.fullmatch(text) or _RUN_TOGETHER.fullmatch(text) for text in one.found.answers)
