"""The review step of an import: borders that are moved, decisions that stay, drafts in every state, quizzes that are replaced."""

import io
import re
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from course.models import ImportDraft, Page
from quizzes.actions.attempts import start
from quizzes.actions.authoring import new_quiz, save_quiz_text
from quizzes.actions.imports import import_draft
from quizzes.actions.publishing import publish_quiz, settle_doubt
from quizzes.actions.refusals import RefusedError
from quizzes.cutting import pieces
from quizzes.enums import Doubt, QuizState, Settled
from quizzes.formats import markdown, review
from quizzes.formats.lines import split_lines
from quizzes.formats.model import ParsedQuiz
from quizzes.formats.review_blocks import normalise
from quizzes.models import Quiz
from quizzes.reading import Decision, Move, Reading, fingerprint, key_by, move_of, moved
from tests.conftest import NOW, Cast
from tests.proof import examples
from tests.quizzes.authoring_texts import QUIZ, REVIEW
from tests.quizzes.test_importing import BLOCKS

# Lines of REVIEW: the first question is on 7, its options on 11, 15, 19 and 21; the third on 39 with 41, 43 and 45.
TWO_PARAGRAPHS = """\
## Review
1.

Two letters lie on a table. Nobody has opened them.

One of them is a copy.

_check_The one with the crease.

It was folded first.

The one without.
"""


OTHER_WAYS = [
    "## Quiz\n\n### Which birds fly?\n\n- **Swallows**\n- Penguins\n\n  They swim.\n- Ostriches\n\nCorrect! Swallows fly.\n",
    "## Quiz\n\nQ: Which birds fly?\n\n- Swallows.\\*\\*\n- Penguins X\n- Hens\n\n> Review the bird lecture.\n",
    "## Quiz\n\nWhich birds fly?\n\nA. Penguins\n\n**B. Swallows**\n\nC. Hens\n\n_Feedback: they run._\n",
    "## Quiz\n\nQuestion 1\n\nWhich birds fly? Select two.\n\nSwallows\n\nCorrect\n\nPenguins\n\nThis should not be selected\n\nLarks\n",
    "## Quiz\n\nWhich birds fly?\n\n\u2705 Swallows\n\n\u274c Penguins\n\n\u2192 no wings\n",
]


@pytest.fixture
def url(cast: Cast) -> str:
    return reverse("quizzes:quiz_import", args=[cast.course.slug])


@pytest.fixture
def staff(cast: Cast, client: Client) -> Client:
    client.force_login(cast.instructor)
    return client


def brought(staff: Client, url: str, text: str, known: str = "auto") -> str:
    answer = staff.post(url, {"text": text.replace("\n", "\r\n"), "format": known})
    assert answer.status_code == 303, answer.content.decode()
    target: str = answer["Location"]
    return target


