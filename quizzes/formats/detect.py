"""From the bytes of a file to a parsed quiz, whatever the bytes are."""

from collections import Counter
from dataclasses import replace

from quizzes.formats import markdown, review
from quizzes.formats.model import (
    SUPPORTED,
    Dialect,
    Format,
    Message,
    ParsedQuestion,
    ParsedQuiz,
    Sureness,
    in_order,
)
from quizzes.formats.native_kinds import name_orderings, name_without_boxes
from quizzes.formats.pasted_habits import is_native, looks_pasted
from quizzes.formats.prompts import has_blank
from quizzes.formats.relatives import read_relative
from quizzes.scoring import Kind

MAX_BYTES = 200_000
MAX_LINES = 20_000
"""Ten letters a line in the longest file; a thousand questions have half as many. More is no quiz, and slow to read."""
NO_SIGNS = (
    'no quiz found: neither boxes "- [ ]" nor the check and close marks of a pasted review'
    " — name the format if there is a quiz in it"
)
_ENOUGH = 2


def parse_quiz(data: bytes, *, format: str = "auto", filename: str = "quiz.md") -> ParsedQuiz:  # noqa: A002 - the option is called so
    """Return the quiz in a file's bytes. Never raises; what is wrong is in `messages`.

    `format` is a value of `Format`; "auto" finds out by what stands in the text, and says how sure that is in
    `sureness`, `why` and a message. `filename` only names the file in messages.
    """
    known = Format(format) if format in set(Format) else None
    if known is not Format.AUTO and known not in SUPPORTED:
        return _refused(known or Format.AUTO, filename, _not_supported(format))
    wrong = _unreadable(data)
    if wrong is not None:
        return _refused(known, filename, wrong)
    text = data.decode("utf-8")
    if known is Format.REVIEW:
        return review.parse(text, filename=filename)
    # Not before the format is known: a heading without boxes counts against the native one.
    return name_without_boxes(_markdown(text, filename) if known is Format.MARKDOWN else _found_out(text, filename))


def _refused(known: Format, filename: str, message: Message) -> ParsedQuiz:
    return ParsedQuiz(known, messages=(message,), filename=filename)


def _not_supported(name: str) -> Message:
    supported = ", ".join(SUPPORTED)
    text = f'format "{name}" is not supported by this version; supported are: {supported}'
    return Message(None, "E214", text)


def _unreadable(data: bytes) -> Message | None:
    if len(data) > MAX_BYTES:
        text = f"file has more than {MAX_BYTES:,} bytes, the most a quiz may have — split it into several"
        return Message(None, "E208", text)
    if max(data.count(b"\n"), data.count(b"\r")) > MAX_LINES:
        text = f"file has more than {MAX_LINES:,} lines, the most a quiz may have — split it into several"
        return Message(None, "E208", text)
    if not data.removeprefix(b"\xef\xbb\xbf").strip():
        return Message(None, "E209", "file is empty — write or paste a quiz first")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = f"file is not UTF-8 at byte {error.start} — save it as UTF-8"
        return Message(_line_at(data, error.start), "E206", text)
    if b"\0" in data:
        at = data.index(b"\0")
        return Message(_line_at(data, at), "E206", f"file contains a NUL at byte {at} — is it a text file?")
    return None


