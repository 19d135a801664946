"""A folder is taken over while others take over, edit, and hand in: what comes out is what one after the other would give.

Each race has a control that takes the locks away and must go wrong.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from course.actions.announcements import Text, save_announcement
from course.actions.pages import PageChangedError, save_page
from course.actions.weeks import WeekChangedError, edit_week, save_week
from course.enums import Role
from course.models import Announcement, Course, Page, Week, WeekVersion
from course.week_node_edit import set_item
from course.week_outline import place_named
from exchange.actions import importing
from exchange.actions.importing import CourseChangedError, Outcome, bring, bring_new
from exchange.actions.uploads import keep_upload, look_again, take_upload
from exchange.enums import Verdict
from exchange.folder import write_archive
from exchange.models import FolderFile, FolderUpload
from exchange.planning import Choices, Plan, plan
from quizzes.actions import grading
from quizzes.actions.answers import save
from quizzes.actions.attempts import start, submit
from quizzes.actions.authoring import save_quiz_text
from quizzes.actions.grading import grade
from quizzes.actions.publishing import publish_quiz
from quizzes.actions.refusals import TextConflictError
from quizzes.enums import AttemptState, GradeCause
from quizzes.marking import marks_of_attempts
from quizzes.models import Attempt, Option, Quiz
from quizzes.saving import SaveRequest
from tests.conftest import Cast
from tests.exchange.folders import FILES, changed, folder
from tests.proof import examples
from tests.races.test_attempts import together, unlocked

__all__ = ["unlocked"]

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

ROUNDS = examples(1, 50)  # each makes a course; what is held to one order costs no luck
NOW = datetime(2027, 1, 10, 15, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
WEEK, QUIZ, NEWS, PAGE = "weeks/02-bridges.md", "quizzes/crossing.md", "announcements/2027-01-08-boots.md", "syllabus.md"
FIRST = "weeks/01-fords.md"
GIVEN = {path: FILES[path].encode() for path in ("course.yaml", FIRST, WEEK, QUIZ, NEWS, PAGE)}
EDITED = changed(WEEK, "[Piers]", "[Piles]", GIVEN)
EDITED = changed(FIRST, "Where people crossed", "Where all crossed", EDITED)
EDITED = changed(QUIZ, "- [x] a ferry", "- [ ] a ferry", EDITED)
EDITED = changed(NEWS, "Bring", "Wear", EDITED)
EDITED = changed(PAGE, "Come on time", "Come early", EDITED)
MORE = {
    "weeks/03-tolls.md": b"# Week 3: Tolls\n\n## READINGS\n\n* [Gates](https://example.org/gates)\n",
    "quizzes/tolls.md": b"# Tolls\n\n## Who pays?\n\n- [x] all\n- [ ] none\n",
    "announcements/2027-01-09-coins.md": b"---\ntitle: Coins\npublish: 2027-01-09 09:00\n---\n\nBring coins.\n",
    "handout.md": b"# Handout\n\nA map.\n",
}


@pytest.fixture(autouse=True)
def _one_room(cast: Cast) -> None:
    """The courses of these tests are made of folders; the cast only lends its people."""
    Course.objects.exclude(pk=cast.course.pk).delete()


def make_course(cast: Cast, given: dict[str, bytes] = GIVEN) -> Course:
    outcome = bring_new(folder=folder(given), slug="geo12", choices=Choices(), instructor=cast.instructor, now=NOW)
    course = outcome.course
    course.enrollments.create(person=cast.assistant, role=Role.INSTRUCTOR)
    for person in (cast.student, cast.other_student):
        course.enrollments.create(person=person, role=Role.STUDENT)
    return course


def gone(course: Course) -> None:
    """Make room for the next round."""
    Attempt.objects.filter(quiz__course=course).delete()
    Quiz.objects.filter(course=course).delete()
    Course.objects.filter(pk=course.pk).delete()


def brought(course: Course, person: User, given: dict[str, bytes]) -> FolderUpload:
    content = write_archive(given, at=LATER, folder="geo12")
    return keep_upload(course=course, person=person, filename="geo12.zip", content=content, now=LATER)


def take(upload: FolderUpload) -> Outcome:
    return take_upload(
        upload=FolderUpload.objects.select_related("course", "person").get(pk=upload.pk), choices=Choices(), now=LATER
    )


def nothing_twice(course: Course) -> bool:
    """Whether every thing of the folder is in the course once, and the versions of each week count without gap."""
    counted = [model.objects.filter(course=course).count() for model in (Week, Quiz, Announcement, Page)]
    names = [
        list(model.objects.filter(course=course).values_list("title", flat=True)) for model in (Week, Quiz, Announcement, Page)
    ]
    for week in Week.objects.filter(course=course):
        numbers = list(WeekVersion.objects.filter(week=week).order_by("pk").values_list("number", flat=True))
        if numbers != list(range(1, week.version + 1)):
            return False
    return counted == [3, 2, 2, 2] and all(len(set(one)) == len(one) for one in names)


# --- two take over at once


def take_both(course: Course, first: FolderUpload, second: FolderUpload) -> list[str]:
    return sorted(type(one).__name__ for one in together([partial(take, first), partial(take, second)]))


def test_uploads_of_two_taken_at_once_one_comes_in_and_the_other_is_shown_a_new_table(cast: Cast) -> None:
    for number in range(ROUNDS):
        course = make_course(cast)
        other = EDITED if number % 2 else GIVEN  # the very same folder, or another one
        given = {cast.instructor: EDITED | MORE, cast.assistant: other | MORE}
        uploads = [brought(course, person, files) for person, files in given.items()]
        assert take_both(course, *uploads) == ["CourseChangedError", "Outcome"]
        assert nothing_twice(course)
        (left,) = FolderUpload.objects.filter(course=course).select_related("course", "person")
        take(look_again(upload=left, choices=Choices(), now=LATER))
        assert nothing_twice(course)
        assert text_of_week(course) == given[left.person][WEEK].decode()
        assert not FolderUpload.objects.filter(course=course).exists()
        gone(course)


def test_upload_taken_twice_at_once_comes_in_once(cast: Cast) -> None:
    for _ in range(ROUNDS):
        course = make_course(cast)
        upload = brought(course, cast.instructor, EDITED | MORE)
        seen = [FolderUpload.objects.select_related("course", "person").get(pk=upload.pk) for _ in range(4)]
        results = together([partial(take_upload, upload=one, choices=Choices(), now=LATER) for one in seen])
        assert sorted(type(one).__name__ for one in results) == ["Outcome", *["UploadGoneError"] * 3]
        assert nothing_twice(course)
        gone(course)


@contextmanager
def without_path_once() -> Iterator[None]:
    (one,) = (one for one in FolderFile._meta.constraints if one.name == "folder_path_once")
    with connection.schema_editor() as editor:
        editor.remove_constraint(FolderFile, one)
    try:
        yield
    finally:
        FolderFile.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(FolderFile, one)


@pytest.mark.usefixtures("unlocked")
def test_control_uploads_taken_at_once_without_locks_come_in_twice(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    course = make_course(cast)
    news = {path: text for path, text in MORE.items() if path.startswith("announcements/")}
    uploads = [brought(course, one, news) for one in (cast.instructor, cast.assistant)]
    gate = Barrier(2)
    inside(monkeypatch, lambda: gate.wait(30))
    with without_path_once():
        assert take_both(course, *uploads) == ["Outcome", "Outcome"]
        assert Announcement.objects.filter(course=course, title="Coins").count() == 2
        gone(course)


def inside(monkeypatch: pytest.MonkeyPatch, *meanwhile: Callable[[], object]) -> None:
    """Let something happen in each import between the moment that it has read the course and the first that it writes."""
    made: Callable[..., Plan] = plan

    def planned(*args: object) -> Plan:
        for happens in meanwhile:
            happens()
        return made(*args)

    monkeypatch.setattr(importing, "plan", planned)


# --- somebody else writes in the middle of it


@dataclass
class Meanwhile:
    """A work in a thread of its own. `begin` goes on when it is done, or when it waits for a lock as others may do already."""

    work: Callable[[], object]
    result: object = None
    thread: Thread | None = None

    def begin(self) -> None:
        before = waiting()
        self.thread = Thread(target=self._run)
        self.thread.start()
        for _ in range(3000):
            self.thread.join(0.01)
            if not self.thread.is_alive() or waiting() > before:
                return
        pytest.fail("it neither ended nor waits for a lock")

    def _run(self) -> None:
        try:
            self.result = self.work()
        except Exception as error:  # noqa: BLE001 - the outcome is looked at by the test
            self.result = error
        finally:
            connection.close()

    def end(self) -> object:
        assert self.thread is not None
        self.thread.join(60)
        return self.result


def waiting() -> int:
    """How many wait for a lock in this database. (What PostgreSQL tells of activity stands still in a transaction.)"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT pid) FROM pg_locks wanted JOIN pg_locks held USING (pid)"
            " JOIN pg_database ON held.database = pg_database.oid WHERE NOT wanted.granted AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])


