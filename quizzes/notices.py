"""What students are told by mail about quizzes: due in two days, due in three hours; only those who have not submitted."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.html import format_html

from course.enums import Role
from course.models import Enrollment
from course.notices import local, number_of, why
from notifications.ahead import keys_of
from notifications.enums import Standing
from notifications.models import Delivery
from notifications.plaintext import wrap
from notifications.registry import AHEAD, Kind, Letter, Owed, register
from notifications.times import Lead, version
from quizzes.allowances import Effective
from quizzes.enums import AttemptState, QuizKind
from quizzes.granted import NO_ALLOWANCE, NO_OVERRIDE, grants
from quizzes.models import Accommodation, Attempt, Quiz, QuizException
from quizzes.schedule import own_times, times_with

LEADS = (
    Lead("48h", timedelta(hours=48), until=timedelta(hours=24)),
    Lead("3h", timedelta(hours=3), until=timedelta(minutes=30)),
)
# No accommodation moves a due date further: 60 days, and nine times the longest limit of a day (see `Accommodation`).
LONGEST_ALLOWANCE = timedelta(days=70)
_HANDED_IN = (AttemptState.SUBMITTED, AttemptState.GRADED)


def due_of(times: Effective) -> datetime | None:
    """Return when a student has to hand in: their due date, else when it closes for them."""
    return times.due.value or times.closes.value


def _time(times: Effective, due: datetime, lead: Lead) -> datetime:
    """When a reminder goes out: elapsed hours before it is due, and not before the quiz opens."""
    at = due - lead.before
    return at if times.opens.value is None else max(at, times.opens.value)


def _soon(now: datetime) -> list[Quiz]:
    """Graded quizzes that are due soon for everybody, or may be for somebody who has times of their own. One query."""
    longest = max(lead.before for lead in LEADS)
    graded = Quiz.objects.published().filter(kind=QuizKind.GRADED).annotate(due=Coalesce("due_at", "closes_at"))
    special = Exists(QuizException.objects.filter(quiz=OuterRef("pk")))
    longer = Exists(Accommodation.objects.filter(course=OuterRef("course"))) & Q(due__gt=now - LONGEST_ALLOWANCE)
    found = graded.filter(Q(due__gt=now) & Q(due__lte=now + longest + AHEAD) | special | longer)
    return list(found.select_related("course"))


def _owed(now: datetime) -> Iterator[Owed]:
    """Five queries: graded quizzes due soon, who has times of their own (two), the students, who has handed in."""
    quizzes = _soon(now)
    special = grants(quizzes)
    students: dict[int, list[int]] = defaultdict(list)
    enrolled = Enrollment.objects.students().filter(course__in={one.course_id for one in quizzes}, person__is_active=True)
    for course, person in enrolled.order_by("pk").values_list("course_id", "person_id"):
        students[course].append(person)
    handed_in = set(Attempt.objects.filter(quiz__in=quizzes, state__in=_HANDED_IN).values_list("quiz_id", "student_id"))
    for quiz in quizzes:
        everybody = times_with(quiz, NO_ALLOWANCE, NO_OVERRIDE)
        own = {student: times_with(quiz, *grant) for student, grant in special[quiz.pk].items()}
        for person in students[quiz.course_id]:
            if (quiz.pk, person) not in handed_in:
                for due, lead, at in _reminders(own.get(person, everybody), now):
                    yield Owed(f"quiz:{quiz.pk}", version(due, lead.name), person, at)


def _reminders(times: Effective, now: datetime) -> Iterator[tuple[datetime, Lead, datetime]]:
    """The reminders before what is due by these times that can go out soon: due, lead, when."""
    due = due_of(times)
    for lead in LEADS if due is not None and due > now else ():
        assert due is not None
        at = _time(times, due, lead)
        if at <= now + AHEAD and max(now, at) < due - lead.until:
            yield due, lead, at


def _standing(delivery: Delivery, now: datetime) -> Standing:
    graded = Quiz.objects.published().filter(pk=number_of(delivery.notice.object_key), kind=QuizKind.GRADED)
    quiz = graded.select_related("course").first()
    times = own_times(quiz, delivery.person) if quiz is not None else None
    due = due_of(times) if times is not None else None
    if quiz is None or times is None or due is None:
        return Standing.WITHDRAWN
    if Attempt.objects.filter(quiz=quiz, student=delivery.person, state__in=_HANDED_IN).exists():
        return Standing.DONE
    if not Enrollment.objects.students().filter(course=quiz.course_id, person=delivery.person).exists():
        return Standing.WITHDRAWN
    lead = next((one for one in LEADS if version(due, one.name) == delivery.notice.version), None)
    if lead is None or now < _time(times, due, lead):
        return Standing.MOVED
    return Standing.OWED if now < due - lead.until else Standing.PAST


def _letter(delivery: Delivery) -> Letter:
    quiz = Quiz.objects.select_related("course").get(pk=number_of(delivery.notice.object_key))
    course, due = quiz.course, due_of(own_times(quiz, delivery.person))
    assert due is not None
    when = local(due, course, delivery.person)
    running = Attempt.objects.filter(quiz=quiz, student=delivery.person, state=AttemptState.IN_PROGRESS).exists()
    first = f"It is due {when}."
    second = "You have begun it; what you ticked is saved, but it is not submitted." if running else "You have not begun it yet."
    return Letter(
        subject=f"{course.code}: {quiz.title} is due {when}",
        place=str(course),
        heading=f"{quiz.title} is due soon",
        html=format_html("<p>{}</p><p>{}</p>", first, second),
        text=f"{wrap(first)}\n\n{wrap(second)}",
        path=quiz.get_absolute_url(),
        action="Open the quiz",
        why=why(course, Role.STUDENT, "quizzes"),
        reply_to=course.contact_email,
    )


register(
    Kind(
        name="quiz_due",
        title="Quizzes",
        help="Two days and three hours before one is due, while you have not submitted it.",
        label="Quiz reminder",
        keys_in=lambda course: keys_of("quiz", Quiz.objects.filter(course=course)),
        owed=_owed,
        still_owed=_standing,
        render=_letter,
    )
)
