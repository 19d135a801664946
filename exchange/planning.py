"""What an import would do with each file of a folder: matched with what the course has, merged, judged. No queries, nothing is written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from course.models import CourseFile, Week
from course.page_checks import check_links
from course.pictures import file_name
from course.week_model import Surroundings
from course.weekfile import MAX_BYTES as LONGEST_TEXT
from course.weekfile import parse as parse_week
from exchange import layout
from exchange.announcement_file import read_announcement
from exchange.course_yaml import CourseSaid, read_course
from exchange.enums import TEXTS, UNDECIDED, FileKind, Verdict
from exchange.folder import Folder
from exchange.front_text import BOM
from exchange.inventory import Held, Inventory, digest_of
from exchange.merge import Choice, Conflict, Kind, merge, resolve
from exchange.notes import Note, notes
from exchange.public import Aliases, is_keyless
from exchange.public_files import public_text, shared_text
from exchange.schedule_table import nearest, read_schedule
from exchange.yaml_text import read
from presentations.names import matches
from quizzes.checks import is_good_for_a_draft
from quizzes.enums import QuizState
from quizzes.formats.detect import parse_quiz
from quizzes.formats.model import Format, ParsedQuiz
from quizzes.models import Quiz
from quizzes.which import Ask

if TYPE_CHECKING:
    from datetime import date

_MERGED_AS: dict[FileKind, Kind] = {FileKind.QUIZ: "quiz", FileKind.COURSE: "text"}
WHOLE = 0
"""The line of a conflict that is about a file as a whole: one of the two holds, not both."""
_ABOUT_THE_KEY = frozenset({"E101", "E102", "E103"})


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person decided: for conflicts by path (one choice for each, None: left open), and the questions about a file.

    `same` are answers to the questions of a file (`Change.asks`) by their `ref`; with `guess` nobody is asked which is which.
    `regrade` says for all files whether attempts whose key changed are graded again; None: it is asked.
    """

    conflicts: Mapping[str, Sequence[Choice | None]] = field(default_factory=dict)
    everywhere: Choice | None = None
    same: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    regrade: bool | None = None
    guess: bool = False

    def of(self, path: str, count: int) -> Sequence[Choice] | None:
        """Return the choices for the conflicts of a file; None if they are not all decided."""
        said = self.conflicts.get(path, ())
        made = [one for one in said if one is not None]
        if made and len(made) == len(said) == count:
            return made
        return [self.everywhere] * count if self.everywhere is not None else None


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one file: `result` is the text or content to be stored, None where nothing is; of a Question what will
    be stored once it is answered.

    `words` say what the verdict alone does not. `parsed` is a quiz as read. `theirs` is None for what is only in the course.
    `asks` are questions that wait for an answer.
    """

    path: str
    kind: FileKind
    verdict: Verdict
    held: Held | None = None
    theirs: bytes | None = field(default=None, repr=False)
    result: bytes | None = field(default=None, repr=False)
    words: str = ""
    notes: tuple[Note, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    asks: tuple[Ask, ...] = ()
    public: bool = False
    parsed: ParsedQuiz | None = field(default=None, repr=False)

    @property
    def text(self) -> str:
        """The result as a text, with its byte order mark."""
        return (self.result or b"").decode("utf-8")

    def refused(self, *found: Note) -> "Change":
        return replace(self, verdict=Verdict.REFUSED, result=None, notes=(*self.notes, *found), words="")


@dataclass(frozen=True, slots=True)
class Plan:
    """All changes by path, and course.yaml as it will be."""

    changes: tuple[Change, ...]
    said: CourseSaid
    before: CourseSaid


def plan(inventory: Inventory, folder: Folder, choices: Choices) -> Plan:
    """Return what an import of `folder` would do, in the order in which it is done."""
    return _Planning(inventory, folder, choices).run()


class _Planning:
    def __init__(self, inventory: Inventory, folder: Folder, choices: Choices) -> None:
        self.inventory, self.folder, self.choices = inventory, folder, choices
        self.aliases = Aliases.of(inventory.students)
        self.said = self.before = CourseSaid(read(""))
        self.days: frozenset[date] = inventory.class_days
        # What the folder lacks stays in the course, and is in the next folder at its place.
        self.there = {*folder.files, *folder.refused, *folder.left_alone, *inventory.held}

    def run(self) -> Plan:
        course = self._course()
        pairs = matched(self.inventory, self.folder)
        changes = [] if course is None else [course]
        for path, content in self.folder.files.items():
            kind = layout.kind_of(path) or FileKind.ASSET  # elsewhere, and linked to
            if kind != FileKind.COURSE:
                changes.append(self._file(path, kind, content, pairs.get(path)))
        changes += [
            Change(path, layout.kind_of(path) or FileKind.ASSET, Verdict.REFUSED, notes=(note,))
            for path, note in self.folder.refused.items()
        ]
        there = {id(held) for held in pairs.values()}
        changes += [
            Change(held.path, held.kind, Verdict.ONLY_HERE, held, words=_ONLY_PUBLIC if self.public else _only_here(held))
            for held in self.inventory.held.values()
            if id(held) not in there and held.kind != FileKind.COURSE
        ]
        order = list(FileKind)
        changes.sort(key=lambda one: (order.index(one.kind), one.path))
        return Plan(tuple(changes), self.said, self.before)

    def _course(self) -> Change | None:
        held = self.inventory.held[layout.COURSE_FILE]
        self.before = self.said = read_course(held.ours.decode()) if held.base is not None else CourseSaid(read(""))
        content = self.folder.files.get(layout.COURSE_FILE)
        if content is None:
            return None
        if (problem := unreadable(content)) is None:
            theirs = read_course(content.decode())
            self.public = theirs.public_copy
        change = self._text(layout.COURSE_FILE, FileKind.COURSE, content, held if held.base is not None else None)
        if (problem is None and change.result is not None) or change.verdict == Verdict.SAME:
            said = read_course((change.result or content).decode())
            change = replace(change, notes=(*change.notes, *said.notes))
            if any(note.is_error for note in said.notes):
                return replace(change, verdict=Verdict.REFUSED, result=None)
            self.said = said
            self.days |= {day for day, _ in said.class_days()}
        return replace(change, held=held)

    public = False

    def _file(self, path: str, kind: FileKind, content: bytes, held: Held | None) -> Change:
        if kind not in TEXTS:
            return self._bytes(path, kind, content, held)
        change = self._text(path, held.kind if held else kind, content, held)
        if change.verdict in UNDECIDED or change.verdict == Verdict.REFUSED:
            return change
        judges: dict[FileKind, Callable[[Change], Change]] = {
            FileKind.WEEK: self._week,
            FileKind.QUIZ: self._quiz,
            FileKind.ANNOUNCEMENT: self._announcement,
            FileKind.SCHEDULE: self._schedule,
            FileKind.PAGE: self._page,
        }
        return judges[change.kind](change)

    def _bytes(self, path: str, kind: FileKind, content: bytes, held: Held | None) -> Change:
        theirs = digest_of(content)
        if held is None:
            return Change(path, kind, Verdict.NEW, None, content, content)
        moved = held.base is not None and held.path != path
        if theirs in {held.digest, held.bare}:
            public = theirs != held.digest
            verdict = Verdict.MOVED if moved else Verdict.SAME
            return Change(path, kind, verdict, held, content, words=_moved(held, path), public=public)
        if held.base == theirs:
            return Change(path, kind, Verdict.ONLY_HERE, held, content, words=_AHEAD)
        if held.base is None or held.changed_here:
            made = self.choices.of(path, 1)
            if made is None:
                conflict = Conflict(WHOLE, "", "the file in the course", "the file in the folder")
                return Change(path, kind, Verdict.CONFLICT, held, content, conflicts=(conflict,))
            if made[0] is not Choice.THEIRS:
                return Change(path, kind, Verdict.ONLY_HERE, held, content, words=_CHOSEN)
        return Change(path, kind, Verdict.CHANGED, held, content, content, words=_moved(held, path))

    def _text(self, path: str, kind: FileKind, content: bytes, held: Held | None) -> Change:
        """Compare a text with what the course has, and put both together."""
        if (problem := unreadable(content)) is not None:
            return Change(path, kind, Verdict.REFUSED, held, content, notes=(problem,))
        change = Change(path, kind, Verdict.NEW, held, content, content)
        if held is None:
            return change
        moved = held.base is not None and held.path != path
        same = replace(change, verdict=Verdict.MOVED if moved else Verdict.SAME, result=None, words=_moved(held, path))
        if content == held.ours:
            return same
        if held.base == content:
            return replace(change, verdict=Verdict.ONLY_HERE, result=None, words=_AHEAD)
        return self._apart(change, same, held, content.decode())

    def _apart(self, change: Change, same: Change, held: Held, theirs: str) -> Change:
        """The course has another text than the folder, and the folder's is not the one that it had."""
        ours, base = held.ours.decode(), held.base.decode() if held.base is not None else None
        if self.public or (change.kind == FileKind.QUIZ and _is_public(theirs) and not _is_public(ours)):
            return self._public(same, held, base, theirs)
        return self._whole(change, ours, theirs) if base is None else self._merged(change, base, ours, theirs)

    def _public(self, same: Change, held: Held, base: str | None, theirs: str) -> Change:
        """Take over what was edited in a public copy: a key and names are never erased by one (formats.md 3.7)."""
        ours = shared_text(held)
        bare = public_text(same.kind, ours, self.aliases, self.days)
        kept = (Note(None, "I402", f"no boxes marked here; the stored key{_version(held)} still fits and is kept"),)
        same = replace(
            same, public=True, notes=kept if same.kind == FileKind.QUIZ else (), words="A public copy; nothing new in it."
        )
        if same.kind == FileKind.COURSE:  # it lacks what is not open yet
            return same
        if theirs == bare or (same.kind == FileKind.QUIZ and _asks_the_same(theirs, ours)):
            return same
        if base is None or ours != held.ours.decode():  # the copy is of what was printed for a text in another format
            before = bare
        elif same.kind == FileKind.QUIZ and not _is_native(base):
            return same.refused(Note(None, "E225", _OLD_PUBLIC))  # it was printed for a text that nobody has any more
        else:
            before = public_text(same.kind, base, self.aliases, self.days)
        if theirs == before:
            return same
        first = merge(before, bare, theirs, kind=_MERGED_AS.get(same.kind, "week"))
        if first.text is None:
            return same.refused(Note(first.conflicts[0].line, "E225", _BOTH_PUBLIC))
        return self._merged(replace(same, verdict=Verdict.CHANGED, words="From a public copy."), bare, ours, first.text)

    def _whole(self, change: Change, ours: str, theirs: str) -> Change:
        """Two texts that never had one in common: a person says which of them holds."""
        made = self.choices.of(change.path, 1)
        if made is None:
            whole = Conflict(WHOLE, "", ours, theirs)
            return replace(change, verdict=Verdict.CONFLICT, result=None, conflicts=(whole,), words=_NO_BASE)
        if made[0] is Choice.THEIRS:
            return replace(change, verdict=Verdict.CHANGED)
        return replace(change, verdict=Verdict.ONLY_HERE, result=None, words=_CHOSEN)

    def _merged(self, change: Change, base: str, ours: str, theirs: str) -> Change:
        merged = merge(base, ours, theirs, kind=_MERGED_AS.get(change.kind, "week"))
        text = merged.text
        if text is None:
            made = self.choices.of(change.path, len(merged.conflicts))
            if made is None:
                return replace(change, verdict=Verdict.CONFLICT, result=None, conflicts=merged.conflicts)
            text = resolve(merged, made)
        if text == ours:
            return replace(change, verdict=Verdict.SAME, result=None, words=_CHOSEN if merged.conflicts else "")
        both = ours != base and text != theirs
        moved = _moved(change.held, change.path) if change.held else ""
        words = "Changed here and in the folder; both are kept." if both else change.words
        result = text.encode("utf-8", "surrogatepass")
        return replace(change, verdict=Verdict.MERGED if both else Verdict.CHANGED, result=result, words=words or moved)

    def _week(self, change: Change) -> Change:
        content = change.result if change.result is not None else change.theirs or b""
        around = Surroundings(change.path, self.said.headings, self.there.__contains__)
        file = parse_week(content, around)
        found = tuple(note for note in notes(file.messages) if not note.code.startswith("I"))
        if not file.readable:
            return change.refused(*found)
        change = replace(change, notes=(*change.notes, *found))
        if file.number is None and (change.held is None or change.held.kind != FileKind.WEEK):
            return replace(change, kind=FileKind.PAGE, words="It has no week number; kept as a page.")
        return change

    def _quiz(self, change: Change) -> Change:
        if change.result is None:
            return change
        parsed = parse_quiz(change.result.removeprefix(BOM.encode()), format=Format.AUTO.value, filename=change.path)
        keyless = is_keyless(parsed)
        told = (one for one in parsed.messages if not one.code.startswith("I"))
        found = notes(one for one in told if not (keyless and one.code in _ABOUT_THE_KEY))
        errors = [note for note in found if note.is_error]
        review = parsed.format is Format.REVIEW and bool(parsed.questions)
        if errors and not review:
            if _is_published(change.held) or not is_good_for_a_draft(parsed):
                return change.refused(*found)
            change = replace(change, words=f"{change.words} {_WITH_ERRORS}".strip())
        if keyless:
            found = (
                *found,
                Note(None, "W333", "no right option is marked in the whole quiz; it stays a draft until its boxes are"),
            )
        return replace(change, notes=(*change.notes, *found), parsed=parsed)

    def _announcement(self, change: Change) -> Change:
        if change.result is None:
            return change
        said = read_announcement(change.text, change.path)
        if any(note.is_error for note in said.notes):
            return change.refused(*said.notes)
        links = notes(check_links(change.result, Surroundings(change.path, exists=self.there.__contains__)))
        return replace(change, notes=(*change.notes, *said.notes, *links))

    def _schedule(self, change: Change) -> Change:
        schedule = read_schedule((change.result or change.theirs or b"").decode(), self.days)
        roster = [name for name, _ in self.inventory.students]
        unknown = [
            Note(row.line, "W332", _nearest(name.text, roster))
            for row in schedule.rows
            for name in row.names
            if not matches(name.text, roster)
        ]
        found = sorted([*schedule.notes, *unknown], key=lambda note: note.line or 0)
        return replace(change, notes=(*change.notes, *found))

    def _page(self, change: Change) -> Change:
        content = change.result if change.result is not None else change.theirs or b""
        found = check_links(content, Surroundings(change.path, exists=self.there.__contains__))
        return replace(change, notes=(*change.notes, *notes(found)))


