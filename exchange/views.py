"""The course as a folder, on the web: download it, bring it back, look at what that would change, take it over."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import person_of
from accounts.form_base import posted
from course.access import Membership, Right, frame, membership_for, see_other
from course.models import Course
from course.views.body_limit import limit_body
from exchange.access import upload_for
from exchange.actions.exporting import files_of, remember_export
from exchange.actions.importing import CourseChangedError
from exchange.actions.uploads import UploadGoneError, keep_upload, look_again, take_upload
from exchange.enums import Copy
from exchange.folder import MAX_ARCHIVE, FolderRefusedError, write_archive
from exchange.forms import DownloadForm, UploadForm
from exchange.models import FolderFile, FolderUpload
from exchange.planning import Choices
from exchange.reports import summary
from exchange.tables import answered, grouped

LONGEST_BODY = MAX_ARCHIVE + 100_000


@require_safe
@login_required
def folder(request: HttpRequest, course: str) -> HttpResponse:
    """Say what the folder is for, when it was last exchanged, and what waits to be looked at."""
    member = membership_for(request, course, Right.SEE_STAFF_PAGES)
    return _page(request, member, UploadForm(), 200)


def _page(
    request: HttpRequest, member: Membership, form: UploadForm, status: int, refused: DownloadForm | None = None
) -> HttpResponse:
    files = FolderFile.objects.filter(course=member.course).order_by("-exchanged_at")
    last = files.values_list("exchanged_at", flat=True).first()
    waiting = FolderUpload.objects.filter(course=member.course, person=member.user).defer("content", "table").first()
    context = {"form": form, "refused": refused or form, "last": last, "waiting": waiting, "now": timezone.now()}
    return render(request, "exchange/folder.html", frame(member, "weeks") | context, status=status)


@require_POST
@login_required
def folder_download(request: HttpRequest, course: str) -> HttpResponse:
    """Give the folder as a zip archive. The first download of a file is what a later import is compared with."""
    member = membership_for(request, course, Right.PLAN)
    form = DownloadForm(request.POST)
    if not form.is_valid():
        return _page(request, member, UploadForm(), 422, form)
    copy, now = Copy(form.cleaned_data["copy"]), timezone.now()
    whole = Course.objects.select_related("term").get(pk=member.course.pk)
    files = files_of(course=whole, copy=copy, now=now)
    if copy == Copy.KEY:
        remember_export(course=whole, now=now, files=files)
    name = f"{whole.slug}-public" if copy == Copy.PUBLIC else whole.slug
    response = HttpResponse(write_archive(files, at=timezone.localtime(now), folder=name), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    return response


def _too_long(request: HttpRequest, course: str) -> HttpResponse:
    member = membership_for(request, course, Right.PLAN)
    form = UploadForm({})
    form.full_clean()
    form.errors.clear()
    size = MAX_ARCHIVE // 1_000_000
    form.add_error("file", f"The archive is larger than {size} MB. It was not read. Take pictures out of it and choose it again.")
    return _page(request, member, form, 413)


@login_required
@limit_body(LONGEST_BODY, _too_long)
@require_POST
def folder_upload(request: HttpRequest, course: str) -> HttpResponse:
    """Take an archive and show what it would change; nothing of it is in the course yet."""
    member = membership_for(request, course, Right.PLAN)
    form = UploadForm(posted(request), request.FILES or None)
    if form.is_valid():
        brought = form.cleaned_data["file"]
        try:
            kept = keep_upload(
                course=member.course,
                person=person_of(request),
                filename=brought.name or "",
                content=brought.read(MAX_ARCHIVE + 1),
                now=timezone.now(),
            )
        except FolderRefusedError as error:
            form.add_error("file", str(error))
        else:
            return see_other(reverse("exchange:folder_review", args=[course, kept.public_id]))
    return _page(request, member, form, 422)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def folder_review(request: HttpRequest, course: str, upload: str) -> HttpResponse:
    """Show the table of changes; a POST takes over what is not left open."""
    member = membership_for(request, course, Right.PLAN)
    now = timezone.now()
    kept = upload_for(member, upload, now)
    if request.method != "POST":
        return _review(request, member, kept)
    kept.course, kept.person = member.course, person_of(request)
    try:
        outcome = take_upload(upload=kept, choices=answered(kept.table["rows"], request.POST), now=now)
    except CourseChangedError:
        return _review(request, member, look_again(upload=kept, choices=Choices(), now=now), changed=True)
    except UploadGoneError:
        messages.info(request, "This folder was taken over already, or another one was brought. Nothing was done twice.")
        return see_other(reverse("exchange:folder", args=[course]))
    messages.success(request, f"The folder is in the course: {summary(outcome.changes)}.")
    if outcome.undecided:
        return see_other(reverse("exchange:folder_review", args=[course, upload]))
    return see_other(reverse("exchange:folder", args=[course]))


def _review(request: HttpRequest, member: Membership, upload: FolderUpload, *, changed: bool = False) -> HttpResponse:
    rows = upload.table["rows"]
    context = {
        "upload": upload,
        "groups": grouped(rows),
        "left_alone": upload.table["left_alone"],
        "warned": [row for row in rows if row["notes"] and row["verdict"] != "refused"],
        "changed": changed,
    }
    return render(request, "exchange/review.html", frame(member, "weeks") | context, status=409 if changed else 200)
