"""Questions whose parts others write differently, put into the lines that note takers write: as many, and in the same places.

Options in a code fence, and sections of feedback that say of each letter whether it is right.
"""

import re
from collections.abc import Sequence

from quizzes.formats.lines import find_fences
from quizzes.formats.pasted_words import answer_in

_FENCE = re.compile(r"[ \t]*(?:`{3,}|~{3,})[ \t]*(?:text|txt|plain|plaintext|md|markdown)?[ \t]*", re.IGNORECASE)
_OPTION = re.compile(r"[ \t]*(?:[-*+][ \t]+)?[*_]{0,2}\(?(?P<letter>[A-Ja-j])[.)][*_]{0,2}[ \t]*\S.*")
_FEEDBACK = re.compile(r"[ \t]*(?:#{1,6}[ \t]+)?[*_]{0,2}Feedback:?[*_]{0,2}:?[ \t]*", re.IGNORECASE)
_VERDICT = re.compile(
    r"[ \t]*(?:[-*+][ \t]+)?[*_]{0,2}(?P<letter>[A-J])(?:[.):]|(?=[ \t]+\())[*_]{0,2}[ \t]+"
    r"(?:[(\[](?P<named>(?:in)?correct)(?:[ \t]+answer)?[)\]].*|is[ \t]+(?P<wrong>not[ \t]+|in)?correct\b.*)",
    re.IGNORECASE,
)
_LEAST = 2  # options
_MOST = 30  # lines of feedback
_MOST_ABOVE = 12  # lines of a prompt in a fence


def unfold(lines: Sequence[str]) -> Sequence[str]:
    """Return as many lines, with the options of code fences taken out of them and feedback that says what is right as answers."""
    return _without_feedback(_without_fences(lines))


def _without_fences(lines: Sequence[str]) -> Sequence[str]:
    fences = find_fences(lines)
    if not fences.openers:
        return lines
    found = list(lines)
    for start in fences.openers:
        stop = start + 1
        while stop in fences.verbatim and stop not in fences.openers:
            stop += 1
        if _FENCE.fullmatch(lines[start]) and _holds_options(lines[start + 1 : stop - 1]):
            found[start] = found[stop - 1] = ""
    return found


def _holds_options(inside: Sequence[str]) -> bool:
    """Tell whether lines are options from A on, and perhaps the answer below them; with the answer the prompt may be above."""
    shown = [line for line in inside if line.strip()]
    letters = [match["letter"].upper() if (match := _OPTION.fullmatch(line)) else "" for line in shown]
    first = letters.index("A") if "A" in letters else len(letters)
    run = next((at for at in range(first, len(letters)) if letters[at] != chr(ord("A") + at - first)), len(letters))
    below = shown[run:]
    answered = bool(below) and bool(answer_in(below[0].strip("*_ \t").replace("**", "")))
    if run - first < _LEAST or first > _MOST_ABOVE:
        return False
    return answered or (first == 0 and not below)


def _without_feedback(lines: Sequence[str]) -> Sequence[str]:
    places = [at for at, line in enumerate(lines) if "eedback" in line[:40] and _FEEDBACK.fullmatch(line)]
    if not places:
        return lines
    found = list(lines)
    for place, following in zip(places, [*places[1:], len(lines)], strict=True):
        verdicts = {
            at: match
            for at in range(place + 1, min(following, place + _MOST, len(lines)))
            if (match := _VERDICT.fullmatch(lines[at]))
        }
        right = [at for at, match in verdicts.items() if _is_right(match)]
        if right:
            found[place] = "Answer: " + ", ".join(dict.fromkeys(verdicts[at]["letter"].upper() for at in right))
            for at in verdicts:
                found[at] = f"Explanation: {lines[at].strip()}"
    return found


def _is_right(match: re.Match[str]) -> bool:
    return match["named"].lower() == "correct" if match["named"] else not match["wrong"]
