"""Publishing, settling doubts, dates and rules: what is refused, and with which words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from quizzes.actions.attempts import start
from quizzes.actions.authoring import import_quiz, new_quiz, save_quiz_text
from quizzes.actions.publishing import (
    change_rules,
    publish_quiz,
    release_results,
    settle_doubt,
    unpublish_quiz,
)
from quizzes.actions.refusals import RefusedError
from quizzes.enums import Counts, Doubt, QuizKind, QuizState, Scoring, ShowKey
from quizzes.formats.detect import parse_quiz
from quizzes.models import Attempt, QuestionVersion, Quiz
from quizzes.rules import QuizRules, rules_of
from tests.conftest import NOW, Cast
from tests.quizzes.authoring_texts import QUIZ, REVIEW

RULES = QuizRules(
    title="Week 6 quiz",
    week=None,
    kind=QuizKind.GRADED,
    opens_at=NOW + timedelta(days=1),
    due_at=None,
    closes_at=NOW + timedelta(days=3),
    time_limit=1200,
    attempts_allowed=1,
    counts=Counts.HIGHEST,
    shuffle=True,
    scoring=Scoring.NET,
    show_key=ShowKey.ON_RELEASE,
)


@pytest.fixture
def quiz(cast: Cast) -> Quiz:
    return new_quiz(course=cast.course, title="Week 6 quiz", week=None, author=cast.instructor, now=NOW, text=QUIZ)


@pytest.fixture
def imported(cast: Cast) -> Quiz:
    parsed = parse_quiz(REVIEW.encode(), filename="notes-week-6.md")
    return import_quiz(course=cast.course, source=REVIEW, parsed=parsed, author=cast.instructor, now=NOW).quiz


def version(quiz: Quiz, position: int) -> QuestionVersion:
    return quiz.items.select_related("version__question").get(position=position).version


def option(quiz: Quiz, position: int, place: int) -> str:
    return version(quiz, position).options.get(position=place).public_id


def key(quiz: Quiz, position: int) -> list[bool]:
    return [option.key.correct for option in version(quiz, position).options.all()]


def reasons(quiz: Quiz) -> tuple[str, ...]:
    with pytest.raises(RefusedError) as caught:
        publish_quiz(quiz=quiz, now=NOW)
    quiz.refresh_from_db()
    assert quiz.state == QuizState.DRAFT
    return caught.value.reasons


def test_publish_complete_quiz_shows_it(quiz: Quiz) -> None:
    published = publish_quiz(quiz=quiz, now=NOW)
    assert (published.state, published.published_at) == (QuizState.PUBLISHED, NOW)


def test_publish_twice_keeps_the_first_time(quiz: Quiz) -> None:
    publish_quiz(quiz=quiz, now=NOW)
    assert publish_quiz(quiz=quiz, now=NOW + timedelta(hours=1)).published_at == NOW


def test_publish_without_questions_is_refused(cast: Cast) -> None:
    empty = new_quiz(course=cast.course, title="Empty", week=None, author=None, now=NOW, text="Only words.\n")
    assert reasons(empty) == ("It has no question yet.",)


def test_publish_question_without_right_option_is_refused(cast: Cast) -> None:
    text = QUIZ.replace("- [x] The order", "- [ ] The order").replace("- [x] The voice", "- [ ] The voice")
    unfinished = new_quiz(course=cast.course, title="Unfinished", week=None, author=None, now=NOW, text=text)
    assert reasons(unfinished) == ("Question 2 (line 12) has no right option.",)


@pytest.mark.parametrize("head", ["## What can a summary lose? {select=0}", "## What can a summary lose? {multi select=0}"])
def test_publish_nothing_right_on_purpose_is_allowed(cast: Cast, head: str) -> None:
    text = f"{head}\n\n- [ ] Its title.\n- [ ] Its author.\n"
    quiz = new_quiz(course=cast.course, title="None is right", week=None, author=None, now=NOW, text=text)
    assert publish_quiz(quiz=quiz, now=NOW).state == QuizState.PUBLISHED


def test_publish_after_its_end_is_refused(quiz: Quiz) -> None:
    Quiz.objects.filter(pk=quiz.pk).update(closes_at=NOW)
    assert reasons(quiz) == ("Its closing time is already over: nobody could take it.",)


def test_publish_with_doubts_is_refused_with_each_of_them(imported: Quiz) -> None:
    assert reasons(imported) == (
        "Question 1 waits for somebody to confirm its key.",
        "Question 3 waits for somebody to choose what is right.",
    )


def test_unpublish_before_any_attempt_makes_it_a_draft(quiz: Quiz) -> None:
    publish_quiz(quiz=quiz, now=NOW)
    assert unpublish_quiz(quiz=quiz, now=NOW).state == QuizState.DRAFT


def test_unpublish_with_an_attempt_is_refused(quiz: Quiz, cast: Cast) -> None:
    publish_quiz(quiz=quiz, now=NOW)
    Attempt.objects.create(quiz=quiz, student=cast.student, number=1, quiz_revision=1, started_at=NOW)
    with pytest.raises(RefusedError, match="already started"):
        unpublish_quiz(quiz=quiz, now=NOW)
    quiz.refresh_from_db()
    assert quiz.state == QuizState.PUBLISHED


def test_settle_confirm_keeps_key_and_text_and_says_who(imported: Quiz, cast: Cast) -> None:
    question = version(imported, 1).question.public_id
    settle_doubt(quiz=imported, question=question, right=None, by=cast.assistant, now=NOW)
    settled = version(imported, 1)
    assert (settled.doubt, settled.settled_by, settled.settled_at) == (Doubt.READY, cast.assistant, NOW)
    assert key(imported, 1) == [False, True, True, True]
    assert [option.key.inferred for option in settled.options.all()] == [False, False, True, False]
    before = imported.source
    imported.refresh_from_db()
    assert imported.source == before


def test_settle_choose_marks_the_text_and_the_key(imported: Quiz, cast: Cast) -> None:
    question = version(imported, 3).question.public_id
    quiz = settle_doubt(quiz=imported, question=question, right=frozenset({option(imported, 3, 1)}), by=cast.instructor, now=NOW)
    assert key(quiz, 3) == [False, True, False]
    assert "- [x] Being used in similar company.\n- [ ] Being of the same length." in quiz.source
    settled = version(quiz, 3)
    assert (settled.doubt, settled.settled_by, settled.settled_at) == (Doubt.READY, cast.instructor, NOW)


def test_settle_everything_lets_it_be_published(imported: Quiz, cast: Cast) -> None:
    settle_doubt(quiz=imported, question=version(imported, 1).question.public_id, right=None, by=cast.instructor, now=NOW)
    chosen = frozenset({option(imported, 3, 2)})
    settle_doubt(quiz=imported, question=version(imported, 3).question.public_id, right=chosen, by=cast.instructor, now=NOW)
    assert publish_quiz(quiz=imported, now=NOW).state == QuizState.PUBLISHED


def test_settle_again_keeps_the_first_decision(imported: Quiz, cast: Cast) -> None:
    question = version(imported, 1).question.public_id
    settle_doubt(quiz=imported, question=question, right=None, by=cast.instructor, now=NOW)
    settle_doubt(quiz=imported, question=question, right=frozenset({option(imported, 1, 0)}), by=cast.assistant, now=NOW)
    assert version(imported, 1).settled_by == cast.instructor
    assert key(imported, 1) == [False, True, True, True]


@pytest.mark.parametrize(("places", "words"), [((), "at least one"), ((1, 2), "one right option; you chose 2")])
def test_settle_impossible_choice_is_refused(imported: Quiz, cast: Cast, places: tuple[int, ...], words: str) -> None:
    chosen = frozenset(option(imported, 3, place) for place in places)
    with pytest.raises(RefusedError, match=words):
        settle_doubt(quiz=imported, question=version(imported, 3).question.public_id, right=chosen, by=cast.instructor, now=NOW)
    assert version(imported, 3).doubt == Doubt.CHOOSE


@pytest.mark.parametrize("name", ["unknown", ""])
def test_settle_unknown_question_or_option_is_refused(imported: Quiz, cast: Cast, name: str) -> None:
    with pytest.raises(RefusedError, match="no longer part"):
        settle_doubt(quiz=imported, question=name, right=None, by=cast.instructor, now=NOW)
    question = version(imported, 3).question.public_id
    with pytest.raises(RefusedError, match="one of its options"):
        settle_doubt(quiz=imported, question=question, right=frozenset({"zzzzzz"}), by=cast.instructor, now=NOW)


def test_settle_count_asked_for_must_be_kept(cast: Cast) -> None:
    text = REVIEW.replace("only hints at.", "only hints at.\n\nIt can be read aloud.")
    parsed = parse_quiz(text.encode(), filename="notes.md")
    quiz = import_quiz(course=cast.course, source=text, parsed=parsed, author=None, now=NOW).quiz
    question = version(quiz, 1)
    assert question.doubt == Doubt.CHOOSE
    chosen = frozenset({option(quiz, 1, 1), option(quiz, 1, 2)})
    with pytest.raises(RefusedError, match="asks for 3 right options; you chose 2"):
        settle_doubt(quiz=quiz, question=question.question.public_id, right=chosen, by=cast.instructor, now=NOW)
    three = chosen | {option(quiz, 1, 4)}
    settled = settle_doubt(quiz=quiz, question=question.question.public_id, right=three, by=cast.instructor, now=NOW)
    assert key(settled, 1) == [False, True, True, False, True]


def test_rules_are_stored(quiz: Quiz, cast: Cast) -> None:
    changed = change_rules(quiz=quiz, rules=RULES, author=cast.instructor, now=NOW)
    changed.refresh_from_db()
    assert {name: getattr(changed, name) for name in QuizRules.__dataclass_fields__} == {
        name: getattr(RULES, name) for name in QuizRules.__dataclass_fields__
    }


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"closes_at": RULES.opens_at}, "close before it opens"),
        ({"due_at": NOW}, "due before it opens"),
        ({"due_at": NOW + timedelta(days=4)}, "close before it is due"),
    ],
)
def test_rules_that_contradict_each_other_are_refused(quiz: Quiz, cast: Cast, change: dict[str, object], words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        change_rules(quiz=quiz, rules=replace(RULES, **change), author=cast.instructor, now=NOW)  # type: ignore[arg-type]  # one field
    quiz.refresh_from_db()
    assert quiz.opens_at is None


def test_rules_title_that_stands_in_the_text_is_changed_there_too(cast: Cast) -> None:
    quiz = new_quiz(course=cast.course, title="Old", week=None, author=None, now=NOW, text="# Old\n\n" + QUIZ)
    changed = change_rules(quiz=quiz, rules=replace(RULES, title="New name"), author=cast.instructor, now=NOW)
    assert (changed.title, changed.source) == ("New name", "# New name\n\n" + QUIZ)


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("## Why?\n\n- [x] a\n- [ ] b\n", "## Why?\n\n- [x] a\n- [ ] b\n"),
        ("Words.\r\n\r\n# Old\r\n", "Words.\r\n\r\n# New\r\n"),
        ("Words.\n", "Words.\n"),
    ],
)
def test_rules_title_touches_no_other_line_of_the_text(cast: Cast, text: str, changed: str) -> None:
    quiz = new_quiz(course=cast.course, title="Old", week=None, author=None, now=NOW, text=text)
    assert change_rules(quiz=quiz, rules=replace(RULES, title="New"), author=cast.instructor, now=NOW).source == changed


def test_settle_question_with_a_box_that_cannot_be_read_is_refused(imported: Quiz, cast: Cast) -> None:
    broken = imported.source.replace("- [ ] The age of the text.", "- [y] The age of the text.")
    save_quiz_text(quiz=imported, text=broken, author=cast.instructor, now=NOW)
    question, chosen = version(imported, 3).question.public_id, frozenset({option(imported, 3, 1)})
    with pytest.raises(RefusedError, match="boxes of question 3 cannot be read"):
        settle_doubt(quiz=imported, question=question, right=chosen, by=cast.instructor, now=NOW)


def test_publish_error_outside_of_questions_names_its_line(cast: Cast) -> None:
    text = "---\ndue: soon\n---\n" + QUIZ
    assert reasons(new_quiz(course=cast.course, title="Soon", week=None, author=None, now=NOW, text=text))[0].startswith(
        "Line 2: YAML: due"
    )


def test_edit_that_chooses_the_key_settles_the_doubt_with_name_and_time(imported: Quiz, cast: Cast) -> None:
    chosen = imported.source.replace("- [ ] Being used", "- [x] Being used")
    save_quiz_text(quiz=imported, text=chosen, author=cast.assistant, now=NOW)
    settled = version(imported, 3)
    assert (settled.doubt, settled.settled_by, settled.settled_at) == (Doubt.READY, cast.assistant, NOW)


def test_edit_of_the_wording_leaves_the_doubt(imported: Quiz, cast: Cast) -> None:
    reworded = imported.source.replace("It evens out the voice.", "It smooths the voice.")
    save_quiz_text(quiz=imported, text=reworded, author=cast.assistant, now=NOW)
    changed = version(imported, 1)
    assert (changed.doubt, changed.settled_by) == (Doubt.CONFIRM, None)
    assert [option.key.inferred for option in changed.options.all()] == [False, False, True, False]


def test_release_results_keeps_the_first_time(quiz: Quiz) -> None:
    Quiz.objects.filter(pk=quiz.pk).update(show_key=ShowKey.ON_RELEASE)
    release_results(quiz=quiz, now=NOW)
    assert release_results(quiz=quiz, now=NOW + timedelta(days=1)).released_at == NOW


def test_release_results_of_a_quiz_that_opens_them_by_itself_is_refused(quiz: Quiz) -> None:
    Quiz.objects.filter(pk=quiz.pk).update(closes_at=NOW)
    with pytest.raises(RefusedError, match="after the closing date"):
        release_results(quiz=quiz, now=NOW)


def running(quiz: Quiz, cast: Cast) -> Attempt:
    """A student's attempt at a quiz of 20 minutes, started at NOW."""
    Quiz.objects.filter(pk=quiz.pk).update(state=QuizState.PUBLISHED, time_limit=1200, published_at=NOW)
    return start(quiz=Quiz.objects.get(pk=quiz.pk), student=cast.student, now=NOW)


