"""Reminders: who is told what and when, when dates move, and in the nights in which the clocks change."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from course.enums import EnrollmentState, Release
from course.models import CourseSession, Enrollment, Reading, ReadingTick, Week
from notifications import actions, registry
from notifications.enums import DeliveryState
from notifications.models import Delivery
from notifications.times import days_before, version
from presentations import actions as slots
from presentations.enums import SlotKind
from presentations.models import Booking
from quizzes.enums import AttemptState, QuizKind, QuizState
from quizzes.models import Accommodation, Attempt, Quiz, QuizException
from tests.conftest import NOW, Cast
from tests.notifications.conftest import ledger, send_all
from tests.proof import examples

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def live_through(start: datetime, end: datetime, step: timedelta) -> list[tuple[datetime, str, str]]:
    """Plan and send at every step, as beat does, and return (time, recipient, subject) of every mail that went out."""
    return live_at([start + number * step for number in range((end - start) // step + 1)])


def live_at(moments: Iterable[datetime]) -> list[tuple[datetime, str, str]]:
    told: list[tuple[datetime, str, str]] = []
    for now in moments:
        actions.plan(now=now)
        before = len(mail.outbox)
        send_all(now)
        told += [(now, one.to[0].split("<")[-1].rstrip(">"), str(one.subject)) for one in mail.outbox[before:]]
    return told


def booked(cast: Cast, begins: datetime, person: User | None = None) -> Booking:
    session = CourseSession.objects.create(course=cast.course, starts_at=begins, ends_at=begins + 2 * HOUR, room="Alder 208")
    slot = slots.add_slots(sessions=[session], kind=SlotKind.PAPER, minutes=15, capacity=1, count=1)[0]
    return slots.assign(slot=slot, person=person or cast.student, by=cast.instructor, now=NOW)


def quiz(cast: Cast, due: datetime, **fields: object) -> Quiz:
    return Quiz.objects.create(
        **{
            "course": cast.course,
            "slug": "week-6",
            "title": "Week 6 quiz",
            "state": QuizState.PUBLISHED,
            "closes_at": due,
            **fields,
        },
    )


def hand_in(cast: Cast, one: Quiz, person: User, state: AttemptState = AttemptState.SUBMITTED) -> None:
    submitted = None if state == AttemptState.IN_PROGRESS else NOW
    Attempt.objects.create(
        quiz=one, student=person, number=1, quiz_revision=1, started_at=NOW, submitted_at=submitted, state=state
    )


@pytest.mark.django_db
def test_presenter_is_told_seven_days_and_one_day_before(cast: Cast) -> None:
    begins = NOW + 10 * DAY
    booked(cast, begins)
    told = live_through(NOW, begins, 12 * HOUR)
    assert told == [
        (begins - 7 * DAY, cast.student.email, "HUM240: you present in a week"),
        (begins - DAY, cast.student.email, "HUM240: you present tomorrow"),
    ]
    text = str(mail.outbox[0].body)
    assert "YOU PRESENT IN A WEEK" in text
    assert "Paper talk, 15 minutes, in the class of Sat 17 Oct, 11:00 Chicago" in text
    assert "http://testserver/courses/hum240/presentations/" in text


@pytest.mark.django_db
def test_presenter_who_claims_late_gets_only_what_is_still_true(cast: Cast) -> None:
    begins = NOW + 2 * DAY
    booked(cast, begins)
    assert [subject for _, _, subject in live_through(NOW, begins, 6 * HOUR)] == ["HUM240: you present tomorrow"]


@pytest.mark.django_db
@pytest.mark.parametrize(("hours", "words"), [(5, "today"), (4 * 24, "in 4 days")])
def test_presenter_who_is_told_late_reads_how_far_it_really_is(cast: Cast, hours: int, words: str) -> None:
    booked(cast, NOW + hours * HOUR)
    told = live_at([NOW])
    assert [subject for _, _, subject in told] == [f"HUM240: you present {words}"]


@pytest.mark.django_db
def test_place_given_back_is_not_reminded(cast: Cast) -> None:
    booking = booked(cast, NOW + 8 * DAY)
    actions.plan(now=NOW)
    slots.unassign(booking=booking, now=NOW)
    assert live_through(NOW, NOW + 8 * DAY, 12 * HOUR) == []
    assert ledger() == [(cast.student.email, DeliveryState.SKIPPED, "withdrawn")]


@pytest.mark.django_db
def test_class_moved_is_planned_anew_and_told_once(cast: Cast) -> None:
    booking = booked(cast, NOW + 8 * DAY)
    actions.plan(now=NOW)
    session = booking.session
    session.starts_at, session.ends_at = session.starts_at + 2 * DAY, session.ends_at + 2 * DAY
    session.save()
    told = live_through(NOW, session.starts_at, 12 * HOUR)
    assert [at for at, _, _ in told] == [session.starts_at - 7 * DAY, session.starts_at - DAY]
    assert Delivery.objects.filter(state=DeliveryState.SKIPPED, reason="the date moved").count() == 1


@pytest.mark.django_db
def test_class_moved_there_and_back_is_still_told_once(cast: Cast) -> None:
    booking = booked(cast, NOW + 8 * DAY)
    actions.plan(now=NOW)
    session, begins = booking.session, booking.session.starts_at
    CourseSession.objects.filter(pk=session.pk).update(starts_at=begins - 12 * HOUR)
    actions.plan(now=NOW)
    CourseSession.objects.filter(pk=session.pk).update(starts_at=begins)
    assert [at for at, _, _ in live_through(NOW, begins, 12 * HOUR)] == [begins - 7 * DAY, begins - DAY]


@pytest.mark.django_db
def test_quiz_due_only_those_who_have_not_submitted_are_told(cast: Cast) -> None:
    due = NOW + 4 * DAY
    one = quiz(cast, due)
    hand_in(cast, one, cast.other_student)
    told = live_through(NOW, due, 3 * HOUR)
    assert told == [
        (due - 48 * HOUR, cast.student.email, "HUM240: Week 6 quiz is due Sun 11 Oct, 11:00 Chicago time"),
        (due - 3 * HOUR, cast.student.email, "HUM240: Week 6 quiz is due Sun 11 Oct, 11:00 Chicago time"),
    ]


@pytest.mark.django_db
def test_quiz_submitted_after_planning_is_not_told(cast: Cast) -> None:
    one = quiz(cast, NOW + 49 * HOUR)
    actions.plan(now=NOW)
    hand_in(cast, one, cast.student)
    live_through(NOW, NOW + 2 * HOUR, HOUR)
    assert [one.to[0].split("<")[1] for one in mail.outbox] == ["jonah.whitfield@example.edu>"]
    assert (cast.student.email, DeliveryState.SKIPPED, "done already") in ledger()


@pytest.mark.django_db
def test_quiz_begun_is_told_that_it_is_not_submitted(cast: Cast) -> None:
    one = quiz(cast, NOW + 48 * HOUR)
    hand_in(cast, one, cast.student, AttemptState.IN_PROGRESS)
    live_through(NOW, NOW, HOUR)
    said = {one.to[0].split(" <")[0]: str(one.body) for one in mail.outbox}
    assert "You have begun it" in said["Ines Caballero"]
    assert "You have not begun it yet." in said["Jonah Whitfield"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [{"state": QuizState.DRAFT}, {"kind": QuizKind.PRACTICE}, {"closes_at": None}, {"opens_at": NOW + 30 * HOUR}],
)
def test_quiz_nobody_must_hand_in_yet_is_not_told(cast: Cast, fields: dict[str, object]) -> None:
    quiz(cast, NOW + 48 * HOUR, **fields)
    assert live_through(NOW, NOW + 20 * HOUR, 5 * HOUR) == []


@pytest.mark.django_db
def test_quiz_that_opens_late_is_told_when_it_opens(cast: Cast) -> None:
    due = NOW + 3 * DAY
    quiz(cast, due, opens_at=due - 40 * HOUR)
    assert sorted(
        {at for at, _, _ in live_at([NOW, due - 41 * HOUR, due - 40 * HOUR, due - 39 * HOUR, due - 3 * HOUR, due - HOUR])}
    ) == [due - 40 * HOUR, due - 3 * HOUR]


@pytest.mark.django_db
def test_quiz_moved_is_planned_anew(cast: Cast) -> None:
    one = quiz(cast, NOW + 49 * HOUR)
    actions.plan(now=NOW)
    Quiz.objects.filter(pk=one.pk).update(closes_at=NOW + 60 * HOUR)
    told = live_through(NOW, NOW + 20 * HOUR, 4 * HOUR)
    assert {at for at, _, _ in told} == {NOW + 12 * HOUR}


@pytest.mark.django_db
def test_quiz_of_a_student_with_an_exception_is_told_by_their_own_due_date(cast: Cast) -> None:
    """Once by the general date for the others, and never by it for the one who has more time."""
    due = NOW + 4 * DAY
    QuizException.objects.create(quiz=quiz(cast, due), student=cast.student, closes_at=due + 5 * DAY, set_at=NOW)
    told = {(at, who) for at, who, _ in live_at([due - 48 * HOUR, due - 3 * HOUR, due, due + 3 * DAY, due + 5 * DAY - 3 * HOUR])}
    assert told == {
        (due - 48 * HOUR, cast.other_student.email),
        (due - 3 * HOUR, cast.other_student.email),
        (due + 3 * DAY, cast.student.email),
        (due + 5 * DAY - 3 * HOUR, cast.student.email),
    }
    assert "is due Fri 16 Oct, 11:00 Chicago time" in str(mail.outbox[-1].subject)


@pytest.mark.django_db
def test_quiz_of_a_student_with_extra_days_is_told_later_and_an_exception_given_later_moves_it(cast: Cast) -> None:
    due = NOW + 3 * DAY
    one = quiz(cast, due)
    Accommodation.objects.create(course=cast.course, student=cast.student, extra_days=2, set_at=NOW)
    actions.plan(now=due)
    QuizException.objects.create(quiz=one, student=cast.student, closes_at=due + 4 * DAY, set_at=NOW)
    told = live_at([due, due + 2 * DAY - HOUR, due + 2 * DAY])
    assert [at for at, who, _ in told if who == cast.student.email] == [due + 2 * DAY]


@pytest.mark.django_db
def test_quizzes_due_take_the_same_queries_for_any_number(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    kind = next(kind for kind in registry.kinds() if kind.name == "quiz_due")
    for number in range(3):
        one = quiz(cast, NOW + 2 * DAY, slug=f"week-{number}")
        QuizException.objects.create(quiz=one, student=cast.student, closes_at=NOW + 2 * DAY + HOUR, set_at=NOW)
        with django_assert_num_queries(5):
            assert len(list(kind.owed(NOW))) == 4 * (number + 1)


def week_with_readings(cast: Cast, session: CourseSession) -> list[Reading]:
    week = Week.objects.create(course=cast.course, slug="w6", number=6, title="Reading", session=session, state=Release.OPEN)
    return [
        Reading.objects.create(week=week, position=n, line=n, title=f"Text {n}", seconds=600 * n, optional=n == 3)
        for n in (1, 2, 3)
    ]


@pytest.mark.django_db
def test_readings_due_told_at_nine_the_day_before_with_what_is_unread(cast: Cast) -> None:
    begins = NOW + 4 * DAY
    session = CourseSession.objects.create(course=cast.course, starts_at=begins, ends_at=begins + HOUR)
    first, second, _ = week_with_readings(cast, session)
    ReadingTick.objects.create(reading=first, person=cast.student, at=NOW)
    for reading in (first, second):
        ReadingTick.objects.create(reading=reading, person=cast.other_student, at=NOW)
    told = live_through(NOW + 20 * HOUR, begins, 2 * HOUR)
    assert told == [(datetime(2026, 10, 10, 14, tzinfo=UTC), cast.student.email, "HUM240: One reading to read before class")]
    text = str(mail.outbox[0].body)
    assert "- Text 2, 20 min" in text
    assert "Text 1" not in text
    assert "Text 3" not in text


@pytest.mark.django_db
def test_readings_read_in_time_are_not_told(cast: Cast) -> None:
    begins = NOW + 2 * DAY
    session = CourseSession.objects.create(course=cast.course, starts_at=begins, ends_at=begins + HOUR)
    readings = week_with_readings(cast, session)
    actions.plan(now=NOW)
    for person in (cast.student, cast.other_student):
        for reading in readings:
            ReadingTick.objects.create(reading=reading, person=person, at=NOW)
    assert live_through(NOW, begins, 6 * HOUR) == []


@pytest.mark.django_db
def test_readings_with_another_date_are_told_for_that_class(cast: Cast) -> None:
    earlier, later = NOW + 2 * DAY, NOW + 9 * DAY
    session = CourseSession.objects.create(course=cast.course, starts_at=earlier, ends_at=earlier + HOUR)
    other = CourseSession.objects.create(course=cast.course, starts_at=later, ends_at=later + HOUR)
    first, second, _ = week_with_readings(cast, session)
    Reading.objects.filter(pk__in=[first.pk]).update(read_by=other)
    ReadingTick.objects.create(reading=second, person=cast.student, at=NOW)
    told = [
        (at.date().day, email)
        for at, email, _ in live_at(
            [NOW + 22 * HOUR, NOW + 24 * HOUR, NOW + DAY * 7, NOW + 8 * DAY - 3 * HOUR, NOW + 8 * DAY - 2 * HOUR, later]
        )
    ]
    assert told == [(8, cast.other_student.email), (15, cast.student.email), (15, cast.other_student.email)]


@pytest.mark.django_db
def test_closed_week_and_who_left_are_not_told(cast: Cast) -> None:
    begins = NOW + 2 * DAY
    session = CourseSession.objects.create(course=cast.course, starts_at=begins, ends_at=begins + HOUR)
    week_with_readings(cast, session)
    Enrollment.objects.filter(person=cast.student).update(state=EnrollmentState.REMOVED)
    Week.objects.update(state=Release.DRAFT)
    assert live_through(NOW, begins, 6 * HOUR) == []
    Week.objects.update(state=Release.OPEN)
    assert {email for _, email, _ in live_through(NOW, begins, 6 * HOUR)} == {cast.other_student.email}


# --- the clocks

# Zone, and the local nights in which its clocks change (forward, back) around the term.
ZONES = {
    "America/Chicago": ("2027-03-14", "2026-11-01"),
    "Europe/Berlin": ("2027-03-28", "2026-10-25"),
    "Australia/Lord_Howe": ("2026-10-04", "2027-04-04"),
    "America/Santiago": ("2026-09-06", "2027-04-04"),
    "America/St_Johns": ("2027-03-14", "2026-11-01"),
    "Asia/Kolkata": ("2027-03-14", "2026-11-01"),  # its clocks never change
}
NIGHTS = [(zone, night, hour) for zone, nights in ZONES.items() for night in nights for hour in (2, 18)]


@pytest.mark.django_db
@pytest.mark.parametrize(("zone", "night", "hour"), NIGHTS[:: examples(3, 1)])
def test_clock_change_night_each_reminder_once_at_its_wall_time(cast: Cast, zone: str, night: str, hour: int) -> None:
    cast.course.zone = zone
    cast.course.save()
    begins = datetime.combine(date.fromisoformat(night) + DAY, time(hour, 30), ZoneInfo(zone)).astimezone(UTC)
    booked(cast, begins)
    quiz(cast, begins)
    Enrollment.objects.filter(person=cast.other_student).update(state=EnrollmentState.REMOVED)
    # Half an hour before, at and after every time that matters: 48 h, a day (by the clock, and on either clock), 3 h before.
    a_day = datetime.combine(date.fromisoformat(night), time(hour, 30), ZoneInfo(zone)).astimezone(UTC)
    around = [begins - 48 * HOUR, begins - DAY, a_day, begins - 3 * HOUR]
    told = live_at(sorted({one + step * timedelta(minutes=30) for one in around for step in (-1, 0, 1)}))
    subjects = [subject for _, _, subject in told]
    assert len(subjects) == 3
    assert subjects.count("HUM240: you present tomorrow") == 1
    tomorrow = next(at for at, _, subject in told if "tomorrow" in subject)
    wall = tomorrow.astimezone(ZoneInfo(zone))
    if hour == 18:
        assert (wall.hour, wall.minute) == (18, 30)
    else:
        assert abs(tomorrow - (begins - DAY)) <= HOUR
    assert sorted(at for at, _, subject in told if "quiz" in subject) == [begins - 48 * HOUR, begins - 3 * HOUR]


@given(
    zone=st.sampled_from(sorted(ZONES)),
    minutes=st.integers(0, 400 * 24 * 60),
    days=st.integers(0, 10),
    at=st.none() | st.times().map(lambda one: one.replace(second=0, microsecond=0)),
)
def test_days_before_is_one_instant_on_the_right_day(zone: str, minutes: int, days: int, at: time | None) -> None:
    moment = datetime(2026, 8, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    place = ZoneInfo(zone)
    found = days_before(moment, days, place, at)
    local = moment.astimezone(place)
    wanted = datetime.combine(local.date() - timedelta(days=days), at or local.time().replace(fold=0))
    got = found.astimezone(place).replace(tzinfo=None)
    # The same wall time, or up to an hour later where the clocks skip it.
    assert timedelta(0) <= got - wanted <= HOUR
    assert found.tzinfo is UTC


def test_version_is_short_and_tells_leads_apart() -> None:
    assert version(NOW, "7d") == "2026-10-07T16:00:00Z/7d"
    assert version(NOW.astimezone(ZoneInfo("Asia/Kolkata"))) == "2026-10-07T16:00:00Z"
