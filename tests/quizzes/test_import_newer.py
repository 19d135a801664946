"""A newer text in the place of a quiz with answers: what nothing tells is asked, and nothing is graded again without a yes."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from course.models import ImportDraft
from quizzes.actions.answers import save
from quizzes.actions.attempts import start, submit
from quizzes.actions.authoring import new_quiz, save_quiz_text
from quizzes.actions.grading import grade
from quizzes.actions.publishing import publish_quiz
from quizzes.enums import AttemptState
from quizzes.models import Attempt, AttemptQuestion, GradeRecord, Option, Quiz
from quizzes.reading import Reading
from tests.conftest import NOW, Cast
from tests.quizzes.authoring_texts import QUIZ
from tests.quizzes.making import request

OTHER_TEXTS = {"- [x] The voice.": "- [x] The tone.", "- [ ] Nothing that is in the text.": "- [ ] Anything at all."}
OTHER_KEY = {"- [x] The voice.": "- [ ] The voice."}
KEY_OF_LAST = {"[ ] Always far apart.": "[x] Always far apart.", "[x] As near as": "[ ] As near as"}
OTHER_TEXTS_AND_KEY = OTHER_TEXTS | {"- [x] The voice.": "- [ ] The tone."}
WHICH = {"same-q1o1": "1", "same-q1o2": "2"}


@pytest.fixture
def staff(cast: Cast, client: Client) -> Client:
    client.force_login(cast.instructor)
    return client


@pytest.fixture
def quiz(cast: Cast) -> Quiz:
    made = new_quiz(course=cast.course, title="Nearness", week=None, author=cast.instructor, now=NOW, text=QUIZ)
    return publish_quiz(quiz=made, now=NOW)


def answered(cast: Cast, quiz: Quiz) -> Attempt:
    """The student ticks the first option of the second question alone, hands in, and is graded: half of its key."""
    attempt = start(quiz=quiz, student=cast.student, now=NOW)
    made = request(attempt, 2, "")
    chosen = (Option.objects.get(version__items__quiz=quiz, text__startswith="The order").public_id,)
    save(attempt=attempt, request=type(made)(**{n: getattr(made, n) for n in made.__slots__} | {"chosen": chosen}), now=NOW)
    submit(attempt=attempt, known={}, now=NOW + timedelta(minutes=1))
    graded = grade(attempt_id=attempt.pk, now=NOW + timedelta(minutes=2))
    assert graded is not None
    return graded


def newer(changes: dict[str, str]) -> str:
    text = f"# Nearness\n\n{QUIZ}"
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text


def brought(staff: Client, quiz: Quiz, changes: dict[str, str]) -> str:
    url = reverse("quizzes:quiz_import", args=[quiz.course.slug])
    target: str = staff.post(url, {"text": newer(changes), "format": "auto"})["Location"]
    return target


def form_of(quiz: Quiz, **more: str) -> dict[str, Any]:
    return {"title": "Nearness", "base": quiz.revision, "place": "replace"} | more


def ids(quiz: Quiz, position: int) -> dict[str, str]:
    item = quiz.items.get(position=position)
    return dict(item.version.options.values_list("text", "public_id"))


def test_replace_two_changed_options_with_answers_asks_which_is_which_and_writes_nothing(
    cast: Cast, staff: Client, quiz: Quiz
) -> None:
    answered(cast, quiz)
    before, target = ids(quiz, 2), brought(staff, quiz, OTHER_TEXTS)
    page = staff.get(target).content.decode()
    assert "Which option of “What can a summary lose?” is “The tone.”?" in page
    assert 'name="same-q1o1" value="2"> <span>It was “Nothing that is in the text.”</span>' in page
    for wrong in ({}, {"same-q1o1": "1"}, {"same-q1o1": "1", "same-q1o2": "1"}, {"same-q1o1": "1", "same-q1o2": "\0"}):
        refused = staff.post(target, form_of(quiz) | wrong)
        assert refused.status_code == 422
        assert "nothing tells which is which" in refused.content.decode()
        assert 'value="1" checked' in refused.content.decode() or not wrong
    quiz.refresh_from_db()
    assert (quiz.source, ImportDraft.objects.count()) == (QUIZ, 1)
    told = form_of(quiz) | {"same-q1o1": "new", "same-q1o2": "2"}
    assert staff.post(target, told).status_code == 303
    after = ids(quiz, 2)
    assert after["Anything at all."] == before["Nothing that is in the text."]
    assert after["The tone."] not in before.values()


def test_replace_two_changed_questions_are_asked_and_keep_who_they_are(cast: Cast, staff: Client, quiz: Quiz) -> None:
    answered(cast, quiz)
    old = {item.position: item.version.question_id for item in quiz.items.select_related("version")}
    changes = {"What can a summary lose?": "What goes?", "How near are two texts that share no word?": "How far?"}
    target = brought(staff, quiz, changes)
    assert "Which question is “What goes?”?" in staff.get(target).content.decode()
    # What the guess of a save would not do: each is the other one's successor.
    assert staff.post(target, form_of(quiz) | {"same-q1": "2", "same-q2": "1"}).status_code == 303
    new = {item.position: item.version.question_id for item in quiz.items.select_related("version")}
    assert new == {1: old[1], 2: old[3], 3: old[2]}


def test_replace_without_answers_or_with_one_change_asks_nothing(cast: Cast, staff: Client, quiz: Quiz) -> None:
    assert "which is which" not in staff.get(brought(staff, quiz, OTHER_TEXTS)).content.decode()
    answered(cast, quiz)
    target = brought(staff, quiz, {"- [x] The voice.": "- [x] The tone."})
    before = ids(quiz, 2)
    assert "which is which" not in staff.get(target).content.decode()
    assert staff.post(target, form_of(quiz)).status_code == 303
    assert ids(quiz, 2)["The tone."] == before["The voice."]


@pytest.mark.parametrize(("say", "scores"), [("yes", [0, 100]), ("no", [0])])
def test_replace_changed_key_with_answers_is_graded_again_only_after_a_yes(
    cast: Cast, staff: Client, quiz: Quiz, say: str, scores: list[int]
) -> None:
    attempt = answered(cast, quiz)
    target = brought(staff, quiz, OTHER_KEY)
    assert "Grade 1 attempt again?" not in staff.get(target).content.decode()
    for nothing in ({}, {"regrade": "perhaps"}):
        refused = staff.post(target, form_of(quiz) | nothing)
        assert refused.status_code == 422
        assert "Grade 1 attempt again?" in refused.content.decode()
    quiz.refresh_from_db()
    assert quiz.source == QUIZ
    done = staff.post(target, form_of(quiz, regrade=say), follow=True).content.decode()
    assert ("One attempt is graded again." in done) == (say == "yes")
    assert list(GradeRecord.objects.filter(attempt=attempt).order_by("pk").values_list("score", flat=True)) == scores
    attempt.refresh_from_db()
    assert attempt.score == scores[-1]
    assert Quiz.objects.get(pk=quiz.pk).source == newer(OTHER_KEY)


def test_replace_answers_of_which_is_which_stay_until_other_lines_are_read(cast: Cast, staff: Client, quiz: Quiz) -> None:
    answered(cast, quiz)
    target = brought(staff, quiz, OTHER_TEXTS)
    said = form_of(quiz) | {"same-q1o1": "2", "title": ""}
    assert staff.post(target, said).status_code == 422
    assert 'name="same-q1o1" value="2" checked' in staff.get(target).content.decode()
    staff.post(f"{target}range/", said | {"as": "review"})
    staff.post(f"{target}range/", {"as": "markdown", "start": "", "end": ""})
    kept = Reading.of(ImportDraft.objects.get().options)
    assert kept.reads_as(Reading())
    Quiz.objects.filter(pk=quiz.pk).update(revision=quiz.revision + 1)
    assert not re.search(r'name="same-[^>]*checked', staff.get(target).content.decode())


def score_of(attempt: Attempt) -> int | None:
    return Attempt.objects.values_list("score", flat=True).get(pk=attempt.pk)


def shown(attempt: Attempt, position: int) -> str:
    """What the result shows of a question: its options."""
    version = AttemptQuestion.objects.get(attempt=attempt, position=position).version
    return " ".join(version.options.order_by("position").values_list("text", flat=True))


def replaced(staff: Client, quiz: Quiz, changes: dict[str, str], **said: str) -> tuple[int, str]:
    """Bring a newer text with everything said at once; return the status and the page that follows."""
    quiz.refresh_from_db()
    done = staff.post(brought(staff, quiz, changes), form_of(quiz, **said))
    return done.status_code, (staff.get(done["Location"]) if done.status_code == 303 else done).content.decode()


@pytest.mark.parametrize("in_editor", [False, True])
def test_replace_yes_to_one_question_leaves_an_earlier_no_to_another(
    cast: Cast, staff: Client, quiz: Quiz, in_editor: bool
) -> None:
    attempt = answered(cast, quiz)
    if in_editor:
        save_quiz_text(quiz=quiz, text=newer(OTHER_KEY), author=cast.instructor, now=NOW)
    else:
        assert replaced(staff, quiz, OTHER_KEY, regrade="no")[0] == 303
    before = dict(AttemptQuestion.objects.filter(attempt=attempt).values_list("position", "version"))
    status, page = replaced(staff, quiz, OTHER_KEY | KEY_OF_LAST)
    assert (status, "This changes the key of question 3 for one graded attempt. Say whether to grade it again." in page) == (
        422,
        True,
    )
    assert '<a href="#grade-again">' in page
    status, page = replaced(staff, quiz, OTHER_KEY | KEY_OF_LAST, regrade="yes")
    assert (status, "One attempt is graded again." in page) == (303, True)
    after = dict(AttemptQuestion.objects.filter(attempt=attempt).values_list("position", "version"))
    assert {at for at, version in after.items() if version != before[at]} == {3}
    assert score_of(attempt) == 0


def test_replace_words_alone_does_not_ask_again_about_a_key_that_was_said_no_to(cast: Cast, staff: Client, quiz: Quiz) -> None:
    attempt = answered(cast, quiz)
    replaced(staff, quiz, OTHER_KEY, regrade="no")
    words = {"What can a summary lose?": "What can a summary leave out?"}
    assert replaced(staff, quiz, OTHER_KEY | words)[0] == 303
    # Changed back, it is as those have it who were asked: nothing to grade.
    assert replaced(staff, quiz, words)[0] == 303
    assert score_of(attempt) == 0


@pytest.mark.parametrize(("say", "score", "words"), [("yes", 100, "The tone."), ("no", 0, "The voice.")])
@pytest.mark.parametrize("at_once", [True, False])
def test_replace_changed_key_of_reworded_options_is_asked_with_what_results_will_show(
    cast: Cast, staff: Client, quiz: Quiz, at_once: bool, say: str, score: int, words: str
) -> None:
    attempt = answered(cast, quiz)
    if at_once:
        status, page = replaced(staff, quiz, OTHER_TEXTS_AND_KEY, **WHICH)
    else:
        status, page = replaced(staff, quiz, OTHER_TEXTS, **WHICH)
        assert (status, "graded again" in page) == (303, False)
        status, page = replaced(staff, quiz, OTHER_TEXTS_AND_KEY)
    assert (status, "Grade 1 attempt again?" in page) == (422, True)
    assert "One attempt saw question 2 in other words: graded again, its result shows the new words." in page
    assert replaced(staff, quiz, OTHER_TEXTS_AND_KEY, regrade=say, **(WHICH if at_once else {}))[0] == 303
    assert score_of(attempt) == score
    assert words in shown(attempt, 2)


def test_replace_key_with_an_added_option_leaves_points_and_says_whose(cast: Cast, staff: Client, quiz: Quiz) -> None:
    attempt = answered(cast, quiz)
    added = {"- [ ] Nothing that is in the text.\n": "- [ ] Nothing that is in the text.\n- [x] The pauses.\n"}
    status, page = replaced(staff, quiz, added)
    assert status == 303
    assert "One attempt saw question 2 with other options: its points for it stay as they are." in page
    assert (score_of(attempt), "The pauses." in shown(attempt, 2)) == (0, False)
    status, page = replaced(staff, quiz, added | OTHER_KEY | KEY_OF_LAST)
    assert (status, "Grade 1 attempt again?" in page) == (422, True)
    assert "saw question 2 with other options" in page
    assert replaced(staff, quiz, added | OTHER_KEY | KEY_OF_LAST, regrade="yes")[0] == 303
    assert (score_of(attempt), "The pauses." in shown(attempt, 2)) == (0, False)


def test_replace_added_option_that_is_not_right_says_nothing_of_points(cast: Cast, staff: Client, quiz: Quiz) -> None:
    answered(cast, quiz)
    status, page = replaced(staff, quiz, {"- [x] The voice.\n": "- [x] The voice.\n- [ ] The title.\n"})
    assert (status, "other options" in page) == (303, False)


def test_replace_reworded_key_never_changes_words_under_an_attempt_that_is_under_way(
    cast: Cast, staff: Client, quiz: Quiz
) -> None:
    attempt, running = answered(cast, quiz), start(quiz=quiz, student=cast.other_student, now=NOW)
    assert running.state == AttemptState.IN_PROGRESS
    status, page = replaced(staff, quiz, OTHER_TEXTS_AND_KEY, **WHICH)
    assert (status, "Grade 1 attempt again?" in page) == (422, True)
    assert "One attempt with question 2 in other words is under way and keeps those words and their key." in page
    assert replaced(staff, quiz, OTHER_TEXTS_AND_KEY, regrade="yes", **WHICH)[0] == 303
    assert ("The voice." in shown(running, 2), "The tone." in shown(attempt, 2)) == (True, True)


def test_replace_page_queries_with_answers(
    cast: Cast, staff: Client, quiz: Quiz, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    answered(cast, quiz)
    target = brought(staff, quiz, OTHER_TEXTS)
    with django_assert_num_queries(10):
        staff.get(target)
