"""Writing a course's other pages: notes, a syllabus. The exact text is the record, the HTML is made from it."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.text import slugify

from course.markdown import RENDERER_VERSION, render
from course.models import Course, Page, Week


def save_page(*, course: Course, page: Page | None, title: str, source: str, now: datetime, week: Week | None = None) -> Page:
    """Store `source`, exactly as it is, as the text of `page`, or as a new draft page if `page` is None; return the page.

    A new page gets an address made from its title that no other page of the course has.
    """
    if page is None:
        page = Page(course=course, slug=_free_slug(course, title), week=week)
    page.title = title
    page.source = source
    page.html = render(source)
    page.renderer = RENDERER_VERSION
    page.changed_at = now
    page.save()
    return page


def _free_slug(course: Course, title: str) -> str:
    stem = slugify(title)[:50].strip("-") or "page"
    taken = set(Page.objects.filter(course=course, slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for slug in _numbered(stem) if slug not in taken)


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem}-{number}"
        number += 1
