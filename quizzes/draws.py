"""What a quiz draws from: which questions of the bank a draw may take, and whether there are enough.

A question can be drawn in its newest version, once nothing about it waits for a decision, and not by a quiz that asks it
anyway. Nothing here looks at a key.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from course.models import Course
from quizzes.enums import Doubt
from quizzes.formats.model import ParsedQuestion, ParsedQuiz, State
from quizzes.models import QuestionVersion, Quiz, QuizDraw, QuizItem
from quizzes.pools import Pool, lacking
from quizzes.wording import counted


@dataclass(frozen=True, slots=True)
class Draw:
    """One place of a quiz: `count` questions of the tag called `tag`."""

    count: int
    tag: str


def is_draw(question: ParsedQuestion) -> bool:
    """Tell whether a place of a parsed quiz is a draw without an error: one with an error stays in the text alone."""
    return question.draw is not None and question.state is State.READY


def draws_of(parsed: ParsedQuiz) -> list[tuple[int, Draw]]:
    """Return the draws of a parsed quiz with the numbers (from 1) of their places among its questions."""
    return [
        (number, Draw(question.draw or 0, (question.tags or ("",))[0]))
        for number, question in enumerate(parsed.questions, 1)
        if is_draw(question)
    ]


def newest(versions: "QuerySet[QuestionVersion]") -> "QuerySet[QuestionVersion]":
    """Return those versions after which there is none of the same question."""
    later = QuestionVersion.objects.filter(question=OuterRef("question"), number__gt=OuterRef("number"))
    return versions.filter(~Exists(later))


def drawable(course_id: int, tags: Collection[str]) -> "QuerySet[QuestionVersion]":
    """Return the newest versions of the questions that have one of the `tags` (a question with two of them twice)."""
    found = QuestionVersion.objects.filter(
        question__tags__name__in=tags, question__bank__course=course_id, doubt=Doubt.READY
    )  # one filter: the same join gives the name of the tag
    return newest(found)


def pools_of(draws: Iterable[Draw], members: Mapping[str, Collection[int]], fixed: Collection[int] = ()) -> list[Pool]:
    """Return the pools of a quiz's draws; `members` are the questions by tag, `fixed` those that the quiz asks anyway."""
    return [Pool(draw.count, frozenset(members.get(draw.tag, ())) - frozenset(fixed)) for draw in draws]


def pool_problems(quiz: Quiz, parsed: ParsedQuiz) -> Iterator[str]:
    """Say, in whole sentences, which draws of a quiz's text the bank cannot fill. Two queries if there is a draw, else none."""
    places = draws_of(parsed)
    if not places:
        return
    draws = [draw for _, draw in places]
    members = _members(quiz.course_id, {draw.tag for draw in draws})
    fixed = set(quiz.items.order_by().values_list("version__question", flat=True))
    pools = pools_of(draws, members, fixed)
    short = list(_short(draws, pools))
    for at, words in short:
        yield f"Question {places[at][0]} draws {words}"
    if not short and (missing := lacking(pools)):
        yield f"Its draws need different questions, and for all of them together {counted(missing, 'question')} too few are there."


def short_quizzes(course: Course, now: datetime) -> list[str]:
    """Say which published quizzes that somebody may still start draw more than the bank has. Three queries, one without draws."""
    startable = Q(quiz__closes_at__isnull=True) | Q(quiz__closes_at__gt=now) | Q(quiz__exceptions__closes_at__gt=now)
    found = QuizDraw.objects.filter(startable, quiz__in=Quiz.objects.filter(course=course).published()).distinct()
    by_quiz: dict[Quiz, list[Draw]] = {}
    for row in found.select_related("quiz", "tag").order_by("quiz", "position"):
        by_quiz.setdefault(row.quiz, []).append(Draw(row.count, row.tag.name))
    if not by_quiz:
        return []
    members = _members(course.pk, {draw.tag for draws in by_quiz.values() for draw in draws})
    fixed: dict[int, set[int]] = {}
    for quiz_id, question in QuizItem.objects.filter(quiz__in=by_quiz).values_list("quiz", "version__question"):
        fixed.setdefault(quiz_id, set()).add(question)
    return [words for quiz, draws in by_quiz.items() for words in _shortage(quiz, draws, members, fixed.get(quiz.pk, set()))]


def _shortage(quiz: Quiz, draws: Sequence[Draw], members: Mapping[str, Collection[int]], fixed: set[int]) -> Iterator[str]:
    pools = pools_of(draws, members, fixed)
    if not lacking(pools):
        return
    words = next((words for _, words in _short(draws, pools)), "more questions than are left for all of its draws together.")
    yield f"The published quiz “{quiz}” draws {words}"


def _short(draws: Sequence[Draw], pools: Sequence[Pool]) -> Iterator[tuple[int, str]]:
    for at, (draw, pool) in enumerate(zip(draws, pools, strict=True)):
        have = len(pool.members)
        if have < draw.count:
            there = "none is" if not have else "only one is" if have == 1 else f"only {have} are"
            yield at, f"{counted(draw.count, 'question')} tagged “{draw.tag}”, and {there} in the bank."


def _members(course_id: int, tags: Collection[str]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for tag, question in drawable(course_id, tags).values_list("question__tags__name", "question"):
        found.setdefault(tag, set()).add(question)
    return found
