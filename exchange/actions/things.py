"""How one file of a folder becomes a week, a page, a quiz, an announcement, a picture: each through the door of its own app."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from pathlib import PurePosixPath

from accounts.models import User
from course.actions.announcements import Posting, save_announcement
from course.actions.announcements import Text as AnnouncementText
from course.actions.files import NameTakenError, save_file
from course.actions.pages import release_page, save_page
from course.actions.weeks import release_week, save_week
from course.enums import AnnouncementState, Release
from course.forms.weeks import free_session
from course.models import Announcement, Course, CourseFile, CourseSession, Page, Week
from course.pictures import file_name
from exchange.announcement_file import read_announcement
from exchange.course_yaml import NO_RULE, REFUSE, WeekSaid
from exchange.enums import FileKind
from exchange.facts import day_of
from exchange.front_text import BOM
from exchange.front_text import split as split_front
from exchange.notes import Note
from exchange.planning import Change, Choices, Plan
from exchange.public import is_keyless
from exchange.schedule_table import DONE, NO_SHOW, read_schedule
from exchange.yaml_text import Value
from presentations.access import found as people_named
from presentations.access import presenters
from presentations.actions import SlotError, add_slots, assign, edit_booking, note_outcome, unassign
from presentations.enums import BookingState, SlotKind
from presentations.models import Slot
from quizzes.actions.authoring import checked_against, import_quiz, new_quiz, save_quiz_text, title_of
from quizzes.actions.front_settings import apply_settings
from quizzes.actions.newer_text import NewerText, take_newer_text
from quizzes.actions.publishing import change_rules
from quizzes.formats import markdown
from quizzes.formats.front_matter import FENCE, read_front_matter
from quizzes.formats.model import ParsedQuiz, QuizSettings
from quizzes.models import Quiz
from quizzes.rules import rules_of
from quizzes.walltime import NoSuchTimeError, instant
from quizzes.wording import capital, counted

TALK_MINUTES = 15
_HEADING = re.compile(r"^ {0,3}#[ \t]+([^\r\n]+)", re.MULTILINE)
_OPEN_AT_ONCE = frozenset({"readme.md", "syllabus.md"})
"""Pages that everybody may read in a folder: they are open in the course, too. All others begin as drafts."""


@dataclass(slots=True)
class Applying:
    """One import under way: the course, the plan, who does it and when, and what was found on the way."""

    course: Course
    plan: Plan
    choices: Choices
    author: User | None
    now: datetime
    remarks: dict[str, list[Note]] = field(default_factory=dict)
    rekeyed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By path: in sentences, which graded attempts have a key that changed, and whether they were graded again."""

    def note(self, path: str, code: str, text: str, line: int | None = None) -> None:
        self.remarks.setdefault(path, []).append(Note(line, code, text))


def apply_week(doing: Applying, change: Change) -> str:
    """Store a week page and what course.yaml says of it; return the week's reference."""
    week = change.held.thing if change.held is not None else None
    if not isinstance(week, Week):
        week = None
    said, before = doing.plan.said.weeks.get(change.path), _before(doing.plan, change)
    session = _session(doing, change, week, said)
    if change.result is not None or (week is not None and session != week.session):
        text = change.text if change.result is not None or week is None else week.source
        name = PurePosixPath(change.path).name
        week = save_week(
            course=doing.course, week=week, text=text, author=doing.author, now=doing.now, session=session, filename=name
        )
    if week is not None and said is not None and said.open is not None and (before is None or before.open != said.open):
        _release(doing, change.path, week, said.open)
    return "" if week is None else str(week.pk)


def _before(plan: Plan, change: Change) -> WeekSaid | None:
    path = change.held.path if change.held is not None else change.path
    return plan.before.weeks.get(path)


def _session(doing: Applying, change: Change, week: Week | None, said: WeekSaid | None) -> CourseSession | None:
    """Return the class session of a week: on the day that course.yaml gives, else the one it has, else that of its number."""
    before = _before(doing.plan, change)
    if said is not None and said.on is not None and (before is None or before.on != said.on):
        session = _session_on(doing.course, said.on, week)
        if session is None:
            doing.note(change.path, "W331", f"{said.on} is not a class day, or another week has it; the week has no class yet")
        return session
    if week is not None:
        return week.session
    dated = any(one.on is not None for one in doing.plan.said.weeks.values())
    number = re.match(r"\d+", PurePosixPath(change.path).name)
    return None if dated or number is None else free_session(doing.course, int(number[0][:4]))