_AHEAD = "Changed here since the last exchange; kept."
_WITH_ERRORS = "A draft: the text of a question must be repaired before it can be published."
_ONLY_PUBLIC = "Not in this public copy; kept. It has only what students see."
_CHOSEN = "As you chose, the course's own is kept."
_BOTH_PUBLIC = "this public copy and the course changed the same lines — make the change in the copy with the keys"
_OLD_PUBLIC = "the course changed this quiz since it came in another format — make the change in the copy with the keys"
_NO_BASE = "Folder and course never had this file in common."


def _is_published(held: Held | None) -> bool:
    """Whether students see a quiz: its questions are not taken from them by a file with errors."""
    return held is not None and isinstance(held.thing, Quiz) and held.thing.state == QuizState.PUBLISHED


def unreadable(content: bytes) -> Note | None:
    """Return why bytes are no text that the course can keep; None if they are one."""
    if len(content) > LONGEST_TEXT:
        return Note(1, "E208", f"too long: {len(content) // 1000} kB, at most {LONGEST_TEXT // 1000} kB — split the file")
    if (nul := content.find(b"\0")) >= 0:
        return Note(
            content.count(b"\n", 0, nul) + 1, "E206", f"file contains a NUL at byte {nul} — save it as plain text in UTF-8"
        )
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Note(line, "E206", f"file is not UTF-8 at byte {error.start} — save it again with the encoding UTF-8")
    return None


