"""Bringing a week page in: a file or a pasted text, a look at what was found in it, then the import."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.form_base import posted
from course.access import Membership, Right, frame, membership_for, see_other
from course.actions.imports import KEPT_FOR, drop_draft, keep_draft, waiting_drafts
from course.actions.weeks import (
    SessionRefusedError,
    TextRefusedError,
    WeekChangedError,
    WeekExistsError,
    check_size,
    check_text,
    save_week,
)
from course.forms.weeks import ConfirmImportForm, ImportForm, free_session
from course.import_review import review
from course.index import preview_rows, read_week
from course.line_changes import compare
from course.local_files import LocalFiles
from course.models import ImportDraft, Week
from course.views.body_limit import limit_body
from course.week_page import arrange
from course.weekfile import WeekFile

LONGEST_BODY = 1_000_000


def _too_long(request: HttpRequest, course: str) -> HttpResponse:
    member = membership_for(request, course, Right.PLAN)
    form = ImportForm({})
    form.full_clean()
    form.errors.clear()
    form.add_error(
        "file", "This is longer than a week page can be (at most 200 kB). It was not read. Choose the page itself, or split it."
    )
    return render(request, "course/week_import.html", frame(member, "weeks") | {"form": form}, status=413)


@login_required
@limit_body(LONGEST_BODY, _too_long)
@require_http_methods(["GET", "HEAD", "POST"])
def week_import(request: HttpRequest, course: str) -> HttpResponse:
    """Take a file or a pasted text; what cannot be a week page is refused here, with line and reason."""
    member = membership_for(request, course, Right.PLAN)
    form = ImportForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            check_size(form.size())
            file = check_text(read_week(member.course, form.content()))
        except TextRefusedError as error:
            for one in error.messages:
                name = form.filename() or "Pasted text"
                form.add_error("file" if form.filename() else "text", f"{name}, line {one.line}: {one.code} {one.text}")
        else:
            draft = keep_draft(
                course=member.course,
                person=member.user,
                filename=form.filename(),
                text=file.emit().decode(),
                now=timezone.now(),
            )
            return see_other(reverse("course:week_import_review", args=[course, draft.public_id]))
    now = timezone.now()
    context = {
        "form": form,
        "waiting": waiting_drafts(course=member.course, person=member.user, kind="week", now=now),
        "now": now,
    }
    return render(request, "course/week_import.html", frame(member, "weeks") | context, status=422 if form.errors else 200)


def draft_for(member: Membership, public_id: str) -> ImportDraft:
    """Return this person's own week import that is not over a week old (404 otherwise)."""
    since = timezone.now() - KEPT_FOR
    draft = ImportDraft.objects.filter(
        course=member.course,
        person=member.user,
        kind="week",
        public_id=public_id,
        created_at__gt=since,
    ).first()
    if draft is None:
        raise Http404
    return draft


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def week_import_review(request: HttpRequest, course: str, draft: str) -> HttpResponse:
    """Show what the text becomes, messages first; import it as a draft, or in place of the week that is there."""
    member = membership_for(request, course, Right.PLAN)
    waiting = draft_for(member, draft)
    file = read_week(member.course, waiting.source.encode(), LocalFiles(member, timezone.now()))
    there = Week.objects.filter(course=member.course, number=file.number).select_related("session").first()
    session = there.session if there else free_session(member.course, file.number or 0)
    form = ConfirmImportForm(posted(request), course=member.course, week=there, initial={"session": session})
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_week(
                course=member.course,
                week=there,
                text=waiting.source,
                filename=waiting.filename,
                author=member.user,
                session=form.cleaned_data["session"],
                now=timezone.now(),
                base_version=_compared_with(request) if there else None,
            )
        except WeekExistsError as error:  # it came in between this request's look and its write
            form.add_error(None, str(error))
        except WeekChangedError as error:
            there = error.week
            form.add_error(None, "Somebody changed the week meanwhile. Below is what replacing it would change now.")
        except SessionRefusedError as error:
            form.add_error("session", str(error))
        else:
            drop_draft(draft=waiting)
            messages.success(
                request, f"{saved} is {'replaced' if there else 'imported as a draft'}. The file is kept byte for byte."
            )
            return see_other(saved.get_absolute_url())
    return _review_page(request, member, waiting, file=file, there=there, form=form)


def _compared_with(request: HttpRequest) -> int | None:
    """Return the version of the week that the page compared the text with; None if the form does not say."""
    version = request.POST.get("version", "")
    return int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None


def _review_page(
    request: HttpRequest,
    member: Membership,
    waiting: ImportDraft,
    *,
    file: WeekFile,
    there: Week | None,
    form: ConfirmImportForm,
) -> HttpResponse:
    """Show the file beside what becomes of it."""
    parts, remarks = review(file)
    week, sections, readings = preview_rows(file)
    context = {
        "form": form,
        "draft": waiting,
        "file": file,
        "there": there,
        "changes": compare(there.source, waiting.source) if there else [],
        "parts": parts,
        "remarks": remarks,
        "week": week,
        "page": arrange(sections, readings, [], set()),
        "sections": sections,
        "line_count": len(file.source.splitlines()),
        "intro_words": len(file.intro.split()),
        "now": timezone.now(),
    }
    status = 422 if form.errors else 200
    return render(request, "course/week_import_review.html", frame(member, "weeks") | context, status=status)
