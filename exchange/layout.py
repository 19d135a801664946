"""Which file of a course folder is what, and where a thing of the course is written (formats.md 3.1). Pure."""

import re
import unicodedata
from collections.abc import Collection
from datetime import date
from pathlib import PurePosixPath

from exchange.enums import FileKind

COURSE_FILE = "course.yaml"
SCHEDULE_FILE = "presentations.md"
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
MARKDOWN = (".md", ".markdown")
# Of a repository, not of a course.
_SKIPPED = frozenset({".git", ".github", ".vscode", ".idea", "node_modules", "__pycache__", ".ipynb_checkpoints", "__MACOSX"})
_FOLDERS = {
    "weeks": FileKind.WEEK,
    "modules": FileKind.WEEK,
    "quizzes": FileKind.QUIZ,
    "announcements": FileKind.ANNOUNCEMENT,
    "assignments": FileKind.PAGE,
    "pages": FileKind.PAGE,
}


def kind_of(path: str) -> FileKind | None:
    """Return what the file at `path` (relative, with slashes) is; None for what is no part of a course."""
    parts = PurePosixPath(path).parts
    if is_skipped(path):
        return None
    if path in {COURSE_FILE, SCHEDULE_FILE}:
        return FileKind.COURSE if path == COURSE_FILE else FileKind.SCHEDULE
    ending = PurePosixPath(path).suffix.lower()
    if ending in PICTURES:
        return FileKind.PICTURE
    if ending in MARKDOWN and (len(parts) == 1 or (len(parts) == 2 and parts[0] in _FOLDERS)):
        return _FOLDERS[parts[0]] if len(parts) == 2 else FileKind.PAGE
    return FileKind.ASSET if parts[0] == "assets" else None


def is_skipped(path: str) -> bool:
    """Whether a file is a repository's and never a course's, even if a text links to it."""
    return any(part in _SKIPPED or part.startswith(".") for part in PurePosixPath(path).parts)


def slug(words: str) -> str:
    """Return words as a part of a file name: small letters of the English alphabet, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", words.replace("’", "").replace("'", "")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")


def week_path(number: int | None, title: str, filename: str) -> str:
    """Return where a week is written: under the name that it came with, else as "weeks/05-models.md"."""
    if re.fullmatch(r"[A-Za-z0-9][\w.-]{0,80}\.md", filename, re.ASCII):
        return f"weeks/{filename}"
    return f"weeks/{'-'.join(part for part in (f'{number:02d}' if number is not None else '', slug(title)) if part)}.md"


def quiz_path(name: str) -> str:
    return f"quizzes/{slug(name) or 'quiz'}.md"


def page_path(name: str) -> str:
    """Return where a page is written: a syllabus beside course.yaml, as people look for it there, others in pages/."""
    own = slug(name) or "page"
    return f"{own}.md" if own == "syllabus" else f"pages/{own}.md"


def announcement_path(day: date | None, title: str) -> str:
    return f"announcements/{f'{day:%Y-%m-%d}-' if day else ''}{slug(title) or 'announcement'}.md"


def free_path(path: str, taken: Collection[str]) -> str:
    """Return `path`, or with a number where it is taken. Names that differ in case alone are one, as on many disks."""
    there = {one.casefold() for one in taken}
    if path.casefold() not in there:
        return path
    stem, dot, ending = path.rpartition(".")
    return next(
        found for number in range(2, len(there) + 3) if (found := f"{stem}-{number}{dot}{ending}").casefold() not in there
    )