def _version(held: Held | None) -> str:
    """Return which version of a quiz is stored, by its day on the course's clock."""
    if held is None or not isinstance(held.thing, Quiz):
        return ""
    day = held.thing.changed_at.astimezone(held.thing.course.tz)
    return f" (version of {day.day} {day:%b})"


def _only_here(held: Held) -> str:
    return (
        "Not in this folder; kept."
        if held.base is None
        else "No longer in the folder; kept. Delete it on its page if it is to go."
    )


def _moved(held: Held | None, path: str) -> str:
    return f"Moved from {held.path}." if held is not None and held.base is not None and held.path != path else ""


def _nearest(name: str, roster: Sequence[str]) -> str:
    close = nearest(name, roster)
    return f'name not on the roster: "{name}"' + (f' (nearest: "{close}")' if close else "")


def _is_public(text: str) -> bool:
    return is_keyless(_read_quiz(text))


def _is_native(text: str) -> bool:
    parsed = parse_quiz(text.encode("utf-8", "surrogatepass"), filename="quiz.md")
    return parsed.format is Format.MARKDOWN and not parsed.translated


def _read_quiz(text: str) -> ParsedQuiz:
    return parse_quiz(text.encode("utf-8", "surrogatepass"), format=Format.MARKDOWN.value, filename="quiz.md")


