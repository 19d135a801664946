from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from course.models import Course
from exchange.actions.exporting import files_of, remember_export
from exchange.differences import Difference, differences
from exchange.enums import Copy
from exchange.folder import FolderRefusedError, read_directory, write_directory
from exchange.models import FolderFile

INCOMPLETE = 1
UNUSABLE = 2


class Command(BaseCommand):
    help = (
        "Write a course as a folder of text, ready to be committed. A file that was changed there since the last exchange is "
        "not written over (exit 1): import it first, or use --force."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", metavar="SLUG", help="the course's short name")
        parser.add_argument("folder", type=Path, metavar="DIR", help="where to write; made if it is not there")
        parser.add_argument("--public", action="store_true", help="without keys, names, and what is not open yet")
        parser.add_argument("--dry-run", action="store_true", help="show what would change and write nothing")
        parser.add_argument("--force", action="store_true", help="write over files that were changed in the folder")

    def handle(self, *, slug: str, folder: Path, public: bool, dry_run: bool, force: bool, **_options: Any) -> None:
        course = course_named(slug)
        copy = Copy.PUBLIC if public else Copy.KEY
        now = timezone.now()
        files = files_of(course=course, copy=copy, now=now)
        try:
            there = read_directory(folder).files if folder.exists() else {}
            found = [one for one in differences(there, files) if one.what in {Difference.NEW, Difference.CHANGED}]
            known = {} if public else _known(course, there)
            held_back = [] if force or public else [one for one in found if one.path in there and one.path not in known]
            write = {one.path: one.course for one in found if one not in held_back}
            if not dry_run:
                write_directory(folder, write)
        except FolderRefusedError as error:
            raise CommandError(str(error), returncode=UNUSABLE) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}", returncode=UNUSABLE) from error
        if not dry_run and not public:
            in_use = {path: files[path] for path in there if path in files and path not in {one.path for one in held_back}}
            remember_export(course=course, now=now, given=in_use, files=files)
        for one in found:
            self.stdout.write(f"{'held back' if one in held_back else one.what:10} {one.path}")
            for line in one.lines() if dry_run else ():
                self.stdout.write(line)
        self.stdout.write(f"{'Would write' if dry_run else 'Wrote'} {len(write)} of {len(files)} files.")
        if held_back:
            raise CommandError(
                f"{len(held_back)} files were changed in the folder since the last exchange: import them first.",
                returncode=INCOMPLETE,
            )


def _known(course: Course, there: Mapping[str, bytes]) -> set[str]:
    """Return the paths at which the folder still has what it last had in common with the course."""
    rows = FolderFile.objects.filter(course=course).defer("stored")
    return {row.path for row in rows if row.path in there and row.had(there[row.path])}


def course_named(slug: str) -> Course:
    """Return the course `slug`. Raises CommandError (exit 2) with those that there are."""
    course = Course.objects.filter(slug=slug).select_related("term").first()
    if course is None:
        known = ", ".join(Course.objects.values_list("slug", flat=True)[:20]) or "none yet"
        raise CommandError(f"there is no course “{slug}” — courses: {known}", returncode=UNUSABLE)
    return course
