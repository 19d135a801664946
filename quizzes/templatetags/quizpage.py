"""Question texts inside headings, labels and lists, and points as people write them."""

import re
from html import unescape

from django import template
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe

from quizzes import wording
from quizzes.saving import short

register = template.Library()

_FIRST = re.compile(r"\s*<p>(.*?)</p>\s*", re.DOTALL)
_FORMULA = re.compile(r'<span class="math(?:-display)?">([^<]*)</span>')


def _marked(html: str) -> SafeString:
    return mark_safe(html)  # noqa: S308 - a part of what course.markdown.render cleaned, cut at whole elements


@register.filter
def lead(html: str) -> SafeString:
    """Return the inside of the first paragraph of stored HTML, for a heading; "" where it begins with something else."""
    first = _FIRST.match(html)
    return _marked(first[1] if first else "")


@register.filter
def rest(html: str) -> SafeString:
    """Return what follows the first paragraph of stored HTML; all of it where it begins with something else."""
    first = _FIRST.match(html)
    return _marked(html[first.end() :] if first else html)


@register.filter
def inline(html: str) -> SafeString:
    """Return stored HTML without the paragraph around it if it is a single one, for a label or a list item."""
    first = _FIRST.match(html)
    return _marked(first[1] if first and first.end() == len(html) else html)


@register.filter
def headline(html: str) -> SafeString:
    """Return the first paragraph of stored HTML as text with its formulas and nothing else, for a summary line."""
    return _words(lead(html)) or _words(html)


def _words(html: str) -> SafeString:
    parts = _FORMULA.split(html)
    shown = [format_html('<span class="math">{}</span>' if at % 2 else "{}", _text(part)) for at, part in enumerate(parts)]
    return _marked("".join(shown).strip())


def _text(html: str) -> str:
    return unescape(strip_tags(html))


@register.filter
def points(hundredths: int | None) -> str:
    """Return stored hundredths as points: "6", "6.5"; "" without a value."""
    return "" if hundredths is None else wording.points(hundredths)


@register.filter
def short_digest(digest: str) -> str:
    """Return the first eight figures of a digest in two groups."""
    return short(digest)


@register.filter
def number_word(count: int) -> str:
    """Return a count as a word up to twelve."""
    return wording.number(count)


@register.filter
def lower_first(sentence: str) -> str:
    """Return a sentence to go on with inside another: its first letter small."""
    return sentence[:1].lower() + sentence[1:]
