"""When a reminder goes out. Pure: wall-clock days in a zone, elapsed hours without one."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Lead:
    """One reminder before something happens: `before` it, and useless from `until` before it on.

    `name` is part of the notice's version, so that two reminders about one date are two notices.
    """

    name: str
    before: timedelta
    until: timedelta


def days_before(moment: datetime, days: int, zone: ZoneInfo, at: time | None = None) -> datetime:
    """Return the time of day `at` (default: the moment's own), `days` calendar days before `moment`, on the clocks of `zone`.

    A time that the clocks skip in spring comes out an hour later, one that they show twice in autumn is the first of the
    two: each exactly one instant (PEP 495, fold 0). Returned in UTC.
    """
    local = moment.astimezone(zone)
    wall = datetime.combine(local.date() - timedelta(days=days), at or local.time().replace(fold=0), tzinfo=zone)
    return wall.astimezone(UTC)


def version(moment: datetime, lead: str = "") -> str:
    """Return the version of a notice about `moment`: its date as text, with the name of the reminder."""
    stamp = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{stamp}/{lead}" if lead else stamp
