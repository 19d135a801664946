"""``manage.py import_quiz FILE --course SLUG``: a quiz file or a pasted review becomes a draft quiz."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from course.models import Course
from quizzes.actions.authoring import Imported, checked_against, import_quiz
from quizzes.actions.refusals import RefusedError
from quizzes.enums import Doubt
from quizzes.formats.detect import MAX_BYTES, parse_quiz
from quizzes.formats.model import SUPPORTED, Format, ParsedQuiz
from quizzes.models import Option, QuestionVersion

CANNOT_IMPORT = 1
CANNOT_START = 2


class Command(BaseCommand):
    help = "Import a quiz as a draft. Messages read FILE:LINE: CODE text; with an error nothing is imported (exit 1)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a quiz with boxes, or notes with a pasted review")
        parser.add_argument("--course", required=True, metavar="SLUG", help="the course it goes to")
        parser.add_argument("--format", default=Format.AUTO.value, choices=[name.value for name in (Format.AUTO, *SUPPORTED)])
        parser.add_argument("--title", default="", help="default: the title in the file, or the file's name")

    def handle(self, *, file: Path, course: str, format: str, title: str, **_options: Any) -> None:  # noqa: A002 - the option's name
        """Import the file and say what was made. Exit 1 for a file that cannot be imported, 2 for unusable arguments."""
        data = _read(file)
        found = Course.objects.filter(slug=course).first()
        if found is None:
            known = ", ".join(Course.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f'course "{course}" is not known — choose one of: {known}', returncode=CANNOT_START)
        parsed = checked_against(found, parse_quiz(data, format=format, filename=str(file)))
        try:
            imported = import_quiz(
                course=found,
                source=data.decode("utf-8", "replace"),
                parsed=parsed,
                title=title,
                author=None,
                now=timezone.now(),
            )
        except RefusedError as error:
            raise CommandError("\n".join([*error.reasons, "Nothing is imported."]), returncode=CANNOT_IMPORT) from error
        self._say(parsed, imported)

    def _say(self, parsed: ParsedQuiz, imported: Imported) -> None:
        for message in parsed.messages:
            self.stderr.write(message.render(parsed.filename))
        versions = QuestionVersion.objects.filter(items__quiz=imported.quiz)
        options = Option.objects.filter(version__in=versions)
        self.stdout.write(
            f'Imported as a draft: "{imported.quiz.title}", {versions.count()} questions, {options.count()} options, '
            f"{options.filter(key__correct=True).count()} of them right."
        )
        for page in imported.pages:
            self.stdout.write(f'Draft page: "{page.title}", {page.get_absolute_url()}')
        doubts = versions.exclude(doubt=Doubt.READY).count()
        if doubts:
            self.stdout.write(
                f"Before it can be published, {doubts} {'question waits' if doubts == 1 else 'questions wait'} for a decision."
            )
        self.stdout.write(imported.quiz.get_absolute_url())


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(
            f"{file}: cannot be read ({error.strerror}) — check the name and the rights", returncode=CANNOT_START
        ) from error
