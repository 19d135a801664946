"""Times of day that a clock shows twice or never, in the nights in which clocks change. Pure."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def comes_twice(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether the clock in `zone` shows the time of `moment` twice, because the clocks go back."""
    wall = moment.astimezone(zone).replace(tzinfo=None)
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first < second


def is_after_jump(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether `moment` is the very one at which the clock in `zone` goes forward, such as 03:00 where 02:00 is left out."""
    before = moment.astimezone(UTC) - timedelta.resolution
    return (moment.astimezone(zone).utcoffset() or timedelta(0)) > (before.astimezone(zone).utcoffset() or timedelta(0))


def is_left_out(moment: datetime, days: int, zone: ZoneInfo) -> bool:
    """Whether the clock in `zone` never shows the time of `moment` so many days later, because the clocks go forward."""
    wall = moment.astimezone(zone).replace(tzinfo=None) + timedelta(days=days)
    return wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall
