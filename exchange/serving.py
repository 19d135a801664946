"""The files of a course's folder that are neither text nor picture, such as a PDF that a week links to."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from course.access import membership_for
from exchange.enums import FileKind
from exchange.linked_files import is_key_of
from exchange.models import FolderFile

INERT = "default-src 'none'; sandbox"


@require_safe
@login_required
def folder_file(request: HttpRequest, course: str, key: str, path: str) -> HttpResponse:
    """The bytes of a file, to be saved and not to be shown; to members who were shown a link to it."""
    member = membership_for(request, course)
    if "\0" in path or not is_key_of(key, member.course, path):
        raise Http404
    found = FolderFile.objects.filter(course=member.course, kind=FileKind.ASSET, path=path).first()
    if found is None:
        raise Http404
    response = HttpResponse(bytes(found.stored), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=path.rpartition("/")[2])
    response["Content-Security-Policy"] = INERT
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    return response
