"""The lines of a text with their own ends, so that some can be changed and all others stay letter for letter."""

import re
from collections.abc import Sequence

_NEWLINE = re.compile(r"\r\n|\n|\r")


class TextLines:
    """A text by lines, counted from 1 as in messages. New lines end as the first line of the text does."""

    def __init__(self, text: str) -> None:
        match = _NEWLINE.search(text)
        self.newline = match[0] if match else "\n"
        self.closed = not text or text.endswith(("\n", "\r"))
        self._lines = _with_ends(text if self.closed else text + self.newline)

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, number: int) -> str:
        """Return a line without its end."""
        return self._lines[number - 1].rstrip("\r\n")

    @property
    def text(self) -> str:
        """The whole text; it ends with a newline if it did before."""
        whole = "".join(self._lines)
        return whole if self.closed else whole.removesuffix(self.newline)

    def replace(self, first: int, last: int, new: Sequence[str]) -> None:
        """Put `new` lines in place of lines `first` to `last`; with `last` = `first` - 1 they are inserted before `first`."""
        self._lines[first - 1 : last] = [line + self.newline for line in new]

    def swap(self, first: tuple[int, int], second: tuple[int, int]) -> None:
        """Let two runs of lines, the upper one first, change places; what stands between them stays between them."""
        (a, b), (c, d) = first, second
        lines = self._lines
        self._lines = [*lines[: a - 1], *lines[c - 1 : d], *lines[b : c - 1], *lines[a - 1 : b], *lines[d:]]


def _with_ends(text: str) -> list[str]:
    ends = [match.end() for match in _NEWLINE.finditer(text)]
    return [text[start:end] for start, end in zip([0, *ends], [*ends, len(text)], strict=True) if start < end]
