"""Questions of other kinds in a native file: what cannot be asked is named, and never left out."""

import re
from collections.abc import Sequence
from dataclasses import replace

from quizzes.formats.lines import split_lines
from quizzes.formats.model import Message, ParsedQuestion, ParsedQuiz, State, in_order
from quizzes.scoring import Kind

ORDERING = "an ordering question (a numbered list without boxes), which cannot be asked here"
_NUMBERED = re.compile(r"[ \t]*\d{1,9}[.)][ \t]+\S.*")
_SIZE = "E104"


def name_orderings(quiz: ParsedQuiz) -> ParsedQuiz:
    """Say of questions that end in a numbered list without boxes that they ask for an order, as those of quizdown do."""
    found = {question.line for question in quiz.questions if _is_ordering(question)}
    if not found:
        return quiz
    questions = [
        replace(question, state=State.CONTRADICTION, reason=ORDERING) if question.line in found else question
        for question in quiz.questions
    ]
    messages = [
        Message(message.line, "W327", ORDERING) if message.code == _SIZE and message.line in found else message
        for message in quiz.messages
    ]
    return replace(quiz, questions=tuple(questions), messages=in_order(messages))


def _is_ordering(question: ParsedQuestion) -> bool:
    if question.kind is not Kind.UNSUPPORTED or question.draw is not None:
        return False
    return _ends_in_list([line for line in split_lines(question.stem) if line.strip()])


def _ends_in_list(lines: Sequence[str]) -> bool:
    return len(lines) > 2 and all(_NUMBERED.fullmatch(line) for line in lines[-2:])
