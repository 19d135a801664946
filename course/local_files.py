"""Whether the course has what a relative link of one of its texts leads to: for the messages about a text that is being written."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import quote

from course.access import Membership
from course.actions.files import shown_files
from course.file_links import Places
from course.linked_files import places_for
from course.page_checks import check_links
from course.pictures import file_name
from course.week_model import Surroundings
from course.week_todo import Todo, told


@dataclass(frozen=True)
class LocalFiles:
    """What `Surroundings.exists` asks of a course as this person sees it: what will lead somewhere on the page is there.

    Nothing is looked up before the first question; then six queries, whatever the number of links.
    """

    member: Membership
    now: datetime

    def __call__(self, path: str) -> bool:
        """Whether the course has a text or file at `path`, or one that its end means alone, or a picture of that name."""
        return self._places.find(quote(path)) is not None or file_name(path) in self._pictures

    @cached_property
    def _places(self) -> Places:
        return places_for(self.member, self.now)

    @cached_property
    def _pictures(self) -> frozenset[str]:
        return frozenset(shown_files(self.member.course))


def link_todo(source: str, folder: str, files: LocalFiles) -> list[Todo]:
    """Return what is to be said about links and pictures of a text that is no week, sorted by line. `folder` is where such
    texts lie in the course's folder.
    """
    around = Surroundings(f"{folder}/text.md", exists=files)
    return [told(message) for message in check_links(source.encode("utf-8", "surrogatepass"), around)]
