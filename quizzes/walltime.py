"""Times as people write them: on the clock of the course's zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from accounts.years import year_problem


class NoSuchTimeError(ValueError):
    """No clock of a course shows this time: the clocks go forward over it, or the year cannot be meant."""


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment at which the clock in `zone` shows the naive time `wall`; an aware time is returned as it is.

    A time that comes twice, when the clocks go back, is its first coming. Raises NoSuchTimeError, in words, for a time
    that the change to summer time leaves out, and for a year in which no course is held.
    """
    if problem := year_problem(wall):
        raise NoSuchTimeError(problem)
    if wall.tzinfo is not None:
        return wall
    aware = wall.replace(tzinfo=zone)
    shown = aware.astimezone(UTC).astimezone(zone)
    if shown.replace(tzinfo=None) != wall:
        place = zone.key.rsplit("/", maxsplit=1)[-1].replace("_", " ")
        raise NoSuchTimeError(
            f"{wall:%H:%M} does not exist on {wall:%a} {wall.day} {wall:%b %Y} in {place}: the clocks go forward. "
            f"Choose a time before or after the change, such as {shown:%H:%M}."
        )
    return aware
