"""What of a course lies on a person's desk at one moment: the next class, its week, what to read for it, its agenda."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from course.access import Membership
from course.models import Course, CourseSession, Reading, ReadingTick, Section, Week
from course.reading_budget import Budget, Load, budget
from course.week_page import Entry, Shown, arrange

# The page shows no text of a week; the texts are long.
_TEXTS = ("source", "intro_html", "key_questions", "messages")


@dataclass(frozen=True, slots=True)
class ToRead:
    """One reading for the next class, and whether this person has ticked it."""

    reading: Reading
    ticked: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """`ahead`: classes that run or come, soonest first. `weeks`: those this person may see, by number.
    `week`: the one of the next class, else the latest that is open.
    """

    ahead: list[CourseSession]
    weeks: list[Week]
    week: Week | None
    readings: list[ToRead]
    sections: list[Section]

    @property
    def meeting(self) -> CourseSession | None:
        """The class that runs, else the next one."""
        return self.ahead[0] if self.ahead else None

    @property
    def budget(self) -> Budget:
        """The minutes of `readings`."""
        return budget(Load(one.reading.minutes, one.reading.optional, one.ticked) for one in self.readings)

    @property
    def unread(self) -> list[Reading]:
        """Required readings that are not ticked."""
        return [one.reading for one in self.readings if not one.reading.optional and not one.ticked]

    def agenda(self, panels: list[Shown]) -> list[Entry]:
        """Return the headings of the next class in their order, with what `panels` say in its place."""
        return arrange(self.sections, [], panels, set()).agenda

    def week_of(self, meeting: CourseSession) -> Week | None:
        """Return the week of a class, if this person may see it."""
        return next((week for week in self.weeks if week.session_id == meeting.pk), None)


def desk_of(member: Membership, now: datetime) -> Desk:
    """Return the desk of a person in a course. Three or four queries, once per request.

    It is kept on the course object, which lives as long as its request: the agenda and the page ask for the same.
    """
    kept: dict[tuple[int, datetime], Desk] = vars(member.course).setdefault("_desks", {})
    key = (member.user.pk, now)
    if key not in kept:
        kept[key] = _read(member, now)
    return kept[key]


def _read(member: Membership, now: datetime) -> Desk:
    meetings, all_weeks = _meetings_and_weeks(member.course)
    ahead = [meeting for meeting in meetings if meeting.ends_at > now]
    weeks = [week for week in all_weeks if member.is_staff or week.is_released(now)]
    week = _current(ahead, weeks, now)
    readings = [] if member.is_staff else _readings(member, week, ahead, [one.pk for one in weeks])
    return Desk(ahead, weeks, week, readings, _sections(week, ahead))


def _meetings_and_weeks(course: Course) -> tuple[list[CourseSession], list[Week]]:
    """Return all classes and all weeks: one query, and a second one where weeks have no class of their own."""
    loose = Week.objects.filter(course=course, session=None)
    with_week = CourseSession.objects.filter(course=course).select_related("week").defer(*[f"week__{one}" for one in _TEXTS])
    meetings: list[CourseSession] = list(with_week.annotate(loose=Exists(loose)))
    weeks: list[Week] = [week for one in meetings if (week := getattr(one, "week", None))]
    if not meetings or vars(meetings[0])["loose"]:
        weeks += loose.defer(*_TEXTS)
    for week in weeks:
        week.course = course
    return meetings, sorted(weeks, key=lambda week: (week.number is None, week.number or 0, week.slug))


def _current(ahead: list[CourseSession], weeks: list[Week], now: datetime) -> Week | None:
    next_one = next((week for week in weeks if ahead and week.session_id == ahead[0].pk), None)
    released = [week for week in weeks if week.is_released(now)]
    return next_one or (released[-1] if released else None)


def _readings(member: Membership, week: Week | None, ahead: list[CourseSession], weeks: list[int]) -> list[ToRead]:
    """Return what is to be read for the next class: the week's own readings, and others assigned to that class."""
    meeting = ahead[0] if ahead else None
    due = Q(week=week, read_by=None)
    if meeting:
        due |= Q(read_by=meeting)
    tick = ReadingTick.objects.filter(reading=OuterRef("pk"), person=member.user)
    found = (
        Reading.objects.filter(due, removed=False, week__in=weeks)
        .annotate(ticked=Exists(tick))
        .select_related("section")
        .order_by("week__number", "position")
    )
    return [ToRead(one, bool(vars(one)["ticked"])) for one in found]


def _sections(week: Week | None, ahead: list[CourseSession]) -> list[Section]:
    if week is None or not ahead or week.session_id != ahead[0].pk:
        return []
    return list(Section.objects.filter(week=week))
