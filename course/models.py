from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import validate_zone
from accounts.public_ids import public_id
from course.enums import STAFF_ROLES, AnnouncementState, EnrollmentState, PictureKind, Release, Role

if TYPE_CHECKING:
    from accounts.models import User


class Term(models.Model):
    name = models.CharField(max_length=60, unique=True)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [models.CheckConstraint(condition=Q(ends_on__gt=models.F("starts_on")), name="term_lasts")]

    def __str__(self) -> str:
        return self.name


class CourseQuerySet(models.QuerySet["Course"]):
    def of(self, user: "User") -> "CourseQuerySet":
        """Courses in which `user` is actively enrolled, in any role."""
        return self.filter(enrollments__person=user, enrollments__state=EnrollmentState.ACTIVE)


class Course(models.Model):
    """One course in one term. Its weeks, people, quizzes and slots hang on it; nothing is shared between courses."""

    slug = models.SlugField(max_length=60, unique=True)
    code = models.CharField(max_length=30, help_text="As in the catalogue: HUM 240")
    title = models.CharField(max_length=150)
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="courses")
    zone = models.CharField("time zone", max_length=64, validators=[validate_zone])
    contact_email = models.EmailField(blank=True, help_text="Whom to ask about the course; shown at the foot of every page.")
    reading_minutes = models.PositiveIntegerField(
        default=0,
        help_text="Minutes of reading a week that the course asks for at most; 0: not said.",
    )
    headings = models.JSONField(
        default=dict, blank=True, editable=False, help_text="This course’s own headings of week pages, and the kinds they mean."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CourseQuerySet.as_manager()

    class Meta:
        ordering = ["code", "slug"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("course:now", args=[self.slug])

    @property
    def tz(self) -> ZoneInfo:
        """The zone in which this course's deadlines are written."""
        return ZoneInfo(self.zone)


class EnrollmentQuerySet(models.QuerySet["Enrollment"]):
    def active(self) -> "EnrollmentQuerySet":
        return self.filter(state=EnrollmentState.ACTIVE)

    def students(self) -> "EnrollmentQuerySet":
        """Active students: the people who are graded, reminded and counted."""
        return self.active().filter(role=Role.STUDENT)

    def staff(self) -> "EnrollmentQuerySet":
        return self.active().filter(role__in=STAFF_ROLES)


class Enrollment(models.Model):
    """One person in one course with one role. Changed by `course.actions.enroll`, `change_role`, `remove_person`."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="enrollments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="enrollments")
    role = models.CharField(max_length=10, choices=Role)
    state = models.CharField(max_length=8, choices=EnrollmentState, default=EnrollmentState.ACTIVE)
    enrolled_at = models.DateTimeField(default=timezone.now, editable=False)
    seen_at = models.DateTimeField(null=True, blank=True, help_text="When this person last looked at the landing page.")

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        ordering = ["person__name", "person__email"]
        constraints = [
            models.UniqueConstraint(fields=["course", "person"], name="enrollment_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="enrollment_role_known"),
            models.CheckConstraint(condition=Q(state__in=EnrollmentState.values), name="enrollment_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()} of {self.course.code}"


class CourseSession(models.Model):
    """One class meeting, half-open from `starts_at` to `ends_at`."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="sessions")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    room = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=120, blank=True, help_text="Such as: tonight only")

    class Meta:
        verbose_name = "class session"
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="session_lasts"),
            models.UniqueConstraint(fields=["course", "starts_at"], name="session_once"),
        ]

    def __str__(self) -> str:
        return f"{self.course.code}, {self.starts_at.astimezone(self.course.tz):%a %-d %b %Y, %H:%M}"


def _released(now: datetime) -> Q:
    return Q(state=Release.OPEN) | Q(state=Release.SCHEDULED, opens_at__lte=now)


_RELEASE_RULES = [
    (Q(state__in=Release.values), "state_known"),
    (~Q(state=Release.SCHEDULED) | Q(opens_at__isnull=False), "scheduled_has_time"),
]


class WeekQuerySet(models.QuerySet["Week"]):
    def released(self, now: datetime) -> "WeekQuerySet":
        """Weeks that students may read at `now`."""
        return self.filter(_released(now))


