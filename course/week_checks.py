"""What is wrong or unfinished on a week page, in the words of formats.md 3.8."""

import posixpath
import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import unquote

from course.pictures import named_in
from course.week_facets import MONTHS
from course.week_items import is_dummy_url, says_nothing_yet
from course.week_lines import Line
from course.week_links import find_links
from course.week_model import (
    OPAQUE_KINDS,
    Block,
    Item,
    Kind,
    Level,
    Message,
    QuizEntry,
    Surroundings,
)
from course.week_parts import Parts

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = r"mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
DAY = re.compile(r"mon|tue|wed|thu|fri|sat|sun", re.IGNORECASE)
DATED = re.compile(rf"\b({_DAY})\.?,?\s+({_MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)\b", re.IGNORECASE)
DATED_BEHIND = re.compile(rf"\b({_MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)\s*\(({_DAY})\)", re.IGNORECASE)
ADDRESS = re.compile(r"\]\([ \t]*<?(?![a-zA-Z][a-zA-Z0-9+.-]*:|#|/|[ \t]*\))")
NO_ADDRESS = re.compile(r"\]\([ \t]*\)")
SCHEMELESS = re.compile(r"(?:[a-z0-9-]+\.)+(?:ai|app|co|com|dev|edu|gov|io|me|net|org|so|tv)(?:/|$)", re.IGNORECASE)
OUTSIDE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|#|/|\?|$")


def check_page(parts: Parts, lines: list[Line], around: Surroundings) -> list[Message]:
    """All findings of a page, sorted by line."""
    items = all_items(parts)
    found = [
        *_unknown_headings(parts),
        *_quiz_weeks(parts),
        *_placeholders(parts),
        *_links(items),
        *_no_address(parts, lines),
        *_weekdays(lines),
        *_local_links(parts, lines, around),
        *_pictures(parts, lines),
        *_opaque(parts),
    ]
    return sorted(found, key=lambda message: (message.line, message.code))


def all_items(parts: Parts) -> list[Item]:
    """Every list item of the page in its order."""
    items = [*parts.rest, *(item for section in parts.sections for item in section.items)]
    return sorted(items, key=lambda item: item.line)


def all_blocks(parts: Parts) -> list[Block]:
    """Every block of the intro and the sections."""
    return [*parts.intro_blocks, *(block for section in parts.sections for block in section.blocks)]


def _warning(line: int, code: str, text: str) -> Message:
    return Message(line, code, Level.WARNING, text)


def _unknown_headings(parts: Parts) -> Iterator[Message]:
    for heading in parts.unknown:
        text = f'heading "{heading.text}" not known \u2014 it is shown as an own section; add it under `headings:`'
        yield _warning(heading.line, "W310", f"{text} to give it a meaning")


def _quiz_weeks(parts: Parts) -> Iterator[Message]:
    for quiz in parts.quizzes:
        if quiz.week is not None and parts.titled.number is not None and quiz.week != parts.titled.number:
            yield _warning(quiz.line, "W311", _wrong_week(quiz, parts.titled.number))


def _wrong_week(quiz: QuizEntry, number: int) -> str:
    return f'"{quiz.title}" on the page of week {number} \u2014 correct the number if it was copied from another page'


def _placeholders(parts: Parts) -> Iterator[Message]:
    waiting = to_fill(parts, empty=False)
    if waiting:
        count = f"{len(waiting)} items on this page are" if len(waiting) > 1 else "1 item on this page is"
        yield _warning(waiting[0][0], "W312", f"placeholder: {count} not filled \u2014 students do not see them")


def to_fill(parts: Parts, *, empty: bool = True) -> list[tuple[int, str]]:
    """(line, text) of what the instructor has still to write: placeholders and, with `empty`, empty sections."""
    waiting = [(item.line, item.title or "empty list item") for item in all_items(parts) if item.placeholder]
    waiting.extend((block.span.line, "placeholder text") for block in all_blocks(parts) if block.placeholder)
    waiting.extend((quiz.line, quiz.title) for quiz in parts.quizzes if quiz.placeholder)
    if parts.titled.heading and says_nothing_yet(parts.titled.title):
        waiting.append((parts.titled.heading.line, parts.titled.title))
    if empty:
        waiting.extend(_empty_sections(parts))
    return sorted(set(waiting))


