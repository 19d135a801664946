"""What staff see of a quiz: who has done it, how the scores are spread, how each question went. Read only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto

from django.db.models import Count, F, Q, QuerySet, Sum

from accounts.models import User
from course.models import Course, Enrollment
from quizzes import wording
from quizzes.checks import Remark, remarks
from quizzes.draws import newest
from quizzes.enums import AttemptState, Doubt, QuizState
from quizzes.formats import markdown
from quizzes.models import Attempt, AttemptQuestion, QuestionVersion, Quiz
from quizzes.overview import asked_questions
from quizzes.schedule import is_running
from quizzes.tally import counted

MAX_ROWS_OF_SPREAD = 12


class Phase(Enum):
    """Where a quiz stands in its life, for the person who runs it."""

    DRAFT = auto()
    PLANNED = auto()
    OPEN = auto()
    CLOSED = auto()


def phase_of(quiz: Quiz, now: datetime) -> Phase:
    """Return where a quiz stands at `now`; its window is half-open."""
    if quiz.state == QuizState.DRAFT:
        return Phase.DRAFT
    if quiz.opens_at and now < quiz.opens_at:
        return Phase.PLANNED
    return Phase.CLOSED if quiz.closes_at and now >= quiz.closes_at else Phase.OPEN


@dataclass(frozen=True, slots=True)
class StudentRow:
    """One student's standing in one quiz; `attempt` is the one to look at, `score` the one that counts (hundredths),
    `stuck` those that grading gave up. Who is no student of the course any more is not current.
    """

    student: User
    attempt: Attempt | None
    running: bool
    score: int | None
    max_score: int
    stuck: Sequence[Attempt] = ()
    is_current: bool = True

    @property
    def waiting(self) -> bool:
        """Submitted (or over), and not graded yet."""
        return self.attempt is not None and not self.running and self.score is None


@dataclass(frozen=True, slots=True)
class SpreadRow:
    """How many students have a score from `low` to `high` hundredths; `part` is their share of all in percent."""

    low: int
    high: int
    students: int
    part: int


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """How one question went in the graded attempts that showed it, in any of its versions.

    A draw is a row of its own with the number of questions that it `draws`; what it drew stands below, at position 0.
    """

    position: int
    stem: str
    shown: int
    fully_right: int
    percent: int
    draws: int = 0


@dataclass(frozen=True, slots=True)
class QuizRow:
    """One quiz in the list of its staff; `mean` is in hundredths, None while nothing is graded."""

    quiz: Quiz
    phase: Phase
    questions: int
    doubts: int
    submitted: int
    running: int
    mean: int | None
    max_score: int
    repair: Remark | None

    @property
    def results_wait(self) -> bool:
        return self.quiz.is_released_by_hand and self.quiz.released_at is None and self.submitted > 0


def quiz_rows(course: Course, now: datetime) -> list[QuizRow]:
    """Return the quizzes of a course for its staff: open ones, then drafts, then planned ones, then closed ones. Two queries."""
    found = list(
        Quiz.objects.filter(course=course)
        .select_related("course", "week")
        .annotate(
            questions=asked_questions(),
            doubts=Count("items", filter=~Q(items__version__doubt=Doubt.READY)),
            worth=Sum("items__version__points"),
        )
    )
    attempts: dict[int, list[Attempt]] = {quiz.pk: [] for quiz in found}
    for attempt in _attempts(Attempt.objects.filter(quiz__course=course)):
        attempts[attempt.quiz_id].append(attempt)
    rows = [_quiz_row(quiz, attempts[quiz.pk], now) for quiz in found]
    order = {Phase.OPEN: 0, Phase.DRAFT: 1, Phase.PLANNED: 2, Phase.CLOSED: 3}
    return sorted(rows, key=lambda row: (order[row.phase], _by_time(row)))


def student_rows(quiz: Quiz, now: datetime) -> list[StudentRow]:
    """Return one row for each active student of the course, by name, and for others who have an attempt. Two queries."""
    people = [row.person for row in Enrollment.objects.filter(course=quiz.course).students().select_related("person")]
    by_student = _by_student(_attempts(quiz.attempts.select_related("student")))
    known = {person.pk for person in people}
    people += [attempts[0].student for pk, attempts in by_student.items() if pk not in known]
    rows = [_student_row(quiz, person, by_student.get(person.pk, []), now) for person in people]
    return [replace(row, is_current=row.student.pk in known) for row in rows]


def spread(rows: Iterable[StudentRow], max_score: int) -> list[SpreadRow]:
    """Return the spread of the scores, best first: one row a point up to twelve points, otherwise ten rows."""
    scores = [row.score for row in rows if row.score is not None]
    points = -(-max_score // 100)
    if not scores or not points:
        return []
    step = 100 if points <= MAX_ROWS_OF_SPREAD else -(-max_score // 1000) * 100
    lows = range(0, max_score + 1, step)
    # Where only whole points occur, a row is one number: "2", not "2 to 2.99".
    whole = step == 100 and all(score % 100 == 0 for score in scores)
    found = [(low, low if whole else min(low + step - 1, max_score)) for low in lows]
    counts = [(low, high, sum(low <= score <= high for score in scores)) for low, high in found]
    return [SpreadRow(low, high, count, round(100 * count / len(scores))) for low, high, count in reversed(counts)]


def question_rows(quiz: Quiz) -> list[QuestionRow]:
    """Return for each question of the quiz how many graded attempts had it fully right. Two queries, four if it draws."""
    graded = AttemptQuestion.objects.filter(attempt__quiz=quiz, attempt__state=AttemptState.GRADED).order_by()
    counts = {
        question: (shown, right)
        for question, shown, right in graded.values_list("version__question").annotate(
            shown=Count("pk"),
            right=Count("pk", filter=Q(score=F("points"))),
        )
    }
    items = list(quiz.items.select_related("version"))
    rows = [_question_row(item.position, item.version, counts) for item in items]
    if "draw=" not in quiz.source:
        return rows
    fixed = {item.version.question_id for item in items}
    for draw in quiz.draws.select_related("tag"):
        stem = f"{wording.capital(wording.counted(draw.count, 'question'))} drawn from “{draw.tag}”"
        rows.append(QuestionRow(draw.position, stem, 0, 0, 0, draw.count))
    drawn = newest(QuestionVersion.objects.filter(question__in=set(counts) - fixed)).order_by("stem")
    return sorted(rows, key=lambda row: row.position) + [_question_row(0, version, counts) for version in drawn]


def _question_row(position: int, version: QuestionVersion, counts: Mapping[int, tuple[int, int]]) -> QuestionRow:
    shown, right = counts.get(version.question_id, (0, 0))
    percent = round(100 * right / shown) if shown else 0
    return QuestionRow(position, version.stem.split("\n", 1)[0], shown, right, percent)


def mean(rows: Iterable[StudentRow]) -> int | None:
    """Return the mean of the scores that count, in hundredths, half up; None without any."""
    scores = [row.score for row in rows if row.score is not None]
    return (2 * sum(scores) + len(scores)) // (2 * len(scores)) if scores else None


def _attempts(attempts: "QuerySet[Attempt]") -> Iterable[Attempt]:
    return attempts.exclude(state=AttemptState.VOIDED).order_by("number")


def _by_student(attempts: Iterable[Attempt]) -> dict[int, list[Attempt]]:
    found: dict[int, list[Attempt]] = {}
    for attempt in attempts:
        found.setdefault(attempt.student_id, []).append(attempt)
    return found


def _student_row(quiz: Quiz, student: User, attempts: Sequence[Attempt], now: datetime) -> StudentRow:
    graded = {attempt.number: attempt.score for attempt in attempts if attempt.score is not None}
    score = counted(graded, quiz.counts)
    running = next((attempt for attempt in attempts if is_running(attempt, now)), None)
    best = next((attempt for attempt in attempts if score is not None and attempt.score == score), None)
    told = best or (attempts[-1] if attempts else None)
    return StudentRow(
        student=student,
        attempt=running or told,
        running=running is not None,
        score=score,
        max_score=told.max_score if told else 0,
        stuck=[attempt for attempt in attempts if attempt.waits_for_person],
    )


def _quiz_row(quiz: Quiz, attempts: Sequence[Attempt], now: datetime) -> QuizRow:
    scores = [
        score
        for mine in _by_student(attempts).values()
        if (score := counted({one.number: one.score for one in mine if one.score is not None}, quiz.counts)) is not None
    ]
    running = {attempt.student_id for attempt in attempts if is_running(attempt, now)}
    submitted = {attempt.student_id for attempt in attempts if attempt.submitted_at is not None}
    return QuizRow(
        quiz=quiz,
        phase=phase_of(quiz, now),
        questions=quiz.questions,  # type: ignore[attr-defined]  # annotated in quiz_rows
        doubts=quiz.doubts,  # type: ignore[attr-defined]  # likewise
        submitted=len(submitted),
        running=len(running - submitted),
        mean=(2 * sum(scores) + len(scores)) // (2 * len(scores)) if scores else None,
        max_score=max((attempt.max_score for attempt in attempts), default=quiz.worth or 0),  # type: ignore[attr-defined]  # likewise
        repair=_repair(quiz),
    )


def _repair(quiz: Quiz) -> Remark | None:
    """Return the first thing in a draft's text that keeps it from being published. Parses drafts only."""
    if quiz.state != QuizState.DRAFT:
        return None
    found = remarks(markdown.parse(quiz.source), limit=None)
    return found[0] if found and found[0].grade.blocks else None


def _by_time(row: QuizRow) -> tuple[bool, float]:
    """Soonest first, closed ones latest first; those without dates at the end."""
    at = row.quiz.closes_at or row.quiz.opens_at
    if at is None:
        return True, -row.quiz.changed_at.timestamp()
    return False, -at.timestamp() if row.phase is Phase.CLOSED else at.timestamp()