def text_of(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


def read_as(text: str, reading: Reading) -> ParsedQuiz:
    return review.parse(text, joins=reading.joins, splits=reading.splits)


def option_lines(quiz: ParsedQuiz) -> list[list[int]]:
    return [[option.line for option in question.options] for question in quiz.questions]


# --- pure: borders and decisions


def test_moved_join_and_split_take_each_other_back() -> None:
    first = moved(Reading(), Move.JOIN, 45, lambda tried: read_as(REVIEW, tried))
    assert first is not None
    assert option_lines(read_as(REVIEW, first))[2] == [41, 43]
    assert moved(first, Move.SPLIT, 45, lambda tried: read_as(REVIEW, tried)) == Reading()


@pytest.mark.parametrize(("move", "line"), [(Move.JOIN, 7), (Move.SPLIT, 15), (Move.SPLIT, 9_999), (Move.JOIN, 44)])
def test_moved_where_nothing_can_be_is_none(move: Move, line: int) -> None:
    assert moved(Reading(), move, line, lambda tried: read_as(REVIEW, tried)) is None


@pytest.mark.parametrize("text", ["1.\n\n---\n\n- a\n- b\n", "1.\n\n---\n\nWhich? Select two.\n"])
def test_moved_in_a_text_of_little_sense_can_still_be_taken_back(text: str) -> None:
    (question,) = review.parse(f"## Review\n{text}").questions
    for piece in pieces(question, normalise(split_lines(f"## Review\n{text}"))):
        if piece.label and piece.move:
            after = moved(Reading(), piece.move, piece.line, partial(read_as, f"## Review\n{text}"))
            assert after is not None
            assert len(read_as(f"## Review\n{text}", after).questions) == 1


@settings(max_examples=examples(30, 3_000), deadline=None)
@given(st.lists(st.sampled_from(BLOCKS), min_size=2, max_size=14), st.data())
def test_moved_any_button_on_the_page_does_what_it_says_and_can_be_taken_back(blocks: list[str], data: st.DataObject) -> None:
    text = "## Review\n" + "\n\n".join(blocks) + "\n"
    parsed, lines = review.parse(text), normalise(split_lines(text))
    buttons = [piece for question in parsed.questions for piece in pieces(question, lines) if piece.label]
    if not buttons:
        return
    piece = data.draw(st.sampled_from(buttons))
    assert piece.move is not None
    after = moved(Reading(), piece.move, piece.line, lambda tried: read_as(text, tried))
    assert after is not None
    again = read_as(text, after)
    begins = any(piece.line in lines for lines in option_lines(again))
    assert begins is (piece.move is Move.SPLIT)
    back = [one for question in again.questions for one in pieces(question, lines, after.joins) if one.line == piece.line]
    assert [one.move for one in back] == [Move.JOIN if piece.move is Move.SPLIT else Move.SPLIT]


@pytest.mark.parametrize("text", OTHER_WAYS)
def test_moved_each_button_works_however_the_paste_is_written(text: str) -> None:
    (question,) = review.parse(text).questions
    buttons = [piece for piece in pieces(question, normalise(split_lines(text))) if piece.label and piece.move]
    assert len(buttons) > 1
    for piece in buttons:
        assert piece.move is not None
        after = moved(Reading(), piece.move, piece.line, lambda tried: read_as(text, tried))
        assert after is not None, piece
        begins = any(piece.line in lines for lines in option_lines(read_as(text, after)))
        assert begins is (piece.move is Move.SPLIT), piece


@pytest.mark.parametrize(
    ("value", "move"),
    [
        ("join-64", (Move.JOIN, 64)),
        ("split-1", (Move.SPLIT, 1)),
        ("split-", None),
        ("join-\u0661", None),
        ("join-1234567", None),
        ("drop-3", None),
    ],
)
def test_move_of_button(value: str, move: tuple[Move, int] | None) -> None:
    assert move_of(value) == move


def test_reading_comes_back_from_what_is_stored() -> None:
    decisions = {"7": Decision("abc", frozenset({11, 15})), "39": Decision()}
    reading = Reading(3, None, frozenset({9}), frozenset({4, 5}), "Title", "beside", decisions)
    assert Reading.of(reading.as_options()) == reading
    assert Reading.of({}) == Reading()


def test_key_by_yes_holds_only_for_what_was_shown() -> None:
    shown = review.parse(REVIEW).questions[0]
    yes = Decision(fingerprint(shown))
    changed = read_as(REVIEW, Reading(joins=frozenset({21}))).questions[0]
    assert key_by(yes, shown) == frozenset({1, 2, 3})
    assert key_by(yes, changed) is None
    assert key_by(Decision(right=frozenset({15, 9_999})), changed) == frozenset({1})


def test_pieces_name_each_paragraph_and_its_border() -> None:
    (question,) = review.parse(TWO_PARAGRAPHS).questions
    found = [(piece.line, piece.name, piece.label) for piece in pieces(question, TWO_PARAGRAPHS.split("\n"))]
    assert found == [
        (4, "Prompt", ""),
        (6, "Prompt, goes on", "Begin the options here"),
        (8, "Option A", "Join with the prompt"),
        (10, "Option B", "Join with option A"),
        (12, "Option C", "Join with option B"),
    ]


# --- on the page: borders


def test_cut_join_reads_the_question_again_and_keeps_what_was_typed(staff: Client, url: str) -> None:
    target = brought(staff, url, REVIEW)
    answer = staff.post(f"{target}cut/", {"cut": "join-45", "title": "Mine", "answer-7": "yes", "key-39": "43"})
    assert answer["Location"] == f"{target}?cut=39#import-39"
    page = text_of(staff.get(answer["Location"]))
    assert 'value="Mine"' in page
    assert re.search(r'name="answer-7"[^>]*value="yes" checked', page)
    # One unmarked option is left, so the key is worked out: what was ticked stays, as somebody decided it.
    assert re.search(r'name="key-39"[^>]*value="43" checked', page)
    assert 'id="key-39-45"' not in page
    assert 'value="split-45"' in page
    staff.post(target, {"title": "Mine", "answer-7": "yes", "answer-39": "yes"})
    quiz = Quiz.objects.get()
    last = quiz.items.get(position=3).version
    assert [option.text for option in last.options.all()][-1] == "Being used in similar company.\n\nBeing of the same length."
    assert last.doubt == Doubt.READY


def test_cut_drops_a_yes_about_the_question_that_it_changes(staff: Client, url: str) -> None:
    target = brought(staff, url, REVIEW)
    page = text_of(staff.post(f"{target}cut/", {"cut": "join-21", "title": "Mine", "answer-7": "yes"}, follow=True))
    assert not re.search(r'name="answer-7"[^>]*checked', page)


def test_cut_border_of_the_prompt_moves_both_ways(staff: Client, url: str) -> None:
    target = brought(staff, url, TWO_PARAGRAPHS)
    page = text_of(staff.post(f"{target}cut/", {"cut": "split-6"}, follow=True))
    assert re.search(r'<span class="cut-line">6</span> <span><span class="meta">Option A</span>', page)
    page = text_of(staff.post(f"{target}cut/", {"cut": "join-6"}, follow=True))
    assert re.search(r'<span class="cut-line">6</span> <span><span class="meta">Prompt, goes on</span>', page)


@pytest.mark.parametrize("cut", ["join-7", "split-9999"])
def test_cut_that_cannot_be_says_so_and_keeps_what_was_typed(staff: Client, url: str, cut: str) -> None:
    page = text_of(staff.post(f"{brought(staff, url, REVIEW)}cut/", {"cut": cut, "title": "Mine"}, follow=True))
    assert f"Line {cut.split('-')[1]} cannot be" in page
    assert 'value="Mine"' in page


def test_cut_by_get_or_without_a_button_leads_back(staff: Client, url: str) -> None:
    target = brought(staff, url, REVIEW)
    assert staff.get(f"{target}cut/")["Location"] == target
    assert staff.post(f"{target}cut/", {"cut": "x"})["Location"] == target


def test_range_moved_away_and_back_keeps_the_decisions(staff: Client, url: str) -> None:
    target = brought(staff, url, REVIEW)
    staff.post(f"{target}range/", {"title": "Mine", "start": "37", "end": "", "answer-7": "yes"})
    page = text_of(staff.post(f"{target}range/", {"title": "Mine", "start": "6", "end": ""}, follow=True))
    assert re.search(r'name="answer-7"[^>]*value="yes" checked', page)


def test_range_other_place_that_looks_like_a_quiz_is_offered(staff: Client, url: str) -> None:
    target = brought(staff, url, f"{REVIEW}\n## Quiz of the guests\n\nWhose coat is this?\n\n_check_Mine.\n\nYours.\n")
    assert "Read lines 47–53, “Quiz of the guests”" in text_of(staff.get(target))
    page = text_of(staff.post(f"{target}range/", {"title": "Mine", "other": "47"}, follow=True))
    assert "Whose coat is this?" in page
    assert "One question found" in page


def test_text_that_waits_is_listed_for_who_brought_it_until_it_is_imported(cast: Cast, staff: Client, url: str) -> None:
    target = brought(staff, url, QUIZ)
    assert f'<a href="{target}">pasted text</a>' in text_of(staff.get(url))
    staff.post(target, {"title": "Mine"})
    assert target not in text_of(staff.get(url))
    other = brought(staff, url, QUIZ)
    staff.force_login(cast.assistant)
    assert other not in text_of(staff.get(url))


def test_text_said_to_be_a_review_without_a_sign_lets_choose_the_lines(staff: Client, url: str) -> None:
    target = brought(staff, url, "Thoughts.\n\nWhich?\n\nA.\n\nB.\n", "review")
    page = text_of(staff.get(target))
    assert "No questions found" in page
    assert "choose the lines yourself" in page
    page = text_of(staff.post(f"{target}range/", {"title": "Mine", "start": "3", "end": "7"}, follow=True))
    assert "One question found, one needs you" in page


def test_format_found_out_is_told_with_how_sure_it_is_and_can_be_changed(staff: Client, url: str) -> None:
    target = brought(staff, url, QUIZ)
    page = text_of(staff.get(target))
    assert 'Read as a quiz with boxes <span class="tag tag-ok">Sure</span> 10 boxes stand below headings.' in page
    page = text_of(staff.post(f"{target}range/", {"title": "Mine", "as": "review"}, follow=True))
    assert "Read as a pasted review" in page
    assert ">Sure<" not in page
    page = text_of(staff.post(f"{target}range/", {"title": "Mine", "as": "markdown"}, follow=True))
    assert "Three questions found, all clear" in page


def test_format_that_was_named_is_told_without_a_guess(staff: Client, url: str) -> None:
    page = text_of(staff.get(brought(staff, url, REVIEW, "review")))
    assert "Read as a pasted review: icon words on what was ticked." in page


def test_questions_of_other_kinds_are_listed_and_kept_in_the_text(cast: Cast, staff: Client, url: str) -> None:
    text = "## Which?\n\n- [x] A.\n- [ ] B.\n\n## In which order?\n\n1. First.\n2. Second.\n3. Third.\n"
    target = brought(staff, url, text)
    page = text_of(staff.get(target))
    assert "One question cannot be asked" in page
    assert (
        "<span>Line 6</span> <span>An ordering question (a numbered list without boxes), which cannot be asked here</span>"
        in page
    )
    assert "Messages" not in page  # which would say it once more
    staff.post(target, {"title": "Orders"})
    quiz = Quiz.objects.get()
    assert (quiz.source, quiz.items.count()) == (text, 1)
    with pytest.raises(RefusedError, match=r"Question 2 \(line 6\)"):
        publish_quiz(quiz=quiz, now=NOW)


# A relative of the native format: "(X)" marks what is right, and both of the second question's options say so.
TRANSLATED = "???\n\n?: Which?\n\n(X) A.\n( ) B.\n\n?: And which?\n\n( ) C.\n( ) D.\n\n???\n"


def test_relative_of_the_native_format_keeps_its_doubts_though_it_is_written_anew(cast: Cast, staff: Client, url: str) -> None:
    target = brought(staff, url, TRANSLATED)
    assert "Two questions found, one needs you" in text_of(staff.get(target))
    staff.post(target, {"title": "Relative"})
    quiz = Quiz.objects.get()
    assert [item.version.doubt for item in quiz.items.all()] == [Doubt.READY, Doubt.CHOOSE]
    with pytest.raises(RefusedError, match="Question 2"):
        publish_quiz(quiz=quiz, now=NOW)


# --- drafts in every state

STATES = {
    "ready": ("## Review\n\nWhich?\n\n_check_A.\n\nB.\n", Doubt.READY),
    "confirm": ("## Review\n\nWhich? Select two.\n\n_check_A.\n\nB.\n\n_close_C.\n", Doubt.CONFIRM),
    "choose": ("## Review\n\nWhich?\n\n_close_A.\n\nB.\n\nC.\n", Doubt.CHOOSE),
    "contradiction": (
        "## Review\n\n_close_\n\n1.\n\nWhich? Select two.\n\n_check_A.\n\n_check_B.\n\n_check_C.\n",
        Doubt.CONTRADICTION,
    ),
    "no box marked": ("## Which?\n\n- [ ] A.\n- [ ] B.\n", Doubt.CHOOSE),
}


@pytest.mark.parametrize(("text", "doubt"), STATES.values(), ids=STATES)
def test_import_in_every_state_is_a_draft_and_published_only_when_settled(
    cast: Cast, staff: Client, url: str, text: str, doubt: Doubt
) -> None:
    assert staff.post(brought(staff, url, text), {"title": "State"}).status_code == 303
    quiz = Quiz.objects.get()
    version = quiz.items.get().version
    assert (quiz.state, version.doubt) == (QuizState.DRAFT, doubt)
    if doubt != Doubt.READY:
        with pytest.raises(RefusedError, match="Question 1"):
            publish_quiz(quiz=quiz, now=NOW)
        ids = [option.public_id for option in version.options.all()]
        chosen = None if doubt == Doubt.CONFIRM else frozenset(ids[: 2 if doubt == Doubt.CONTRADICTION else 1])
        settle_doubt(quiz=quiz, question=version.question.public_id, right=chosen, by=cast.instructor, now=NOW)
        quiz.refresh_from_db()
    assert publish_quiz(quiz=quiz, now=NOW).state == QuizState.PUBLISHED


def test_import_question_without_an_option_is_kept_and_keeps_the_quiz_a_draft(staff: Client, url: str) -> None:
    target = brought(staff, url, "## Review\n\n1.\n\nWhich of all?\n\n2.\n\nAnd which?\n\n_check_A.\n\nB.\n")
    assert "One question cannot be asked" in text_of(staff.get(target))
    staff.post(target, {"title": "Half"})
    quiz = Quiz.objects.get()
    assert ("Which of all?" in quiz.source, quiz.items.count()) == (True, 1)
    with pytest.raises(RefusedError, match=r"Question 1 \(line 1\): a question needs at least two options"):
        publish_quiz(quiz=quiz, now=NOW)


def test_import_two_right_ones_where_one_can_be_are_asked_about(cast: Cast, staff: Client, url: str) -> None:
    target = brought(staff, url, "## Which?\n\n1. [x] A.\n2. [x] B.\n")
    assert "Which option is right?" in text_of(staff.get(target))
    staff.post(target, {"title": "One", "key-1": "4"})
    quiz = Quiz.objects.get()
    assert quiz.source == "## Which?\n\n1. [ ] A.\n2. [x] B.\n"
    assert publish_quiz(quiz=quiz, now=NOW).state == QuizState.PUBLISHED


BROKEN = "## Which?\n\n- [x] A.\n- [ ] B.\n- [ ] B.\n\n## And which?\n\n- [x] C.\n- [ ] D.\n"


def test_import_question_with_an_error_of_its_text_stays_a_draft_until_it_is_repaired(
    cast: Cast, staff: Client, url: str
) -> None:
    target = brought(staff, url, BROKEN)
    page = text_of(staff.get(target))
    assert "Two questions found, one needs you" in page
    assert "Options on lines 4 and 5 have the same text" in page
    assert "Repair it in the text after the import." in page
    staff.post(target, {"title": "Broken"})
    quiz = Quiz.objects.get()
    assert quiz.source == BROKEN
    with pytest.raises(RefusedError, match="Question 1"):
        publish_quiz(quiz=quiz, now=NOW)
    quiz = save_quiz_text(quiz=quiz, text=BROKEN.replace("- [ ] B.\n- [ ] B.", "- [ ] B."), author=cast.instructor, now=NOW)
    assert publish_quiz(quiz=quiz, now=NOW).state == QuizState.PUBLISHED


def test_import_key_chosen_for_a_file_changes_the_box_and_nothing_else(cast: Cast, staff: Client, url: str) -> None:
    file = io.BytesIO(b"# Two\r\n\r\n## Which?\r\n\r\n*  [ ] A.  \r\n*  [ ] B.")
    file.name = "two.md"
    target = staff.post(url, {"file": file, "format": "auto", "text": ""})["Location"]
    staff.post(target, {"title": "Two", "key-3": "6"})
    quiz = Quiz.objects.get()
    version = quiz.items.get().version
    assert quiz.source == "# Two\r\n\r\n## Which?\r\n\r\n*  [ ] A.  \r\n*  [x] B."
    assert (version.doubt, version.settled_as, version.settled_by) == (Doubt.READY, Settled.CHOSEN, cast.instructor)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"key-39": ["43", "45"]}, "The question has one right option; you chose 2."),
        ({"answer-7": "yes", "key-7": "11"}, "Say yes, or choose the right options, not both."),
    ],
)
def test_import_impossible_answer_comes_back_and_is_kept(staff: Client, url: str, answer: dict[str, Any], words: str) -> None:
    target = brought(staff, url, REVIEW)
    refused = staff.post(target, {"title": "Mine"} | answer)
    assert refused.status_code == 422
    assert words in text_of(refused)
    ticked = next(value for name, value in answer.items() if name.startswith("key"))
    assert f'value="{ticked[0] if isinstance(ticked, list) else ticked}" checked' in text_of(staff.get(target))
    assert not Quiz.objects.exists()


