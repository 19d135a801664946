"""The pictures of a course: the list, bringing one, taking one away, and the picture itself."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import person_of
from accounts.form_base import posted
from course.access import Membership, Right, file_for, frame, membership_for, see_other
from course.actions.files import FileRefusedError, NameTakenError, delete_file, save_file
from course.forms.files import PictureForm
from course.models import CourseFile
from course.picture_bytes import MAX_BYTES
from course.picture_metadata import without_metadata
from course.pictures import Named, named_in
from course.text_sources import CourseText, texts_of
from course.views.body_limit import limit_body

LONGEST_BODY = MAX_BYTES + 100_000
# The address changes with the bytes; a day, so that a computer of a reading room does not keep a course for ever.
KEPT_BY_BROWSERS = "private, max-age=86400, immutable"


@dataclass(slots=True)
class Row:
    """A picture of the list and the texts that name it."""

    file: CourseFile
    used_in: list[CourseText] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Remark:
    """A place in a text that names a picture and lacks something: the words for it, or the picture itself."""

    text: CourseText
    named: Named


def _too_long(request: HttpRequest, course: str) -> HttpResponse:
    member = membership_for(request, course, Right.PLAN)
    form = PictureForm({})
    form.full_clean()
    form.errors.clear()
    form.add_error("file", "The picture is larger than 5 MB. It was not read. Make it smaller and choose it again.")
    return _list(request, member, form, 413)


@login_required
@limit_body(LONGEST_BODY, _too_long)
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest, course: str) -> HttpResponse:
    """List the pictures with where they are used, and take a new one."""
    member = membership_for(request, course, Right.SEE_STAFF_PAGES)
    if request.method == "POST":
        member.require(Right.PLAN)
    form = PictureForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        brought = form.cleaned_data["file"]
        try:
            kept = save_file(
                course=member.course,
                name=brought.name,
                content=brought.read(MAX_BYTES + 1),
                person=person_of(request),
                now=timezone.now(),
                replace=form.cleaned_data["replace"],
            )
        except NameTakenError as error:
            form.add_error("replace", str(error))
        except FileRefusedError as error:
            form.add_error("file", str(error))
        else:
            where = f"“{kept.name}” is in the course. Write ![what it shows](files/{kept.name}) where it belongs."
            taken_out = " Place, time and device of the photograph are taken out." if kept.size != brought.size else ""
            messages.success(request, where + taken_out)
            return see_other(reverse("course:files", args=[course]))
    return _list(request, member, form, 422 if form.errors else 200)


def _list(request: HttpRequest, member: Membership, form: PictureForm, status: int) -> HttpResponse:
    rows = {
        row.name: Row(row) for row in CourseFile.objects.filter(course=member.course).defer("content").select_related("added_by")
    }
    missing, unsaid = [], []
    for text in texts_of(member.course):
        for named in _by_name(text).values():
            if named[0].name in rows:
                rows[named[0].name].file.course = member.course
                rows[named[0].name].used_in.append(text)
            else:
                missing.append(Remark(text, named[0]))
            unsaid += [Remark(text, one) for one in named if not one.alt]
    for row in rows.values():
        row.file.course = member.course
    context = {"form": form, "rows": list(rows.values()), "missing": missing, "unsaid": unsaid}
    return render(request, "course/files.html", frame(member, "weeks") | context, status=status)


def _by_name(text: CourseText) -> dict[str, list[Named]]:
    found: dict[str, list[Named]] = defaultdict(list)
    for named in named_in(text.source):
        found[named.name].append(named)
    return found


@require_POST
@login_required
def file_delete(request: HttpRequest, course: str, picture: str) -> HttpResponse:
    """Take a picture out of the course."""
    member = membership_for(request, course, Right.PLAN)
    found = file_for(member, picture)
    delete_file(file=found)
    messages.success(request, f"“{found.name}” is deleted.")
    return see_other(reverse("course:files", args=[course]))


@require_safe
@login_required
def file(request: HttpRequest, course: str, picture: str, filename: str) -> HttpResponse:
    """The bytes of a picture, as what they are and nothing else; to members who were shown where it is.

    One from a folder is stored with all that its camera wrote into it, such as the place; that is not given to anybody.
    """
    found = file_for(membership_for(request, course), picture)
    if found.name != filename:
        raise Http404
    etag = f'"{found.key}"'
    response = get_conditional_response(request, etag=etag)
    response = response or HttpResponse(without_metadata(bytes(found.content)), content_type=found.kind)
    response["ETag"] = etag
    response["Cache-Control"] = KEPT_BY_BROWSERS
    response["Content-Disposition"] = "inline"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