def _session_on(course: Course, day: date, week: Week | None) -> CourseSession | None:
    for session in course.sessions.select_related("week").order_by("starts_at"):
        holder = getattr(session, "week", None)
        if day_of(session, course.tz) == day and (holder is None or (week is not None and holder.pk == week.pk)):
            return session
    return None


def _release(doing: Applying, path: str, week: Week, said: bool | datetime) -> None:
    if isinstance(said, bool):
        release_week(week=week, state=Release.OPEN if said else Release.DRAFT, now=doing.now)
        return
    try:
        at = instant(said, doing.course.tz)
    except NoSuchTimeError as error:
        doing.note(path, "E215", str(error))
        return
    if at <= doing.now:
        release_week(week=week, state=Release.OPEN, now=doing.now)
    else:
        release_week(week=week, state=Release.SCHEDULED, opens_at=at, now=doing.now)


def apply_page(doing: Applying, change: Change) -> str:
    """Store a page; one whose title came from its text follows that text."""
    page = change.held.thing if change.held is not None else None
    page = page if isinstance(page, Page) else None
    if change.result is None:
        return "" if page is None else str(page.pk)
    title = page_title(change.text, change.path)
    if page is not None and page.title != page_title(page.source, change.held.path if change.held else ""):
        title = page.title
    week = None if page is None else page.week
    saved = save_page(
        course=doing.course, page=page, title=title, source=change.text, now=doing.now, week=week, author=doing.author
    )
    if page is None and change.path.lower() in _OPEN_AT_ONCE:
        release_page(page=saved, state=Release.OPEN, now=doing.now)
    return str(saved.pk)


def page_title(text: str, path: str) -> str:
    """Return the title of a page: of its front matter, of its first heading, else its file's name in words."""
    front = split_front(text)
    said = front.document.at("title") if front.opening else None
    if isinstance(said, Value) and said.text.strip():
        return " ".join(said.text.split())[:200]
    if match := _HEADING.search(front.body):
        heading = match[1].strip().rstrip("#").strip(" *_=[]")
        if heading and heading.isprintable():
            return heading[:200]
    words = PurePosixPath(path).stem.replace("_", " ").replace("-", " ").strip()
    return (words[:1].upper() + words[1:])[:200] or "Page"


def apply_quiz(doing: Applying, change: Change) -> str:
    """Store a quiz: a new one as a draft, an old one with its new text. Raises RefusedError."""
    quiz = change.held.thing if change.held is not None else None
    quiz = quiz if isinstance(quiz, Quiz) else None
    if change.result is not None and change.parsed is not None:
        text = change.text.removeprefix(BOM)
        for one in checked_against(doing.course, change.parsed).messages:
            if one not in change.parsed.messages:
                doing.note(change.path, one.code, one.text, one.line)
        if quiz is None:
            quiz = _with_defaults(doing, change.parsed, _new_quiz(doing, change.parsed, text))
        else:
            quiz = _changed_quiz(doing, change, quiz, _native(text, change.parsed))
    if quiz is None:
        return ""
    _link_week(doing, change, quiz)
    return str(quiz.pk)


def _new_quiz(doing: Applying, parsed: ParsedQuiz, text: str) -> Quiz:
    if is_keyless(parsed) and _native(text, parsed) == text:  # which an import of a quiz would refuse
        title = title_of(parsed)
        return new_quiz(course=doing.course, title=title, week=None, author=doing.author, now=doing.now, text=text)
    # What cannot be a draft either was refused before (`exchange.planning`).
    return import_quiz(course=doing.course, source=text, parsed=parsed, author=doing.author, now=doing.now, as_draft=True).quiz


