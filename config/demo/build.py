"""The demo course: fourteen weeks of an invented seminar in which this week is today.

Everything goes through the same actions as in a class, with past times where the past is needed. People are plainly invented.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import User
from config.demo.cast import ADMIN, ASSISTANT, INSTRUCTOR, OBSERVER, PASSWORD, STUDENTS, address
from course.actions.weeks import release_week, save_week
from course.enums import AnnouncementState, Release, Role
from course.markdown import render
from course.models import Announcement, Course, CourseSession, Enrollment, Term, Week
from presentations.actions import add_slots, assign, edit_booking
from presentations.enums import SlotKind
from presentations.models import Slot
from quizzes.actions.allowances import Terms, set_accommodation
from quizzes.actions.answers import save
from quizzes.actions.attempts import start, submit
from quizzes.actions.authoring import new_quiz
from quizzes.actions.grading import grade
from quizzes.actions.publishing import change_rules, publish_quiz
from quizzes.enums import Counts, QuizKind, ShowKey
from quizzes.models import Attempt, AttemptQuestion, Quiz
from quizzes.rules import QuizRules
from quizzes.saving import SaveRequest

HERE = Path(__file__).parent
SLUG = "hum240"
ZONE = ZoneInfo("America/Chicago")
THIS_WEEK = 5
WEEKS = 14
ROOM = "Alder 208"
TALKS = {
    3: ("Letters nobody sent", "The wheel of Lull"),
    4: ("Who counted first?", "Zipf at the market"),
    5: ("Who finishes the sentence?", "Prediction before computers"),
    6: ("Reading aloud to a machine", "Style as a fingerprint"),
    7: ("", "The parodist’s ear"),
    8: ("Owing a sentence", ""),
}


@dataclass(frozen=True, slots=True)
class Calendar:
    """Turns week numbers into times: week 5 meets today, or tomorrow when today's class is less than an hour away."""

    now: datetime

    @property
    def first_day(self) -> date:
        """The day on which week 5 meets."""
        local = self.now.astimezone(ZONE)
        return local.date() if local.time() < time(16, 30) else local.date() + timedelta(days=1)

    def at(self, week: int, clock: time, days: int = 0) -> datetime:
        """Return `clock` in the course's zone on the class day of `week`, moved by `days`."""
        return datetime.combine(self.first_day + timedelta(days=7 * (week - THIS_WEEK) + days), clock, ZONE)


@transaction.atomic
def build(*, now: datetime) -> Course:
    """Create the demo course with its people and return it. Raises IntegrityError if it is there already."""
    calendar = Calendar(now)
    people = _people()
    course = _course(calendar, people)
    weeks = _weeks(course, calendar, people[INSTRUCTOR], now)
    _quizzes(course, calendar, weeks, people, now)
    _talks(course, people, now)
    _announcements(course, weeks, people[INSTRUCTOR], now)
    return course


def _people() -> dict[str, User]:
    password = make_password(PASSWORD)  # hashed once: Argon2 takes its time
    names = [INSTRUCTOR, ASSISTANT, OBSERVER, ADMIN, *STUDENTS]
    users = [
        User(email=address(name), name=name, password=password, is_staff=name == ADMIN, is_superuser=name == ADMIN)
        for name in names
    ]
    User.objects.bulk_create(users)
    EmailAddress.objects.bulk_create(EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users)
    return dict(zip(names, users, strict=True))


def _course(calendar: Calendar, people: dict[str, User]) -> Course:
    begins, ends = calendar.at(1, time(0), days=-2).date(), calendar.at(WEEKS, time(0), days=4).date()
    term = Term.objects.create(name=f"Term of {begins:%B %Y}", starts_on=begins, ends_on=ends)
    course = Course.objects.create(
        slug=SLUG,
        code="HUM 240",
        title="Machines That Write",
        term=term,
        zone=ZONE.key,
        contact_email=address(INSTRUCTOR),
        reading_minutes=150,
    )
    roles = {INSTRUCTOR: Role.INSTRUCTOR, ASSISTANT: Role.ASSISTANT, OBSERVER: Role.OBSERVER}
    seen = calendar.now - timedelta(days=2)
    Enrollment.objects.bulk_create(
        Enrollment(course=course, person=user, role=roles.get(name, Role.STUDENT), seen_at=seen)
        for name, user in people.items()
        if name != ADMIN
    )
    return course


