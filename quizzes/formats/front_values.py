"""The values that the front matter of a quiz file can have, read from their text; each reader tells what it expected."""

import re
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import TypeVar
from zoneinfo import available_timezones

from quizzes.formats.model import Counting, KeyRelease, LateSteps, Never, PageLayout, PartRelease, QuizPurpose
from quizzes.scoring import Policy

PARTS = ("score", "answers", "correctness", "feedback", "explanation")  # of a result, besides the key
MAX_ACCESS_CODE = 40
MAX_LATE_STEPS = 10

_POINTS = re.compile(r"\d{1,4}(?:\.[05]0*)?")
_WHOLE = re.compile(r"\d{1,4}")
_DATE_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2})?)\s*(Z|[+-]\d{2}:?\d{2})?")
_MINUTES = re.compile(r"(?:(\d{1,3})\s*h(?:ours?)?)?\s*(?:(\d{1,4})\s*(?:m(?:in(?:utes?)?)?)?)?")
_LATE = re.compile(
    r"(?:(\d{1,3})\s*d(?:ays?)?)?\s*(?:(\d{1,3})\s*h(?:ours?)?)?\s*(?:(\d{1,4})\s*m(?:in(?:utes?)?)?)?[\s:]+(\d{1,3})\s*%",
    re.IGNORECASE,
)
_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_NOTHING = frozenset({"none", "no", "never"})
_OTHER_NAMES = {"proportional": Policy.EACH, "partial": Policy.NET}
_DAY, _HOUR = 24 * 60, 60

W = TypeVar("W", bound=StrEnum)


class BadValueError(ValueError):
    """A value its key cannot take; carries the message for the author."""

    def __init__(self, text: str, code: str = "E202") -> None:
        super().__init__(text)
        self.text = text
        self.code = code


def read_points(text: str) -> Decimal:
    """Return points as written: 0 or more, whole or half. Raises BadValueError (E112)."""
    if not _POINTS.fullmatch(text):
        raise BadValueError(f'points "{text}" is not a number; use 0, 0.5, 1, …', "E112")
    return Decimal(text)


def read_policy(text: str) -> Policy:
    """Return a scoring policy by its name or its name in other programs. Raises BadValueError."""
    if text in _OTHER_NAMES:
        return _OTHER_NAMES[text]
    if text not in set(Policy):
        raise BadValueError(f'scoring "{text}" is not known; use {", ".join(Policy)}')
    return Policy(text)


def read_whole(text: str) -> int:
    """Return a whole number of at most four digits. Raises BadValueError."""
    if not _WHOLE.fullmatch(text):
        raise BadValueError(f'"{text}" is not a whole number')
    return int(text)


def read_text(text: str) -> str:
    """Return a text on one line."""
    return " ".join(text.split())


def read_date_time(text: str) -> datetime:
    """Return a time, naive unless the text gives an offset. Raises BadValueError."""
    match = _DATE_TIME.fullmatch(text)
    problem = f'not a date-time: "{text}" — write it like 2025-09-28 23:59'
    if not match:
        raise BadValueError(problem)
    try:
        found = datetime.fromisoformat(f"{match[1]}T{match[2]}{match[3] or ''}")
    except ValueError as error:
        raise BadValueError(problem) from error
    if not 1990 <= found.year <= 2200:
        raise BadValueError(problem)
    return found


def _minutes(text: str) -> int:
    match = _MINUTES.fullmatch(text)
    if not match or not (match[1] or match[2]):
        raise BadValueError(f'"{text}" is not a time limit; write minutes, such as 20, or 1h 30m')
    return int(match[1] or 0) * 60 + int(match[2] or 0)


def read_boolean(text: str) -> bool:
    """Return what yes or no, in any of their spellings, says. Raises BadValueError."""
    if text.lower() not in _BOOLEANS:
        raise BadValueError(f'"{text}" is neither true nor false')
    return _BOOLEANS[text.lower()]


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def read_zone(text: str) -> str:
    """Return the name of a time zone that there is. Raises BadValueError (E205)."""
    if text not in _zones():
        raise BadValueError(f'unknown time zone "{text}"; use a name like America/New_York', "E205")
    return text


