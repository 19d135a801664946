"""Where the files of a course's folder are, for relative links in its texts: at the paths that the folder has them."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from course.access import Membership
from course.linked_files import Known, register
from course.models import Course
from exchange.enums import FileKind
from exchange.models import FolderFile
from quizzes.models import Quiz

SHOWN = (FileKind.WEEK, FileKind.PAGE, FileKind.PICTURE, FileKind.QUIZ, FileKind.ASSET)


@register
def _of_the_folder(member: Membership, now: datetime, known: Known) -> Iterator[tuple[str, str]]:
    """One query, and one for quizzes where the folder has some."""
    course = member.course
    rows = list(FolderFile.objects.filter(course=course, kind__in=SHOWN).order_by("path").values_list("kind", "ref", "path"))
    quizzes: dict[str, str] = {}
    if any(kind == FileKind.QUIZ for kind, _, _ in rows):
        there = Quiz.objects.filter(course=course) if member.is_staff else Quiz.objects.filter(course=course).published()
        quizzes = {str(pk): reverse("quizzes:quiz", args=[course.slug, slug]) for pk, slug in there.values_list("pk", "slug")}
    for kind, ref, path in rows:
        if kind == FileKind.ASSET:
            yield path, reverse("exchange:folder_file", args=[course.slug, key_of(course, path), path])
        elif address := quizzes.get(ref) if kind == FileKind.QUIZ else known.get((kind, ref)):
            yield path, address


def key_of(course: Course, path: str) -> str:
    """Return what nobody can guess and the address of a file has: who was shown a link to it may fetch it, nobody else."""
    return salted_hmac("exchange.folder_file", f"{course.pk}:{path}").hexdigest()[:20]


def is_key_of(key: str, course: Course, path: str) -> bool:
    return constant_time_compare(key, key_of(course, path))