def text_of_week(course: Course) -> str:
    return Week.objects.get(course=course, number=2).source


def text_of_first(course: Course) -> str:
    return Week.objects.get(course=course, number=1).source


def text_of_quiz(course: Course) -> str:
    return Quiz.objects.get(course=course, title="Crossing water").source


def text_of_news(course: Course) -> str:
    return Announcement.objects.get(course=course, title="Boots").source


def text_of_page(course: Course) -> str:
    return Page.objects.get(course=course, title="Syllabus").source


def web_week(course: Course) -> Callable[[], object]:
    """Somebody has the editor of the week open, and saves."""
    week = Week.objects.select_related("session").get(course=course, number=2)
    text = week.source.replace("[Arches]", "[Web]")
    save_it = partial(save_week, course=course, week=week, text=text, author=None, now=LATER, session=week.session)
    return partial(save_it, base_version=week.version)


def web_part(course: Course) -> Callable[[], object]:
    """Somebody has the form of one link open, and saves."""
    week = Week.objects.get(course=course, number=1)
    place = place_named("item-7")
    assert place is not None
    edit = partial(set_item, words="Web", url=None)
    return partial(edit_week, week=week, place=place, edit=edit, base_version=week.version, author=None, now=LATER)


def web_quiz(course: Course) -> Callable[[], object]:
    quiz = Quiz.objects.get(course=course)
    text = quiz.source.replace("Three questions.", "[Web]")
    return partial(save_quiz_text, quiz=quiz, text=text, author=None, now=LATER, base=quiz.revision)


