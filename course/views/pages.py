"""Course texts that are no weeks: read and write."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods, require_safe

from accounts.form_base import posted
from course.access import Membership, Right, frame, membership_for, page_for, see_other
from course.actions.pages import PageChangedError, PageRefusedError, save_page
from course.forms.weeks import PageForm, ReleaseForm
from course.line_changes import Change, compare
from course.local_files import LocalFiles, link_todo
from course.models import Page
from course.views.link_notes import tell_links
from course.week_edit import with_newlines
from course.week_lines import plain
from course.week_todo import Todo


@require_safe
@login_required
def page(request: HttpRequest, course: str, page: str) -> HttpResponse:
    """A course text, rendered; a draft shows to staff only."""
    member = membership_for(request, course)
    now = timezone.now()
    shown = page_for(member, page, now)
    shown.course = member.course
    context = {
        "shown": shown,
        "now": now,
        "release_form": ReleaseForm(initial={"opens_at": shown.opens_at}),
        "week_shown": shown.week if shown.week and (member.is_staff or shown.week.is_released(now)) else None,
    }
    if shown.week:
        shown.week.course = member.course
    return render(request, "course/page.html", frame(member, "weeks") | context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def page_new(request: HttpRequest, course: str) -> HttpResponse:
    """Write a new course text; it begins as a draft."""
    member = membership_for(request, course, Right.PLAN)
    form = PageForm(posted(request), course=member.course)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = save_page(
                course=member.course,
                page=None,
                title=data["title"],
                source=plain(data["text"]),
                week=data["week"],
                author=member.user,
                now=timezone.now(),
            )
        except PageRefusedError as error:
            form.add_error("text", str(error))
        else:
            messages.success(request, f"{made} is a draft. Open it to students when it is ready.")
            tell_links(request, _todo(member, made.source))
            return see_other(made.get_absolute_url())
    return _editor(request, member, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def page_edit(request: HttpRequest, course: str, page: str) -> HttpResponse:
    """Edit a course text; its own newlines stay, and a change by somebody else is shown beside what was typed."""
    member = membership_for(request, course, Right.PLAN)
    shown = page_for(member, page, timezone.now())
    shown.course = member.course
    initial = {"title": shown.title, "text": shown.source, "week": shown.week}
    form = PageForm(posted(request), course=member.course, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        text = with_newlines(shown.source, data["text"])
        try:
            saved = save_page(
                course=member.course,
                page=shown,
                title=data["title"],
                source=text,
                week=data["week"],
                now=timezone.now(),
                base_changed_at=_base(request),
                author=member.user,
            )
        except PageRefusedError as error:
            form.add_error("text", str(error))
        except PageChangedError as error:
            return _editor(request, member, form, error.page, conflict=compare(error.page.source, text))
        else:
            messages.success(request, f"{saved} is saved.")
            tell_links(request, _todo(member, saved.source))
            return see_other(reverse("course:page", args=[course, saved.slug]))
    return _editor(request, member, form, shown)


def _todo(member: Membership, text: str) -> list[Todo]:
    return link_todo(text, "pages", LocalFiles(member, timezone.now()))


def _base(request: HttpRequest) -> datetime | None:
    try:
        return parse_datetime(request.POST.get("changed_at", ""))
    except ValueError:  # a field that no form of ours sends
        return None


def _editor(
    request: HttpRequest,
    member: Membership,
    form: PageForm,
    page: Page | None,
    conflict: list[Change] | None = None,
) -> HttpResponse:
    status = 409 if conflict is not None else 422 if form.errors else 200
    todo = _todo(member, plain(str(form["text"].value() or "")))
    context = {"form": form, "shown": page, "conflict": conflict, "link_todo": todo}
    return render(request, "course/page_editor.html", frame(member, "weeks") | context, status=status)
