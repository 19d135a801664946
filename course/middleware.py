"""What stored texts of a course only name is put in its place on the way out, on whatever page or fragment they stand."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from course.access import Membership, addresses_by_title
from course.actions.files import shown_files
from course.file_links import Places, asks_for_files, linked_to_files, local_addresses
from course.linked_files import places_for
from course.page_links import asks_for_links, linked
from course.pictures import asks_for_pictures, pictured

Handler = Callable[[HttpRequest], HttpResponse]


class CourseTexts:
    """Pictures become those of the course, `[[Title]]` a link to the page, week or reading that this person may read, and
    `../docs/guide.pdf` one to that file.

    Texts are rendered once, when they are saved; pages, weeks and pictures come, open and go afterwards, and differ by who
    reads. Only elements that `course.markdown` made are looked for; all other text of a page is escaped. One query for
    pictures, three for titles, five for files, none where there is none of them.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        member: Membership | None = getattr(request, "membership", None)
        if member is not None and not response.streaming and response.get("Content-Type", "").startswith("text/html"):
            _put_in_place(response, member)
        return response


def _put_in_place(response: HttpResponse, member: Membership) -> None:
    html = response.content.decode(response.charset)
    before = html
    if asks_for_links(html):
        html = linked(html, addresses_by_title(member, timezone.now()), tell=member.is_staff)
    if addresses := local_addresses(html):
        places = places_for(member, timezone.now()) if asks_for_files(addresses) else Places()
        html = linked_to_files(html, places, tell=member.is_staff)
    if asks_for_pictures(html):
        html = pictured(html, shown_files(member.course))
    if html is not before:
        response.content = html.encode(response.charset)
