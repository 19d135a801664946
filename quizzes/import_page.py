"""What the review step of an import shows: what was found beside its source, and what it would replace."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from course.line_changes import Change, compare
from course.models import ImportDraft
from quizzes.actions.authoring import checked_against, imported_text
from quizzes.asking import Ask
from quizzes.formats import markdown, review
from quizzes.formats.detect import parse_quiz
from quizzes.formats.front_matter import front_keys
from quizzes.formats.lines import split_lines
from quizzes.formats.model import Format, Level, Message, ParsedQuiz, QuizSettings, State, TextRange
from quizzes.formats.native_kinds import CANNOT_BE_ASKED
from quizzes.models import Quiz
from quizzes.preview import FoundQuestion, found_questions, ref_of
from quizzes.quiztext import take_settings
from quizzes.reading import Reading, key_by
from quizzes.which import NEW
from quizzes.which import Ask as Which
from quizzes.which import asks_about as which
from quizzes.wording import listed

_SAME = re.compile(r"same-(q[0-9]{1,4}(?:o[0-9]{1,4})?)")
_ANSWER = re.compile(rf"{NEW}|[0-9]{{1,4}}")


@dataclass(frozen=True, slots=True)
class ImportPage:
    """`need`: how many questions are in doubt. `notes_end`: the last line of what stands above the quiz, 0 if nothing does.

    `others` are other places that look like a quiz. `remarks` are messages that no question shows. `dialects` are the ways in
    which the questions are written, the most frequent first.
    """

    questions: list[FoundQuestion]
    unsupported: list[FoundQuestion]
    need: int
    lines: int
    is_review: bool
    notes_end: int
    rest: bool
    to_the_end: bool
    remarks: list[Message]
    others: list[TextRange]
    dialects: list[str]


@dataclass(frozen=True, slots=True)
class Replacement:
    """What an import would do to a quiz that is there: the lines that change, the settings that it names, who has started it.

    `asks` is what must be said about which question or option is which, each with the answer so far ("" for none).
    """

    quiz: Quiz
    changes: list[Change]
    says: str
    started: int
    asks: list[tuple[Which, str]]


def read(draft: ImportDraft, reading: Reading) -> ParsedQuiz:
    """Return what a kept text holds when it is read like that. One query where the text names a week."""
    known = draft.options.get("format", Format.AUTO.value)
    if known == Format.REVIEW:
        return review.parse(
            draft.source,
            start=reading.start,
            end=reading.end,
            joins=reading.joins,
            splits=reading.splits,
            filename=draft.filename,
        )
    return checked_against(draft.course, parse_quiz(draft.source.encode(), format=known, filename=draft.filename))


def keys_decided(parsed: ParsedQuiz, reading: Reading) -> dict[int, frozenset[int]]:
    """Return the positions of the right options of each doubtful question that is decided, by its index."""
    found = {}
    for index, question in enumerate(parsed.questions):
        said = reading.decisions.get(ref_of(question))
        key = said and question.state is not State.READY and key_by(said, question)
        if key:
            found[index] = key
    return found


def import_page(draft: ImportDraft, parsed: ParsedQuiz, asks: Mapping[str, Ask], reading: Reading) -> ImportPage:
    """Return what the review step shows of a kept text. No query."""
    questions = found_questions(parsed, draft.source, asks, reading.joins)
    lines = len(split_lines(draft.source.rstrip("\r\n")))
    is_review = parsed.format is Format.REVIEW
    inside = {number for question in parsed.questions for number in range(question.first_line, question.end_line + 1)}
    return ImportPage(
        questions=questions,
        unsupported=[question for question in questions if not question.supported],
        need=sum(question.state is not State.READY for question in questions),
        lines=lines,
        is_review=is_review,
        notes_end=parsed.range.start - 1 if parsed.range and parsed.notes.strip() else 0,
        rest=bool(parsed.rest.strip()),
        to_the_end=parsed.range is not None and parsed.range.end >= lines,
        remarks=[message for message in parsed.messages if message.line not in inside or _is_told_here(message, is_review)],
        others=[found for found in parsed.candidates if found != parsed.range],
        dialects=[name for name, _ in Counter(one.dialect for one in questions if one.dialect).most_common()],
    )


def _is_told_here(message: Message, is_review: bool) -> bool:
    """Whether a message about a question is told above: the doubts of a review and the errors of a file stand at the question.

    What cannot be asked has a list of its own.
    """
    return not is_review and message.level is not Level.ERROR and message.code != CANNOT_BE_ASKED


def replacement(quiz: Quiz, parsed: ParsedQuiz, source: str, reading: Reading) -> Replacement:
    """Return what importing a text in the place of a quiz would change. One query; six where somebody has started it."""
    settings, text = take_settings(imported_text(parsed, source, keys_decided(parsed, reading)))
    started = quiz.attempts.order_by().values("student").distinct().count()
    known = reading.same if reading.base == quiz.revision else {}
    asks = [(ask, known.get(ask["ref"], "")) for ask in which(quiz, markdown.parse(text))] if started else []
    return Replacement(quiz, compare(quiz.source, text), _named_keys(settings), started, asks)


def same_said(sent: Mapping[str, str]) -> dict[str, str]:
    """Return what a form says about which is which, by the `ref` of each question; fields that no form of ours has are left out."""
    answers = ((_SAME.fullmatch(name), sent[name]) for name in sent)
    return {match[1]: value for match, value in answers if match and _ANSWER.fullmatch(value)}


def _named_keys(settings: QuizSettings) -> str:
    said = {"kind": settings.purpose, "closes": settings.closes}
    return listed([key for key in sorted(front_keys()) if said.get(key, getattr(settings, key, None)) is not None])