def test_import_choice_of_another_number_than_asked_for_comes_back(staff: Client, url: str) -> None:
    text = "## Review\n\nWhich? Select two.\n\n_check_A.\n\nB.\n\nC.\n\nD.\n"
    refused = staff.post(brought(staff, url, text), {"title": "Mine", "key-3": ["5", "7", "9"]})
    assert "The question asks for two right options; you ticked 3." in text_of(refused)


def test_import_pressed_twice_imports_once(staff: Client, url: str) -> None:
    draft = ImportDraft.objects.get(public_id=brought(staff, url, QUIZ).split("/")[-2])
    twice: dict[str, Any] = {"draft": draft, "parsed": markdown.parse(QUIZ), "title": "Twice", "now": NOW, "decisions": {}}
    import_draft(**twice)
    with pytest.raises(ImportDraft.DoesNotExist):
        import_draft(**twice)
    assert Quiz.objects.count() == 1


# --- what is told afterwards


def test_overview_tells_who_decided_what_and_when(cast: Cast, staff: Client, url: str) -> None:
    staff.post(brought(staff, url, REVIEW), {"title": "Told", "answer-7": "yes", "key-39": "43"})
    quiz = Quiz.objects.get()
    assert [item.version.settled_as for item in quiz.items.all()] == [Settled.CONFIRMED, "", Settled.CHOSEN]
    page = text_of(staff.get(quiz.get_absolute_url()))
    assert "Question 1: key confirmed by Ruth Vandermeer, <time" in page
    assert "Question 3: key chosen by Ruth Vandermeer, <time" in page
    assert "Asked because: marked right because the question asks for three (inferred)." in page


