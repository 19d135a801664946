"""A folder comes in: new, again, changed on both sides, refused, asked about; and goes out byte for byte."""

from datetime import UTC, date, datetime, timedelta

import pytest

from course.actions.weeks import save_week
from course.enums import AnnouncementState, Release
from course.models import Announcement, Course, CourseFile, Page, Week
from exchange.actions.course_settings import CourseRefusedError
from exchange.actions.exporting import files_of, remember_export
from exchange.actions.importing import CourseChangedError, Outcome, bring, bring_new
from exchange.course_yaml import read_course
from exchange.enums import Copy, Verdict
from exchange.merge import Choice
from exchange.models import FolderFile
from exchange.planning import Choices
from exchange.reports import table_lines
from exchange.tables import rows_of
from presentations.models import Booking
from quizzes.actions.answers import save
from quizzes.actions.attempts import start, submit
from quizzes.actions.authoring import save_quiz_text
from quizzes.actions.grading import grade
from quizzes.actions.publishing import publish_quiz
from quizzes.actions.refusals import RefusedError
from quizzes.models import Attempt, GradeRecord, Option, Quiz
from tests.conftest import Cast
from tests.exchange.folders import COURSE, DOT, FILES, QUIZ, SCHEDULE, WEEK_1, WEEK_2, changed, files, folder
from tests.quizzes.making import request

