"""quizdown: in a fence, a `<div>`, a shortcode or between two comments of a page, or as a text of its own."""

import re
from bisect import bisect_left
from collections.abc import Sequence

from quizzes.formats.lines import find_fences
from quizzes.formats.native_lines import HEAD_LEVELS, box, heading
from quizzes.formats.relative_lines import BOX, NativeLines

WRAPPED = re.compile(
    r"[ \t]*(?:(?P<fence>`{3,}|~{3,})[ \t]*\{?quizdown\b.*|(?P<tag><div\b[^>]*\bquizdown\b[^>]*>)[ \t]*"
    r"|(?P<short>\{\{[<%][ \t]*quizdown\b[^{}]*[>%]\}\})[ \t]*|(?P<comment><!--[ \t]*quizdown:start[ \t]*-->)[ \t]*)",
    re.IGNORECASE,
)
_ENDS = {
    "tag": re.compile(r"[ \t]*</div\s*>[ \t]*", re.IGNORECASE),
    "short": re.compile(r"[ \t]*\{\{[<%][ \t]*/[ \t]*quizdown[ \t]*[>%]\}\}[ \t]*", re.IGNORECASE),
    "comment": re.compile(r"[ \t]*<!--[ \t]*quizdown:end[ \t]*-->[ \t]*", re.IGNORECASE),
}
_OPTIONS = re.compile(
    r"(?:primary_color|secondary_color|text_color|shuffle_answers|shuffle_questions|n_lives|nLives|start_on_load|locale)\s*:.*"
)
_COLOURS = re.compile(r"(?:primary_color|secondary_color|text_color|shuffle_answers|n_lives|nLives|start_on_load)\s*:.*")
_MOST_OPTIONS = 20


def read_quizdown(lines: Sequence[str]) -> NativeLines | None:
    """Read every block of quizdown in a page; a text without blocks as a whole, if its headings are of other levels."""
    blocks = _blocks(lines)
    if not blocks:
        return _other_levels(lines)
    found = NativeLines()
    found.title(lines, blocks[0][0])
    for start, end in blocks:
        found.block(start + 1, end + 1)
        _add_questions(found, lines, start + 1, end)
    return found


def _blocks(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Return the (0-based) lines that open and close each block; one that never closes goes on to the next or the end."""
    fences = find_fences(lines)
    openers = [
        (at, match)
        for at, line in enumerate(lines)
        if "quizdown" in line.lower()
        and (match := WRAPPED.fullmatch(line))
        and (at not in fences.verbatim or at in fences.openers)
    ]
    ends: dict[str, list[int]] = {}
    for name in {_kind(match) for _, match in openers}:
        ends[name] = [at for at, line in enumerate(lines) if _closes(line, name)]
    blocks: list[tuple[int, int]] = []
    for (at, match), stop in zip(openers, [*(at for at, _ in openers[1:]), len(lines)], strict=False):
        if blocks and at <= blocks[-1][1]:
            continue
        closing = ends[_kind(match)]
        place = bisect_left(closing, at + 1)
        blocks.append((at, closing[place] if place < len(closing) and closing[place] < stop else stop - (stop < len(lines))))
    return blocks


def _kind(match: re.Match[str]) -> str:
    return match["fence"] or match.lastgroup or ""


def _closes(line: str, kind: str) -> bool:
    return bool(_ENDS[kind].fullmatch(line)) if kind in _ENDS else line.strip() == kind


def _other_levels(lines: Sequence[str]) -> NativeLines | None:
    """Any heading begins a question of quizdown; ours are on levels 2 to 4."""
    found = NativeLines()
    if any(_COLOURS.fullmatch(line) for line in lines[: _front(lines)]):
        return _add_questions(found, lines, 0, len(lines))
    fences = find_fences(lines)
    level = 0
    for at, line in enumerate(lines):
        if at in fences.verbatim:
            continue
        if head := heading(line):
            level = head[0]
        # Below a title the native format has no options.
        elif level and level not in HEAD_LEVELS and box(line, among_options=False):
            return _add_questions(found, lines, 0, len(lines))
    return None


def _add_questions(found: NativeLines, lines: Sequence[str], start: int, end: int) -> NativeLines:
    inside = lines[start:end]
    verbatim = find_fences(inside).verbatim
    skip = _front(inside)
    headings = [at for at in range(skip, len(inside)) if at not in verbatim and heading(inside[at])]
    after = dict(zip(headings, [*headings[1:], len(inside)], strict=True)) if headings else {}
    options = _own_options(inside, headings)
    for at in range(skip, len(inside)):
        head = heading(inside[at]) if at in after else None
        if at in options:
            continue
        if head and not (at == headings[0] and head[0] == 1 and not _has_box(inside[at + 1 : after[at]])):
            found.add(f"## {head[1]}".rstrip(), start + at + 1)
        else:
            found.add(inside[at], start + at + 1)
    return found


def _own_options(lines: Sequence[str], headings: Sequence[int]) -> set[int]:
    """Return the lines of the options that a question has below its heading, between two rules."""
    found: set[int] = set()
    for at in headings:
        near = range(at + 1, min(at + _MOST_OPTIONS, len(lines)))
        first = next((place for place in near if lines[place].strip()), None)
        if first is None or lines[first].strip() != "---":
            continue
        last = next((place for place in range(first + 1, near.stop) if lines[place].strip() == "---"), None)
        said = [lines[place].strip() for place in range(first + 1, last)] if last else []
        if last and all(_OPTIONS.fullmatch(line) for line in said if line):
            found.update(range(first, last + 1))
    return found


def _has_box(lines: Sequence[str]) -> bool:
    return any(BOX.fullmatch(line) or box(line, among_options=False) for line in lines)


def _front(lines: Sequence[str]) -> int:
    """Return where the text begins below options in front matter."""
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    if not lines or lines[first].strip() != "---":
        return 0
    return next((at + 1 for at in range(first + 1, len(lines)) if lines[at].strip() == "---"), 0)