def _empty_sections(parts: Parts) -> Iterator[tuple[int, str]]:
    levels = [section.level for section in parts.sections[1:]] + [0]
    for section, following in zip(parts.sections, levels, strict=False):
        if section.empty and following <= section.level and section.kind not in {Kind.QUIZ, Kind.PRESENTATIONS}:
            yield section.line, f"nothing under {section.name}"


def _links(items: list[Item]) -> Iterator[Message]:
    for item in items:
        if item.url and SCHEMELESS.match(item.url):
            yield _warning(item.line, "W313", f'address without its beginning: {item.url} \u2014 write "https://" before it')
        elif item.broken and item.url != "":
            yield _warning(item.line, "W313", "broken link syntax \u2014 write [title](address)")


def _no_address(parts: Parts, lines: list[Line]) -> Iterator[Message]:
    """Links without an address, in items, paragraphs and headings."""
    for line in lines:
        if line.number in parts.code or not NO_ADDRESS.search(line.text):
            continue
        for link in find_links(line.text).links:
            if link.url[0] == link.url[1]:
                words = line.text[link.start : link.end]
                yield _warning(line.number, "W313", f'link has no address: "{words}" \u2014 put it between ( and )')
                break


def _weekdays(lines: list[Line]) -> Iterator[Message]:
    for line in lines:
        if ("20" not in line.text and "19" not in line.text) or not DAY.search(line.text):
            continue
        for match in DATED.finditer(line.text):
            yield from _weekday(line, match[0], match[1], (match[4], match[2], match[3]))
        for match in DATED_BEHIND.finditer(line.text):
            yield from _weekday(line, match[0], match[4], (match[3], match[1], match[2]))


def _weekday(line: Line, written: str, day: str, when: tuple[str, str, str]) -> Iterator[Message]:
    year, month, number = when
    try:
        true_day = _DAYS[date(int(year), MONTHS[month.lower()], int(number)).weekday()]
    except ValueError:
        yield _warning(line.number, "W314", f'"{written}" is not in the calendar \u2014 correct the date')
        return
    if not true_day.startswith(day.lower()[:3]):
        text = f'"{written}" is a {true_day.capitalize()} \u2014 correct the weekday or the date'
        yield _warning(line.number, "W314", text)


def _local_links(parts: Parts, lines: list[Line], around: Surroundings) -> Iterator[Message]:
    folder = posixpath.dirname(around.path) if around.path else "weeks"
    for line in lines:
        if line.number in parts.code or not ADDRESS.search(line.text):
            continue
        for link in find_links(line.text).links:
            url = line.text[slice(*link.url)]
            if not OUTSIDE.match(url) and not SCHEMELESS.match(url) and not is_dummy_url(url):
                yield from _local_link(line, url, folder, around)


def _pictures(parts: Parts, lines: list[Line]) -> Iterator[Message]:
    for line in lines:
        for named in named_in(line.text) if "![" in line.text and line.number not in parts.code else ():
            if not named.alt:
                text = f"picture {named.name} has no words for who cannot see it \u2014 write them between ![ and ]"
                yield _warning(line.number, "W319", text)


def _local_link(line: Line, url: str, folder: str, around: Surroundings) -> Iterator[Message]:
    path = local_path(url, folder)
    if leads_out(path):
        text = f"link leaves the course folder: {url} \u2014 copy the file into the course, or link to its web address"
        yield Message(line.number, "E207", Level.ERROR, text)
    elif around.exists is not None and "\0" not in path and not around.exists(path):
        yield _warning(line.number, "W315", f"local file not found: {url} \u2014 add it, or correct the address")


def local_path(url: str, folder: str) -> str:
    """Return where a relative address leads from a text in `folder`: a path in the course's folder, or one that `leads_out`."""
    return posixpath.normpath(posixpath.join(folder, unquote(re.split(r"[?#]", url, maxsplit=1)[0])))


def leads_out(path: str) -> bool:
    return path == ".." or path.startswith(("../", "/"))


def _opaque(parts: Parts) -> Iterator[Message]:
    for block in all_blocks(parts):
        if block.kind in OPAQUE_KINDS:
            count = block.span.end_line - block.span.line + 1
            size = f"{count} lines" if count > 1 else "1 line"
            text = f"kept as it is, shown as Markdown: {block.kind.value}, {size} \u2014 nothing to do"
            yield Message(block.span.line, "I401", Level.INFO, text)
