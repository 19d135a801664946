"""What folder and course last had in common, and uploads that wait for somebody to look at them."""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.public_ids import public_id
from course.models import Course
from exchange.enums import TEXTS, FileKind

KEPT_FOR = timedelta(days=7)  # an upload that nobody takes over


class FolderFile(models.Model):
    """One file of a course's folder. Written by `exchange.actions` only, at each import and at the first export.

    `base` is what the folder held when it was last read or written: the base of the next merge. `stored` is the text that
    the course took from it, and `printed` says (as JSON) what the course then said of it itself; an export changes `stored`
    only where the course now says something else. Where the course keeps the exact text (weeks, pages) both are empty.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="folder_files")
    path = models.CharField(max_length=300)
    kind = models.CharField(max_length=12, choices=FileKind)
    ref = models.CharField(max_length=40, blank=True, help_text="Which week, quiz, page, … it became; empty: the only one.")
    base = models.BinaryField()
    stored = models.BinaryField(default=bytes)
    printed = models.JSONField(default=dict)
    exchanged_at = models.DateTimeField()

    class Meta:
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(fields=["course", "path"], name="folder_path_once"),
            models.CheckConstraint(condition=Q(kind__in=FileKind.values), name="folder_kind_known"),
        ]

    def __str__(self) -> str:
        return self.path

    def had(self, content: bytes) -> bool:
        """Whether this is what the folder last held."""
        return bytes(self.base) == (content if self.kind in TEXTS else hashlib.sha256(content).digest())


class FolderUpload(models.Model):
    """A folder that somebody brought, with the table of what it would change. Nothing of it is in the course yet.

    It belongs to the person who brought it and ends after a week.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="folder_uploads")
    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    filename = models.CharField(max_length=200, blank=True)
    content = models.BinaryField()
    table = models.JSONField(default=dict, help_text="What an import would do with each file, and of which state of the course.")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.filename or "Course folder"
