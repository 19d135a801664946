"""Relative links between the texts and files of a course, as people write them in a folder: `[guide](../docs/guide.pdf)`. Pure.

Texts are rendered once; where their links lead is looked up when a page is shown (`course.middleware`), because pages, weeks
and files come, move and open afterwards. They are found by their path in the course folder, else by the end of it.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from urllib.parse import unquote

from course.pictures import file_name

LINK = re.compile(
    r'<a href="(?P<href>[^"]*)"(?P<title>(?: title="[^"]*")?) rel="noopener noreferrer nofollow">(?P<words>.*?)</a>', re.DOTALL
)
"""As `course.markdown` and the line of a reading leave them; our own links have no such `rel`."""
OUTSIDE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|[/?\\]|$")
HEADING = re.compile(r"<(h[1-6])((?: [^<>]*)?)>(.*?)</\1>", re.DOTALL)
IDENT = re.compile(r'\sid="([^"]*)"')
TAG = re.compile(r"<[^<>]*>")
HIGHEST = 1
"""Every text of a folder lies at its top or in one folder of it: two steps up leave the course."""
PLAIN = ".md"


def is_local(address: str) -> bool:
    """Whether an address leads to a place in the folder or on the same page: no scheme, no host, not from the site's root."""
    return address[:1] > " " and min(address) > "\x1f" and not OUTSIDE.match(address)  # browsers drop blanks before a scheme


def local_addresses(html: str) -> set[str]:
    """Return the addresses of the links in HTML that must be put in their places."""
    typed = {unescape(found["href"]) for found in LINK.finditer(html)}
    return {address for address in typed if is_local(address)}


def asks_for_files(addresses: Iterable[str]) -> bool:
    """Whether one of these leads to another text or file, so that those of the course must be known."""
    return any(not address.startswith("#") for address in addresses)


@dataclass(frozen=True, slots=True)
class Places:
    """Where the files of a course are that this person may open, by path and by every end of it that is one file's alone."""

    exact: Mapping[str, str] = field(default_factory=dict)
    ends: Mapping[str, str | None] = field(default_factory=dict)

    @classmethod
    def of(cls, addresses: Iterable[tuple[str, str]]) -> "Places":
        """Take (path in the folder, address) pairs; of two with one path the first counts."""
        exact: dict[str, str] = {}
        for path, address in addresses:
            exact.setdefault(_key(path), address)
        ends: dict[str, str | None] = {}
        for path, address in exact.items():
            parts = path.split("/")
            for at in range(1, len(parts)):
                end = "/".join(parts[at:])
                ends[end] = address if ends.get(end, address) == address else None
        return cls(exact, ends)

    def find(self, typed: str) -> str | None:
        """Return the address for a path as typed in some text of the course, None if there is no such file, or several."""
        path = re.split(r"[?#]", typed, maxsplit=1)[0]
        parts = [part for part in _key(unquote(path)).split("/") if part not in {"", "."}]
        up = next((at for at, part in enumerate(parts) if part != ".."), len(parts))
        parts = parts[up:]
        if up > HIGHEST or not parts or ".." in parts:
            return None
        names = ["/".join(parts[at:]) for at in range(len(parts))]
        names += [f"{names[0]}{PLAIN}", "/".join([*parts[:-1], file_name(parts[-1])]), file_name(parts[-1])]
        return next((found for name in names if (found := self.exact.get(name) or self.ends.get(name))), None)


def _key(path: str) -> str:
    return unicodedata.normalize("NFC", path).replace("\\", "/").casefold()


def linked_to_files(html: str, places: Places, *, tell: bool = False) -> str:
    """Return HTML with each relative link in its place: leading to the file's page, or only its words where there is none.

    A link to a heading of the same page (`#part-two`, by its words as GitHub does it) leads there. With `tell` (for who writes
    the texts) words that lead nowhere say so.
    """
    headings = _Headings(html)
    return headings.marked(LINK.sub(lambda found: _shown(found, places, headings, tell=tell), html))


def _shown(found: re.Match[str], places: Places, headings: "_Headings", *, tell: bool) -> str:
    address = unescape(found["href"])
    if not is_local(address):
        return found[0]
    if address.startswith("#"):
        ident = headings.place_of(unquote(address[1:]))
        return f'<a href="#{escape(ident)}">{found["words"]}</a>' if ident else found["words"]
    place = places.find(address)
    if place is not None:
        _, mark, part = address.partition("#")
        after = f"{mark}{part}" if "#" not in place else ""
        return f'<a href="{escape(place + after)}"{found["title"]}>{found["words"]}</a>'
    if not tell:
        return found["words"]
    words = f"(the course has no file {escape(address)})"
    return f'<span class="missing-file">{found["words"]}</span><span class="visually-hidden"> {words}</span>'


class _Headings:
    """The headings of a page, by their names as GitHub makes them."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.idents = {unescape(one[1]) for one in IDENT.finditer(html)}
        self.wanted: dict[int, str] = {}
        self._known: dict[str, tuple[int, str]] | None = None

    def place_of(self, name: str) -> str | None:
        """Return the id to which `#name` leads; a heading without one gets one."""
        if name in self.idents:
            return name
        number, ident = self._by_name().get(name.casefold(), (-1, ""))
        if number < 0:
            return None
        if not ident:
            ident = self.wanted.setdefault(number, f"h-{name.casefold()}")
        return ident

    def _by_name(self) -> dict[str, tuple[int, str]]:
        if self._known is None:
            self._known = {}
            for number, found in enumerate(HEADING.finditer(self.html)):
                ident = IDENT.search(found[2])
                self._known.setdefault(heading_name(found[3]), (number, unescape(ident[1]) if ident else ""))
        return self._known

    def marked(self, html: str) -> str:
        """Return HTML with an id on each heading that something leads to."""
        if not self.wanted:
            return html
        numbers = iter(range(len(html)))

        def mark(found: re.Match[str]) -> str:
            ident = self.wanted.get(next(numbers))
            return f'<{found[1]} id="{escape(ident)}"{found[2]}>{found[3]}</{found[1]}>' if ident else found[0]

        return HEADING.sub(mark, html)


def heading_name(html: str) -> str:
    """Return the name of a heading as GitHub makes it: small letters, blanks as hyphens, no punctuation."""
    words = unescape(TAG.sub("", html)).strip().casefold()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
