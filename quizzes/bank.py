"""What the pages of a course's bank show: the list with its search, one question with its versions and uses, a comparison."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from course.access import Membership
from course.models import Course
from quizzes.actions.bank import why_not_deletable
from quizzes.bank_diff import Change, Version, changes
from quizzes.content import content_stored
from quizzes.draws import newest
from quizzes.enums import Effect
from quizzes.models import AttemptQuestion, Option, Question, QuestionVersion, Quiz, QuizDraw, QuizItem, Tag
from quizzes.wording import letter

ON_A_PAGE = 25
MOST_ALIKE = 5
MOST_WORDS = 8  # of a search; each is a condition of the query


@dataclass(frozen=True, slots=True)
class Search:
    """What the list of the bank is asked for: words that all must occur, a tag, and a page (from 1)."""

    words: str = ""
    tag: str = ""
    page: str = "1"


@dataclass(frozen=True, slots=True)
class Line:
    """One question in the list, in its newest version; `quizzes` are those whose text it stands in."""

    question: Question
    version: QuestionVersion
    tags: tuple[str, ...]
    quizzes: tuple[Quiz, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    lines: list[Line]
    page: "Page[QuestionVersion]"
    tags: Sequence[Tag]  # with `size`, the number of their questions
    total: int


@dataclass(frozen=True, slots=True)
class OptionShown:
    """An option with its key, for those who teach: `mark` is right, wrong, neutral or always."""

    letter: str
    mark: str
    html: str
    ticked_html: str
    unticked_html: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in a question's history; `shown` is the number of attempts that show it."""

    version: QuestionVersion
    shown: int


@dataclass(frozen=True, slots=True)
class Use:
    """A quiz that asks a question: `drawn` of its draws may take it (0: it stands in the quiz's text)."""

    quiz: Quiz
    drawn: int


@dataclass(frozen=True, slots=True)
class QuestionPage:
    question: Question
    version: QuestionVersion
    options: list[OptionShown]
    versions: list[VersionLine]
    uses: list[Use]
    home: Quiz | None
    tags: tuple[str, ...]
    alike: list[Line]
    shown: int

    @property
    def kept_because(self) -> str:
        """Why it cannot be deleted; "" if it can."""
        return why_not_deletable(home=self.home, shown=bool(self.shown), tagged=bool(self.tags))


def question_for(member: Membership, public_id: str) -> Question:
    """Return a question of the bank of the member's course (404 otherwise). One query."""
    found = Question.objects.filter(bank__course=member.course, public_id=public_id).select_related("bank__course").first()
    if found is None:
        raise Http404
    return found


def listing(course: Course, search: Search) -> Listing:
    """Return a page of the questions of a course that fit a search, newest first. Six queries at most."""
    tags = list(Tag.objects.filter(bank__course=course).annotate(size=Count("questions")).order_by("name"))
    everything = newest(QuestionVersion.objects.filter(question__bank__course=course))
    found = _found(everything, search).order_by("-question").select_related("question").prefetch_related("question__tags")
    page = Paginator(found, ON_A_PAGE).get_page(search.page)
    total = everything.count() if search.words or search.tag else page.paginator.count
    return Listing(_lines(list(page)), page, tags, total)


def question_page(question: Question) -> QuestionPage:
    """Return all that the page of one question shows. Eleven queries at most."""
    versions = list(question.versions.select_related("author", "key").annotate(shown=_times_shown()).order_by("-number"))
    version = versions[0]
    options = list(Option.objects.filter(version=version).select_related("key").order_by("position"))
    tags = tuple(question.tags.order_by("name").values_list("name", flat=True))
    home = Quiz.objects.filter(items__version__question=question).select_related("course").first()
    lines = [VersionLine(one, one.shown) for one in versions]
    alike = newest(QuestionVersion.objects.filter(question__bank=question.bank_id, stem=version.stem)).exclude(question=question)
    return QuestionPage(
        question=question,
        version=version,
        options=[_option(at, option) for at, option in enumerate(options)],
        versions=lines,
        uses=[*([Use(home, 0)] if home else []), *_drawing(question, home)],
        home=home,
        tags=tags,
        alike=_lines(list(alike.select_related("question").prefetch_related("question__tags")[:MOST_ALIKE])),
        shown=sum(line.shown for line in lines),
    )


def compared(question: Question, old: str, new: str) -> tuple[QuestionVersion, QuestionVersion, list[Change]]:
    """Return two versions of a question by their numbers, as typed in an address, and what is different.

    Without numbers these are the newest and the one before it. Raises Http404 where there is no such version.
    """
    numbers = sorted(question.versions.values_list("number", flat=True))
    later = _number(new, numbers[-1])
    earlier = _number(old, max((number for number in numbers if number < later), default=later))
    found = question.versions.filter(number__in=[earlier, later]).select_related("author", "key")
    by_number = {version.number: version for version in found.prefetch_related("options__key")}
    if not {earlier, later} <= set(by_number):
        raise Http404
    a, b = by_number[earlier], by_number[later]
    return a, b, changes(_comparable(a), _comparable(b))


def _found(versions: "QuerySet[QuestionVersion]", search: Search) -> "QuerySet[QuestionVersion]":
    for word in search.words.split()[:MOST_WORDS]:
        in_options = Option.objects.filter(version=OuterRef("pk"), text__icontains=word)
        versions = versions.filter(Q(stem__icontains=word) | Q(question__slug__icontains=word) | Exists(in_options))
    return versions.filter(question__tags__name=search.tag) if search.tag else versions


def _lines(versions: Sequence[QuestionVersion]) -> list[Line]:
    items = QuizItem.objects.filter(version__question__in=[version.question_id for version in versions])
    quizzes: dict[int, list[Quiz]] = {}
    for item in items.select_related("quiz__course", "version"):
        quizzes.setdefault(item.version.question_id, []).append(item.quiz)
    return [
        Line(
            version.question,
            version,
            tuple(tag.name for tag in version.question.tags.all()),
            tuple(quizzes.get(version.question_id, ())),
        )
        for version in versions
    ]


def _times_shown() -> Coalesce:
    shown = AttemptQuestion.objects.filter(version=OuterRef("pk")).order_by().values("version")
    return Coalesce(Subquery(shown.annotate(times=Count("pk")).values("times")), 0)


def _drawing(question: Question, home: Quiz | None) -> list[Use]:
    draws = QuizDraw.objects.filter(tag__questions=question).exclude(quiz=home).order_by("quiz")
    counts = dict(draws.values_list("quiz").annotate(Count("pk")))
    return [Use(quiz, counts[quiz.pk]) for quiz in Quiz.objects.filter(pk__in=counts).select_related("course")]


def _option(at: int, option: Option) -> OptionShown:
    key = option.key
    mark = key.effect if key.effect != Effect.NORMAL else "right" if key.correct else "wrong"
    return OptionShown(letter(at), mark, option.html, key.feedback_html, key.feedback_unticked_html)


def _comparable(version: QuestionVersion) -> Version:
    return Version(content_stored(version), tuple(option.public_id for option in version.options.all()))


def _number(typed: str, default: int) -> int:
    if not typed:
        return default
    if not typed.isdecimal() or len(typed) > 6:
        raise Http404
    return int(typed)
