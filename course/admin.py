from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.admin_base import BaseAdmin, ReadOnlyAdmin, ReadOnlyInline, TableInline
from course.models import (
    Announcement,
    Course,
    CourseFile,
    CourseSession,
    Enrollment,
    ImportDraft,
    Page,
    PageVersion,
    Reading,
    Section,
    Term,
    Week,
    WeekVersion,
)

# ReadingTick is not here on purpose: what a student ticked is private (course/models.py).
TEXT_REASON = (
    "The text is the record: it is edited on the course's own page, which keeps every version and renews what is found in it."
)


class SessionInline(TableInline):
    model = CourseSession
    related = ("course",)
    fields = ["starts_at", "ends_at", "room", "note"]


class SectionInline(ReadOnlyInline):
    model = Section
    fields = ["position", "heading", "kind", "line", "placeholder_only"]


class ReadingInline(ReadOnlyInline):
    model = Reading
    fields = ["position", "title", "url", "seconds", "optional", "removed"]


class InCourseZone(BaseAdmin):
    """A form whose times are on the clocks of its course: eighteen hours is when the class meets, wherever the admin sits."""

    def course_of(self, request: HttpRequest, object_id: str | None) -> Course | None:
        """Return the course whose clocks the form shows; None while there is none yet."""
        raise NotImplementedError

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show and read the form in the course's zone; the middleware ends that with the request."""
        course = self.course_of(request, object_id)
        if course is not None and course.zone in available_timezones():
            timezone.activate(ZoneInfo(course.zone))
        return super().changeform_view(request, object_id, form_url, extra_context)


@admin.register(Term)
class TermAdmin(BaseAdmin):
    list_display = ["name", "starts_on", "ends_on"]
    search_fields = ["name"]
    date_hierarchy = "starts_on"


@admin.register(Course)
class CourseAdmin(InCourseZone):
    list_display = ["code", "title", "term", "slug", "zone"]
    list_display_links = ["code", "title"]
    list_filter = ["term", "zone"]
    list_select_related = ["term"]
    search_fields = ["code", "title", "slug"]
    autocomplete_fields = ["term"]
    inlines = [SessionInline]
    fieldsets = [
        (
            None,
            {
                "fields": ["code", "title", "term", "slug"],
                "description": "Give the course its instructor under Enrollments; they do the rest.",
            },
        ),
        (
            "Times and contact",
            {
                "fields": ["zone", "contact_email", "reading_minutes"],
                "description": "Class sessions are written in this time zone.",
            },
        ),
    ]

    def course_of(self, request: HttpRequest, object_id: str | None) -> Course | None:
        """Return the course itself; for a new one, what the form says of its zone."""
        if object_id is None:
            return Course(zone=request.POST.get("zone", ""))
        found: Course | None = self.get_object(request, object_id)
        return found

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Links in mails and bookmarks hold the slug: it stays."""
        return ["slug"] if obj else []


@admin.register(Enrollment)
class EnrollmentAdmin(BaseAdmin):
    list_display = ["person", "course", "role", "state", "enrolled_at", "seen_at"]
    list_filter = ["role", "state", "course__term", ("course", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["person", "course"]
    search_fields = ["person__name", "person__email", "course__code", "course__title"]
    autocomplete_fields = ["course", "person"]
    readonly_fields = ["enrolled_at", "seen_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Work hangs on an enrollment: who and where are fixed once it exists."""
        return [*self.readonly_fields, *(["course", "person"] if obj else [])]


