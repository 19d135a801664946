"""Writing quizzes: the text of one, a new one, one from a file. The text is the record, the rows are made from it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePath

from django.db import transaction
from django.utils.text import slugify

from accounts.models import User
from course.actions.pages import save_page
from course.models import Course, Page, Week
from quizzes.actions.allowances import reschedule_running, restore_credit
from quizzes.actions.front_settings import MAX_TITLE, apply_settings, unused_in_practice
from quizzes.actions.refusals import RefusedError, TextConflictError
from quizzes.actions.storing import Uncertainty, store
from quizzes.checks import broken_questions, question_at
from quizzes.enums import Doubt, QuizState, Settled
from quizzes.formats import markdown
from quizzes.formats.front_matter import FIRST_LINE
from quizzes.formats.model import (
    Format,
    Message,
    ParsedQuestion,
    ParsedQuiz,
    QuizSettings,
    State,
    in_order,
)
from quizzes.identity import Told
from quizzes.models import Quiz
from quizzes.question_html import asked_html
from quizzes.quiztext import decided, take_settings, with_right
from quizzes.walltime import NoSuchTimeError
from quizzes.wording import listed

PASTED = "pasted text"  # stands where a file would have a name
# Addresses below quizzes/ that are not quizzes.
RESERVED_SLUGS = frozenset({"new", "import", "bank", "receipts"})
TEMPLATE = "\n".join(
    f"## Question {number}: what do you ask?\n\n- [ ] First option\n- [ ] Second option\n- [ ] Third option\n"
    for number in ("one", "two", "three", "four", "five")
)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import made: the quiz, the pages that hold the text around it, and how many attempts were graded again.

    `apart` says in sentences whose points a changed key cannot reach.
    """

    quiz: Quiz
    pages: tuple[Page, ...]
    regraded: int = 0
    apart: tuple[str, ...] = ()


@transaction.atomic
def save_quiz_text(
    *, quiz: Quiz, text: str, author: User | None, now: datetime, base: int | None = None, told: Told | None = None
) -> Quiz:
    """Make `text` (native format) the text of a quiz and its questions, and return the quiz as stored.

    `base` is the revision that the author began with, `told` what somebody said about which is which. Drafts may have errors in them. Attempts keep what they showed.
    Front matter moves into the fields of the quiz. The same text again changes nothing.
    Raises TextConflictError if the text is no longer revision `base`; RefusedError if a published quiz would get errors.
    """
    quiz = Quiz.objects.select_for_update(of=("self",)).select_related("course").get(pk=quiz.pk)
    if text == quiz.source:
        return quiz
    if base is not None and base != quiz.revision:
        raise TextConflictError(quiz.source, quiz.revision)
    return write_text(quiz=quiz, text=text, author=author, now=now, told=told)


def write_text(
    *,
    quiz: Quiz,
    text: str,
    author: User | None,
    now: datetime,
    uncertain: Mapping[int, Uncertainty] | None = None,
    told: Told | None = None,
) -> Quiz:
    """Store a text in a quiz that the caller has locked; the part that saving, importing and settling share.

    Raises RefusedError as `save_quiz_text` does.
    """
    settings, text = take_settings(text)
    parsed = markdown.parse(text)
    if quiz.state == QuizState.PUBLISHED:
        _refuse_errors(parsed)
    apply_settings(quiz, settings)
    quiz.title = (parsed.title or quiz.title)[:MAX_TITLE]
    quiz.intro_html = asked_html(parsed.intro)
    before, quiz.source = quiz.source, text
    quiz.revision += 1
    quiz.changed_at = now
    store(quiz=quiz, parsed=parsed, text=text, author=author, now=now, before=before, uncertain=uncertain, told=told)
    quiz.save()
    if settings != QuizSettings():
        reschedule_running(quiz, now)
        restore_credit(quiz, now)
    return quiz


@transaction.atomic
def new_quiz(*, course: Course, title: str, week: Week | None, author: User | None, now: datetime, text: str = TEMPLATE) -> Quiz:
    """Create a draft with `text` in it: five questions to overwrite, unless told otherwise."""
    quiz = Quiz(course=course, slug=free_slug(course, title), title=title[:MAX_TITLE], week=week, revision=0, changed_at=now)
    quiz.save()
    return write_text(quiz=quiz, text=text, author=author, now=now)


@transaction.atomic
def import_quiz(
    *,
    course: Course,
    source: str,
    parsed: ParsedQuiz,
    title: str = "",
    author: User | None,
    now: datetime,
    decisions: Mapping[int, frozenset[int]] | None = None,
    as_draft: bool = False,
) -> Imported:
    """Create a draft from a parsed file and return it with the pages that hold the text around it.

    `source` is the text that `parsed` was made from. `decisions` tells, for the index of a doubtful question, the
    positions of its right options; what is not decided stays open and keeps the quiz from being published. `as_draft` as in
    `refuse_import`. Raises RefusedError with one line for each error ("FILE:LINE: CODE …"); then nothing is imported.
    """
    refuse_import(parsed, as_draft=as_draft)
    settled = decisions or {}
    name = title.strip() or title_of(parsed)
    quiz = Quiz(course=course, slug=free_slug(course, name), title=name[:MAX_TITLE], revision=0, changed_at=now)
    quiz.save()
    quiz = write_import(quiz=quiz, source=source, parsed=parsed, author=author, now=now, decisions=settled)
    if title.strip():
        quiz.title = name[:MAX_TITLE]
        quiz.save(update_fields=["title"])
    return Imported(quiz, tuple(pages_around(course, parsed, name, author, now)))


