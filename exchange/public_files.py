"""The public copy of each kind of file (formats.md 3.7). Pure."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from urllib.parse import quote

from course.file_links import Places
from course.page_checks import linked_paths
from course.picture_metadata import without_metadata
from course.pictures import file_name, named_in
from course.week_checks import OUTSIDE, leads_out, local_path
from exchange import yaml_text
from exchange.enums import TEXTS, FileKind
from exchange.inventory import Held, Inventory
from exchange.layout import COURSE_FILE
from exchange.public import Aliases, names_in, public_quiz, public_week
from exchange.public_comments import without_comments
from exchange.rewriting import native_quiz_file, without_quizzes, without_weeks
from exchange.schedule_table import read_schedule, without_missed

_DEFINED = re.compile(r"^ {0,3}\[[^\[\]\n]{1,999}\]:[ \t]*<?([^\s<>]+)", re.MULTILINE)


def public_text(kind: FileKind, text: str, aliases: Aliases, days: Collection[date]) -> str:
    """Return a text of the course as strangers may read it: no key, no names of students, no comments of its authors.

    A quiz is given in the native format (`shared_text`): only there is it known which characters are the key.
    """
    if kind == FileKind.QUIZ:
        return aliases.hide(public_quiz(without_comments(text)))
    if kind == FileKind.WEEK:
        return public_week(without_comments(text), aliases)
    if kind == FileKind.SCHEDULE:
        schedule = read_schedule(text, days)
        names = [name.text for row in schedule.rows for name in row.names]
        return names_in(without_missed(schedule), names, aliases)
    if kind == FileKind.COURSE:
        return _with_mark(text)
    return aliases.hide(without_comments(text))


def shared_text(held: Held) -> str:
    """Return the text of which a public copy is made: the file of a thing, of a quiz in the native format."""
    text = held.ours.decode("utf-8", "replace")
    return native_quiz_file(text, held.facts) if held.kind == FileKind.QUIZ else text


def _with_mark(text: str) -> str:
    try:
        return yaml_text.with_value(text, ("copy",), "public")
    except ValueError:  # an old text that is no YAML any more
        return text


def public_copy(inventory: Inventory) -> dict[str, bytes]:
    """Return the files of a public copy by path: what is open to students, without keys and names, and what it shows."""
    aliases = Aliases.of(inventory.students)
    texts: dict[str, str] = {}
    for held in inventory.held.values():
        if held.open and held.kind in TEXTS:
            texts[held.path] = public_text(held.kind, shared_text(held), aliases, inventory.class_days)
    closed = [held for held in inventory.held.values() if not held.open]
    weeks = (held.path for held in closed if held.kind == FileKind.WEEK)
    listed = without_weeks(texts[COURSE_FILE], weeks)
    texts[COURSE_FILE] = without_quizzes(listed, {held.path for held in closed if held.kind == FileKind.QUIZ})
    files = {path: text.encode("utf-8", "surrogatepass") for path, text in texts.items()}
    return files | _shown(inventory.held.values(), texts)


def _shown(held: Iterable[Held], texts: Mapping[str, str]) -> dict[str, bytes]:
    """Return the pictures and other files that these texts lead to, as the pages of the course do: pictures by their names,
    files by their place or the end of it. Pictures are without place, time and device.
    """
    there = list(held)
    places = Places.of((one.path, one.path) for one in there)
    pictures = {named.name for text in texts.values() for named in named_in(text)}
    linked = {place for path, text in texts.items() for place in _linked(path, text)}
    files = {places.find(quote(place)) for place in linked}
    found = {}
    for one in there:
        if one.kind == FileKind.PICTURE and (file_name(one.title) in pictures or one.path in linked):
            found[one.path] = without_metadata(one.ours)
        elif one.kind == FileKind.ASSET and one.path in files:
            found[one.path] = one.ours
    return found


def _linked(path: str, text: str) -> set[str]:
    """Return the paths in the folder to which a text leads, also where an address stands on a line of its own (`[a]: x.pdf`)."""
    inline = linked_paths(text.encode("utf-8", "surrogatepass"), path)
    urls = (match[1] for match in _DEFINED.finditer(text))
    apart = {local_path(url, path.rpartition("/")[0]) for url in urls if not OUTSIDE.match(url)}
    return inline | {one for one in apart if not leads_out(one)}
