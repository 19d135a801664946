"""The staff's pages of quizzes: list, overview, editor, settings; who may see and do what, and how many queries it takes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from course.enums import Role
from course.models import Course, Enrollment
from quizzes.actions.authoring import import_quiz, new_quiz
from quizzes.enums import AttemptState, Doubt, QuizState, ShowKey
from quizzes.formats.detect import parse_quiz
from quizzes.models import Attempt, AttemptQuestion, Quiz
from quizzes.models.attempts import MAX_GRADING_TRIES
from quizzes.native_file import native_file
from quizzes.rules import rules_of
from tests.conftest import NOW, Cast
from tests.quizzes.authoring_texts import QUIZ, REVIEW

READ = ["quizzes:quiz", "quizzes:quiz_file"]
PLAN = ["quizzes:quiz_edit", "quizzes:quiz_settings"]
POSTS = [
    "quizzes:quiz_preview",
    "quizzes:quiz_publish",
    "quizzes:quiz_unpublish",
    "quizzes:quiz_settle",
    "quizzes:quiz_release",
    "quizzes:quiz_grade_again",
]


@pytest.fixture
def quiz(cast: Cast) -> Quiz:
    return new_quiz(course=cast.course, title="Week 6 quiz", week=None, author=cast.instructor, now=NOW, text=QUIZ)


@pytest.fixture
def imported(cast: Cast) -> Quiz:
    parsed = parse_quiz(REVIEW.encode(), filename="notes-week-6.md")
    return import_quiz(course=cast.course, source=REVIEW, parsed=parsed, author=cast.instructor, now=NOW).quiz


@pytest.fixture
def staff(cast: Cast, client: Client) -> Client:
    client.force_login(cast.instructor)
    return client


def at(quiz: Quiz, name: str) -> str:
    return reverse(name, args=[quiz.course.slug, quiz.slug])


def text_of(response: Any) -> str:
    text: str = response.content.decode()
    return text


def publish(quiz: Quiz) -> None:
    Quiz.objects.filter(pk=quiz.pk).update(state=QuizState.PUBLISHED, published_at=NOW)


def graded(quiz: Quiz, student: User, marks: list[int]) -> Attempt:
    """Give a student a graded attempt with these points, in hundredths, per question."""
    attempt = Attempt.objects.create(
        quiz=quiz,
        student=student,
        number=1,
        quiz_revision=1,
        started_at=NOW,
        submitted_at=NOW,
        graded_at=NOW,
        state=AttemptState.GRADED,
        score=sum(marks),
        max_score=100 * len(marks),
    )
    for item, score in zip(quiz.items.order_by("position"), marks, strict=True):
        AttemptQuestion.objects.create(
            attempt=attempt,
            position=item.position,
            version_id=item.version_id,
            option_order=[],
            points=100,
            scoring="exact",
            score=score,
        )
    return attempt


# --- who may


@pytest.mark.parametrize(
    ("who", "read", "plan"),
    [
        ("instructor", 200, 200),
        ("assistant", 200, 200),
        ("admin", 200, 403),
        ("student", 404, 403),
        ("observer", 404, 403),
        ("stranger", 404, 404),
    ],
)
def test_pages_of_a_draft_by_role(cast: Cast, client: Client, quiz: Quiz, who: str, read: int, plan: int) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(at(quiz, "quizzes:quiz")).status_code == read
    assert client.get(at(quiz, "quizzes:quiz_file")).status_code == (403 if who in {"student", "observer"} else read)
    for name in PLAN:
        assert client.get(at(quiz, name)).status_code == plan
    assert client.get(reverse("quizzes:quiz_new", args=["hum240"])).status_code == plan


@pytest.mark.parametrize(("who", "status"), [("admin", 403), ("student", 403), ("observer", 403), ("stranger", 404)])
@pytest.mark.parametrize("name", [*POSTS, *PLAN])
def test_changes_by_others_than_staff_are_refused_and_change_nothing(
    cast: Cast,
    client: Client,
    quiz: Quiz,
    who: str,
    status: int,
    name: str,
) -> None:
    client.force_login(getattr(cast, who))
    assert client.post(at(quiz, name), {"text": "## Mine?", "base": 1, "title": "Mine"}).status_code == status
    quiz.refresh_from_db()
    assert (quiz.source, quiz.title, quiz.state) == (QUIZ, "Week 6 quiz", QuizState.DRAFT)


@pytest.mark.parametrize("name", [*POSTS, *PLAN, *READ])
def test_pages_without_sign_in_lead_there(client: Client, quiz: Quiz, name: str) -> None:
    method = client.post if name in POSTS else client.get
    assert method(at(quiz, name)).status_code == 302


@pytest.mark.parametrize("name", POSTS)
def test_changes_by_get_are_not_possible(staff: Client, quiz: Quiz, name: str) -> None:
    assert staff.get(at(quiz, name)).status_code == 405


def test_quiz_of_another_course_does_not_exist(cast: Cast, staff: Client) -> None:
    other = new_quiz(course=cast.twin, title="Theirs", week=None, author=None, now=NOW, text=QUIZ)
    assert staff.get(reverse("quizzes:quiz_edit", args=["hum240", other.slug])).status_code == 404


def test_student_never_gets_the_key_or_a_draft(cast: Cast, client: Client, quiz: Quiz) -> None:
    client.force_login(cast.student)
    assert "Week 6 quiz" not in text_of(client.get(reverse("quizzes:quizzes", args=["hum240"])))
    publish(quiz)
    page = text_of(client.get(at(quiz, "quizzes:quiz")))
    assert "Company, not spelling, decides." not in page
    assert "Key:" not in page


# --- new quiz and editor


def test_new_quiz_form_opens_the_editor_with_five_questions(staff: Client, cast: Cast) -> None:
    answer = staff.post(reverse("quizzes:quiz_new", args=["hum240"]), {"title": "Week 6 quiz", "week": ""})
    assert answer.status_code == 303
    page = text_of(staff.get(answer["Location"]))
    assert page.count('<fieldset class="question"') == 5
    assert "Question 1 has no right option" in page


def test_new_quiz_form_without_title_comes_back(staff: Client, cast: Cast) -> None:
    answer = staff.post(reverse("quizzes:quiz_new", args=["hum240"]), {"title": ""})
    assert answer.status_code == 422
    assert not Quiz.objects.exists()


def test_editor_crlf_from_a_browser_keeps_the_newlines_of_the_text(staff: Client, quiz: Quiz) -> None:
    typed = QUIZ.replace("The voice.", "The tone.").replace("\n", "\r\n")
    answer = staff.post(at(quiz, "quizzes:quiz_edit"), {"text": typed, "base": 1})
    assert answer.status_code == 303
    quiz.refresh_from_db()
    assert quiz.source == QUIZ.replace("The voice.", "The tone.")


def test_editor_text_with_crlf_stays_crlf(cast: Cast, staff: Client) -> None:
    source = QUIZ.replace("\n", "\r\n")
    quiz = new_quiz(course=cast.course, title="Old file", week=None, author=None, now=NOW, text=source)
    staff.post(at(quiz, "quizzes:quiz_edit"), {"text": source, "base": 1})
    quiz.refresh_from_db()
    assert (quiz.source, quiz.revision) == (source, 1)


def test_editor_white_space_at_both_ends_is_kept(staff: Client, quiz: Quiz) -> None:
    typed = f"\n\n{QUIZ}\n  \n"
    staff.post(at(quiz, "quizzes:quiz_edit"), {"text": typed, "base": 1})
    quiz.refresh_from_db()
    assert quiz.source == typed
    # A browser drops the first newline inside a textarea, so the page gives one more.
    assert f">\n{typed}</textarea>" in text_of(staff.get(at(quiz, "quizzes:quiz_edit"))).replace("&quot;", '"').replace(
        "&gt;", ">"
    )


def test_editor_conflict_shows_both_texts_and_saves_neither_over_the_other(staff: Client, quiz: Quiz) -> None:
    theirs, mine = QUIZ.replace("voice", "sound"), QUIZ.replace("voice", "tone")
    staff.post(at(quiz, "quizzes:quiz_edit"), {"text": theirs, "base": 1})
    answer = staff.post(at(quiz, "quizzes:quiz_edit"), {"text": mine, "base": 1})
    page = text_of(answer)
    assert answer.status_code == 409
    assert "The sound." in page
    assert "The tone." in page
    assert '<input type="hidden" name="base" value="2">' in page
    quiz.refresh_from_db()
    assert quiz.source == theirs
    assert staff.post(at(quiz, "quizzes:quiz_edit"), {"text": mine, "base": 2}).status_code == 303


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"base": 1, "text": "## What?\n- [x] a\0\n"}, "NUL"),
        ({"base": 1, "text": "x" * 200_001}, "longer than 200 kB"),
        ({"base": "one", "text": "## Mine?"}, "whole number"),
    ],
)
def test_editor_text_that_cannot_be_stored_comes_back(staff: Client, quiz: Quiz, data: dict[str, Any], words: str) -> None:
    answer = staff.post(at(quiz, "quizzes:quiz_edit"), data)
    assert answer.status_code == 422
    assert words in text_of(answer)
    quiz.refresh_from_db()
    assert quiz.source == QUIZ


def test_editor_with_attempts_warns_what_a_change_means(staff: Client, quiz: Quiz, cast: Cast) -> None:
    publish(quiz)
    graded(quiz, cast.student, [100, 0, 100])
    page = text_of(staff.get(at(quiz, "quizzes:quiz_edit")))
    assert "One student has started this quiz" in page
    assert "They keep the questions as they were shown" in page


def test_editor_published_quiz_with_an_error_comes_back_with_the_text(staff: Client, quiz: Quiz) -> None:
    publish(quiz)
    answer = staff.post(at(quiz, "quizzes:quiz_edit"), {"text": QUIZ.replace("[x]", "[ ]"), "base": 1})
    assert answer.status_code == 422
    assert "has no right option" in text_of(answer)
    assert "- [ ] The voice." in text_of(answer)


def test_preview_for_htmx_is_the_fragment_and_saves_nothing(staff: Client, quiz: Quiz) -> None:
    answer = staff.post(
        at(quiz, "quizzes:quiz_preview"),
        {"text": "## Why?\n\n- [x] So.\n- [ ] Not so.\n", "base": 1},
        headers={"HX-Request": "true"},
    )
    page = text_of(answer)
    assert "<html" not in page
    assert 'id="preview"' in page
    assert '<ul class="check-list space-above-small" id="checks" hx-swap-oob="true">' in page
    assert "Why?" in page
    assert "HX-Request" in answer["Vary"]
    quiz.refresh_from_db()
    assert quiz.source == QUIZ


def test_preview_without_javascript_is_the_editor_with_what_was_typed(staff: Client, quiz: Quiz) -> None:
    page = text_of(staff.post(at(quiz, "quizzes:quiz_preview"), {"text": "## Why?\n\n- [x] So.\n- [ ] Not so.\n", "base": 1}))
    assert "<html" in page
    assert "- [ ] Not so.\n</textarea>" in page
    assert "hx-swap-oob" not in page


def test_preview_of_hostile_text_shows_it_as_text(staff: Client, quiz: Quiz) -> None:
    text = "## <script>alert(1)</script> Why? <img src=x onerror=alert(1)>\n\n- [x] <b onclick=x>So</b>\n- [ ] No\n"
    page = text_of(staff.post(at(quiz, "quizzes:quiz_preview"), {"text": text, "base": 1}, headers={"HX-Request": "true"}))
    assert "<script" not in page
    assert "<img" not in page
    assert "<b " not in page


def test_publish_from_the_editor_saves_what_was_typed_first(staff: Client, quiz: Quiz) -> None:
    typed = QUIZ.replace("The voice.", "The tone.")
    assert staff.post(at(quiz, "quizzes:quiz_publish"), {"text": typed, "base": 1}).status_code == 303
    quiz.refresh_from_db()
    assert (quiz.state, quiz.source) == (QuizState.PUBLISHED, typed)


def test_publish_refused_says_why_and_keeps_the_text(staff: Client, quiz: Quiz) -> None:
    typed = QUIZ.replace("[x]", "[ ]")
    answer = staff.post(at(quiz, "quizzes:quiz_publish"), {"text": typed, "base": 1})
    assert answer.status_code == 422
    assert "has no right option" in text_of(answer)
    quiz.refresh_from_db()
    assert (quiz.state, quiz.source) == (QuizState.DRAFT, typed)


def test_publish_in_conflict_publishes_nothing(staff: Client, quiz: Quiz) -> None:
    assert staff.post(at(quiz, "quizzes:quiz_publish"), {"text": "## Mine?", "base": 7}).status_code == 409
    quiz.refresh_from_db()
    assert (quiz.state, quiz.source) == (QuizState.DRAFT, QUIZ)


def test_unpublish_by_button_and_not_after_a_start(staff: Client, quiz: Quiz, cast: Cast) -> None:
    publish(quiz)
    staff.post(at(quiz, "quizzes:quiz_unpublish"))
    quiz.refresh_from_db()
    assert quiz.state == QuizState.DRAFT
    publish(quiz)
    graded(quiz, cast.student, [100, 0, 100])
    page = text_of(staff.post(at(quiz, "quizzes:quiz_unpublish"), follow=True))
    assert "already started" in page
    quiz.refresh_from_db()
    assert quiz.state == QuizState.PUBLISHED


# --- dates and rules

RULES = {
    "title": "Week 6 quiz",
    "kind": "graded",
    "week": "",
    "opens": "2026-10-05T09:00",
    "due": "",
    "closes": "2026-10-07T17:30",
    "minutes": "20",
    "attempts": "1",
    "counts": "highest",
    "scoring": "exact",
    "show_key": "after_due",
}


def test_settings_times_are_on_the_clock_of_the_course(staff: Client, quiz: Quiz, cast: Cast) -> None:
    User.objects.filter(pk=cast.instructor.pk).update(zone="Europe/Madrid")
    assert staff.post(at(quiz, "quizzes:quiz_settings"), RULES).status_code == 303
    quiz.refresh_from_db()
    assert quiz.opens_at is not None
    assert quiz.closes_at is not None
    assert quiz.opens_at.isoformat() == "2026-10-05T14:00:00+00:00"
    assert quiz.time_limit == 1200
    assert 'value="2026-10-05T09:00"' in text_of(staff.get(at(quiz, "quizzes:quiz_settings")))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"closes": "2026-10-05T08:00"}, "The quiz would close before it opens."),
        ({"closes": "2027-03-14T02:30"}, "02:30 does not exist on Sun 14 Mar 2027 in Chicago: the clocks go forward."),
        ({"opens": "soon"}, "is not a date and time"),
        ({"minutes": "0"}, "A time limit is at least 1 minute."),
        ({"late": "1d 80%"}, "Late credit counts from the due date."),
        ({"late": "soon"}, "is not a step of late credit; write 1d 80%, 3d 50%."),
        ({"late": "1d 50%, 2d 80%"}, "Each step of late credit ends later and gives less than the one before."),
        ({"title": ""}, "Enter the title."),
        ({"counts": ""}, "Choose which attempt counts."),
    ],
)
def test_settings_impossible_ones_come_back_with_what_was_typed(
    staff: Client,
    quiz: Quiz,
    change: dict[str, str],
    words: str,
) -> None:
    answer = staff.post(at(quiz, "quizzes:quiz_settings"), RULES | {"attempts": "3"} | change)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert 'name="attempts" value="3"' in text_of(answer)
    quiz.refresh_from_db()
    assert (quiz.opens_at, quiz.attempts_allowed) == (None, 1)


def test_settings_saved_untouched_keep_a_time_that_comes_twice(staff: Client, quiz: Quiz) -> None:
    second = datetime(2026, 11, 1, 7, 30, tzinfo=UTC)  # 01:30 in Chicago, the second time
    Quiz.objects.filter(pk=quiz.pk).update(closes_at=second)
    assert staff.post(at(quiz, "quizzes:quiz_settings"), RULES | {"closes": "2026-11-01T01:30"}).status_code == 303
    quiz.refresh_from_db()
    assert quiz.closes_at == second


def test_settings_hardly_meant_are_saved_and_remarked(staff: Client, quiz: Quiz) -> None:
    page = text_of(staff.post(at(quiz, "quizzes:quiz_settings"), RULES | {"closes": "", "show_key": "after_due"}, follow=True))
    assert "Results never show by themselves. To students the right answers show after the closing date" in page
    quiz.refresh_from_db()
    assert quiz.closes_at is None


# --- doubts


def test_overview_asks_about_each_doubt_and_settles_it(staff: Client, imported: Quiz, cast: Cast) -> None:
    page = text_of(staff.get(at(imported, "quizzes:quiz")))
    assert "Two questions wait for your decision" in page
    first = imported.items.get(position=1).version.question.public_id
    answer = staff.post(at(imported, "quizzes:quiz_settle"), {"question": first, f"answer-{first}": "yes"})
    assert answer.status_code == 303
    assert imported.items.get(position=1).version.settled_by == cast.instructor
    assert "One question waits for your decision" in text_of(staff.get(at(imported, "quizzes:quiz")))


def test_settle_by_choosing_stores_the_key(staff: Client, imported: Quiz) -> None:
    version = imported.items.get(position=3).version
    ref, right = version.question.public_id, version.options.get(position=2).public_id
    staff.post(at(imported, "quizzes:quiz_settle"), {"question": ref, f"key-{ref}": right})
    after = imported.items.get(position=3).version
    assert [option.key.correct for option in after.options.all()] == [False, False, True]
    assert after.doubt == Doubt.READY


def test_settle_without_an_answer_comes_back(staff: Client, imported: Quiz) -> None:
    ref = imported.items.get(position=3).version.question.public_id
    answer = staff.post(at(imported, "quizzes:quiz_settle"), {"question": ref})
    assert answer.status_code == 422
    assert "Nothing is chosen yet." in text_of(answer)


def test_settle_two_at_a_single_choice_comes_back_with_the_reason(staff: Client, imported: Quiz) -> None:
    version = imported.items.get(position=3).version
    ref = version.question.public_id
    chosen = [option.public_id for option in version.options.all()][:2]
    answer = staff.post(at(imported, "quizzes:quiz_settle"), {"question": ref, f"key-{ref}": chosen})
    assert answer.status_code == 422
    assert "has one right option; you chose 2." in text_of(answer)


def test_settle_a_settled_question_says_so(staff: Client, imported: Quiz) -> None:
    ref = imported.items.get(position=2).version.question.public_id
    assert "This question is settled already." in text_of(
        staff.post(at(imported, "quizzes:quiz_settle"), {"question": ref}, follow=True)
    )


# --- list, overview, file


def test_list_tells_state_and_next_step(staff: Client, quiz: Quiz, imported: Quiz, cast: Cast) -> None:
    unfinished = new_quiz(
        course=cast.course, title="Unfinished", week=None, author=None, now=NOW, text=QUIZ.replace("2. [x]", "2. [ ]")
    )
    page = text_of(staff.get(reverse("quizzes:quizzes", args=["hum240"])))
    assert "Settle 2 questions" in page
    assert "Repair question 3" in page
    assert "Set the dates" in page
    assert unfinished.title in page


@pytest.mark.parametrize(
    ("window", "state", "step"),
    [
        ((-2, -1), "Closed", "Results"),
        ((-1, 1), "Open", "Watch"),
        ((1, 2), "Planned", "Check the dates"),
    ],
)
def test_list_published_quiz_by_its_window(
    staff: Client,
    quiz: Quiz,
    window: tuple[int, int],
    state: str,
    step: str,
) -> None:
    now = timezone.now()
    opens, closes = (now + timedelta(days=day) for day in window)
    Quiz.objects.filter(pk=quiz.pk).update(state=QuizState.PUBLISHED, opens_at=opens, closes_at=closes)
    page = text_of(staff.get(reverse("quizzes:quizzes", args=["hum240"])))
    assert f">{state}</span>" in page
    assert f">{step}</a>" in page


def test_list_without_quizzes_says_what_comes(staff: Client, cast: Cast) -> None:
    assert "Write the first quiz" in text_of(staff.get(reverse("quizzes:quizzes", args=["hum240"])))


def test_overview_counts_students_scores_and_questions(staff: Client, quiz: Quiz, cast: Cast) -> None:
    publish(quiz)
    attempt = graded(quiz, cast.student, [100, 0, 100])
    page = text_of(staff.get(at(quiz, "quizzes:quiz")))
    assert "1 of 2 submitted, mean 2 of 3" in page
    assert reverse("quizzes:attempt_result", args=["hum240", quiz.slug, attempt.public_id]) in page
    assert "0 of 1, 0 %" in page
    assert page.count("1 of 1, 100 %") == 2
    assert page.count("Not started") == 1


def test_overview_running_attempt_has_no_score_and_no_result_link(staff: Client, quiz: Quiz, cast: Cast) -> None:
    publish(quiz)
    attempt = Attempt.objects.create(quiz=quiz, student=cast.student, number=1, quiz_revision=1, started_at=NOW)
    page = text_of(staff.get(at(quiz, "quizzes:quiz")))
    assert "In progress" in page
    assert attempt.public_id not in page


def given_up(quiz: Quiz, student: User, number: int = 1) -> Attempt:
    """Give a student a submitted attempt that grading gave up."""
    return Attempt.objects.create(
        quiz=quiz,
        student=student,
        number=number,
        quiz_revision=1,
        started_at=NOW,
        submitted_at=NOW,
        state=AttemptState.SUBMITTED,
        grade_tries=MAX_GRADING_TRIES,
        grade_after=timezone.now() + timedelta(days=1),
    )


def test_overview_lists_attempts_that_could_not_be_graded(staff: Client, quiz: Quiz, cast: Cast) -> None:
    publish(quiz)
    attempt = given_up(quiz, cast.student)
    page = text_of(staff.get(at(quiz, "quizzes:quiz")))
    assert "One attempt could not be graded" in page
    # in the list on top and in the table of students
    assert page.count(reverse("quizzes:attempt_result", args=["hum240", quiz.slug, attempt.public_id])) == 2
    assert "Could not be graded</span>" in page
    assert "To be graded" not in page
    Attempt.objects.update(grade_tries=MAX_GRADING_TRIES - 1)
    page = text_of(staff.get(at(quiz, "quizzes:quiz")))
    assert "could not be graded" not in page.lower()
    assert "To be graded" in page


def test_overview_lists_a_given_up_attempt_beside_a_graded_one(staff: Client, quiz: Quiz, cast: Cast) -> None:
    publish(quiz)
    graded(quiz, cast.student, [100, 0, 100])
    attempt = given_up(quiz, cast.student, number=2)
    page = text_of(staff.get(at(quiz, "quizzes:quiz")))
    assert "One attempt could not be graded" in page
    assert page.count(reverse("quizzes:attempt_result", args=["hum240", quiz.slug, attempt.public_id])) == 1
    assert "Graded</span>" in page


def test_grade_again_owes_new_tries_to_given_up_attempts_of_this_quiz_only(staff: Client, quiz: Quiz, cast: Cast) -> None:
    publish(quiz)
    other = new_quiz(course=cast.course, title="Week 7 quiz", week=None, author=None, now=NOW, text=QUIZ)
    mine, theirs = given_up(quiz, cast.student), given_up(other, cast.student)
    tried = Attempt.objects.create(
        quiz=quiz,
        student=cast.other_student,
        number=1,
        quiz_revision=1,
        started_at=NOW,
        submitted_at=NOW,
        state=AttemptState.SUBMITTED,
        grade_tries=2,
    )
    assert "One attempt is being graded again." in text_of(staff.post(at(quiz, "quizzes:quiz_grade_again"), follow=True))
    for attempt, tries in ((mine, 0), (theirs, MAX_GRADING_TRIES), (tried, 2)):
        attempt.refresh_from_db()
        assert attempt.grade_tries == tries
    assert mine in Attempt.objects.owed(timezone.now())
    assert "No attempt waits" in text_of(staff.post(at(quiz, "quizzes:quiz_grade_again"), follow=True))


def test_release_opens_results_once(staff: Client, quiz: Quiz) -> None:
    Quiz.objects.filter(pk=quiz.pk).update(state=QuizState.PUBLISHED, show_key=ShowKey.ON_RELEASE)
    assert "Open the results" in text_of(staff.get(at(quiz, "quizzes:quiz")))
    staff.post(at(quiz, "quizzes:quiz_release"))
    quiz.refresh_from_db()
    assert quiz.released_at is not None
    assert "Open the results" not in text_of(staff.get(at(quiz, "quizzes:quiz")))


def test_release_of_results_that_open_by_themselves_is_refused_in_words(staff: Client, quiz: Quiz) -> None:
    Quiz.objects.filter(pk=quiz.pk).update(closes_at=NOW)
    assert "show by themselves" in text_of(staff.post(at(quiz, "quizzes:quiz_release"), follow=True))


EVERY_RULE = {
    "title": 'Week "6": nearness',
    "due": "2026-10-06T12:00",
    "late": "1d 80%, 2d 12h 50%",
    "grace": "45",
    "attempts": "3",
    "counts": "average",
    "wait": "90",
    "access_code": "blue: #42",
    "layout": "all",
    "forward_only": "on",
    "shuffle_questions": "on",
    "shuffle": "on",
    "show_key": "on_release",
    "show_score": "after_all",
    "show_answers": "never",
    "show_correctness": "after_due",
    "show_feedback": "",
    "show_explanation": "immediately",
}


@pytest.mark.parametrize("change", [{}, {"due": "", "late": ""}, {"closes": ""}, {"opens": "", "closes": "", "minutes": ""}])
def test_file_imported_again_gives_the_same_quiz(staff: Client, quiz: Quiz, cast: Cast, change: dict[str, str]) -> None:
    assert staff.post(at(quiz, "quizzes:quiz_settings"), RULES | EVERY_RULE | change).status_code == 303
    answer = staff.get(at(quiz, "quizzes:quiz_file"))
    assert answer["Content-Disposition"] == 'attachment; filename="week-6-quiz.md"'
    data = answer.content
    parsed = parse_quiz(data, format="markdown", filename="week-6-quiz.md")
    assert parsed.messages == ()
    again = import_quiz(course=cast.course, source=data.decode(), parsed=parsed, author=None, now=NOW).quiz
    quiz.refresh_from_db()
    assert again.source == quiz.source == QUIZ
    assert rules_of(again) == rules_of(quiz)
    if not change:
        assert (quiz.late_steps, quiz.wait, quiz.back_allowed, quiz.access_code) == (
            [[1440, 80], [3600, 50]],
            90,
            False,
            "blue: #42",
        )


def test_file_time_that_comes_twice_is_the_same_moment_again(quiz: Quiz, cast: Cast) -> None:
    quiz.opens_at, quiz.closes_at = NOW, datetime(2026, 11, 1, 7, 30, tzinfo=UTC)  # 01:30 in Chicago, the second time
    text = native_file(quiz)
    again = import_quiz(course=cast.course, source=text, parsed=parse_quiz(text.encode()), author=None, now=NOW).quiz
    assert (again.opens_at, again.closes_at) == (quiz.opens_at, quiz.closes_at)


def test_settings_practice_sets_its_rules_and_says_so(staff: Client, quiz: Quiz) -> None:
    staff.post(at(quiz, "quizzes:quiz_settings"), RULES | EVERY_RULE)
    ignored = {"minutes": "0", "late": "nonsense", "counts": ""}
    answer = staff.post(at(quiz, "quizzes:quiz_settings"), RULES | EVERY_RULE | ignored | {"kind": "practice"}, follow=True)
    assert "As practice it has no time limit, takes as many attempts as wanted" in text_of(answer)
    quiz.refresh_from_db()
    assert (quiz.kind, quiz.time_limit, quiz.attempts_allowed, quiz.wait, quiz.late_steps) == ("practice", None, None, 0, [])
    assert (quiz.show_key, quiz.show_score, quiz.show_answers) == (ShowKey.IMMEDIATELY,) * 3
    assert (quiz.show_correctness, quiz.access_code) == ("", "blue: #42")


# --- queries, at two sizes


def class_of(course: Course, size: int) -> list[User]:
    people = [User.objects.create_user(f"s{n}@example.edu", "a long password", name=f"Student {n}") for n in range(size)]
    Enrollment.objects.bulk_create(Enrollment(course=course, person=one, role=Role.STUDENT) for one in people)
    return people


@pytest.mark.parametrize("size", [1, 6])
def test_list_queries_do_not_grow(
    staff: Client, cast: Cast, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    people = class_of(cast.course, size)
    for number in range(size):
        quiz = new_quiz(course=cast.course, title=f"Quiz {number}", week=None, author=None, now=NOW, text=QUIZ)
        publish(quiz)
        for person in people:
            graded(quiz, person, [100, 0, 100])
    with django_assert_num_queries(6):
        staff.get(reverse("quizzes:quizzes", args=["hum240"]))


@pytest.mark.parametrize("size", [1, 6])
def test_overview_queries_do_not_grow(
    staff: Client, quiz: Quiz, cast: Cast, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    publish(quiz)
    for person in class_of(cast.course, size):
        graded(quiz, person, [100, 0, 100])
    with django_assert_num_queries(9):
        staff.get(at(quiz, "quizzes:quiz"))


@pytest.mark.parametrize("size", [2, 9])
@pytest.mark.parametrize(
    ("name", "queries", "mark"),
    [
        ("quizzes:quiz_edit", 6, b'<fieldset class="question"'),
        ("quizzes:quiz_form", 6, b'<fieldset class="form-question"'),
        ("quizzes:quiz_print", 4, b'<li class="paper-question"'),
    ],
)
def test_editor_and_paper_queries_do_not_grow(
    staff: Client, cast: Cast, size: int, name: str, queries: int, mark: bytes, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    text = "\n".join(f"## Which is {n}?\n\n- [x] Right {n}\n- [ ] Wrong {n}\n" for n in range(size))
    quiz = new_quiz(course=cast.course, title="Sized", week=None, author=None, now=NOW, text=text)
    with django_assert_num_queries(queries):
        assert staff.get(at(quiz, name)).content.count(mark) == size
