"""How two short texts differ, word by word. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

MOST_WORDS = 2000  # beyond this a text is shown as replaced: comparing takes the square of its length
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


class Fate(StrEnum):
    """What became of a piece of text from the older version to the newer one."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    fate: Fate
    text: str


def words(old: str, new: str) -> tuple[Piece, ...]:
    """Return the pieces that two texts are made of: same, gone, new. Joining the same and new ones gives `new`."""
    a, b = _WORDS.findall(old), _WORDS.findall(new)
    if max(len(a), len(b)) > MOST_WORDS:
        return tuple(piece for piece in (Piece(Fate.GONE, old), Piece(Fate.NEW, new)) if piece.text)
    pieces: list[Piece] = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(Fate.SAME, "".join(a[a1:a2])))
            continue
        pieces += [Piece(fate, text) for fate, text in ((Fate.GONE, "".join(a[a1:a2])), (Fate.NEW, "".join(b[b1:b2]))) if text]
    return _without_crumbs(pieces)


def _without_crumbs(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Join what is changed on both sides of a mere space: three words replaced are read more easily than one by one."""
    found: list[Piece] = []
    gone = new = ""
    for at, piece in enumerate(pieces):
        crumb = not piece.text.strip() and 0 < at < len(pieces) - 1
        if piece.fate is Fate.SAME and not crumb:
            found += [*_changed(gone, new), piece]
            gone = new = ""
        else:
            gone += piece.text if piece.fate is not Fate.NEW else ""
            new += piece.text if piece.fate is not Fate.GONE else ""
    return (*found, *_changed(gone, new))


def _changed(gone: str, new: str) -> Iterator[Piece]:
    if gone.strip():
        yield Piece(Fate.GONE, gone)
    if new:
        yield Piece(Fate.NEW if new.strip() else Fate.SAME, new)
