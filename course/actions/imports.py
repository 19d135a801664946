"""Texts that were brought in and wait for somebody to look at what was found in them."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from course.models import Course, ImportDraft

if TYPE_CHECKING:
    from accounts.models import User

KEPT_FOR = timedelta(days=7)


MOST_SHOWN = 10


def waiting_drafts(*, course: Course, person: "User", kind: str, now: datetime) -> list[ImportDraft]:
    """Return what `person` brought to a course and has not imported yet, the newest first. One query."""
    drafts = ImportDraft.objects.filter(course=course, person=person, kind=kind, created_at__gt=now - KEPT_FOR)
    return list(drafts.defer("source")[:MOST_SHOWN])


def keep_draft(*, course: Course, person: "User", filename: str, text: str, now: datetime) -> ImportDraft:
    """Keep a week page that `person` brought, for a week; older drafts of the same person go."""
    with transaction.atomic():
        ImportDraft.objects.filter(person=person, created_at__lt=now - KEPT_FOR).delete()
        return ImportDraft.objects.create(
            course=course,
            person=person,
            kind="week",
            filename=filename,
            source=text,
            created_at=now,
        )


def drop_draft(*, draft: ImportDraft) -> None:
    """Forget a draft that was imported."""
    draft.delete()