def test_overview_keeps_the_decision_through_an_edit_of_the_text(cast: Cast, staff: Client, url: str) -> None:
    staff.post(brought(staff, url, REVIEW), {"title": "Told", "answer-7": "yes"})
    quiz = Quiz.objects.get()
    text = quiz.source.replace("It evens out", "It smooths out").replace("- [ ] Being used", "- [x] Being used")
    save_quiz_text(quiz=quiz, text=text, author=cast.assistant, now=NOW)
    page = text_of(staff.get(quiz.get_absolute_url()))
    assert "Question 1: key confirmed by Ruth Vandermeer, <time" in page
    assert "Question 3: key changed in the text by Teo Marchetti, <time" in page


# --- a quiz that is there


@pytest.fixture
def there(cast: Cast) -> Quiz:
    return new_quiz(course=cast.course, title="Nearness", week=None, author=cast.instructor, now=NOW, text=QUIZ)


NEWER = f"---\ntitle: Nearness\ntime_limit: 20\n---\n\n{QUIZ.replace('The voice.', 'The tone of voice.')}"


def test_replace_shows_what_would_change_and_asks_where_the_text_goes(staff: Client, url: str, there: Quiz) -> None:
    target = brought(staff, url, NEWER)
    page = text_of(staff.get(target))
    assert "“Nearness” is in the course already" in page
    assert '<span class="visually-hidden">gone: </span>- [x] The voice.' in page
    assert '<span class="visually-hidden">new: </span>- [x] The tone of voice.' in page
    assert "At its top the text names time_limit and title: that would hold from then on." in page
    refused = staff.post(target, {"title": "Nearness", "base": there.revision})
    assert refused.status_code == 422
    assert "Say whether it replaces “Nearness” or becomes a quiz of its own." in text_of(refused)


