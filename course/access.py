"""Who may do what in a course. Views load objects through here and nowhere else.

A stranger gets 404 (the course does not exist for them), a member without the right 403; `login_required` sends the
anonymous to the login page before anything here runs. Nothing is kept in the session: a changed role counts at the next request.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db.models import F, FilteredRelation, Q
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from course.enums import EnrollmentState, Role
from course.models import Announcement, Course, CourseFile, Enrollment, Page, Reading, Week
from course.page_links import title_key
from course.read_marks import Visit

if TYPE_CHECKING:
    from accounts.models import User


T = TypeVar("T", Week, Page)


class Right(Enum):
    """What a person wants to do in a course."""

    READ = auto()  # open weeks, announcements, schedule
    TAKE_PART = auto()  # tick readings, take quizzes, claim slots: students only
    PLAN = auto()  # drafts, weeks, quizzes, presenters, announcements, everybody's results
    SEE_STAFF_PAGES = auto()  # look at all of that without changing it
    MANAGE_PEOPLE = auto()  # roles, removal


_ALL_STAFF = frozenset({Right.READ, Right.SEE_STAFF_PAGES, Right.PLAN})
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.STUDENT: frozenset({Right.READ, Right.TAKE_PART}),
    Role.OBSERVER: frozenset({Right.READ}),
    Role.ASSISTANT: _ALL_STAFF,
    Role.INSTRUCTOR: _ALL_STAFF | {Right.MANAGE_PEOPLE},
}
# An admin who is not enrolled looks at everything and changes nothing.
ADMIN_RIGHTS = frozenset({Right.READ, Right.SEE_STAFF_PAGES})


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's standing in one course for one request. `enrollment` is None for an admin who is not enrolled."""

    course: Course
    user: "User"
    enrollment: Enrollment | None
    rights: frozenset[Right]

    def may(self, right: Right) -> bool:
        return right in self.rights

    def require(self, right: Right) -> None:
        """Raise PermissionDenied (403) unless the person has `right`."""
        if right not in self.rights:
            raise PermissionDenied

    @property
    def is_staff(self) -> bool:
        """Whether this person sees drafts and everybody's work (staff of the course, or an admin looking in)."""
        return Right.SEE_STAFF_PAGES in self.rights

    @property
    def may_plan(self) -> bool:
        return Right.PLAN in self.rights

    @property
    def may_manage_people(self) -> bool:
        return Right.MANAGE_PEOPLE in self.rights

    @property
    def takes_part(self) -> bool:
        return Right.TAKE_PART in self.rights


def membership_for(request: HttpRequest, slug: str, right: Right = Right.READ) -> Membership:
    """Return the signed-in person's standing in the course `slug`, switch the request to its time zone, and
    put the membership on the request for the page frame (`request.membership`).

    Raises Http404 for strangers and unknown courses, PermissionDenied for members without `right`. One query.
    """
    user: User = request.user  # type: ignore[assignment]  # login_required ran before
    enrollment = (
        Enrollment.objects.filter(course__slug=slug, person=user, state=EnrollmentState.ACTIVE).select_related("course").first()
    )
    if enrollment:
        member = Membership(enrollment.course, user, enrollment, RIGHTS[Role(enrollment.role)])
    elif user.is_admin and (course := Course.objects.filter(slug=slug).first()):
        member = Membership(course, user, None, ADMIN_RIGHTS)
    else:
        raise Http404
    member.require(right)
    request.membership = member  # type: ignore[attr-defined]  # read by templates/course/frame.html
    use_zone(user, member.course)
    return member


def use_zone(user: "User", course: Course) -> None:
    """Show the times of this request in the course's zone, unless the person has one of their own (`accounts.middleware`)."""
    if not user.zone:
        timezone.activate(ZoneInfo(course.zone))


def _released(thing: T | None, member: Membership, now: datetime) -> T:
    if thing is None or not (member.is_staff or thing.is_released(now)):
        raise Http404
    return thing


def week_for(member: Membership, slug: str, now: datetime) -> Week:
    """Return the week `slug` of the member's course; a draft does not exist for students (404)."""
    return _released(Week.objects.filter(course=member.course, slug=slug).select_related("session").first(), member, now)


def week_to_read(member: Membership, slug: str, now: datetime) -> tuple[Week, list[Week], Visit | None]:
    """Return the week `slug` as `week_for` does, all weeks of the course in order, and what is noted of this person's visits
    to this one. One query; the texts of the weeks stay in the database.
    """
    mine = FilteredRelation("reads", condition=Q(reads__person=member.user))
    noted = {f"read_{name}": F(f"mine__{name}") for name in ("version", "at", "before_version", "before_at")}
    left_out = ("source", "messages") if member.is_staff else ("source", "messages", "to_fill")
    found = Week.objects.filter(course=member.course).select_related("session").defer(*left_out)
    weeks = list(found.annotate(mine=mine, **noted))
    week = _released(next((one for one in weeks if one.slug == slug), None), member, now)
    values = [getattr(week, name) for name in noted]
    return week, weeks, None if values[0] is None else Visit(*values)


