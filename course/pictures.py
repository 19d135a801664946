"""Pictures that the texts of a course name, `![words](files/board.png)`: how their names are matched and how they are shown. Pure.

A stored text keeps the address as it was typed. Where the file is, is looked up when a page is shown (`course.middleware`),
so a picture may come before or after the text that names it.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import unquote

from course.enums import PictureKind

IMAGE = re.compile(r'<img src="([^"]*)" alt="([^"]*)">')
"""As `course.markdown` leaves them: no other attributes, quotes escaped."""
NAMED = re.compile(
    r"!\[(?P<alt>[^\[\]\n]*)\]\([ \t]*<?(?P<address>[^()\s<>]+)|!\[\[(?P<file>[^\[\]|\n]+)(?:\|(?P<words>[^\[\]\n]*))?\]\]"
)
SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
EXTENSIONS = (".png", ".jpg", ".jpeg", ".gif", ".webp")
SIZE = re.compile(r"\d+(?:x\d+)?")
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a picture is, and its size in pixels, so that nothing moves when it comes."""

    address: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Named:
    """A picture that a source text names: line (from 1), the file's name, and the words for who cannot see it."""

    line: int
    name: str
    alt: str


def file_name(typed: str) -> str:
    """Return the name under which a file is kept: no folders, small letters, hyphens for what needs escaping in an address.

    The same for what a text says and for what was uploaded, so that `![…](My%20Board.PNG)` finds `my-board.png`.
    """
    base = re.split(r"[?#]", unquote(typed).replace("\\", "/"), maxsplit=1)[0].rsplit("/", 1)[-1]
    name = re.sub(r"[^\w.]+", "-", unicodedata.normalize("NFC", base)).replace("-.", ".").strip("-.").casefold()
    stem, dot, extension = name.rpartition(".")
    return f"{stem[:LONGEST_NAME]}{dot}{extension}" if dot and len(extension) <= 5 else name[:LONGEST_NAME]


def stored_name(typed: str, kind: PictureKind) -> str:
    """Return the name of an uploaded file: with the extension of its kind where it has none of a picture."""
    name = file_name(typed) or "picture"
    return name if name.endswith(EXTENSIONS) else f"{name}.{kind.extension}"


def words_of(label: str) -> str:
    """Return the words of `![[file|label]]`: a label that is a size, as note programs write it, says nothing."""
    return "" if SIZE.fullmatch(label.strip()) else label.strip()


def named_in(source: str) -> list[Named]:
    """Return the pictures of our own that a Markdown source names, in order. Code is not told apart: it is a hint, no proof."""
    found = []
    for number, line in enumerate(source.split("\n"), 1):
        for match in NAMED.finditer(line) if "![" in line else ():
            name = match["address"] or match["file"]
            if not SCHEME.match(name) and (match["address"] or file_name(name).endswith(EXTENSIONS)):
                found.append(Named(number, file_name(name), match["alt"] or words_of(match["words"] or "")))
    return found


def asks_for_pictures(html: str) -> bool:
    """Whether rendered HTML names a picture, so that the course's files must be known."""
    return IMAGE.search(html) is not None


def pictured(html: str, files: Mapping[str, Shown]) -> str:
    """Return HTML with each picture in its place; one that `files` (by `file_name`) lacks is said in words."""
    return IMAGE.sub(lambda found: _shown(found[1], found[2], files), html)


def _shown(address: str, alt: str, files: Mapping[str, Shown]) -> str:
    name = file_name(unescape(address))
    picture = files.get(name)
    if picture is None:
        words = f"{alt} ({escape(name)})" if alt else escape(name)
        return f'<span class="missing-file">Missing picture: {words}</span>'
    size = f'width="{picture.width}" height="{picture.height}"'
    return f'<img class="picture" src="{escape(picture.address)}" alt="{alt}" {size} decoding="async">'


def in_words(html: str) -> str:
    """Return rendered HTML with each picture by its words, because a letter cannot fetch what is for members only."""
    return IMAGE.sub(lambda found: f"[Picture{': ' if found[2] else ''}{found[2]}]", html)
