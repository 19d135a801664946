"""How a folder and the files that a course would write differ. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from enum import StrEnum

MOST_LINES = 400


class Difference(StrEnum):
    """What an export would do with a file of the folder."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    ONLY_THERE = "only in the folder"


@dataclass(frozen=True, slots=True)
class FileDifference:
    """One path: what the folder has, what the course would write."""

    path: str
    what: Difference
    folder: bytes = b""
    course: bytes = b""

    def lines(self) -> Iterator[str]:
        """Return a unified diff, folder to course; one line for what is no text."""
        if self.what is Difference.SAME:
            return
        try:
            before, after = (text.decode("utf-8").splitlines() for text in (self.folder, self.course))
        except UnicodeDecodeError:
            yield f"{self.path}: {len(self.folder)} bytes in the folder, {len(self.course)} in the course"
            return
        old = "/dev/null" if self.what is Difference.NEW else f"folder/{self.path}"
        found = list(unified_diff(before, after, old, f"course/{self.path}", lineterm=""))
        yield from found[:MOST_LINES]
        if len(found) > MOST_LINES:
            yield f"… {len(found) - MOST_LINES} more lines"
        if not found:
            yield f"{self.path}: only line ends or the end of the file differ"


def differences(folder: Mapping[str, bytes], course: Mapping[str, bytes]) -> list[FileDifference]:
    """Return one entry for each path of either, sorted."""
    return [_difference(path, folder, course) for path in sorted({*folder, *course})]


def _difference(path: str, folder: Mapping[str, bytes], course: Mapping[str, bytes]) -> FileDifference:
    if path not in course:
        return FileDifference(path, Difference.ONLY_THERE, folder[path])
    if path not in folder:
        return FileDifference(path, Difference.NEW, b"", course[path])
    what = Difference.SAME if folder[path] == course[path] else Difference.CHANGED
    return FileDifference(path, what, folder[path], course[path])
