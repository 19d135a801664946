"""``manage.py import_quiz FILE --course SLUG``: a quiz file or a pasted review becomes a draft quiz."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from course.models import Course
from quizzes.actions.authoring import Imported, checked_against, import_quiz
from quizzes.actions.refusals import RefusedError
from quizzes.checks import broken_questions, is_good_for_a_draft, question_at
from quizzes.enums import Doubt
from quizzes.formats.detect import MAX_BYTES, parse_quiz
from quizzes.formats.model import SUPPORTED, Format, ParsedQuiz, State
from quizzes.models import Option, QuestionVersion

CANNOT_IMPORT = 1
CANNOT_START = 2


class Command(BaseCommand):
    help = (
        "Import a quiz as a draft. Messages read FILE:LINE: CODE text. An error inside of a question stays in the draft and keeps it "
        "from being published; with any other one, or where nothing can be asked, nothing is imported (exit 1)."
    )

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
                as_draft=is_good_for_a_draft(parsed),
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
        if broken := len(_to_repair(parsed)):
            self.stdout.write(
                f"Before it can be published, the text of {broken} {'question' if broken == 1 else 'questions'} must be repaired."
            )
        doubts = versions.exclude(doubt=Doubt.READY).count()
        if doubts:
            self.stdout.write(
                f"Before it can be published, {doubts} {'question waits' if doubts == 1 else 'questions wait'} for a decision."
            )
        self.stdout.write(imported.quiz.get_absolute_url())


def _to_repair(parsed: ParsedQuiz) -> frozenset[int]:
    """Return the numbers of the questions with errors that stay in the draft's text and are no doubts to be settled."""
    if parsed.format is not Format.MARKDOWN or parsed.translated:
        return broken_questions(parsed)
    wrong = (question_at(parsed, message.line) for message in parsed.errors)
    against = {number for number in wrong if number and parsed.questions[number - 1].state is State.CONTRADICTION}
    return broken_questions(parsed) | against


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(
            f"{file}: cannot be read ({error.strerror}) — check the name and the rights", returncode=CANNOT_START
        ) from error
