"""Everything that changes a week: its text, its release, its readings, and a student's ticks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from course.enums import Release
from course.index import (
    INDEXED_FIELDS,
    Before,
    describe,
    file_of,
    keep_marks,
    mark_readings,
    match_readings,
    read_week,
    sections_of,
)
from course.models import Course, CourseSession, Reading, ReadingTick, Section, Week, WeekRead, WeekVersion
from course.read_marks import Visit, visit
from course.week_outline import Place, found_again, node_at, successor, text_of
from course.weekfile import MAX_BYTES, Level, Message, WeekFile

if TYPE_CHECKING:
    from accounts.models import User


MOST_SECTIONS = 500
MOST_ITEMS = 3000
"""More than a hundred times what real pages have; each one is a row or takes its time to lay out."""


class TextRefusedError(ValueError):
    """The text cannot become a week page; `messages` say where and what to do. Nothing was written."""

    def __init__(self, messages: tuple[Message, ...]) -> None:
        super().__init__("; ".join(message.text for message in messages))
        self.messages = messages


class WeekExistsError(ValueError):
    """The course has this week already; `week` is the one that is there. Nothing was written."""

    def __init__(self, week: Week) -> None:
        super().__init__(f"{week} is in the course already \u2014 replace it, or give the new page another number")
        self.week = week


class WeekChangedError(ValueError):
    """Somebody saved the week since the editor was opened; `week` is what is stored now. Nothing was written."""

    def __init__(self, week: Week) -> None:
        super().__init__(f"this week was changed meanwhile: version {week.version} is stored \u2014 compare the two texts")
        self.week = week


class PlaceChangedError(WeekChangedError):
    """Somebody changed this very part of the week meanwhile. `was` is the part as the form showed it, `stored` as it is now
    (both Markdown; "" where the part is not there), at `place`. Nothing was written.
    """

    def __init__(self, week: Week, was: str = "", stored: str = "", place: Place | None = None) -> None:
        super().__init__(week)
        self.was = was
        self.stored = stored
        self.place = place


class SessionRefusedError(ValueError):
    """The class session cannot be this week's; the text says why. Nothing was written."""


class ReleaseRefusedError(ValueError):
    """The release asked for is not possible; the text says why."""


@dataclass(frozen=True, slots=True)
class NewReading:
    """What a form says about one more reading. `minutes` is None where nobody said."""

    section_line: int
    title: str
    url: str
    minutes: int | None
    optional: bool


def check_text(file: WeekFile) -> WeekFile:
    """Return `file`, or raise TextRefusedError if it cannot be stored as a week page: no text, not UTF-8, NUL, no number."""
    if not file.readable:
        raise TextRefusedError(file.messages)
    if not file.source.strip():
        raise TextRefusedError(
            (_error("E209", "the page is empty \u2014 begin with a title such as \u201c# Week 5: Title\u201d"),)
        )
    if len(file.sections) > MOST_SECTIONS or len(file.items) > MOST_ITEMS:
        text = f"more than {MOST_SECTIONS} headings or {MOST_ITEMS} list items \u2014 split the page"
        raise TextRefusedError((_error("E212", text),))
    if file.number is None:
        text = "no week number found \u2014 write the title as \u201c# Week 5: Title\u201d"
        raise TextRefusedError((_error("E210", text, file),))
    return file


def check_size(size: int) -> None:
    """Raise TextRefusedError for a file of `size` bytes that is longer than a week page can be; it needs not be read."""
    if size > MAX_BYTES:
        text = f"too long: {size // 1000} kB, at most {MAX_BYTES // 1000} kB \u2014 split the page"
        raise TextRefusedError((_error("E208", text),))


def _error(code: str, text: str, file: WeekFile | None = None) -> Message:
    heading = file.parts.titled.heading if file else None
    return Message(heading.line if heading else 1, code, Level.ERROR, text)