NOW = datetime(2027, 1, 10, 15, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def come_in(cast: Cast, given: dict[str, bytes] | None = None) -> Outcome:
    """Make a new course of the folder, with the cast's instructor, and enrol two students."""
    outcome = bring_new(folder=folder(given), slug="geo12", choices=Choices(), instructor=cast.instructor, now=NOW)
    for person in (cast.student, cast.other_student):
        outcome.course.enrollments.create(person=person, role="student")
    return outcome


def again(course: Course, given: dict[str, bytes], choices: Choices | None = None, **options: object) -> dict[str, Verdict]:
    outcome = bring(course=course, folder=folder(given), choices=choices or Choices(), author=None, now=LATER, **options)  # type: ignore[arg-type]  # rehearse, expected
    return {change.path: Verdict(change.verdict) for change in outcome.changes}


def out(course: Course, copy: Copy = Copy.KEY, now: datetime = LATER) -> dict[str, bytes]:
    return files_of(course=Course.objects.select_related("term").get(pk=course.pk), copy=copy, now=now)


def not_same(verdicts: dict[str, Verdict]) -> dict[str, Verdict]:
    return {path: verdict for path, verdict in verdicts.items() if verdict != Verdict.SAME}


def test_folder_new_becomes_a_course_with_everything_in_its_place(cast: Cast) -> None:
    outcome = come_in(cast)
    course = outcome.course
    assert {change.verdict for change in outcome.changes} == {Verdict.NEW}
    assert (course.title, course.code, course.zone, str(course.term)) == (
        "Rivers and Roads",
        "GEO 12",
        "America/Chicago",
        "Spring 2027",
    )
    assert course.sessions.count() == 15  # sixteen Tuesdays, one of them in the break
    first, second = course.weeks.select_related("session")
    assert first.source == WEEK_1
    assert (first.state, second.state) == (Release.OPEN, Release.DRAFT)
    assert [week.session and week.session.starts_at.date() for week in (first, second)] == [date(2027, 1, 13), date(2027, 1, 20)]
    quiz = Quiz.objects.get(course=course)
    assert (quiz.week, quiz.time_limit, quiz.items.count(), quiz.state) == (first, 1200, 2, "draft")
    assert quiz.scoring == "net"  # as course.yaml says for all quizzes that say nothing
    posted = Announcement.objects.get(course=course)
    assert (posted.state, posted.pinned, posted.mail) == (AnnouncementState.PUBLISHED, True, False)
    assert posted.publish_at == datetime(2027, 1, 8, 15, tzinfo=UTC)
    assert set(Page.objects.filter(course=course).values_list("title", "state")) == {
        ("Syllabus", "open"),
        ("The essay", "draft"),
        ("Notes", "draft"),
    }
    assert CourseFile.objects.filter(course=course).values_list("name", flat=True).get() == "dot.gif"


def test_folder_unchanged_goes_out_byte_for_byte_and_comes_in_as_the_same(cast: Cast) -> None:
    course = come_in(cast).course
    assert out(course) == files()
    assert not_same(again(course, files())) == {}
    assert out(course) == files()


def test_folder_rehearsed_writes_nothing_and_says_what_will_be(cast: Cast) -> None:
    counted = [model.objects.count() for model in (Course, Week, Quiz, Page, FolderFile)]
    outcome = bring_new(folder=folder(), slug="", choices=Choices(), instructor=None, now=NOW, rehearse=True)
    assert len(outcome.changes) == len(files())
    assert [model.objects.count() for model in (Course, Week, Quiz, Page, FolderFile)] == counted
    course = come_in(cast).course
    given = changed("weeks/02-bridges.md", "Piers", "Piles")
    assert not_same(again(course, given, rehearse=True)) == {"weeks/02-bridges.md": Verdict.CHANGED}
    assert out(course) == files()


def test_course_changed_on_the_web_changes_only_its_values_in_the_folder(cast: Cast) -> None:
    course = come_in(cast).course
    course.title = "Rivers, Roads"
    course.save()
    week = Week.objects.get(course=course, number=2)
    week.state, week.opens_at = Release.OPEN, NOW
    week.save()
    quiz = Quiz.objects.get(course=course)
    quiz.time_limit = 1800
    quiz.due_at = quiz.closes_at = datetime(2027, 1, 21, 23, tzinfo=UTC)
    quiz.save()
    text = quiz.source.replace("- [ ] time", "- [ ] time and sand")
    save_quiz_text(quiz=quiz, text=text, author=None, now=LATER)
    Announcement.objects.filter(course=course).update(pinned=False)
    found = {path: content.decode() for path, content in out(course).items() if content != files()[path]}
    assert found == {
        "course.yaml": COURSE.replace("Rivers and Roads ", '"Rivers, Roads" ').replace(
            "    class: 2027-01-19\n", "    class: 2027-01-19\n    open: true\n"
        ),
        "quizzes/crossing.md": QUIZ.replace("time_limit: 20", "time_limit: 30")
        .replace("due: 2027-01-20 17:00   # before class", "due: 2027-01-21 17:00   # before class")
        .replace("- [ ] time", "- [ ] time and sand"),
        "announcements/2027-01-08-boots.md": FILES["announcements/2027-01-08-boots.md"].replace("pin: true\n", ""),
    }


def test_both_sides_changed_different_places_keeps_both(cast: Cast) -> None:
    course = come_in(cast).course
    week = Week.objects.get(course=course, number=2)
    save_week(
        course=course, week=week, text=WEEK_2.replace("[Arches]", "[Old arches]"), author=None, now=LATER, session=week.session
    )
    verdicts = again(course, changed("weeks/02-bridges.md", "[Piers]", "[Deep piers]"))
    assert verdicts["weeks/02-bridges.md"] == Verdict.MERGED
    both = WEEK_2.replace("[Arches]", "[Old arches]").replace("[Piers]", "[Deep piers]")
    assert Week.objects.get(pk=week.pk).source == both
    # The folder still has its own text: nothing new comes from it, nothing of ours goes back.
    assert again(course, changed("weeks/02-bridges.md", "[Piers]", "[Deep piers]"))["weeks/02-bridges.md"] == Verdict.ONLY_HERE
    assert out(course)["weeks/02-bridges.md"] == both.encode()


@pytest.mark.parametrize(("choice", "said"), [(None, "[Ours]"), (Choice.OURS, "[Ours]"), (Choice.THEIRS, "[Theirs]")])
def test_both_sides_changed_one_place_is_asked_and_nothing_is_dropped(cast: Cast, choice: Choice | None, said: str) -> None:
    course = come_in(cast).course
    week = Week.objects.get(course=course, number=2)
    save_week(course=course, week=week, text=WEEK_2.replace("[Piers]", "[Ours]"), author=None, now=LATER, session=week.session)
    given = changed("weeks/02-bridges.md", "[Piers]", "[Theirs]")
    outcome = bring(course=course, folder=folder(given), choices=Choices(), author=None, now=LATER, rehearse=True)
    (conflict,) = next(change.conflicts for change in outcome.changes if change.conflicts)
    assert "[Ours]" in conflict.ours
    assert "[Theirs]" in conflict.theirs
    assert "[Piers]" in conflict.base
    choices = Choices(conflicts={"weeks/02-bridges.md": [choice]}) if choice else Choices()
    verdict = again(course, given, choices)["weeks/02-bridges.md"]
    assert (verdict == Verdict.CONFLICT) == (choice is None)
    assert said in Week.objects.get(pk=week.pk).source


def test_files_gone_moved_and_without_base_are_kept_followed_and_asked(cast: Cast) -> None:
    course = come_in(cast).course
    given = files()
    given["modules/week1.md"] = given.pop("weeks/01-fords.md")
    del given["quizzes/crossing.md"]
    given["quizzes/second.md"] = QUIZ.replace("Crossing water", "Second").replace("{#cross multi}", "{multi}").encode()
    verdicts = not_same(again(course, given))
    assert verdicts == {
        "modules/week1.md": Verdict.MOVED,
        "quizzes/crossing.md": Verdict.ONLY_HERE,
        "quizzes/second.md": Verdict.NEW,
    }
    assert course.weeks.count() == 2
    assert {"modules/week1.md", "quizzes/crossing.md", "quizzes/second.md"} <= out(course).keys()
    save_week(course=course, week=None, text="# Week 3: Ours\n", author=None, now=LATER)
    given["weeks/03.md"] = b"# Week 3: Theirs\n"
    assert again(course, given)["weeks/03.md"] == Verdict.CONFLICT
    assert again(course, given, Choices(everywhere=Choice.THEIRS))["weeks/03.md"] == Verdict.CHANGED
    assert Week.objects.get(course=course, number=3).title == "Theirs"


def test_files_that_cannot_be_taken_are_refused_alone_with_the_line(cast: Cast) -> None:
    given = files(
        **{
            "weeks/04.md": "# Week 2: Twice\n",
            "quizzes/bad.md": "## A?\n\n- [x] one\n- [y] two\n",
            "announcements/x.md": "---\npublish: soon\n---\nx\n",
            "quizzes/late.md": "---\nopens: 2027-02-01 10:00\nopens: 2027-02-02 10:00\n---\n" + QUIZ.partition("---\n\n")[2],
        }
    )
    given["weeks/05.md"] = b"# Week 5: \xff\n"
    outcome = bring_new(folder=folder(given), slug="geo12", choices=Choices(), instructor=None, now=NOW)
    refused = {
        change.path: [note.render(change.path) for note in change.notes if note.is_error]
        for change in outcome.changes
        if change.verdict == Verdict.REFUSED
    }
    assert set(refused) == {"weeks/04.md", "weeks/05.md", "quizzes/bad.md", "quizzes/late.md", "announcements/x.md"}
    assert "weeks/04.md: E211 " in refused["weeks/04.md"][0]
    assert "weeks/05.md:1: E206 " in refused["weeks/05.md"][0]
    assert "quizzes/bad.md:4: E107 " in refused["quizzes/bad.md"][0]
    assert 'quizzes/late.md:3: E202 YAML: duplicate key "opens" (first on line 2)' in refused["quizzes/late.md"][0]
    assert "announcements/x.md:2: E202 " in refused["announcements/x.md"][0]
    assert outcome.course.weeks.count() == 2
    assert Quiz.objects.filter(course=outcome.course).count() == 1


def test_quiz_with_an_error_in_one_question_becomes_a_draft_and_goes_out_byte_for_byte(cast: Cast) -> None:
    given = changed("quizzes/crossing.md", "- [ ] water\n- [x] stones\n- [ ] time\n", "- [x] stones\n")
    outcome = come_in(cast, given)
    (change,) = (one for one in outcome.changes if one.path == "quizzes/crossing.md")
    assert (change.verdict, [note.code for note in change.notes if note.is_error]) == (Verdict.NEW, ["E104"])
    assert change.words == "A draft: the text of a question must be repaired before it can be published."
    quiz = Quiz.objects.get(course=outcome.course)
    with pytest.raises(RefusedError, match="at least two options"):
        publish_quiz(quiz=quiz, now=NOW)
    assert out(outcome.course) == given
    assert not_same(again(outcome.course, given)) == {}
    # Repaired in the folder, with another mistake made: still a draft, still taken.
    other = changed("quizzes/crossing.md", "- [ ] a lake\n", "- [y] a lake\n")
    assert not_same(again(outcome.course, other)) == {"quizzes/crossing.md": Verdict.CHANGED}
    assert out(outcome.course) == other


def test_published_quiz_keeps_its_questions_when_a_file_with_an_error_comes(cast: Cast) -> None:
    course = come_in(cast).course
    quiz = publish_quiz(quiz=Quiz.objects.get(course=course), now=NOW)
    given = changed("quizzes/crossing.md", "- [ ] water\n- [x] stones\n- [ ] time\n", "- [x] stones\n")
    outcome = bring(course=course, folder=folder(given), choices=Choices(), author=None, now=LATER)
    (change,) = (one for one in outcome.changes if one.path == "quizzes/crossing.md")
    assert (change.verdict, [note.code for note in change.notes if note.is_error]) == (Verdict.REFUSED, ["E104"])
    kept = Quiz.objects.get(pk=quiz.pk)
    assert (kept.source, kept.state, kept.items.count()) == (quiz.source, "published", 2)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("weight: 60", "weight: 55", "course.yaml:8: E203 grading weights add up to 95, not 100 (lines 8–9)"),
        ("America/Chicago", "EST5", 'course.yaml:5: E205 unknown time zone "EST5"'),
        ("colour: green", "title: Two", 'course.yaml:15: E202 YAML: duplicate key "title" (first on line 2)'),
        ("  - {key: essay", "\t- {key: essay", "course.yaml:9: E202 YAML: tab used for indent"),
        ("colour: green", "colour: &x green", "course.yaml:15: E202 YAML: anchors"),
    ],
)
def test_course_yaml_with_an_error_makes_no_course(cast: Cast, old: str, new: str, message: str) -> None:
    with pytest.raises(CourseRefusedError) as raised:
        bring_new(folder=folder(changed("course.yaml", old, new)), slug="x", choices=Choices(), instructor=None, now=NOW)
    assert any(note.render("course.yaml").startswith(message) for note in raised.value.notes)
    assert not Course.objects.filter(slug="x").exists()


