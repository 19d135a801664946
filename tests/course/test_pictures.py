"""Pictures of a course: what is taken, who gets it, and how texts name it."""

import re
import struct
import zlib
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from course.actions.files import MAX_OF_COURSE, FileRefusedError, NameTakenError, save_file
from course.actions.pages import release_page, save_page
from course.actions.weeks import release_week, save_week
from course.enums import PictureKind, Release
from course.markdown import render
from course.models import CourseFile, Page, Week
from course.page_links import linked
from course.picture_bytes import MAX_BYTES, NoPictureError, Picture, read_picture
from course.pictures import Named, Shown, file_name, in_words, named_in, pictured, stored_name
from course.weekfile import parse
from quizzes.checks import remarks
from quizzes.formats import markdown
from tests.conftest import NOW, Cast
from tests.course.test_markdown import ATTACKS
from tests.proof import examples

FILES = "/courses/hum240/files/"


def png(width: int = 3, height: int = 2) -> bytes:
    """A picture that a browser draws: grey, eight bits."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\0" + b"\x80" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


GIF = b"GIF89a\x03\0\x02\0\x80\0\0"
JPEG = b"\xff\xd8\xff\xe0\0\x04JF\xff\xff\xc4\0\x02\xff\xc2\0\x0b\x08\0\x02\0\x03\x01\x01\x11\0"
LOSSY = b"RIFF\x1a\0\0\0WEBPVP8 \x0e\0\0\0\x30\x01\0\x9d\x01\x2a\x03\0\x02\0"
LOSSLESS = b"RIFF\x1a\0\0\0WEBPVP8L\x0e\0\0\0\x2f\x02\x40\0\0" + b"\0" * 9
EXTENDED = b"RIFF\x1a\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x02\0\0\x01\0\0"


@pytest.mark.parametrize(
    ("content", "kind"),
    [(png(), "PNG"), (GIF, "GIF"), (JPEG, "JPEG"), (LOSSY, "WEBP"), (LOSSLESS, "WEBP"), (EXTENDED, "WEBP")],
)
def test_read_picture_bytes_say_kind_and_size(content: bytes, kind: str) -> None:
    assert read_picture(content) == Picture(PictureKind[kind], 3, 2)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This is no picture."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "This is an SVG"),
        (b"<?xml version='1.0'?>\n<svg onload='alert(1)'/>", "This is an SVG"),
        (b"\0\0\0\x18ftypheic\0\0", "HEIC"),
        (b"%PDF-1.7", "This is a PDF."),
        (b"<html><script>alert(1)</script>", "This is no picture."),
        (b"PK\x03\x04rest", "archive"),
        (png()[:20], "broken"),
        (JPEG[:12], "broken"),
        (GIF[:8], "broken"),
        (png(0, 2), "broken"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\1\0\0\0\0\0\2", "65536 × 2 pixels"),
    ],
)
def test_read_picture_anything_else_is_refused_with_words(content: bytes, words: str) -> None:
    with pytest.raises(NoPictureError, match=words):
        read_picture(content)


@given(st.sampled_from([png(), GIF, JPEG, LOSSY, LOSSLESS, EXTENDED]), st.binary(max_size=40), st.integers(0, 60))
@settings(max_examples=examples(100, 20_000), deadline=None)
def test_read_picture_broken_bytes_are_a_picture_or_refused_never_an_error(start: bytes, more: bytes, cut: int) -> None:
    try:
        found = read_picture(start[:cut] + more)
    except NoPictureError:
        return
    assert found.width > 0
    assert found.height > 0


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("files/board.png", "board.png"),
        ("../images/My%20Board.PNG", "my-board.png"),
        ("C:\\fakepath\\Übung 3.jpg", "übung-3.jpg"),
        ("a.png?x=1#y", "a.png"),
        ("..", ""),
        ("x" * 200 + ".webp", "x" * 80 + ".webp"),
        ("<b>&\"'.png", "b.png"),
    ],
)
def test_file_name_is_the_same_for_text_and_upload(typed: str, name: str) -> None:
    assert file_name(typed) == name
    assert file_name(name) == name


def test_stored_name_without_extension_gets_that_of_its_kind() -> None:
    assert stored_name("board", PictureKind.JPEG) == "board.jpg"
    assert stored_name("", PictureKind.PNG) == "picture.png"


def test_named_in_finds_our_pictures_with_line_and_words() -> None:
    source = "![A board](files/Board.png)\n![](x.gif) and ![[note.webp|300]] ![[note.webp|Two curves]]\n![e](https://e.example/x.png) ![[file.pdf]]"
    assert named_in(source) == [
        Named(1, "board.png", "A board"),
        Named(2, "x.gif", ""),
        Named(2, "note.webp", ""),
        Named(2, "note.webp", "Two curves"),
    ]


def test_pictured_puts_address_and_size_and_says_what_is_missing() -> None:
    html = render('![A "board" & <more>](files/Board.png)\n\n![](gone.png)')
    shown = pictured(html, {"board.png": Shown("/f/k/board.png", 3, 2)})
    assert (
        '<img class="picture" src="/f/k/board.png" alt="A &quot;board&quot; &amp; &lt;more&gt;" width="3" height="2" '
        'decoding="async">'
    ) in shown
    assert '<span class="missing-file">Missing picture: gone.png</span>' in shown
    assert in_words(html).startswith("<p>[Picture: A &quot;board&quot;")


PIECES = [
    *ATTACKS,
    "![",
    "![[",
    "]]",
    "](board.png)",
    "board.png",
    "[[Notes",
    "|",
    '"',
    "'",
    "<",
    ">",
    "&quot;",
    "\\",
    "\n\n",
    " ",
]
PUT_IN = {
    ("img", "class", "picture"), ("img", "src", "/f/k/board.png"), ("img", "width", "3"), ("img", "height", "2"),
    ("img", "decoding", "async"), ("span", "class", "missing-file"), ("a", "href", "/notes/"),
}  # fmt: skip


class Reader(HTMLParser):
    """Notes every attribute of a page as a browser reads it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[str, str, str]] = set()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.found |= {(tag, name, value or "") for name, value in attrs if (tag, name) != ("img", "alt")}


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


