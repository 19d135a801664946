"""Numbers, times and points as the pages say them: pure, no clock, no queries."""

from collections.abc import Sequence
from datetime import timedelta

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def number(count: int) -> str:
    """Return a count as a word up to twelve, then in figures; 0 is "no"."""
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else str(count)


def counted(count: int, noun: str) -> str:
    """Return "one attempt", "two attempts", "no attempts", "31 attempts"."""
    return f"{number(count)} {noun}" if count == 1 else f"{number(count)} {noun}s"


def times(count: int) -> str:
    """Return "once", "twice", "three times"."""
    return {1: "once", 2: "twice"}.get(count, f"{number(count)} times")


def capital(sentence: str) -> str:
    """Return the sentence with a capital first letter; the rest stays as it is."""
    return sentence[:1].upper() + sentence[1:]


def duration(length: timedelta) -> str:
    """Return a length of time in whole units: "20 minutes", "1 hour 30 minutes", "90 seconds"."""
    seconds = int(length.total_seconds())
    if seconds < 120 and seconds % 60:
        return f"{seconds} seconds"
    hours, minutes = divmod(seconds // 60, 60)
    parts = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in ((hours, "hour"), (minutes, "minute")) if count]
    rest = seconds % 60
    if rest:
        parts.append(f"{rest} seconds")
    return " ".join(parts)


def about(length: timedelta) -> str:
    """Return a length of time without loose seconds: whole minutes from two minutes on, rounded down."""
    seconds = int(length.total_seconds())
    return duration(timedelta(seconds=seconds - seconds % 60 if seconds >= 120 else seconds))


def time_left(length: timedelta) -> str:
    """Return what the timer says: days, hours from two on, whole minutes until one minute, then seconds, never less than none."""
    seconds = max(0, int(length.total_seconds()))
    if seconds >= 48 * 3600:
        return f"{seconds // 86400} days left"
    if seconds >= 2 * 3600:
        return f"{seconds // 3600} h {seconds // 60 % 60} min left"
    return f"{seconds // 60} min left" if seconds >= 60 else f"{seconds} s left"


def points(hundredths: int) -> str:
    """Return stored hundredths as people write points: 600 is "6", 650 is "6.5", 33 is "0.33"."""
    whole, part = divmod(hundredths, 100)
    return f"{whole}.{part:02d}".rstrip("0") if part else str(whole)


def letter(index: int) -> str:
    """Return the letter of the option at a 0-based place: A to Z, then AA, AB, …"""
    return letter(index // 26 - 1) + letter(index % 26) if index >= 26 else chr(ord("A") + index)


def listed(words: Sequence[str]) -> str:
    """Return "A", "A and B", "A, B and E"."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
