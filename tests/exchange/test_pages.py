"""The course folder on the web."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from course.actions.weeks import save_week
from course.models import Course, Week
from exchange.actions.uploads import keep_upload
from exchange.folder import write_archive
from exchange.models import FolderUpload
from quizzes.actions.authoring import save_quiz_text
from quizzes.models import Quiz
from tests.conftest import Cast
from tests.exchange.folders import changed
from tests.exchange.test_importing import come_in, taken

TEXT = "# Week 3: Fords\n\n## READINGS\n\n* [Wading](https://example.org/wading)\n* [Mud](https://example.org/mud)\n"
PAGE = "/courses/hum240/folder/"


@pytest.fixture
def teacher(client: Client, cast: Cast) -> Client:
    client.force_login(cast.instructor)
    return client


@pytest.fixture
def week(cast: Cast) -> Week:
    return save_week(course=cast.course, week=None, text=TEXT, author=cast.instructor, now=timezone.now())


def download(client: Client, copy: str = "key") -> dict[str, bytes]:
    answer = client.post(f"{PAGE}download/", {"copy": copy})
    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def upload(client: Client, files: dict[str, bytes]) -> str:
    """Upload a folder; return the address of its table."""
    content = write_archive({path.partition("/")[2]: text for path, text in files.items()}, at=timezone.now(), folder="x-main")
    answer = client.post(f"{PAGE}upload/", {"file": SimpleUploadedFile("x.zip", content)})
    assert answer.status_code == 303
    return str(answer["Location"])


def test_folder_downloaded_edited_and_uploaded_changes_the_course_after_a_look(teacher: Client, week: Week) -> None:
    files = download(teacher)
    assert files["hum240/weeks/03-fords.md"] == TEXT.encode()
    files["hum240/weeks/03-fords.md"] = TEXT.replace("[Mud]", "[Deep mud]").encode()
    table = upload(teacher, files)
    shown = teacher.get(table).content.decode()
    assert "1 file to take over" in shown
    assert "[Deep mud](https://example.org/mud)" in shown
    assert Week.objects.get().source == TEXT
    answer = teacher.post(table, {}, follow=True)
    assert "The folder is in the course: 1 changed, 1 same." in answer.content.decode()
    assert "[Deep mud]" in Week.objects.get().source
    assert not FolderUpload.objects.exists()


def test_conflict_is_shown_with_both_texts_and_taken_as_chosen(teacher: Client, week: Week, cast: Cast) -> None:
    files = download(teacher)
    files["hum240/weeks/03-fords.md"] = TEXT.replace("[Mud]", "[Theirs]").encode()
    ours = TEXT.replace("[Mud]", "[Ours]")
    save_week(course=cast.course, week=week, text=ours, author=cast.assistant, now=timezone.now())
    table = upload(teacher, files)
    shown = teacher.get(table).content.decode()
    assert "[Ours](https://example.org/mud)" in shown
    assert "[Theirs](https://example.org/mud)" in shown
    number = shown.partition('name="conflict-')[2].partition("-0")[0]
    assert teacher.post(table, {}).status_code == 303  # left open: nothing changes, the table stays
    assert Week.objects.get().source == ours
    teacher.post(table, {f"conflict-{number}-0": "both"})
    source = Week.objects.get().source
    assert "[Ours]" in source
    assert "[Theirs]" in source


def test_course_changed_after_the_look_shows_a_new_table(teacher: Client, week: Week, cast: Cast) -> None:
    files = download(teacher)
    files["hum240/weeks/03-fords.md"] = TEXT.replace("[Mud]", "[Theirs]").encode()
    table = upload(teacher, files)
    save_week(course=cast.course, week=week, text=TEXT.replace("[Mud]", "[Ours]"), author=None, now=timezone.now())
    answer = teacher.post(table, {})
    assert answer.status_code == 409
    assert "The course was changed meanwhile" in answer.content.decode()
    assert "[Ours]" in Week.objects.get().source


def test_upload_that_is_no_folder_is_refused_with_the_reason(teacher: Client) -> None:
    answer = teacher.post(f"{PAGE}upload/", {"file": SimpleUploadedFile("x.zip", b"PK\x03\x04 no")})
    assert answer.status_code == 422
    assert "E222 this is no zip archive that can be read" in answer.content.decode()
    assert not FolderUpload.objects.exists()


def test_table_of_somebody_else_or_of_last_month_does_not_exist(teacher: Client, week: Week, cast: Cast) -> None:
    table = upload(teacher, download(teacher))
    other = Client()
    other.force_login(cast.assistant)
    assert other.get(table).status_code == 404
    FolderUpload.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert teacher.get(table).status_code == 404


def test_public_download_has_no_drafts(teacher: Client, week: Week) -> None:
    assert [name for name in download(teacher, "public") if "weeks" in name] == []


def test_table_takes_the_same_queries_for_one_file_and_for_many(
    teacher: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 40):
        table = upload(
            teacher, {f"x/weeks/{number:02d}.md": f"# Week {number}: New\n".encode() for number in range(1, count + 1)}
        )
        with django_assert_num_queries(4):
            assert f"{count} file" in teacher.get(table).content.decode()


def test_question_which_is_which_is_asked_below_what_changes(teacher: Client, cast: Cast) -> None:
    course = come_in(cast).course
    taken(cast, course)
    given = changed("quizzes/crossing.md", "- [x] a ferry\n- [ ] a lake", "- [ ] a pond\n- [x] a raft")
    now = timezone.now()
    content = write_archive(given, at=now, folder="x")
    kept = keep_upload(course=course, person=cast.instructor, filename="x.zip", content=content, now=now)
    shown = teacher.get(reverse("exchange:folder_review", args=[course.slug, kept.public_id])).content.decode()
    asked = shown.partition("for you to decide")[2].partition("</section>")[0]
    said = [asked.index(words) for words in ("<span>What changes", "- [x] a ferry", "- [x] a raft", "Which option of")]
    assert said == sorted(said)


QUIZ = "quizzes/crossing.md"


def kept_folder(cast: Cast, course: Course, given: dict[str, bytes]) -> str:
    """Keep a folder as an upload of the instructor; return the address of its table."""
    now = timezone.now()
    content = write_archive(given, at=now, folder="x")
    kept = keep_upload(course=course, person=cast.instructor, filename="x.zip", content=content, now=now)
    return reverse("exchange:folder_review", args=[course.slug, kept.public_id])


def fields(page: str) -> dict[str, list[str]]:
    """Return the radio buttons of a table by name, those that are chosen with a sign."""
    found: dict[str, list[str]] = {}
    for name, value, chosen in re.findall(r'<input type="radio" name="([^"]+)" value="([^"]+)"( checked)?>', page):
        found.setdefault(name, []).append(f"{value}*" if chosen else value)
    return found


def test_folder_asks_one_thing_after_the_other_and_nobody_answers_twice(teacher: Client, cast: Cast) -> None:
    course = come_in(cast).course
    attempt, quiz = taken(cast, course), Quiz.objects.get(course=course)
    words = "Which of these cross a river?"
    edited = quiz.source.replace(words, "Which of them cross a river?")
    save_quiz_text(quiz=quiz, text=edited, author=cast.instructor, now=timezone.now())
    given = changed(QUIZ, words, "Which ones cross a river?")
    given = changed(QUIZ, "- [x] a ferry\n- [ ] a lake", "- [ ] a raft\n- [ ] a pond", given)
    table = kept_folder(cast, course, given)

    def answer(**said: str) -> dict[str, list[str]]:
        page = teacher.post(table, {name.replace("_", "-"): value for name, value in said.items()}, follow=True)
        return fields(page.content.decode())

    (conflict,) = found = fields(teacher.get(table).content.decode())
    assert found[conflict] == ["ours", "theirs", "both"]
    number = conflict.split("-")[1]
    which = [f"same-{number}-{place}" for place in range(3)]
    found = answer(**{conflict: "theirs"})
    assert list(found) == which
    found = answer(**{which[0]: "1"})  # one of the three is answered
    assert found == {which[0]: ["1*", "2", "new"], which[1]: ["1", "2", "new"], which[2]: ["yes", "no"]}
    found = answer(**{which[0]: "1", which[1]: "2"})
    assert found == {which[0]: ["yes", "no"]}  # the key does change
    attempt.refresh_from_db()
    assert (attempt.score, Quiz.objects.get(pk=quiz.pk).source) == (50, edited)
    assert answer(**{which[0]: "yes"}) == {}
    attempt.refresh_from_db()
    assert (attempt.score, "Which ones cross" in Quiz.objects.get(pk=quiz.pk).source) == (100, True)
    assert not FolderUpload.objects.exists()
