"""The editor of a week's text with its preview, and the form for one more reading."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.form_base import posted
from course.access import Membership, Right, frame, membership_for, see_other, week_for
from course.actions.weeks import (
    NewReading,
    SessionRefusedError,
    TextRefusedError,
    WeekChangedError,
    WeekExistsError,
    add_reading,
    check_text,
    save_week,
)
from course.forms.weeks import ReadingForm, ReleaseForm, WeekTextForm, topics_of
from course.index import file_of, preview_rows
from course.line_changes import Change, changed_lines, compare
from course.local_files import LocalFiles
from course.models import Reading, Week, WeekVersion
from course.views.weeks import file_name
from course.week_page import WeekPage, arrange
from course.week_todo import Todo, remarks
from course.weekfile import EditError, WeekFile


@dataclass(frozen=True, slots=True)
class Preview:
    """What a text would look like, and what is to be said about it. `week` is None for what is no text."""

    week: Week | None
    page: WeekPage | None
    todo: list[Todo]
    changed: int


def preview_of(file: WeekFile, old: str) -> Preview:
    """Return the page that `file` would be, next to the number of lines by which it differs from the text `old`."""
    if not file.readable:
        return Preview(None, None, [Todo(one.line, f"{one.code} {one.text}", grave=True) for one in file.messages], 0)
    week, sections, readings = preview_rows(file)
    return Preview(week, arrange(sections, readings, [], set()), remarks(file), changed_lines(old, file.source))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def week_edit(request: HttpRequest, course: str, week: str) -> HttpResponse:
    """Edit a week's text. What was typed survives every refusal; a change by somebody else is shown beside it."""
    member = membership_for(request, course, Right.PLAN)
    shown = week_for(member, week, timezone.now())
    shown.course = member.course
    file = file_of(shown, LocalFiles(member, timezone.now()))
    if request.method != "POST":
        initial = {"text": file.source, "version": shown.version, "session": shown.session}
        form = WeekTextForm(initial=initial, course=member.course, week=shown)
        return editor(request, member, shown, form, file)
    form = WeekTextForm(request.POST, course=member.course, week=shown)
    typed = file.with_text(request.POST.get("text", ""))
    if not form.is_valid():
        return editor(request, member, shown, form, typed, status=422)
    try:
        saved = save_week(
            course=member.course,
            week=shown,
            text=check_text(typed).emit().decode(),
            author=member.user,
            now=timezone.now(),
            session=form.cleaned_data["session"],
            base_version=form.cleaned_data["version"],
        )
    except TextRefusedError as error:
        for message in error.messages:
            form.add_error("text", f"Line {message.line}: {message.code} {message.text}")
    except WeekExistsError as error:
        form.add_error("text", str(error))
    except SessionRefusedError as error:  # taken since the form was checked
        form.add_error("session", str(error))
    except WeekChangedError as error:
        return changed_meanwhile(request, member, error.week, typed)
    else:
        messages.success(request, f"{saved} is saved as version {saved.version}.")
        return see_other(reverse("course:week_edit", args=[course, saved.slug]))
    return editor(request, member, shown, form, typed, status=422)


def changed_meanwhile(request: HttpRequest, member: Membership, stored: Week, typed: WeekFile) -> HttpResponse:
    """Show both texts; saving again from here is based on what is stored now."""
    stored.course = member.course
    initial = {"text": typed.source, "version": stored.version, "session": stored.session}
    form = WeekTextForm(initial=initial, course=member.course, week=stored)
    lines = compare(file_of(stored).source, typed.source)
    return editor(request, member, stored, form, typed, status=409, conflict=lines)


def editor(
    request: HttpRequest,
    member: Membership,
    week: Week,
    form: WeekTextForm,
    file: WeekFile,
    *,
    status: int = 200,
    conflict: list[Change] | None = None,
) -> HttpResponse:
    """Render the editor with `file` as the text in it."""
    context = {
        "week": week,
        "form": form,
        "now": timezone.now(),
        "conflict": conflict,
        "file_name": file_name(week),
        "saved": WeekVersion.objects.filter(week=week).select_related("author").first(),
        "preview": preview_of(file, file_of(week).source),
        "release_form": ReleaseForm(initial={"opens_at": week.opens_at}),
    }
    return render(request, "course/week_editor.html", frame(member, "weeks") | context, status=status)


@require_POST
@login_required
def week_preview(request: HttpRequest, course: str, week: str) -> HttpResponse:
    """What students will see of a text that is not saved: a fragment for htmx, the whole editor without it."""
    member = membership_for(request, course, Right.PLAN)
    shown = week_for(member, week, timezone.now())
    shown.course = member.course
    file = file_of(shown, LocalFiles(member, timezone.now()))
    typed = file.with_text(request.POST.get("text", ""))
    if not request.headers.get("HX-Request"):
        form = WeekTextForm(
            initial=request.POST.dict() | {"text": request.POST.get("text", "")}, course=member.course, week=shown
        )
        return editor(request, member, shown, form, typed)
    context = {
        "week": shown,
        "preview": preview_of(typed, file.source),
        "now": timezone.now(),
        "file_name": file_name(shown),
        "oob": True,
    }
    return render(request, "course/week_editor.html#answer", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def reading_add(request: HttpRequest, course: str, week: str) -> HttpResponse:
    """One more reading: its line is written into the right section of the week's text."""
    member = membership_for(request, course, Right.PLAN)
    shown = week_for(member, week, timezone.now())
    file = file_of(shown)
    form = ReadingForm(posted(request), course=member.course, file=file, initial={"version": shown.version})
    if request.method == "POST" and form.is_valid():
        try:
            made = _add(member, shown, form)
        except WeekChangedError:
            form.data = request.POST.dict() | {"version": str(shown.version)}
            form.add_error("section_line", "The page was changed meanwhile. Check the topic and press Add again.")
        except EditError as error:
            form.add_error("url" if "address" in str(error) else "section_line", _sentence(str(error)))
        else:
            messages.success(request, f"\u201c{made.title}\u201d is on the page.")
            return see_other(f"{reverse('course:week', args=[course, shown.slug])}#reading-{made.public_id}")
    context = {"form": form, "week": shown, "topics": list(topics_of(file))}
    return render(request, "course/week_reading.html", frame(member, "weeks") | context, status=422 if form.errors else 200)


def _add(member: Membership, week: Week, form: ReadingForm) -> Reading:
    data = form.cleaned_data
    new = NewReading(data["section_line"], data["title"], data["url"], data["minutes"], data["optional"])
    return add_reading(
        week=week,
        new=new,
        read_by=data["read_by"],
        base_version=data["version"],
        author=member.user,
        now=timezone.now(),
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
