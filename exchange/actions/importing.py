"""Bringing a folder into a course: everything that can be taken, in one transaction, or only a rehearsal of it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from accounts.models import User
from course.actions.announcements import OverTooSoonError
from course.actions.files import FileRefusedError
from course.actions.pages import PageRefusedError
from course.actions.weeks import ReleaseRefusedError, SessionRefusedError, TextRefusedError, WeekExistsError
from course.models import Announcement, Course, Week
from exchange.actions.course_settings import CourseRefusedError, change_course, new_course
from exchange.actions.things import APPLY, Applying
from exchange.course_yaml import read_course
from exchange.enums import TEXTS, UNDECIDED, FileKind, Verdict
from exchange.folder import Folder
from exchange.inventory import Inventory, digest_of, inventory, picture_printed
from exchange.layout import COURSE_FILE
from exchange.models import FolderFile
from exchange.notes import Note, notes
from exchange.planning import Change, Choices, plan, unreadable
from presentations.models import Booking, Slot
from quizzes.actions.newer_text import KeyChangedError, MustAskError, ask_to_regrade
from quizzes.actions.refusals import RefusedError
from quizzes.models import Quiz
from quizzes.walltime import NoSuchTimeError
from quizzes.wording import counted


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did, or would do: one change for each file, in order, and the files that are no part of a course.

    `state` tells the course as it was before it from any other.
    """

    course: Course
    changes: tuple[Change, ...]
    left_alone: tuple[str, ...] = ()
    state: str = ""

    @property
    def refused(self) -> bool:
        """Whether some file was not taken."""
        return any(change.verdict == Verdict.REFUSED for change in self.changes)

    @property
    def undecided(self) -> bool:
        """Whether some file waits for a person."""
        return any(change.verdict in UNDECIDED for change in self.changes)


class CourseChangedError(Exception):
    """The course is not as it was when somebody looked at the table of changes. Nothing was written."""


def bring_new(
    *, folder: Folder, slug: str, choices: Choices, instructor: User | None, now: datetime, rehearse: bool = False
) -> Outcome:
    """Make a new course of a folder. Raises CourseRefusedError where its course.yaml does not say enough; nothing is written."""
    content = folder.files.get(COURSE_FILE)
    if content is None:
        raise CourseRefusedError(Note(None, "E223", "the folder has no course.yaml — a new course needs one"))
    if (problem := unreadable(content)) is not None:
        raise CourseRefusedError(problem)
    with transaction.atomic():
        course = new_course(said=read_course(content.decode()), slug=slug, instructor=instructor)
        outcome = bring(course=course, folder=folder, choices=choices, author=instructor, now=now)
        transaction.set_rollback(rehearse)
    return outcome


def bring(
    *,
    course: Course,
    folder: Folder,
    choices: Choices,
    author: User | None,
    now: datetime,
    rehearse: bool = False,
    expected: str | None = None,
) -> Outcome:
    """Take a folder into a course: each file that is new or changed through the door of what it is.

    What a door refuses is told and leaves that file as it was; what waits for a decision keeps what the course has. With
    `rehearse` everything is done and undone again, so that the table of changes says what will happen and not what might.
    Raises CourseChangedError where the course's state is not the `expected` one.
    """
    with transaction.atomic():
        locked = Course.objects.select_for_update(of=("self",)).select_related("term").get(pk=course.pk)
        if not rehearse:
            _hold_things(locked)
        before = inventory(locked, now)
        state = state_of(before)
        if expected is not None and expected != state:
            raise CourseChangedError
        made = plan(before, folder, choices)
        doing = Applying(locked, made, choices, author, now)
        done: list[tuple[Change, str]] = [_applied(doing, change) for change in made.changes]
        _remember(locked, done, now)
        transaction.set_rollback(rehearse)
    return Outcome(course if rehearse else locked, tuple(change for change, _ in done), folder.left_alone, state)


def _hold_things(course: Course) -> None:
    """Lock what is edited on the web without the course's row, in the order in which the doors below lock it.

    Whatever the import reads from here on stays so until it has written: an edit that comes later waits, and is told then
    that its text is not the newest. Pages and pictures wait for the course's row itself.
    """
    for held in (
        Week.objects.select_for_update(no_key=True, of=("self",)).filter(course=course).order_by("pk"),
        Quiz.objects.select_for_update(of=("self",)).filter(course=course).order_by("pk"),
        Announcement.objects.select_for_update(of=("self",)).filter(course=course).order_by("pk"),
        Slot.objects.select_for_update(of=("self",)).filter(course=course).order_by("session", "position"),
        Booking.objects.active().select_for_update(of=("self",)).filter(slot__course=course).order_by("pk"),
    ):
        list(held.values_list("pk"))


def state_of(found: Inventory) -> str:
    """Return a digest of all files of a course and of what the folder last held."""
    whole = hashlib.sha256()
    for path, held in sorted(found.held.items()):
        for part in (path.encode(), held.ours, held.digest, held.base or b"-"):
            whole.update(len(part).to_bytes(8) + part)
    return whole.hexdigest()


