"""Definitions that stand anywhere on a page and are meant in any of its parts: `[label]: address` and footnotes. Pure.

Parts of a page are laid out one by one; each is given the definitions that it uses.
"""

import re
from collections.abc import Iterable, Mapping

from course.week_lines import Line

DEFINITION = re.compile(r" {0,3}\[(\^?[^\[\]\n]{1,200})\]:[ \t]*\S")
USED = re.compile(r"\[(\^?[^\[\]\n]{1,200})\]")
LABELLED = re.compile(r"(?<![!\\\]])\[([^\[\]\n]{1,200})\](?:\[([^\[\]\n]{0,200})\])?(?![(:\[])")
LONGEST = 2000
MOST = 1000
"""Characters of a definition: it is repeated in each part that uses it."""
CONTINUED = re.compile(r"(?: {4}|\t)[ \t]*\S")


def definitions_in(lines: Iterable[Line], code: set[int]) -> dict[str, str]:
    """Return each defined label of a page with the lines that define it; of two for one label the first, as CommonMark does.

    `code` are the numbers of lines that are code.
    """
    found: dict[str, str] = {}
    note = ""
    for line in lines:
        match = None if line.number in code or len(line.text) > MOST else DEFINITION.match(line.text)
        if match:
            label = _label(match[1])
            note = label if label.startswith("^") and label not in found else ""
            found.setdefault(label, line.text)
        elif note and CONTINUED.match(line.text) and len(found[note]) + len(line.text) < MOST:
            found[note] += "\n" + line.text
        else:
            note = ""
    return found


def with_definitions(text: str, known: Mapping[str, str]) -> str:
    """Return the Markdown of a part with the definitions above it that it uses and does not have itself."""
    if not known or "[" not in text or text[:1].isspace():
        return text
    own = {_label(match[1]) for line in text.split("\n") if (match := DEFINITION.match(line))}
    used = dict.fromkeys(_label(match[1]) for match in USED.finditer(text))
    needed = [known[label] for label in used if label in known and label not in own]
    return "\n".join(needed) + "\n\n" + text if needed else text


def linked_by_label(text: str, known: Mapping[str, str]) -> tuple[str, str | None]:
    """Return a line with its links by label (`[words][label]`, `[label][]`, `[label]`) as their words alone, and the address of
    the first one; None without one.
    """
    addresses: list[str] = []

    def words(match: re.Match[str]) -> str:
        label = match[2] or match[1]
        line = known.get(_label(label), "") if not label.startswith("^") else ""
        if not line:
            return match[0]
        addresses.append(line.split("]:", 1)[1].split()[0].strip("<>"))
        return match[1]

    shown = LABELLED.sub(words, text[:LONGEST]) + text[LONGEST:]
    return shown, addresses[0] if addresses else None


def _label(text: str) -> str:
    return " ".join(text.split()).casefold()
