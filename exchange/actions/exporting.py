"""A course as the files of its folder, and remembering what a folder was given."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from course.models import Course
from exchange.enums import TEXTS, Copy, FileKind
from exchange.inventory import Held, Inventory, digest_of, inventory, picture_printed
from exchange.models import FolderFile
from exchange.public_files import public_copy


def files_of(*, course: Course, copy: Copy, now: datetime) -> dict[str, bytes]:
    """Return the files of a course by path. What was imported and not changed since is byte for byte what came in.

    The public copy has no keys, no names of students, and nothing that students may not see yet at `now`.
    """
    found = inventory(course, now, with_files=True)
    return public_copy(found) if copy == Copy.PUBLIC else own_files(found)


def own_files(found: Inventory) -> dict[str, bytes]:
    """Return all files of a course, with the keys."""
    return {path: held.ours for path, held in found.held.items()}


@transaction.atomic
def remember_export(
    *, course: Course, now: datetime, given: Mapping[str, bytes] | None = None, files: Mapping[str, bytes] | None = None
) -> int:
    """Remember what a folder was given as the base of later merges; return for how many files.

    A copy goes who knows where: if its text counted although the folder in use never gets it, the next import from there
    would take back what was changed here meanwhile. So it only counts for files that no folder ever had, and for those of a
    folder in use: `given` are its files that were written over their known base. `files` are all that went out: what the
    course has changed since does not count, or bringing the copy back would take that change back.
    """
    locked = Course.objects.select_for_update(of=("self",)).select_related("term").get(pk=course.pk)
    found = inventory(locked, now, with_files=True)
    rows = {(row.kind, row.ref): row for row in FolderFile.objects.filter(course=locked)}
    fresh = []
    for held in found.held.values():
        row = rows.get((held.kind, held.ref))
        if files is not None and files.get(held.path) != held.ours:
            continue
        if row is None or (given or {}).get(held.path) == held.ours:
            fresh.append(_row(locked, held, row, now))
    FolderFile.objects.bulk_update([row for row in fresh if row.pk], ["path", "base", "stored", "printed", "exchanged_at"])
    FolderFile.objects.bulk_create([row for row in fresh if not row.pk])
    return len(fresh)


def _row(course: Course, held: Held, row: FolderFile | None, now: datetime) -> FolderFile:
    row = row or FolderFile(course=course, kind=held.kind, ref=held.ref)
    row.path, row.exchanged_at = held.path, now
    row.base = held.ours if held.kind in TEXTS else digest_of(held.ours)
    if held.kind == FileKind.ASSET:
        row.stored = held.ours
    elif held.kind == FileKind.PICTURE:
        row.printed = picture_printed(held, held.ours)
    elif held.facts:
        row.stored, row.printed = held.ours, dict(held.facts)
    return row