def _applied(doing: Applying, change: Change) -> tuple[Change, str]:
    """Apply one change; return it with what was found on the way, and the reference of what it became."""
    if change.verdict in {*UNDECIDED, Verdict.REFUSED} or (change.verdict == Verdict.ONLY_HERE and change.theirs is None):
        return change, ""
    try:
        with transaction.atomic():
            ref = _apply(doing, change)
    except MustAskError as error:
        return replace(change, verdict=Verdict.QUESTION, asks=tuple(error.asks), words=_WHICH), ""
    except KeyChangedError as error:
        attempts = counted(error.change.graded, "graded attempt")
        ask = ask_to_regrade(
            f"This changes {error.change.keys} for {attempts}. Grade {'it' if error.change.graded == 1 else 'them'} again?"
        )
        return replace(change, verdict=Verdict.QUESTION, asks=(ask,), words=" ".join(error.change.remarks)), ""
    except _REFUSALS as error:
        return change.refused(*_reasons(error, change.path)), ""
    words = " ".join([change.words, *doing.rekeyed.get(change.path, ())]).strip()
    return replace(change, notes=(*change.notes, *doing.remarks.get(change.path, [])), words=words), ref


_REFUSALS = (
    OverTooSoonError,
    TextRefusedError,
    WeekExistsError,
    SessionRefusedError,
    ReleaseRefusedError,
    PageRefusedError,
    FileRefusedError,
    RefusedError,
    NoSuchTimeError,
)
_WHICH = "There are answers, and nothing tells which is which."


def _apply(doing: Applying, change: Change) -> str:
    if change.kind != FileKind.COURSE:
        return APPLY[change.kind](doing, change)
    if change.result is not None:
        for note in change_course(course=doing.course, said=doing.plan.said, before=doing.plan.before, now=doing.now):
            doing.note(change.path, note.code, note.text)
    return ""


def _reasons(error: Exception, path: str) -> Iterable[Note]:
    """Return what a door said as notes."""
    if isinstance(error, TextRefusedError):
        return notes(error.messages)
    if isinstance(error, RefusedError):
        return [_told(reason, path) for reason in error.reasons]
    code = {WeekExistsError: "E211", NoSuchTimeError: "E215", OverTooSoonError: "E204"}.get(type(error), "E226")
    return [Note(None, code, str(error))]


def _told(reason: str, path: str) -> Note:
    """Return a reason of the quizzes' doors as a note: "FILE: E204 …" or a sentence."""
    code, _, text = reason.removeprefix(f"{path}: ").partition(" ")
    known = len(code) == 4 and code[0] == "E" and code[1:].isdigit()
    return Note(None, code, text) if known else Note(None, "E226", reason)


def _remember(course: Course, done: Iterable[tuple[Change, str]], now: datetime) -> None:
    """Keep what folder and course have in common now: the base of the next merge."""
    kept = [(change, ref) for change, ref in done if _is_exchanged(change, ref)]
    if not kept:
        return
    after = inventory(course, now)
    rows = {(row.kind, row.ref): row for row in FolderFile.objects.filter(course=course)}
    fresh: list[FolderFile] = []
    for change, ref in kept:
        row = rows.get((change.kind, ref)) or FolderFile(course=course, kind=change.kind, ref=ref)
        _fill(row, change, after, now)
        fresh.append(row)
    # A path that another thing had before is taken over by the one that has it now.
    paths = {row.path for row in fresh}
    FolderFile.objects.filter(course=course, path__in=paths).exclude(pk__in=[row.pk for row in fresh if row.pk]).delete()
    _write(fresh)


def _write(rows: list[FolderFile]) -> None:
    known = [row for row in rows if row.pk]
    moved = FolderFile.objects.filter(pk__in=[row.pk for row in known])
    old = dict(moved.values_list("pk", "path"))
    for row in known:
        if old[row.pk] != row.path:  # two that change places must not meet on the way
            FolderFile.objects.filter(pk=row.pk).update(path=f".moving/{row.pk}")
    FolderFile.objects.bulk_update(known, ["path", "base", "stored", "printed", "exchanged_at"])
    FolderFile.objects.bulk_create([row for row in rows if not row.pk])


def _is_exchanged(change: Change, ref: str) -> bool:
    if change.theirs is None or change.verdict in {*UNDECIDED, Verdict.REFUSED}:
        return False
    if change.public and change.result is None:
        return False
    return bool(ref) or change.kind in {FileKind.COURSE, FileKind.SCHEDULE}


def _fill(row: FolderFile, change: Change, after: Inventory, now: datetime) -> None:
    theirs = change.theirs or b""
    row.path, row.exchanged_at = change.path, now
    if change.kind == FileKind.ASSET:
        row.base, row.stored = digest_of(theirs), theirs
        return
    held = next((one for one in after.held.values() if (one.kind, one.ref) == (change.kind, row.ref)), None)
    if change.kind == FileKind.PICTURE:
        row.base, row.printed = digest_of(theirs), picture_printed(held, theirs)
        return
    assert change.kind in TEXTS
    if not (change.public and row.pk):
        row.base = change.result or theirs if change.public else theirs
    if held is not None and held.facts and (change.result is not None or not row.printed):
        row.stored, row.printed = (change.result or theirs), dict(held.facts)