def test_schedule_books_clear_names_and_follows_a_change(cast: Cast) -> None:
    course = come_in(cast, files(**{"presentations.md": None})).course
    outcome = bring(course=course, folder=folder(), choices=Choices(), author=cast.instructor, now=NOW)
    notes = [note.render(change.path) for change in outcome.changes for note in change.notes if change.path == "presentations.md"]
    assert notes == ['presentations.md:6: W332 name not on the roster: "Noor Haddad"']
    booking = Booking.objects.active().select_related("person", "slot__session").get(slot__course=course)
    assert (booking.person, booking.title, booking.slot.session.starts_at.date()) == (cast.student, "Mud", date(2027, 1, 20))
    assert out(course) == files()
    given = changed("presentations.md", "| Ines Caballero | Mud    |", "| Jonah Whitfield | Clay  |")
    assert again(course, given)["presentations.md"] == Verdict.CHANGED
    booking = Booking.objects.active().select_related("person").get(slot__course=course)
    assert (booking.person, booking.title) == (cast.other_student, "Clay")
    booking.title = "Silt"
    booking.save()
    assert out(course)["presentations.md"].decode() == SCHEDULE.replace(
        "| Ines Caballero | Mud    |", "| Jonah Whitfield | Silt  |"
    )


def test_public_copy_has_no_key_no_names_nothing_closed_and_erases_nothing_coming_back(cast: Cast) -> None:
    course = come_in(cast).course
    assert "quizzes/crossing.md" not in out(course, Copy.PUBLIC)  # a draft
    publish_quiz(quiz=Quiz.objects.get(course=course), now=NOW)
    public = out(course, Copy.PUBLIC)
    whole = b"\n".join(public.values()).decode()
    assert "weeks/02-bridges.md" not in public
    assert "02-bridges" not in whole
    assert "assignments/essay.md" not in public
    for secret in ("[x]", "on foot", "All of this", "Ines", "Caballero", "Noor", "Bridges"):
        assert secret not in whole
    assert "* Student #1\r\n* Talks start soon" in public["weeks/01-fords.md"].decode()
    assert "| 1/19 | Student #1 " in public["presentations.md"].decode()
    verdicts = again(course, public)
    assert set(verdicts.values()) == {Verdict.SAME, Verdict.ONLY_HERE}
    assert out(course) == files()