def _with_defaults(doing: Applying, parsed: ParsedQuiz, quiz: Quiz) -> Quiz:
    """Give a new quiz the rules of course.yaml that its own file says nothing about."""
    said, own = doing.plan.said, parsed.settings
    rules = ({} if said.late in {None, NO_RULE, REFUSE} else {"late": said.late}) | dict(said.quiz)
    if not _can_be_late(own):
        rules.pop("late", None)
    lines = [FENCE, *(f"{key}: {value}" for key, value in rules.items()), FENCE]
    usual = read_front_matter(lines).settings
    missing = {
        one.name: getattr(usual, one.name)
        for one in fields(usual)
        if getattr(own, one.name) is None and getattr(usual, one.name) is not None
    }
    if not missing:
        return quiz
    apply_settings(quiz, replace(QuizSettings(), **missing))
    return change_rules(quiz=quiz, rules=rules_of(quiz), author=doing.author, now=doing.now)


def _can_be_late(own: QuizSettings) -> bool:
    """Whether a quiz file itself lets people hand in after the due date. The course's rule says what that costs, and never
    holds a quiz open longer: its key may be shown by then.
    """
    return own.due is not None and own.closes is not None and own.closes != own.due


def _changed_quiz(doing: Applying, change: Change, quiz: Quiz, text: str) -> Quiz:
    """Give a quiz its new text. Whether anything is graded again is asked first."""
    taken = take_newer_text(
        quiz=quiz,
        text=text,
        answers=None if doing.choices.guess else doing.choices.same.get(change.path, {}),
        regrade=doing.choices.regrade,
        write=lambda told: save_quiz_text(quiz=quiz, text=text, author=doing.author, now=doing.now, told=told),
        now=doing.now,
    )
    doing.rekeyed[change.path] = (*_regraded(taken), *taken.change.remarks)
    return taken.quiz


def _regraded(taken: NewerText) -> Iterator[str]:
    if taken.graded:
        one = taken.graded == 1
        attempts = capital(counted(taken.graded, "attempt"))
        yield (
            f"{attempts} {'is' if one else 'are'} graded again."
            if taken.again
            else f"{attempts} keep{'s' if one else ''} the score."
        )


def _native(text: str, parsed: ParsedQuiz) -> str:
    """Return the text itself if it is a native quiz, else the quiz printed as one."""
    own = markdown.parse(text, parsed.filename)
    return text if own.questions == parsed.questions else markdown.write(parsed)


def _link_week(doing: Applying, change: Change, quiz: Quiz) -> None:
    """Give a quiz that names no week of its own the one whose line in course.yaml names its file."""
    line = next((one for one in doing.plan.said.weeks.values() if one.quiz == change.path), None)
    if line is None or quiz.week_id is not None:
        return
    name = PurePosixPath(line.file).name
    week = Week.objects.filter(course=doing.course, filename=name).first()
    if week is not None:
        change_rules(quiz=quiz, rules=replace(rules_of(quiz), week=week), author=doing.author, now=doing.now)


def apply_announcement(doing: Applying, change: Change) -> str:
    """Store an announcement. It goes out by mail only if its time lies ahead and its file says `mail: true`."""
    one = change.held.thing if change.held is not None else None
    one = one if isinstance(one, Announcement) else None
    if change.result is None:
        return "" if one is None else one.public_id
    said = read_announcement(change.text, change.path)
    week = Week.objects.filter(course=doing.course, number=said.week).first() if said.week is not None else None
    if said.week is not None and week is None:
        doing.note(change.path, "W318", f"the course has no week {said.week}, so this will belong to none")
    until = None if said.until is None else instant(said.until, doing.course.tz)
    posting = None
    if said.publish is not None and (one is None or one.state != AnnouncementState.PUBLISHED):
        at = instant(said.publish, doing.course.tz)
        posting = Posting(at, mail=said.mail and at > doing.now, backdated=True)
    saved = save_announcement(
        course=doing.course,
        announcement=one,
        author=doing.author,
        text=AnnouncementText(said.title, said.body, said.pinned, week, until),
        posting=posting,
        now=doing.now,
    )
    return saved.public_id


