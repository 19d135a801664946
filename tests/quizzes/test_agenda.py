"""What quizzes say on the landing page and on the week page."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from course.access import RIGHTS, Membership
from course.agenda import InClass, Urgency
from course.enums import Release, Role
from course.models import Enrollment, Week
from quizzes.actions.attempts import start, submit
from quizzes.actions.grading import grade
from quizzes.agenda import quizzes_of_member
from quizzes.enums import QuizKind, QuizState
from quizzes.models import Attempt, Quiz, QuizException
from quizzes.models.attempts import MAX_GRADING_TRIES
from quizzes.week_panels import quizzes_of_week
from quizzes.week_rows import quizzes_of_weeks
from tests.conftest import NOW, Cast, person
from tests.quizzes.making import at, make_quiz

DAY = timedelta(days=1)


def member_of(cast: Cast, user: User, role: Role = Role.STUDENT) -> Membership:
    return Membership(cast.course, user, None, RIGHTS[role])


def items(cast: Cast, **who: Any) -> list[tuple[str, Urgency, bool]]:
    found = quizzes_of_member(who.get("member") or member_of(cast, cast.student), who.get("now", NOW))
    return [(item.title, item.urgency, item.done) for item in found]


def finish(attempt: Attempt) -> None:
    submit(attempt=attempt, known={}, now=NOW)
    grade(attempt_id=attempt.pk, now=NOW)


def test_agenda_of_a_student_names_each_state(cast: Cast) -> None:
    make_quiz(cast.course, "week-7", state=QuizState.DRAFT)
    make_quiz(cast.course, "week-6", opens_at=NOW + 5 * DAY, closes_at=NOW + 7 * DAY)
    quiz = make_quiz(cast.course, closes_at=at(3600 * 7))
    finish(start(quiz=make_quiz(cast.course, "week-4"), student=cast.student, now=NOW))
    old = start(
        quiz=make_quiz(cast.course, "week-1", opens_at=NOW - 30 * DAY, closes_at=NOW - 20 * DAY),
        student=cast.student,
        now=NOW - 25 * DAY,
    )
    Attempt.objects.filter(pk=old.pk).update(submitted_at=NOW - 25 * DAY, state="submitted")
    assert sorted(items(cast)) == [
        ("The Week 5 quiz is open until 23:00", Urgency.OPEN, False),
        ("The Week 6 quiz opens Mon 12 Oct, 16:00", Urgency.QUIET, False),
        ("Week 4 quiz: 0 of 3 points", Urgency.QUIET, True),
    ]
    start(quiz=quiz, student=cast.student, now=NOW)
    assert ("Your attempt at the Week 5 quiz is running until today, 16:20", Urgency.RUNNING, False) in items(cast)


def test_agenda_of_staff_counts_the_class_and_names_who_is_missing(cast: Cast) -> None:
    quiz = make_quiz(cast.course)
    teacher = member_of(cast, cast.instructor, Role.INSTRUCTOR)
    assert items(cast, member=teacher) == [("Nobody has submitted the Week 5 quiz", Urgency.WAITS, False)]
    finish(start(quiz=quiz, student=cast.student, now=NOW))
    [item] = quizzes_of_member(teacher, NOW)
    assert (item.title, item.detail) == (
        "One of two has submitted the Week 5 quiz",
        "Jonah Whitfield has not started.",
    )
    assert (item.at_words, item.at) == ("Closes", quiz.closes_at)
    start(quiz=quiz, student=cast.other_student, now=NOW)
    [item] = quizzes_of_member(teacher, NOW)
    assert item.detail == "Jonah Whitfield is in the middle of it."
    Attempt.objects.filter(student=cast.other_student).delete()
    finish(start(quiz=quiz, student=cast.other_student, now=NOW))
    [item] = quizzes_of_member(teacher, NOW + DAY)
    assert (item.title, item.done) == ("All two have submitted the Week 5 quiz", True)


def test_agenda_of_staff_names_five_missing_and_counts_the_rest(cast: Cast) -> None:
    make_quiz(cast.course)
    for number in range(6):
        Enrollment.objects.create(course=cast.course, person=person(f"Extra {number}"), role=Role.STUDENT)
    [item] = quizzes_of_member(member_of(cast, cast.instructor, Role.INSTRUCTOR), NOW)
    assert item.detail.endswith("and 3 more have not started.")
    start(quiz=Quiz.objects.get(), student=cast.student, now=NOW)
    [item] = quizzes_of_member(member_of(cast, cast.instructor, Role.INSTRUCTOR), NOW)
    assert item.detail.startswith("Ines Caballero is in the middle of it; ")
    assert item.detail.endswith("and 2 more have not started.")


def test_agenda_of_staff_tells_of_attempts_that_could_not_be_graded(cast: Cast) -> None:
    attempt = start(quiz=make_quiz(cast.course), student=cast.student, now=NOW)
    submit(attempt=attempt, known={}, now=NOW)
    Attempt.objects.update(grade_tries=MAX_GRADING_TRIES)
    assert ("One attempt at the Week 5 quiz could not be graded", Urgency.WAITS, False) in items(
        cast,
        member=member_of(cast, cast.instructor, Role.INSTRUCTOR),
    )


@pytest.mark.parametrize("closes", [NOW - timedelta(days=30), None])
def test_agenda_of_staff_tells_of_ungraded_attempts_however_old_the_quiz(cast: Cast, closes: datetime | None) -> None:
    quiz = make_quiz(cast.course, opens_at=NOW - 40 * DAY, closes_at=closes)
    attempt = start(quiz=quiz, student=cast.student, now=NOW - 35 * DAY)
    Attempt.objects.filter(pk=attempt.pk).update(state="submitted", submitted_at=NOW - 35 * DAY, grade_tries=MAX_GRADING_TRIES)
    teacher = member_of(cast, cast.instructor, Role.INSTRUCTOR)
    assert ("One attempt at the Week 5 quiz could not be graded", Urgency.WAITS, False) in items(cast, member=teacher)
    Attempt.objects.update(grade_tries=MAX_GRADING_TRIES - 1)
    assert not [title for title, *_ in items(cast, member=teacher) if "graded" in title]


def test_agenda_of_a_student_says_that_grading_waits_for_a_person(cast: Cast) -> None:
    attempt = start(quiz=make_quiz(cast.course), student=cast.student, now=NOW)
    submit(attempt=attempt, known={}, now=NOW)
    assert "Week 5 quiz: is being graded" in [title for title, *_ in items(cast)]
    Attempt.objects.update(grade_tries=MAX_GRADING_TRIES)
    assert "Week 5 quiz: grading is waiting for a person" in [title for title, *_ in items(cast)]


def of_class(cast: Cast, member: Membership, now: datetime = NOW) -> list[tuple[str, tuple[str, ...]]]:
    """What a member reads about quizzes in the agenda of the next class."""
    found = [item for item in quizzes_of_member(member, now) if isinstance(item, InClass)]
    assert all(item.meeting == cast.session.pk and item.places == ("quiz", "overhead") for item in found)
    return [(item.title, item.lines) for item in found]


def test_agenda_of_a_class_has_the_quiz_of_its_week_for_everybody(cast: Cast) -> None:
    week = Week.objects.create(course=cast.course, slug="w5", number=5, title="Five", session=cast.session)
    quiz = make_quiz(cast.course, week=week, closes_at=NOW + timedelta(hours=1, minutes=30))
    make_quiz(cast.course, "week-9")
    student, teacher = member_of(cast, cast.student), member_of(cast, cast.instructor, Role.INSTRUCTOR)
    observer = member_of(cast, cast.observer, Role.OBSERVER)
    assert of_class(cast, student) == of_class(cast, observer) == [("Week 5 quiz", ("Open until 17:30",))]
    assert of_class(cast, teacher) == [("Week 5 quiz", ("0 of 2 submitted, open until 17:30",))]
    finish(start(quiz=quiz, student=cast.student, now=NOW))
    assert of_class(cast, student) == [("Week 5 quiz", ("Taken. You have 0 of 3 points.",))]
    assert of_class(cast, member_of(cast, cast.other_student)) == [("Week 5 quiz", ("Open until 17:30",))]
    assert of_class(cast, teacher, NOW + timedelta(hours=2)) == [("Week 5 quiz", ("1 of 2 submitted, closed",))]


def test_agenda_of_a_class_with_two_quizzes_is_one_entry_and_drafts_are_staff_s(cast: Cast) -> None:
    week = Week.objects.create(course=cast.course, slug="w5", number=5, title="Five", session=cast.session)
    make_quiz(cast.course, week=week, closes_at=None)
    make_quiz(cast.course, "bonus", week=week, state=QuizState.DRAFT)
    make_quiz(cast.course, "warm-up", week=week, kind=QuizKind.PRACTICE)
    assert of_class(cast, member_of(cast, cast.student)) == [("Week 5 quiz", ("Open",))]
    [(title, lines)] = of_class(cast, member_of(cast, cast.instructor, Role.INSTRUCTOR))
    assert title == "Quizzes"
    assert set(lines) == {"Week 5 quiz: 0 of 2 submitted, open", "Bonus quiz: draft. Only staff see it."}


def test_agenda_of_a_student_links_the_week_only_once_it_is_open(cast: Cast) -> None:
    week = Week.objects.create(course=cast.course, slug="w5", number=5, title="Five")
    make_quiz(cast.course, week=week)
    [item] = quizzes_of_member(member_of(cast, cast.student), NOW)
    assert (item.more, item.more_url, item.note) == ("", "", "counts toward your grade")
    Week.objects.update(state=Release.OPEN)
    [item] = quizzes_of_member(member_of(cast, cast.student), NOW)
    assert (item.more, item.more_url) == ("What it covers", week.get_absolute_url())


def test_agenda_of_staff_has_a_draft_that_should_open(cast: Cast) -> None:
    make_quiz(cast.course, state=QuizState.DRAFT, opens_at=NOW + DAY, closes_at=NOW + 2 * DAY)
    teacher = member_of(cast, cast.instructor, Role.INSTRUCTOR)
    assert items(cast, member=teacher) == [("The Week 5 quiz is a draft and should open tomorrow, 16:00", Urgency.WAITS, False)]


def test_agenda_of_an_observer_is_empty(cast: Cast) -> None:
    make_quiz(cast.course)
    assert items(cast, member=member_of(cast, cast.observer, Role.OBSERVER)) == []


@pytest.mark.parametrize(("role", "queries"), [(Role.STUDENT, 3), (Role.INSTRUCTOR, 3)])
@pytest.mark.parametrize("size", [1, 8])
def test_agenda_takes_the_same_queries_for_any_number_of_quizzes(
    cast: Cast,
    role: Role,
    queries: int,
    size: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(size):
        start(quiz=make_quiz(cast.course, f"week-{number}", keys=["A"]), student=cast.student, now=NOW)
    member = member_of(cast, cast.student if role == Role.STUDENT else cast.instructor, role)
    with django_assert_num_queries(queries):
        assert len(quizzes_of_member(member, NOW)) == size


@pytest.mark.parametrize(
    ("moment", "tag", "tone"),
    [
        (NOW - 2 * DAY, "Opens tomorrow, 16:00", ""),
        (NOW, "Open until tomorrow, 16:00", "ok"),
        (NOW + DAY, "Closed", ""),
    ],
)
def test_week_panel_says_the_state_of_its_quiz(cast: Cast, moment: Any, tag: str, tone: str) -> None:
    week = Week.objects.create(course=cast.course, slug="week-5", number=5, title="Five", state="open")
    make_quiz(cast.course, week=week)
    [panel] = quizzes_of_week(member_of(cast, cast.student), week, moment)
    context: Any = panel.context
    [line] = context["lines"]
    assert (panel.kinds, panel.title, line.tag, line.tone) == (("quiz", "overhead"), "Week 5 quiz", tag, tone)


def test_week_panel_of_running_taken_and_draft_quizzes(cast: Cast) -> None:
    week = Week.objects.create(course=cast.course, slug="week-5", number=5, title="Five", state="open")
    quiz = make_quiz(cast.course, week=week)
    make_quiz(cast.course, "draft", week=week, state=QuizState.DRAFT)
    attempt = start(quiz=quiz, student=cast.student, now=NOW)

    def lines(member: Membership) -> list[tuple[str, str]]:
        [panel] = quizzes_of_week(member, week, NOW)
        return [(line.tag, line.detail) for line in panel.context["lines"]]  # type: ignore[attr-defined]  # a list of lines

    assert lines(member_of(cast, cast.student)) == [("Running", "Your attempt ends today, 16:20.")]
    finish(attempt)
    assert lines(member_of(cast, cast.student)) == [("Taken", "You have 0 of 3 points.")]
    assert ("Draft", "Only staff see it.") in lines(member_of(cast, cast.instructor, Role.INSTRUCTOR))


def test_agenda_and_panel_go_by_the_own_times_of_each_student(cast: Cast) -> None:
    week = Week.objects.create(course=cast.course, slug="week-5", number=5, title="Five", state="open")
    quiz = make_quiz(cast.course, week=week, closes_at=NOW - timedelta(minutes=5))
    QuizException.objects.create(quiz=quiz, student=cast.student, closes_at=NOW + timedelta(hours=3), set_at=NOW)
    assert items(cast)[0] == ("The Week 5 quiz is open until 19:00", Urgency.OPEN, False)
    assert items(cast, member=member_of(cast, cast.other_student)) == []
    tags = []
    for one in (cast.student, cast.other_student):
        [panel] = quizzes_of_week(member_of(cast, one), week, NOW)
        tags += [line.tag for line in panel.context["lines"]]  # type: ignore[attr-defined]  # a list of lines
    [note] = quizzes_of_weeks(member_of(cast, cast.student), [week], NOW)
    assert (tags, note.text) == (["Open until today, 19:00", "Closed"], "Week 5 quiz: open until today, 19:00")


def test_agenda_and_panel_say_when_the_next_attempt_may_begin(cast: Cast) -> None:
    week = Week.objects.create(course=cast.course, slug="week-5", number=5, title="Five", state="open")
    finish(start(quiz=make_quiz(cast.course, week=week, attempts_allowed=2, wait=90), student=cast.student, now=NOW))
    assert items(cast)[0] == ("You can take the Week 5 quiz again today, 17:30", Urgency.QUIET, True)
    [panel] = quizzes_of_week(member_of(cast, cast.student), week, NOW)
    assert [line.tag for line in panel.context["lines"]] == ["Open again today, 17:30"]  # type: ignore[attr-defined]  # a list of lines


@pytest.mark.parametrize("size", [1, 5])
def test_week_panel_takes_two_queries(cast: Cast, size: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    week = Week.objects.create(course=cast.course, slug="week-5", number=5, title="Five", state="open")
    for number in range(size):
        make_quiz(cast.course, f"quiz-{number}", week=week)
    with django_assert_num_queries(2):
        quizzes_of_week(member_of(cast, cast.student), week, NOW)
