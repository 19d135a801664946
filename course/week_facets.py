"""Reads what a reading's brackets say: time, date, part to watch, stars, optional (formats.md 1.4)."""

import re
from datetime import date

from course.week_model import Facets

_NAMES = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
MONTHS = {word: number for number, name in enumerate(_NAMES, 1) for word in (name, name[:3])} | {"sept": 9}
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?"
    r"|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_CLOCK = r"\d{1,3}:\d{2}(?::\d{2})?"
_STRETCH = rf"(?:{_CLOCK}|0)\s*(?:to|-|\u2013)\s*{_CLOCK}"
_HOURS = r"\d{1,2}(?:\.\d)?\s?(?:hours?|hrs?|h)(?:\s?\d{1,2}\s?(?:minutes?|mins?|m))?"
_LENGTH = rf"~?\s?(?:{_HOURS}|\d{{1,3}}\s?(?:minutes?|mins?|m))"

CLOCK = re.compile(rf"\(\s*({_CLOCK})(?:\s?min(?:ute)?s?)?\s*\)")
CLOCK_CLOSED_TWICE = re.compile(rf"\(\s*({_CLOCK})\s*\)\)")
LENGTH = re.compile(rf"\(\s*({_LENGTH})\s*\)", re.IGNORECASE)
BARE_LENGTH = re.compile(rf"(?<!\S)(~\s?(?:{_HOURS}|\d{{1,3}}\s?(?:minutes?|mins?)))\b", re.IGNORECASE)
"""Without brackets a lone "m" is as often a million as a minute."""
SPEND = re.compile(
    rf"\((?:[^()]{{0,80}}[^\w()])?(?:allocate|spend|AI|study[^():]{{0,40}}:)\s+({_LENGTH})[^()]{{0,20}}\)"
    rf"|\((?:allocate|spend|use)\b[^()]{{0,80}}?:\s*({_LENGTH})\s*\)"
    rf"|\b(?:allocate|spend)\s+(?:only\s+|about\s+)?({_LENGTH})\b",
    re.IGNORECASE,
)
RANGE = re.compile(
    rf"\(((?:only\s+)?{_STRETCH}(?:\s+and\s+[^()]{{0,60}})?"
    rf"|only\s+(?:up\s+)?to\s+(?P<end>{_CLOCK})|only\s+[^()]{{0,40}})\)",
    re.IGNORECASE,
)
STRETCH = re.compile(rf"(?<![\d:])({_CLOCK}|0)\s*(?:to|-|\u2013)\s*({_CLOCK})", re.IGNORECASE)
DATE = re.compile(rf"\(?\b(?:(\d{{1,2}})(?:st|nd|rd|th)?[\s-]+)?({_MONTH})\.?,?[\s-]+((?:19|20)\d\d)\b\)?", re.IGNORECASE)
US_DATE = re.compile(rf"\(?\b({_MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)\b\)?", re.IGNORECASE)
CITED_DATE = re.compile(rf"\(((?:19|20)\d\d),\s+({_MONTH})\.?(?:\s+(\d{{1,2}})(?:\s*[-\u2013]\s*\d{{1,2}})?)?\)", re.IGNORECASE)
"""As references have it: "(2024, April 3)"."""
ISO_DATE = re.compile(r"\(((?:19|20)\d\d)-(0[1-9]|1[0-2])(?:-(\d\d))?\)")
MISTYPED_DATE = re.compile(rf"\(\s*(?:\d{{1,2}}\s+)?{_MONTH}\.?\s+(?:\d{{1,3}}|\d{{5}})\s*\)", re.IGNORECASE)
"""A date with a slip of the pen in its year: no date, and no part of the title either."""
YEAR = re.compile(r"\(((?:199\d|20[0-2]\d|203[0-5]))\)")
STARS = re.compile(r"(?<!\d)\((\d{1,4}(?:\.\d)?)(k?)\)", re.IGNORECASE)
BARE_COUNT = re.compile(r"\(\d{1,4}\)")
OPTIONAL = re.compile(r"\(\s*optional\b[^()]{0,40}\)|^\W{0,4}optional\b\W", re.IGNORECASE)
REMARK = re.compile(r"\(\s*(evergreen|paid|free|broken)\s*\)", re.IGNORECASE)
LEAD_PART = re.compile(r"\(([^()]{1,200})\)|\*\*([^*]{1,200})\*\*:?|__([^_]{1,200})__:?")
HOURS = re.compile(r"(\d{1,2}(?:\.\d)?)\s?h", re.IGNORECASE)
MINUTES = re.compile(r"(\d{1,3})\s?m", re.IGNORECASE)
AT_START = (CLOCK, LENGTH, SPEND, RANGE, OPTIONAL, REMARK)
IN_BRACKETS = (*AT_START, CLOCK_CLOSED_TWICE, DATE, US_DATE, CITED_DATE, ISO_DATE, MISTYPED_DATE, YEAR, STARS)
FIRST, LAST = (
    re.compile("|".join(f"(?:{one.pattern})" for one in patterns), re.IGNORECASE) for patterns in (AT_START, IN_BRACKETS)
)
BARE_AT_END = (BARE_LENGTH, SPEND, DATE, US_DATE)
DIGIT = re.compile(r"\d")
SPENDING = re.compile(r"allocate|spend|study|use|\bAI\b", re.IGNORECASE)
BEGINS = re.compile(r"\W{0,4}(?:optional|allocate|spend)\b", re.IGNORECASE)
ENDS = re.compile(r"\d\s?(?:[a-z]{1,7})?\Z", re.IGNORECASE)
"""What a label has at its ends if a facet without brackets stands there: looked for first, because most have none."""
MOST_FACETS = 12
"""So many facets are taken off a title; no real one has more than four."""
PEEK = 160
"""No facet is longer than this many characters."""


