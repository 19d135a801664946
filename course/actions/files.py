"""The pictures of a course: kept in the database, so that a backup of it is whole."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from accounts.models import User
from accounts.public_ids import public_id
from course.models import Course, CourseFile
from course.picture_bytes import MAX_BYTES, NoPictureError, read_picture
from course.picture_metadata import without_metadata
from course.pictures import Shown, stored_name

MAX_OF_COURSE = 200_000_000


class FileRefusedError(ValueError):
    """The file is not taken; the message says why and what to do. Nothing was written."""


class NameTakenError(FileRefusedError):
    """The course has a file of this name, and nobody said that it is to be replaced."""


def save_file(
    *,
    course: Course,
    name: str,
    content: bytes,
    person: User | None,
    now: datetime,
    replace: bool = False,
    letter_for_letter: bool = False,
) -> CourseFile:
    """Keep a picture in the course and return it. What it is, its bytes say; its name is made fit for an address.

    What a camera wrote into it (place, time, device) is left out, unless the bytes are those of a folder that are to come back
    `letter_for_letter`; it is not shown to anybody then, either (`course.views.files`).
    With `replace` a picture of the same name gets the new bytes and a new address. Raises FileRefusedError for what is no
    picture that we take, too large, or more than the course has room for, NameTakenError for a name that is taken.
    """
    if len(content) > MAX_BYTES:
        raise FileRefusedError(f"The picture is larger than {MAX_BYTES // 1_000_000} MB. Make it smaller and choose it again.")
    try:
        picture = read_picture(content)
    except NoPictureError as error:
        raise FileRefusedError(str(error)) from error
    content = content if letter_for_letter else without_metadata(content)
    kept_name = stored_name(name, picture.kind)
    with transaction.atomic():
        # Two uploads of one name must not meet, nor together pass the limit: the course's row is the queue.
        locked = Course.objects.select_for_update(no_key=True, of=("self",)).get(pk=course.pk)
        there = CourseFile.objects.filter(course=locked, name=kept_name).defer("content").first()
        if there and not replace:
            raise NameTakenError(
                f"There is a picture “{kept_name}” already. Say that it is to be replaced, or give it another name."
            )
        _check_room(locked, len(content) - (there.size if there else 0))
        kept = there or CourseFile(course=locked, name=kept_name)
        kept.key = public_id()
        kept.kind, kept.width, kept.height = picture.kind, picture.width, picture.height
        kept.content, kept.size = content, len(content)
        kept.added_by, kept.added_at = person, now
        kept.save()
    return kept


def _check_room(course: Course, more: int) -> None:
    used = CourseFile.objects.filter(course=course).aggregate(all=Sum("size"))["all"] or 0
    if used + more > MAX_OF_COURSE:
        raise FileRefusedError(f"The pictures of a course may take {MAX_OF_COURSE // 1_000_000} MB together. Delete some first.")


def delete_file(*, file: CourseFile) -> None:
    """Take a picture out of the course. Texts that name it say from then on that it is missing."""
    CourseFile.objects.filter(pk=file.pk).delete()


def shown_files(course: Course) -> Mapping[str, Shown]:
    """Return where the pictures of a course are, by name. One query, without their bytes."""
    found = CourseFile.objects.filter(course=course).only("key", "name", "width", "height", "course")
    for file in found:
        file.course = course
    return {file.name: Shown(file.get_absolute_url(), file.width, file.height) for file in found}
