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
from quizzes.actions.authoring import new_quiz
from quizzes.actions.grading import grade
from quizzes.actions.publishing import publish_quiz
from quizzes.models import Attempt, GradeRecord, Option, Quiz
from quizzes.reading import Reading
from tests.conftest import NOW, Cast
from tests.quizzes.authoring_texts import QUIZ
from tests.quizzes.making import request

OTHER_TEXTS = {"- [x] The voice.": "- [x] The tone.", "- [ ] Nothing that is in the text.": "- [ ] Anything at all."}
OTHER_KEY = {"- [x] The voice.": "- [ ] The voice."}


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


def test_replace_page_queries_with_answers(
    cast: Cast, staff: Client, quiz: Quiz, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    answered(cast, quiz)
    target = brought(staff, quiz, OTHER_TEXTS)
    with django_assert_num_queries(10):
        staff.get(target)