def web_news(course: Course) -> Callable[[], object]:
    """An announcement: the last text holds, and that is the one of whoever waited."""
    one = Announcement.objects.get(course=course)
    return partial(
        save_announcement, course=course, announcement=one, author=None, text=Text("Boots", "[Web]"), posting=None, now=LATER
    )


def web_page(course: Course) -> Callable[[], object]:
    page = Page.objects.get(course=course)
    write = partial(save_page, course=course, page=page, title=page.title, source="# Syllabus\n\n[Web]\n", now=LATER)
    return partial(write, base_changed_at=page.changed_at)


@dataclass(frozen=True)
class Web:
    """An edit on the web, what it edits, and how it is refused when the folder came first (None: it goes in)."""

    edit: Callable[[Course], Callable[[], object]]
    text: Callable[[Course], str]
    refused: type[Exception] | None


WEBS = [
    Web(web_week, text_of_week, WeekChangedError),
    Web(web_quiz, text_of_quiz, TextConflictError),
    Web(web_part, text_of_first, None),
    Web(web_news, text_of_news, None),
    Web(web_page, text_of_page, PageChangedError),
]


def web_inside_an_import(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Web, object, bool]]:
    """Save on the web when an import has read the course and not written yet; return what became of each edit, and if it holds."""
    course = make_course(cast)
    upload = brought(course, cast.instructor, EDITED | MORE)
    meanwhile = [Meanwhile(web.edit(course)) for web in WEBS]
    with monkeypatch.context() as patched:
        inside(patched, *(one.begin for one in meanwhile))
        assert isinstance(take(upload), Outcome)
    results = [one.end() for one in meanwhile]
    assert nothing_twice(course)
    return [(web, result, "[Web" in web.text(course)) for web, result in zip(WEBS, results, strict=True)]


