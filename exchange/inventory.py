"""Everything of a course as the files that an export writes, beside what the folder last held. Reads only, a constant number of queries."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Prefetch

from course.enums import AnnouncementState, Role
from course.models import Announcement, Course, CourseFile, CourseSession, Enrollment, Page, Week
from course.picture_metadata import without_metadata
from course.pictures import named_in
from exchange import layout
from exchange.course_yaml import DAYS, LONGEST_TERM
from exchange.enums import TEXTS, FileKind
from exchange.facts import (
    Facts,
    announcement_facts,
    course_facts,
    day_of,
    quiz_facts,
    schedule_facts,
)
from exchange.models import FolderFile
from exchange.rewriting import announcement_file, course_file, quiz_file, schedule_file, week_entry
from exchange.yaml_text import written
from presentations.models import Booking, Slot
from quizzes.enums import QuizState
from quizzes.models import Quiz

Thing = Course | Week | Page | Quiz | Announcement | CourseFile | None


@dataclass(frozen=True, slots=True)
class Held:
    """One thing of the course as a file. `ours` is what an export writes now; `base` what the folder last held, None: nothing.

    Of pictures and other files `ours` may be left unread, and `base` is the digest; `digest` is that of `ours`, `bare` that of
    the same picture as a public copy has it.
    `open`: students may see it, so that a public copy may have it.
    """

    path: str
    kind: FileKind
    ref: str
    title: str
    ours: bytes = field(repr=False)
    base: bytes | None = field(repr=False, default=None)
    open: bool = True
    digest: bytes = b""
    bare: bytes = b""
    facts: Facts = field(default_factory=Facts, repr=False)
    thing: Thing = field(default=None, repr=False, compare=False)

    @property
    def changed_here(self) -> bool:
        """Whether the course has something else than the folder last held."""
        return self.base is not None and self.base != (self.ours if self.kind in TEXTS else self.digest)


@dataclass(frozen=True, slots=True)
class Inventory:
    """The course, its things as files by path, its class days, and its students as (name, address) in order of enrolment."""

    course: Course
    held: dict[str, Held]
    class_days: frozenset[date]
    students: tuple[tuple[str, str], ...] = ()
    sessions: tuple[CourseSession, ...] = ()


def digest_of(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def picture_printed(held: Held | None, content: bytes) -> dict[str, str]:
    """Return what is kept with the row of a picture: which address its bytes have, and their digest in a public copy."""
    return {"key": getattr(held.thing, "key", ""), "bare": digest_of(without_metadata(content)).hex()} if held else {}


def inventory(course: Course, now: datetime, *, with_files: bool = False) -> Inventory:
    """Return everything of a course that has a file. `with_files` reads pictures and other files too. Eleven queries."""
    return _Taking(course, now, with_files=with_files).run()


class _Taking:
    """One pass through the course."""

    def __init__(self, course: Course, now: datetime, *, with_files: bool) -> None:
        self.course, self.now, self.with_files = course, now, with_files
        rows = FolderFile.objects.filter(course=course)
        self.rows = list(rows if with_files else rows.exclude(kind=FileKind.ASSET)) + (
            [] if with_files else list(rows.filter(kind=FileKind.ASSET).defer("stored"))
        )
        self.by_ref = {(row.kind, row.ref): row for row in self.rows}
        self.taken = {row.path for row in self.rows}
        self.held: dict[str, Held] = {}
        self.sessions = tuple(CourseSession.objects.filter(course=course).order_by("starts_at"))
        for session in self.sessions:
            session.course = course

    def run(self) -> Inventory:
        weeks = list(Week.objects.filter(course=self.course).select_related("session").order_by("number", "slug"))
        placed = [(self._week(week), week) for week in weeks]
        self._course(placed)
        self._pages()
        self._quizzes(weeks)
        self._announcements(weeks)
        self._schedule()
        self._pictures()
        self._assets()
        students = Enrollment.objects.filter(course=self.course, role=Role.STUDENT).order_by("pk").select_related("person")
        return Inventory(
            self.course,
            self.held,
            frozenset(day_of(session, self.course.tz) for session in self.sessions),
            tuple((one.person.name, one.person.email) for one in students),
            self.sessions,
        )

    def _row(self, kind: FileKind, ref: str) -> FolderFile | None:
        return self.by_ref.get((kind, ref))

    def _path(self, row: FolderFile | None, fresh: str) -> str:
        if row is not None:
            return row.path
        path = layout.free_path(fresh, self.taken)
        self.taken.add(path)
        return path

    def _hold(self, held: Held) -> str:
        self.held[held.path] = held
        return held.path

    def _week(self, week: Week) -> str:
        week.course = self.course
        row = self._row(FileKind.WEEK, str(week.pk))
        path = self._path(row, layout.week_path(week.number, week.title, week.filename))
        opened = week.is_released(self.now)
        return self._hold(Held(path, FileKind.WEEK, str(week.pk), str(week), _bytes(week.source), _base(row), opened, thing=week))

    def _course(self, weeks: list[tuple[str, Week]]) -> None:
        row = self._row(FileKind.COURSE, "")
        facts = course_facts(self.course, weeks)
        fresh = _fresh_course(self.course, self.sessions, facts)
        text = course_file(_stored(row), _printed(row), facts, fresh)
        path = layout.COURSE_FILE
        self._hold(Held(path, FileKind.COURSE, "", self.course.title, _bytes(text), _base(row), facts=facts, thing=self.course))

    def _pages(self) -> None:
        for page in Page.objects.filter(course=self.course).order_by("title", "pk"):
            page.course = self.course
            row = self._row(FileKind.PAGE, str(page.pk))
            path = self._path(row, layout.page_path(page.title))
            opened = page.is_released(self.now)
            self._hold(Held(path, FileKind.PAGE, str(page.pk), page.title, _bytes(page.source), _base(row), opened, thing=page))

    def _quizzes(self, weeks: list[Week]) -> None:
        by_pk = {week.pk: week for week in weeks}
        for quiz in Quiz.objects.filter(course=self.course).order_by("opens_at", "title", "pk"):
            quiz.course, quiz.week = self.course, by_pk.get(quiz.week_id or 0)
            row = self._row(FileKind.QUIZ, str(quiz.pk))
            facts = quiz_facts(quiz)
            text = quiz_file(_stored(row), _printed(row), facts)
            opened = _is_open(quiz, self.now)
            path = self._path(row, layout.quiz_path(quiz.slug))
            self._hold(
                Held(path, FileKind.QUIZ, str(quiz.pk), quiz.title, _bytes(text), _base(row), opened, facts=facts, thing=quiz)
            )

    def _announcements(self, weeks: list[Week]) -> None:
        by_pk = {week.pk: week for week in weeks}
        for one in Announcement.objects.filter(course=self.course).order_by("created_at", "pk"):
            one.week = by_pk.get(one.week_id or 0)
            row = self._row(FileKind.ANNOUNCEMENT, one.public_id)
            facts = announcement_facts(one, self.course.tz)
            text = announcement_file(_stored(row), _printed(row), facts)
            day = (one.publish_at or one.created_at).astimezone(self.course.tz).date()
            path = self._path(row, layout.announcement_path(day, one.title))
            posted = one.state != AnnouncementState.DRAFT and one.publish_at is not None and one.publish_at <= self.now
            opened = posted and not one.is_over(self.now)
            self._hold(
                Held(
                    path,
                    FileKind.ANNOUNCEMENT,
                    one.public_id,
                    one.title,
                    _bytes(text),
                    _base(row),
                    opened,
                    facts=facts,
                    thing=one,
                )
            )

    def _schedule(self) -> None:
        row = self._row(FileKind.SCHEDULE, "")
        facts = schedule_facts(slots_of(self.course), self.course.tz)
        if row is None and not facts["days"]:
            return
        days = frozenset(day_of(session, self.course.tz) for session in self.sessions)
        text = schedule_file(_stored(row), _printed(row), facts, days)
        self._hold(Held(layout.SCHEDULE_FILE, FileKind.SCHEDULE, "", "Presentations", _bytes(text), _base(row), facts=facts))

    def _pictures(self) -> None:
        files = list(CourseFile.objects.filter(course=self.course).order_by("name").defer("content"))
        known = {file.pk: self._row(FileKind.PICTURE, str(file.pk)) for file in files}
        # The bytes are only read where they are wanted, or where nothing tells which they are.
        unread = [
            pk for pk, row in known.items() if self.with_files or row is None or row.printed.get("key") != _key_of(files, pk)
        ]
        read = dict(CourseFile.objects.filter(pk__in=unread).values_list("pk", "content")) if unread else {}
        folders = self._folders_by_name() if any(row is None for row in known.values()) else {}
        for file in files:
            row, content = known[file.pk], bytes(read.get(file.pk, b""))
            digest = digest_of(content) if file.pk in read else bytes(row.base) if row else b""
            path = self._path(row, f"{folders.get(file.name, 'assets')}/{file.name}".removeprefix("/"))
            bare = bytes.fromhex(row.printed.get("bare", "")) if row else b""
            self._hold(
                Held(path, FileKind.PICTURE, str(file.pk), file.name, content, _base(row), digest=digest, bare=bare, thing=file)
            )

    def _folders_by_name(self) -> dict[str, str]:
        """Return where a picture must lie so that "files/name.png" in a text leads to it: beside the first text that says so."""
        found: dict[str, str] = {}
        for held in self.held.values():
            text = held.ours.decode("utf-8", "replace")
            if "![" in text and "files/" in text:
                for named in named_in(text):
                    found.setdefault(named.name, f"{held.path.rpartition('/')[0]}/files")
        return found

    def _assets(self) -> None:
        for row in self.rows:
            if row.kind == FileKind.ASSET:
                content = bytes(row.stored) if self.with_files else b""
                self._hold(Held(row.path, FileKind.ASSET, row.ref, row.path, content, bytes(row.base), digest=bytes(row.base)))


def _is_open(quiz: Quiz, now: datetime) -> bool:
    """Whether students may see the questions of a quiz: published, in an open week, not before its opening time.

    Where a code is asked for, nobody has seen them without it before the quiz is over.
    """
    if quiz.access_code and (quiz.closes_at is None or quiz.closes_at > now):
        return False
    published = quiz.state == QuizState.PUBLISHED and (quiz.published_at is None or quiz.published_at <= now)
    week_open = quiz.week is None or quiz.week.is_released(now)
    return published and week_open and (quiz.opens_at is None or quiz.opens_at <= now)


def slots_of(course: Course) -> Iterable[Slot]:
    """Return the places of a course in order, with their sessions and who has them. Two queries."""
    bookings = Booking.objects.active().select_related("person").order_by("pk")
    slots = Slot.objects.filter(course=course).select_related("session").order_by("session__starts_at", "position")
    return slots.prefetch_related(Prefetch("bookings", queryset=bookings))


def _key_of(files: Iterable[CourseFile], pk: int) -> str:
    return next(file.key for file in files if file.pk == pk)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _base(row: FolderFile | None) -> bytes | None:
    return None if row is None else bytes(row.base)


def _stored(row: FolderFile | None) -> str | None:
    return bytes(row.stored).decode() if row is not None and row.printed else None


def _printed(row: FolderFile | None) -> Facts:
    return row.printed if row is not None else Facts()


def _fresh_course(course: Course, sessions: Iterable[CourseSession], facts: Facts) -> str:
    """Return a course.yaml for a course that never had one."""
    values = facts["values"]
    begins, ends = course.term.starts_on, course.term.ends_on
    meetings, breaks = _pattern(course, list(sessions), begins, ends)
    term = [f"{key}: {values[f'term.{key}']}" for key in ("name", "starts", "ends")]
    term += [f"breaks: [{', '.join(f'[{day}, {day}]' for day in breaks)}]"] if breaks else []
    lines = ["format: 1", *(f"{key}: {values[key]}" for key in ("title", "code"))]
    lines += [f"term: {{{', '.join(term)}}}", f"timezone: {values['timezone']}"]
    lines += [f"meets: [{', '.join(meetings)}]"] if meetings else []
    weeks = [f"  - {week_entry(path, said)}" for path, said in facts["entries"].items() if any(said.values())]
    return "\n".join([*lines, *(["weeks:", *weeks] if weeks else [])]) + "\n"


def _pattern(course: Course, sessions: list[CourseSession], begins: date, ends: date) -> tuple[list[str], list[date]]:
    """Return the weekly meetings that most class sessions follow, as YAML, and the days of the term that lack one."""
    local = [(one.starts_at.astimezone(course.tz), one.ends_at.astimezone(course.tz), one.room) for one in sessions]
    counted = Counter((start.weekday(), f"{start:%H:%M}", f"{end:%H:%M}", room) for start, end, room in local)
    usual: dict[int, tuple[int, str, str, str]] = {}
    for one, times in counted.most_common():
        if times > 1:
            usual.setdefault(one[0], one)
    meetings = [
        "{" + f'day: {DAYS[day]}, from: "{start}", to: "{end}"' + (f", where: {written(room)}" if room else "") + "}"
        for day, start, end, room in sorted(usual.values())
    ]
    there = {start.date() for start, _, _ in local}
    return meetings, [day for day in _days(begins, ends) if day.weekday() in usual and day not in there]


def _days(begins: date, ends: date) -> Iterator[date]:
    for offset in range(min((ends - begins).days, LONGEST_TERM.days) + 1):
        yield begins + timedelta(days=offset)