@pytest.mark.parametrize(
    ("front", "late", "steps"),
    [
        ("closes: 2027-01-25 17:00\n", "{rule: per_day, minus: 10, until: 3d}", [[1440, 90], [2880, 80], [4320, 70]]),
        ("closes: 2027-01-25 17:00\nlate: 1d 50%\n", "{rule: per_day, minus: 10, until: 3d}", [[1440, 50]]),
        ("", "{rule: per_day, minus: 10, until: 3d}", []),
        ("closes: 2027-01-25 17:00\n", "refuse", []),
    ],
)
def test_rule_of_the_course_for_late_answers_is_that_of_new_quizzes_which_take_them(
    cast: Cast, front: str, late: str, steps: list[list[int]]
) -> None:
    given = changed("quizzes/crossing.md", "time_limit: 20\n", f"time_limit: 20\n{front}")
    course = come_in(cast, changed("course.yaml", "colour:", f"late: {late}\ncolour:", given)).course
    assert Quiz.objects.get(course=course).late_steps == steps
    assert out(course)["quizzes/crossing.md"] == given["quizzes/crossing.md"]


@pytest.mark.parametrize(
    "late", ["sometimes", "{rule: per_day}", "{rule: per_day, minus: 0}", "{rule: per_day, minus: 5, until: 90d}", "[a]"]
)
def test_rule_for_late_answers_that_makes_no_sense_is_told_with_its_line(late: str) -> None:
    said = read_course(FILES["course.yaml"] + f"late: {late}\n")
    assert said.late is None
    assert [(note.code, note.line) for note in said.notes if note.is_error] == [("E202", COURSE.count("\n") + 1)]


