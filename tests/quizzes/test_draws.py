"""Pools and draws: dealing, the text that makes them, what a start draws, and who keeps a pool large enough."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from course.models import Course
from quizzes.actions.attempts import start, submit
from quizzes.actions.authoring import new_quiz, save_quiz_text
from quizzes.actions.grading import grade
from quizzes.actions.publishing import publish_quiz
from quizzes.actions.refusals import RefusedError
from quizzes.checks import minutes_needed
from quizzes.draw_checks import draw_remarks
from quizzes.formats import markdown
from quizzes.models import Attempt, Bank, Question, Quiz, QuizDraw, Tag
from quizzes.overview import outline_of, question_counts
from quizzes.pools import Pool, deal, lacking
from quizzes.results import question_rows, quiz_rows
from tests.conftest import NOW, Cast
from tests.proof import examples
from tests.quizzes.making import make_question


def question(name: str, tags: str = "") -> str:
    return f"## What is {name}? {{#{name}{f' tags={tags}' if tags else ''}}}\n\n- [x] {name}, as it is\n- [ ] something else\n\n"


def write(course: Course, title: str, text: str) -> Quiz:
    return new_quiz(course=course, title=title, week=None, author=None, now=NOW, text=text)


def save(quiz: Quiz, text: str) -> Quiz:
    return save_quiz_text(quiz=quiz, text=text, author=None, now=NOW)


def pool(course: Course, tag: str, count: int) -> list[Question]:
    """Put `count` questions under a tag straight into the bank."""
    bank, _ = Bank.objects.get_or_create(course=course)
    label, _ = Tag.objects.get_or_create(bank=bank, name=tag)
    made = [make_question(bank, place, "A").question for place in range(1, count + 1)]
    label.questions.add(*made)
    return made


def tags(course: Course) -> dict[str, set[str]]:
    """The tags of the questions of a course by their written ids."""
    return {row.slug: {tag.name for tag in row.tags.all()} for row in Question.objects.filter(bank__course=course)}


def drawing(course: Course, text: str = "## Draw {draw=2 tags=rag}\n", **fields: object) -> Quiz:
    """Return a published quiz that draws, with attempts as many as one likes."""
    quiz = write(course, "Drawn", text)
    Quiz.objects.filter(pk=quiz.pk).update(attempts_allowed=None, **fields)
    return publish_quiz(quiz=quiz, now=NOW)


def take(quiz: Quiz, student: User, hours: int) -> list[int]:
    """Take a quiz and give it in; return the questions asked, in order."""
    now = NOW + timedelta(hours=hours)
    attempt = start(quiz=quiz, student=student, now=now)
    submit(attempt=attempt, known={}, now=now)
    return asked(attempt)


def asked(attempt: Attempt) -> list[int]:
    return list(attempt.questions.order_by("position").values_list("version__question", flat=True))


# --- dealing


def most(pools: list[Pool], taken: frozenset[int] = frozenset()) -> int:
    """How many questions can be dealt at best: every way tried."""
    slots = [pool.members for pool in pools for _ in range(pool.count)]

    def best(at: int, taken: frozenset[int]) -> int:
        if at == len(slots):
            return 0
        return max([best(at + 1, taken), *(1 + best(at + 1, taken | {one}) for one in slots[at] - taken)])

    return best(0, taken)


@given(
    st.lists(st.builds(Pool, st.integers(1, 2), st.frozensets(st.integers(0, 4), max_size=4)), max_size=3),
    st.permutations(range(5)),
)
@settings(max_examples=examples(40, 2000), deadline=None)
def test_deal_gives_each_question_once_to_a_pool_that_has_it_and_as_many_as_there_can_be(
    pools: list[Pool], order: list[int]
) -> None:
    hands = deal(pools, order)
    dealt = [question for hand in hands for question in hand]
    assert len(dealt) == len(set(dealt)) == most(pools)
    assert all(len(hand) <= pool.count and set(hand) <= pool.members for hand, pool in zip(hands, pools, strict=True))
    assert lacking(pools) == sum(pool.count for pool in pools) - len(dealt)


@given(st.permutations(range(6)), st.integers(1, 6))
@settings(max_examples=examples(20, 500), deadline=None)
def test_deal_from_one_pool_takes_the_preferred_ones(order: list[int], count: int) -> None:
    assert deal([Pool(count, frozenset(range(6)))], order) == [order[:count]]


def test_deal_moves_questions_along_a_long_way() -> None:
    chain = [Pool(1, frozenset({at, at + 1})) for at in range(2000)]
    hands = deal(chain, [*range(1, 2001), 0])
    assert sorted(question for (question,) in hands) == list(range(1, 2001))
    assert deal([*chain, Pool(1, frozenset({1}))], [*range(1, 2001), 0])[-1] == [1]


def test_deal_keeps_a_question_with_two_tags_for_the_pool_that_has_nothing_else() -> None:
    assert deal([Pool(1, frozenset({1, 2})), Pool(1, frozenset({1}))], [1, 2]) == [[2], [1]]


# --- from the text


def test_save_text_with_tags_and_a_draw_stores_both_in_one_numbering(cast: Cast) -> None:
    text = question("one", '"word counts,RAG"') + "## Some more {draw=3 tags=Tokens}\n\n" + question("two")
    quiz = write(cast.course, "Mixed", text)
    assert tags(cast.course) == {"one": {"word counts", "rag"}, "two": set()}
    assert [item.position for item in quiz.items.all()] == [1, 3]
    assert [(draw.position, draw.count, draw.tag.name) for draw in quiz.draws.all()] == [(2, 3, "tokens")]


def test_save_text_with_a_broken_draw_keeps_it_in_the_text_alone(cast: Cast) -> None:
    quiz = write(cast.course, "Broken", question("one") + "## Draw {draw=0 tags=rag}\n")
    assert not quiz.draws.exists()
    assert "draw=0" in quiz.source


def test_save_text_without_its_tags_takes_them_away_and_leaves_those_of_the_bank(cast: Cast) -> None:
    quiz = write(cast.course, "Tagged", question("one", "rag") + question("two"))
    two = Question.objects.get(slug="two")
    two.tags.add(Tag.objects.create(bank=two.bank, name="by hand"))
    quiz = save(quiz, quiz.source.replace(" tags=rag", "") + "\n")
    assert tags(cast.course) == {"one": set(), "two": {"by hand"}}
    assert set(Tag.objects.values_list("name", flat=True)) == {"by hand"}


def test_save_the_same_quiz_text_again_makes_no_new_questions(cast: Cast) -> None:
    text = question("one", "rag") + question("two")
    quiz = write(cast.course, "Twice", text)
    before = list(Question.objects.order_by("pk").values_list("pk", "versions"))
    save(save(quiz, text + "\n"), text)
    assert list(Question.objects.order_by("pk").values_list("pk", "versions")) == before


def test_save_a_question_of_a_running_quiz_taken_out_and_written_again_is_the_same_one(cast: Cast) -> None:
    text = question("one") + question("two")
    quiz = publish_quiz(quiz=write(cast.course, "Back", text), now=NOW)
    start(quiz=quiz, student=cast.student, now=NOW)
    before = set(Question.objects.values_list("pk", "versions"))
    quiz = save(quiz, question("one"))
    assert save(quiz, text).items.count() == 2
    assert set(Question.objects.values_list("pk", "versions")) == before


def test_save_question_that_leaves_the_text_stays_in_the_bank_if_it_has_a_tag(cast: Cast) -> None:
    quiz = write(cast.course, "Gone", question("one", "rag") + question("two") + question("three"))
    save(quiz, question("three"))
    assert tags(cast.course) == {"one": {"rag"}, "three": set()}


def test_save_tagged_question_changed_keeps_the_version_that_may_be_being_drawn(cast: Cast) -> None:
    quiz = write(cast.course, "Kept", question("one", "rag") + question("two"))
    save(quiz, quiz.source.replace("as it is", "as it was"))
    assert {row.slug: row.versions.count() for row in Question.objects.all()} == {"one": 2, "two": 1}


def test_save_error_in_a_tagged_question_takes_it_out_of_the_pool_until_it_is_repaired(cast: Cast) -> None:
    quiz = write(cast.course, "Error", question("one", "rag"))
    broken = save(quiz, quiz.source.replace("[x]", "[ ]"))
    assert tags(cast.course) == {"one": set()}
    save(broken, quiz.source)
    assert tags(cast.course) == {"one": {"rag"}}


def test_save_error_in_a_question_that_only_the_bank_tags_is_refused(cast: Cast) -> None:
    quiz = write(cast.course, "Error", question("one"))
    one = Question.objects.get()
    one.tags.add(Tag.objects.create(bank=one.bank, name="rag"))
    with pytest.raises(RefusedError, match="Line 1: this question is in the bank under “rag”"):
        save(quiz, quiz.source.replace("[x]", "[ ]"))


# --- enough questions


@pytest.mark.parametrize(
    ("have", "text", "words"),
    [
        (0, "## D {draw=1 tags=rag}", "Question 1 draws one question tagged “rag”, and none is in the bank."),
        (1, "## D {draw=2 tags=rag}", "Question 1 draws two questions tagged “rag”, and only one is in the bank."),
        (3, "## D {draw=2 tags=rag}\n\n## E {draw=2 tags=rag}", "one question too few"),
    ],
)
def test_publish_with_a_pool_that_is_too_small_is_refused(cast: Cast, have: int, text: str, words: str) -> None:
    pool(cast.course, "rag", have)
    pool(cast.twin, "rag", 5)
    quiz = write(cast.course, "Short", text)
    with pytest.raises(RefusedError, match=words):
        publish_quiz(quiz=quiz, now=NOW)
    pool(cast.course, "rag", 4)
    publish_quiz(quiz=quiz, now=NOW)


def test_publish_counts_no_question_that_the_quiz_asks_anyway(cast: Cast) -> None:
    quiz = write(cast.course, "Own", question("one", "rag") + "## Draw {draw=1 tags=rag}\n")
    with pytest.raises(RefusedError, match="none is in the bank"):
        publish_quiz(quiz=quiz, now=NOW)


def test_save_that_would_leave_a_published_draw_short_is_refused_and_changes_nothing(cast: Cast) -> None:
    source = write(cast.course, "Source", question("one", "rag") + question("two", "rag"))
    drawing(cast.course)
    with pytest.raises(
        RefusedError, match="The published quiz “Drawn” draws two questions tagged “rag”, and only one is in the bank"
    ):
        save(source, source.source.replace(" tags=rag", "", 1))
    assert tags(cast.course) == {"one": {"rag"}, "two": {"rag"}}
    with pytest.raises(RefusedError, match="draws three questions"):
        save(Quiz.objects.get(title="Drawn"), "## Draw {draw=3 tags=rag}\n")
    assert QuizDraw.objects.get().count == 2


# --- at the start


def test_start_draws_from_the_pool_and_not_again_what_the_student_has_met_while_enough_are_left(cast: Cast) -> None:
    own = {row.pk for row in pool(cast.course, "rag", 5)}
    quiz = drawing(cast.course)
    first, second, third = (take(quiz, cast.student, hours) for hours in (1, 2, 3))
    assert len(set(first + second)) == 4
    assert (own - set(first + second)) < set(third) <= own


def test_start_draws_differently_for_different_students(cast: Cast) -> None:
    pool(cast.course, "rag", 12)
    quiz = drawing(cast.course, "## Draw {draw=6 tags=rag}\n")
    # 924 sets of six and 720 orders of each: the same one twice happens once in 600,000 runs.
    assert take(quiz, cast.student, 1) != take(quiz, cast.other_student, 1)


def test_start_keeps_places_of_fixed_questions_around_a_draw_and_shuffles_only_when_told(cast: Cast) -> None:
    pool(cast.course, "rag", 2)
    text = question("one") + "## Draw {draw=2 tags=rag}\n\n" + "".join(question(f"q{n}") for n in range(9))
    quiz = drawing(cast.course, text)
    fixed = [item.version.question_id for item in quiz.items.all()]
    order = take(quiz, cast.student, 1)
    assert [order[0], *order[3:]] == fixed
    Quiz.objects.update(shuffle_questions=True)
    shuffled = take(quiz, cast.student, 2)
    assert sorted(shuffled) == sorted(order)
    assert [one for one in shuffled if one in fixed] != fixed  # one order of ten in 3,628,800


def test_start_asks_the_newest_version_of_a_drawn_question(cast: Cast) -> None:
    source = write(cast.course, "Source", question("one", "rag"))
    quiz = drawing(cast.course, "## Draw {draw=1 tags=rag}\n")
    save(source, source.source.replace("as it is", "as it was"))
    attempt = start(quiz=quiz, student=cast.student, now=NOW)
    assert attempt.questions.get().version.number == 2


@pytest.mark.parametrize("size", [2, 20])
def test_start_of_a_drawing_quiz_takes_the_same_queries_for_any_number_of_questions(
    cast: Cast, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    pool(cast.course, "rag", 3 * size)
    quiz = drawing(cast.course, question("one") + f"## Draw {{draw={size} tags=rag}}\n\n## More {{draw={size} tags=rag}}\n")
    take(quiz, cast.student, 1)
    with django_assert_num_queries(9) as queries:
        start(quiz=quiz, student=cast.student, now=NOW + timedelta(hours=2))
    assert not any("key" in query["sql"].lower().replace("no key update", "") for query in queries.captured_queries)


# --- on the pages


def test_start_with_access_code_and_draws_stays_within_its_budget(cast: Cast, client: Client) -> None:
    pool(cast.course, "rag", 6)
    quiz = drawing(cast.course, question("one") + "## Draw {draw=3 tags=rag}\n")
    Quiz.objects.update(access_code="blue")
    client.force_login(cast.student, backend="allauth.account.auth_backends.AuthenticationBackend")
    with CaptureQueriesContext(connection) as captured:
        response = client.post(reverse("quizzes:quiz_start", args=["hum240", quiz.slug]), {"code": "Blue"})
    assert response.status_code == 303
    statements = [one["sql"] for one in captured if "SAVEPOINT" not in one["sql"]]
    # session, person, membership; quiz, pause; enrolment with quiz, attempts, places, draws, options, two inserts
    assert len(statements) == 12, statements


def test_pages_count_drawn_questions_and_name_their_rules(cast: Cast, client: Client) -> None:
    pool(cast.course, "rag", 3)
    quiz = drawing(cast.course, question("one") + "## Draw {draw=3 tags=rag}\n")
    attempt = start(quiz=quiz, student=cast.student, now=NOW)
    submit(attempt=attempt, known={}, now=NOW)
    grade(attempt_id=attempt.pk, now=NOW)
    outline = outline_of(quiz)
    assert (outline.questions, len(outline.rules)) == (4, 2)
    assert question_counts([quiz]) == {quiz.pk: 4}
    assert [row.questions for row in quiz_rows(cast.course, NOW)] == [4]
    rows = question_rows(quiz)
    assert [(row.position, row.shown, row.draws) for row in rows] == [(1, 1, 0), (2, 0, 3), (0, 1, 0), (0, 1, 0), (0, 1, 0)]
    client.force_login(cast.instructor, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "4 questions" in client.get(quiz.get_absolute_url()).content.decode()
    editor = client.get(reverse("quizzes:quiz_edit", args=[cast.course.slug, quiz.slug])).content.decode()
    assert "4 questions" in editor
    assert "Three questions tagged “rag” are drawn here" in editor


def test_author_check_tells_how_much_choice_a_draw_has_and_whether_its_questions_are_worth_the_same(cast: Cast) -> None:
    quiz = write(cast.course, "Remarks", "## A {draw=2 tags=rag}\n\n## B {draw=1 tags=rag}\n\n## C {draw=4 tags=rag}\n")
    made = pool(cast.course, "rag", 2)
    parsed = markdown.parse(quiz.source)
    assert [remark.title for remark in draw_remarks(quiz, parsed)] == [
        "Question 1 draws all that “rag” has",
        "Question 2: 1 of 2 questions drawn",
    ]
    made[1].versions.update(stem="Stem 1")
    assert "Question 2 may ask the same twice" in [remark.title for remark in draw_remarks(quiz, parsed)]
    made[1].versions.update(stem="What is one?")
    typed = markdown.parse(quiz.source + question("one"))
    assert "Question 2 may ask the same twice" in [remark.title for remark in draw_remarks(quiz, typed)]
    made[0].versions.update(points=250)
    (uneven, *_) = draw_remarks(quiz, parsed)
    assert (uneven.title, uneven.text[:33]) == (
        "Question 1 draws questions of different worth",
        "They are worth 1 to 2.5 points: l",
    )


def test_author_check_counts_a_minute_for_each_drawn_question() -> None:
    fixed = question("one")
    drawn = "## Draw {draw=7 tags=rag}\n"
    assert minutes_needed(markdown.parse(fixed + drawn)) == minutes_needed(markdown.parse(fixed)) + 7


def test_save_text_without_its_draw_drops_the_tag_that_nothing_else_uses(cast: Cast) -> None:
    quiz = write(cast.course, "Draws", question("one", "kept") + "## Draw {draw=1 tags=gone}\n\n## More {draw=1 tags=kept}\n")
    save(quiz, question("one", "kept"))
    assert list(Tag.objects.values_list("name", flat=True)) == ["kept"]
    assert not QuizDraw.objects.exists()