def _weeks(course: Course, calendar: Calendar, instructor: User, now: datetime) -> dict[int, Week]:
    weeks = {}
    for number, path in enumerate(sorted((HERE / "weeks").glob("*.md")), start=1):
        session = CourseSession.objects.create(
            course=course,
            starts_at=calendar.at(number, time(18)),
            ends_at=calendar.at(number, time(20, 40)),
            room=ROOM,
        )
        week = save_week(
            course=course,
            week=None,
            text=path.read_bytes().decode(),
            author=instructor,
            now=calendar.at(min(number, 3), time(9), days=-9),
            session=session,
            filename=path.name,
        )
        if number <= THIS_WEEK:
            release_week(week=week, state=Release.OPEN, now=calendar.at(number, time(9), days=-5))
        elif number == THIS_WEEK + 1:
            release_week(week=week, state=Release.SCHEDULED, opens_at=calendar.at(number, time(9), days=-2), now=now)
        weeks[number] = week
    return weeks


def _quizzes(course: Course, calendar: Calendar, weeks: dict[int, Week], people: dict[str, User], now: datetime) -> None:
    students = [people[name] for name in STUDENTS]
    past = _quiz(course, calendar, "week-4-quiz.md", weeks[4], people[INSTRUCTOR], limit=15)
    for index, student in enumerate(students[:-1]):  # the last one missed it
        _take(past, student, calendar.at(4, time(12, 3 * index)), skill=0.62 + 0.34 * ((index * 7) % 11) / 10, seed=index)
    more = Terms(factor=Decimal("1.5"), reason="Letter of the office for accessible learning")
    set_accommodation(course=course, student=students[1], terms=more, by=people[INSTRUCTOR], now=now)
    current = _quiz(course, calendar, "week-5-quiz.md", weeks[5], people[INSTRUCTOR], limit=20)
    for index, student in enumerate(students[3:11]):
        _take(current, student, now - timedelta(hours=9, minutes=11 * index), skill=0.7 + 0.03 * index, seed=40 + index)
    _answer(start(quiz=current, student=students[1], now=now - timedelta(minutes=4)), now - timedelta(minutes=4), 0.9, 99, only=3)
    warm_up = new_quiz(
        course=course,
        title="Warm-up: words about words",
        week=weeks[5],
        author=people[INSTRUCTOR],
        now=now,
        text=(HERE / "quizzes" / "warm-up.md").read_text(encoding="utf-8"),
    )
    publish_quiz(quiz=_rules(warm_up, kind=QuizKind.PRACTICE, attempts=None, show=ShowKey.IMMEDIATELY), now=now)


def _quiz(course: Course, calendar: Calendar, filename: str, week: Week, author: User, *, limit: int) -> Quiz:
    number = week.number or 0
    written = calendar.at(number, time(9), days=-6)
    text = (HERE / "quizzes" / filename).read_text(encoding="utf-8")
    quiz = new_quiz(course=course, title=f"Week {number} quiz", week=week, author=author, now=written, text=text)
    opens, closes = calendar.at(number, time(9), days=-3), calendar.at(number, time(17, 30))
    quiz = _rules(quiz, kind=QuizKind.GRADED, attempts=1, show=ShowKey.AFTER_DUE, opens=opens, closes=closes, limit=limit * 60)
    return publish_quiz(quiz=quiz, now=written)


