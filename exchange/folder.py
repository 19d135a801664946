"""A course folder in memory: read from a directory or a zip archive, with limits, and written to either. No queries.

Nothing outside of the folder is ever read or written: links are refused, and every name is looked at before it is used.
"""

import io
import lzma
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

from course.page_checks import linked_paths
from exchange.layout import COURSE_FILE, MARKDOWN, is_skipped, kind_of
from exchange.notes import Note

MAX_FILES = 2_000
MAX_FILE = 5_000_000
MAX_ALL = 60_000_000
MAX_ARCHIVE = 25_000_000
MAX_PATH = 300
MAX_ENTRIES = 20_000
"""Bytes of one file, of all, of an archive; characters of a path; files and folders that are looked at, used or not."""
_ENCRYPTED = 0x1
_FORBIDDEN = frozenset('\\:*?"<>|')


class FolderRefusedError(ValueError):
    """The folder or archive is not read at all; the text says why and what to do."""


# What the standard library raises for archives that are cut, forged, locked, damaged, or packed in ways it does not know
# (RuntimeError: a password, or a method of packing that is not built in; IndexError: an entry without a name).
UNREADABLE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    OverflowError,
)


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of a course folder by path, what was refused of it, and the names of what is no part of a course."""

    files: Mapping[str, bytes]
    refused: Mapping[str, Note] = field(default_factory=dict)
    left_alone: tuple[str, ...] = ()


class _Reading:
    """Files as they come in, with the limits that hold for all of them together."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.refused: dict[str, Note] = {}
        self.left_alone: list[str] = []
        self._names: dict[str, str] = {}
        self._bytes = 0
        self._entries = 0

    def counts(self) -> None:
        self._entries += 1
        if self._entries > MAX_ENTRIES:
            raise FolderRefusedError(f"E222 more than {MAX_ENTRIES} files and folders — choose the folder of the course itself")

    def wants(self, path: str) -> bool:
        """Whether the file at `path` belongs to a course and can be read; tells why not."""
        if kind_of(path) is None and not _leads_out(path):
            self.left_alone.append(path)
            return False
        return self._fits(path)

    def linked(self) -> list[str]:
        """Return which of the files left alone so far some text links to: they are files of the course wherever they lie.

        To be called when all others are read. They are left alone no more.
        """
        texts = {path: content for path, content in self.files.items() if path.endswith(MARKDOWN)}
        named = {one for path, content in texts.items() for one in linked_paths(content, path)}
        found = [path for path in self.left_alone if path in named and not is_skipped(path)]
        self.left_alone = [path for path in self.left_alone if path not in named or is_skipped(path)]
        return [path for path in found if self._fits(path)]

    def _fits(self, path: str) -> bool:
        if problem := name_problem(path):
            self.refuse(path, "E220", problem)
            return False
        if (other := self._names.setdefault(path.casefold(), path)) != path or path in self.files:
            self.refuse(path, "E220", f"there is “{other}” too, which is the same file on many disks — rename one of them")
            return False
        if len(self.files) >= MAX_FILES:
            raise FolderRefusedError(f"E222 more than {MAX_FILES} files of a course — take away what is no part of it")
        return True

    def take(self, path: str, content: bytes) -> None:
        """Keep a file's content, which was read up to one byte over the limit."""
        self._bytes += len(content)
        if self._bytes > MAX_ALL:
            raise FolderRefusedError(
                f"E222 more than {MAX_ALL // 1_000_000} MB together — take away what is no part of the course"
            )
        if len(content) > MAX_FILE:
            self.refuse(path, "E222", f"larger than {MAX_FILE // 1_000_000} MB — make it smaller, or link to it")
        else:
            self.files[path] = content

    def refuse(self, path: str, code: str, text: str) -> None:
        self.refused[path] = Note(None, code, text)

    def folder(self) -> Folder:
        return Folder(self.files, self.refused, tuple(sorted(self.left_alone)))


def name_problem(path: str) -> str | None:
    """Return why `path` cannot be the name of a file of the folder, or None if it can."""
    parts = path.split("/")
    if _leads_out(path) or "" in parts or "." in parts:
        return "the name leads out of the folder — give the file a plain name"
    if len(path) > MAX_PATH:
        return f"the name is longer than {MAX_PATH} characters — shorten it"
    if any(not one.isprintable() or one in _FORBIDDEN for one in path) or any(part != part.strip() for part in parts):
        return "the name has characters that not every disk takes — rename the file"
    return None


def _leads_out(path: str) -> bool:
    return path.startswith("/") or ".." in path.split("/")


