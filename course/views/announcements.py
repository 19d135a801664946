"""Announcements: the list, one of them, and writing them."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.form_base import posted
from course import markdown
from course.access import Membership, Right, announcement_for, frame, membership_for, see_other
from course.actions.announcements import (
    AlreadyMailedError,
    OverTooSoonError,
    Posting,
    Text,
    delete_draft,
    save_announcement,
    stop_mail,
    withdraw,
)
from course.announcing import KIND, audience, excerpt, hold_words, leaves_at, mailing
from course.enums import AnnouncementState
from course.forms.announcements import LATER, NOW, AnnouncementForm
from course.local_files import LocalFiles, link_todo
from course.models import Announcement
from course.views.link_notes import tell_links
from course.week_lines import plain
from course.week_todo import Todo
from notifications.bell import ring
from notifications.enums import DeliveryState
from notifications.models import Delivery
from notifications.tasks import plan

FRESH = timedelta(days=2)
EXCERPT = 110
FULL = 2  # so many of the newest stand in full length besides the pinned ones


@dataclass(frozen=True, slots=True)
class Shown:
    """An announcement in the list."""

    announcement: Announcement
    fresh: bool
    mailed: bool

    @property
    def excerpt(self) -> str:
        return excerpt(self.announcement, EXCERPT)


def _shown(member: Membership, now: datetime) -> list[Shown]:
    found = Announcement.objects.filter(course=member.course).published(now).select_related("author", "course", "week")
    mailed = set(
        Delivery.objects.filter(person=member.user, notice__kind=KIND, state=DeliveryState.SENT).values_list(
            "notice__object_key",
            flat=True,
        ),
    )
    return [
        Shown(one, one.publish_at is not None and now - one.publish_at < FRESH, f"announcement:{one.pk}" in mailed)
        for one in found
    ]


@login_required
@require_safe
def announcements(request: HttpRequest, course: str) -> HttpResponse:
    member, now = membership_for(request, course), timezone.now()
    shown = _shown(member, now)
    full = [one for one in shown if one.announcement.pinned]
    full += [one for one in shown if not one.announcement.pinned][: max(0, FULL - len(full))]
    others = Announcement.objects.filter(course=member.course).exclude(pk__in=[one.announcement.pk for one in shown])
    hidden = list(others.order_by("publish_at", "-changed_at")) if member.is_staff else []
    context = {
        "full": full,
        "before": [one for one in shown if one not in full],
        "count": len(shown),
        "now": now,
        "waiting": [one for one in hidden if not one.is_over(now)],
        "over": [one for one in reversed(hidden) if one.is_over(now)],
        "fresh": sum(one.fresh for one in shown),
        "hold_words": hold_words(),
    }
    return render(request, "course/announcements.html", context | frame(member, "announcements"))


@login_required
@require_safe
def announcement(request: HttpRequest, course: str, announcement: str) -> HttpResponse:
    member, now = membership_for(request, course), timezone.now()
    found = announcement_for(member, announcement, now)
    context: dict[str, object] = {"announcement": found, "now": now}
    if member.is_staff:
        context["mailing"] = mailing(found)
        context["leaves_at"] = leaves_at(found.publish_at) if found.publish_at and found.mail else None
    return render(request, "course/announcement.html", context | frame(member, "announcements"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def announcement_new(request: HttpRequest, course: str) -> HttpResponse:
    member = membership_for(request, course, Right.PLAN)
    return _editor(request, member, None, timezone.now())


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def announcement_edit(request: HttpRequest, course: str, announcement: str) -> HttpResponse:
    member, now = membership_for(request, course, Right.PLAN), timezone.now()
    return _editor(request, member, announcement_for(member, announcement, now), now)


def _editor(request: HttpRequest, member: Membership, found: Announcement | None, now: datetime) -> HttpResponse:
    published = found.publish_at if found is not None and found.state == AnnouncementState.PUBLISHED else None
    initial = _initial(request, member, found)
    form = AnnouncementForm(posted(request), course=member.course, now=now, published_at=published, initial=initial)
    do = request.POST.get("do", "")
    if request.method == "POST" and do != "preview" and form.is_valid():
        data = form.cleaned_data
        try:
            saved = save_announcement(
                course=member.course,
                announcement=found,
                author=member.user,
                now=now,
                text=Text(data["title"], data["source"], pinned=data["pinned"], week=data["week"], until=data["until"]),
                posting=Posting(at=data["at"], mail=do == "mail") if do in {"mail", "post"} else None,
            )
        except OverTooSoonError as error:  # it came out since the form was checked
            form.add_error("until_date", str(error))
        else:
            ring(plan)
            messages.success(request, _said(saved, do))
            tell_links(request, _todo(member, saved.source, now))
            return see_other(saved.get_absolute_url())
    return _form_page(request, member, found, form, now, status=422 if form.is_bound and do != "preview" else 200)


def _todo(member: Membership, source: str, now: datetime) -> list[Todo]:
    return link_todo(source, "announcements", LocalFiles(member, now))


def _initial(request: HttpRequest, member: Membership, found: Announcement | None) -> dict[str, object]:
    if found is None:
        return {"when": NOW, "week": member.course.weeks.filter(slug=request.GET.get("week", "")).first()}
    values: dict[str, object] = {name: getattr(found, name) for name in ("title", "source", "week", "pinned")}
    at = timezone.localtime(found.publish_at) if found.publish_at is not None else None
    values |= _last_moment(found.until)
    return values | {"when": LATER if at else NOW, "date": at and at.date(), "time": at and at.time()}


def _last_moment(until: datetime | None) -> dict[str, object]:
    """Return the fields of the form; what ends at midnight lasts to the end of the day before, as it is typed."""
    if until is None:
        return {}
    over = timezone.localtime(until)
    if over.time() == time():
        return {"until_date": over.date() - timedelta(days=1)}
    return {"until_date": over.date(), "until_time": over.time()}


def _said(saved: Announcement, do: str) -> str:
    if saved.state == AnnouncementState.DRAFT:
        return "The draft is saved. Nobody but staff sees it."
    assert saved.publish_at is not None
    if do not in {"mail", "post"}:
        return "Saved."
    leaves = date_format(timezone.localtime(leaves_at(saved.publish_at)), "D j M, H:i")
    mail = f"The mail leaves {leaves}; until then you can change or stop it." if saved.mail else "It is not mailed."
    if saved.state == AnnouncementState.SCHEDULED:
        return f"It appears {date_format(timezone.localtime(saved.publish_at), 'D j M, H:i')}. {mail}"
    return f"It is on the page. {mail}"


def _form_page(
    request: HttpRequest,
    member: Membership,
    found: Announcement | None,
    form: AnnouncementForm,
    now: datetime,
    *,
    status: int,
) -> HttpResponse:
    source = str(form["source"].value() or "")
    context = {
        "form": form,
        "announcement": found,
        "now": now,
        "hold_words": hold_words(),
        "leaves_at": leaves_at(now),
        "audience": audience(member.course, found.author if found else member.user),
        "mailing": mailing(found) if found else None,
        "published": found is not None and found.state == AnnouncementState.PUBLISHED,
        "preview_title": str(form["title"].value() or ""),
        "preview_html": markdown.render(source, page_links=True),
        "link_todo": _todo(member, plain(source), now),
    }
    return render(request, "course/announcement_edit.html", context | frame(member, "announcements"), status=status)


@login_required
@require_POST
def announcement_preview(request: HttpRequest, course: str) -> HttpResponse:
    """The text as students would see it; nothing is saved."""
    member = membership_for(request, course, Right.PLAN)
    context = {
        "member": member,
        "now": timezone.now(),
        "preview_title": request.POST.get("title", "")[:200],
        "preview_html": markdown.render(request.POST.get("source", "")[:20_000], page_links=True),
    }
    return render(request, "course/announcement_edit.html#preview", context)


@login_required
@require_POST
def announcement_call_back(request: HttpRequest, course: str, announcement: str) -> HttpResponse:
    """Stop the mail (`do=stop`), make a draft of it again (`do=draft`), or throw a draft away (`do=delete`)."""
    member, now = membership_for(request, course, Right.PLAN), timezone.now()
    found, do = announcement_for(member, announcement, now), request.POST.get("do")
    if do == "delete" and delete_draft(announcement=found):
        messages.success(request, "The draft is gone.")
        return see_other(reverse("course:announcements", args=[member.course.slug]))
    try:
        if do == "stop":
            stop_mail(announcement=found, now=now)
            messages.success(request, "The mail is stopped. The announcement stays on the page.")
        elif do == "draft":
            withdraw(announcement=found, now=now)
            messages.success(request, "It is a draft again: off the page, and no mail leaves.")
    except AlreadyMailedError:
        messages.error(request, "Too late: mail has left already. Correct the text instead; the page shows the change.")
    return see_other(found.get_absolute_url())
