"""The list of weeks, a week's page, a new week, its file, and the ticks at its readings."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.form_base import posted
from course.access import Membership, Right, frame, membership_for, reading_for, see_other, week_for, week_to_read
from course.actions.weeks import (
    SessionRefusedError,
    WeekExistsError,
    assign_reading,
    note_week_read,
    save_week,
    tick_reading,
    untick_reading,
)
from course.enums import Release
from course.forms.weeks import NewWeekForm, ReadByForm, ReleaseForm, session_words
from course.models import Page, Reading, ReadingTick, Week
from course.read_marks import Since, since
from course.week_page import arrange
from course.week_panels import panels_for
from course.week_rows import notes_for
from course.week_template import new_week_text
from course.weeks_overview import current_week, rows_of, term_words
from course.whats_new import introduction_of, news_of, questions_of


@dataclass(frozen=True, slots=True)
class RenderedPanel:
    """A panel of another app, rendered."""

    kinds: tuple[str, ...]
    title: str
    html: str


@require_safe
@login_required
def weeks(request: HttpRequest, course: str) -> HttpResponse:
    """The term at a glance, one row a week. Students see titles of all weeks, links only to those that are open."""
    member = membership_for(request, course)
    now = timezone.now()
    found = weeks_of(member, now)
    context = {
        "rows": rows_of(found, notes_for(member, found, now)),
        "now": now,
        "current": current_week(found, now),
        "facts": term_words(found, now),
        "reading": reading_so_far(member, found) if member.takes_part else None,
        "drafts": any(one.state == Release.DRAFT for one in found),
        "pages": list(Page.objects.filter(course=member.course)) if member.is_staff else [],
    }
    return render(request, "course/weeks.html", frame(member, "weeks") | context)


def weeks_of(member: Membership, now: datetime) -> list[Week]:
    """Return the weeks of the course without their texts, in order. One query."""
    rows = (
        Week.objects.filter(course=member.course)
        .select_related("session")
        .defer(
            "source",
            "intro_html",
            "key_questions",
            "to_fill",
            "messages",
        )
    )
    return strip_of(member, list(rows), now)


def strip_of(member: Membership, weeks: list[Week], now: datetime) -> list[Week]:
    """Give the weeks of a course what the strip of numbers asks for; return them."""
    for week in weeks:
        week.course = member.course
        week.released = week.is_released(now)  # type: ignore[attr-defined]  # read by the week strip
    return weeks


def reading_so_far(member: Membership, found: list[Week]) -> dict[str, int]:
    """Return the required minutes of the open weeks, and how many of them this person has ticked. One query."""
    mine = Exists(ReadingTick.objects.filter(reading=OuterRef("pk"), person=member.user))
    open_weeks = [one.pk for one in found if one.released]  # type: ignore[attr-defined]  # set by weeks_of
    readings = Reading.objects.filter(week__in=open_weeks, removed=False, optional=False).annotate(mine=mine)
    sums = readings.aggregate(required=Sum("seconds"), ticked=Sum("seconds", filter=Q(mine=True)))
    return {name: round((seconds or 0) / 60) for name, seconds in sums.items()}


@require_safe
@login_required
def week(request: HttpRequest, course: str, week: str) -> HttpResponse:
    """One week: what to read, and what happens in class."""
    member = membership_for(request, course)
    now = timezone.now()
    shown, found, known = week_to_read(member, week, now)
    strip = strip_of(member, found, now)
    read = since(note_week_read(week=shown, person=member.user, known=known, now=now)) if member.takes_part else None
    return render(
        request, "course/week.html", frame(member, "weeks") | week_context(request, member, shown, strip, now=now, read=read)
    )


def week_context(
    request: HttpRequest, member: Membership, week: Week, strip: list[Week], *, now: datetime, read: Since | None
) -> dict[str, object]:
    """Everything templates/course/week.html shows, in a constant number of queries.

    `strip` are all weeks of the course; parts are marked that came or changed since `read`.
    """
    found, ticked = readings_of(member, week, read)
    readings = [one for one in found if not one.removed]
    open_weeks = [one for one in strip if member.is_staff or one.is_released(now)]
    place = next((place for place, one in enumerate(open_weeks) if one.pk == week.pk), 0)
    page = arrange(list(week.sections.all()), readings, rendered_panels(request, member, week, now), ticked)
    questions = questions_of(week)
    return {
        "week": week,
        "now": now,
        "strip": strip,
        "ticked": ticked,
        "page": page,
        "questions": questions,
        "introduction": introduction_of(week),
        "read": read,
        "news": news_of(week, questions, page, read),
        "gone": [one for one in found if one.removed],
        "readings_count": len(readings),
        "before": open_weeks[place - 1] if place else None,
        "after": open_weeks[place + 1] if place + 1 < len(open_weeks) else None,
        "tonight": bool(week.session) and _is_today(week, now),
        "release_form": ReleaseForm(initial={"opens_at": week.opens_at}) if member.may_plan else None,
        "read_by_form": member.may_plan,
        "read_by_choices": read_by_choices(strip, readings) if member.may_plan and readings else [],
    }


def read_by_choices(strip: list[Week], readings: list[Reading]) -> list[tuple[int | str, str]]:
    """Return what a reading can be assigned to: value and words of the class session of each week, and of those in use.

    No query: both lists came with their sessions.
    """
    known = {one.pk: one for one in [*(week.session for week in strip), *(reading.read_by for reading in readings)] if one}
    in_order = sorted(known.values(), key=lambda one: one.starts_at)
    return [("", "The class session of its week"), *((one.pk, session_words(one)) for one in in_order)]


def _is_today(week: Week, now: datetime) -> bool:
    assert week.session is not None
    return timezone.localtime(week.session.starts_at).date() == timezone.localtime(now).date()


def readings_of(member: Membership, week: Week, read: Since | None = None) -> tuple[list[Reading], set[int]]:
    """Return the week's readings, and the primary keys of those that this person has ticked. One query.

    With `read` also those that were taken off the page since.

    Nobody else's ticks are ever read.
    """
    shown = Q(removed=False) | Q(changed_in__gt=read.version, added_in__lte=read.version) if read else Q(removed=False)
    found = Reading.objects.filter(shown, week=week).select_related("read_by")
    if not member.takes_part:
        return list(found), set()
    readings = list(found.annotate(mine=Exists(ReadingTick.objects.filter(reading=OuterRef("pk"), person=member.user))))
    return [*readings], {one.pk for one in readings if one.mine}


def rendered_panels(request: HttpRequest, member: Membership, week: Week, now: datetime) -> list[RenderedPanel]:
    """Return what other apps show on this week's page."""
    return [
        RenderedPanel(
            panel.kinds,
            panel.title,
            render_to_string(panel.template, {"member": member, "week": week, "now": now, **panel.context}, request),
        )
        for panel in panels_for(member, week, now)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def week_new(request: HttpRequest, course: str) -> HttpResponse:
    """Begin a week from a number and a title; the editor opens with a text to fill."""
    member = membership_for(request, course, Right.PLAN)
    number = (Week.objects.filter(course=member.course).order_by("-number").values_list("number", flat=True).first() or 0) + 1
    form = NewWeekForm(posted(request), course=member.course, initial={"number": number})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = save_week(
                course=member.course,
                week=None,
                text=new_week_text(data["number"], data["title"]),
                session=data["session"],
                filename=f"week-{data['number']:02}.md",
                author=member.user,
                now=timezone.now(),
            )
        except WeekExistsError as error:
            form.add_error("number", f"{error.week} is in the course already. Choose another number.")
        except SessionRefusedError as error:  # taken since the form was checked
            form.add_error("session", str(error))
        else:
            messages.success(request, f"{made} is a draft. Replace the lines that say Coming.")
            return see_other(reverse("course:week_edit", args=[course, made.slug]))
    status = 422 if form.errors else 200
    return render(request, "course/week_new.html", frame(member, "weeks") | {"form": form}, status=status)


@require_safe
@login_required
def week_file(request: HttpRequest, course: str, week: str) -> HttpResponse:
    """The week's text as a file, byte for byte as it was imported or saved."""
    member = membership_for(request, course, Right.SEE_STAFF_PAGES)
    shown = week_for(member, week, timezone.now())
    response = HttpResponse(shown.source.encode(), content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, file_name(shown)) or "attachment"
    return response


def file_name(week: Week) -> str:
    """Return the name of the week's file: the one it came with, else one made from its number."""
    return week.filename.rpartition("/")[2] or f"week-{week.slug}.md"


@require_POST
@login_required
def reading_tick(request: HttpRequest, course: str, reading: str) -> HttpResponse:
    """Note, or take back, that this person has read something."""
    member = membership_for(request, course, Right.TAKE_PART)
    now = timezone.now()
    shown = reading_for(member, reading, now)
    if "read" in request.POST:
        tick_reading(reading=shown, person=member.user, now=now)
    else:
        untick_reading(reading=shown, person=member.user)
    if not request.headers.get("HX-Request"):
        return see_other(f"{reverse('course:week', args=[course, shown.week.slug])}#reading-{shown.public_id}")
    readings, ticked = readings_of(member, shown.week)
    page = arrange([], readings, [], ticked)
    return render(request, "course/week.html#reading-sums", {"member": member, "page": page, "oob": True})


@require_POST
@login_required
def reading_assign(request: HttpRequest, course: str, reading: str) -> HttpResponse:
    """Say until which class session something is to be read."""
    member = membership_for(request, course, Right.PLAN)
    shown = reading_for(member, reading, timezone.now())
    form = ReadByForm(request.POST, course=member.course)
    if form.is_valid():
        assign_reading(reading=shown, read_by=form.cleaned_data["read_by"])
        messages.success(request, f"\u201c{shown.title}\u201d is to be read by {_read_by_words(shown)}.")
    else:
        messages.error(request, "This class session is not in the course any more. Choose another one.")
    return see_other(f"{reverse('course:week', args=[course, shown.week.slug])}#reading-{shown.public_id}")


def _read_by_words(reading: Reading) -> str:
    return f"{timezone.localtime(reading.read_by.starts_at):%a %-d %b}" if reading.read_by else "the class session of its week"
