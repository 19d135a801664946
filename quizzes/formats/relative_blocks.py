"""Relatives of the native format that put each question into a block: learn.co, Masteryls, admonitions, `<quiz>`, q:{…}."""

import json
import re
from collections.abc import Sequence

from quizzes.formats.lines import dedent, find_fences, indent_of
from quizzes.formats.relative_lines import BOX, NativeLines

_CHOICE = re.compile(r"[ \t]*(?:\((?P<one>[ xX])\)|\[(?P<many>[ xX])\])(?![(\[:])[ \t]*(?P<text>.*)")
_MASTERYLS = re.compile(r"[ \t]*(?P<fence>`{3,}|~{3,})[ \t]*masteryls\b.*")
_ADMONITION = re.compile(r"(?:!!!|\?\?\?\+?)[ \t]+(?P<kinds>[\w -]+?)(?:[ \t]+\"(?P<title>[^\"]*)\")?[ \t]*")
_MAYBE_TITLE = re.compile(r"(?:question|quiz|exercise|questão|pergunta)\b.{0,12}", re.IGNORECASE)
_CUBE = re.compile(r" {0,3}#{1,6}[ \t]+q:\{(?P<text>.*)\}[ \t]*")
_CUBE_END = re.compile(r" {0,3}#{1,6}[ \t]+:end:[ \t]*")
_TAG = re.compile(r"[ \t]*<quiz\b[^>]*>[ \t]*", re.IGNORECASE)
_TAG_END = re.compile(r"[ \t]*</quiz\s*>[ \t]*", re.IGNORECASE)
_TYPES = {"multiple-choice": "single", "multiple-select": "multi"}


def read_learn(lines: Sequence[str]) -> NativeLines | None:
    """Read learn.co: "???" around the quiz, "?: question", "(X)" for one right option, "[X]" for any number."""
    borders = [at for at, line in enumerate(lines) if line.strip() == "???"]
    if not borders or not any(line.startswith("?:") for line in lines):
        return None
    found = NativeLines()
    stop = borders[1] if len(borders) > 1 else len(lines)
    verbatim = find_fences(lines).verbatim
    in_option = False
    for at in range(borders[0] + 1, stop):
        line, place = lines[at], at + 1
        choice = None if at in verbatim else _CHOICE.fullmatch(line)
        if at not in verbatim and line.startswith("?:"):
            found.head(line[2:].strip(), place)
            in_option = False
        elif choice:
            one = choice["one"] is not None
            found.option(choice["text"], place, right=(choice["one"] or choice["many"]) in {"x", "X"}, ordered=one)
            in_option = True
        elif in_option:
            found.inside(line, place)
        elif not found.lines and line.startswith("# "):
            found.add(line, place)
        elif found.lines or line.strip():
            found.prose(line, place) if at not in verbatim else found.add(line, place)
    return found


def read_masteryls(lines: Sequence[str]) -> NativeLines | None:
    """Read fenced blocks whose first line is JSON with the type and the prompt, and whose others are boxes."""
    openers = [at for at, line in enumerate(lines) if _MASTERYLS.fullmatch(line)]
    if not openers:
        return None
    found = NativeLines()
    _add_title(found, lines, openers[0])
    for at, following in zip(openers, [*openers[1:], len(lines)], strict=True):
        fence = lines[at].strip()[:3]
        ends = (
            end
            for end in range(at + 1, following)
            if lines[end].strip().startswith(fence) and not lines[end].strip(fence[0] + " \t")
        )
        _add_masteryls(found, lines, at, next(ends, following))
    return found


def _add_masteryls(found: NativeLines, lines: Sequence[str], at: int, end: int) -> None:
    said = _json(lines[at + 1]) if at + 1 < end else None
    if said is None:
        found.refuse("", at + 1, "the first line of this block is no JSON with the type and the text of a question")
        return
    text = str(said.get("body") or said.get("title") or "")
    kind = _TYPES.get(str(said.get("type")))
    if kind is None:
        found.refuse(text, at + 1, f'a question of the type "{str(said.get("type"))[:40]}" cannot be asked here')
        return
    found.head(text, at + 1, kind)
    for index in range(at + 2, end):
        found.add(lines[index], index + 1)


