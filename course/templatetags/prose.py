"""The one place where stored HTML goes into a page. It was made by `course.markdown.render`, which cleans it."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from course.reading_budget import in_hours

register = template.Library()


@register.filter
def stored(html: str) -> SafeString:
    """Return HTML that `course.markdown.render` made, as it is. For nothing else; put it inside `hx-disable`."""
    return mark_safe(html)  # noqa: S308 - cleaned when it was rendered, and only rendered text is stored


@register.filter
def hours(minutes: int) -> str:
    """Return minutes as "49 min", "1 h 39 min"."""
    return in_hours(minutes)
