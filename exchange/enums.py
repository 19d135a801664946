from django.db.models import TextChoices


class FileKind(TextChoices):
    """What a file of a course folder is (formats.md 3.1)."""

    COURSE = "course", "Course"
    WEEK = "week", "Week"
    QUIZ = "quiz", "Quiz"
    SCHEDULE = "schedule", "Presentations"
    ANNOUNCEMENT = "announcement", "Announcement"
    PAGE = "page", "Page"
    PICTURE = "picture", "Picture"
    ASSET = "asset", "File"


TEXTS = (FileKind.COURSE, FileKind.WEEK, FileKind.QUIZ, FileKind.SCHEDULE, FileKind.ANNOUNCEMENT, FileKind.PAGE)


class Verdict(TextChoices):
    """What an import does with one file, as its table of changes says it."""

    NEW = "new", "New"
    CHANGED = "changed", "Changed"
    MERGED = "merged", "Merged"
    SAME = "same", "Same"
    MOVED = "moved", "Moved"
    ONLY_HERE = "only_here", "Only here"
    CONFLICT = "conflict", "Conflict"
    QUESTION = "question", "Question"
    REFUSED = "refused", "Refused"


WRITES = (Verdict.NEW, Verdict.CHANGED, Verdict.MERGED, Verdict.MOVED)
"""Verdicts after which something is stored."""
UNDECIDED = (Verdict.CONFLICT, Verdict.QUESTION)
"""Verdicts that wait for a person; until then the course keeps what it has."""


class Copy(TextChoices):
    """The two copies of a folder (formats.md 3.7)."""

    KEY = "key", "With the keys"
    PUBLIC = "public", "Public copy"