def read_directory(root: Path) -> Folder:
    """Read the files of a course in the directory `root`. Links are not followed, hidden folders not looked into.

    Raises FolderRefusedError for what is no directory and for more than the limits, OSError for what cannot be read.
    """
    if not root.is_dir():
        raise FolderRefusedError(f"E222 {root} is not a folder — name the folder that {COURSE_FILE} lies in")
    found = _Reading()
    for place, inside in _walk(root, found):
        if place.is_symlink():
            if kind_of(inside) is not None:
                found.refuse(inside, "E221", "a link to another file is not followed — put the file itself there")
        elif stat.S_ISREG(place.stat().st_mode) and found.wants(inside):
            _take_file(found, place, inside)
    for inside in found.linked():
        _take_file(found, root / inside, inside)
    return found.folder()


def _take_file(found: _Reading, place: Path, inside: str) -> None:
    with place.open("rb") as stream:
        found.take(inside, stream.read(MAX_FILE + 1))


def _walk(root: Path, found: _Reading) -> Iterator[tuple[Path, str]]:
    for here, folders, names in os.walk(root):
        place = Path(here)
        folders[:] = sorted(one for one in folders if not one.startswith(".") and not (place / one).is_symlink())
        for name in sorted(names):
            found.counts()
            if not name.startswith("."):
                yield place / name, (place / name).relative_to(root).as_posix()


def read_archive(content: bytes) -> Folder:
    """Read the files of a course in a zip archive, as `read_directory` does. A single folder around all of it is taken off.

    Each file is unpacked up to its limit only, whatever the archive says of its size. Raises FolderRefusedError.
    """
    if len(content) > MAX_ARCHIVE:
        raise FolderRefusedError(f"E222 the archive is larger than {MAX_ARCHIVE // 1_000_000} MB — take pictures out of it")
    with _damage_refused():
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    with archive:
        return _unpacked(archive, entries)


@contextmanager
def _damage_refused() -> Iterator[None]:
    try:
        yield
    except UNREADABLE as error:
        raise FolderRefusedError("E222 this is no zip archive that can be read — pack the folder again as .zip") from error


def _unpacked(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Folder:
    found = _Reading()
    outer = _outer([entry.filename for entry in entries])
    for entry in entries:
        found.counts()
        path = entry.filename.removeprefix(outer)
        if stat.S_ISLNK(entry.external_attr >> 16):
            if kind_of(path) is not None:
                found.refuse(path, "E221", "a link to another file is not followed — put the file itself there")
        elif entry.flag_bits & _ENCRYPTED:
            raise FolderRefusedError("E222 the archive has a password — pack it without one")
        elif found.wants(path):
            _take_entry(found, archive, entry, path)
    by_path = {entry.filename.removeprefix(outer): entry for entry in entries}
    for path in found.linked():
        _take_entry(found, archive, by_path[path], path)
    return found.folder()


def _take_entry(found: _Reading, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: str) -> None:
    with _damage_refused(), archive.open(entry) as stream:
        content = stream.read(MAX_FILE + 1)
    found.take(path, content)


def _outer(names: Iterable[str]) -> str:
    """Return the one folder that everything lies in ("hum240-main/"), as archives of repositories have it."""
    names = [name for name in names if not name.startswith("__MACOSX/")]
    tops = {PurePosixPath(name).parts[:1] for name in names if name}
    if COURSE_FILE in names or len(tops) != 1 or not all("/" in name for name in names):
        return ""
    top = names[0].split("/", 1)[0]
    known = kind_of(f"{top}/x.md") is not None
    return "" if known or top in {"", ".", ".."} else f"{top}/"


def write_archive(files: Mapping[str, bytes], *, at: datetime, folder: str) -> bytes:
    """Return a zip archive of the files inside one folder; the same files at the same time give the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{folder}/{path}", date_time=(at.year, at.month, at.day, at.hour, at.minute, at.second))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return target.getvalue()


def write_directory(root: Path, files: Mapping[str, bytes]) -> None:
    """Write the files under `root`, which is made if need be; other files there stay.

    Raises FolderRefusedError where a link would lead a file out of the folder; then nothing is written.
    """
    for path in files:
        if name_problem(path):
            raise FolderRefusedError(f"E220 “{path}”: {name_problem(path)}")
        for place in (root / path, *(root / path).parents):
            if place == root:
                break
            if place.is_symlink():
                raise FolderRefusedError(f"E221 {place} is a link — put a real folder or file there")
    for path, content in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