class Week(models.Model):
    """One week page. `source` is the record: the exact text of the file; sections and readings are an index of it.

    Written only by `course.actions.save_week`, which keeps every version and rebuilds the index.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="weeks")
    slug = models.SlugField(max_length=60)
    number = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty where the page names none.")
    title = models.CharField(max_length=200)
    source = models.TextField(blank=True, help_text="The exact text of the file, byte for byte in UTF-8.")
    filename = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=9, choices=Release, default=Release.DRAFT)
    opens_at = models.DateTimeField(null=True, blank=True)
    session = models.OneToOneField(CourseSession, on_delete=models.SET_NULL, null=True, blank=True, related_name="week")
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    intro_html = models.TextField(blank=True, editable=False)
    intro_line = models.PositiveIntegerField(default=0, editable=False, help_text="Where it begins; 0 without one.")
    intro_changed_in = models.PositiveIntegerField(default=0, editable=False, help_text="The version that changed it last.")
    key_questions = models.JSONField(default=list, editable=False, help_text="Rendered HTML of each question.")
    question_index = models.JSONField(
        default=list, editable=False, help_text="[line, version that added it, version that changed it] of each question."
    )
    to_fill = models.JSONField(default=list, editable=False, help_text="[line, text] of what is still a placeholder.")
    messages = models.JSONField(default=list, editable=False)
    renderer = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = WeekQuerySet.as_manager()

    class Meta:
        ordering = ["number", "slug"]
        constraints = [
            models.UniqueConstraint(fields=["course", "slug"], name="week_slug_once"),
            models.UniqueConstraint(fields=["course", "number"], name="week_number_once"),
            *[models.CheckConstraint(condition=rule, name=f"week_{name}") for rule, name in _RELEASE_RULES],
        ]

    def __str__(self) -> str:
        return f"Week {self.number}: {self.title}" if self.number is not None else self.title

    def get_absolute_url(self) -> str:
        return reverse("course:week", args=[self.course.slug, self.slug])

    def is_released(self, now: datetime) -> bool:
        return self.state == Release.OPEN or (
            self.state == Release.SCHEDULED and self.opens_at is not None and self.opens_at <= now
        )


class WeekVersion(models.Model):
    """What the text of a week was; append-only."""

    week = models.ForeignKey(Week, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    source = models.TextField(blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["week", "number"], name="week_version_once")]

    def __str__(self) -> str:
        return f"{self.week}, version {self.number}"


class WeekRead(models.Model):
    """Which version of a week a person has read: on the present visit and on the one before (see `course.read_marks`).

    Written by `course.actions.weeks.note_week_read`; nobody else sees it.
    """

    week = models.ForeignKey(Week, on_delete=models.CASCADE, related_name="reads")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    before_version = models.PositiveIntegerField()
    before_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "person"], name="week_read_once")]

    def __str__(self) -> str:
        return f"{self.person} has read version {self.version} of {self.week}"


class Section(models.Model):
    """A part of a week page, as found in its text; rebuilt at every change."""

    week = models.ForeignKey(Week, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField()
    line = models.PositiveIntegerField()
    level = models.PositiveSmallIntegerField()
    heading = models.CharField(max_length=300)
    group = models.CharField(max_length=20)
    kind = models.CharField(max_length=24)
    placeholder_only = models.BooleanField()
    html = models.TextField(blank=True, help_text="What stands under the heading, rendered, without its placeholders.")
    added_in = models.PositiveIntegerField(default=0, help_text="The version of the page that it came with.")
    changed_in = models.PositiveIntegerField(default=0, help_text="The version of the page that changed it last.")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["week", "position"], name="section_place_once")]

    def __str__(self) -> str:
        return self.heading


class Reading(models.Model):
    """One reading of a week, found in its text. The row outlives edits of the page (matched by address, then title),
    because ticks and reading dates hang on it; `removed` marks one that the text no longer has.
    """

    week = models.ForeignKey(Week, on_delete=models.CASCADE, related_name="readings")
    section = models.ForeignKey(Section, on_delete=models.SET_NULL, null=True, blank=True, related_name="readings")
    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    position = models.PositiveSmallIntegerField()
    line = models.PositiveIntegerField()
    title = models.CharField(max_length=500)
    url = models.CharField(max_length=2000, blank=True)
    note_html = models.TextField(blank=True, help_text="What else stands in the item: authors, parts, sub-items.")
    seconds = models.PositiveIntegerField(null=True, blank=True, help_text="Time to spend; empty where the text says none.")
    optional = models.BooleanField(default=False)
    read_by = models.ForeignKey(
        CourseSession,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="readings",
        help_text="Empty: by the class session of its week.",
    )
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    added_in = models.PositiveIntegerField(default=0, editable=False, help_text="The version of the page that it came with.")
    changed_in = models.PositiveIntegerField(default=0, editable=False, help_text="The version that changed it last.")
    removed = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title

    @property
    def says(self) -> tuple[str, ...]:
        """All that a reader sees of it: the reading has changed if one of these has."""
        return self.title, self.url, self.note_html, str(self.seconds), str(self.optional)

    @property
    def minutes(self) -> int | None:
        """Whole minutes, half up, for the page; None where the text names no time."""
        return None if self.seconds is None else (self.seconds + 30) // 60


class ReadingTick(models.Model):
    """A student's private note that a reading is read. Nobody else sees it: not in the admin, not in any report."""

    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="ticks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reading", "person"], name="reading_tick_once")]

    def __str__(self) -> str:
        return f"{self.person} has read {self.reading}"


