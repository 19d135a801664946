"""The one place where stored HTML goes into a page. It was made by `course.markdown.render`, which cleans it."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from course.reading_budget import in_hours
from course.week_words import sentence_case

register = template.Library()
NUMBERS = (
    "No",
    "One",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
    "Eleven",
    "Twelve",
    "Thirteen",
    "Fourteen",
    "Fifteen",
    "Sixteen",
    "Seventeen",
    "Eighteen",
    "Nineteen",
    "Twenty",
)


@register.filter
def stored(html: str) -> SafeString:
    """Return HTML that `course.markdown.render` made, as it is. For nothing else; put it inside `hx-disable`."""
    return mark_safe(html)  # noqa: S308 - cleaned when it was rendered, and only rendered text is stored


@register.filter
def hours(minutes: int) -> str:
    """Return minutes as "49 min", "1 h 39 min"."""
    return in_hours(minutes)


@register.filter
def sentence(heading: str) -> str:
    """Return a heading in capitals as a sentence says it."""
    return sentence_case(heading)


@register.filter
def counted(number: int) -> str:
    """Return a count at the beginning of a sentence: "Fourteen", and from 21 on its figures."""
    return NUMBERS[number] if number < len(NUMBERS) else str(number)