@admin.register(CourseSession)
class CourseSessionAdmin(InCourseZone):
    list_display = ["meets", "course", "room", "note"]
    list_filter = ["course__term", ("course", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["course"]
    search_fields = ["course__code", "course__title", "room", "note"]
    autocomplete_fields = ["course"]
    date_hierarchy = "starts_at"

    @admin.display(description="Meets, on the course's clocks", ordering="starts_at")
    def meets(self, session: CourseSession) -> str:
        """Return "Sun 22 Nov 2026, 18:00-20:40" with a dash, in the zone of its course."""
        starts, ends = session.starts_at.astimezone(session.course.tz), session.ends_at.astimezone(session.course.tz)
        return f"{starts:%a %-d %b %Y, %H:%M}\u2013{ends:%H:%M}"

    def course_of(self, request: HttpRequest, object_id: str | None) -> Course | None:
        """Return the session's course; for a new session, the one the form names."""
        if object_id is not None:
            found = self.get_object(request, object_id)
            return found.course if found else None
        pk = request.POST.get("course", "")
        return Course.objects.filter(pk=int(pk)).first() if pk.isdecimal() else None


class TextAdmin(BaseAdmin):
    """A text of a course: made and edited on the course's own pages."""

    reason = TEXT_REASON

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: texts come in through an import or the editor."""
        return False


@admin.register(Week)
class WeekAdmin(TextAdmin):
    list_display = ["number", "title", "course", "state", "opens_at", "version", "changed_at"]
    list_display_links = ["number", "title"]
    list_filter = ["state", "course__term", ("course", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["course"]
    search_fields = ["title", "slug", "course__code"]
    autocomplete_fields = ["session"]
    fields = [
        "course",
        "number",
        "title",
        "slug",
        "state",
        "opens_at",
        "session",
        "filename",
        "version",
        "changed_at",
        "source",
    ]
    readonly_fields = ["course", "number", "title", "slug", "filename", "version", "changed_at", "source"]
    inlines = [SectionInline, ReadingInline]


@admin.register(WeekVersion)
class WeekVersionAdmin(ReadOnlyAdmin):
    reason = "What a page said at a time is a record and never changes."
    list_display = ["week", "number", "author", "created_at"]
    list_filter = [("week__course", admin.RelatedOnlyFieldListFilter), "created_at"]
    list_select_related = ["week", "author"]
    search_fields = ["week__title", "author__name"]


@admin.register(Reading)
class ReadingAdmin(ReadOnlyAdmin):
    reason = "Readings are found in the text of their week: edit the week. Who has read what is private and shown nowhere."
    list_display = ["title", "week", "seconds", "optional", "read_by", "removed"]
    list_filter = ["optional", "removed", ("week__course", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["week", "section", "read_by__course"]
    search_fields = ["title", "url", "week__title"]


@admin.register(Page)
class PageAdmin(TextAdmin):
    list_display = ["title", "course", "state", "opens_at", "changed_at"]
    list_filter = ["state", ("course", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["course", "week"]
    search_fields = ["title", "slug"]
    autocomplete_fields = ["week"]
    fields = ["course", "title", "slug", "state", "opens_at", "week", "changed_at", "source"]
    readonly_fields = ["course", "title", "slug", "changed_at", "source"]


@admin.register(PageVersion)
class PageVersionAdmin(ReadOnlyAdmin):
    reason = "What a page said at a time is a record and never changes."
    list_display = ["page", "number", "title", "author", "created_at"]
    list_filter = [("page__course", admin.RelatedOnlyFieldListFilter), "created_at"]
    list_select_related = ["page", "author"]
    search_fields = ["title", "page__title"]


@admin.register(CourseFile)
class CourseFileAdmin(ReadOnlyAdmin):
    reason = "Pictures are added, replaced and deleted under Pictures in the course, which says where each is used."
    list_display = ["name", "course", "kind", "width", "height", "size", "added_by", "added_at"]
    list_filter = ["kind", ("course", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["course", "added_by"]
    search_fields = ["name", "course__code"]
    fields = ["course", "name", "kind", "width", "height", "size", "added_by", "added_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CourseFile]:
        """Leave the bytes where they are."""
        return super().get_queryset(request).defer("content")


@admin.register(Announcement)
class AnnouncementAdmin(TextAdmin):
    list_display = ["title", "course", "author", "state", "publish_at", "pinned", "mail"]
    list_filter = ["state", "pinned", "mail", ("course", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["course", "author", "week"]
    search_fields = ["title", "source", "author__name"]
    autocomplete_fields = ["week"]
    date_hierarchy = "publish_at"
    fields = [
        "course",
        "title",
        "author",
        "state",
        "publish_at",
        "until",
        "mail",
        "pinned",
        "week",
        "created_at",
        "changed_at",
        "source",
    ]
    readonly_fields = [
        "course",
        "title",
        "author",
        "state",
        "publish_at",
        "mail",
        "created_at",
        "changed_at",
        "source",
    ]


@admin.register(ImportDraft)
class ImportDraftAdmin(TextAdmin):
    reason = "Waits for the person who brought it to look at it; it ends after a week, and may be deleted before."
    list_display = ["kind", "filename", "course", "person", "created_at"]
    list_filter = ["kind", "created_at"]
    list_select_related = ["course", "person"]
    search_fields = ["filename", "person__name", "person__email"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False
