"""The bank of a course: questions written there, tags here and in quiz texts, copies, versions and what is different."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from course.models import Course
from course.word_changes import Fate, Piece, words
from quizzes.actions.attempts import start, submit
from quizzes.actions.authoring import new_quiz, save_quiz_text
from quizzes.actions.bank import (
    DuplicateQuestionError,
    add_question,
    change_question,
    copy_question,
    delete_question,
    newest_version,
    tag_question,
)
from quizzes.actions.grading import grade
from quizzes.actions.publishing import publish_quiz
from quizzes.actions.refusals import RefusedError, TextConflictError
from quizzes.bank import Search, listing
from quizzes.bank_diff import Change, Version, changes
from quizzes.bank_text import appended, question_text
from quizzes.content import Content, content_of, content_stored
from quizzes.formats import head_edits, markdown
from quizzes.formats.lines import split_lines
from quizzes.models import Attempt, AttemptQuestion, Question, QuestionVersion, Quiz, Response
from tests.conftest import NOW, Cast

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
RICH = """\
## Which of these are colours? {multi points=2 scoring=exact}

> Think of a box of paints.

- [x] red
  > Ticked: Yes.
  > Not ticked: It is one.
- [!] grey
- [~] see-through

> Some say that grey is none.
> Correct: Well seen.
> Incorrect: Look again.
"""
PLAIN = "## What is round?\n\n- [x] a ball\n- [ ] a box\n"
BELOW = "## 1\n\n\\# Not a heading\nbut a prompt\n\n- [x] a\n- [ ] b\n"


def content(text: str) -> Content:
    (question,) = markdown.parse(text).questions
    return content_of(question, head=split_lines(text)[question.line - 1])


def add(course: Course, text: str = PLAIN, *tags: str) -> Question:
    return add_question(course=course, text=text, tags=tags, author=None, now=NOW)


def change(question: Question, text: str, base: int = 1) -> QuestionVersion:
    return change_question(question=question, text=text, base=base, author=None, now=NOW)


def tag(question: Question, *tags: str) -> None:
    tag_question(question=question, tags=tags, author=None, now=NOW)


def tags(question: Question) -> set[str]:
    return set(question.tags.values_list("name", flat=True))


def write(course: Course, text: str, title: str = "Quiz") -> Quiz:
    return new_quiz(course=course, title=title, week=None, author=None, now=NOW, text=text)


@pytest.fixture
def staff(cast: Cast, client: Client) -> Client:
    client.force_login(cast.instructor, backend=BACKEND)
    return client


def url(name: str, *args: object) -> str:
    return reverse(f"quizzes:{name}", args=["hum240", *args])


# --- a question as text


@pytest.mark.parametrize("text", [RICH, PLAIN, BELOW])
def test_question_text_read_back_says_the_same(text: str) -> None:
    assert content(question_text(content(text))) == content(text)


@pytest.mark.parametrize("text", [RICH, PLAIN, BELOW])
@pytest.mark.parametrize(
    "before", ["", PLAIN, "# T\r\n\r\n### Q\r\n\r\n- [x] a\r\n- [ ] b", "### 7\n\nWhy?\n\n- [x] a\n- [ ] b\n"]
)
def test_appended_question_is_the_last_one_and_the_text_before_it_stays(before: str, text: str) -> None:
    after = appended(before, content(text))
    quiz = markdown.parse(after)
    assert after.startswith(before.rstrip("\r\n"))
    assert not quiz.errors
    assert len(quiz.questions) == len(markdown.parse(before).questions) + 1
    assert content_of(quiz.questions[-1], head=split_lines(after)[quiz.questions[-1].line - 1]) == content(text)


@pytest.mark.parametrize(
    ("head", "tags", "after"),
    [
        ("## Q {tags=a}", [], "## Q"),
        ("## Q {tags=a}", ["b", "c"], "## Q {tags=b,c}"),
        ("## Q {#x tags=a,b multi}", [], "## Q {#x multi}"),
        ("### Q {x} {points=1 tags=} ##", ["two words"], '### Q {x} {points=1 tags="two words"} ##'),
        ('## Q {tags="a b,c" #x}', ["d"], "## Q {tags=d #x}"),
    ],
)
def test_set_tags_changes_the_attribute_and_nothing_else(head: str, tags: list[str], after: str) -> None:
    assert head_edits.set_tags(f"a\r\n{head}\r\n{head}\n", 2, tags) == f"a\r\n{after}\r\n{head}\n"


@pytest.mark.parametrize("text", ["x\n", "## Q {points=1}\n", "```\n## Q {tags=a}\n```\n"])
def test_set_tags_where_none_are_written_raises(text: str) -> None:
    for line in (1, 2, 9):
        with pytest.raises(ValueError, match="no heading with tags"):
            head_edits.set_tags(text, line, ["b"])


# --- writing into the bank


def test_add_question_stores_it_with_the_tags_of_form_and_text(cast: Cast) -> None:
    question = add(cast.course, RICH.replace("{multi", "{tags=Paint,b multi"), "b", "c")
    assert tags(question) == {"b", "c", "paint"}
    assert content_stored(newest_version(question)) == content(RICH)


def test_add_the_same_question_again_makes_no_second_one(cast: Cast) -> None:
    question = add(cast.course)
    with pytest.raises(DuplicateQuestionError) as caught:
        add(cast.course, PLAIN.replace("\n", "\r\n") + "\n\n")
    assert caught.value.question == question
    add(cast.twin)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "No question found"),
        (PLAIN + BELOW, "There are 2 questions"),
        ("# Title\n\n" + PLAIN, "Begin with its heading"),
        ("## Draw {draw=2 tags=a}\n", "A draw belongs into the text of a quiz"),
        (PLAIN.replace("[x]", "[ ]"), "Line 1: .* has no right option"),
        ("## Alone\n", "Line 1: a question needs at least two options"),
    ],
)
def test_add_what_is_not_one_sound_question_is_refused(cast: Cast, text: str, words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        add(cast.course, text)
    assert not Question.objects.exists()


def test_change_question_makes_a_new_version_whose_options_keep_their_ids(cast: Cast) -> None:
    question = add(cast.course)
    before = newest_version(question)
    after = change(question, PLAIN.replace("a ball", "any ball"))
    assert (after.number, question.versions.count()) == (2, 2)
    assert [option.public_id for option in before.options.all()] == [option.public_id for option in after.options.all()]
    assert change(question, PLAIN.replace("a ball", "any ball"), base=2) == after


def test_change_question_from_an_older_version_is_a_conflict_with_the_newer_text(cast: Cast) -> None:
    question = add(cast.course)
    change(question, PLAIN.replace("ball", "sun"))
    with pytest.raises(TextConflictError) as caught:
        change(question, PLAIN.replace("ball", "moon"))
    assert (caught.value.revision, "a sun" in caught.value.current) == (2, True)


def test_change_question_that_stands_in_a_quiz_is_refused(cast: Cast) -> None:
    write(cast.course, PLAIN, "Shapes")
    with pytest.raises(RefusedError, match="stands in the quiz “Shapes”"):
        change(Question.objects.get(), PLAIN.replace("ball", "sun"))


# --- tags


def test_tag_question_written_in_a_text_changes_the_text_with_it(cast: Cast) -> None:
    quiz = write(cast.course, PLAIN.replace("round?", "round? {tags=a}") + "\n## Other {tags=a}\n\n- [x] a\n- [ ] b\n")
    question = Question.objects.get(versions__stem="What is round?")
    tag(question, "b", "c d")
    quiz.refresh_from_db()
    assert quiz.source.startswith('## What is round? {tags="b,c d"}\n')
    assert quiz.source.endswith("## Other {tags=a}\n\n- [x] a\n- [ ] b\n")
    assert tags(question) == {"b", "c d"}
    tag(question)
    quiz.refresh_from_db()
    assert quiz.source.startswith("## What is round?\n")
    assert tags(question) == set()


def test_tag_question_that_its_text_does_not_tag_leaves_the_text(cast: Cast) -> None:
    quiz = write(cast.course, PLAIN)
    tag(Question.objects.get(), "a")
    assert Quiz.objects.get().source == quiz.source
    save_quiz_text(quiz=quiz, text=PLAIN + "\n", author=None, now=NOW)
    assert tags(Question.objects.get()) == {"a"}


def test_tag_question_with_an_error_in_its_text_is_refused(cast: Cast) -> None:
    write(cast.course, PLAIN.replace("[x]", "[ ]"), "Broken")
    with pytest.raises(RefusedError, match="has an error in the text of “Broken”"):
        tag(Question.objects.get(), "a")


def test_tag_taken_away_that_a_published_quiz_needs_is_refused_and_stays(cast: Cast) -> None:
    question = add(cast.course, PLAIN, "a")
    publish_quiz(quiz=write(cast.course, "## Draw {draw=1 tags=a}\n", "Drawn"), now=NOW)
    with pytest.raises(RefusedError, match="The published quiz “Drawn” draws one question tagged “a”, and none is in the bank"):
        tag(question)
    assert tags(question) == {"a"}


# --- copies, deleting


def test_copy_question_appends_a_question_of_its_own_without_tags(cast: Cast) -> None:
    question = add(cast.course, PLAIN, "a")
    quiz = copy_question(question=question, quiz=write(cast.course, RICH), author=None, now=NOW)
    assert quiz.source == f"{RICH}\n{PLAIN}"
    copy = quiz.items.get(position=2).version.question
    assert copy != question
    assert tags(copy) == set()


def test_copy_question_behind_a_fence_that_never_closes_is_refused(cast: Cast) -> None:
    quiz = write(cast.course, PLAIN + "\n  ```\n", "Open")
    with pytest.raises(RefusedError, match="“Open” has an error that reaches to its end"):
        copy_question(
            question=add(cast.course, RICH.replace("see-through", "see\n  ```\n  through\n  ```")),
            quiz=quiz,
            author=None,
            now=NOW,
        )


def test_delete_question_only_when_nothing_needs_it(cast: Cast) -> None:
    question = add(cast.course, PLAIN, "a")
    with pytest.raises(RefusedError, match="Take its tags away first"):
        delete_question(question=question)
    tag(question)
    delete_question(question=question)
    write(cast.course, PLAIN, "Shapes")
    with pytest.raises(RefusedError, match="stands in the quiz “Shapes”"):
        delete_question(question=Question.objects.get())


def test_delete_question_that_students_have_answered_is_refused(cast: Cast) -> None:
    question = add(cast.course, PLAIN, "a")
    quiz = publish_quiz(quiz=write(cast.course, "## Draw {draw=1 tags=a}\n"), now=NOW)
    start(quiz=quiz, student=cast.student, now=NOW)
    Quiz.objects.update(closes_at=NOW)
    tag(question)
    with pytest.raises(RefusedError, match="Students have answered it"):
        delete_question(question=question)


# --- what is different


def test_words_join_what_is_replaced_and_give_both_texts() -> None:
    assert words("the quick brown fox", "the slow red fox") == (
        Piece(Fate.SAME, "the "),
        Piece(Fate.GONE, "quick brown"),
        Piece(Fate.NEW, "slow red"),
        Piece(Fate.SAME, " fox"),
    )
    long = "word " * 3000
    assert words(long, "x") == (Piece(Fate.GONE, long), Piece(Fate.NEW, "x"))


def test_changes_name_each_part_and_tell_options_by_their_ids() -> None:
    old = Version(content("## Which?\n\n- [x] one\n- [ ] two\n- [ ] three\n"), ("a", "b", "c"))
    new = Version(content("## Which ones? {points=2 multi}\n\n- [ ] two\n  > No.\n- [x] one\n- [x] four\n"), ("b", "a", "d"))
    assert changes(old, old) == []
    assert [change.part for change in changes(old, new)] == [
        "Prompt",
        "Option A, when ticked",
        "Option C, new",
        "Option C, gone",
        "Order of the options",
        "Kind",
        "Points",
    ]
    assert Change("Points", (Piece(Fate.GONE, "1"), Piece(Fate.NEW, "2"))) in changes(old, new)


# --- the pages


@pytest.fixture(params=[2, 30])
def filled(cast: Cast, request: pytest.FixtureRequest) -> int:
    count: int = request.param
    write(cast.course, "".join(f"## Number {n} {{tags=t{n % 3}}}\n\n- [x] yes {n}\n- [ ] no\n\n" for n in range(count)))
    publish_quiz(quiz=write(cast.course, "## Draw {draw=1 tags=t0}\n", "Drawn"), now=NOW)
    return count


def test_bank_pages_take_the_same_queries_for_any_number_of_questions(
    filled: int, staff: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    question = Question.objects.filter(tags__name="t0")[0]
    for _ in range(filled):
        change_text = QuestionVersion.objects.filter(question=question).latest("number")
        change_text.pk, change_text.number = None, change_text.number + 1
        change_text.save()
    with django_assert_num_queries(8):
        staff.get(url("bank"))
    with django_assert_num_queries(9):
        staff.get(url("bank"), {"q": "number", "tag": "t0"})
    with django_assert_num_queries(12):
        staff.get(url("bank_question", question.public_id))


def test_listing_finds_words_in_prompt_and_options_and_by_tag_newest_version_only(cast: Cast) -> None:
    ball, paint = add(cast.course, PLAIN, "shape"), add(cast.course, RICH, "art", "shape")
    change(ball, PLAIN.replace("a ball", "the sun"))

    def found(words: str = "", tag: str = "") -> list[Question]:
        return [line.question for line in listing(cast.course, Search(words, tag)).lines]

    assert found() == found(tag="shape") == [paint, ball]
    assert found("SUN round") == found("box", "shape") == [ball]
    assert found("ball") == found("grey", "nothing") == []
    assert found("see-through", "art") == [paint]
    assert [(tag.name, tag.size) for tag in listing(cast.course, Search()).tags] == [("art", 1), ("shape", 2)]  # type: ignore[attr-defined]  # annotated


def test_bank_page_shows_25_questions_and_the_way_to_the_rest(filled: int, staff: Client) -> None:
    body = staff.get(url("bank"), {"page": "2", "q": "yes"}).content.decode()
    assert ("page 2 of 2" in body) is (filled == 30)
    assert ("Number 0" in body) is True
    assert body.count('class="bank-line"') == (5 if filled == 30 else 2)


def test_bank_pages_write_change_compare_tag_copy_and_delete(cast: Cast, staff: Client) -> None:
    made = staff.post(url("bank_new"), {"text": PLAIN, "base": "0", "tags": "Shape"})
    question = Question.objects.get()
    assert made.headers["Location"] == url("bank_question", question.public_id)
    again = staff.post(url("bank_new"), {"text": PLAIN, "base": "0"}, follow=True)
    assert "already" in again.content.decode()
    assert "a ball" in staff.get(url("bank_edit", question.public_id)).content.decode()
    staff.post(url("bank_edit", question.public_id), {"text": PLAIN.replace("ball", "sun"), "base": "1"})
    compared = staff.get(url("bank_compare", question.public_id)).content.decode()
    assert "What changed from version 1 to version 2" in compared
    assert "ball" in compared.split("<del>")[1].split("</del>")[0]
    conflict = staff.post(url("bank_edit", question.public_id), {"text": PLAIN.replace("ball", "moon"), "base": "1"})
    assert (conflict.status_code, "a moon" in conflict.content.decode(), "a sun" in conflict.content.decode()) == (
        409,
        True,
        True,
    )
    assert 'name="base" value="2"' in conflict.content.decode()
    assert staff.post(url("bank_tags", question.public_id), {"tags": '"'}).status_code == 422
    quiz = write(cast.course, RICH)
    assert staff.post(url("bank_copy", question.public_id), {"quiz": quiz.slug}).headers["Location"] == url(
        "quiz_edit", quiz.slug
    )
    assert "Take its tags away first" in staff.post(url("bank_delete", question.public_id), follow=True).content.decode()
    staff.post(url("bank_tags", question.public_id), {"tags": ""})
    staff.post(url("bank_delete", question.public_id))
    assert not Question.objects.filter(pk=question.pk).exists()


@pytest.mark.parametrize("numbers", ["?old=7", "?new=x", "?new=99999999999999999999", "?old=1&new=9"])
def test_compare_page_without_such_a_version_is_not_found(cast: Cast, staff: Client, numbers: str) -> None:
    assert staff.get(url("bank_compare", add(cast.course).public_id) + numbers).status_code == 404


def test_bank_edit_of_a_question_in_a_quiz_leads_to_its_text(cast: Cast, staff: Client) -> None:
    quiz = write(cast.course, PLAIN)
    answer = staff.get(url("bank_edit", Question.objects.get().public_id))
    assert answer.headers["Location"] == url("quiz_edit", quiz.slug)


def test_bank_page_for_who_looks_in_from_outside_changes_nothing(cast: Cast, client: Client) -> None:
    client.force_login(cast.admin, backend=BACKEND)
    body = client.get(url("bank_question", add(cast.course, PLAIN, "a").public_id)).content.decode()
    assert "csrfmiddlewaretoken" not in body.split("<main")[1]
    assert "Used in" in body


# --- the kinds, by one engine from text to score


def answer(attempt: Attempt, position: int, *texts: str) -> None:
    place = AttemptQuestion.objects.get(attempt=attempt, position=position)
    chosen = sorted(place.version.options.filter(text__in=texts).values_list("public_id", flat=True))
    Response.objects.create(
        question=place, chosen=chosen, save_number=position, tab="t", counter=1, request_id=str(position), saved_at=NOW
    )


@pytest.mark.parametrize(
    ("texts", "score"),
    [((("True",), ("two",), ("x", "y")), 300), ((("False",), ("two",), ("x",)), 100), (((), (), ()), 0)],
)
def test_true_false_single_and_multi_are_asked_and_graded_by_one_engine(
    cast: Cast, texts: tuple[tuple[str, ...], ...], score: int
) -> None:
    text = (
        "## Is it so?\n\n- [x] True\n- [ ] False\n\n"
        "## Which one?\n\n1. [ ] one\n2. [x] two\n3. [ ] three\n\n"
        "## Which ones?\n\n- [x] x\n- [x] y\n- [ ] z\n"
    )
    quiz = write(cast.course, text)
    Quiz.objects.filter(pk=quiz.pk).update(shuffle=True)
    quiz = publish_quiz(quiz=quiz, now=NOW)
    attempt = start(quiz=quiz, student=cast.student, now=NOW)
    kinds = [place.version.kind for place in attempt.questions.order_by("position")]
    assert kinds == ["true_false", "single", "multi"]
    for position, chosen in enumerate(texts, 1):
        answer(attempt, position, *chosen)
    submit(attempt=attempt, known={}, now=NOW)
    grade(attempt_id=attempt.pk, now=NOW)
    attempt.refresh_from_db()
    assert (attempt.score, attempt.max_score) == (score, 300)
