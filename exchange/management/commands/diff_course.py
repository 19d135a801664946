from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from exchange.actions.exporting import files_of
from exchange.differences import Difference, differences
from exchange.enums import Copy
from exchange.folder import FolderRefusedError, read_directory
from exchange.management.commands.export_course import UNUSABLE, course_named

DIFFERENT = 1


class Command(BaseCommand):
    help = "Show how a folder and a course differ, as an export would change the folder. Exit 0 if they are the same, 1 if not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", metavar="SLUG", help="the course's short name")
        parser.add_argument("folder", type=Path, metavar="DIR", help="the folder that course.yaml lies in")
        parser.add_argument("--public", action="store_true", help="compare with the public copy")

    def handle(self, *, slug: str, folder: Path, public: bool, **_options: Any) -> None:
        files = files_of(course=course_named(slug), copy=Copy.PUBLIC if public else Copy.KEY, now=timezone.now())
        try:
            there = read_directory(folder).files
        except FolderRefusedError as error:
            raise CommandError(str(error), returncode=UNUSABLE) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: cannot be read: {error.strerror}", returncode=UNUSABLE) from error
        found = [one for one in differences(there, files) if one.what is not Difference.SAME]
        for one in found:
            if one.what is Difference.ONLY_THERE:
                self.stdout.write(f"only in the folder: {one.path}")
            else:
                for line in one.lines():
                    self.stdout.write(line)
        if found:
            raise CommandError(f"{len(found)} files differ.", returncode=DIFFERENT)
        self.stdout.write("Folder and course are the same.")
