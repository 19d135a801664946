"""The relatives of the native format: other Markdown with boxes, read by putting it into native lines first."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from quizzes.formats.lines import find_fences, split_lines
from quizzes.formats.model import Message, ParsedQuiz, in_order
from quizzes.formats.native_kinds import name_orderings
from quizzes.formats.relative_blocks import read_admonitions, read_cube, read_learn, read_masteryls, read_tags
from quizzes.formats.relative_lines import NativeLines
from quizzes.formats.relative_lists import read_mdquiz, read_typed
from quizzes.formats.relative_obsidian import read_callouts, read_cards, read_fenced
from quizzes.formats.relative_quizdown import WRAPPED, read_quizdown

_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class _Relative:
    """How a relative is called and read. Every text in it has the `hint` (in lower case) somewhere.

    No other text has a line like its `sign` outside of code, None if one may.
    """

    name: str
    hint: str
    read: Callable[[Sequence[str]], NativeLines | None]
    sign: re.Pattern[str] | None = None


_RELATIVES = (
    _Relative("learn.co blocks", "?:", read_learn, re.compile(r"\?:.*")),
    _Relative("Masteryls blocks", "masteryls", read_masteryls, re.compile(r"[ \t]*(?:`{3,}|~{3,})[ \t]*masteryls\b.*")),
    _Relative("Obsidian callouts", "[!question]", read_callouts, re.compile(r">\s*\[!question\].*", re.IGNORECASE)),
    _Relative("Obsidian quiz blocks", "quiz", read_fenced, re.compile(r"[ \t]*(?:`{3,}|~{3,})[ \t]*quiz[ \t]*")),
    _Relative("headings q:{…}", "q:{", read_cube, re.compile(r" {0,3}#{1,6}[ \t]+q:\{.*\}[ \t]*")),
    _Relative("exercise admonitions", "!!!", read_admonitions, re.compile(r"!!![ \t]+exercise\b.*")),
    _Relative("<quiz> blocks", "<quiz", read_tags, re.compile(r"[ \t]*<quiz\b[^>]*>[ \t]*", re.IGNORECASE)),
    _Relative("quizdown in a block", "quizdown", read_quizdown, WRAPPED),
    _Relative("cards for spaced repetition", ":", read_cards),
    _Relative("typed questions", "type", read_typed),
    _Relative("an mdquiz file", "question:", read_mdquiz),
    _Relative("quizdown", "[", read_quizdown),
)


def read_relative(text: str, filename: str = "quiz.md", *, signed: bool) -> tuple[ParsedQuiz, str] | None:
    """Return the quiz in a relative of the native format and what that is called; None if the text is in none of them.

    `signed` asks for those only that no native text can be taken for.
    """
    lowered = text.lower()
    candidates = [relative for relative in _RELATIVES if signed is (relative.sign is not None) and relative.hint in lowered]
    if not candidates:
        return None
    lines = split_lines(text.removeprefix("\ufeff"))
    fences = find_fences(lines)
    shown = [line for at, line in enumerate(lines) if at not in fences.verbatim or at in fences.openers]
    for relative in candidates:
        if relative.sign and not any(relative.sign.fullmatch(line) for line in shown):
            continue
        found = relative.read(lines)
        quiz = name_orderings(found.read(filename)) if found is not None and found.lines else None
        if (
            found is not None
            and quiz is not None
            and (quiz.questions or any(message.code == "E208" for message in quiz.messages))
        ):
            return _with_page(quiz, lines, found), relative.name
    return None


def _with_page(quiz: ParsedQuiz, lines: Sequence[str], found: NativeLines) -> ParsedQuiz:
    """Keep the text of the page around the blocks, as an import keeps that around a pasted review, and say which lines."""
    stretches = found.left_out(lines)
    if not stretches:
        return quiz
    last = max(end for _, end in found.blocks)
    front = _front_matter(lines)
    kept = [(max(first, front + 1), end) for first, end in stretches if end > front]
    above = "\n\n".join("\n".join(lines[first - 1 : end]) for first, end in kept if end < last)
    below = "\n".join("\n".join(lines[first - 1 : end]) for first, end in kept if end > last)
    where = ", ".join(str(first) if first == end else f"{first}\u2013{end}" for first, end in stretches[:_MOST_NAMED])
    more = ", …" if len(stretches) > _MOST_NAMED else ""
    lost = "an import keeps them as a page" if kept else "they are left out"
    text = f"text of the page around the questions is no part of the quiz: lines {where}{more} — {lost}"
    messages = in_order([*quiz.messages, Message(stretches[0][0], "I404", text)])
    return replace(quiz, notes=above.strip("\n"), rest=below.strip("\n"), messages=messages)


def _front_matter(lines: Sequence[str]) -> int:
    """Return the last line of front matter, which is about the page and no text of it; 0 if there is none."""
    if lines[0].strip() != "---":
        return 0
    return next((at for at in range(2, len(lines) + 1) if lines[at - 1].strip() == "---"), 0)
