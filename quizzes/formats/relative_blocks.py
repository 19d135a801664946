"""Relatives of the native format that put each question into a block: learn.co, Masteryls, admonitions, `<quiz>`, q:{…}."""

import json
import re
from collections.abc import Sequence

from quizzes.formats.lines import dedent, find_fences, indent_of
from quizzes.formats.native_lines import heading
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
    verbatim = find_fences(lines).verbatim
    for at in range(0, len(borders), 2):
        stop = borders[at + 1] if at + 1 < len(borders) else len(lines)
        found.block(borders[at] + 1, stop + 1)
        _add_learn(found, lines, range(borders[at] + 1, stop), verbatim)
    return found


def _add_learn(found: NativeLines, lines: Sequence[str], inside: range, verbatim: frozenset[int]) -> None:
    in_option = False
    for at in inside:
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


def read_masteryls(lines: Sequence[str]) -> NativeLines | None:
    """Read fenced blocks whose first line is JSON with the type and the prompt, and whose others are boxes."""
    fences = {at: match["fence"] for at, line in enumerate(lines) if (match := _MASTERYLS.fullmatch(line))}
    openers = list(fences)
    if not openers:
        return None
    found = NativeLines()
    found.title(lines, openers[0])
    for at, following in zip(openers, [*openers[1:], len(lines)], strict=True):
        fence = fences[at]
        ends = (
            end
            for end in range(at + 1, following)
            if lines[end].strip().startswith(fence) and not lines[end].strip(fence[0] + " \t")
        )
        end = next(ends, following)
        found.block(at + 1, min(end + 1, len(lines)))
        _add_masteryls(found, lines, at, end)
    return found


def _add_masteryls(found: NativeLines, lines: Sequence[str], at: int, end: int) -> None:
    said = _json(lines[at + 1]) if at + 1 < end else None
    if said is None:
        found.refuse("", at + 1, "the first line of this block is no JSON with the type and the text of a question")
        return
    text = str(said.get("body") or said.get("title") or "")
    kind = _TYPES.get(str(said.get("type")))
    if kind is None:
        body = "\n".join(lines[at + 2 : end]).strip()
        reason = f'a question of the type "{str(said.get("type"))[:40]}" cannot be asked here'
        found.refuse("\n\n".join(part for part in (text, body) if part), at + 1, reason)
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


def read_admonitions(lines: Sequence[str]) -> NativeLines | None:
    """Read `!!! exercise choice "…"` with boxes indented below it, and `!!! answer` for the explanation."""
    verbatim = find_fences(lines).verbatim
    openers = [at for at, line in enumerate(lines) if "exercise" in _kinds(line) and at not in verbatim]
    if not openers:
        return None
    found = NativeLines()
    found.title(lines, openers[0])
    for at, following in zip(openers, [*openers[1:], len(lines)], strict=True):
        body = _indented(lines, at + 1, following)
        found.block(at + 1, at + 1 + len(body))
        _add_admonition(found, lines[at], at + 1, body)
    return found


def _kinds(line: str) -> list[str]:
    match = _ADMONITION.fullmatch(line) if line[:1] in {"!", "?"} else None
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
    optioned = False
    for line, at in body[:answer]:
        option = bool(BOX.fullmatch(line))
        if optioned and not option and line.strip() and indent_of(line) < found.width:
            found.inside(line, at)  # code right below a box, as students see it there
        else:
            found.add(line, at)
        optioned = optioned or option
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
    inside = optioned = False
    for at, line in enumerate(lines):
        match = None if at in verbatim else _CUBE.fullmatch(line)
        if match:
            found.head(match["text"].strip(), at + 1)
            inside, optioned = True, False
        elif at not in verbatim and _CUBE_END.fullmatch(line):
            found.block(at + 1, at + 1)
            inside = False
        elif at not in verbatim and (heading(line) or (optioned and _is_page_text(lines, at))):
            inside = False
        elif inside:
            option = BOX.fullmatch(line) if at not in verbatim else None
            optioned = optioned or bool(option)
            _add_cube(found, line, at + 1, said=bool(option))
        if inside:
            found.block(at + 1, at + 1)
    return found


def _is_page_text(lines: Sequence[str], at: int) -> bool:
    """Tell whether a line below the options is text of the page: a paragraph at the margin, or the address of a link."""
    line = lines[at]
    return bool(line.strip()) and line[0] not in " \t" and not BOX.fullmatch(line) and not lines[at - 1].strip()


def _add_cube(found: NativeLines, line: str, place: int, *, said: bool) -> None:
    """What stands behind "::" in an option is said to those who took it."""
    text, mark, feedback = line.partition(" :: ")
    found.add(text if said and mark else line, place)
    if said and feedback.strip():
        found.add(f"  > {feedback.strip()}", place)


def read_tags(lines: Sequence[str]) -> NativeLines | None:
    """Read `<quiz>` … `</quiz>`: the prompt, boxes, and an explanation below them."""
    openers = [at for at, line in enumerate(lines) if _TAG.fullmatch(line)]
    if not openers:
        return None
    found = NativeLines()
    found.title(lines, openers[0])
    for at, following in zip(openers, [*openers[1:], len(lines)], strict=True):
        end = next((end for end in range(at + 1, following) if _TAG_END.fullmatch(lines[end])), following)
        body = range(at + 1, end)
        found.block(at + 1, min(end + 1, len(lines)))
        boxes = [index for index in body if BOX.fullmatch(lines[index])]
        after = next((index for index in body if boxes and index > boxes[-1] and not lines[index].strip()), end)
        found.head("", at + 1)
        for index in range(at + 1, after):
            found.add(lines[index], index + 1)
        found.gap(at + 1)
        found.quote([(lines[index], index + 1) for index in range(after + 1, end)])
    return found
