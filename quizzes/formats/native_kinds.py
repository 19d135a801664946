"""Questions of other kinds in a native file: what cannot be asked is named, and never left out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from quizzes.formats.lines import split_lines
from quizzes.formats.model import MOST_QUESTIONS, Format, Message, ParsedQuestion, ParsedQuiz, State, in_order
from quizzes.scoring import Kind

CANNOT_BE_ASKED = "W327"
NO_OPTIONS = "no options were found: an open, fill-in, matching or ordering question cannot be asked here"
ORDERING = "an ordering question (a numbered list without boxes), which cannot be asked here"
_NUMBERED = re.compile(r"[ \t]*\d{1,9}[.)][ \t]+\S.*")
_SIZE = "E104"


def name_orderings(quiz: ParsedQuiz) -> ParsedQuiz:
    """Say of questions that end in a numbered list without boxes that they ask for an order, as those of quizdown do."""
    return _named(quiz, {question.line: ORDERING for question in quiz.questions if _is_ordering(question)}, ORDERING)


def name_without_boxes(quiz: ParsedQuiz) -> ParsedQuiz:
    """Say of questions without a single box that they are of a kind that cannot be asked: that is no mistake in a box."""
    if quiz.format is not Format.MARKDOWN or len(quiz.questions) > MOST_QUESTIONS:  # that is some other text
        return quiz
    sizes = {message.line: message.text for message in quiz.messages if message.code == _SIZE}
    others = [question for question in quiz.questions if question.line in sizes and _is_other(question)]
    # What else is wrong there is still said.
    return _named(quiz, {one.line: one.reason.replace(sizes[one.line], NO_OPTIONS) for one in others}, NO_OPTIONS)


def _named(quiz: ParsedQuiz, reasons: Mapping[int, str], text: str) -> ParsedQuiz:
    """Refuse the questions on some lines, each for its reason, and say `text` about them."""
    if not reasons:
        return quiz
    questions = [
        replace(question, state=State.CONTRADICTION, reason=reasons[question.line]) if question.line in reasons else question
        for question in quiz.questions
    ]
    messages = [
        Message(message.line, CANNOT_BE_ASKED, text) if message.code == _SIZE and message.line in reasons else message
        for message in quiz.messages
    ]
    return replace(quiz, questions=tuple(questions), messages=in_order(messages))


def _is_other(question: ParsedQuestion) -> bool:
    return question.kind is Kind.UNSUPPORTED and question.draw is None


def _is_ordering(question: ParsedQuestion) -> bool:
    return _is_other(question) and _ends_in_list([line for line in split_lines(question.stem) if line.strip()])


def _ends_in_list(lines: Sequence[str]) -> bool:
    return len(lines) > 2 and all(_NUMBERED.fullmatch(line) for line in lines[-2:])
