"""The history of a week or a page: who wrote what when, what is different between two versions, and one of them back again."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from course.access import Membership, Right, frame, membership_for, page_for, see_other, week_for
from course.actions.pages import PageRefusedError, restore_page
from course.actions.weeks import SessionRefusedError, TextRefusedError, WeekExistsError, restore_week
from course.line_changes import side_by_side
from course.models import Page, PageVersion, Week, WeekVersion
from course.week_lines import plain

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class History:
    """A text with its versions, newest first, and the names of the addresses that show them."""

    member: Membership
    thing: Week | Page
    versions: "QuerySet[WeekVersion] | QuerySet[PageVersion]"
    list_name: str
    version_name: str
    restore_name: str
    edit_name: str

    def url(self, name: str, *more: int) -> str:
        return reverse(name, args=[self.member.course.slug, self.thing.slug, *more])

    @property
    def context(self) -> dict[str, object]:
        return frame(self.member, "weeks") | {
            "thing": self.thing,
            "list_url": self.url(self.list_name),
            "edit_url": self.url(self.edit_name),
            "now": timezone.now(),
        }


def _week(request: HttpRequest, course: str, week: str, right: Right) -> History:
    member = membership_for(request, course, right)
    shown = week_for(member, week, timezone.now())
    shown.course = member.course
    found = WeekVersion.objects.filter(week=shown).select_related("author")
    return History(member, shown, found, "course:week_versions", "course:week_version", "course:week_restore", "course:week_edit")


def _page(request: HttpRequest, course: str, page: str, right: Right) -> History:
    member = membership_for(request, course, right)
    shown = page_for(member, page, timezone.now())
    shown.course = member.course
    found = PageVersion.objects.filter(page=shown).select_related("author")
    return History(member, shown, found, "course:page_versions", "course:page_version", "course:page_restore", "course:page_edit")


@require_safe
@login_required
def week_versions(request: HttpRequest, course: str, week: str) -> HttpResponse:
    """Every version of a week: number, author, time."""
    return _list(request, _week(request, course, week, Right.SEE_STAFF_PAGES))


@require_safe
@login_required
def page_versions(request: HttpRequest, course: str, page: str) -> HttpResponse:
    """Every version of a page: number, author, time."""
    return _list(request, _page(request, course, page, Right.SEE_STAFF_PAGES))


def _list(request: HttpRequest, history: History) -> HttpResponse:
    rows = [(one, history.url(history.version_name, one.number)) for one in history.versions.defer("source")]
    return render(request, "course/versions.html", history.context | {"rows": rows})


@require_safe
@login_required
def week_version(request: HttpRequest, course: str, week: str, number: int) -> HttpResponse:
    """What a version of a week says, and how it differs from another one."""
    return _compare(request, _week(request, course, week, Right.SEE_STAFF_PAGES), number)


@require_safe
@login_required
def page_version(request: HttpRequest, course: str, page: str, number: int) -> HttpResponse:
    """What a version of a page says, and how it differs from another one."""
    return _compare(request, _page(request, course, page, Right.SEE_STAFF_PAGES), number)


def _compare(request: HttpRequest, history: History, number: int) -> HttpResponse:
    """Compare a version with the one before it, or with the one that `?from=` names."""
    numbers = list(history.versions.values_list("number", flat=True))
    if number not in numbers:
        raise Http404
    asked = request.GET.get("from", "")
    other = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else number - 1
    found = {one.number: one for one in history.versions.filter(number__in={number, other})}
    new, old = found[number], found.get(other)
    context = {
        "new": new,
        "old": old,
        "numbers": numbers,
        "groups": side_by_side(old.source, new.source) if old else [],
        "text": plain(new.source),
        "is_stored": new.source == history.thing.source,
        "restore_url": history.url(history.restore_name, number),
        "version_url": history.url(history.version_name, number),
    }
    return render(request, "course/version.html", history.context | context)


@require_POST
@login_required
def week_restore(request: HttpRequest, course: str, week: str, number: int) -> HttpResponse:
    """Store an older text of a week again, as a new version."""
    history = _week(request, course, week, Right.PLAN)
    assert isinstance(history.thing, Week)
    try:
        saved = restore_week(week=history.thing, number=number, author=history.member.user, now=timezone.now())
    except WeekVersion.DoesNotExist as error:
        raise Http404 from error
    except (TextRefusedError, WeekExistsError, SessionRefusedError) as error:
        messages.error(request, f"Version {number} is not restored: {error}.")
        return see_other(history.url(history.list_name))
    return _restored(request, history, number, saved.version, history.thing.version)


@require_POST
@login_required
def page_restore(request: HttpRequest, course: str, page: str, number: int) -> HttpResponse:
    """Store title and text of an older version of a page again, as a new version."""
    history = _page(request, course, page, Right.PLAN)
    assert isinstance(history.thing, Page)
    try:
        saved = restore_page(page=history.thing, number=number, author=history.member.user, now=timezone.now())
    except PageVersion.DoesNotExist as error:
        raise Http404 from error
    except PageRefusedError as error:
        messages.error(request, f"Version {number} is not restored: {error}.")
        return see_other(history.url(history.list_name))
    return _restored(request, history, number, saved.version, history.thing.version)


def _restored(request: HttpRequest, history: History, number: int, stored: int, before: int) -> HttpResponse:
    if stored == before:
        messages.info(request, f"Version {number} says what the page says now. Nothing was changed.")
    else:
        messages.success(request, f"Version {number} is restored as version {stored}. What was there before is version {before}.")
    return see_other(history.url(history.list_name))