def clock_seconds(text: str) -> int:
    """The clock time "4:21" is 261 seconds, "1:02:02" is 3722."""
    seconds = 0
    for part in text.split(":"):
        seconds = seconds * 60 + int(part)
    return seconds


def length_minutes(text: str) -> float:
    """The length "~2h42m" is 162 minutes, "1.5hrs" is 90."""
    hours = HOURS.search(text)
    minutes = MINUTES.search(text, hours.end() if hours else 0)
    return round((float(hours[1]) * 60 if hours else 0) + (int(minutes[1]) if minutes else 0), 2)


def read_facets(label: str, around: str, lead: str = "", *, linked: bool = True) -> Facets:
    """The facets of one item: `label` is the link's text, `around` the whole line without addresses, `lead` what stands before
    the link. A number in words that are no link (`linked` False) is no count of stars: "Journal 4(2)", "October (1976)".
    """
    numbers = bool(DIGIT.search(around))
    if "(" not in around and not numbers and not lead:
        return Facets(optional=bool(OPTIONAL.search(around)))
    part = RANGE.search(around)
    return Facets(
        minutes=_minutes(around, part) if numbers else None,
        published=_published(around) if "20" in around or "19" in around else None,
        stars=_stars(label, linked=linked) if numbers else None,
        part=part[1].strip() if part else None,
        optional=bool(OPTIONAL.search(around)),
        remarks=(*_lead_remarks(lead), *(match[1] for match in REMARK.finditer(around))),
    )


def _lead_remarks(lead: str) -> list[str]:
    """What is said before the link and is none of the other facets."""
    parts = [match for match in LEAD_PART.finditer(lead) if not any(one.fullmatch(match[0]) for one in AT_START)]
    return [(match[1] or match[2] or match[3]).strip() for match in parts]


