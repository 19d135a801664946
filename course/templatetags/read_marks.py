"""Marks on what is new or changed since the reader's last visit, in words."""

from django import template
from django.utils import timezone
from django.utils.formats import date_format

from course.read_marks import HasMarks, Since, fate

register = template.Library()


@register.filter
def mark(thing: HasMarks, read: Since | None) -> str:
    """Return "New", "Changed since 12 Oct" (the day it was read), or "" for a part that is as it was."""
    found = fate(thing, read)
    if not found or read is None:
        return ""
    return "New" if found == "new" else f"Changed since {date_format(timezone.localtime(read.at), 'j M')}"
