"""The saving rule, pure: what a save request says, what becomes of it, and the digest chain (quizzes.md section 4)."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

MAX_ID = 36
MAX_COUNTER = 2**31 - 1
MAX_OPTIONS = 1000
# By how many seconds a page's clock may be off before it is set anew: the way there and back, and rounding.
CLOCK_TOLERANCE = 3


class BadSave(ValueError):  # noqa: N818 - it is a bad save, and says so in its text
    """The request cannot be understood; the text says what is wrong with it."""


class Posted(Protocol):
    """What Django's QueryDict offers."""

    def get(self, key: str, default: str, /) -> object: ...

    def getlist(self, key: str, /) -> Sequence[object]: ...


@dataclass(frozen=True, slots=True)
class SaveRequest:
    """The whole answer of one question as one tab sent it. `chosen` are public option ids, sorted, each once; `counter`
    counts in that tab; `base` is the last save number of this question that the tab has seen (0: none).
    """

    position: int
    chosen: tuple[str, ...]
    tab: str
    counter: int
    base: int
    request_id: str


class Verdict(Enum):
    """What becomes of a save that came in time."""

    STORE = auto()
    REPEAT = auto()
    CONFLICT = auto()


def read_save(posted: Posted) -> SaveRequest:
    """Return what a posted form says: fields `question`, `option` (any number), `none`, `tab`, `n`, `base`, `request_id`.

    `none` ("None of these is right") wins over any option. Raises BadSave for missing, oversized or non-numeric fields.
    """
    options = [] if posted.get("none", "") else posted.getlist("option")
    if len(options) > MAX_OPTIONS:
        raise BadSave(f"An answer cannot have {len(options)} options.")
    return SaveRequest(
        position=_number(posted, "question"),
        chosen=tuple(sorted({str(option) for option in options})),
        tab=_name(posted, "tab"),
        counter=_number(posted, "n"),
        base=_number(posted, "base"),
        request_id=_name(posted, "request_id"),
    )


def read_known(posted: Posted) -> dict[int, int]:
    """Return the save numbers that a submitting page knows of, by question: fields `known` as "3:14". Raises BadSave."""
    known: dict[int, int] = {}
    for entry in posted.getlist("known"):
        question, _, save = str(entry).partition(":")
        if not (_is_number(question) and _is_number(save)):
            raise BadSave(f"“{entry}” does not name a question and its save.")
        known[int(question)] = max(int(save), known.get(int(question), 0))
    return known


def knows_clock(asked: Posted, ends: int | None, left: int) -> bool:
    """Whether a page knows the time of its attempt: fields `ends` (seconds since 1970, "" for no end) and `left` (seconds).

    `ends` and `left` are what is true; `left` does not matter without an end.
    """
    if str(asked.get("ends", "")) != ("" if ends is None else str(ends)):
        return False
    shown = str(asked.get("left", ""))
    return ends is None or (_is_number(shown) and abs(int(shown) - left) <= CLOCK_TOLERANCE)


def decide(request: SaveRequest, *, replayed: bool, tab_counter: int | None, current: int, current_tab: str) -> Verdict:
    """Return what to do with a save.

    `replayed`: a save with this request id is stored already; `tab_counter`: the highest counter stored for this tab and
    question; `current` and `current_tab`: number and tab of the stored answer (0 and "" without one).
    """
    if replayed or (tab_counter is not None and request.counter <= tab_counter):
        return Verdict.REPEAT
    if request.tab != current_tab and request.base != current:
        return Verdict.CONFLICT
    return Verdict.STORE


def chain(previous: str, row: Mapping[str, object]) -> str:
    """Return the next digest of a log: SHA-256 over the digest before and this row in canonical JSON, in hex.

    `previous` is "" for the first row. Keys are sorted, no spaces, non-ASCII as it is, UTF-8.
    """
    text = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def short(digest: str) -> str:
    """Return the first eight figures of a digest in two groups, as people compare them."""
    return f"{digest[:4]} {digest[4:8]}".strip()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text) <= MAX_COUNTER if len(text) <= 10 else False


def _number(posted: Posted, field: str) -> int:
    text = str(posted.get(field, ""))
    if not _is_number(text):
        raise BadSave(f"“{field}” has to be a number.")
    return int(text)


def _name(posted: Posted, field: str) -> str:
    text = str(posted.get(field, ""))
    if not 0 < len(text) <= MAX_ID or not text.isprintable():
        raise BadSave(f"“{field}” has to be 1 to {MAX_ID} characters long.")
    return text