def page_for(member: Membership, slug: str, now: datetime) -> Page:
    """Return the page `slug`; a draft does not exist for students (404)."""
    return _released(Page.objects.filter(course=member.course, slug=slug).select_related("week").first(), member, now)


def addresses_by_title(member: Membership, now: datetime) -> dict[str, str]:
    """Return where the pages, weeks and readings that this person may read are, by `course.page_links.title_key` of their titles.

    A page wins over a week of the same title, a week over a reading; a week is also found as "Week 5" and "Week 5: Title".
    A reading is found on the page of its week, the latest week that has it. Three queries.
    """
    found: dict[str, str] = {}
    weeks = Week.objects.filter(course=member.course).only("slug", "number", "title", "state", "opens_at")
    open_weeks = {week.pk: week for week in (weeks if member.is_staff else weeks.released(now))}
    places = {pk: reverse("course:week", args=[member.course.slug, week.slug]) for pk, week in open_weeks.items()}
    readings = Reading.objects.filter(week__in=places, removed=False).order_by("week__number", "week_id", "-position")
    for week_pk, title, public_id in readings.values_list("week_id", "title", "public_id"):
        found[title_key(title)] = f"{places[week_pk]}#reading-{public_id}"
    for pk, week in open_weeks.items():
        names = [week.title, str(week), *([f"Week {week.number}"] if week.number is not None else [])]
        found |= dict.fromkeys(map(title_key, names), places[pk])
    for page in Page.objects.filter(course=member.course).only("slug", "title", "state", "opens_at"):
        if member.is_staff or page.is_released(now):
            found[title_key(page.title)] = reverse("course:page", args=[member.course.slug, page.slug])
    return found


def reading_for(member: Membership, public_id: str, now: datetime) -> Reading:
    """Return a reading of an open week of the member's course (404 otherwise)."""
    reading = (
        Reading.objects.filter(week__course=member.course, public_id=public_id, removed=False).select_related("week").first()
    )
    if reading is None:
        raise Http404
    _released(reading.week, member, now)
    return reading


def announcement_for(member: Membership, public_id: str, now: datetime) -> Announcement:
    """Return an announcement; one that is not published yet does not exist for students (404)."""
    found = Announcement.objects.filter(course=member.course, public_id=public_id)
    if not member.is_staff:
        found = found.published(now)
    announcement = found.select_related("author", "week").first()
    if announcement is None:
        raise Http404
    return announcement


def file_for(member: Membership, key: str) -> CourseFile:
    """Return a picture of the member's course by the key in its address, without its bytes (404 otherwise). One query."""
    found = CourseFile.objects.filter(course=member.course, key=key).defer("content").first()
    if found is None:
        raise Http404
    return found


def courses_of(user: "User") -> list[Course]:
    """Return the courses that `user` may look into, newest term first: an admin all of them, others their own. One query."""
    found = Course.objects.all() if user.is_admin else Course.objects.of(user)
    return list(found.select_related("term").order_by("-term__starts_on", "code", "slug"))


def roles_of(user: "User") -> dict[int, str]:
    """Return the words for a person's role in each course of theirs, by course id. One query."""
    found = Enrollment.objects.active().filter(person=user).values_list("course_id", "role").order_by()
    return {course: Role(role).label for course, role in found}


def enrollment_for(member: Membership, public_id: str) -> Enrollment:
    """Return the enrollment, also a removed one, of the person `public_id` in the member's course (404 otherwise)."""
    found = (
        Enrollment.objects.filter(course=member.course, person__public_id=public_id).select_related("person", "course").first()
    )
    if found is None:
        raise Http404
    return found


def frame(member: Membership, here: str) -> dict[str, object]:
    """Return what templates/course/frame.html needs: the membership, the current place in the navigation, the zone's name.

    `here` is one of now, weeks, quizzes, presentations, announcements, people.
    """
    return {"member": member, "here": here, "zone_name": zone_words(member.user.zone or member.course.zone)}


def zone_words(zone: str) -> str:
    """Return a zone as people say it: the city of America/New_York is New York."""
    return zone.rsplit("/", maxsplit=1)[-1].replace("_", " ")


def see_other(url: str) -> HttpResponseRedirect:
    """Answer a POST with a 303 redirect: the browser follows with GET, and Back does not send the form again."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