def read_purpose(text: str) -> QuizPurpose:
    """Return what a quiz is for. Raises BadValueError."""
    return _word(text, QuizPurpose)


def read_release(text: str) -> KeyRelease:
    """Return when the key shows. Raises BadValueError."""
    return _word(text, KeyRelease)


def read_part_release(text: str) -> PartRelease:
    """Return when a part of the result shows. Raises BadValueError."""
    return _word(text, PartRelease)


def read_counting(text: str) -> Counting:
    """Return which attempt counts. Raises BadValueError."""
    return _word(text, Counting)


def read_layout(text: str) -> PageLayout:
    """Return how the questions are laid out. Raises BadValueError."""
    return _word(text, PageLayout)


def read_end(text: str) -> datetime | Never:
    """Return a time, or NEVER for "never" or "none". Raises BadValueError."""
    return Never.NEVER if text.lower() in _NOTHING else read_date_time(text)


def read_attempts(text: str) -> int:
    """Return how many attempts there are; 0 and "unlimited" are as many as wanted. Raises BadValueError."""
    return 0 if text.lower() == "unlimited" else read_whole(text)


def read_time_limit(text: str) -> int:
    """Return a time limit in minutes; 0 stands for "none". Raises BadValueError, also for a limit of no minutes."""
    if text.lower() in _NOTHING:
        return 0
    minutes = _minutes(text)
    if minutes == 0:
        raise BadValueError("0 minutes leave no time to answer; write none for no limit")
    return minutes


def read_wait(text: str) -> int:
    """Return the minutes between two attempts; "none" is 0. Raises BadValueError."""
    return 0 if text.lower() in _NOTHING else _minutes(text)


def read_access_code(text: str) -> str:
    """Return an access code on one line. Raises BadValueError for one that is too long."""
    code = read_text(text)
    if len(code) > MAX_ACCESS_CODE:
        raise BadValueError(f"an access code has at most {MAX_ACCESS_CODE} characters")
    return code


def read_late(text: str) -> LateSteps:
    """Return the steps of late credit, "1d 80%, 3d 50%", as (minutes after due, percent); "none" is no step.

    Raises BadValueError for steps that do not rise in time and fall in credit.
    """
    if text.strip().lower() in {*_NOTHING, ""}:
        return ()
    steps = tuple(_late_step(part) for part in text.split(","))
    if len(steps) > MAX_LATE_STEPS:
        raise BadValueError(f"late credit has at most {MAX_LATE_STEPS} steps")
    for (before, more), (after, less) in pairwise(steps):
        if after <= before or less >= more:
            raise BadValueError("each step of late credit ends later and gives less than the one before")
    return steps


def write_late(steps: LateSteps) -> str:
    """Return steps of late credit as `read_late` reads them."""
    return ", ".join(f"{_length(minutes)} {percent}%" for minutes, percent in steps) or "none"


def _late_step(part: str) -> tuple[int, int]:
    match = _LATE.fullmatch(part.strip())
    if not match or not (match[1] or match[2] or match[3]):
        raise BadValueError(f'"{part.strip()}" is not a step of late credit; write 1d 80%, 3d 50%')
    minutes = int(match[1] or 0) * _DAY + int(match[2] or 0) * _HOUR + int(match[3] or 0)
    percent = int(match[4])
    if minutes == 0 or percent > 100:
        raise BadValueError(f'"{part.strip()}": a step lasts at least a minute and gives at most 100%')
    return minutes, percent


def _length(minutes: int) -> str:
    days, rest = divmod(minutes, _DAY)
    hours, rest = divmod(rest, _HOUR)
    return " ".join(f"{count}{unit}" for count, unit in ((days, "d"), (hours, "h"), (rest, "m")) if count)


def _word(text: str, words: type[W]) -> W:
    if text not in set(words):
        raise BadValueError(f'"{text}" is not known; use {", ".join(words)}')
    return words(text)
