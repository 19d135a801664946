"""Quizzes of Obsidian's plugins: callouts, cards for spaced repetition, fenced `quiz` blocks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from quizzes.formats.relative_lines import NativeLines

_CALLOUT = re.compile(r">\s*\[!question\][+-]?\s*(?P<text>.*)", re.IGNORECASE)
_ANSWER = re.compile(r"(?:>\s*){1,3}\[!(?:success|answer|check|done)\].*", re.IGNORECASE)
_GROUP = re.compile(r"(?:>\s*){1,3}\[!example\].*", re.IGNORECASE)
_OPTION = re.compile(r"(?P<letter>[A-Za-z])\)\s*(?P<text>.*)")
_CARD = re.compile(
    r"[*_]{0,3}(?P<kind>Multiple Choice|Select All That Apply|True or False|Fill in the Blanks?|Matching|Short Answer|Long Answer)"
    r"[*_]{0,3}:[*_]{0,3}\s*(?P<text>.*)",
    re.IGNORECASE,
)
_SEPARATORS = {"?", "??"}
_FENCE = re.compile(r"[ \t]*(?P<fence>`{3,}|~{3,})[ \t]*quiz[ \t]*")
_CHOICE = re.compile(r"--[ \t]*(?!answer\b)(?P<letter>\w{1,3})(?:[ \t]+(?P<text>.*))?", re.IGNORECASE)
_SAID = re.compile(r"--[ \t]*answers?\b[ \t:]*(?P<text>.*)", re.IGNORECASE)
_REASONS = {
    "fill": "a fill-in question, which cannot be asked here",
    "match": "a matching question, which cannot be asked here",
    "short": "an open question: students would type an answer, which cannot be asked here",
    "long": "an open question: students would type an answer, which cannot be asked here",
}


@dataclass(slots=True)
class _Card:
    """A question as the plugins write it. Texts come with their lines."""

    place: int
    prompt: list[tuple[str, int]] = field(default_factory=list)
    options: list[tuple[str, str, int]] = field(default_factory=list)
    answers: list[tuple[str, int]] = field(default_factory=list)
    refused: str = ""
    last: int = 0


def read_callouts(lines: Sequence[str]) -> NativeLines | None:
    """Read `> [!question] …` with `> a) …` below it and the right ones in a nested `>> [!success]`."""
    starts = [at for at, line in enumerate(lines) if _CALLOUT.match(line)]
    if not starts:
        return None
    found = NativeLines()
    for at in starts:
        card = _callout(lines, at)
        found.block(card.place, card.last)
        _write(found, card)
    return found


def _callout(lines: Sequence[str], at: int) -> _Card:
    match = _CALLOUT.match(lines[at])
    card = _Card(at + 1, [(match["text"], at + 1)] if match else [], last=at + 1)
    answering = False
    for index in range(at + 1, len(lines)):
        line = lines[index].strip()
        if not line.startswith(">") or _CALLOUT.match(line):
            break
        card.last = index + 1
        text = line.lstrip("> \t")
        if _GROUP.fullmatch(line):
            card.refused = _REASONS["match"]
        elif _ANSWER.fullmatch(line):
            answering = True
            card.answers.append(("", index + 1))
        elif answering:
            card.answers.append((text, index + 1))
        else:
            _add(card, text, index + 1)
    return card


def _add(card: _Card, text: str, place: int) -> None:
    if option := _OPTION.fullmatch(text):
        card.options.append((option["letter"].lower(), option["text"], place))
    elif text and not card.options:
        card.prompt.append((text, place))


def read_cards(lines: Sequence[str]) -> NativeLines | None:
    """Read "Select All That Apply: …", "a) …", a line "?", and the right ones below it; or "… :: answer" on one line."""
    starts = [at for at, line in enumerate(lines) if _CARD.fullmatch(line.strip())]
    if not any(_is_card(lines, at) for at in starts):
        return None
    found = NativeLines()
    for at in starts:
        card = _card(lines, at)
        found.block(card.place, card.last)
        _write(found, card)
    return found


def _is_card(lines: Sequence[str], at: int) -> bool:
    if " :: " in lines[at]:
        return True
    return any(line.strip() in _SEPARATORS for line in _chunk(lines, at))


def _chunk(lines: Sequence[str], at: int) -> Iterator[str]:
    for index in range(at, len(lines)):
        if not lines[index].strip() or (index > at and _CARD.fullmatch(lines[index].strip())):
            return
        yield lines[index]


def _card(lines: Sequence[str], at: int) -> _Card:
    match = _CARD.fullmatch(lines[at].strip())
    kind = match["kind"].lower() if match else ""
    text, _, answer = (match["text"] if match else "").partition(" :: ")
    card = _Card(at + 1, [(text.strip(), at + 1)], refused=_REASONS.get(kind.split()[0].removesuffix("ing"), ""), last=at + 1)
    if answer.strip():
        card.answers += [("", at + 1), (answer.strip(), at + 1)]
    for index, line in enumerate(_chunk(lines, at), at):
        card.last = index + 1
        if index == at:
            continue
        if line.strip() in _SEPARATORS and not card.answers:
            card.answers.append(("", index + 1))
        elif card.answers:
            card.answers.append((line.strip(), index + 1))
        else:
            _add(card, line.strip(), index + 1)
    return card


def _write(found: NativeLines, card: _Card) -> None:
    """Write a question natively, or list it with the reason why it cannot be asked."""
    said = [text.strip() for text, _ in card.answers if text.strip()]
    truth = said[0].lower().strip("*_. ") if len(said) == 1 else ""
    reason = card.refused
    if not card.options and not reason and truth not in {"true", "false"}:
        blank = any("__" in text for text, _ in card.prompt)
        reason = _REASONS["fill" if blank else "short"]
    prompt = "\n".join(text for text, _ in card.prompt)
    if reason:
        found.refuse(prompt, card.place, reason)
        return
    right = _letters(said)
    found.head(prompt, card.place, "multi" if len(right) > 1 else "")
    if not card.options:
        (_, first), (_, second) = card.answers[0], card.answers[-1]
        found.option("True", first, right=truth == "true")
        found.option("False", second, right=truth == "false")
    texts = {" ".join(text.lower().split()) for text in said}
    for letter, text, place in card.options:
        found.option(text, place, right=letter in right or (not right and " ".join(text.lower().split()) in texts))


def _letters(answers: Sequence[str]) -> set[str]:
    """Return the letters that answers begin with: "a) Oxygen", "b)", "a, c"."""
    found = set()
    for answer in answers:
        if match := _OPTION.fullmatch(answer):
            found.add(match["letter"].lower())
        elif re.fullmatch(r"[A-Za-z](?:\s*,\s*[A-Za-z]){0,25}", answer):
            found |= {letter.lower() for letter in re.findall(r"[A-Za-z]", answer)}
    return found


def read_fenced(lines: Sequence[str]) -> NativeLines | None:
    """Read a fenced `quiz` block: "-- A" above each option, "-- Answer A,C"; the paragraph above it is the prompt."""
    openers = [at for at, line in enumerate(lines) if _FENCE.fullmatch(line)]
    if not openers:
        return None
    found = NativeLines()
    after = 0
    for at in openers:
        if at < after:
            continue
        end = next((end for end in range(at + 1, len(lines)) if lines[end].strip() == lines[at].strip()[:3]), len(lines))
        _add_fenced(found, lines, at, end, after)
        after = end + 1
    return found


def _add_fenced(found: NativeLines, lines: Sequence[str], at: int, end: int, after: int) -> None:
    last = next((index for index in range(at - 1, after - 1, -1) if lines[index].strip()), None)
    start = last
    while start is not None and start > after and lines[start - 1].strip():
        start -= 1
    prompt = [] if start is None or last is None else [lines[index].lstrip("# ") for index in range(start, last + 1)]
    place = at + 1 if start is None else start + 1
    said = [match for line in lines[at + 1 : end] if (match := _SAID.fullmatch(line.strip()))]
    right = set(re.findall(r"\w+", said[0]["text"].lower())) if said else set()
    if said and not right:
        right = set(re.findall(r"\w+", lines[end - 1].lower()))
    found.block(place, min(end + 1, len(lines)))
    found.head("\n".join(prompt), place, "multi" if len(right) > 1 else "")
    for index in range(at + 1, end):
        line = lines[index].strip()
        if _SAID.fullmatch(line):
            return
        if choice := _CHOICE.fullmatch(line):
            found.option(choice["text"] or "", index + 1, right=choice["letter"].lower() in right)
        elif line:
            found.inside(line, index + 1)
