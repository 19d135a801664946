"""Edits of what stands in the braces after a question's heading: one attribute changes, every other character stays."""

import re
from collections.abc import Sequence

from quizzes.formats.lines import find_fences, line_offsets, split_lines
from quizzes.formats.native_lines import heading, read_head
from quizzes.formats.tags import written

_TAGS = re.compile(r'tags=(?:"[^"]*"|[^\s"}]*)')
_BRACES = re.compile(r"\{[^{}]*\}[ \t]*#*[ \t]*$")


def writes_tags(text: str, line: int) -> bool:
    """Tell whether the heading on a line (1-based) of a quiz text says which tags its question has."""
    head = heading(split_lines(text)[line - 1])
    return head is not None and read_head(head[1]).attributes.tags is not None


def set_tags(text: str, line: int, tags: Sequence[str]) -> str:
    """Return the text with the tags in the heading on a line (1-based) replaced; without any, the attribute goes.

    Raises ValueError if that line is no heading with tags.
    """
    lines = split_lines(text)
    if not 1 <= line <= len(lines) or line - 1 in find_fences(lines).verbatim or not writes_tags(text, line):
        raise ValueError(f"no heading with tags on line {line}")
    head = lines[line - 1]
    braces = _BRACES.search(head)
    if braces is None:
        raise ValueError(f"no attributes on line {line}")
    new = _TAGS.sub(lambda _: written(tags) if tags else "", braces[0], count=1)
    if not tags:
        new = re.sub(r"[ \t]{2,}", " ", new).replace("{ ", "{").replace(" }", "}").replace("{}", "")
    changed = head[: braces.start()] + new
    start = line_offsets(text)[line - 1]
    return text[:start] + (changed if tags or new.strip() else changed.rstrip()) + text[start + len(head) :]