def _json(line: str) -> dict[str, object] | None:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _add_title(found: NativeLines, lines: Sequence[str], stop: int) -> None:
    title = next((at for at in range(stop) if lines[at].startswith("# ")), None)
    if title is not None:
        found.add(lines[title], title + 1)


def read_admonitions(lines: Sequence[str]) -> NativeLines | None:
    """Read `!!! exercise choice "…"` with boxes indented below it, and `!!! answer` for the explanation."""
    openers = [at for at, line in enumerate(lines) if "exercise" in line and (_ADMONITION.fullmatch(line))]
    openers = [at for at in openers if "exercise" in _kinds(lines[at])]
    if not openers:
        return None
    found = NativeLines()
    _add_title(found, lines, openers[0])
    for at, following in zip(openers, [*openers[1:], len(lines)], strict=True):
        body = _indented(lines, at + 1, following)
        _add_admonition(found, lines[at], at + 1, body)
    return found


def _kinds(line: str) -> list[str]:
    match = _ADMONITION.fullmatch(line)
    return match["kinds"].lower().split() if match else []


def _indented(lines: Sequence[str], start: int, stop: int) -> list[tuple[str, int]]:
    body = []
    for at in range(start, stop):
        if lines[at].strip() and indent_of(lines[at]) < 4:
            break
        body.append((dedent(lines[at], 4), at + 1))
    return body


def _add_admonition(found: NativeLines, opener: str, place: int, body: Sequence[tuple[str, int]]) -> None:
    match = _ADMONITION.fullmatch(opener)
    title = (match["title"] if match else None) or ""
    first = next((text for text, _ in body if text.strip()), "")
    alone = bool(BOX.fullmatch(first)) or not _MAYBE_TITLE.fullmatch(title)
    text = title if alone else ""
    if "choice" not in _kinds(opener):
        found.refuse("\n".join([text, *(line for line, _ in body if line.strip() and not _kinds(line))]).strip(), place, _TYPED)
        return
    found.head(text, place)
    answer = next((at for at, (line, _) in enumerate(body) if "answer" in _kinds(line)), len(body))
    for line, at in body[:answer]:
        found.add(line, at)
    if answer < len(body):
        found.gap(body[answer][1])
        found.quote([(line.strip(), at) for line, at in body[answer + 1 :]])


_TYPED = "students would type or upload an answer, which cannot be asked here"


def read_cube(lines: Sequence[str]) -> NativeLines | None:
    """Read `### q:{title}` … `### :end:` with boxes between them."""
    if not any(_CUBE.fullmatch(line) for line in lines):
        return None
    found = NativeLines()
    verbatim = find_fences(lines).verbatim
    inside = False
    for at, line in enumerate(lines):
        match = None if at in verbatim else _CUBE.fullmatch(line)
        if match:
            found.head(match["text"].strip(), at + 1)
            inside = True
        elif at not in verbatim and _CUBE_END.fullmatch(line):
            inside = False
        elif inside:
            found.add(line, at + 1)
    return found


def read_tags(lines: Sequence[str]) -> NativeLines | None:
    """Read `<quiz>` … `</quiz>`: the prompt, boxes, and an explanation below them."""
    openers = [at for at, line in enumerate(lines) if _TAG.fullmatch(line)]
    if not openers:
        return None
    found = NativeLines()
    _add_title(found, lines, openers[0])
    for at, following in zip(openers, [*openers[1:], len(lines)], strict=True):
        end = next((end for end in range(at + 1, following) if _TAG_END.fullmatch(lines[end])), following)
        body = range(at + 1, end)
        boxes = [index for index in body if BOX.fullmatch(lines[index])]
        after = next((index for index in body if boxes and index > boxes[-1] and not lines[index].strip()), end)
        found.head("", at + 1)
        for index in range(at + 1, after):
            found.add(lines[index], index + 1)
        found.gap(at + 1)
        found.quote([(lines[index], index + 1) for index in range(after + 1, end)])
    return found
