"""Registry: which files of its folder a course has, and where they are. Each app registers its own in a module `linked_files`."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from django.urls import reverse

from course.access import Membership
from course.file_links import Places
from course.models import CourseFile, Page, Week

Known = Mapping[tuple[str, str], str]
"""Addresses of what a person may open, by kind ("week", "page", "picture") and primary key as text."""
Find = Callable[[Membership, datetime, Known], Iterable[tuple[str, str]]]
_finders: list[Find] = []


def register(find: Find) -> Find:
    """Add a function that returns (path in the folder, address) for files that a person may open at a time, in a constant number
    of queries.
    """
    _finders.append(find)
    return find


def places_for(member: Membership, now: datetime) -> Places:
    """Return where the files are that relative links of this course may lead to, for this person. Three queries and those of
    the finders. A path that a finder knows (the folder's own) comes before the one that we would give it.
    """
    known: dict[tuple[str, str], str] = {}
    own: list[tuple[str, str]] = []
    for week in Week.objects.filter(course=member.course).only("slug", "number", "filename", "state", "opens_at"):
        if member.is_staff or week.is_released(now):
            address = reverse("course:week", args=[member.course.slug, week.slug])
            known["week", str(week.pk)] = address
            own += [(f"weeks/{name}", address) for name in (week.filename, f"{week.slug}.md") if name]
    for page in Page.objects.filter(course=member.course).only("slug", "state", "opens_at"):
        if member.is_staff or page.is_released(now):
            known["page", str(page.pk)] = reverse("course:page", args=[member.course.slug, page.slug])
            own.append((f"pages/{page.slug}.md", known["page", str(page.pk)]))
    for file in CourseFile.objects.filter(course=member.course).only("key", "name", "course"):
        file.course = member.course
        known["picture", str(file.pk)] = file.get_absolute_url()
        own.append((f"assets/{file.name}", file.get_absolute_url()))
    return Places.of([*(one for find in _finders for one in find(member, now, known)), *own])