def _line_at(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1


def _markdown(text: str, filename: str) -> ParsedQuiz:
    """Read boxes: the native format, or a relative that the text is in and the native format makes nothing of."""
    relative = read_relative(text, filename, signed=True)
    if relative:
        return relative[0]
    native = name_orderings(markdown.parse(text, filename))
    relative = read_relative(text, filename, signed=False) if native.errors else None
    return relative[0] if relative else native


def _found_out(text: str, filename: str) -> ParsedQuiz:
    if relative := read_relative(text, filename, signed=True):
        return _told(relative[0], Sureness.SURE, f"the text has {relative[1]}")
    boxes, icons = markdown.signs(text), review.signs(text)
    if icons and icons >= boxes:
        return _as_review(text, filename, icons)
    native = name_orderings(markdown.parse(text, filename)) if boxes else None
    if native and native.questions and not native.errors:
        return _told(native, Sureness.SURE, f"{boxes} boxes stand below headings")
    relative = read_relative(text, filename, signed=False)
    if relative is None:
        return _native_or_pasted(text, native, (boxes, icons), filename)
    # A title above what somebody wrote down makes it look like a relative, but not a good one.
    pasted = _as_review(text, filename, icons) if relative[0].errors else None
    if pasted and pasted.questions and len(pasted.undecided) < len(relative[0].undecided):
        return pasted
    return _told(relative[0], Sureness.LIKELY, f"the text looks like {relative[1]}")


def _native_or_pasted(text: str, native: ParsedQuiz | None, signs: tuple[int, int], filename: str) -> ParsedQuiz:
    """Take what note takers write for what it is, and leave the errors of a native file to its author.

    `signs` are the lines with boxes and those that only a result page has.
    """
    boxes, icons = signs
    pasted = _as_review(text, filename, icons)
    if native is None:
        return pasted if pasted.range else _refused(Format.AUTO, filename, Message(None, "E213", NO_SIGNS))
    habits = looks_pasted(text) and len(pasted.undecided) <= len(native.undecided)
    other = not pasted.undecided and any(question.dialect is not Dialect.TASKS for question in pasted.questions)
    better = _ready(pasted) > max(1, 2 * _ready(native)) or (
        _ready(pasted) > _ready(native) and any(message.code == "E109" for message in native.errors)
    )
    if pasted.questions and not is_native(text, native) and (habits or other or better or not native.questions):
        return pasted
    return _told(native, Sureness.LIKELY, f"{boxes} boxes were found, but not all of it is as it should be")


def _ready(quiz: ParsedQuiz) -> int:
    return len(quiz.questions) - len(quiz.undecided)


def _as_review(text: str, filename: str, signs: int) -> ParsedQuiz:
    """Read a pasted quiz; without a single mark of what is right it is none."""
    quiz = review.parse(text, filename=filename)
    refused = any(message.code == "E216" for message in quiz.messages)
    told = [question for question in quiz.questions if _says_something(question)]
    if not told and not refused and not signs and not _has_blanks_only(quiz):
        return ParsedQuiz(Format.AUTO, filename=filename)
    if not told:
        return _told(quiz, Sureness.LIKELY if refused else Sureness.GUESS, "nothing is marked that could be wrong or right")
    counted = Counter(question.dialect for question in told if question.dialect)
    ways = ", ".join(f"{dialect} ({count})" for dialect, count in counted.most_common())
    why = f"{len(told)} of {len(quiz.questions)} questions show what is right by {ways}"
    if len(told) < _ENOUGH or _only_bare_words(told):
        return _told(quiz, Sureness.GUESS if _only_bare_words(told) else Sureness.LIKELY, why)
    return _told(quiz, Sureness.SURE if len(told) == len(quiz.questions) else Sureness.LIKELY, why)


def _says_something(question: ParsedQuestion) -> bool:
    if question.dialect is Dialect.UNMARKED:
        return False
    return any(option.mark is not None or option.correct for option in question.options)


def _has_blanks_only(quiz: ParsedQuiz) -> bool:
    """Tell whether there is nothing but blanks with what belongs there: no quiz to take, but one to tell about."""
    return bool(quiz.questions) and all(
        question.kind is Kind.UNSUPPORTED and has_blank(question.stem) and question.feedback.general
        for question in quiz.questions
    )


def _only_bare_words(questions: list[ParsedQuestion]) -> bool:
    """Tell whether all that shows the marks are words glued to the text, which may be part of it."""
    return all("bare word" in question.reason for question in questions)


def _told(quiz: ParsedQuiz, sureness: Sureness, why: str) -> ParsedQuiz:
    """Say what the text was taken for and how sure that is; where it is not sure, in a message, too."""
    told = replace(quiz, sureness=sureness, why=why)
    if sureness is Sureness.SURE:
        return told
    return replace(told, messages=in_order([*quiz.messages, Message(None, "I403", told.detection())]))