@given(st.lists(st.sampled_from(PIECES), max_size=10).map("".join))
@settings(max_examples=examples(150, 10_000), deadline=None)
def test_putting_pictures_and_links_in_place_adds_nothing_else(text: str) -> None:
    html = render(text, page_links=True)
    before = read(html)
    after = read(linked(pictured(html, {"board.png": Shown("/f/k/board.png", 3, 2)}), {"notes": "/notes/"}))
    assert after.found - before.found <= PUT_IN
    assert after.tags - before.tags <= {"span", "a"}


def test_reader_of_attributes_sees_what_would_be_added() -> None:
    """The property above means something only if this can say no."""
    assert read('<img src="x" alt="a" onerror="b">').found == {("img", "src", "x"), ("img", "onerror", "b")}


# ---------------------------------------------------------------- in a course


@pytest.fixture
def board(cast: Cast) -> CourseFile:
    return save_file(course=cast.course, name="Board.PNG", content=png(), person=cast.instructor, now=NOW)


def upload(client: Client, content: bytes, name: str = "board.png", **data: str) -> tuple[int, str]:
    response = client.post(FILES, {"file": SimpleUploadedFile(name, content, "image/png"), **data}, follow=True)
    return response.redirect_chain[-1][1] if response.redirect_chain else response.status_code, response.text


def test_upload_by_staff_is_listed_with_what_to_write(client: Client, cast: Cast) -> None:
    client.force_login(cast.instructor)
    status, text = upload(client, png(), "My Board.png")
    assert status == 303
    assert "![what it shows](files/my-board.png)" in text
    assert "3 × 2 pixels" in text
    assert bytes(CourseFile.objects.get().content) == png()


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"<svg/>", "SVG"), (b"", "no picture"), (png() + b"\0" * MAX_BYTES, "larger than 5 MB")],
    ids=["svg", "empty", "large"],
)
def test_upload_refused_says_why_and_keeps_nothing(client: Client, cast: Cast, content: bytes, words: str) -> None:
    client.force_login(cast.instructor)
    status, text = upload(client, content)
    assert status == 422
    assert words in text
    assert not CourseFile.objects.exists()


def test_upload_far_too_long_is_refused_unread(client: Client, cast: Cast) -> None:
    client.force_login(cast.instructor)
    status, text = upload(client, b"\0" * (MAX_BYTES + 200_000))
    assert status == 413
    assert "It was not read." in text


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a\0b.png", "\u202egnp.exe", "x" * 250, "<script>.png", "\u0661.png", "%2e%2e%2f", ".png"]
)
def test_upload_with_a_hostile_name_is_kept_under_a_tame_one(client: Client, cast: Cast, name: str) -> None:
    client.force_login(cast.instructor)
    assert upload(client, png(), name)[0] == 303
    kept = CourseFile.objects.get()
    assert re.fullmatch(r"[\w-][\w.-]{0,90}\.png", kept.name)
    assert client.get(kept.get_absolute_url()).status_code == 200
    assert file_name(kept.name) == kept.name


def test_upload_of_a_taken_name_replaces_only_when_told(client: Client, cast: Cast, board: CourseFile) -> None:
    client.force_login(cast.instructor)
    status, text = upload(client, png(9, 9))
    assert status == 422
    assert "There is a picture “board.png” already." in text
    assert upload(client, png(9, 9), replace="on")[0] == 303
    after = CourseFile.objects.get()
    assert (after.pk, after.width) == (board.pk, 9)
    assert after.key != board.key


