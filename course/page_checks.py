"""What can be said of any text of a course besides weeks: its links and pictures, in the words of formats.md 3.8."""

import posixpath

from course.week_checks import OUTSIDE, leads_out, local_path
from course.week_lines import NEWLINE
from course.week_links import find_links
from course.week_model import Message, Surroundings
from course.weekfile import parse

ABOUT_LINKS = frozenset({"E207", "W313", "W315", "W319"})


def check_links(data: bytes, around: Surroundings) -> tuple[Message, ...]:
    """Return the findings about links and pictures of a Markdown text, sorted by line; `around` says where it lies and what is
    there. Never raises.
    """
    return tuple(message for message in parse(data, around).messages if message.code in ABOUT_LINKS)


def linked_paths(data: bytes, path: str) -> set[str]:
    """Return the paths in the course's folder to which the relative links and pictures of a Markdown text at `path` lead."""
    folder = posixpath.dirname(path)
    found: set[str] = set()
    for line in NEWLINE.split(data.decode("utf-8", "replace")):
        if "](" in line:
            urls = (line[slice(*link.url)] for link in find_links(line).links)
            found |= {local_path(url, folder) for url in urls if not OUTSIDE.match(url)}
    return {one for one in found if not leads_out(one)}
