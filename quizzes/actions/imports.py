"""Quiz texts that were brought in and wait for somebody to look at what was found in them."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import PurePath

from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify

from accounts.models import User
from course.models import Course, ImportDraft, Page
from quizzes.actions.authoring import (
    PASTED,
    Imported,
    import_quiz,
    imported_text,
    pages_around,
    refuse_import,
    title_of,
    write_import,
)
from quizzes.actions.front_settings import MAX_TITLE
from quizzes.actions.newer_text import take_newer_text
from quizzes.actions.refusals import RefusedError, TextConflictError
from quizzes.enums import QuizState
from quizzes.formats import markdown
from quizzes.formats.model import Format, ParsedQuiz, QuizPurpose, State
from quizzes.models import Quiz
from quizzes.reading import Reading

KEPT_FOR = timedelta(days=7)
KIND = "quiz"


@transaction.atomic
def keep_quiz_draft(
    *, course: Course, person: User, filename: str, text: str, known: str, now: datetime, found: ParsedQuiz | None = None
) -> ImportDraft:
    """Keep a text that `person` brought for a week; `known` is its format, `found` tells how sure that is and why.

    Older drafts of the same person go.
    """
    ImportDraft.objects.filter(person=person, created_at__lt=now - KEPT_FOR).delete()
    return ImportDraft.objects.create(
        course=course,
        person=person,
        kind=KIND,
        filename=filename,
        source=text,
        options={"format": known} | ({"sureness": found.sureness, "why": found.why} if found else {}),
        created_at=now,
    )


def read_as(*, draft: ImportDraft, known: Format) -> ImportDraft:
    """Take a text for what somebody says that it is, and not for what was found out."""
    draft.options = draft.options | {"format": known.value, "sureness": None, "why": ""}
    draft.save(update_fields=["options"])
    return draft


def keep_reading(*, draft: ImportDraft, reading: Reading) -> ImportDraft:
    """Remember how a text is to be read and what was decided about it so far."""
    options = draft.options | reading.as_options()
    if options != draft.options:
        draft.options = options
        draft.save(update_fields=["options"])
    return draft


@transaction.atomic
def import_draft(
    *,
    draft: ImportDraft,
    parsed: ParsedQuiz,
    title: str,
    now: datetime,
    decisions: Mapping[int, frozenset[int]],
    into: Quiz | None = None,
    base: int = 0,
    same: Mapping[str, str] | None = None,
    regrade: bool | None = None,
) -> Imported:
    """Import a kept text, as a quiz of its own or `into` one at revision `base`, and forget it; whoever brought it is the author.

    `same` and `regrade` are as in `replace_quiz`.

    Pressed twice it is imported once: raises ImportDraft.DoesNotExist the second time. Otherwise raises what `import_quiz`
    and `replace_quiz` do; then the text is kept.
    """
    # The second of two requests waits here for the first one, and then finds nothing to delete.
    if not ImportDraft.objects.filter(pk=draft.pk).delete()[0]:
        raise ImportDraft.DoesNotExist
    source, author = draft.source, draft.person
    if into is not None:
        return replace_quiz(
            quiz=into,
            base=base,
            source=source,
            parsed=parsed,
            title=title,
            author=author,
            now=now,
            decisions=decisions,
            same=same or {},
            regrade=regrade,
        )
    return import_quiz(
        course=draft.course,
        source=source,
        parsed=parsed,
        title=title,
        author=author,
        now=now,
        decisions=decisions,
        as_draft=True,
    )


def quiz_of_that_name(course: Course, parsed: ParsedQuiz) -> Quiz | None:
    """Return the quiz of the course that a file is a newer text of, by its title or its address; None if there is none.

    One query. A pasted text without a title has no name.
    """
    stem = "" if parsed.filename == PASTED else PurePath(parsed.filename).stem
    title = title_of(parsed)
    if not stem and title == title_of(replace(parsed, title=None, settings=replace(parsed.settings, title=None))):
        return None
    slugs = {slugify(stem), slugify(title)} - {""}
    named = Quiz.objects.filter(Q(title__iexact=title) | Q(slug__in=slugs), course=course)
    return named.select_related("course").order_by("-changed_at").first()


@transaction.atomic
def replace_quiz(
    *,
    quiz: Quiz,
    base: int,
    source: str,
    parsed: ParsedQuiz,
    title: str,
    author: User | None,
    now: datetime,
    decisions: Mapping[int, frozenset[int]],
    same: Mapping[str, str],
    regrade: bool | None,
) -> Imported:
    """Make what was parsed the text of a quiz that is there, and return it with the pages that hold the text around it.

    As any edit does it keeps what attempts have shown, and dates and rules that the file does not name. `same` answers which
    question or option is which, by the `ref` of each `Ask`; `regrade` whether attempts whose key changes are graded again.
    Raises MustAskError and KeyChangedError where that is not said (`take_newer_text`); TextConflictError if the quiz is no
    longer at revision `base`; RefusedError for what cannot be imported, for a text that would take a key away, and for
    open doubts in a quiz that students see. Nothing is written then.
    """
    refuse_import(parsed, as_draft=True)
    # The pages that may come with it wait for the course's row: that one first, as an import of a whole folder does.
    Course.objects.select_for_update(no_key=True, of=("self",)).get(pk=quiz.course_id)
    quiz = Quiz.objects.select_for_update(of=("self",)).select_related("course").get(pk=quiz.pk)
    if base != quiz.revision:
        raise TextConflictError(quiz.source, quiz.revision)
    text = imported_text(parsed, source, decisions)
    _refuse_lost_key(quiz, text)
    if quiz.state == QuizState.PUBLISHED:
        _refuse_open_doubts(quiz, parsed, decisions)
    taken = take_newer_text(
        quiz=quiz,
        text=text,
        answers=same,
        regrade=regrade,
        write=lambda told: write_import(
            quiz=quiz, source=source, parsed=parsed, author=author, now=now, decisions=decisions, told=told
        ),
        now=now,
    )
    quiz = taken.quiz
    if title.strip() and title.strip() != quiz.title:
        quiz.title = title.strip()[:MAX_TITLE]
        quiz.save(update_fields=["title"])
    around = _without_pages_of(quiz.course, parsed)
    pages = tuple(pages_around(quiz.course, around, quiz.title, author, now))
    return Imported(quiz, pages, taken.graded if taken.again else 0, taken.change.apart)


def _refuse_open_doubts(quiz: Quiz, parsed: ParsedQuiz, decisions: Collection[int]) -> None:
    """Raise RefusedError, with a line for each question that nobody settled: students would be asked it at once."""
    open_ = [at for at, one in enumerate(parsed.questions) if one.state is not State.READY and at not in decisions]
    if open_:
        raise RefusedError(
            f"Students see “{quiz.title}”, so question {at + 1} must be settled before it is replaced. Decide, or import it"
            " as a quiz of its own."
            for at in open_
        )


def _without_pages_of(course: Course, parsed: ParsedQuiz) -> ParsedQuiz:
    """Return what was parsed without the text around it that the course has as a page already."""
    texts = Page.objects.filter(course=course, source__in=[parsed.notes, parsed.rest]).values_list("source", flat=True)
    known = set(texts)
    return replace(
        parsed,
        notes="" if parsed.notes in known else parsed.notes,
        rest="" if parsed.rest in known else parsed.rest,
    )


def _refuse_lost_key(quiz: Quiz, text: str) -> None:
    """A copy for the public has no marks: putting it in the place of the one with the key would lose the key."""
    new = markdown.parse(text)
    has_key = any(question.key for question in markdown.parse(quiz.source).questions)
    if has_key and new.settings.purpose is not QuizPurpose.SURVEY and not any(question.key for question in new.questions):
        raise RefusedError(
            [
                f"No box is marked in this text, so “{quiz.title}” would lose its key. Choose what is right, or import it beside it."
            ]
        )