def test_replace_keeps_the_quiz_and_beside_makes_another(staff: Client, url: str, there: Quiz) -> None:
    form = {"title": "Nearness", "base": there.revision}
    answer = staff.post(brought(staff, url, NEWER), form | {"place": "replace"})
    there.refresh_from_db()
    assert answer["Location"] == there.get_absolute_url()
    assert "The tone of voice." in there.source
    assert there.time_limit == 1200
    staff.post(brought(staff, url, NEWER), form | {"place": "beside", "base": there.revision})
    assert list(Quiz.objects.order_by("pk").values_list("slug", flat=True)) == ["nearness", "nearness-2"]


def test_replace_leaves_attempts_what_they_showed(cast: Cast, staff: Client, url: str, there: Quiz) -> None:
    publish_quiz(quiz=there, now=NOW)
    shown = start(quiz=there, student=cast.student, now=NOW).questions.get(position=2).version
    target = brought(staff, url, NEWER)
    assert "One student has started it." in text_of(staff.get(target))
    staff.post(target, {"title": "Nearness", "base": there.revision, "place": "replace"})
    shown.refresh_from_db()
    assert [option.text for option in shown.options.all()][1] == "The voice."
    assert there.items.get(position=2).version.number == 2


def test_replace_refused_when_the_quiz_changed_meanwhile(cast: Cast, staff: Client, url: str, there: Quiz) -> None:
    target = brought(staff, url, NEWER)
    save_quiz_text(quiz=there, text=QUIZ + "\n## Who?\n\n- [x] I\n- [ ] You\n", author=cast.assistant, now=NOW)
    form = {"title": "Nearness", "base": there.revision, "place": "replace"}
    refused = staff.post(target, form)
    assert refused.status_code == 409
    assert "Somebody changed the quiz meanwhile." in text_of(refused)
    assert '<span class="visually-hidden">gone: </span>## Who?' in text_of(refused)
    assert staff.post(target, form | {"base": there.revision + 1}).status_code == 303


