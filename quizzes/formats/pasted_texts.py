"""Which option has the text that an answer repeats: what differs in a sign or a digit is another option."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 4000
_MOST_PARTS = 10
_SHORTEST = 3  # letters of an answer that the text of an option begins with
_EMPHASIS = re.compile(r"\*\*|(?<!\w)[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?!\w)|`")
_DASHES = re.compile(r"[\u2013\u2014]")
_ESCAPE = re.compile(r"\\(?=[^\w\s])")
_AROUND = ".,;:!?\"'\u201c\u201d\u2018\u2019\u00ab\u00bb\u3002\uff0c"
_WORDS = re.compile(r"\w+")
_SIGNS = re.compile(r"[+#<>=$@%^|~&\u2212\u2264\u2265\u2260]|[-/.,](?=\d)|(?<![\w.])[-.](?=\w)")
_BETWEEN = re.compile(
    r"[,;\u3001\uff0c] ?(?:(?:and|und|et|y|e) )?| (?:and|und|et|y|en|og|och|oraz|ve|\u0438|\u0442\u0430) | & ", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Choice:
    """An option as an answer may name it: `numbered` tells that a number stands before it."""

    text: str
    letter: str = ""
    numbered: bool = False


class Texts:
    """The texts of a question's options, to be found by what an answer repeats of them."""

    def __init__(self, choices: Sequence[Choice]) -> None:
        self._levels: list[dict[str, set[int]]] = []
        for at, choice in enumerate(choices):
            for level, key in enumerate(_keys(choice.text)):
                if level == len(self._levels):
                    self._levels.append({})
                self._levels[level].setdefault(key, set()).add(at)
        self._tokens = [_tokens(choice.text) for choice in choices]

    def find(self, text: str) -> set[int]:
        """Return the options with a text: more than one only if nothing tells them apart."""
        for key, known in zip(_keys(text), self._levels, strict=False):
            if key and key in known:
                return known[key]
        return set()

    def find_each(self, text: str) -> set[int] | None:
        """Take "Sand, Stone and Clay" for three options if each part is the text of one."""
        parts = [part for part in _BETWEEN.split(" ".join(text.rstrip(".").split())) if part.strip()]
        if not 1 < len(parts) <= _MOST_PARTS:
            return None
        places = [self.find(part) for part in parts]
        return {at for found in places for at in found} if all(len(found) == 1 for found in places) else None

    def begin(self, text: str) -> set[int]:
        """Return the options that the text begins with, or that begin with the text."""
        wanted = _tokens(text)
        if len(wanted) < _SHORTEST:
            return set()
        return {
            at
            for at, own in enumerate(self._tokens)
            if own and (f"{wanted} ".startswith(f"{own} ") or f"{own} ".startswith(f"{wanted} "))
        }

    def behind(self, text: str, place: int) -> str:
        """Return what a text says behind that of an option which it begins with, folded."""
        return _tokens(text).removeprefix(self._tokens[place]).strip()

    def is_longer(self, text: str, places: set[int]) -> bool:
        """Tell whether a text says more than the options."""
        return len(_tokens(text)) > max(len(self._tokens[at]) for at in places)


def _keys(text: str) -> tuple[str, str, str, str]:
    """Return what to compare a text by, the strictest first. In the last only the words and signs count."""
    text = " ".join(text[:LONGEST].split())
    bare = _ESCAPE.sub("", _EMPHASIS.sub("", text))
    folded = bare.casefold()
    words = " ".join(_WORDS.findall(folded))
    return text, bare.rstrip(".;, "), _tokens(text), f"{words} {''.join(_SIGNS.findall(folded))}" if words else ""


def _tokens(text: str) -> str:
    bare = _ESCAPE.sub("", _EMPHASIS.sub("", text[:LONGEST]))
    spaced = _DASHES.sub(" - ", bare.casefold()).split()
    # A point before a word or a digit is part of it: ".5", ".py".
    kept = [token.rstrip(_AROUND).lstrip(_AROUND.replace(".", "")) for token in spaced]
    return " ".join(token or whole for token, whole in zip(kept, spaced, strict=True))
