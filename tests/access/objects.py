"""One of everything that has an address, in the course of the cast, and what to post to each form."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import get_resolver
from django.utils import timezone

from course.actions.files import save_file
from course.actions.pages import save_page
from course.actions.weeks import release_week, save_week
from course.enums import AnnouncementState, Release
from course.models import Announcement, ImportDraft, Reading
from exchange.enums import FileKind
from exchange.folder import write_archive
from exchange.linked_files import key_of
from exchange.models import FolderFile, FolderUpload
from presentations.actions import add_slots, assign
from presentations.enums import SlotKind
from quizzes.actions.attempts import start, submit
from quizzes.actions.authoring import new_quiz
from quizzes.actions.bank import add_question
from quizzes.actions.grading import grade
from quizzes.actions.publishing import publish_quiz
from quizzes.models import Quiz

if TYPE_CHECKING:
    from tests.conftest import Cast

DOT = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"
"""A picture of one pixel."""
WEEK = """# Week 3: Counting Words

Some introduction.

## READINGS

### RESEARCH

* [The Smallest Words (40m)](https://example.org/words) - Sandoval and Brightwater

## IN-CLASS EXERCISES

### OVERHEAD

* [Quiz](oh_noes_404.md)

### PRESENTATIONS

* [Student #1](oh_noes_404.md)
"""
QUIZ = """# Small quiz

## Which of these are colours? {#colours multi}

- [x] red
- [x] blue
- [ ] salt
"""
QUESTION = "## Which of these is a shade?\n\n- [x] grey\n- [ ] loud\n"


@dataclass
class Objects:
    """Keyword arguments by the name of the URL's parameter, and form data by table row."""

    by_parameter: dict[str, str]
    data: dict[str, dict[str, str]] = field(default_factory=dict)
    special: dict[str, dict[str, str]] = field(default_factory=dict)

    def kwargs(self, name: str) -> dict[str, str]:
        """Return the arguments that the URL `name` needs."""
        if name in self.special:
            return self.special[name]
        *namespaces, last = name.split(":")
        resolver = get_resolver()
        needed: tuple[str, ...] = ()
        if namespaces:
            prefix, resolver = resolver.namespace_dict[namespaces[0]]
            needed = ("course",) if "course" in prefix else ()
        _, parameters = resolver.reverse_dict.getlist(last)[0][0][0]
        return {key: self.by_parameter[key] for key in (*needed, *parameters)}


def make_objects(cast: Cast) -> Objects:
    """Create the objects with the real clock: the views read it."""
    now = timezone.now()
    cast.session.starts_at, cast.session.ends_at = now + timedelta(days=1), now + timedelta(days=1, hours=3)
    cast.session.save()
    week = save_week(course=cast.course, week=None, text=WEEK, author=cast.instructor, now=now, session=cast.session)
    release_week(week=week, state=Release.OPEN, now=now)
    page = save_page(course=cast.course, page=None, title="Syllabus", source="Read this.", now=now)
    page.state = Release.OPEN
    page.save()
    picture = save_file(course=cast.course, name="dot.gif", content=DOT, person=cast.instructor, now=now)
    announcement = Announcement.objects.create(
        course=cast.course,
        title="Room",
        html="<p>Alder.</p>",
        author=cast.instructor,
        state=AnnouncementState.PUBLISHED,
        publish_at=now,
    )
    (slot,) = add_slots(sessions=[cast.session], kind=SlotKind.PAPER, minutes=15, capacity=2, count=1)
    assign(slot=slot, person=cast.student, by=cast.instructor, now=now)
    quiz = new_quiz(course=cast.course, title="Small quiz", week=week, author=cast.instructor, now=now, text=QUIZ)
    Quiz.objects.filter(pk=quiz.pk).update(attempts_allowed=None, show_key="immediately")
    quiz = publish_quiz(quiz=quiz, now=now)
    done = start(quiz=quiz, student=cast.student, now=now)
    submit(attempt=done, known={}, now=now)
    grade(attempt_id=done.pk, now=now)
    running = start(quiz=quiz, student=cast.student, now=now)
    question = add_question(course=cast.course, text=QUESTION, tags=["shade"], author=cast.instructor, now=now)
    drafts = {
        kind: ImportDraft.objects.create(
            course=cast.course, person=cast.instructor, kind=kind, filename="x.md", source=text, created_at=now
        ).public_id
        for kind, text in (("week", WEEK.replace("Week 3", "Week 4")), ("quiz", QUIZ))
    }
    upload = FolderUpload.objects.create(
        course=cast.course,
        person=cast.instructor,
        content=write_archive({"weeks/09.md": b"# Week 9: Nine\n"}, at=now, folder="hum240"),
        table={"rows": [], "left_alone": [], "state": "of another time"},
        created_at=now,
    )
    asset = FolderFile.objects.create(
        course=cast.course, path="assets/guide.pdf", kind=FileKind.ASSET, base=b"", stored=b"%PDF-", exchanged_at=now
    )
    return Objects(
        by_parameter={
            "course": cast.course.slug,
            "week": week.slug,
            "page": page.slug,
            "place": "item-9",
            "number": "1",
            "picture": picture.key,
            "filename": picture.name,
            "announcement": announcement.public_id,
            "reading": Reading.objects.get(week=week).public_id,
            "person": cast.other_student.public_id,
            "slot": slot.public_id,
            "quiz": quiz.slug,
            "attempt": running.public_id,
            "draft": drafts["week"],
            "upload": upload.public_id,
            "question": question.public_id,
            "token": "none",
            "name": "none.log",
            "key": "none",
            "uidb36": "1",
        },
        special={
            "exchange:folder_file": {
                "course": cast.course.slug,
                "key": key_of(cast.course, asset.path),
                "path": asset.path,
            },
            "course:week_part_add": {"course": cast.course.slug, "week": week.slug, "place": "section-7"},
            "quizzes:quiz_import_review": {"course": cast.course.slug, "draft": drafts["quiz"]},
            "quizzes:quiz_import_range": {"course": cast.course.slug, "draft": drafts["quiz"]},
            "quizzes:quiz_import_cut": {"course": cast.course.slug, "draft": drafts["quiz"]},
            "quizzes:attempt_result": {"course": cast.course.slug, "quiz": quiz.slug, "attempt": done.public_id},
            "quizzes:attempt_status": {"course": cast.course.slug, "quiz": quiz.slug, "attempt": done.public_id},
            "presentations:booking_edit": {"course": cast.course.slug, "slot": slot.public_id, "person": cast.student.public_id},
            "presentations:unassign": {"course": cast.course.slug, "slot": slot.public_id, "person": cast.student.public_id},
        },
        data={
            "POST quizzes:attempt_mark": {"question": "1", "marked": "on"},
            "POST quizzes:attempt_save": {"question": "1", "tab": "t", "n": "1", "base": "0", "request_id": "r1"},
        },
    )
