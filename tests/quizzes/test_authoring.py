"""Saving a quiz's text: which question stays which, what gets a new version, and what attempts keep."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from course.models import Week
from quizzes.actions.authoring import new_quiz, save_quiz_text
from quizzes.actions.refusals import RefusedError, TextConflictError
from quizzes.enums import QuizState
from quizzes.models import Attempt, AttemptQuestion, Option, Question, QuestionVersion, Quiz, QuizItem
from tests.conftest import NOW, Cast
from tests.quizzes.authoring_texts import QUIZ

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def quiz(cast: Cast) -> Quiz:
    return new_quiz(course=cast.course, title="Week 6 quiz", week=None, author=cast.instructor, now=NOW, text=QUIZ)


def versions(quiz: Quiz) -> list[QuestionVersion]:
    return [item.version for item in quiz.items.select_related("version__question").order_by("position")]


def ids(version: QuestionVersion) -> list[str]:
    return [option.public_id for option in version.options.all()]


def show(quiz: Quiz, student: User) -> Attempt:
    """Let a student have an attempt that shows the quiz as it is."""
    attempt = Attempt.objects.create(quiz=quiz, student=student, number=1, quiz_revision=quiz.revision, started_at=NOW)
    for place, version in enumerate(versions(quiz), 1):
        AttemptQuestion.objects.create(
            attempt=attempt,
            position=place,
            version=version,
            option_order=ids(version),
            points=version.points,
            scoring="exact",
        )
    return attempt


def save(quiz: Quiz, text: str, cast: Cast, **more: Any) -> Quiz:
    return save_quiz_text(quiz=quiz, text=text, author=cast.instructor, now=LATER, **more)


def test_new_quiz_text_becomes_questions_options_and_keys(quiz: Quiz) -> None:
    first, second, third = versions(quiz)
    assert (first.question.slug, first.stem, first.kind) == ("compare", "What does a search by meaning compare?", "multi")
    assert [option.key.correct for option in first.options.all()] == [True, False, True, False]
    assert first.options.get(position=0).key.feedback == "Near in that space means used in similar company."
    assert "<p>Positions of texts" in first.options.get(position=0).html
    assert (first.key.if_right, first.key.if_wrong) == ("Nearness stands in for likeness.", "Look again at the pencil exercise.")
    assert (second.question.slug, second.kind) == ("", "multi")
    assert (third.kind, third.points, third.scoring) == ("single", 100, "")
    assert (quiz.state, quiz.revision, quiz.source, quiz.slug) == (QuizState.DRAFT, 1, QUIZ, "week-6-quiz")


def test_new_quiz_template_has_five_questions_to_overwrite(cast: Cast) -> None:
    quiz = new_quiz(course=cast.course, title="Week 6 quiz", week=None, author=cast.instructor, now=NOW)
    assert quiz.items.count() == 5


@pytest.mark.parametrize("title", ["New", "Import", "Week 6 quiz", "¿?"])
def test_new_quiz_address_taken_or_reserved_gets_a_number(quiz: Quiz, cast: Cast, title: str) -> None:
    made = [new_quiz(course=cast.course, title=title, week=None, author=None, now=NOW).slug for _ in range(2)]
    assert len({*made, "new", "import", "week-6-quiz"}) == 5


def test_save_same_text_again_changes_nothing(quiz: Quiz, cast: Cast) -> None:
    saved = save(quiz, QUIZ, cast)
    assert (saved.revision, saved.changed_at) == (1, NOW)


def test_save_other_question_changed_this_one_keeps_its_version(quiz: Quiz, cast: Cast) -> None:
    before = versions(quiz)
    saved = save(quiz, QUIZ.replace("The voice.", "The tone of voice."), cast)
    after = versions(saved)
    assert saved.revision == 2
    assert [after[0].pk, after[2].pk] == [before[0].pk, before[2].pk]
    assert after[1].pk != before[1].pk
    assert after[1].question_id == before[1].question_id


def test_save_changed_question_never_shown_replaces_the_version(quiz: Quiz, cast: Cast) -> None:
    before = versions(quiz)[1]
    after = versions(save(quiz, QUIZ.replace("The voice.", "The tone of voice."), cast))[1]
    assert after.number == 1
    assert not QuestionVersion.objects.filter(pk=before.pk).exists()
    assert Option.objects.filter(version__question=after.question_id).count() == 3


def test_save_changed_question_shown_by_an_attempt_makes_a_new_version(quiz: Quiz, cast: Cast) -> None:
    before = versions(quiz)[1]
    attempt = show(quiz, cast.student)
    after = versions(save(quiz, QUIZ.replace("The voice.", "The tone of voice."), cast))[1]
    assert (before.number, after.number, after.question_id) == (1, 2, before.question_id)
    kept = attempt.questions.get(position=2).version
    assert [option.text for option in kept.options.all()][1] == "The voice."


def test_save_published_quiz_keeps_the_version_that_a_start_may_have_read(quiz: Quiz, cast: Cast) -> None:
    Quiz.objects.filter(pk=quiz.pk).update(state=QuizState.PUBLISHED)
    before = versions(quiz)[1]
    after = versions(save(quiz, QUIZ.replace("The voice.", "The tone of voice."), cast))[1]
    assert (after.number, after.question_id) == (2, before.question_id)
    assert QuestionVersion.objects.filter(pk=before.pk).exists()


def test_save_option_text_changed_keeps_its_public_id(quiz: Quiz, cast: Cast) -> None:
    show(quiz, cast.student)
    before = ids(versions(quiz)[1])
    after = ids(versions(save(quiz, QUIZ.replace("The voice.", "The tone of voice."), cast))[1])
    assert after == before


def test_save_options_reordered_ids_go_with_the_text(quiz: Quiz, cast: Cast) -> None:
    before = ids(versions(quiz)[1])
    text = QUIZ.replace(
        "- [x] The voice.\n- [ ] Nothing that is in the text.", "- [ ] Nothing that is in the text.\n- [x] The voice."
    )
    after = ids(versions(save(quiz, text, cast))[1])
    assert after == [before[0], before[2], before[1]]


def test_save_option_added_others_keep_ids_and_the_new_one_gets_its_own(quiz: Quiz, cast: Cast) -> None:
    before = ids(versions(quiz)[1])
    after = ids(versions(save(quiz, QUIZ.replace("- [x] The voice.", "- [ ] The title.\n- [x] The voice."), cast))[1])
    assert [after[0], after[2], after[3]] == before
    assert after[1] not in before


def test_save_written_id_moved_and_reworded_stays_the_same_question(quiz: Quiz, cast: Cast) -> None:
    before = versions(quiz)[0].question_id
    head, rest = QUIZ.split("## What can a summary lose?")
    text = (
        "## What can a summary lose?" + rest + "\n" + head.replace("What does a search by meaning compare?", "What is compared?")
    )
    after = versions(save(quiz, text, cast))
    assert [version.question_id for version in after].index(before) == 2


def test_save_question_reworded_stays_by_its_options(quiz: Quiz, cast: Cast) -> None:
    before = [version.question_id for version in versions(quiz)]
    text = QUIZ.replace("What can a summary lose?", "What may go missing in a summary?")
    assert [version.question_id for version in versions(save(quiz, text, cast))] == before


def test_save_two_questions_swapped_keep_their_identities(quiz: Quiz, cast: Cast) -> None:
    first, second, third = [version.question_id for version in versions(quiz)]
    parts = QUIZ.split("\n## ")
    text = "\n## ".join([parts[0], parts[2].rstrip("\n") + "\n", parts[1]])
    assert [version.question_id for version in versions(save(quiz, text, cast))] == [first, third, second]


def test_save_question_removed_and_never_shown_leaves_the_bank(quiz: Quiz, cast: Cast) -> None:
    gone = versions(quiz)[1].question_id
    parts = QUIZ.split("\n## ")
    saved = save(quiz, "\n## ".join([parts[0], parts[2]]), cast)
    assert saved.items.count() == 2
    assert not Question.objects.filter(pk=gone).exists()


def test_save_question_removed_but_shown_stays_for_its_attempt(quiz: Quiz, cast: Cast) -> None:
    attempt = show(quiz, cast.student)
    gone = versions(quiz)[1].question_id
    parts = QUIZ.split("\n## ")
    save(quiz, "\n## ".join([parts[0], parts[2]]), cast)
    assert Question.objects.filter(pk=gone).exists()
    assert attempt.questions.count() == 3


def test_save_id_renamed_only_the_question_is_renamed(quiz: Quiz, cast: Cast) -> None:
    before = versions(quiz)[0]
    after = versions(save(quiz, QUIZ.replace("{#compare}", "{#nearness}"), cast))[0]
    assert (after.pk, after.question.slug) == (before.pk, "nearness")


def test_save_based_on_an_older_revision_raises_with_what_is_stored(quiz: Quiz, cast: Cast) -> None:
    mine, theirs = QUIZ.replace("voice", "tone"), QUIZ.replace("voice", "sound")
    save(quiz, theirs, cast, base=1)
    with pytest.raises(TextConflictError) as caught:
        save(quiz, mine, cast, base=1)
    assert (caught.value.current, caught.value.revision) == (theirs, 2)
    quiz.refresh_from_db()
    assert quiz.source == theirs


def test_save_draft_with_errors_is_kept(quiz: Quiz, cast: Cast) -> None:
    text = QUIZ.replace("[x]", "[ ]")
    assert save(quiz, text, cast).source == text


def test_save_published_with_errors_is_refused_and_nothing_changes(quiz: Quiz, cast: Cast) -> None:
    Quiz.objects.filter(pk=quiz.pk).update(state=QuizState.PUBLISHED)
    with pytest.raises(RefusedError) as caught:
        save(quiz, QUIZ.replace("[x]", "[ ]"), cast)
    assert caught.value.reasons[0].startswith('Line 1: question "What does a search by meaning compare?" has no right option')
    quiz.refresh_from_db()
    assert (quiz.source, quiz.revision) == (QUIZ, 1)


def test_save_front_matter_moves_into_the_fields(quiz: Quiz, cast: Cast) -> None:
    front = "---\ntitle: Nearness\nopens: 2026-10-05 09:00\ndue: 2026-10-07 17:30\ntime_limit: 20\nattempts: 2\nroom: A\n---\n\n"
    saved = save(quiz, front + QUIZ, cast)
    assert saved.source == "---\nroom: A\n---\n\n" + QUIZ
    assert (saved.title, saved.time_limit, saved.attempts_allowed) == ("Nearness", 1200, 2)
    assert saved.opens_at is not None
    assert saved.opens_at.isoformat() == "2026-10-05T09:00:00-05:00"
    assert saved.closes_at == saved.due_at == saved.opens_at + timedelta(days=2, hours=8, minutes=30)


def test_save_front_matter_time_in_the_clock_change_gap_is_refused_in_words(quiz: Quiz, cast: Cast) -> None:
    with pytest.raises(RefusedError, match=r"02:30 does not exist on Sun 8 Mar 2026 in Chicago"):
        save(quiz, "---\ndue: 2026-03-08 02:30\n---\n" + QUIZ, cast)


def test_save_front_matter_that_closes_when_it_opens_is_refused(quiz: Quiz, cast: Cast) -> None:
    with pytest.raises(RefusedError, match="would close before it opens"):
        save(quiz, "---\nopens: 2026-10-07 09:00\ndue: 2026-10-07 09:00\n---\n" + QUIZ, cast)
    quiz.refresh_from_db()
    assert (quiz.source, quiz.opens_at) == (QUIZ, None)


def test_save_front_matter_week_kind_and_key_release_are_taken(quiz: Quiz, cast: Cast) -> None:
    week = Week.objects.create(course=cast.course, slug="week-6", number=6, title="Nearness")
    saved = save(
        quiz, "---\nweek: 6\nkind: graded\nshow_key: after_all\nscoring: net\nshuffle: yes\nattempts: 0\n---\n" + QUIZ, cast
    )
    assert (saved.week, saved.kind, saved.show_key, saved.scoring) == (week, "graded", "after_all", "net")
    assert (saved.shuffle, saved.attempts_allowed) == (True, None)


def test_save_scoring_and_points_of_one_question_are_its_own(quiz: Quiz, cast: Cast) -> None:
    saved = save(quiz, QUIZ.replace("{#compare}", "{#compare scoring=exact points=1.5}"), cast)
    assert [(one.scoring, one.points) for one in versions(saved)] == [("exact", 150), ("", 100), ("", 100)]


def many(count: int, word: str = "shade") -> str:
    return "\n".join(f"## Question {n}, which {word}?\n\n- [x] Right {n}\n- [ ] Wrong {n}\n" for n in range(count))


@pytest.fixture(params=[2, 12])
def sized(request: pytest.FixtureRequest, cast: Cast) -> tuple[Quiz, int]:
    count: int = request.param
    return new_quiz(course=cast.course, title="Sized", week=None, author=None, now=NOW, text=many(count)), count


def test_save_queries_do_not_grow_with_the_questions(
    sized: tuple[Quiz, int], cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    quiz, count = sized
    with django_assert_num_queries(23):
        save(quiz, many(count, "hue"), cast)
    assert QuizItem.objects.filter(quiz=quiz).count() == count


def test_save_options_that_do_not_count_and_feedback_of_both_sides_are_stored(quiz: Quiz, cast: Cast) -> None:
    text = QUIZ.replace(
        "- [ ] The first letters of every word.", "- [~] The first letters.\n  > Ticked: No.\n  > Not ticked: So."
    )
    before = ids(versions(quiz)[0])
    after = versions(save(quiz, text.replace("- [x] Texts that", "- [!] Texts that"), cast))[0]
    keys = [option.key for option in after.options.all()]
    assert [(key.effect, key.correct) for key in keys] == [
        ("normal", True),
        ("neutral", False),
        ("always", True),
        ("normal", False),
    ]
    assert (keys[1].feedback, keys[1].feedback_unticked, keys[1].feedback_unticked_html) == ("No.", "So.", "<p>So.</p>\n")
    assert ids(after) == before
    again = versions(save(quiz, QUIZ, cast))[0]
    assert {option.key.effect for option in again.options.all()} == {"normal"}
