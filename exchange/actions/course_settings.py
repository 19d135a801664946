"""What course.yaml says of the course itself, put into it: title, term, time zone, class sessions."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from accounts.models import User
from course.actions.people import enroll
from course.actions.weeks import rerender_week
from course.enums import Role
from course.models import Course, CourseSession, Term
from exchange.course_yaml import CourseSaid
from exchange.facts import day_of
from exchange.notes import Note
from quizzes.walltime import NoSuchTimeError, instant

MAX_SLUG = 60


class CourseRefusedError(ValueError):
    """A course cannot be made of this folder; `notes` say why. Nothing was written."""

    def __init__(self, *notes: Note) -> None:
        super().__init__("; ".join(note.text for note in notes))
        self.notes = notes


@transaction.atomic
def new_course(*, said: CourseSaid, slug: str, instructor: User | None) -> Course:
    """Make a course of what its course.yaml says; its weeks and all else come by `exchange.actions.importing`.

    Raises CourseRefusedError where something is missing that a course cannot be without, or the address is taken.
    """
    lacks = [
        words
        for words, value in (
            ("title", said.title),
            ("term: {name: …, starts: …, ends: …}", said.term.name and said.term.starts and said.term.ends),
            ("timezone", said.timezone),
        )
        if not value
    ]
    errors = [note for note in said.notes if note.is_error]
    if errors or lacks:
        missing = [Note(1, "E223", f"a new course needs {', '.join(lacks)} — add it to course.yaml")] if lacks else []
        raise CourseRefusedError(*errors, *missing)
    own = (slugify(slug) or slugify(said.code or said.title or ""))[:MAX_SLUG]
    if Course.objects.filter(slug=own).exists():
        raise CourseRefusedError(Note(None, "E223", f"there is a course “{own}” already — name another one"))
    course = Course.objects.create(
        slug=own, code=said.code or own.upper(), title=said.title or own, term=_term_of(said), zone=said.timezone or "UTC"
    )
    if instructor is not None:
        enroll(course=course, person=instructor, role=Role.INSTRUCTOR)
    return course


def _term_of(said: CourseSaid) -> Term:
    dates = {"starts_on": said.term.starts, "ends_on": said.term.ends}
    return Term.objects.get_or_create(name=said.term.name, defaults=dates)[0]


def change_course(*, course: Course, said: CourseSaid, before: CourseSaid, now: datetime) -> list[Note]:
    """Give a course what its course.yaml now says and did not say `before`; return what could not be done.

    Inside the caller's transaction, with the course's row locked. Class sessions are only ever added: one with a date that
    the file no longer has may have talks and weeks. Other headings of its own: its weeks are read again.
    """
    remarks: list[Note] = []
    for name, value, old in (
        ("title", said.title, before.title),
        ("code", said.code, before.code),
        ("zone", said.timezone, before.timezone),
    ):
        if value is not None and value != old:
            setattr(course, name, value)
    if said.term != before.term:
        remarks += _change_term(course, said)
    course.headings, other = dict(said.headings), course.headings != said.headings
    course.save()
    for week in course.weeks.all() if other else ():
        rerender_week(week=week, now=now)
    if (said.meets, said.term) != (before.meets, before.term) or not course.sessions.exists():
        remarks += _add_sessions(course, said)
    return remarks


def _change_term(course: Course, said: CourseSaid) -> Iterator[Note]:
    term = said.term
    if not (term.name and term.starts and term.ends):
        return
    found = Term.objects.filter(name=term.name).first()
    if found is None:
        course.term = Term.objects.create(name=term.name, starts_on=term.starts, ends_on=term.ends)
    elif (found.starts_on, found.ends_on) == (term.starts, term.ends):
        course.term = found
    elif not found.courses.exclude(pk=course.pk).exists():
        found.starts_on, found.ends_on = term.starts, term.ends
        found.save(update_fields=["starts_on", "ends_on"])
        course.term = found
    else:
        course.term = found
        dates = f"{found.starts_on} to {found.ends_on}"
        yield Note(None, "W334", f"other courses have the term “{found.name}” too; its dates stay {dates}")


def _add_sessions(course: Course, said: CourseSaid) -> Iterator[Note]:
    there = {day_of(one, course.tz) for one in course.sessions.all()}
    new = []
    for day, meeting in said.class_days():
        if day in there:
            continue
        try:
            begins, ends = (instant(datetime.combine(day, clock), course.tz) for clock in (meeting.begins, meeting.ends))
        except NoSuchTimeError as error:
            yield Note(None, "E215", str(error))
        else:
            new.append(CourseSession(course=course, starts_at=begins, ends_at=ends, room=meeting.where))
    # Two meetings that begin at the same moment are one session (a constraint of the database).
    CourseSession.objects.bulk_create({one.starts_at: one for one in new}.values())