def test_photograph_is_the_same_in_its_folder_and_has_no_place_in_a_public_copy(cast: Cast) -> None:
    photograph = DOT[:-1] + b"\x21\xfe\x06N 41 W\0;"
    given = files(**{"syllabus.md": "# Syllabus\n\n![A dot](images/dot.gif)\n"}) | {"images/dot.gif": photograph}
    course = come_in(cast, given).course
    assert out(course)["images/dot.gif"] == photograph
    public = out(course, Copy.PUBLIC)
    assert public["images/dot.gif"] == DOT
    assert again(course, public)["images/dot.gif"] == Verdict.SAME
    assert not_same(again(course, given)) == {}
    assert out(course)["images/dot.gif"] == photograph


def test_public_copy_edited_takes_the_edit_and_keeps_the_key(cast: Cast) -> None:
    course = come_in(cast).course
    publish_quiz(quiz=Quiz.objects.get(course=course), now=NOW)
    public = changed("quizzes/crossing.md", "Three questions.", "Two questions.", out(course, Copy.PUBLIC))
    quiz_only = {"quizzes/crossing.md": public["quizzes/crossing.md"]}
    assert again(course, quiz_only)["quizzes/crossing.md"] == Verdict.MERGED
    assert Quiz.objects.get(course=course).source.count("[x]") == 3
    assert out(course)["quizzes/crossing.md"].decode() == QUIZ.replace("Three questions.", "Two questions.")


def taken(cast: Cast, course: Course) -> Attempt:
    """Publish the quiz and let the student answer that a ford alone crosses a river."""
    quiz = Quiz.objects.get(course=course)
    Quiz.objects.filter(pk=quiz.pk).update(closes_at=None, due_at=None)
    attempt = start(quiz=publish_quiz(quiz=quiz, now=NOW), student=cast.student, now=NOW)
    ford = Option.objects.get(version__items__quiz=quiz, text="a ford").public_id
    made = request(attempt, 1, "")
    save(
        attempt=attempt,
        request=type(made)(**{**{name: getattr(made, name) for name in made.__slots__}, "chosen": (ford,)}),
        now=NOW,
    )
    submit(attempt=attempt, known={}, now=NOW + timedelta(minutes=1))
    graded = grade(attempt_id=attempt.pk, now=NOW + timedelta(minutes=2))
    assert graded is not None
    return graded


@pytest.mark.parametrize("for_all", [True, False])
@pytest.mark.parametrize(("yes", "score"), [(False, 50), (True, 100)])
def test_key_changed_with_answers_waits_for_a_word_about_the_grades(cast: Cast, for_all: bool, yes: bool, score: int) -> None:
    course, path = come_in(cast).course, "quizzes/crossing.md"
    attempt = taken(cast, course)
    given, before = changed(path, "- [x] a ferry", "- [ ] a ferry"), Quiz.objects.get(course=course)
    outcome = bring(course=course, folder=folder(given), choices=Choices(), author=None, now=LATER)
    (waiting,) = (change for change in outcome.changes if change.asks)
    assert [ask["words"] for ask in waiting.asks] == [
        "This changes the key of question 1 for one graded attempt. Grade it again?"
    ]
    assert list(table_lines([waiting]))[-1].strip() == "Answer on the web under Course folder, or use --regrade or --no-regrade."
    assert Quiz.objects.get(course=course).revision == before.revision
    choices = Choices(regrade=yes) if for_all else Choices(same={path: {"regrade": "yes" if yes else "no"}})
    assert again(course, given, choices)[path] == Verdict.MERGED  # its closing time was taken away here
    attempt.refresh_from_db()
    assert attempt.score == score
    assert list(GradeRecord.objects.filter(attempt=attempt).values_list("score", flat=True)) == ([50, 100] if yes else [50])


