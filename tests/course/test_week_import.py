"""Bringing a week page in, by command and on the web: the same bytes, or a message and nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from course.actions.weeks import release_week, save_week
from course.enums import Release
from course.import_review import review as review_of
from course.index import file_of
from course.models import CourseSession, ImportDraft, Reading, Section, Week, WeekVersion
from course.weekfile import parse
from tests.conftest import NOW, Cast
from tests.course.week_texts import TEXT

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

IMPORT = "/courses/hum240/weeks/import/"
WORD = "# Week 6: Reading \u2014 with machines\r\n\r\n## READINGS\r\n\r\n* [A (5m)](https://example.org/a)  \r\n"

BAD: list[tuple[str, bytes, str]] = [
    ("not UTF-8", b"# Week 6: Caf\xe9\n", "1: E206 file is not UTF-8 at byte 13"),
    ("NUL", b"# Week 6: A\0B\n", "1: E206 file contains a NUL at byte 11"),
    ("empty", b"", "1: E209 the page is empty"),
    ("blank", b"\n \n", "1: E209 the page is empty"),
    ("no number", b"Words.\n\n# Notes\n", "3: E210 no week number found"),
    ("too long", b"# Week 6: A\n" + b"x" * 300_000, "1: E208 too long: 300 kB, at most 200 kB"),
]


def nothing_imported() -> bool:
    return not (Week.objects.exists() or Section.objects.exists() or Reading.objects.exists() or WeekVersion.objects.exists())


# --- by command


@pytest.mark.parametrize("text", [TEXT, WORD, "\ufeff" + TEXT, TEXT.rstrip()])
def test_command_imports_a_draft_byte_for_byte(cast: Cast, tmp_path: Path, text: str) -> None:
    file = tmp_path / "page.md"
    file.write_bytes(text.encode())
    call_command("import_week", str(file), course="hum240")
    week = Week.objects.get()
    assert file_of(week).emit() == text.encode()
    assert (week.state, week.filename, week.versions.count()) == (Release.DRAFT, "page.md", 1)


def test_command_week_one_gets_the_first_free_session(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text("# Week 1: One\n")
    call_command("import_week", str(file), course="hum240")
    assert Week.objects.get().session == cast.session


def test_command_says_what_was_found(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "page.md"
    file.write_text(TEXT)
    call_command("import_week", str(file), course="hum240")
    out, err = capsys.readouterr()
    assert "Week 5: The Next Word: imported as a draft; 8 sections, 4 lines to fill" in out
    assert f"{file}:23: W312 " in err


@pytest.mark.parametrize(("what", "data", "message"), BAD, ids=[one[0] for one in BAD])
def test_command_bad_file_fails_with_line_and_imports_nothing(
    cast: Cast,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    what: str,
    data: bytes,
    message: str,
) -> None:
    file = tmp_path / "page.md"
    file.write_bytes(data)
    with pytest.raises(CommandError) as failed:
        call_command("import_week", str(file), course="hum240")
    assert failed.value.returncode == 1
    told = capsys.readouterr().err
    assert told.startswith(f"{file}:{message}")
    assert " \u2014 " in told
    assert nothing_imported()


def test_command_ten_megabytes_fail_without_being_read(
    cast: Cast,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "page.md"
    with file.open("wb") as stream:
        stream.truncate(10_000_000)
    with pytest.raises(CommandError, match="nothing is imported"):
        call_command("import_week", str(file), course="hum240")
    assert f"{file}:1: E208 too long: 10000 kB, at most 200 kB" in capsys.readouterr().err
    assert nothing_imported()


def test_command_deep_nesting_is_imported_with_a_message(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "page.md"
    file.write_text("# Week 6: Deep\n\n## RESOURCES\n\n" + "> " * 5000 + "bottom\n")
    call_command("import_week", str(file), course="hum240")
    assert f"{file}:5: W316 nested too deeply" in capsys.readouterr().err
    assert "&gt; &gt;" in Section.objects.get().html


def test_command_week_that_is_there_fails_and_changes_nothing(
    cast: Cast,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    week = save_week(course=cast.course, week=None, text=TEXT, author=None, now=NOW)
    file = tmp_path / "page.md"
    file.write_text("Intro.\n\n# Week 5: Other\n")
    with pytest.raises(CommandError) as failed:
        call_command("import_week", str(file), course="hum240")
    assert failed.value.returncode == 1
    assert (
        f"{file}:3: E211 week 5 is in the course already: \u201cThe Next Word\u201d \u2014 add --replace"
        in capsys.readouterr().err
    )
    week.refresh_from_db()
    assert week.source == TEXT


def test_command_replace_keeps_release_session_and_history(cast: Cast, tmp_path: Path) -> None:
    week = save_week(course=cast.course, week=None, text=TEXT, author=None, now=NOW, session=cast.session)
    release_week(week=week, state=Release.OPEN, now=NOW)
    file = tmp_path / "page.md"
    file.write_text("# Week 5: Other\n")
    call_command("import_week", str(file), course="hum240", replace=True)
    week.refresh_from_db()
    assert (week.title, week.state, week.session, week.version) == ("Other", Release.OPEN, cast.session, 2)
    assert week.versions.get(number=1).source == TEXT


def test_command_unknown_course_names_the_courses(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text(TEXT)
    with pytest.raises(CommandError, match="hum240, twin") as failed:
        call_command("import_week", str(file), course="nowhere")
    assert failed.value.returncode == 2
    assert nothing_imported()


@pytest.mark.parametrize("make", [lambda path: path / "missing.md", lambda path: path])
def test_command_unreadable_file_fails(cast: Cast, tmp_path: Path, make: Callable[[Path], Path]) -> None:
    with pytest.raises(CommandError, match="check the name") as failed:
        call_command("import_week", str(make(tmp_path)), course="hum240")
    assert failed.value.returncode == 2


# --- on the web


def upload(client: Client, cast: Cast, data: bytes, name: str = "page.md", text: str = "") -> "Response":
    client.force_login(cast.instructor)
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, data), "text": text})


def paste(client: Client, cast: Cast, text: str) -> "Response":
    client.force_login(cast.instructor)
    return client.post(IMPORT, {"text": text.replace("\n", "\r\n")})


@pytest.mark.parametrize("text", [TEXT, WORD, "\ufeff" + TEXT])
def test_upload_reviewed_and_confirmed_is_a_draft_byte_for_byte(client: Client, cast: Cast, text: str) -> None:
    review = upload(client, cast, text.encode())["Location"]
    assert nothing_imported()
    page = client.get(review).content.decode()
    assert "is recognised" in page
    assert "<code>page.md</code>" in page
    assert nothing_imported()
    done = client.post(review, {"session": cast.session.pk})
    week = Week.objects.get()
    assert done.status_code == 303
    assert done["Location"] == week.get_absolute_url()
    assert (week.source, week.state, week.session) == (text, Release.DRAFT, cast.session)
    assert client.get(week.get_absolute_url() + "file/").content == text.encode()
    assert not ImportDraft.objects.exists()


def test_paste_is_taken_with_plain_newlines_and_nothing_stripped(client: Client, cast: Cast) -> None:
    review = paste(client, cast, "\n  \n" + TEXT + "\n  ")["Location"]
    client.post(review, {"session": ""})
    assert Week.objects.get().source == "\n  \n" + TEXT + "\n  "


def test_review_lists_messages_by_line_beside_the_file(client: Client, cast: Cast) -> None:
    page = client.get(upload(client, cast, TEXT.encode())["Location"]).content.decode()
    assert "Week 5 is recognised, four lines to fill or look at" in page
    lines = [int(part.split("<")[0]) for part in page.split("<li><span>Line ")[1:]]
    assert lines == [23, 29, 33, 41]
    assert '<li class="source-marked"><span>23</span><span>* Coming</span></li>' in page
    assert 'href="https://example.org/twelve"' in page
    for part in ("title", "questions", "readings", "class", "rest"):
        assert f'id="part-{part}"' in page


@pytest.mark.parametrize(("what", "data", "message"), BAD, ids=[one[0] for one in BAD])
def test_upload_bad_file_is_refused_with_line(client: Client, cast: Cast, what: str, data: bytes, message: str) -> None:
    response = upload(client, cast, data)
    page = response.content.decode()
    assert response.status_code == 422
    assert f"page.md, line {message}" in page
    assert 'class="error-summary"' in page
    assert nothing_imported()
    assert not ImportDraft.objects.exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# Week 6: A\0B\n", "Pasted text, line 1: E206"),
        ("  Words kept\n", "Pasted text, line 1: E210"),
        ("w" * 200_001, "Pasted text, line 1: E208"),
        ("\n", "Pasted text, line 1: E209"),
    ],
)
def test_paste_refused_keeps_what_was_typed(client: Client, cast: Cast, text: str, message: str) -> None:
    response = paste(client, cast, text)
    page = response.content.decode()
    assert response.status_code == 422
    assert message in page
    kept = page.split("<textarea", 1)[1].split(">\n", 1)[1].split("</textarea>")[0]
    assert kept == text.replace("\n", "\r\n")
    assert nothing_imported()


def test_import_nothing_or_both_is_refused(client: Client, cast: Cast) -> None:
    client.force_login(cast.instructor)
    assert "Choose a file or paste the text of a week" in client.post(IMPORT, {}).content.decode()
    page = upload(client, cast, TEXT.encode(), text="# Week 6: typed").content.decode()
    assert "not both" in page
    assert "# Week 6: typed</textarea>" in page


class Unread:
    """A request body that must not be read."""

    def read(self, *_size: int) -> bytes:
        raise AssertionError("the body was read")

    readline = read


TEN_MEGABYTES: dict[str, Any] = {"CONTENT_LENGTH": "10000000", "wsgi.input": Unread()}


def test_upload_of_ten_megabytes_is_refused_before_it_is_read(client: Client, cast: Cast) -> None:
    client.force_login(cast.instructor)
    response = client.generic(
        "POST",
        IMPORT,
        b"",
        content_type="multipart/form-data; boundary=x",
        **TEN_MEGABYTES,
    )
    assert response.status_code == 413
    assert "It was not read." in response.content.decode()


def test_upload_of_ten_megabytes_by_a_student_is_forbidden(client: Client, cast: Cast) -> None:
    client.force_login(cast.student)
    response = client.generic("POST", IMPORT, b"", content_type="text/plain", **TEN_MEGABYTES)
    assert response.status_code == 403


def test_import_without_the_token_is_refused(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.instructor)
    assert client.post(IMPORT, {"text": TEXT}).status_code == 403
    assert not ImportDraft.objects.exists()


def test_import_deep_nesting_is_told_with_its_line(client: Client, cast: Cast) -> None:
    page = client.get(paste(client, cast, "# Week 6: Deep\n\n" + "> " * 2000 + "x\n")["Location"]).content.decode()
    assert "Line 3</span>" in page
    assert "W316 nested too deeply" in page


def test_import_of_a_week_that_is_there_asks_before_replacing(client: Client, cast: Cast) -> None:
    week = save_week(course=cast.course, week=None, text=TEXT, author=None, now=NOW, session=cast.session)
    release_week(week=week, state=Release.OPEN, now=NOW)
    review = upload(client, cast, b"# Week 5: Other\n")["Location"]
    page = client.get(review).content.decode()
    assert "Week 5 is in the course already: The Next Word" in page
    refused = client.post(review, {"session": cast.session.pk})
    assert refused.status_code == 422
    assert "Say that it is to be replaced, or cancel." in refused.content.decode()
    week.refresh_from_db()
    assert week.source == TEXT
    assert client.post(review, {"session": cast.session.pk, "replace": "on"}).status_code == 303
    week.refresh_from_db()
    assert (week.title, week.state, week.version) == ("Other", Release.OPEN, 2)


def test_review_says_of_each_part_what_was_found() -> None:
    text = (
        "# Week 6: Six\n\nTwo words.\n\n## KEY QUESTIONS\n\n1. Why?\n\n## READINGS\n\n### NEWS\n\n* [A](https://a.example)\n\n"
        "### DESIGN\n\n* [Coming](oh_noes_404.md)\n\n## IN-CLASS\n\n### OVERHEAD\n\n* x\n\n## RESOURCES\n\n* [B](https://b.example)\n"
    )
    parts, _ = review_of(parse(text.encode()))
    assert [(part.key, part.found) for part in parts] == [
        ("title", "Two words of introduction"),
        ("questions", "One question"),
        ("readings", "One reading, one topic not filled"),
        ("class", "One section"),
        ("rest", "One section"),
    ]


def test_import_of_a_week_that_is_there_shows_what_replacing_changes(client: Client, cast: Cast) -> None:
    save_week(course=cast.course, week=None, text=TEXT, author=None, now=NOW)
    page = client.get(upload(client, cast, TEXT.replace("The Next Word", "The Last Word").encode())["Location"]).content.decode()
    assert '<span class="visually-hidden">gone: </span># Week 5: The Next Word' in page
    assert '<span class="visually-hidden">new: </span># Week 5: The Last Word' in page
    assert page.count('class="line-new"') == page.count('class="line-gone"') == 1
    same = client.get(upload(client, cast, TEXT.encode())["Location"]).content.decode()
    assert "This file says the same as it does now: replacing it changes nothing." in same


def test_import_refused_when_the_week_changed_since_it_was_compared(client: Client, cast: Cast) -> None:
    week = save_week(course=cast.course, week=None, text=TEXT, author=None, now=NOW)
    review = upload(client, cast, b"# Week 5: Other\n")["Location"]
    save_week(course=cast.course, week=week, text=TEXT + "\nOne more line.\n", author=cast.assistant, now=NOW)
    refused = client.post(review, {"replace": "on", "version": "1"})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Somebody changed the week meanwhile." in page
    assert '<input type="hidden" name="version" value="2">' in page
    assert '<span class="visually-hidden">gone: </span>One more line.' in page
    assert client.post(review, {"replace": "on", "version": "2"}).status_code == 303


def test_import_that_waits_is_listed_until_it_is_done(client: Client, cast: Cast) -> None:
    review = upload(client, cast, TEXT.encode())["Location"]
    assert f'<a href="{review}">' in client.get(IMPORT).content.decode()
    client.post(review, {"session": cast.session.pk})
    assert review not in client.get(IMPORT).content.decode()


def test_review_belongs_to_who_brought_it_for_a_week(client: Client, cast: Cast) -> None:
    review = upload(client, cast, TEXT.encode())["Location"]
    client.force_login(cast.assistant)
    assert client.get(review).status_code == 404
    client.force_login(cast.student)
    assert client.get(review).status_code == 403
    ImportDraft.objects.update(created_at=NOW.replace(year=2020))
    client.force_login(cast.instructor)
    assert client.get(review).status_code == 404


def test_review_offers_the_session_of_that_place_in_the_term(client: Client, cast: Cast) -> None:
    second = CourseSession.objects.create(
        course=cast.course, starts_at=NOW.replace(month=11), ends_at=NOW.replace(month=11, hour=18)
    )
    page = client.get(paste(client, cast, "# Week 2: Two\n")["Location"]).content.decode()
    assert f'<option value="{second.pk}" selected>' in page


def test_import_in_an_unknown_course_does_not_exist(client: Client, cast: Cast) -> None:
    client.force_login(cast.instructor)
    assert client.post("/courses/nowhere/weeks/import/", {"text": TEXT}).status_code == 404
