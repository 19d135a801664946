"""Writing a course's other pages: notes, a syllabus. The exact text is the record, the HTML is made from it."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.text import slugify

from course.actions.weeks import ReleaseRefusedError
from course.enums import Release
from course.markdown import RENDERER_VERSION, render
from course.models import Course, Page, PageVersion, Week

if TYPE_CHECKING:
    from accounts.models import User

LONGEST = 200_000
TAKEN_BY_US = frozenset({"new"})


class PageRefusedError(ValueError):
    """The text cannot become a page; the message says why. Nothing was written."""


class PageChangedError(ValueError):
    """Somebody saved the page since the editor was opened; `page` is what is stored now. Nothing was written."""

    def __init__(self, page: Page) -> None:
        super().__init__("this page was changed meanwhile \u2014 compare the two texts")
        self.page = page


def save_page(
    *,
    course: Course,
    page: Page | None,
    title: str,
    source: str,
    now: datetime,
    week: Week | None = None,
    base_changed_at: datetime | None = None,
    author: "User | None" = None,
) -> Page:
    """Store `source`, exactly as it is, as the text of `page`, or as a new draft page if `page` is None; return the page.

    Every version of title and text is kept; where both are the same, none is written. A new page gets an address made from its title that no other page of the course has. Raises PageRefusedError (NUL,
    too long, a week of another course), PageChangedError (stored after `base_changed_at`, where one is given).
    """
    _check(course, source, week)
    with transaction.atomic():
        # Two new pages of one title must not get one address: the course's row is the queue.
        locked = Course.objects.select_for_update(no_key=True, of=("self",)).get(pk=course.pk)
        target = _locked(page) if page else Page(course=locked, slug=_free_slug(locked, title))
        if page and base_changed_at is not None and target.changed_at != base_changed_at:
            raise PageChangedError(target)
        changed = target.pk is None or (target.title, target.source) != (title, source)
        target.version += 1 if changed and target.pk else 0
        target.title, target.source, target.week = title, source, week
        target.html, target.renderer, target.changed_at = render(source, page_links=True), RENDERER_VERSION, now
        target.save()
        if changed:
            PageVersion.objects.create(
                page=target, number=target.version, title=title, source=source, author=author, created_at=now
            )
    return target


def restore_page(*, page: Page, number: int, author: "User | None", now: datetime) -> Page:
    """Store title and text of version `number` again, as a new version. Raises PageVersion.DoesNotExist, PageRefusedError."""
    old = PageVersion.objects.get(page=page, number=number)
    return save_page(course=page.course, page=page, title=old.title, source=old.source, week=page.week, author=author, now=now)


def _locked(page: Page) -> Page:
    return Page.objects.select_for_update(no_key=True, of=("self",)).select_related("course").get(pk=page.pk)


def _check(course: Course, source: str, week: Week | None) -> None:
    if "\0" in source:
        line = source[: source.index("\0")].count("\n") + 1
        raise PageRefusedError(f"line {line} contains a NUL character \u2014 take it out")
    if len(source.encode("utf-8", "surrogatepass")) > LONGEST:
        raise PageRefusedError(f"the text is longer than {LONGEST // 1000} kB \u2014 split the page")
    if week is not None and week.course_id != course.pk:
        raise PageRefusedError("this week belongs to another course")


def _free_slug(course: Course, title: str) -> str:
    stem = slugify(title)[:50].strip("-") or "page"
    taken = {*Page.objects.filter(course=course, slug__startswith=stem).values_list("slug", flat=True), *TAKEN_BY_US}
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (stem, *numbered) if slug not in taken)


def release_page(*, page: Page, state: Release, opens_at: datetime | None = None, now: datetime) -> Page:
    """Open a page to students now, let it open at `opens_at`, or take it back to a draft.

    Raises ReleaseRefusedError for a schedule without a time or with one that has passed.
    """
    if state == Release.SCHEDULED and (opens_at is None or opens_at <= now):
        raise ReleaseRefusedError("Give a time in the future, or open the page now")
    with transaction.atomic():
        target = _locked(page)
        target.state = state
        target.opens_at = {Release.OPEN: now, Release.SCHEDULED: opens_at, Release.DRAFT: None}[state]
        target.save(update_fields=["state", "opens_at"])
    return target