def _minutes(text: str, part: re.Match[str] | None) -> float | None:
    spend = SPEND.search(text) if SPENDING.search(text) else None
    if spend:
        return length_minutes(spend[1] or spend[2] or spend[3])
    watched = _watched_seconds(part) if part else 0
    if watched > 0:
        return round(watched / 60, 2)
    clock = CLOCK.search(text)
    if clock:
        return round(clock_seconds(clock[1]) / 60, 2)
    length = LENGTH.search(text) or BARE_LENGTH.search(text)
    return length_minutes(length[1]) if length else None


def _watched_seconds(part: re.Match[str]) -> int:
    """How long the part to watch is, all its stretches together; 0 if it does not say so in numbers."""
    if part["end"]:
        return clock_seconds(part["end"])
    return sum(clock_seconds(match[2]) - clock_seconds(match[1]) for match in STRETCH.finditer(part[1]))


def _published(text: str) -> str | None:
    """The date in brackets, else the first one: "The May 2024 Report (Jun 2024)" is of June."""
    us, found = _first(US_DATE, text), _first(DATE, text)
    if us and not (found and _in_brackets(found) and not _in_brackets(us)):
        return _iso(us[3], MONTHS[us[1].lower()], us[2])
    if found:
        return _iso(found[3], MONTHS[found[2].lower()], found[1])
    cited = CITED_DATE.search(text)
    if cited:
        return _iso(cited[1], MONTHS[cited[2].lower()], cited[3])
    numbers = ISO_DATE.search(text)
    if numbers:
        return _iso(numbers[1], int(numbers[2]), numbers[3])
    year = YEAR.search(text)
    return year[1] if year else None


def _first(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = list(pattern.finditer(text))
    return next(filter(_in_brackets, found), found[0] if found else None)


def _in_brackets(date_found: re.Match[str]) -> bool:
    return date_found[0].startswith("(") and date_found[0].endswith(")")


def _iso(year: str, month: int, day: str | None) -> str | None:
    if day is None:
        return f"{year}-{month:02}"
    try:
        return date(int(year), month, int(day)).isoformat()
    except ValueError:  # "31 Feb 2025": the month is all that can be true
        return f"{year}-{month:02}"


def _stars(label: str, *, linked: bool) -> int | None:
    for match in STARS.finditer(label):
        if not (YEAR if linked else BARE_COUNT).fullmatch(match[0]):
            return round(float(match[1]) * (1000 if match[2] else 1))
    return None


def title_range(label: str, *, linked: bool = True) -> tuple[int, int]:
    """The part of a link's text that is the title: facets at both ends are left out, unless nothing would be left.

    Of words that are no link only facets in brackets are: "due on 17 Dec 2025" is a sentence.
    """
    start, end = 0, len(label)
    for _ in range(MOST_FACETS):
        cut = _trimmed(label, start, end, linked=linked)
        if cut == (start, end):
            return cut
        if cut[0] >= cut[1]:
            return _stripped(label, 0, len(label))
        start, end = cut
    return _stripped(label, start, end)


def _trimmed(label: str, start: int, end: int, *, linked: bool) -> tuple[int, int]:
    """The label without one facet at its beginning or end."""
    start, end = _stripped(label, start, end)
    if start == end:
        return start, end
    first = FIRST.match(label, start, end) if label[start] == "(" or BEGINS.match(label, start, end) else None
    if first:
        return first.end(), end
    if label[end - 1] == ")":
        place = label.rfind("(", max(start, end - PEEK) + 1, end)
        is_facet = place > 0 and LAST.fullmatch(label, place, end) and (linked or not _is_count(label[place:end]))
        return start, place if is_facet else end
    base = max(start, end - PEEK)
    for pattern in BARE_AT_END if linked and ENDS.search(label, base, end) else ():
        for match in pattern.finditer(label, base, end):
            if match.end() == end and match.start() > start:
                return start, match.start()
    return start, end


def _is_count(text: str) -> bool:
    """A number in brackets that is no year."""
    return BARE_COUNT.fullmatch(text) is not None and YEAR.fullmatch(text) is None


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
