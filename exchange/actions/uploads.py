"""Folders that somebody uploads, looks at, and takes over."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from course.models import Course
from exchange.actions.importing import Outcome, bring
from exchange.folder import read_archive
from exchange.models import KEPT_FOR, FolderUpload
from exchange.planning import Choices
from exchange.tables import rows_of


class UploadGoneError(Exception):
    """Somebody took the upload over in this moment, or brought a newer one. Nothing was written."""


def keep_upload(*, course: Course, person: User, filename: str, content: bytes, now: datetime) -> FolderUpload:
    """Keep an archive that `person` brought with the table of what it would change. Their older ones of the course go.

    Raises exchange.folder.FolderRefusedError for what is no archive of a folder; nothing is kept then.
    """
    folder = read_archive(content)
    outcome = bring(course=course, folder=folder, choices=Choices(), author=person, now=now, rehearse=True)
    with transaction.atomic():
        FolderUpload.objects.filter(person=person, course=course).delete()
        FolderUpload.objects.filter(created_at__lt=now - KEPT_FOR).delete()
        return FolderUpload.objects.create(
            course=course,
            person=person,
            filename=filename[:200],
            content=content,
            table={"rows": rows_of(outcome.changes, Choices()), "left_alone": list(outcome.left_alone), "state": outcome.state},
            created_at=now,
        )


def take_upload(*, upload: FolderUpload, choices: Choices, now: datetime) -> Outcome:
    """Bring an upload into its course with what was decided. What still waits for a decision keeps the upload, with a new table.

    Raises exchange.actions.importing.CourseChangedError if the course is not as it was when the table was made, UploadGoneError
    if the upload is not there any more; nothing is written then.
    """
    with transaction.atomic():
        # Pressed twice, the second waits here until the first is done.
        if FolderUpload.objects.select_for_update(of=("self",)).filter(pk=upload.pk).values_list("pk").first() is None:
            raise UploadGoneError
        folder = read_archive(bytes(upload.content))
        outcome = bring(
            course=upload.course,
            folder=folder,
            choices=choices,
            author=upload.person,
            now=now,
            expected=upload.table["state"],
        )
        if outcome.undecided:
            look_again(upload=upload, choices=choices, now=now)
        else:
            upload.delete()
    return outcome


def look_again(*, upload: FolderUpload, choices: Choices, now: datetime) -> FolderUpload:
    """Make the table of an upload anew, because the course changed. One that is gone meanwhile stays so.

    `choices` are what was decided, of files that still wait for something else.
    """
    folder = read_archive(bytes(upload.content))
    outcome = bring(course=upload.course, folder=folder, choices=choices, author=upload.person, now=now, rehearse=True)
    upload.table = {"rows": rows_of(outcome.changes, choices), "left_alone": list(outcome.left_alone), "state": outcome.state}
    FolderUpload.objects.filter(pk=upload.pk).update(table=upload.table)
    return upload
