"""Quiz texts that were brought in and wait for somebody to look at what was found in them."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from course.models import Course, ImportDraft

KEPT_FOR = timedelta(days=7)
KIND = "quiz"


@transaction.atomic
def keep_quiz_draft(*, course: Course, person: User, filename: str, text: str, known: str, now: datetime) -> ImportDraft:
    """Keep a text that `person` brought for a week; `known` is its format. Older drafts of the same person go."""
    ImportDraft.objects.filter(person=person, created_at__lt=now - KEPT_FOR).delete()
    return ImportDraft.objects.create(
        course=course,
        person=person,
        kind=KIND,
        filename=filename,
        source=text,
        options={"format": known},
        created_at=now,
    )


def move_range(*, draft: ImportDraft, start: int | None, end: int | None) -> ImportDraft:
    """Remember which lines (1-based, both included) of a pasted review hold the quiz; None: as found."""
    draft.options = draft.options | {"start": start, "end": end}
    draft.save(update_fields=["options"])
    return draft


def drop_quiz_draft(*, draft: ImportDraft) -> None:
    """Forget a text that was imported."""
    draft.delete()
