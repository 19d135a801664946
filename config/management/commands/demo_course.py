from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from config.demo.build import SLUG, build
from config.demo.cast import ADMIN, INSTRUCTOR, PASSWORD, STUDENTS, address
from course.models import Course


class Command(BaseCommand):
    help = "Create the demo course (14 weeks, 12 students, quizzes, talks) with plainly invented people."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when the database has people or courses")

    def handle(self, *args: Any, if_empty: bool = False, **options: Any) -> None:
        if if_empty and (User.objects.exists() or Course.objects.exists()):
            return
        if Course.objects.filter(slug=SLUG).exists() or User.objects.filter(email=address(INSTRUCTOR)).exists():
            raise CommandError(
                f"The demo course {SLUG} or its people are already in this database. Delete them first, or use an empty one."
            )
        build(now=timezone.now())
        names = ", ".join(address(name) for name in (STUDENTS[0], INSTRUCTOR, ADMIN))
        self.stdout.write(f"Demo course {SLUG} is ready. Sign in with the password {PASSWORD} as one of: {names}")
