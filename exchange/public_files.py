"""The public copy of each kind of file (formats.md 3.7). Pure."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from urllib.parse import unquote

from course.picture_metadata import without_metadata
from course.pictures import file_name, named_in
from exchange import yaml_text
from exchange.enums import TEXTS, FileKind
from exchange.inventory import Held, Inventory
from exchange.public import Aliases, names_in, public_quiz, public_week
from exchange.rewriting import without_weeks
from exchange.schedule_table import read_schedule


def public_text(kind: FileKind, text: str, aliases: Aliases, days: Collection[date]) -> str:
    """Return a text of the course as strangers may read it: no key, no names of students."""
    if kind == FileKind.QUIZ:
        return aliases.hide(public_quiz(text))
    if kind == FileKind.WEEK:
        return public_week(text, aliases)
    if kind == FileKind.SCHEDULE:
        names = [name.text for row in read_schedule(text, days).rows for name in row.names]
        return names_in(text, names, aliases)
    if kind == FileKind.COURSE:
        return _with_mark(text)
    return aliases.hide(text)


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
            texts[held.path] = public_text(held.kind, held.ours.decode("utf-8", "replace"), aliases, inventory.class_days)
    closed = [held.path for held in inventory.held.values() if held.kind == FileKind.WEEK and not held.open]
    for held in inventory.held.values():
        if held.kind == FileKind.COURSE:
            texts[held.path] = without_weeks(texts[held.path], iter(closed))
    files = {path: text.encode("utf-8", "surrogatepass") for path, text in texts.items()}
    return files | _shown(inventory.held.values(), texts)


def _shown(held: Iterable[Held], texts: Mapping[str, str]) -> dict[str, bytes]:
    """Return the pictures and other files that these texts name; pictures without place, time and device."""
    pictures = {named.name for text in texts.values() for named in named_in(text)}
    whole = unquote("\n".join(texts.values()))
    found = {}
    for one in held:
        name = one.path.rpartition("/")[2]
        if (one.kind == FileKind.PICTURE and file_name(name) in pictures) or (one.kind == FileKind.ASSET and name in whole):
            found[one.path] = without_metadata(one.ours) if one.kind == FileKind.PICTURE else one.ours
    return found
