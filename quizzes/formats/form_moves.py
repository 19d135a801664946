"""What the buttons of the form do to a quiz text: add, move and delete questions and options. Other lines stay as they are.

Places are 0-based. A place that is not there leaves the text as it is: a button pressed twice does no harm.
"""

import re

from quizzes.formats import markdown
from quizzes.formats.form_edits import in_style
from quizzes.formats.lines import split_lines
from quizzes.formats.model import ParsedQuestion
from quizzes.formats.text_lines import TextLines

NEW_OPTIONS = 3
_PREFIX = re.compile(r"([ \t]*)([-*+]|\d{1,9})([.)]?[ \t]+)\[")


def add_question(text: str) -> str:
    """Return the text with an empty question at its end."""
    questions = markdown.parse(text).questions
    lines = TextLines(text)
    level = "##"
    if questions:
        head = lines[questions[0].first_line]
        level = "#" * (len(head.strip()) - len(head.strip().lstrip("#")))
    gap = [] if not len(lines) or not lines[len(lines)].strip() else [""]
    lines.replace(len(lines) + 1, len(lines), [*gap, level, "", *["- [ ]"] * NEW_OPTIONS])
    return lines.text


def delete_question(text: str, place: int) -> str:
    """Return the text without a question and without the blank lines before the next one."""
    questions = markdown.parse(text).questions
    if not 0 <= place < len(questions):
        return text
    lines = TextLines(text)
    first = questions[place].first_line
    last = questions[place + 1].first_line - 1 if place + 1 < len(questions) else len(lines)
    lines.replace(first, last, [])
    while place + 1 == len(questions) and len(lines) and first - 1 <= len(lines) and not lines[len(lines)].strip():
        lines.replace(len(lines), len(lines), [])
    return lines.text


def move_question(text: str, place: int, by: int) -> str:
    """Return the text with a question changing places with its neighbour: `by` is -1 for up, 1 for down."""
    questions = markdown.parse(text).questions
    upper = min(place, place + by)
    if not (upper >= 0 and upper + 1 < len(questions)):
        return text
    lines = TextLines(text)
    lines.swap(_span(questions[upper]), _span(questions[upper + 1]))
    return lines.text


def add_option(text: str, place: int) -> str:
    """Return the text with an empty option after the last one of a question, written as that one is."""
    questions = markdown.parse(text).questions
    if not 0 <= place < len(questions) or questions[place].draw is not None:
        return text
    question, lines = questions[place], TextLines(text)
    if not question.options:
        lines.replace(question.end_line + 1, question.end_line, ["", "- [ ]"])
        return lines.text
    last = question.options[-1]
    loose = len(question.options) > 1 and last.line - question.options[-2].end_line > 1
    lines.replace(last.end_line + 1, last.end_line, [""] * loose + in_style(["- [ ]"], _next_prefix(lines[last.line])))
    return lines.text


def delete_option(text: str, place: int, option: int) -> str:
    """Return the text without one option of a question, and without the blank lines that parted it from the next."""
    question = _question(text, place, option)
    if question is None:
        return text
    lines, gone = TextLines(text), question.options[option]
    first, last = gone.line, gone.end_line
    if option + 1 < len(question.options):
        last = question.options[option + 1].line - 1
    elif option:
        first = question.options[option - 1].end_line + 1
    lines.replace(first, last, [])
    return lines.text


def move_option(text: str, place: int, option: int, by: int) -> str:
    """Return the text with an option changing places with its neighbour: `by` is -1 for up, 1 for down."""
    upper = min(option, option + by)
    question = _question(text, place, upper + 1)
    if question is None or upper < 0:
        return text
    lines = TextLines(text)
    first, second = question.options[upper], question.options[upper + 1]
    lines.swap((first.line, first.end_line), (second.line, second.end_line))
    return lines.text


def _question(text: str, place: int, option: int) -> ParsedQuestion | None:
    questions = markdown.parse(text).questions
    if not 0 <= place < len(questions) or not 0 <= option < len(questions[place].options):
        return None
    return questions[place]


def _span(question: ParsedQuestion) -> tuple[int, int]:
    return question.first_line, question.end_line


def _next_prefix(line: str) -> str:
    match = _PREFIX.match(split_lines(line)[0])
    if match is None:
        return "- "
    marker = str(int(match[2]) + 1) if match[2].isdigit() else match[2]
    return match[1] + marker + match[3]
