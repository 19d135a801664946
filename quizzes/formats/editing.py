"""One-character edits of a native quiz file: the text is the record, everything else stays as it is."""

from collections.abc import Callable

from quizzes.formats.lines import find_fences, line_offsets, split_lines
from quizzes.formats.markdown import parse
from quizzes.formats.model import ParsedQuestion
from quizzes.formats.native_lines import Attributes, box, heading, read_head
from quizzes.scoring import Kind

_MULTI = "multi"


def set_right(text: str, line: int, *, right: bool) -> str:
    """Return the text with the box on a line (1-based) ticked or emptied: one character changes.

    If that would turn a multi-select question into single choice, ``{multi}`` is added to its heading
    (and taken away again once two options are right). Raises ValueError if there is no box there.
    """
    lines = split_lines(text)
    if not 1 <= line <= len(lines) or line - 1 in find_fences(lines).verbatim:
        raise ValueError(f"no option on line {line}")
    found = box(lines[line - 1], among_options=True)
    if found is None or found.code is not None:
        raise ValueError(f"no option on line {line}")
    if found.right is right:
        return text
    start = line_offsets(text)[line - 1]
    at = text.index("[", start) + 1
    return _keep_kind(text, text[:at] + ("x" if right else " ") + text[at + 1 :], line)


def _keep_kind(before: str, after: str, line: int) -> str:
    old, new = _question_at(before, line), _question_at(after, line)
    if old is None or new is None or old.kind is not Kind.MULTI:
        return after
    if new.kind is not Kind.MULTI:
        return _with_head(after, new.line, _add_multi)
    shorter = _with_head(after, new.line, _remove_multi)
    without = _question_at(shorter, line)
    return shorter if without is not None and without.kind is Kind.MULTI else after


def _question_at(text: str, line: int) -> ParsedQuestion | None:
    questions = (found for found in parse(text).questions if found.first_line <= line <= found.end_line)
    return next(questions, None)


def _with_head(text: str, line: int, change: Callable[[str], str]) -> str:
    start = line_offsets(text)[line - 1]
    head = split_lines(text[start:])[0]
    return text[:start] + change(head) + text[start + len(head) :]


def _add_multi(head: str) -> str:
    """Add the word to the heading's braces, or braces to the heading."""
    stripped = head.rstrip()
    level_and_text = heading(stripped)
    attributes = read_head(level_and_text[1]).attributes if level_and_text else Attributes()
    if attributes == Attributes() or not stripped.endswith("}"):
        return f"{stripped} {{{_MULTI}}}{head[len(stripped) :]}"
    return f"{stripped[:-1]} {_MULTI}}}{head[len(stripped) :]}"


def _remove_multi(head: str) -> str:
    stripped, tail = head.rstrip(), head[len(head.rstrip()) :]
    if stripped.endswith(f" {{{_MULTI}}}"):
        return stripped.removesuffix(f" {{{_MULTI}}}") + tail
    if stripped.endswith(f" {_MULTI}}}"):
        return stripped.removesuffix(f" {_MULTI}}}") + "}" + tail
    return head