def test_web_edits_inside_an_import_wait_and_are_told(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for web, result, holds in web_inside_an_import(cast, monkeypatch):
        assert type(result) is web.refused or not (web.refused or isinstance(result, Exception)), (web.edit, result)
        assert holds == (web.refused is None), web.edit


@pytest.mark.usefixtures("unlocked")
def test_control_web_edits_inside_an_import_without_locks_vanish(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for web, result, holds in web_inside_an_import(cast, monkeypatch):
        assert not isinstance(result, Exception), (web.edit, result)
        assert not holds, web.edit  # although it was told that it is saved


def test_web_edit_against_an_import_one_is_told_or_both_are_kept(cast: Cast) -> None:
    for number in range(examples(2, 60)):
        web = WEBS[number % 3]
        course = make_course(cast)
        upload = brought(course, cast.instructor, EDITED | MORE)
        results = together([partial(take, upload), web.edit(course)])
        told = {type(one) for one in results if isinstance(one, Exception)}
        assert told in ([{CourseChangedError}, {web.refused}] if web.refused else [{CourseChangedError}, set()])
        assert ("[Web" in web.text(course)) == (web.refused not in told)
        if CourseChangedError not in told:
            assert nothing_twice(course)
        gone(course)


def test_web_edit_against_an_import_from_the_command_line_is_merged_or_told(cast: Cast) -> None:
    """Nobody looked at a table there: what came first is merged in."""
    for _ in range(ROUNDS):
        course = make_course(cast)
        import_it = partial(bring, course=course, folder=folder(EDITED), choices=Choices(), author=None, now=LATER)
        results = together([import_it, WEBS[0].edit(course)])
        text = text_of_week(course)
        assert "[Piles]" in text
        told = [one for one in results if isinstance(one, Exception)]
        assert ("[Web]" in text) == (told == [])
        assert {type(one) for one in told} <= {WeekChangedError}
        (outcome,) = (one for one in results if isinstance(one, Outcome))
        verdict = next(one.verdict for one in outcome.changes if one.path == WEEK)
        assert verdict == (Verdict.CHANGED if told else Verdict.MERGED)
        gone(course)


def test_upload_posted_twice_says_that_it_is_in_the_course(cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    course = make_course(cast)
    upload = brought(course, cast.instructor, EDITED | MORE)
    address = reverse("exchange:folder_review", args=[course.slug, upload.public_id])
    client.force_login(cast.instructor)
    again = Client()
    again.force_login(cast.instructor)
    second = Meanwhile(partial(again.post, address))
    with monkeypatch.context() as patched:
        inside(patched, lambda: None if second.thread else second.begin())
        assert client.post(address).status_code == 303
    assert getattr(second.end(), "status_code", second.result) == 303
    assert nothing_twice(course)


# --- somebody hands in what the folder changes the key of


def started(course: Course, student: User) -> Attempt:
    """Let a student begin the quiz and answer that a ford alone crosses a river: wrong by the old key, right by the new one."""
    quiz = Quiz.objects.get(course=course)
    attempt = start(quiz=quiz, student=student, now=NOW)
    ford = Option.objects.get(version__items__quiz=quiz, text="a ford").public_id
    asked = SaveRequest(position=1, chosen=(ford,), tab="a", counter=1, base=0, request_id=f"r-{student.pk}")
    save(attempt=attempt, request=asked, now=NOW)
    return attempt


def hand_in(attempt: Attempt) -> Attempt | None:
    submit(attempt=attempt, known={}, now=NOW + timedelta(minutes=1))
    return grade(attempt_id=attempt.pk, now=NOW + timedelta(minutes=2))


def quiz_taken_by_one(cast: Cast) -> tuple[Course, Attempt]:
    """Publish the quiz; one student has a grade, and the other one, who is returned, has not handed in."""
    course = make_course(cast, {path: GIVEN[path] for path in ("course.yaml", QUIZ)})
    quiz = Quiz.objects.get(course=course)
    publish_quiz(quiz=quiz, now=NOW)
    hand_in(started(course, cast.student))
    return course, started(course, cast.other_student)


def regrade_by(course: Course) -> Outcome:
    choices = Choices(regrade=True)
    return bring(course=course, folder=folder({QUIZ: EDITED[QUIZ]}), choices=choices, author=None, now=LATER)


def grades_hold(course: Course) -> bool:
    """Whether everybody has one first grade, and in the end the one by the key of now."""
    for attempt in Attempt.objects.filter(quiz__course=course):
        records = list(attempt.grade_records.order_by("pk").values_list("cause", "score"))
        if attempt.state != AttemptState.GRADED or attempt.score != 100 or records[-1][1] != 100:
            return False
        if [cause for cause, _ in records] not in ([GradeCause.FIRST], [GradeCause.FIRST, GradeCause.REGRADE]):
            return False
    return True


def test_attempt_handed_in_against_a_new_key_has_one_grade_by_it(cast: Cast) -> None:
    for _ in range(ROUNDS):
        course, attempt = quiz_taken_by_one(cast)
        results = together([partial(regrade_by, course), partial(hand_in, attempt)])
        assert [one for one in results if isinstance(one, Exception)] == []
        assert grades_hold(course)
        gone(course)


def import_inside_a_grade(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Course:
    """Let the folder come in when a grade was found by the old key and is not written yet."""
    course, attempt = quiz_taken_by_one(cast)
    meanwhile = Meanwhile(partial(regrade_by, course))
    found: Callable[..., object] = marks_of_attempts

    def marked(*args: object) -> object:
        marks = found(*args)
        if meanwhile.thread is None:
            meanwhile.begin()
        return marks

    with monkeypatch.context() as patched:
        patched.setattr(grading, "marks_of_attempts", marked)
        hand_in(attempt)
    assert isinstance(meanwhile.end(), Outcome), meanwhile.result
    return course


def test_grade_that_has_read_the_old_key_holds_the_new_one_off(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert grades_hold(import_inside_a_grade(cast, monkeypatch))


@pytest.mark.usefixtures("unlocked")
def test_control_grade_by_the_old_key_without_locks_outlives_the_new_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not grades_hold(import_inside_a_grade(cast, monkeypatch))