def test_save_file_beyond_the_room_of_the_course_is_refused(cast: Cast, board: CourseFile) -> None:
    CourseFile.objects.update(size=MAX_OF_COURSE - 10)
    with pytest.raises(FileRefusedError, match="200 MB"):
        save_file(course=cast.course, name="more.png", content=png(), person=cast.instructor, now=NOW)
    with pytest.raises(NameTakenError):
        save_file(course=cast.course, name="board.png", content=png(), person=cast.instructor, now=NOW)
    assert save_file(course=cast.course, name="board.png", content=png(), person=cast.instructor, now=NOW, replace=True)


def test_picture_is_sent_as_what_it_is_and_kept_by_the_reader_alone(client: Client, cast: Cast, board: CourseFile) -> None:
    client.force_login(cast.student)
    response = client.get(board.get_absolute_url())
    assert response.content == png()
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"].startswith("private, max-age=")
    assert "default-src 'none'" in response["Content-Security-Policy"]
    again = client.get(board.get_absolute_url(), headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_picture_is_not_found_by_guessing_its_name(client: Client, cast: Cast, board: CourseFile) -> None:
    client.force_login(cast.student)
    for address in (f"{FILES}board.png", f"{FILES}bcdfghjkmnpq/board.png", f"{FILES}{board.key}/other.png"):
        assert client.get(address).status_code == 404


def test_delete_picture_makes_its_texts_say_so(client: Client, cast: Cast, board: CourseFile) -> None:
    page = _page(cast, "![The board](files/board.png)")
    client.force_login(cast.instructor)
    assert f'src="{board.get_absolute_url()}"' in client.get(page.get_absolute_url()).text
    listed = client.get(FILES).text
    assert f'In <a href="{page.get_absolute_url()}">Notes</a>' in listed
    assert client.post(f"{FILES}{board.key}/delete/").status_code == 303
    assert "Missing picture: The board (board.png)" in client.get(page.get_absolute_url()).text
    assert "Named in a text, but not here" in client.get(FILES).text


def test_list_names_pictures_without_words(client: Client, cast: Cast, board: CourseFile) -> None:
    _page(cast, "One.\n\n![](board.png)")
    client.force_login(cast.instructor)
    assert "line 3. Say between" in client.get(FILES).text


def _page(cast: Cast, source: str) -> Page:
    page = save_page(course=cast.course, page=None, title="Notes", source=source, now=NOW)
    return release_page(page=page, state=Release.OPEN, now=NOW)


def _week(cast: Cast, source: str, number: int) -> Week:
    week = save_week(course=cast.course, week=None, text=f"# Week {number}: Words\n\n{source}", author=None, now=NOW)
    return release_week(week=week, state=Release.OPEN, now=NOW)


def test_pictures_of_any_number_cost_one_query_and_pages_without_none(client: Client, cast: Cast, board: CourseFile) -> None:
    plain, one = _week(cast, "Words.", 1), _week(cast, "![a](board.png)", 2)
    two = _week(cast, "![a](board.png)\n\n![b](files/board.png) ![c](gone.png)", 3)
    client.force_login(cast.student)

    def cost(week: Week) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(week.get_absolute_url()).status_code == 200
        return len(queries)

    # Each is opened for the first time: that is noted.
    costs = [cost(week) for week in (plain, one, two)]
    assert [more - costs[0] for more in costs] == [0, 1, 1]


def test_picture_of_another_course_is_not_shown(client: Client, cast: Cast) -> None:
    save_file(course=cast.twin, name="board.png", content=png(), person=cast.stranger, now=timezone.now() - timedelta(days=1))
    page = _page(cast, "![The board](board.png)")
    client.force_login(cast.student)
    assert "Missing picture: The board" in client.get(page.get_absolute_url()).text


def test_week_with_a_picture_without_words_is_warned_about_outside_code() -> None:
    week = parse(b"# Week 3: Words\n\n![](a.png) ![A](b.png)\n\n```\n![](c.png)\n```\n\n## READINGS\n\n* ![](d.png)\n")
    assert [(one.line, one.text.split()[1]) for one in week.messages if one.code == "W319"] == [(3, "a.png"), (11, "d.png")]


def test_quiz_with_a_picture_without_words_is_remarked() -> None:
    quiz = markdown.parse("## What is ![](a.png)?\n\n- [x] ![B](b.png)\n- [ ] ![](c.png)\n\n> Because.\n")
    found = [(one.line, one.title) for one in remarks(quiz, limit=None) if "picture" in one.title]
    assert found == [(line, "Question 1: a picture without words") for line in (1, 4)]
