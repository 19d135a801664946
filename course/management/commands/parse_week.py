import json
import sys
from argparse import ArgumentParser
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError

from course.weekfile import Surroundings, WeekFile, parse

UNUSABLE = 2
"""Exit code for arguments that cannot be used and files that cannot be read; 1 means the page has errors."""


def _surroundings(file: Path) -> Surroundings:
    """Links are looked for only where the file visibly stands in a course folder."""
    folder = file.parent
    if folder.name not in {"weeks", "modules"}:
        return Surroundings(path=f"weeks/{file.name}")
    return Surroundings(path=f"{folder.name}/{file.name}", exists=lambda path: (folder.parent / path).exists())


class Command(BaseCommand):
    help = "Read a week page and print what it says (--json), or its bytes unchanged (--emit). No database."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        output = parser.add_mutually_exclusive_group(required=True)
        output.add_argument("--json", action="store_true", help="the page's structure as JSON")
        output.add_argument("--emit", action="store_true", help="the page's bytes, as they would be exported")

    def handle(self, *_args: Any, **options: Any) -> None:
        if isinstance(sys.stdout, TextIOWrapper):  # UTF-8 whatever the terminal is set to, as JSON has to be
            sys.stdout.reconfigure(encoding="utf-8")
        page = self._page(options["file"])
        if options["emit"]:
            sys.stdout.buffer.write(page.emit())
            sys.stdout.buffer.flush()
        else:
            self.stdout.write(json.dumps(page.as_json(), ensure_ascii=False, indent=2))
        if page.has_errors:
            sys.exit(1)

    def _page(self, file: Path) -> WeekFile:
        try:
            data = file.read_bytes()
        except OSError as error:
            self._refuse(f"{file}: {error.strerror or error}")
        return parse(data, _surroundings(file.resolve()))

    @staticmethod
    def _refuse(reason: str) -> NoReturn:
        raise CommandError(reason, returncode=UNUSABLE)
