"""What can be said of any text of a course besides weeks: its links and pictures, in the words of formats.md 3.8."""

from course.week_model import Message, Surroundings
from course.weekfile import parse

ABOUT_LINKS = frozenset({"E207", "W313", "W315", "W319"})


def check_links(data: bytes, around: Surroundings) -> tuple[Message, ...]:
    """Return the findings about links and pictures of a Markdown text, sorted by line; `around` says where it lies and what is
    there. Never raises.
    """
    return tuple(message for message in parse(data, around).messages if message.code in ABOUT_LINKS)