def _asks_the_same(one: str, other: str) -> bool:
    return _asked(_read_quiz(one)) == _asked(_read_quiz(other))


def _asked(quiz: ParsedQuiz) -> tuple[object, ...]:
    """Return all that a quiz file says but its key and what is said about it."""
    asked = [(question.stem, [option.text for option in question.options]) for question in quiz.questions]
    return quiz.title, quiz.intro, replace(quiz.settings, access_code=None), asked


def matched(inventory: Inventory, folder: Folder) -> dict[str, Held]:
    """Return which thing of the course each file of the folder is: by path, else by content, week number, or name."""
    pairs = {path: inventory.held[path] for path in folder.files if path in inventory.held}
    left = [held for path, held in inventory.held.items() if path not in pairs]
    for path, content in folder.files.items():
        if path in pairs:
            continue
        kind = layout.kind_of(path) or FileKind.ASSET
        found = next((held for held in left if _is_it(held, kind, path, content)), None)
        if found is not None:
            pairs[path] = found
            left.remove(found)
    return pairs


def _is_it(held: Held, kind: FileKind, path: str, content: bytes) -> bool:
    if kind in {FileKind.PICTURE, FileKind.ASSET}:
        if held.kind != kind:
            return False
        name = isinstance(held.thing, CourseFile) and held.thing.name == file_name(PurePosixPath(path).name)
        return digest_of(content) == held.digest if held.base is not None else name
    if held.kind != kind and {held.kind, kind} != {FileKind.WEEK, FileKind.PAGE}:
        return False
    if content and content in {held.ours, held.base}:
        return True
    if isinstance(held.thing, Week):
        return held.thing.number is not None and parse_week(content).number == held.thing.number
    return held.base is None and kind == held.kind and PurePosixPath(path).name == PurePosixPath(held.path).name
