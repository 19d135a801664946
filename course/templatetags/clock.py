"""Times in words. Absolute and relative always stand together (interface.md 1.7); both read the active time zone."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format

register = template.Library()

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def _plural(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _calendar_days(first: datetime, second: datetime) -> int:
    """Midnights between two times in the active zone: what people count, also when the clocks change."""
    return abs((timezone.localtime(second).date() - timezone.localtime(first).date()).days)


def _distance(value: datetime, now: datetime) -> str:
    seconds = int(abs((value - now).total_seconds()))
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < _DAY:
        hours, minutes = divmod(seconds // _MINUTE, 60)
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days = max(1, _calendar_days(value, now))
    return _plural(days, "day") if days < 60 else _plural(days // 7, "week")


@register.filter
def in_words(value: datetime | None, now: datetime) -> str:
    """Return how far `value` is from `now`: "in 2 days", "in 6 h 58 min", "3 h 5 min ago"; "" without a value."""
    if value is None:
        return ""
    if abs((value - now).total_seconds()) < _MINUTE:
        return "in less than a minute" if value > now else "just now"
    words = _distance(value, now)
    return f"in {words}" if value > now else f"{words} ago"


def day_words(value: datetime, now: datetime) -> str:
    """Return the day of `value` as seen from `now`: "today", "tomorrow", "yesterday", "Wed 14 Oct", "Wed 14 Oct 2027"."""
    local, today = timezone.localtime(value).date(), timezone.localtime(now).date()
    near = {timedelta(0): "today", timedelta(1): "tomorrow", timedelta(-1): "yesterday"}.get(local - today)
    return near or date_format(local, "D j M" if local.year == today.year else "D j M Y")


@register.filter
def when(value: datetime | None, now: datetime) -> str:
    """Return the absolute time with its day: "today, 17:30", "Wed 14 Oct, 18:40"; "" without a value."""
    if value is None:
        return ""
    return f"{day_words(value, now)}, {date_format(timezone.localtime(value), 'H:i')}"


@register.filter
def day(value: datetime | None, now: datetime) -> str:
    """Return only the day: "today", "yesterday", "Fri 25 Sep"; "" without a value."""
    return "" if value is None else day_words(value, now)


@register.filter
def short(value: datetime | None, now: datetime) -> str:
    """Return a past time as short as a margin wants it: "Tue 16:05" within the last six days, else "12 Sep"."""
    if value is None:
        return ""
    return date_format(timezone.localtime(value), "D H:i" if now - value < timedelta(days=6) else "j M")