def write_import(
    *,
    quiz: Quiz,
    source: str,
    parsed: ParsedQuiz,
    author: User | None,
    now: datetime,
    decisions: Mapping[int, frozenset[int]],
    told: Told | None = None,
) -> Quiz:
    """Store what was parsed, with the `decisions` made about it, in a quiz that the caller has locked or just made.

    `told` is what somebody said about which is which. Raises RefusedError where the front matter cannot be, as `import_quiz` does.
    """
    text, uncertain = imported_text(parsed, source, decisions), _uncertain(parsed, decisions)
    try:
        return write_text(quiz=quiz, text=text, author=author, now=now, uncertain=uncertain, told=told)
    except RefusedError as error:
        code = "E215" if isinstance(error.__cause__, NoSuchTimeError) else "E204"
        raise RefusedError(f"{parsed.filename}: {code} {reason}" for reason in error.reasons) from error


def imported_text(parsed: ParsedQuiz, source: str, decisions: Mapping[int, frozenset[int]]) -> str:
    """Return the native text that an import will store: the file as it is, or what is written for another format.

    In a file with boxes a decision changes the characters in the boxes of its question and nothing else.
    """
    if parsed.format is not Format.MARKDOWN or parsed.translated:
        questions = tuple(decided(q, decisions[i]) if i in decisions else q for i, q in enumerate(parsed.questions))
        # What is written comes back question by question and option by option (tests): the doubts hang on these places.
        return markdown.write(replace(parsed, questions=questions, title=None, settings=QuizSettings()))
    for index, right in decisions.items():
        source = with_right(source, parsed.questions[index], right)
    return source


def checked_against(course: Course, parsed: ParsedQuiz) -> ParsedQuiz:
    """Return a parsed file with warnings about what will not be taken over: a week that the course lacks, limits of practice.

    One query where it names a week.
    """
    number, found = parsed.settings.week, list(parsed.messages)
    if number is not None and not Week.objects.filter(course=course, number=number).exists():
        text = (
            f"the course has no week {number}, so the quiz will belong to none — import that week first, or choose a week"
            " afterwards under “Dates and rules”"
        )
        found.append(Message(parsed.settings.week_line, "W318", text))
    if unused := unused_in_practice(parsed.settings):
        text = f"practice has no limits and shows everything at once, so {listed(unused)} will not be used — say kind: graded"
        found.append(Message(FIRST_LINE, "W330", f"{text} if it is to count"))
    return replace(parsed, messages=in_order(found))


def refuse_import(parsed: ParsedQuiz, *, as_draft: bool = False) -> None:
    """Raise RefusedError if a parsed file cannot be imported; what is only doubtful can.

    In a pasted review an error makes its question doubtful, and a person decides; in a quiz file the author wrote it.
    With `as_draft` somebody has looked at it: what is wrong inside a question stays in the draft's text to be repaired
    there, and keeps it from being published.
    """
    errors: Iterable[Message] = parsed.errors
    if parsed.format is Format.REVIEW and parsed.questions:
        errors = ()
    elif as_draft:
        errors = [message for message in errors if question_at(parsed, message.line) is None]
    if errors:
        raise RefusedError(message.render(parsed.filename) for message in errors)


def title_of(parsed: ParsedQuiz) -> str:
    """Return the title that a file gives its quiz, or its name in words."""
    words = "" if parsed.filename == PASTED else PurePath(parsed.filename).stem.replace("_", " ").replace("-", " ").strip()
    return parsed.settings.title or parsed.title or (words[:1].upper() + words[1:]) or "Imported quiz"


def free_slug(course: Course, title: str) -> str:
    """Return an address for a quiz that no other quiz of the course has."""
    stem = slugify(title)[:50].strip("-") or "quiz"
    taken = set(Quiz.objects.filter(course=course, slug__startswith=stem).values_list("slug", flat=True)) | RESERVED_SLUGS
    return next(slug for slug in _numbered(stem) if slug not in taken)


def _refuse_errors(parsed: ParsedQuiz) -> None:
    reasons = [f"Line {message.line}: {message.text}." if message.line else f"{message.text}." for message in parsed.errors]
    if reasons:
        raise RefusedError(reasons)


def _uncertain(parsed: ParsedQuiz, decisions: Mapping[int, frozenset[int]]) -> dict[int, Uncertainty]:
    """Return what stays open and what was decided, by the index of the question.

    An error that an author wrote into a file stays in the text and is gone with the next edit, so it is no doubt to be
    settled; but a key that is not known is, and whatever a text that is written anew no longer shows.
    """
    broken, as_it_is = broken_questions(parsed), parsed.format is Format.MARKDOWN and not parsed.translated
    found = {}
    for index, question in enumerate(parsed.questions):
        in_text = index + 1 in broken or (as_it_is and question.state is State.CONTRADICTION)
        if question.state is not State.READY and (index in decisions or not in_text):
            found[index] = _uncertainty(question, decisions.get(index))
    return found


def _uncertainty(question: ParsedQuestion, decision: frozenset[int] | None) -> Uncertainty:
    inferred = frozenset(index for index, option in enumerate(question.options) if option.inferred)
    if decision is None:
        return Uncertainty(Doubt(question.state.value), question.reason, inferred)
    confirmed = question.state is State.CONFIRM and decision == question.key
    return Uncertainty(Doubt.READY, question.reason, inferred, Settled.CONFIRMED if confirmed else Settled.CHOSEN)


def pages_around(course: Course, parsed: ParsedQuiz, title: str, author: "User | None", now: datetime) -> Iterator[Page]:
    """Make draft pages of the text above and below a pasted review, exactly as it is, and return them one by one."""
    for source, name in ((parsed.notes, f"Notes to {title}"), (parsed.rest, f"After {title}")):
        if source.strip():
            yield save_page(course=course, page=None, title=name[:200], source=source, author=author, now=now)


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem}-{number}"
        number += 1