def test_replace_by_a_copy_without_a_key_is_refused(staff: Client, url: str, there: Quiz) -> None:
    empty = NEWER.replace("[x]", "[ ]")
    refused = staff.post(brought(staff, url, empty), {"title": "Nearness", "base": there.revision, "place": "replace"})
    assert "“Nearness” would lose its key" in text_of(refused)
    there.refresh_from_db()
    assert there.source == QUIZ


def test_replace_of_a_published_quiz_waits_for_the_decisions(cast: Cast, staff: Client, url: str) -> None:
    quiz = new_quiz(course=cast.course, title="Notes week 6", week=None, author=None, now=NOW, text=QUIZ)
    publish_quiz(quiz=quiz, now=NOW)
    text = f"# Notes week 6\n\n{QUIZ.replace('[x] As near', '[ ] As near')}"
    target = brought(staff, url, text)
    form = {"title": "Notes week 6", "base": quiz.revision, "place": "replace"}
    refused = staff.post(target, form)
    assert "so question 3 must be settled before it is replaced" in text_of(refused)
    head, right = (1 + text[: text.index(start)].count("\n") for start in ("## How near", "2. [ ] As near"))
    assert staff.post(target, form | {f"key-{head}": str(right)}).status_code == 303


def test_replace_by_the_same_review_makes_no_second_page(staff: Client, url: str) -> None:
    text = REVIEW.replace("## Review", "## Review\n")
    for place in ({}, {"place": "replace", "base": 1}):
        draft = ImportDraft.objects.get(public_id=brought(staff, url, text).split("/")[-2])
        ImportDraft.objects.filter(pk=draft.pk).update(filename="notes-week-6.md")
        answer = staff.post(f"{url}{draft.public_id}/", {"title": "Notes week 6"} | place)
        assert answer.status_code == 303, text_of(answer)
    assert (Quiz.objects.count(), Page.objects.count()) == (1, 1)


@pytest.mark.parametrize("count", [2, 9])
def test_replace_page_queries_do_not_grow(
    cast: Cast, staff: Client, url: str, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    text = "# Sized\n\n" + "".join(f"## Which is {n}?\n\n- [ ] Right {n}.\n- [ ] Wrong {n}.\n\n" for n in range(count))
    new_quiz(course=cast.course, title="Sized", week=None, author=None, now=NOW, text=text)
    target = brought(staff, url, text)
    with django_assert_num_queries(6):
        page = text_of(staff.get(target))
    assert page.count('<section class="import-question') == count