def _rules(
    quiz: Quiz,
    *,
    kind: QuizKind,
    attempts: int | None,
    show: ShowKey,
    opens: datetime | None = None,
    closes: datetime | None = None,
    limit: int | None = None,
) -> Quiz:
    rules = QuizRules(
        title=quiz.title,
        week=quiz.week,
        kind=kind,
        opens_at=opens,
        due_at=None,
        closes_at=closes,
        time_limit=limit,
        attempts_allowed=attempts,
        counts=Counts.HIGHEST,
        shuffle=False,
        scoring=quiz.scoring,
        show_key=show,
    )
    return change_rules(quiz=quiz, rules=rules, author=None, now=quiz.changed_at)


def _take(quiz: Quiz, student: User, at: datetime, *, skill: float, seed: int) -> None:
    """Let `student` take the whole quiz at a past time, deciding each option rightly with probability `skill`."""
    attempt = start(quiz=quiz, student=student, now=at)
    _answer(attempt, at, skill, seed)
    submit(attempt=attempt, known={}, now=at + timedelta(minutes=9))
    grade(attempt_id=attempt.pk, now=at + timedelta(minutes=9, seconds=1))


def _answer(attempt: Attempt, at: datetime, skill: float, seed: int, only: int | None = None) -> None:
    rng = Random(seed)  # noqa: S311 - a demo that looks the same every time
    questions = AttemptQuestion.objects.filter(attempt=attempt).prefetch_related("version__options__key")
    for question in questions[:only]:
        options = {option.public_id: option.key.correct for option in question.version.options.all()}
        chosen = [public_id for public_id, right in options.items() if right == (rng.random() < skill)]
        if question.version.kind != "multi":
            right = next(public_id for public_id, is_right in options.items() if is_right)
            chosen = [right if rng.random() < skill else rng.choice(sorted(options))]
        request = SaveRequest(
            position=question.position,
            chosen=tuple(sorted(chosen)),
            tab="demo",
            counter=question.position,
            base=0,
            request_id=f"demo-{question.position}",
        )
        save(attempt=attempt, request=request, now=at + timedelta(seconds=50 * question.position))


def _talks(course: Course, people: dict[str, User], now: datetime) -> None:
    sessions = list(CourseSession.objects.filter(course=course).order_by("starts_at"))[2:]
    add_slots(sessions=sessions, kind=SlotKind.PAPER, minutes=15, capacity=1, count=2)
    slots = Slot.objects.filter(course=course).select_related("session", "course").order_by("session__starts_at", "position")
    titles = [title for week in sorted(TALKS) for title in TALKS[week]]
    order = [*STUDENTS[3:], *STUDENTS[:3]]  # the first student of the list presents next week
    for index, (slot, title) in enumerate(zip(slots, titles, strict=False)):
        booking = assign(slot=slot, person=people[order[(index + 3) % len(order)]], by=people[INSTRUCTOR], now=now)
        if title:
            edit_booking(booking=booking, title=title, abstract="", link="")


def _announcements(course: Course, weeks: dict[int, Week], author: User, now: datetime) -> None:
    told = [
        (
            "Welcome to Machines That Write",
            "The first meeting is on the class day at 18:00. **Bring something you wrote by hand.**",
            30,
            None,
            False,
        ),
        (
            "Essay proposals",
            "One page, due in two weeks: your question, three readings, and the machine you want to try.\n\nOffice hours are open to talk about it.",
            3,
            None,
            False,
        ),
        (
            "Room change, this week only",
            f"We meet in **{ROOM}**. The usual room has no working projector until Friday.",
            1,
            weeks[THIS_WEEK],
            True,
        ),
    ]
    for title, text, days, week, pinned in told:
        at = now - timedelta(days=days, minutes=25)
        Announcement.objects.create(
            course=course,
            title=title,
            source=text,
            html=render(text),
            author=author,
            state=AnnouncementState.PUBLISHED,
            publish_at=at,
            pinned=pinned,
            mail=days == 1,
            week=week,
            created_at=at,
            changed_at=at,
        )
    text = "Who would like to read at the open mic in the last week? Five minutes each."
    Announcement.objects.create(course=course, title="Readers for the open mic", source=text, html=render(text), author=author)