def test_two_changed_options_with_answers_are_asked_which_is_which(cast: Cast) -> None:
    course = come_in(cast).course
    taken(cast, course)
    given = changed("quizzes/crossing.md", "- [x] a ferry\n- [ ] a lake", "- [ ] a pond\n- [x] a raft")
    quiz, before = Quiz.objects.get(course=course), Option.objects.get(version__items__quiz__course=course, text="a ferry")
    outcome = bring(course=course, folder=folder(given), choices=Choices(), author=None, now=LATER)
    (waiting,) = (change for change in outcome.changes if change.asks)
    assert waiting.verdict == Verdict.QUESTION
    assert [ask["ref"] for ask in waiting.asks] == ["q0o1", "q0o2", "regrade"]
    (row,) = (row for row in rows_of(outcome.changes, Choices()) if row["asks"])
    shown = [line["mark"] + line["text"] for line in row["diff"]]
    assert [line for line in shown if line[0] != " "][-4:] == [
        "-- [x] a ferry",
        "-- [ ] a lake",
        "+- [ ] a pond",
        "+- [x] a raft",
    ]
    assert list(table_lines([waiting]))[-1].strip() == (
        "Answer on the web under Course folder, or use --guess (what nothing tells apart is taken for new)"
        " and --regrade or --no-regrade."
    )
    assert Quiz.objects.get(pk=quiz.pk).revision == quiz.revision
    twice = Choices(same={waiting.path: {"q0o1": "1", "q0o2": "1"}})
    assert again(course, given, twice)[waiting.path] == Verdict.QUESTION
    told = Choices(same={waiting.path: {"q0o1": "new", "q0o2": "1"}})
    assert again(course, given, told)[waiting.path] == Verdict.MERGED
    ids = dict(Option.objects.filter(version__items__quiz=quiz).values_list("text", "public_id"))
    assert ids["a raft"] == before.public_id
    assert ids["a pond"] not in set(Option.objects.filter(version=before.version).values_list("public_id", flat=True))


def test_course_other_than_the_one_looked_at_is_not_written(cast: Cast) -> None:
    course = come_in(cast).course
    given = changed("weeks/02-bridges.md", "Piers", "Piles")
    seen = bring(course=course, folder=folder(given), choices=Choices(), author=None, now=LATER, rehearse=True)
    save_week(course=course, week=None, text="# Week 9: Sudden\n", author=None, now=LATER)
    with pytest.raises(CourseChangedError):
        again(course, given, expected=seen.state)
    assert Week.objects.get(course=course, number=2).source == WEEK_2


def test_course_of_the_web_downloaded_once_is_compared_with_that(cast: Cast) -> None:
    week = save_week(course=cast.course, week=None, text=WEEK_2, author=None, now=NOW)
    first = out(cast.course)
    remember_export(course=cast.course, now=NOW)
    save_week(course=cast.course, week=week, text=WEEK_2 + "\nMore.\n", author=None, now=NOW)
    remember_export(course=cast.course, now=LATER)  # a second copy that nobody brings back
    assert not_same(again(cast.course, first)) == {"weeks/02-bridges.md": Verdict.ONLY_HERE}
    given = changed("weeks/02-bridges.md", "[Arches]", "[Old arches]", first)
    assert not_same(again(cast.course, given)) == {"weeks/02-bridges.md": Verdict.MERGED}
    assert "More." in Week.objects.get(pk=week.pk).source


def test_headings_of_the_course_are_known_on_its_pages_also_when_they_come_later(cast: Cast) -> None:
    given = changed("weeks/02-bridges.md", "### RESEARCH", "### FIELD WORK")
    course = come_in(cast, given).course
    sections = Week.objects.get(course=course, number=2).sections
    assert sections.filter(heading="FIELD WORK").values_list("kind", flat=True).get() == "other"
    said = changed("course.yaml", "colour: green", "headings:\n  - {text: FIELD WORK, kind: research}\ncolour: green", given)
    assert not_same(again(course, said)) == {"course.yaml": Verdict.CHANGED}
    assert sections.filter(heading="FIELD WORK").values_list("kind", flat=True).get() == "research"
    week = save_week(
        course=Course.objects.get(pk=course.pk),
        week=Week.objects.get(course=course, number=2),
        text=WEEK_2,
        author=None,
        now=LATER,
    )
    assert week.version == 2