def apply_picture(doing: Applying, change: Change) -> str:
    """Keep a picture under the name of its file; if another one has that name, under its whole path."""
    known = change.held.thing if change.held is not None else None
    if change.result is None:
        return str(known.pk) if isinstance(known, CourseFile) else ""
    name = known.name if isinstance(known, CourseFile) else PurePosixPath(change.path).name
    try:
        kept = save_file(
            course=doing.course,
            name=name,
            content=change.result,
            person=doing.author,
            now=doing.now,
            replace=known is not None,
            letter_for_letter=True,
        )
    except NameTakenError:
        there = CourseFile.objects.get(course=doing.course, name=file_name(name))
        if bytes(there.content) == change.result:
            return ""  # one picture in two places of the folder
        whole = change.path.replace("/", "-")
        kept = save_file(
            course=doing.course,
            name=whole,
            content=change.result,
            person=doing.author,
            now=doing.now,
            letter_for_letter=True,
        )
        doing.note(change.path, "W335", f"another picture is called {file_name(name)}; this one is kept as {kept.name}")
    return str(kept.pk)


def apply_asset(doing: Applying, change: Change) -> str:
    """Nothing but the folder's own row knows these files."""
    return change.path


def apply_schedule(doing: Applying, change: Change) -> str:
    """Book whom the table names clearly, and give back what it named before and names no longer."""
    if change.result is None:
        return ""
    course = doing.course
    by_day: dict[date, CourseSession] = {}
    for session in course.sessions.order_by("-starts_at"):
        by_day[day_of(session, course.tz)] = session
    now_said = read_schedule(change.text, by_day)
    before = read_schedule(change.held.ours.decode(), by_day) if change.held is not None else now_said
    people = presenters(course)
    wanted: dict[CourseSession, list[_Talk]] = {}
    for row in now_said.rows:
        if row.on in by_day:
            clear = [people_named(name.text, people) for name in row.names if not name.tentative]
            talk = _Talk([one[0] for one in clear if len(one) == 1], row.title, row.status)
            wanted.setdefault(by_day[row.on], []).append(talk)
    for session, talks in wanted.items():
        dropped = {name.text for row in before.on(day_of(session, course.tz)) for name in row.names}
        dropped -= {name.text for row in now_said.on(day_of(session, course.tz)) for name in row.names}
        _book(doing, change.path, session, talks, {one.pk for name in dropped for one in people_named(name, people)})
    return ""


@dataclass(frozen=True, slots=True)
class _Talk:
    """A row of the schedule: who clearly presents, about what, and what became of it (`schedule_table.Row.status`)."""

    people: list[User]
    title: str
    status: str | None


_STATES = {"": BookingState.CONFIRMED, DONE: BookingState.PRESENTED, NO_SHOW: BookingState.NO_SHOW}


def _book(doing: Applying, path: str, session: CourseSession, talks: list[_Talk], dropped: set[int]) -> None:
    slots = list(Slot.objects.filter(session=session).order_by("position"))
    there = {one.person_id: one for slot in slots for one in slot.bookings.active().select_related("person", "slot__session")}
    for pk in dropped & there.keys():
        unassign(booking=there.pop(pk), now=doing.now)
    for talk in talks[len(slots) :]:
        most = max(1, len(talk.people))
        slots += add_slots(sessions=[session], kind=SlotKind.PAPER, minutes=TALK_MINUTES, capacity=most, count=1)
    for slot, talk in zip(slots, talks, strict=False):
        for person in talk.people:
            try:
                booking = there.get(person.pk) or assign(slot=slot, person=person, by=doing.author, now=doing.now)
                if talk.status is not None:
                    note_outcome(booking=booking, state=_STATES[talk.status], now=doing.now)
            except SlotError as error:
                doing.note(path, "W336", str(error))
                continue
            if talk.title and booking.title != talk.title:
                edit_booking(booking=booking, title=talk.title[:200], abstract=booking.abstract, link=booking.link)


APPLY: Mapping[FileKind, Callable[[Applying, Change], str]] = {
    FileKind.WEEK: apply_week,
    FileKind.PAGE: apply_page,
    FileKind.QUIZ: apply_quiz,
    FileKind.ANNOUNCEMENT: apply_announcement,
    FileKind.SCHEDULE: apply_schedule,
    FileKind.PICTURE: apply_picture,
    FileKind.ASSET: apply_asset,
}
