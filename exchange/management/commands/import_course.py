from argparse import ArgumentParser, BooleanOptionalAction
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from course.models import Course
from exchange.actions.course_settings import CourseRefusedError
from exchange.actions.importing import Outcome, bring, bring_new
from exchange.course_yaml import read_course
from exchange.folder import Folder, FolderRefusedError, read_directory
from exchange.layout import COURSE_FILE
from exchange.merge import Choice
from exchange.planning import Choices
from exchange.reports import message_lines, summary, table_lines

INCOMPLETE = 1
UNUSABLE = 2


class Command(BaseCommand):
    help = (
        "Bring a course folder into a course, new or there already. Exit 1 if a file was refused or waits for a decision "
        "(all others are taken), 2 if nothing could be read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="the folder that course.yaml lies in")
        parser.add_argument("--slug", default="", help="the course's short name; default: made of its code")
        parser.add_argument("--dry-run", action="store_true", help="show the table of changes and change nothing")
        parser.add_argument("--instructor", default="", metavar="EMAIL", help="who teaches a new course")
        both = parser.add_mutually_exclusive_group()
        both.add_argument("--take-folder", action="store_true", help="where both sides changed: take the folder's text")
        both.add_argument("--keep-course", action="store_true", help="where both sides changed: keep the course's text")
        parser.add_argument("--guess", action="store_true", help="do not ask which question is which: what is unclear is new")
        again = "where a key changed: grade attempts again, or leave every score; without either such a file waits"
        parser.add_argument("--regrade", action=BooleanOptionalAction, help=again)

    def handle(self, *, folder: Path, slug: str, dry_run: bool, instructor: str, **options: Any) -> None:
        found = self._read(folder)
        everywhere = Choice.THEIRS if options["take_folder"] else Choice.OURS if options["keep_course"] else None
        choices = Choices(everywhere=everywhere, regrade=options["regrade"], guess=options["guess"])
        course = self._course(found, slug)
        person = self._person(instructor)
        now = timezone.now()
        try:
            if course is None:
                outcome = bring_new(folder=found, slug=slug, choices=choices, instructor=person, now=now, rehearse=dry_run)
            else:
                outcome = bring(course=course, folder=found, choices=choices, author=person, now=now, rehearse=dry_run)
        except CourseRefusedError as error:
            for note in error.notes:
                self.stderr.write(note.render(COURSE_FILE))
            raise CommandError("nothing is imported", returncode=INCOMPLETE) from error
        self._tell(outcome, dry_run=dry_run)

    def _read(self, folder: Path) -> Folder:
        try:
            return read_directory(folder)
        except FolderRefusedError as error:
            raise CommandError(str(error), returncode=UNUSABLE) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: cannot be read: {error.strerror}", returncode=UNUSABLE) from error

    def _course(self, folder: Folder, slug: str) -> Course | None:
        said = read_course(folder.files.get(COURSE_FILE, b"").decode("utf-8", "replace"))
        return Course.objects.filter(slug=slug or slugify(said.code or "")).first()

    def _person(self, email: str) -> User | None:
        if not email:
            return None
        person = User.objects.filter(email=email.strip().lower()).first()
        if person is None:
            raise CommandError(f"nobody has the address {email}", returncode=UNUSABLE)
        return person

    def _tell(self, outcome: Outcome, *, dry_run: bool) -> None:
        for line in message_lines(outcome.changes):
            self.stderr.write(line)
        for line in table_lines(outcome.changes):
            self.stdout.write(line)
        if count := len(outcome.left_alone):
            files = "1 other file is" if count == 1 else f"{count} other files are"
            self.stdout.write(f"{files} no part of a course and left alone.")
        done = "Would be" if dry_run else "Done"
        self.stdout.write(f"{done}: {summary(outcome.changes)}. Course: {outcome.course.slug}")
        if outcome.refused or outcome.undecided:
            what = "Some files were refused" if outcome.refused else "Some files wait for a decision"
            raise CommandError(f"{what}; see above.", returncode=INCOMPLETE)
