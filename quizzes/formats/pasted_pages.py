"""Result pages of Moodle and Canvas, copied out of a browser, put into the lines that note takers write.

Every line keeps its place, so that what is found can be shown beside the text.
"""

import re
from collections.abc import Iterator, Sequence

from quizzes.formats.pasted_cut import asks

_QUESTION = re.compile(r"Question\s+\d{1,3}\.?")
_SELECT = re.compile(r"Select one(?: or more)?:?")
_MOODLE = re.compile(r"Flag question|Question text|Mark(?:ed)?\s+(?:[\d.,]+\s+)?out of\s+[\d.,]+|Not flagged|Answer saved")
_STATUS = re.compile(r"(?:Correct|Incorrect|Partially correct|Complete|Not answered)")
_SAID = re.compile(r"Your answer is (?:partially )?(?:in)?correct\.")
_KEY = re.compile(r"The correct answers? (?:is|are)\b.*|Feedback|Question \d{1,3}")
_GLYPH = re.compile(r"\s+(?:Correct|Incorrect)$")
_LETTER = re.compile(r"[a-j][.)]\s")
_CANVAS = re.compile(r"(?:[\d.]+\s*/\s*)?[\d.]+\s*pts")
_LABELS = {"Correct!": "correct", "Correct Answer": "correct", "Correct Answers": "correct", "You Answered": "incorrect"}


def put_plainly(lines: Sequence[str]) -> Sequence[str]:
    """Return as many lines, those of a result page as lists with what is right; other texts as they are."""
    shown = [line.strip() for line in lines]
    if any(_SELECT.fullmatch(line) for line in shown) and any(_MOODLE.fullmatch(line) for line in shown):
        return list(_moodle(shown))
    if any(line in _LABELS for line in shown) and any(_CANVAS.fullmatch(line) for line in shown):
        return _canvas(lines, shown)
    return lines


def _moodle(lines: Sequence[str]) -> Iterator[str]:
    selecting = False
    above = ""
    for line in lines:
        selecting = selecting and not _KEY.fullmatch(line) and not _SAID.fullmatch(line)
        if _MOODLE.fullmatch(line) or _SAID.fullmatch(line) or (_STATUS.fullmatch(line) and _QUESTION.fullmatch(above)):
            yield ""
        elif line == "Feedback":
            yield "Explanation:"
        elif selecting and line:
            text = _GLYPH.sub("", line)
            yield text if _LETTER.match(text) else f"- {text}"
        else:
            yield line
        selecting = selecting or bool(_SELECT.fullmatch(line))
        above = line or above


def _canvas(lines: Sequence[str], shown: Sequence[str]) -> list[str]:
    found = list(shown)
    heads = [at for at, line in enumerate(shown) if _QUESTION.fullmatch(line)]
    for start, stop in zip(heads, [*heads[1:], len(shown)], strict=False):
        body = [at for at in range(start + 1, stop) if shown[at] and not _CANVAS.fullmatch(shown[at])]
        for at in range(start + 1, stop):
            found[at] = "" if shown[at] in _LABELS or _CANVAS.fullmatch(shown[at]) else shown[at]
        label = ""
        for at in _below_prompt(lines, shown, body):
            if shown[at] not in _LABELS:
                found[at] = f"- {shown[at]}" + (f" ({label})" if label else "")
            label = _LABELS.get(shown[at], "")
    return found


def _below_prompt(lines: Sequence[str], shown: Sequence[str], body: Sequence[int]) -> Sequence[int]:
    """Return the places of the options and labels of a question: what is set in, or what stands below the line that asks."""
    texts = [at for at in body if shown[at] not in _LABELS]
    if len(texts) < 2:
        return ()
    margin = len(lines[texts[0]]) - len(lines[texts[0]].lstrip())
    inside = [at for at in texts if len(lines[at]) - len(lines[at].lstrip()) > margin]
    label = next((place for place, at in enumerate(body) if shown[at] in _LABELS), len(body))
    first = body.index(inside[0]) if len(inside) > 1 else _after_asking(shown, body, label)
    return body[min(first, label) :]


def _after_asking(shown: Sequence[str], body: Sequence[int], label: int) -> int:
    asking = [place for place in range(label) if asks(shown[body[place]])]
    return asking[-1] + 1 if asking else 1
