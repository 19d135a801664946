from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from course.actions.weeks import TextRefusedError, WeekExistsError, check_size, check_text, save_week
from course.forms.weeks import free_session
from course.index import read_week
from course.models import Course, Week
from course.week_depth import all_messages
from course.week_todo import lines_to_fill
from course.weekfile import MAX_BYTES, Level, Message, WeekFile

FAILED = 1
UNUSABLE = 2


class Command(BaseCommand):
    help = "Import a week page (Markdown) into a course as a draft. The file is kept byte for byte."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the week page")
        parser.add_argument("--course", required=True, metavar="SLUG", help="the course's short name, as in its address")
        parser.add_argument("--replace", action="store_true", help="put it in the place of the week with the same number")

    def handle(self, *, file: str, course: str, replace: bool, **_options: Any) -> None:
        into = self._course(course)
        found = self._read(file, into)
        there = Week.objects.filter(course=into, number=found.number).select_related("session").first()
        if there and not replace:
            self._fail(file, [_taken(found, f"\u201c{there.title}\u201d")])
        session = there.session if there else free_session(into, found.number or 0)
        try:
            week = save_week(
                course=into,
                week=there,
                text=found.emit().decode(),
                author=None,
                session=session,
                filename=Path(file).name,
                now=timezone.now(),
            )
        except WeekExistsError as error:  # somebody else was faster
            self._fail(file, [_taken(found, f"\u201c{error.week.title}\u201d")])
        self._tell(file, found, week, replaced=there is not None)

    def _course(self, slug: str) -> Course:
        course = Course.objects.filter(slug=slug).first()
        if course is None:
            known = ", ".join(Course.objects.values_list("slug", flat=True)[:20]) or "none yet"
            raise CommandError(f"there is no course \u201c{slug}\u201d \u2014 courses: {known}", returncode=UNUSABLE)
        return course

    def _read(self, name: str, course: Course) -> WeekFile:
        try:
            size = Path(name).stat().st_size
            data = Path(name).read_bytes() if size <= MAX_BYTES else b""
        except OSError as error:
            raise CommandError(f"{name}: cannot be read: {error.strerror} \u2014 check the name", returncode=UNUSABLE) from error
        try:
            check_size(size)
            return check_text(read_week(course, data))
        except TextRefusedError as error:
            self._fail(name, list(error.messages))

    def _fail(self, name: str, messages: list[Message]) -> NoReturn:
        """Print the messages as FILE:LINE: CODE text, for people and editors, and end."""
        for message in messages:
            self.stderr.write(_line(name, message))
        raise CommandError("nothing is imported", returncode=FAILED)

    def _tell(self, name: str, found: WeekFile, week: Week, *, replaced: bool) -> None:
        for message in all_messages(found):
            self.stderr.write(_line(name, message))
        waiting = len(lines_to_fill(found))
        done = f"replaced, now version {week.version}" if replaced else "imported as a draft"
        self.stdout.write(f"{week}: {done}; {len(found.sections)} sections, {waiting} lines to fill")


def _taken(found: WeekFile, title: str) -> Message:
    heading = found.parts.titled.heading
    text = f"week {found.number} is in the course already: {title} \u2014 add --replace to put this file in its place"
    return Message(heading.line if heading else 1, "E211", Level.ERROR, text)


def _line(name: str, message: Message) -> str:
    return f"{name}:{message.line}: {message.code} {message.text}"