def test_rules_changed_move_the_end_of_a_running_attempt(quiz: Quiz, cast: Cast) -> None:
    attempt = running(quiz, cast)
    assert attempt.ends_at == NOW + timedelta(minutes=20)
    rules = replace(rules_of(Quiz.objects.get(pk=quiz.pk)), time_limit=2400)
    change_rules(quiz=quiz, rules=rules, author=cast.instructor, now=NOW + timedelta(minutes=5))
    attempt.refresh_from_db()
    assert attempt.ends_at == NOW + timedelta(minutes=40)


def test_front_matter_saved_moves_the_end_of_a_running_attempt(quiz: Quiz, cast: Cast) -> None:
    attempt = running(quiz, cast)
    save_quiz_text(quiz=quiz, text="---\ntime_limit: 30\n---\n" + QUIZ, author=cast.instructor, now=NOW + timedelta(minutes=5))
    attempt.refresh_from_db()
    assert attempt.ends_at == NOW + timedelta(minutes=30)


def test_front_matter_with_a_limit_of_nothing_is_an_error_of_its_line(cast: Cast) -> None:
    text = "---\ntime_limit: 0\n---\n" + QUIZ
    found = reasons(new_quiz(course=cast.course, title="Zero", week=None, author=None, now=NOW, text=text))
    assert found == ("Line 2: YAML: time_limit: 0 minutes leave no time to answer; write none for no limit.",)


def test_release_of_one_part_by_hand_is_possible(quiz: Quiz) -> None:
    Quiz.objects.filter(pk=quiz.pk).update(closes_at=NOW, show_explanation=ShowKey.ON_RELEASE)
    assert release_results(quiz=quiz, now=NOW).released_at == NOW