def save_week(
    *,
    course: Course,
    week: Week | None,
    text: str,
    author: "User | None",
    now: datetime,
    session: CourseSession | None = None,
    filename: str = "",
    base_version: int | None = None,
) -> Week:
    """Store `text` as the whole text of `week` (None: a new week, a draft) and rebuild its sections and readings.

    The text is kept as it is, byte for byte; every version is kept. The class session becomes `session`. An unchanged
    text writes no version. Raises TextRefusedError, WeekExistsError (number already in the course), WeekChangedError (the stored
    version is not `base_version`, where one is given), SessionRefusedError (of another course, or another week has it).
    """
    file = check_text(read_week(course, text.encode("utf-8", "surrogatepass")))
    _check_session(course, week, session)
    try:
        with transaction.atomic():
            target = _locked(week, base_version) if week else Week(course=course, version=0, filename=filename)
            target.session = session
            target.filename = filename or target.filename
            _store(target, file, text, author, now)
            return target
    except IntegrityError as error:
        _check_session(course, week, session)  # given to another week in this moment
        other = _same_week(course, week, file)
        if other is None:
            raise
        raise WeekExistsError(other) from error


def _locked(week: Week, base_version: int | None) -> Week:
    target = Week.objects.select_for_update(no_key=True, of=("self",)).select_related("course").get(pk=week.pk)
    if base_version is not None and target.version != base_version:
        raise WeekChangedError(target)
    return target


def _same_week(course: Course, week: Week | None, file: WeekFile) -> Week | None:
    others = Week.objects.filter(course=course, number=file.number).select_related("course")
    return others.exclude(pk=week.pk).first() if week else others.first()


def _check_session(course: Course, week: Week | None, session: CourseSession | None) -> None:
    if session is None:
        return
    if session.course_id != course.pk:
        raise SessionRefusedError("this class session belongs to another course")
    taken = Week.objects.filter(session=session)
    other = (taken.exclude(pk=week.pk) if week else taken).first()
    if other is not None:
        raise SessionRefusedError(f"{other} has this class session already \u2014 choose another one")


def _store(week: Week, file: WeekFile, text: str, author: "User | None", now: datetime) -> None:
    """Write text, version, and index; inside the caller's transaction. Eleven queries for a page of any length."""
    if (other := _same_week(week.course, week if week.pk else None, file)) is not None:
        raise WeekExistsError(other)
    changed = week.version == 0 or week.source != text
    before = Before.of(week, list(week.sections.all()) if week.pk else [])
    describe(week, file)
    week.slug = slugify(str(week.number))
    week.source = text
    if changed:
        week.version += 1
        week.changed_at = now
    sections = keep_marks(week, before, sections_of(week, file), week.version if changed else None)
    week.save()
    if changed:
        WeekVersion.objects.create(week=week, number=week.version, source=text, author=author, created_at=now)
    _store_index(week, file, sections, now, week.version if changed else None)


def _store_index(week: Week, file: WeekFile, sections: list[Section], now: datetime, version: int | None) -> None:
    """`version` is the one that this text came with; None where the text is the same as before."""
    old = list(week.readings.select_related("section"))
    Section.objects.filter(week=week).delete()
    Section.objects.bulk_create(sections)
    said = {one.pk: one.says for one in old}
    matched = match_readings(week, old, file, sections)
    for reading in matched.new:
        reading.added_at = now
    if version is not None:
        mark_readings(matched, said, version)
    Reading.objects.bulk_create(matched.new)
    Reading.objects.bulk_update(matched.kept + matched.gone, INDEXED_FIELDS)


def rerender_week(*, week: Week, now: datetime) -> None:
    """Rebuild all that is made from the text of `week` with the renderer of now; text and version stay, ticks too."""
    with transaction.atomic():
        target = _locked(week, None)
        file = file_of(target)
        before = Before.of(target, list(target.sections.all()))
        describe(target, file)
        sections = keep_marks(target, before, sections_of(target, file), None)
        target.save()
        _store_index(target, file, sections, now, None)


Edit = Callable[[WeekFile, Place], WeekFile]


def edit_week(*, week: Week, place: Place, edit: Edit, base_version: int, author: "User | None", now: datetime) -> Week:
    """Apply `edit` to what stands at `place` in version `base_version` of `week`, and store the result as a new version.

    An edit that changes nothing writes nothing. If the week was changed elsewhere meanwhile, the edit goes where its part is
    now. Raises PlaceChangedError where the part itself was changed or is gone, course.weekfile.EditError where the edit
    cannot be written safely, and what `save_week` raises.
    """
    with transaction.atomic():
        target = _locked(week, None)
        file = file_of(target)
        there = place if target.version == base_version else _moved_place(target, file, place, base_version)
        if node_at(file, there) is None:
            raise PlaceChangedError(target)
        after = edit(file, there)
        text = check_text(after).emit().decode()
        if text != target.source:
            _store(target, after, text, author, now)
    return target


