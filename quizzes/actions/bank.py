"""The doors of a course's bank: write a question, give it tags, copy it into a quiz, delete it.

A question has one home. If it stands in the text of a quiz, that text is where it is changed; otherwise the bank is.
Quizzes never share a question: a copy is a question of its own, so that a change in one quiz cannot change another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from course.models import Course
from quizzes.actions.authoring import write_text
from quizzes.actions.refusals import RefusedError, TextConflictError
from quizzes.actions.storing import store_question
from quizzes.actions.storing_draws import positions_of, refuse_short_draws, set_tags, tags_of
from quizzes.bank_text import appended, question_text
from quizzes.content import Content, can_be_asked, content_of, content_stored
from quizzes.draws import newest
from quizzes.formats import head_edits, markdown
from quizzes.formats.lines import split_lines
from quizzes.formats.model import ParsedQuestion, State
from quizzes.models import AttemptQuestion, Bank, Question, QuestionVersion, Quiz, QuizItem
from quizzes.wording import capital


class DuplicateQuestionError(Exception):
    """The bank has a question that says exactly the same: `question`. Nothing was written."""

    def __init__(self, question: Question) -> None:
        super().__init__("this question is in the bank already")
        self.question = question


@dataclass(frozen=True, slots=True)
class _Written:
    """One question as typed: parsed, with its heading line."""

    parsed: ParsedQuestion
    head: str

    @property
    def content(self) -> Content:
        return content_of(self.parsed, head=self.head)


def newest_version(question: Question) -> QuestionVersion:
    """Return the newest version of a question with its options and key. Three queries."""
    found = question.versions.select_related("question", "key").prefetch_related("options__key").order_by("-number")
    return found[:1].get()


@transaction.atomic
def add_question(*, course: Course, text: str, tags: Sequence[str], author: User | None, now: datetime) -> Question:
    """Write a new question into the bank of a course: `text` is one question in the native format.

    Tags written in the text count besides `tags`. Raises RefusedError for a text that is not one question without errors,
    DuplicateQuestionError if the bank has the very same one.
    """
    written = _read(text)
    bank = Bank.objects.select_for_update(no_key=True).get_or_create(course=course)[0]
    same = newest(QuestionVersion.objects.filter(question__bank=bank, stem=written.content.stem))
    for version in same.select_related("question", "key").prefetch_related("options__key"):
        if content_stored(version) == written.content:
            raise DuplicateQuestionError(version.question)
    version = store_question(bank=bank, parsed=written.parsed, head=written.head, before=None, author=author, now=now)
    set_tags(bank, {version.question: _with_written(tags, written)})
    return version.question


@transaction.atomic
def change_question(*, question: Question, text: str, base: int, author: User | None, now: datetime) -> QuestionVersion:
    """Make `text` what a question of the bank says, and return its version: a new one if it says something new.

    `base` is the number of the version that the author began with. Attempts keep the version that they show.
    Raises RefusedError for a text that is not one question without errors and for a question that lives in a quiz,
    TextConflictError if there is a newer version than `base`.
    """
    written = _read(text)
    question = _held(question)
    home = QuizItem.objects.filter(version__question=question).select_related("quiz").first()
    if home is not None:
        raise RefusedError([f"This question stands in the quiz “{home.quiz}”. Change it in the text of that quiz."])
    before = newest_version(question)
    if before.number != base and content_stored(before) != written.content:
        raise TextConflictError(question_text(content_stored(before), question.slug), before.number)
    version = store_question(bank=question.bank, parsed=written.parsed, head=written.head, before=before, author=author, now=now)
    now_has = tags_of([question.pk]).get(question.pk, set())
    set_tags(question.bank, {question: _with_written(sorted(now_has), written)})
    return version


@transaction.atomic
def tag_question(*, question: Question, tags: Sequence[str], author: User | None, now: datetime) -> None:
    """Give a question exactly these tags. Where the text of its quiz writes its tags, they are changed there, too.

    Raises RefusedError for a question with an error in its text, and if a published quiz could not be filled any more.
    """
    quizzes = Quiz.objects.filter(items__version__question=question).order_by("pk").values_list("pk", flat=True)
    for pk in list(quizzes):
        quiz = Quiz.objects.select_for_update(of=("self",)).select_related("course").get(pk=pk)
        _tag_in_text(quiz, question, tags, author, now)
    question = _held(question)
    had = tags_of([question.pk]).get(question.pk, set())
    if had != set(tags):
        set_tags(question.bank, {question: tuple(tags)})
    if had - set(tags):
        refuse_short_draws(question.bank.course, now)


@transaction.atomic
def copy_question(*, question: Question, quiz: Quiz, author: User | None, now: datetime) -> Quiz:
    """Append a copy of a question's newest version to the text of a quiz, and return the quiz. The copy has no tags.

    Raises RefusedError where the end of that text does not take a question, and as `save_quiz_text` does.
    """
    quiz = Quiz.objects.select_for_update(of=("self",)).select_related("course").get(pk=quiz.pk)
    content = content_stored(newest_version(question))
    text = appended(quiz.source, content)
    before, after = markdown.parse(quiz.source), markdown.parse(text)
    last = after.questions[-1] if after.questions else None
    heads = split_lines(text)
    if last is None or len(after.questions) != len(before.questions) + 1 or _said(last, heads) != content:
        raise RefusedError([f"The text of “{quiz}” has an error that reaches to its end. Repair it first, then copy again."])
    return write_text(quiz=quiz, text=text, author=author, now=now)


@transaction.atomic
def delete_question(*, question: Question) -> None:
    """Delete a question from the bank. Raises RefusedError while a quiz asks it, an attempt shows it, or it has a tag."""
    question = _held(question)
    home = QuizItem.objects.filter(version__question=question).select_related("quiz").first()
    why = why_not_deletable(
        home=home.quiz if home else None,
        shown=AttemptQuestion.objects.filter(version__question=question).exists(),
        tagged=question.tags.exists(),
    )
    if why:
        raise RefusedError([why])
    question.delete()


def why_not_deletable(*, home: Quiz | None, shown: bool, tagged: bool) -> str:
    """Return in words what keeps a question in the bank; "" if it can be deleted."""
    if home is not None:
        return f"It stands in the quiz “{home}”."
    if shown:
        return "Students have answered it, and their results show it."
    # Somebody may be starting a quiz that draws it at this moment: first it leaves its pools.
    return "Take its tags away first: quizzes may be drawing it." if tagged else ""


def _read(text: str) -> _Written:
    """Return the one question of a typed text. Raises RefusedError for anything else."""
    quiz = markdown.parse(text)
    reasons = [
        f"Line {message.line}: {message.text}." if message.line else f"{capital(message.text)}." for message in quiz.errors
    ]
    if not reasons and len(quiz.questions) != 1:
        reasons = [f"There are {len(quiz.questions)} questions in this text. Write one; the next gets a page of its own."]
    if not reasons and (quiz.intro or quiz.title):
        reasons = ["There is text above the question. Begin with its heading: ## What do you ask?"]
    if not reasons and quiz.questions[0].draw is not None:
        reasons = ["A draw belongs into the text of a quiz. Here stands one question with its options."]
    if reasons:
        raise RefusedError(reasons)
    parsed = quiz.questions[0]
    if not can_be_asked(parsed):
        raise RefusedError(["A question needs at least two options, each on a line with a box: - [x] or - [ ]."])
    return _Written(parsed, split_lines(text)[parsed.line - 1])


def _said(question: ParsedQuestion, lines: Sequence[str]) -> Content:
    return content_of(question, head=lines[question.line - 1])


def _with_written(tags: Sequence[str], written: _Written) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*tags, *(written.parsed.tags or ())]))


def _held(question: Question) -> Question:
    """Lock a question: whoever changes it next waits."""
    return Question.objects.select_for_update(of=("self",)).select_related("bank__course").get(pk=question.pk)


def _tag_in_text(quiz: Quiz, question: Question, tags: Sequence[str], author: User | None, now: datetime) -> None:
    """Change the tags of a question in the text of the (locked) quiz that asks it, if they are written there."""
    parsed = markdown.parse(quiz.source)
    at = {position: parsed.questions[index] for index, position in positions_of(parsed).items()}
    for position in quiz.items.filter(version__question=question).values_list("position", flat=True):
        written = at.get(position)
        if written is None or written.state is not State.READY:
            raise RefusedError([f"This question has an error in the text of “{quiz}”. Repair it there first."])
        if written.tags is not None and set(written.tags) != set(tags):
            text = head_edits.set_tags(quiz.source, written.line, tags)
            write_text(quiz=quiz, text=text, author=author, now=now)
