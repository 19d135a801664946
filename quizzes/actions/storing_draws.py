"""From a quiz's text to what ties it to the bank: the tags of its questions, its draws, questions that come back.

Part of `quizzes.actions.storing`, which calls it in its transaction. Where the text writes tags, they are the question's
tags; where it writes none, the tags live in the bank alone and an edit of the text leaves them. What the text wrote before
and no longer writes is taken away.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef

from course.models import Course
from quizzes.actions.refusals import RefusedError
from quizzes.content import can_be_asked
from quizzes.draws import is_draw, newest, short_quizzes
from quizzes.enums import QuizState
from quizzes.formats import markdown
from quizzes.formats.model import ParsedQuestion, ParsedQuiz, State
from quizzes.models import AttemptQuestion, Bank, Question, QuestionVersion, Quiz, QuizDraw, QuizItem, Tag
from quizzes.wording import listed

Wanted = dict[int, tuple[str, ...]]  # tags by the primary key of their question


def has_place(question: ParsedQuestion) -> bool:
    """Tell whether a parsed question takes a place of its quiz: it can be asked, or it is a draw."""
    return can_be_asked(question) or is_draw(question)


def positions_of(parsed: ParsedQuiz) -> dict[int, int]:
    """Return the positions (from 1) that fixed questions and draws share, by the index of the parsed question."""
    placed = [index for index, question in enumerate(parsed.questions) if has_place(question)]
    return {index: position for position, index in enumerate(placed, 1)}


def tags_of(questions: Collection[int]) -> dict[int, set[str]]:
    """Return the names of the tags of questions by primary key; those without any are left out. One query."""
    found: dict[int, set[str]] = {}
    rows = Question.tags.through.objects.filter(question__in=questions).values_list("question", "tag__name")
    for question, name in rows:
        found.setdefault(question, set()).add(name)
    return found


def tags_written(text: str) -> dict[int, tuple[str, ...]]:
    """Return the tags that a quiz text writes, by the position of the question."""
    if "tags=" not in text:
        return {}
    parsed = markdown.parse(text)
    return {at: tags for index, at in positions_of(parsed).items() if (tags := parsed.questions[index].tags) is not None}


def tags_wanted(
    pairs: Iterable[tuple[ParsedQuestion, Question, int | None]], stored: Mapping[int, set[str]], before: str
) -> dict[Question, tuple[str, ...]]:
    """Return the questions whose tags are to change, with their new ones.

    `pairs` are each parsed question, its row, and the position that it had in the text `before` (None: it is new).
    A question with an error is in no pool until it is repaired. Raises RefusedError where only the bank knows its tags,
    which would be lost.
    """
    written = tags_written(before)
    wanted = {}
    for parsed, question, position in pairs:
        now = stored.get(question.pk, set()) if question.pk else set()
        tags = parsed.tags if parsed.tags is not None else () if position in written else None
        if parsed.state is not State.READY:
            if now and tags is None:
                raise RefusedError([_in_error(parsed, now)])
            tags = ()
        if tags is not None and set(tags) != now:
            wanted[question] = tags
    return wanted


def _in_error(parsed: ParsedQuestion, tags: Iterable[str]) -> str:
    return (
        f"Line {parsed.line}: this question is in the bank under {listed([f'“{tag}”' for tag in sorted(tags)])}, where quizzes draw"
        " from, so it cannot have an error. Correct it, or take its tags away on its page in the bank."
    )


def set_tags(bank: Bank, wanted: Mapping[Question, Sequence[str]]) -> None:
    """Give questions exactly these tags; a tag that nothing uses any more goes."""
    if not wanted:
        return
    _hold(bank)
    names = {name for tags in wanted.values() for name in tags}
    rows = {tag.name: tag for tag in tags_named(bank, names)}
    through = Question.tags.through
    through.objects.filter(question__in=wanted).delete()
    through.objects.bulk_create(through(question=question, tag=rows[name]) for question, tags in wanted.items() for name in tags)
    drop_unused_tags(bank)


def tags_named(bank: Bank, names: Collection[str]) -> Iterable[Tag]:
    """Return the tags of a bank with these names, making those that it lacks."""
    if not names:
        return []
    Tag.objects.bulk_create([Tag(bank=bank, name=name) for name in sorted(names)], ignore_conflicts=True)
    return Tag.objects.filter(bank=bank, name__in=names)


def drop_unused_tags(bank: Bank) -> None:
    """Delete the tags of a bank that no question has and no draw takes from."""
    Tag.objects.filter(bank=bank, questions=None, draws=None).delete()


def set_draws(quiz: Quiz, bank: Bank, parsed: ParsedQuiz, before: str) -> None:
    """Make a quiz's draws those of its parsed text; `before` is the text that they come from."""
    draws = [(at, parsed.questions[index]) for index, at in positions_of(parsed).items() if is_draw(parsed.questions[index])]
    if "draw=" not in before and not draws:
        return
    _hold(bank)
    quiz.draws.all().delete()
    names = {name for _, question in draws for name in question.tags or ()}
    rows = {tag.name: tag for tag in tags_named(bank, names)}
    QuizDraw.objects.bulk_create(
        QuizDraw(quiz=quiz, position=at, tag=rows[(question.tags or ("",))[0]], count=question.draw or 0)
        for at, question in draws
    )
    drop_unused_tags(bank)


def hold_pools(course: Course) -> None:
    """Lock the bank of a course until the transaction ends, always after the quiz and the question.

    Who publishes a quiz that draws and who takes a question out of a pool stand in line here: both look whether enough are
    left, and neither sees what the other has not finished.
    """
    list(Bank.objects.select_for_update(no_key=True).filter(course=course).values_list("pk"))


def _hold(bank: Bank) -> None:
    """Lock a bank, as `hold_pools`: a tag that one author gives must not be the one that another's edit drops."""
    Bank.objects.select_for_update(no_key=True).get(pk=bank.pk)


def refuse_short_draws(course: Course, now: datetime) -> None:
    """Raise RefusedError if a published quiz of the course cannot be filled any more; the caller's transaction undoes all."""
    hold_pools(course)
    reasons = short_quizzes(course, now)
    if reasons:
        raise RefusedError(reasons)


def returning(quiz: Quiz, kept: Collection[int]) -> Iterator[QuestionVersion]:
    """Yield the questions, in their newest version with its key, that attempts at this quiz showed and no quiz asks any more.

    Who deletes a question of a running quiz and writes it again means the same one. What has a tag is in the bank on its
    own account and stays there. Three queries; none for a draft, which nobody has started.
    """
    if quiz.state != QuizState.PUBLISHED:
        return
    shown = AttemptQuestion.objects.filter(attempt__quiz=quiz, version__question=OuterRef("question"))
    asked = QuizItem.objects.filter(version__question=OuterRef("question"))
    found = newest(QuestionVersion.objects.filter(Exists(shown), ~Exists(asked), question__tags=None))
    yield from (
        found.exclude(question__in=kept).select_related("question", "key").prefetch_related("options__key").order_by("-pk")
    )
