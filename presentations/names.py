"""Whom a typed name means. Pure."""

import unicodedata
from collections.abc import Sequence


def plain(name: str) -> str:
    """Return a name as it is compared: without accents, case and extra spaces."""
    letters = unicodedata.normalize("NFKD", name)
    return " ".join("".join(one for one in letters if not unicodedata.combining(one)).casefold().split())


def matches(typed: str, names: Sequence[str]) -> list[int]:
    """Return the indexes of the `names` that `typed` may mean.

    The same name wins over everything; otherwise each typed word must begin a word of the name, in any order
    ("whit jo" finds Jonah Whitfield). Nothing typed means nobody.
    """
    wanted = plain(typed)
    if not wanted:
        return []
    same = [index for index, name in enumerate(names) if plain(name) == wanted]
    if same:
        return same
    return [index for index, name in enumerate(names) if _begins(wanted.split(), plain(name).replace("-", " ").split())]


def _begins(typed: list[str], words: list[str]) -> bool:
    return all(any(word.startswith(part) for word in words) for part in typed)
