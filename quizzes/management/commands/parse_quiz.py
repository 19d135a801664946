import json
import sys
from argparse import ArgumentParser
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from quizzes.formats.detect import MAX_BYTES, parse_quiz
from quizzes.formats.model import Format, ParsedQuiz, Sureness


class Command(BaseCommand):
    """Pure parsing, no database. Exit code 0, 1 if there are errors, 2 for unusable arguments."""

    help = "Read a quiz file and print what is in it, as JSON or as a list of messages."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--format", choices=[found.value for found in Format], default=Format.AUTO.value)
        parser.add_argument("--json", action="store_true", help="print the quiz as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        if isinstance(sys.stdout, TextIOWrapper):  # UTF-8 whatever the terminal is set to, as JSON has to be
            sys.stdout.reconfigure(encoding="utf-8")
        path = Path(options["file"])
        quiz = parse_quiz(_read(path), format=options["format"], filename=str(path))
        if options["json"]:
            self.stdout.write(json.dumps(quiz.as_json(), ensure_ascii=False, indent=2))
        else:
            self._summarise(quiz)
        if quiz.errors:
            sys.exit(1)

    def _summarise(self, quiz: ParsedQuiz) -> None:
        if quiz.sureness is Sureness.SURE:  # else it is among the messages
            self.stdout.write(f"{quiz.filename}: {quiz.detection()}")
        for question in quiz.questions:
            place = f"{quiz.filename}:{question.line}"
            kind = question.kind if question.draw is None else f"draw of {question.draw}"
            way = f" ({question.dialect})" if question.dialect else ""
            self.stdout.write(f"{place}: {kind}, {question.state}: {question.reason}{way}")
        for message in quiz.messages:
            self.stdout.write(message.render(quiz.filename))


def _read(path: Path) -> bytes:
    """Return the file's bytes, at most one more than a quiz may have: enough to be refused for its size."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", returncode=2) from error