def _moved_place(week: Week, file: WeekFile, place: Place, base_version: int) -> Place:
    base = WeekVersion.objects.filter(week=week, number=base_version).first()
    old = read_week(week.course, base.source.encode()) if base else None
    if old is None:
        raise PlaceChangedError(week)
    found = found_again(old, place, file)
    if found is None:
        was, now = node_at(old, place), successor(old, place, file)
        raise PlaceChangedError(
            week,
            text_of(old, was[1]) if was else "",
            text_of(file, now) if now else "",
            now.place if now else None,
        )
    return found


def restore_week(*, week: Week, number: int, author: "User | None", now: datetime) -> Week:
    """Store the text of version `number` again, as a new version; nothing of the history is lost.

    A text that is stored already writes nothing. Raises WeekVersion.DoesNotExist, and what `save_week` raises.
    """
    text = WeekVersion.objects.get(week=week, number=number).source
    return save_week(course=week.course, week=week, text=text, author=author, now=now, session=week.session)


def note_week_read(*, week: Week, person: "User", known: Visit | None, now: datetime) -> Visit:
    """Note that `person` reads the present version of `week`; return this visit, with what was read on the one before.

    Writes at most once an hour, and when the page has changed since; `known` is what was noted so far.
    """
    found = visit(known, week.version, now)
    values = {
        "version": found.version,
        "at": found.at,
        "before_version": found.before_version,
        "before_at": found.before_at,
    }
    if known is None:
        WeekRead.objects.bulk_create([WeekRead(week=week, person=person, **values)], ignore_conflicts=True)
    elif found != known:
        WeekRead.objects.filter(week=week, person=person, at=known.at).update(**values)
    return found


def release_week(*, week: Week, state: Release, opens_at: datetime | None = None, now: datetime) -> Week:
    """Open a week to students now, let it open at `opens_at`, or take it back to a draft.

    Raises ReleaseRefusedError for a schedule without a time or with one that has passed.
    """
    if state == Release.SCHEDULED and (opens_at is None or opens_at <= now):
        raise ReleaseRefusedError("Give a time in the future, or open the week now")
    with transaction.atomic():
        target = _locked(week, None)
        if target.state == state and (state != Release.SCHEDULED or target.opens_at == opens_at):
            return target
        target.state = state
        target.opens_at = {Release.OPEN: now, Release.SCHEDULED: opens_at, Release.DRAFT: None}[state]
        target.save(update_fields=["state", "opens_at"])
    return target


def add_reading(
    *,
    week: Week,
    new: NewReading,
    read_by: CourseSession | None,
    base_version: int | None,
    author: "User | None",
    now: datetime,
) -> Reading:
    """Write one more reading into the text of `week`, as one line in its section, and return its row.

    Raises WeekChangedError, and course.weekfile.EditError where the line cannot be written safely.
    """
    _check_read_by(week, read_by)
    with transaction.atomic():
        target = _locked(week, base_version)
        after = file_of(target).insert_reading(new.section_line, new.title, new.url, new.minutes, new.optional)
        _store(target, after, after.emit().decode(), author, now)
        section = next(one for one in after.sections if one.line == new.section_line)
        line = max(item.line for item in section.items if item.depth == 0 and not item.placeholder)
        reading = Reading.objects.get(week=target, line=line, removed=False)
        if read_by is not None:
            reading.read_by = read_by
            reading.save(update_fields=["read_by"])
    return reading


def assign_reading(*, reading: Reading, read_by: CourseSession | None) -> Reading:
    """Say until which class session `reading` is to be read; None: the session of its own week."""
    _check_read_by(reading.week, read_by)
    reading.read_by = read_by
    reading.save(update_fields=["read_by"])
    return reading


def _check_read_by(week: Week, read_by: CourseSession | None) -> None:
    if read_by is not None and read_by.course_id != week.course_id:
        raise ValueError("this class session belongs to another course")


def tick_reading(*, reading: Reading, person: "User", now: datetime) -> None:
    """Note privately that `person` has read `reading`; twice is once."""
    ReadingTick.objects.get_or_create(reading=reading, person=person, defaults={"at": now})


def untick_reading(*, reading: Reading, person: "User") -> None:
    """Take the note back."""
    ReadingTick.objects.filter(reading=reading, person=person).delete()
