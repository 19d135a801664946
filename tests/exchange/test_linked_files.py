"""Files of a course's folder: where links in texts find them, who may fetch them, and what an import says of links."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from course.actions.pages import save_page
from course.enums import Release
from course.models import Page, Week
from course.page_checks import check_links
from course.week_model import Surroundings
from exchange.actions.exporting import files_of
from exchange.actions.importing import bring
from exchange.enums import Copy, FileKind
from exchange.folder import Folder, read_archive, read_directory, write_archive, write_directory
from exchange.linked_files import key_of
from exchange.models import FolderFile
from exchange.planning import Choices
from tests.conftest import NOW, Cast

PATH = "assets/docs/The Guide (2).pdf"


@pytest.fixture
def guide(cast: Cast) -> FolderFile:
    return FolderFile.objects.create(
        course=cast.course, path=PATH, kind=FileKind.ASSET, base=b"", stored=b"<script>alert(1)</script>", exchanged_at=NOW
    )


@pytest.fixture
def page(cast: Cast, guide: FolderFile) -> Page:
    source = "Read [the guide](../docs/The%20Guide%20(2).pdf) and [the plan](../assignments/plan.md)."
    return save_page(course=cast.course, page=None, title="Outline", source=source, week=None, author=None, now=NOW)


def test_page_link_to_a_file_of_the_folder_gives_it_to_be_saved_and_never_shown(
    client: Client, cast: Cast, guide: FolderFile, page: Page
) -> None:
    Page.objects.filter(pk=page.pk).update(state=Release.OPEN)
    client.force_login(cast.student)
    address = reverse("exchange:folder_file", args=[cast.course.slug, key_of(cast.course, PATH), PATH])
    assert f'<a href="{address}">the guide</a> and the plan.' in client.get(page.get_absolute_url()).content.decode()

    response = client.get(address)
    assert response.content == b"<script>alert(1)</script>"
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="The Guide (2).pdf"'
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize("path", [PATH, "assets/docs/other.pdf", "../docs/The Guide (2).pdf", "a\x00b"])
def test_file_of_the_folder_with_a_guessed_key_does_not_exist(client: Client, cast: Cast, guide: FolderFile, path: str) -> None:
    client.force_login(cast.student)
    guessed = reverse("exchange:folder_file", args=[cast.course.slug, "0" * 20, "x"]).removesuffix("x") + path.replace(
        "\x00", "%00"
    )
    assert client.get(guessed).status_code == 404


def test_file_of_the_folder_is_not_given_to_members_of_another_course(client: Client, cast: Cast, guide: FolderFile) -> None:
    client.force_login(cast.stranger)
    address = reverse("exchange:folder_file", args=[cast.course.slug, key_of(cast.course, PATH), PATH])
    assert client.get(address).status_code == 404
    client.force_login(cast.student)
    other = reverse("exchange:folder_file", args=[cast.course.slug, key_of(cast.twin, PATH), PATH])
    assert client.get(other).status_code == 404


def test_check_links_of_a_page_tells_what_is_missing_and_what_leaves_the_course() -> None:
    text = b"# Anything\n\n[a](../docs/x.pdf) [b](../../y.txt) ![](../images/z.png)\n\n* [c]()\n"
    found = check_links(text, Surroundings("pages/a.md", exists=lambda path: path == "docs/x.pdf"))
    assert [(one.line, one.code) for one in found] == [(3, "E207"), (3, "W315"), (3, "W319"), (5, "W313")]


FOLDER = {
    "weeks/03.md": b"# Week 3: Rivers\n\n## READINGS\n\n* [Maps](../docs/Two%20maps.pdf)\n* [Code](../code/run.ipynb)\n* [Key](../.env)\n",
    "README.md": b"See [the notes](weeks/readings/notes.md), [one](https://example.org/docs/other.pdf) and [this](../outside.txt).\n",
    "docs/Two maps.pdf": b"%PDF-",
    "docs/other.pdf": b"%PDF-other",
    "code/run.ipynb": b"{}",
    "weeks/readings/notes.md": b"# Notes\n",
    ".env": b"SECRET=1",
}


def _on_disk(root: Path) -> Folder:
    write_directory(root, FOLDER)
    return read_directory(root)


@pytest.mark.parametrize(
    "read", [_on_disk, lambda _root: read_archive(write_archive(FOLDER, at=NOW, folder="course-main"))], ids=["folder", "archive"]
)
def test_files_elsewhere_are_taken_if_a_text_links_to_them(tmp_path: Path, read: Callable[[Path], Folder]) -> None:
    found = read(tmp_path)
    assert found.files == {path: FOLDER[path] for path in FOLDER if path not in {".env", "docs/other.pdf"}}
    assert set(found.left_alone) - {".env"} == {"docs/other.pdf"}
    assert found.refused == {}


def test_files_elsewhere_come_in_with_their_links_and_go_out_again(client: Client, cast: Cast) -> None:
    folder = read_archive(write_archive(FOLDER, at=NOW, folder="course-main"))
    bring(course=cast.course, folder=folder, choices=Choices(), author=cast.instructor, now=NOW)
    address = reverse(
        "exchange:folder_file", args=[cast.course.slug, key_of(cast.course, "docs/Two maps.pdf"), "docs/Two maps.pdf"]
    )
    client.force_login(cast.instructor)
    week = Week.objects.get(course=cast.course)
    assert f'<p class="reading-title"><a href="{address}">Maps</a></p>' in client.get(week.get_absolute_url()).content.decode()
    assert client.get(address).content == b"%PDF-"
    files = files_of(course=cast.course, copy=Copy.KEY, now=NOW)
    assert {path: files[path] for path in files if path != "course.yaml"} == folder.files
