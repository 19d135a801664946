"""Relatives of the native format that differ in a few lines: mdquiz, and typed questions."""

import re
from collections.abc import Container, Sequence

import yaml

from quizzes.formats.lines import find_fences
from quizzes.formats.native_lines import box, heading
from quizzes.formats.relative_lines import NativeLines

_FIELD = re.compile(r"(?P<key>Type|Points|Title|Tolerance|Formula|Blank|Match)[ \t]*:[ \t]*(?P<value>.*)")
_SAID = re.compile(r"Feedback_(?P<side>Correct|Incorrect|Neutral):[ \t]*(?P<text>.*)")
_TYPES = {"multiple_choice": "single", "true_false": "single", "multiple_answers": "multi"}
_CHOICE = re.compile(r"(?P<mark>[*-])[ \t]+(?P<text>\S.*)")
_POINTS = re.compile(r"\d{1,4}(?:\.5|\.0)?")
_SIDES = {"Correct": "Correct: ", "Incorrect": "Incorrect: ", "Neutral": ""}


def read_mdquiz(lines: Sequence[str]) -> NativeLines | None:
    """Read mdquiz: the question stands in the front matter, the boxes below it."""
    if not lines or lines[0].strip() != "---":
        return None
    end = next((at for at in range(1, min(len(lines), 100)) if lines[at].strip() == "---"), None)
    if end is None or not any(line.startswith("question:") for line in lines[1:end]):
        return None
    try:
        said = yaml.safe_load("\n".join(lines[1:end])[:4_000])
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not isinstance(said.get("question"), str):
        return None
    place = next(at for at, line in enumerate(lines, 1) if line.startswith("question:"))
    found = NativeLines(quotes_at_margin=True)
    if isinstance(title := said.get("title"), str) and title.strip():
        found.add(f"# {' '.join(title.split())}", place)
    found.head(said["question"].strip(), place)
    for at in range(end + 1, len(lines)):
        found.add(lines[at], at + 1)
    return found


def read_typed(lines: Sequence[str]) -> NativeLines | None:
    """Read headings with "Type: multiple_answers" below them, "*" before what is right and "-" before what is wrong.

    A heading without a type and with boxes is read as it is, and so is what stands above the first heading then.
    """
    if not any((match := _FIELD.fullmatch(line)) and match["key"] == "Type" for line in lines):
        return None
    verbatim = find_fences(lines).verbatim
    heads = [at for at, line in enumerate(lines) if at not in verbatim and (head := heading(line)) and head[0] > 1]
    found = NativeLines()
    stretches = list(zip(heads, [*heads[1:], len(lines)], strict=True)) if heads else []
    boxed = {at for at, end in stretches if _is_boxed(lines, verbatim, at + 1, end)}
    title = next((at for at, line in enumerate(lines) if line.startswith("# ")), None)
    above = [title] if title is not None and (not heads or title < heads[0]) else []
    for at in range(heads[0]) if boxed else above:
        found.add(lines[at], at + 1)
    for at, following in stretches:
        if at in boxed:
            _add_boxed(found, lines, at, following)
        else:
            _add_typed(found, lines, at, following)
    return found


def _is_boxed(lines: Sequence[str], verbatim: Container[int], start: int, end: int) -> bool:
    """Tell whether lines have boxes and no type."""
    shown = [lines[at] for at in range(start, end) if at not in verbatim]
    typed = any((match := _FIELD.fullmatch(line)) and match["key"] == "Type" for line in shown)
    return not typed and any(box(line, among_options=False) for line in shown)


def _add_boxed(found: NativeLines, lines: Sequence[str], at: int, end: int) -> None:
    """Take a question of the native format as it is; all of them are on the level of the typed ones."""
    head = heading(lines[at])
    found.gap(at + 1)
    found.add(f"## {head[1]}".rstrip() if head else lines[at], at + 1)
    for index in range(at + 1, end):
        found.add(lines[index], index + 1)


def _add_typed(found: NativeLines, lines: Sequence[str], at: int, end: int) -> None:
    head = heading(lines[at])
    text = re.sub(r"^\d{1,4}[.)][ \t]+", "", head[1]) if head else ""
    fields = {match["key"]: match["value"].strip() for line in lines[at + 1 : end] if (match := _FIELD.fullmatch(line))}
    kind = _TYPES.get(fields.get("Type", ""))
    if kind is None:
        name = fields.get("Type", "")[:40]
        reason = f'a question of the type "{name}" cannot be asked here' if name else "this heading has neither a type nor boxes"
        body = "\n".join(line for line in lines[at + 1 : end] if not _FIELD.fullmatch(line)).strip()
        found.refuse("\n\n".join(part for part in (text, body) if part), at + 1, reason)
        return
    points = fields.get("Points", "")
    found.head(text, at + 1, kind + (f" points={points}" if _POINTS.fullmatch(points) else ""))
    said: list[tuple[str, int]] = []
    index = at + 1
    while index < end:
        line = lines[index]
        if feedback := _SAID.fullmatch(line):
            index = _add_said(said, lines, index, end, feedback)
        elif box(line, among_options=False):
            found.add(line, index + 1)
        elif choice := _CHOICE.fullmatch(line):
            found.option(choice["text"], index + 1, right=choice["mark"] == "*")
        elif not _FIELD.fullmatch(line):
            found.add(
                f"  {line}" if any(entry.startswith("- [") for entry in found.lines[-1:]) and line.strip() else line, index + 1
            )
        index += 1
    found.gap(end)
    found.quote(said)


def _add_said(said: list[tuple[str, int]], lines: Sequence[str], at: int, end: int, match: re.Match[str]) -> int:
    """Collect one block of feedback and return the line where it ends."""
    stop = next((index for index in range(at + 1, end) if lines[index].strip() == "End_Feedback"), at)
    texts = [(match["text"], at + 1), *((lines[index].strip(), index + 1) for index in range(at + 1, stop))]
    texts = [(text, place) for text, place in texts if text]
    said += [(_SIDES[match["side"]] * (number == 0) + text, place) for number, (text, place) in enumerate(texts)]
    return stop
