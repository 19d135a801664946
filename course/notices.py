"""What the course tells by mail: announcements, and readings that are due."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join

from course.access import zone_words
from course.announcing import KIND, hold, leaves_at, object_key, recipients
from course.away_from_pages import for_letter
from course.enums import AnnouncementState, Role
from course.models import Announcement, Course, CourseSession, Enrollment, Reading, ReadingTick, Week
from notifications.ahead import keys_of
from notifications.enums import Standing
from notifications.models import Delivery
from notifications.plaintext import plain_text, wrap
from notifications.registry import AHEAD, Kind, Letter, Owed, register
from notifications.times import days_before, version

if TYPE_CHECKING:
    from accounts.models import User

# A letter about an announcement still goes out so long after its time: to late joiners, or after an outage.
LATE = timedelta(days=1)
READING_HOUR = time(9)


def local(moment: datetime, course: Course, person: "User") -> str:
    """Return a time as it stands in a letter: on the person's clock, else the course's, and whose clock it is."""
    zone = person.zone or course.zone
    return f"{date_format(timezone.localtime(moment, ZoneInfo(zone)), 'D j M, H:i')} {zone_words(zone)} time"


def number_of(key: str) -> int:
    """Return the number in an object key such as "announcement:42"."""
    return int(key.rsplit(":", maxsplit=1)[-1])


def why(course: Course, role: Role, about: str) -> str:
    """Return the sentence that tells why somebody gets a letter."""
    return f"You get this because you are {_article(role)} of {course.code} and did not stop mail about {about}."


def _article(role: Role) -> str:
    word = role.label.lower()
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


# --- announcements


def _announcements_owed(now: datetime) -> Iterator[Owed]:
    """Two queries: announcements with mail around now, and the people of their courses."""
    since = now - hold() - LATE
    found = list(
        Announcement.objects.filter(mail=True, publish_at__gt=since, publish_at__lte=now + AHEAD).exclude(
            state=AnnouncementState.DRAFT,
        ),
    )
    people: dict[int, list[int]] = defaultdict(list)
    enrollments = Enrollment.objects.active().filter(course__in={one.course_id for one in found}, person__is_active=True)
    for course, person in enrollments.order_by("pk").values_list("course_id", "person_id"):
        people[course].append(person)
    for one in found:
        assert one.publish_at is not None
        for person in people[one.course_id]:
            if person != one.author_id:
                yield Owed(object_key(one), version(one.publish_at), person, leaves_at(one.publish_at))


def _announcement_standing(delivery: Delivery, now: datetime) -> Standing:
    one = Announcement.objects.filter(pk=number_of(delivery.notice.object_key)).select_related("course").first()
    if one is None or not one.mail or one.state == AnnouncementState.DRAFT or one.publish_at is None:
        return Standing.WITHDRAWN
    if version(one.publish_at) != delivery.notice.version:
        return Standing.MOVED
    if one.author_id == delivery.person_id or not recipients(one.course).filter(person=delivery.person).exists():
        return Standing.WITHDRAWN
    is_over = one.until is not None and now >= one.until
    return Standing.PAST if is_over or now >= leaves_at(one.publish_at) + LATE else Standing.OWED


def _announcement_letter(delivery: Delivery) -> Letter:
    one = Announcement.objects.select_related("course", "author").get(pk=number_of(delivery.notice.object_key))
    course, author = one.course, one.author
    assert one.publish_at is not None
    role = Role(Enrollment.objects.get(course=course, person=delivery.person).role)
    signature = f"{author or 'The course'}, {local(one.publish_at, course, delivery.person)}."
    return Letter(
        subject=f"{course.code}: {one.title}",
        place=str(course),
        heading=one.title,
        html=for_letter(one.html),
        text=plain_text(for_letter(one.html)),
        path=one.get_absolute_url(),
        action="Read it in Seminar",
        why=why(course, role, "announcements"),
        signature=f"{signature} Answering this mail writes to {author} alone." if author else signature,
        sender=str(author or course.code),
        reply_to=author.email if author else course.contact_email,
    )


register(
    Kind(
        name=KIND,
        title="Announcements",
        help="What your instructors tell the whole course.",
        label="Announcement",
        keys_in=lambda course: keys_of("announcement", Announcement.objects.filter(course=course)),
        owed=_announcements_owed,
        still_owed=_announcement_standing,
        render=_announcement_letter,
    )
)


# --- readings


def _due_readings(sessions: Iterable[CourseSession], now: datetime) -> list[tuple[int, Reading]]:
    """Return the required readings of open weeks by the id of the class session they are due for. One query."""
    ids = [session.pk for session in sessions]
    by_week = Q(read_by__isnull=True, week__session__in=ids)
    readings = (
        Reading.objects.filter(Q(read_by__in=ids) | by_week, removed=False, optional=False, week__in=Week.objects.released(now))
        .select_related("week")
        .annotate(by_week=F("week__session_id"))
        .order_by("week__number", "position")
    )
    return [(reading.read_by_id or reading.by_week, reading) for reading in readings]


def _reading_time(session: CourseSession) -> datetime:
    return days_before(session.starts_at, 1, session.course.tz, READING_HOUR)


def _readings_owed(now: datetime) -> Iterator[Owed]:
    """Four queries: class sessions ahead, their readings, the students, the ticks."""
    window = CourseSession.objects.filter(starts_at__gt=now, starts_at__lte=now + AHEAD + timedelta(days=2))
    sessions = {one.pk: one for one in window.select_related("course") if _reading_time(one) <= now + AHEAD}
    due: dict[int, set[int]] = defaultdict(set)
    for session, reading in _due_readings(sessions.values(), now):
        due[session].add(reading.pk)
    students: dict[int, list[int]] = defaultdict(list)
    enrolled = Enrollment.objects.students().filter(
        course__in={one.course_id for one in sessions.values()}, person__is_active=True
    )
    for course, person in enrolled.order_by("pk").values_list("course_id", "person_id"):
        students[course].append(person)
    ticked: dict[int, set[int]] = defaultdict(set)
    for person, reading_id in ReadingTick.objects.filter(reading__in=set().union(*due.values())).values_list(
        "person_id", "reading_id"
    ):
        ticked[person].add(reading_id)
    for pk, readings in due.items():
        session_ = sessions[pk]
        for person in students[session_.course_id]:
            if readings - ticked[person]:
                yield Owed(f"session:{pk}", version(session_.starts_at), person, _reading_time(session_))


def _unread(session: CourseSession, person: "User", now: datetime) -> list[Reading]:
    readings = [reading for _, reading in _due_readings([session], now)]
    ticked = set(ReadingTick.objects.filter(person=person, reading__in=readings).values_list("reading_id", flat=True))
    return [reading for reading in readings if reading.pk not in ticked]


def _reading_standing(delivery: Delivery, now: datetime) -> Standing:
    session = CourseSession.objects.filter(pk=number_of(delivery.notice.object_key)).select_related("course").first()
    if session is None:
        return Standing.WITHDRAWN
    if version(session.starts_at) != delivery.notice.version:
        return Standing.MOVED
    if not Enrollment.objects.students().filter(course=session.course, person=delivery.person).exists():
        return Standing.WITHDRAWN
    if now >= session.starts_at:
        return Standing.PAST
    return Standing.OWED if _unread(session, delivery.person, now) else Standing.DONE


def _reading_letter(delivery: Delivery) -> Letter:
    session = CourseSession.objects.select_related("course").get(pk=number_of(delivery.notice.object_key))
    course, person = session.course, delivery.person
    unread = _unread(session, person, delivery.due_at)
    when = local(session.starts_at, course, person)
    week = unread[0].week if unread else None
    lead = f"{_count(unread)} to read before class on {when}:"
    return Letter(
        subject=f"{course.code}: {_count(unread)} to read before class",
        place=str(course),
        heading="Before the next class",
        html=format_html(
            "<p>{}</p><ul>{}</ul>",
            lead,
            format_html_join("", "<li>{}{}</li>", ((reading.title, _minutes(reading)) for reading in unread)),
        ),
        text=wrap(lead) + "\n\n" + "\n".join(wrap(f"{one.title}{_minutes(one)}", "- ", "  ") for one in unread),
        path=week.get_absolute_url() if week is not None else course.get_absolute_url(),
        action="Open the week",
        why=why(course, Role.STUDENT, "readings"),
        reply_to=course.contact_email,
    )


def _count(readings: Sequence[Reading]) -> str:
    return "One reading" if len(readings) == 1 else f"{len(readings)} readings"


def _minutes(reading: Reading) -> str:
    return f", {reading.minutes} min" if reading.minutes is not None else ""


register(
    Kind(
        name="reading_due",
        title="Readings",
        help="What you have not ticked as read, at nine on the day before class.",
        label="Reading reminder",
        keys_in=lambda course: keys_of("session", CourseSession.objects.filter(course=course)),
        owed=_readings_owed,
        still_owed=_reading_standing,
        render=_reading_letter,
        private=True,  # "done already" would tell who ticked what
    )
)