class Page(models.Model):
    """Any other text of a course: a syllabus, notes that came with a pasted review. `source` is exact, as in Week.

    Written only by `course.actions.pages.save_page`, which keeps every version.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="pages")
    slug = models.SlugField(max_length=60)
    title = models.CharField(max_length=200)
    source = models.TextField(blank=True)
    html = models.TextField(blank=True, editable=False)
    renderer = models.PositiveSmallIntegerField(default=0, editable=False)
    week = models.ForeignKey(Week, on_delete=models.SET_NULL, null=True, blank=True, related_name="pages")
    state = models.CharField(max_length=9, choices=Release, default=Release.DRAFT)
    opens_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(fields=["course", "slug"], name="page_slug_once"),
            *[models.CheckConstraint(condition=rule, name=f"page_{name}") for rule, name in _RELEASE_RULES],
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("course:page", args=[self.course.slug, self.slug])

    def is_released(self, now: datetime) -> bool:
        return self.state == Release.OPEN or (
            self.state == Release.SCHEDULED and self.opens_at is not None and self.opens_at <= now
        )


class PageVersion(models.Model):
    """What the title and the text of a page were; append-only."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    source = models.TextField(blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["page", "number"], name="page_version_once")]

    def __str__(self) -> str:
        return f"{self.page}, version {self.number}"


class CourseFile(models.Model):
    """A picture of a course, named in its texts as `![words](files/name.png)`. Written by `course.actions.files` only.

    `key` is part of its address and changes with every replacement: who was not shown the text with the picture cannot
    guess where it is (an explanation's picture must not be out before the explanation), and a browser may keep it.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="files")
    key = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=PictureKind)
    width = models.PositiveSmallIntegerField(help_text="Pixels.")
    height = models.PositiveSmallIntegerField(help_text="Pixels.")
    size = models.PositiveIntegerField(help_text="Bytes.")
    content = models.BinaryField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = "picture"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["course", "name"], name="file_name_once"),
            models.CheckConstraint(condition=Q(kind__in=PictureKind.values), name="file_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("course:file", args=[self.course.slug, self.key, self.name])


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def published(self, now: datetime) -> "AnnouncementQuerySet":
        """What members see at `now`, newest first, pinned ones on top. What is over by then is not among them."""
        return self.filter(
            Q(state=AnnouncementState.PUBLISHED) | Q(state=AnnouncementState.SCHEDULED, publish_at__lte=now),
            Q(until__isnull=True) | Q(until__gt=now),
        ).order_by("-pinned", "-publish_at")


class Announcement(models.Model):
    """Something told to a whole course. State changes in `course.actions.save_announcement` and `publish_due`."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="announcements")
    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    title = models.CharField(max_length=150)
    source = models.TextField("text", blank=True)
    html = models.TextField(blank=True, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=9, choices=AnnouncementState, default=AnnouncementState.DRAFT)
    publish_at = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField("shown until", null=True, blank=True)
    pinned = models.BooleanField(default=False)
    mail = models.BooleanField("send by mail", default=True)
    week = models.ForeignKey(Week, on_delete=models.SET_NULL, null=True, blank=True, related_name="announcements")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        ordering = ["-publish_at", "-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AnnouncementState.values), name="announcement_state_known"),
            models.CheckConstraint(
                condition=Q(state=AnnouncementState.DRAFT) | Q(publish_at__isnull=False),
                name="announcement_has_time",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(publish_at__isnull=True) | Q(until__gt=F("publish_at")),
                name="announcement_window",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("course:announcement", args=[self.course.slug, self.public_id])

    def is_over(self, now: datetime) -> bool:
        """Whether members saw it and do so no longer."""
        return self.state != AnnouncementState.DRAFT and self.until is not None and self.until <= now


class ImportDraft(models.Model):
    """An uploaded or pasted text that waits for somebody to look at what was found in it.

    Nothing of it is in the course before it is confirmed; it belongs to the person who brought it and ends after a week.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="import_drafts")
    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=[("week", "Week page"), ("quiz", "Quiz")])
    filename = models.CharField(max_length=200, blank=True)
    source = models.TextField(blank=True)
    options = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.filename or 'pasted text'}"
