"""Registry: every text of a course that people write in Markdown. Each app registers its own in a module `text_sources`.

Asked by what looks through all texts, such as the list of pictures, which says where each is used.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from course.models import Announcement, Course, Page, Week


@dataclass(frozen=True, slots=True)
class CourseText:
    """One text: what staff call it, its address, and its Markdown."""

    title: str
    address: str
    source: str


Find = Callable[[Course], Iterable[CourseText]]
_finders: list[Find] = []


def register(find: Find) -> Find:
    """Add a function that returns texts of a course, in a constant number of queries."""
    _finders.append(find)
    return find


def texts_of(course: Course) -> list[CourseText]:
    """Return every text of a course."""
    return [text for find in _finders for text in find(course)]


@register
def _own(course: Course) -> Iterable[CourseText]:
    """Weeks, pages and announcements: three queries."""
    for week in Week.objects.filter(course=course).only("number", "title", "slug", "source"):
        week.course = course
        yield CourseText(str(week), week.get_absolute_url(), week.source)
    for page in Page.objects.filter(course=course).only("title", "slug", "source"):
        page.course = course
        yield CourseText(page.title, page.get_absolute_url(), page.source)
    for one in Announcement.objects.filter(course=course).only("title", "public_id", "source"):
        one.course = course
        yield CourseText(f"Announcement: {one.title}", one.get_absolute_url(), one.source)
