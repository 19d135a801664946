"""Importing quizzes: by command and on the web; a pasted review with its doubts, bad files, nothing half-imported."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from course.models import ImportDraft, Page, Week
from quizzes.actions.authoring import checked_against
from quizzes.actions.publishing import publish_quiz, settle_doubt
from quizzes.actions.refusals import RefusedError
from quizzes.enums import Doubt, QuizState
from quizzes.formats import markdown, review
from quizzes.formats.detect import parse_quiz
from quizzes.models import Option, OptionKey, Question, Quiz
from tests.conftest import NOW, Cast
from tests.quizzes.authoring_texts import QUIZ, REVIEW, SEEDS

SEED = next(iter(sorted(SEEDS.glob("002*.txt"))), SEEDS / "002.txt")
needs_seed = pytest.mark.skipif(not SEED.exists(), reason="the seed documents are not here (SEMINAR_SEEDS)")


@pytest.fixture
def url(cast: Cast) -> str:
    return reverse("quizzes:quiz_import", args=[cast.course.slug])


@pytest.fixture
def staff(cast: Cast, client: Client) -> Client:
    client.force_login(cast.instructor)
    return client


def run(file: Path, *args: str) -> str:
    out = io.StringIO()
    call_command("import_quiz", str(file), "--course", "hum240", *args, stdout=out, stderr=out)
    return out.getvalue()


def written(folder: Path, data: bytes, name: str = "notes-week-6.md") -> Path:
    file = folder / name
    file.write_bytes(data)
    return file


def keys(quiz: Quiz) -> list[list[int]]:
    items = quiz.items.select_related("version").prefetch_related("version__options__key").order_by("position")
    return [[option.position for option in item.version.options.all() if option.key.correct] for item in items]


def assert_nothing_imported() -> None:
    assert not Quiz.objects.exists()
    assert not Question.objects.exists()
    assert not Page.objects.exists()


@needs_seed
def test_command_seed_gives_a_draft_with_one_inferred_key(cast: Cast) -> None:
    run(SEED)
    quiz = Quiz.objects.get()
    assert quiz.state == QuizState.DRAFT
    assert [len(key) for key in keys(quiz)] == [3, 1, 1, 1]
    assert Option.objects.filter(version__items__quiz=quiz).count() == 18
    assert OptionKey.objects.exclude(feedback="").count() == 6
    inferred = OptionKey.objects.get(inferred=True)
    assert (inferred.correct, inferred.option.position, inferred.option.version.items.get().position) == (True, 2, 1)
    doubts = [item.version.doubt for item in quiz.items.select_related("version")]
    assert doubts == [Doubt.CONFIRM, Doubt.READY, Doubt.READY, Doubt.READY]


@needs_seed
def test_command_seed_can_be_published_only_after_the_inferred_key_is_confirmed(cast: Cast) -> None:
    run(SEED)
    quiz = Quiz.objects.get()
    with pytest.raises(RefusedError, match="Question 1 waits for somebody to confirm"):
        publish_quiz(quiz=quiz, now=NOW)
    question = quiz.items.get(position=1).version.question.public_id
    settle_doubt(quiz=quiz, question=question, right=None, by=cast.instructor, now=NOW)
    assert publish_quiz(quiz=quiz, now=NOW).state == QuizState.PUBLISHED
    settled = quiz.items.get(position=1).version
    assert (settled.settled_by, settled.settled_at) == (cast.instructor, NOW)


@needs_seed
def test_command_seed_notes_become_a_draft_page_letter_for_letter(cast: Cast) -> None:
    run(SEED)
    text = SEED.read_bytes().decode()
    page = Page.objects.get()
    assert text.startswith(page.source)
    assert page.source == text[: text.index("## Review")]
    assert page.state == "draft"


@needs_seed
def test_web_seed_through_the_review_step_equals_the_command(cast: Cast, staff: Client, url: str) -> None:
    answer = staff.post(url, {"file": io.BytesIO(SEED.read_bytes()), "format": "auto", "text": ""})
    shown = staff.get(answer["Location"])
    assert "Four questions found, one needs you" in shown.content.decode()
    staff.post(answer["Location"], {"title": "LLM review", "answer-60": "yes"})
    quiz = Quiz.objects.get()
    assert [len(key) for key in keys(quiz)] == [3, 1, 1, 1]
    assert publish_quiz(quiz=quiz, now=NOW).state == QuizState.PUBLISHED


def test_command_review_gives_questions_doubts_and_a_page(cast: Cast, tmp_path: Path) -> None:
    said = run(written(tmp_path, REVIEW.encode()), "--title", "Week 6 quiz")
    quiz = Quiz.objects.get()
    assert (quiz.title, quiz.state, keys(quiz)) == ("Week 6 quiz", QuizState.DRAFT, [[1, 2, 3], [1], []])
    assert [item.version.doubt for item in quiz.items.select_related("version")] == [Doubt.CONFIRM, Doubt.READY, Doubt.CHOOSE]
    assert Page.objects.get().source == REVIEW[: REVIEW.index("## Review")]
    assert "3 questions, 10 options, 4 of them right" in said
    assert "2 questions wait for a decision" in said
    assert "notes-week-6.md:19: W320 marked right because the question asks for three (inferred) — confirm" in said


def test_command_quiz_file_keeps_its_text_and_takes_its_settings(cast: Cast, tmp_path: Path) -> None:
    front = "---\ntitle: Nearness\ndue: 2026-10-07 17:30\n---\n\n"
    run(written(tmp_path, (front + QUIZ).encode()))
    quiz = Quiz.objects.get()
    assert (quiz.title, quiz.source, quiz.slug) == ("Nearness", QUIZ, "nearness")
    assert quiz.closes_at is not None
    assert quiz.closes_at.isoformat() == "2026-10-07T22:30:00+00:00"


def test_command_crlf_file_keeps_its_newlines(cast: Cast, tmp_path: Path) -> None:
    run(written(tmp_path, QUIZ.replace("\n", "\r\n").encode()))
    quiz = Quiz.objects.get()
    assert quiz.source == QUIZ.replace("\n", "\r\n")
    assert keys(quiz) == [[0, 2], [0, 1], [1]]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"## Caf\xe9?\n- [x] a\n", "notes-week-6.md:1: E206 file is not UTF-8 at byte 6"),
        (b"## What?\n- [x] a\0b\n", "notes-week-6.md:2: E206 file contains a NUL"),
        (b"", "notes-week-6.md: E209 file is empty"),
        (b" \n\t\n", "notes-week-6.md: E209 file is empty"),
        (b"x" * 10_000_000, "notes-week-6.md: E208 file has"),
        (
            b"## What?\n\n- [ ] a\n- [ ] b\n",
            'notes-week-6.md:1: E101 question "What?" has no right option — put an x in at least one box',
        ),
        (b"Only some words.\n", "E213 no"),
        (
            b"---\ndue: 2026-03-08 02:30\n---\n## What?\n\n- [x] a\n- [ ] b\n",
            "notes-week-6.md: E215 02:30 does not exist on Sun 8 Mar 2026 in Chicago",
        ),
        (b"---\ndue: soon\n---\n## What?\n\n- [x] a\n- [ ] b\n", "notes-week-6.md:2: E202"),
    ],
)
def test_command_file_that_cannot_be_imported_says_where_and_what_to_do(
    cast: Cast, tmp_path: Path, data: bytes, words: str
) -> None:
    with pytest.raises(CommandError) as caught:
        run(written(tmp_path, data))
    assert words in str(caught.value)
    assert caught.value.returncode == 1
    assert_nothing_imported()


@pytest.mark.parametrize(
    ("bad", "code", "said"),
    [
        ("- [ ] a\n- [ ] b\n", "E101", "1 question waits for a decision"),
        ("- [x] a\n", "E104", "the text of 1 question must be repaired"),
        ("- [x] a\n- [y] b\n", "E107", "the text of 1 question must be repaired"),
    ],
)
def test_command_one_question_with_an_error_becomes_a_draft_that_cannot_be_published(
    cast: Cast, tmp_path: Path, bad: str, code: str, said: str
) -> None:
    text = f"{QUIZ}\n## Which?\n\n{bad}"
    told = run(written(tmp_path, text.encode()))
    assert code in told
    assert f"Before it can be published, {said}" in told
    quiz = Quiz.objects.get()
    assert quiz.source.endswith(f"## Which?\n\n{bad}")
    with pytest.raises(RefusedError):
        publish_quiz(quiz=quiz, now=NOW)


@pytest.mark.parametrize("text", ["## Which?\n\n- [x] a\n", f"---\ndue: soon\n---\n{QUIZ}"])
def test_command_error_that_leaves_nothing_to_ask_or_stands_apart_imports_nothing(cast: Cast, tmp_path: Path, text: str) -> None:
    with pytest.raises(CommandError, match=r"E104|E202"):
        run(written(tmp_path, text.encode()))
    assert_nothing_imported()


def test_command_unknown_course_is_told_with_the_known_ones(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r'course "nowhere" is not known — choose one of: hum240, twin') as caught:
        call_command("import_quiz", str(written(tmp_path, QUIZ.encode())), "--course", "nowhere")
    assert caught.value.returncode == 2
    assert_nothing_imported()


def test_command_missing_file_is_told(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read") as caught:
        run(tmp_path / "nothing.md")
    assert caught.value.returncode == 2


BLOCKS = [
    "_check_",
    "_close_",
    "1.",
    "2.",
    "3.",
    "Which? Select two.",
    "Which of these?:",
    "_check_Alpha",
    "_close_Beta",
    "Gamma",
    "- a\n- b",
    "1. x\n2. y",
    "Correct! Yes.",
    "```\ncode",
    "```\ncode\n```",
    "# Head",
    "    indented",
    "> quote",
    "- [x] box",
    "_check_- [ ] item",
    "---",
    "Note: To get credit for a multiple-select question, you must select all.",
    "\\1. x",
    "<b>",
    "_check_```",
    "{multi}",
    "_check_{select=9}",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(BLOCKS), min_size=2, max_size=14))
def test_review_written_as_quiz_text_comes_back_place_by_place(blocks: list[str]) -> None:
    parsed = review.parse("## Review\n" + "\n\n".join(blocks) + "\n")
    again = markdown.parse(markdown.write(parsed)) if parsed.questions else parsed
    assert [len(one.options) for one in again.questions] == [len(one.options) for one in parsed.questions]
    assert [one.key for one in again.questions] == [one.key for one in parsed.questions]


def review_page(staff: Client, url: str, text: str = REVIEW) -> str:
    answer = staff.post(url, {"text": text.replace("\n", "\r\n"), "format": "auto"})
    assert answer.status_code == 303, answer.content.decode()
    target: str = answer["Location"]
    return target


def lines_of(text: str, start: str) -> str:
    return str(text[: text.index(start)].count("\n") + 1)


def test_web_paste_shows_source_result_state_and_reason(staff: Client, url: str) -> None:
    page = staff.get(review_page(staff, url)).content.decode()
    assert "Three questions found, two need you" in page
    assert '<li class="source-marked"><span>19</span><span>It can state what the text only hints at.</span></li>' in page
    assert "Marked right because the question asks for three (inferred)." in page
    assert "Lines 1–5 become a notes page" in page
    assert not Quiz.objects.exists()


def test_web_import_with_decisions_stores_who_and_when(cast: Cast, staff: Client, url: str) -> None:
    target = review_page(staff, url)
    third = lines_of(REVIEW, "What does nearness")
    right = lines_of(REVIEW, "Being used")
    answer = staff.post(target, {"title": "Week 6 quiz", "answer-7": "yes", f"key-{third}": right})
    quiz = Quiz.objects.get()
    assert answer["Location"] == reverse("quizzes:quiz", args=["hum240", quiz.slug])
    assert keys(quiz) == [[1, 2, 3], [1], [1]]
    versions = [item.version for item in quiz.items.select_related("version__settled_by")]
    assert [version.doubt for version in versions] == [Doubt.READY] * 3
    assert [version.settled_by for version in versions] == [cast.instructor, None, cast.instructor]
    assert not ImportDraft.objects.exists()


def test_web_import_without_decisions_is_a_draft_with_doubts(staff: Client, url: str) -> None:
    staff.post(review_page(staff, url), {"title": "Week 6 quiz"})
    quiz = Quiz.objects.get()
    assert (quiz.state, quiz.items.exclude(version__doubt=Doubt.READY).count()) == (QuizState.DRAFT, 2)
    assert Page.objects.get().source == REVIEW[: REVIEW.index("## Review")]


def test_web_import_yes_and_choice_at_once_comes_back_with_what_was_typed(staff: Client, url: str) -> None:
    answer = staff.post(review_page(staff, url), {"title": "Mine", "answer-7": "yes", "key-7": ["11", "15"]})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Say yes, or choose the right options, not both." in page
    assert 'value="Mine"' in page
    assert '<input type="checkbox" name="key-7" id="key-7-15" value="15" checked>' in page
    assert not Quiz.objects.exists()


def test_web_import_without_title_comes_back_with_the_decisions(staff: Client, url: str) -> None:
    answer = staff.post(review_page(staff, url), {"title": "", "answer-7": "yes"})
    assert answer.status_code == 422
    assert 'value="yes" checked' in answer.content.decode()


def test_web_range_moved_reads_other_lines_and_keeps_what_was_typed(staff: Client, url: str) -> None:
    target = review_page(staff, url)
    second = lines_of(REVIEW, "2.\n")
    answer = staff.post(f"{target}range/", {"title": "Mine", "start": second, "end": "", "answer-7": "yes"}, follow=True)
    page = answer.content.decode()
    assert "Two questions found, one needs you" in page
    assert 'value="Mine"' in page
    staff.post(target, {"title": "Mine"})
    assert Quiz.objects.get().items.count() == 2
    assert Page.objects.get().source == REVIEW[: REVIEW.index("2.\n")]


def test_web_range_without_a_question_cannot_be_imported(staff: Client, url: str) -> None:
    target = review_page(staff, url)
    moved = staff.post(f"{target}range/", {"title": "Mine", "start": "3", "end": "3"}, follow=True)
    assert "No questions found" in moved.content.decode()
    answer = staff.post(target, {"title": "Mine"})
    assert answer.status_code == 422
    assert "E213" in answer.content.decode()
    assert_nothing_imported()


def test_web_range_by_get_leads_back_to_the_review(staff: Client, url: str) -> None:
    target = review_page(staff, url)
    assert staff.get(f"{target}range/")["Location"] == target


def test_web_quiz_with_boxes_is_reviewed_and_imported_as_it_is(staff: Client, url: str) -> None:
    target = review_page(staff, url, QUIZ)
    page = staff.get(target).content.decode()
    assert "Three questions found, all clear" in page
    assert "Move the start" not in page
    staff.post(target, {"title": "Nearness"})
    quiz = Quiz.objects.get()
    assert (quiz.title, quiz.source) == ("Nearness", QUIZ)


def test_web_range_backwards_is_refused(staff: Client, url: str) -> None:
    answer = staff.post(f"{review_page(staff, url)}range/", {"title": "Mine", "start": "9", "end": "3"})
    assert answer.status_code == 422
    assert "The last line stands before the first one" in answer.content.decode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"## Caf\xe9?\n- [x] a\n", "quiz.md:1: E206 file is not UTF-8 at byte 6"),
        (b"## What?\n- [x] a\0b\n", "E206 file contains a NUL"),
        (b"", "E209 file is empty"),
        (b"x" * 300_000, "E208 file has"),
        (b"---\ndue: soon\n---\n## What?\n\n- [x] a\n- [ ] b\n", "quiz.md:2: E202"),
    ],
)
def test_web_file_that_cannot_be_imported_comes_back_with_messages(staff: Client, url: str, data: bytes, words: str) -> None:
    file = io.BytesIO(data)
    file.name = "quiz.md"
    answer = staff.post(url, {"file": file, "format": "auto", "text": ""})
    assert answer.status_code == 422
    assert words in answer.content.decode().replace("&quot;", '"')
    assert not ImportDraft.objects.exists()
    assert_nothing_imported()


@pytest.mark.parametrize("field", ["file", "text"])
def test_web_ten_megabytes_are_refused_unread_at_the_form(staff: Client, url: str, field: str) -> None:
    data = "x" * 10_000_000
    answer = staff.post(url, {"format": "auto", field: io.BytesIO(data.encode()) if field == "file" else data})
    assert answer.status_code == 413
    assert "longer than a quiz can be (at most 200 kB)" in answer.content.decode()
    assert_nothing_imported()


def test_web_pasted_quiz_with_an_error_keeps_the_text(staff: Client, url: str) -> None:
    answer = staff.post(url, {"text": "---\r\ndue: soon\r\n---\r\n## What?\r\n\r\n- [ ] alpha\r\n", "format": "markdown"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "pasted text:2: E202" in page
    assert "- [ ] alpha" in page


def test_web_uploaded_quiz_with_an_error_can_be_repaired_on_the_page(staff: Client, url: str) -> None:
    file = io.BytesIO(b"---\ndue: soon\n---\n## What?\n\n- [ ] alpha\n- [ ] beta\n")
    file.name = "quiz.md"
    assert "- [ ] alpha" in staff.post(url, {"file": file, "format": "auto", "text": ""}).content.decode()


@pytest.mark.parametrize("data", [{}, {"text": ""}])
def test_web_nothing_given_is_told(staff: Client, url: str, data: dict[str, str]) -> None:
    answer = staff.post(url, {"format": "auto", **data})
    assert answer.status_code == 422
    assert "Choose a file or paste the text of a quiz" in answer.content.decode()


def test_web_draft_of_somebody_else_does_not_exist(cast: Cast, staff: Client, url: str) -> None:
    target = review_page(staff, url)
    staff.force_login(cast.assistant)
    assert staff.get(target).status_code == 404
    assert staff.post(target, {"title": "Mine"}).status_code == 404
    assert not Quiz.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("instructor", 200),
        ("assistant", 200),
        ("student", 403),
        ("observer", 403),
        ("stranger", 404),
        ("admin", 403),
    ],
)
def test_web_import_page_is_for_those_who_plan(cast: Cast, client: Client, url: str, who: str, status: int) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(url).status_code == status
    assert client.post(url, {"text": REVIEW, "format": "auto"}).status_code == (303 if status == 200 else status)
    assert ImportDraft.objects.exists() is (status == 200)


def test_web_import_page_without_sign_in_leads_there(client: Client, url: str, cast: Cast) -> None:
    assert client.get(url).status_code == 302


def numbered(count: int) -> str:
    return "## Review\n" + "\n".join(f"{n}.\n\nWhich is {n}?\n\n_check_Right {n}.\n\nWrong {n}.\n" for n in range(1, count + 1))


@pytest.mark.parametrize("count", [2, 9])
def test_web_review_page_queries_do_not_grow_with_the_questions(
    staff: Client,
    url: str,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    target = review_page(staff, url, numbered(count))
    with django_assert_num_queries(4):
        page = staff.get(target).content.decode()
    assert page.count('<section class="import-question') == count


@pytest.mark.parametrize("count", [2, 9])
def test_web_import_queries_do_not_grow_with_the_questions(
    staff: Client,
    url: str,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    target = review_page(staff, url, numbered(count))
    with django_assert_num_queries(24):
        staff.post(target, {"title": "Sized"})
    assert Quiz.objects.get().items.count() == count


OF_WEEK_NINE = "---\ntitle: Nearness\nweek: 9\n---\n## What?\n\n- [x] a\n- [ ] b\n"
NO_WEEK_NINE = "the course has no week 9, so the quiz will belong to none — import that week first"


@pytest.mark.parametrize("there", [False, True])
def test_command_week_that_the_course_lacks_is_told_with_its_line(cast: Cast, tmp_path: Path, there: bool) -> None:
    if there:
        Week.objects.create(course=cast.course, number=9, slug="9", title="Near")
    Week.objects.create(course=cast.twin, number=9, slug="9", title="Another course's")
    said = run(written(tmp_path, OF_WEEK_NINE.encode()))
    assert (f"notes-week-6.md:3: W318 {NO_WEEK_NINE}" in said) is not there
    assert ("W318" in said) is not there
    week = Quiz.objects.get().week
    assert (week and week.course) == (cast.course if there else None)


@pytest.mark.parametrize("there", [False, True])
def test_web_week_that_the_course_lacks_is_told_in_the_review(cast: Cast, staff: Client, url: str, there: bool) -> None:
    if there:
        Week.objects.create(course=cast.course, number=9, slug="9", title="Near")
    page = staff.get(review_page(staff, url, OF_WEEK_NINE)).content.decode()
    assert (f"<span>Line 3</span> <span>T{NO_WEEK_NINE[1:]}" in page) is not there
    assert ("no week 9" in page) is not there


@pytest.mark.parametrize(
    ("head", "warned"),
    [
        ("kind: practice\ntime_limit: 20\nshow_key: never", True),
        ("kind: practice\nattempts: 0\nshow_key: immediately", False),
        ("kind: graded\ntime_limit: 20", False),
        ("time_limit: 20", False),
    ],
)
def test_practice_with_limits_in_its_file_says_that_they_are_not_used(cast: Cast, head: str, warned: bool) -> None:
    parsed = checked_against(cast.course, parse_quiz(f"---\n{head}\n---\n{QUIZ}".encode()))
    found = [message.text for message in parsed.messages if message.code == "W330"]
    words = "practice has no limits and shows everything at once, so time_limit and the times of results will not be used"
    assert [text.split(" — ")[0] for text in found] == ([words] if warned else [])
