"""Links between the texts of a course: `[[Title]]` leads to the page, week or reading of that title (formats.md 4.2, step 0). Pure."""

import re
from collections.abc import Mapping
from html import escape, unescape

NOWHERE = '<span class="visually-hidden"> (no page, week or reading has this title)</span>'
LINK = re.compile(r'<span class="page-link">([^<]*)</span>')
TYPED = re.compile(r"\[\[(.*)\]\]", re.DOTALL)
"""Inside such a span: the brackets are part of the text unless they lead somewhere (`unknown_as_typed` of `course.markdown`)."""


def asks_for_links(html: str) -> bool:
    """Whether stored HTML holds such a link, so that the titles of the course must be known."""
    return LINK.search(html) is not None


def title_key(title: str) -> str:
    """Return the form under which spellings of one title are equal: no case, single spaces."""
    return " ".join(title.casefold().split())


def linked(html: str, addresses: Mapping[str, str], *, tell: bool = False) -> str:
    """Return stored HTML with each link in its place: an anchor where `addresses` (by `title_key`) has the title, else plain words.

    `[[Title#Part]]` leads to the whole text, `[[Title|words]]` shows the words. With `tell` (for who writes the texts) words
    that lead nowhere say so. A span that holds the brackets, too, is as it was typed where it leads nowhere.
    """
    return LINK.sub(lambda found: _shown(found[1], addresses, tell=tell), html)


def _shown(inside: str, addresses: Mapping[str, str], *, tell: bool) -> str:
    typed = TYPED.fullmatch(unescape(inside))
    title, _, words = (typed[1] if typed else unescape(inside)).partition("|")
    shown = escape(words.strip() or title.strip())
    address = addresses.get(title_key(title.partition("#")[0]))
    if address:
        return f'<a href="{escape(address)}">{shown}</a>'
    if typed:
        return escape(typed[0])
    return f'<span class="missing-file">{shown}</span>{NOWHERE}' if tell else shown
