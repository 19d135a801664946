"""Finds the link of a list item, also where CommonMark would not: addresses with blanks, broken brackets.

Works on at most `LONGEST` characters of one line, in time proportional to them.
"""

import re
from dataclasses import dataclass

LONGEST = 2000
BARE_URL = re.compile(r"""<?(https?://[^\s<>"`]+)>?""")
LINK_TITLE = re.compile(r"""\s+(?:"[^"]*"|'[^']*')\s*$""")
TICKS = re.compile(r"`+")
BRACKET = re.compile(r"[][()]")
MENDABLE = re.compile(r"\]\(|\]\]?\s*https?://|\]\(?[^()\[\]]*\.md\]|\]\[(?=[^\[\]]*\]\()")


@dataclass(frozen=True, slots=True)
class Link:
    """Places in the text that was searched: `[label](url)` from `start` to `end`."""

    start: int
    label: tuple[int, int]
    url: tuple[int, int]
    end: int


@dataclass(frozen=True, slots=True)
class LinkSearch:
    """The links of a line in order, and whether something in it looks like a link that does not work."""

    links: tuple[Link, ...]
    broken: bool


def find_links(text: str) -> LinkSearch:
    r"""All `[label](url)` of one line; brackets in labels and addresses may nest, code and `\[` do not count."""
    window = text[:LONGEST]
    if "]" not in window:
        return LinkSearch((), broken=False)
    skipped = _skipped(window) if "`" in window or "\\" in window else frozenset()
    labels, addresses = _pairs(window, skipped)
    links: list[Link] = []
    done = 0
    for start in sorted(labels):
        close = labels[start]
        if start < done or window[close + 1 : close + 2] != "(" or close + 1 not in addresses:
            continue
        end = addresses[close + 1]
        links.append(Link(start, (start + 1, close), _address(window, close + 2, end), end + 1))
        done = end + 1
    return LinkSearch(tuple(links), _is_broken(window, links, skipped))


def bare_url(text: str) -> re.Match[str] | None:
    """The first address that stands in running text, as `BARE_URL` finds it; none inside code."""
    window = text[:LONGEST]
    found = BARE_URL.search(window)
    if found is None or "`" not in window:
        return found
    code = _skipped(window)
    return next((match for match in BARE_URL.finditer(window) if match.start() not in code), None)


def _skipped(text: str) -> frozenset[int]:
    """Places that are code or escaped by a backslash."""
    places: set[int] = set()
    runs = [(match.start(), match.end()) for match in TICKS.finditer(text)]
    later: dict[int, list[int]] = {}
    for index, (start, end) in enumerate(runs):
        later.setdefault(end - start, []).append(index)
    index = 0
    while index < len(runs):
        start, end = runs[index]
        same = later[end - start]
        while same and same[0] <= index:
            same.pop(0)
        if same:
            index = same[0]
            places.update(range(start, runs[index][1]))
        index += 1
    places.update(match.end() - 1 for match in re.finditer(r"\\[\[\]()\\]", text))
    return frozenset(places)


def _pairs(text: str, skipped: frozenset[int]) -> tuple[dict[int, int], dict[int, int]]:
    """Where each opening bracket closes: square ones, round ones."""
    square: dict[int, int] = {}
    round_: dict[int, int] = {}
    open_square: list[int] = []
    open_round: list[int] = []
    for match in BRACKET.finditer(text):
        place, char = match.start(), match[0]
        if place in skipped:
            continue
        if char == "[":
            open_square.append(place)
        elif char == "(":
            open_round.append(place)
        elif char == "]" and open_square:
            square[open_square.pop()] = place
        elif char == ")" and open_round:
            round_[open_round.pop()] = place
    return square, round_


def _address(text: str, start: int, end: int) -> tuple[int, int]:
    """The address inside the round brackets, without blanks, a link title, or `<` `>` around it."""
    inner = text[start:end]
    titled = LINK_TITLE.search(inner)
    stop = titled.start() if titled else len(inner)
    first = len(inner[:stop]) - len(inner[:stop].lstrip())
    last = max(first, len(inner[:stop].rstrip()))
    if last - first >= 2 and inner[first] == "<" and inner[last - 1] == ">":
        first, last = first + 1, last - 1
    return start + first, start + last


def _is_broken(text: str, links: list[Link], skipped: frozenset[int]) -> bool:
    good = {link.label[1] for link in links}
    inside = [(link.start, link.end) for link in links]
    for match in MENDABLE.finditer(text):
        place = match.start()
        if place in skipped or place in good or any(start <= place < end for start, end in inside):
            continue
        return True
    return False
