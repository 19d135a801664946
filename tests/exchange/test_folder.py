"""What a folder or an archive may hold: names, links, sizes."""

import io
import stat
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange import folder as limits
from exchange.enums import FileKind
from exchange.folder import (
    FolderRefusedError,
    name_problem,
    read_archive,
    read_directory,
    write_archive,
    write_directory,
)
from exchange.layout import announcement_path, free_path, kind_of, slug, week_path
from tests.proof import examples


def archive(entries: dict[str, bytes], *, links: dict[str, str] | None = None, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as made:
        for name, content in entries.items():
            made.writestr(name, content)
        for name, goal in (links or {}).items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            made.writestr(entry, goal)
    return target.getvalue()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("course.yaml", FileKind.COURSE),
        ("weeks/05-models.md", FileKind.WEEK),
        ("modules/week5_models.md", FileKind.WEEK),
        ("quizzes/a.md", FileKind.QUIZ),
        ("presentations.md", FileKind.SCHEDULE),
        ("announcements/2026-01-01-a.md", FileKind.ANNOUNCEMENT),
        ("README.md", FileKind.PAGE),
        ("assignments/a.md", FileKind.PAGE),
        ("images/a.PNG", FileKind.PICTURE),
        ("assets/a.pdf", FileKind.ASSET),
        ("weeks/deep/a.md", None),
        ("code/a.ipynb", None),
        (".github/README.md", None),
        ("weeks/.hidden.md", None),
        ("LICENSE", None),
    ],
)
def test_kind_of_a_path_is_told_by_folder_and_ending(path: str, kind: FileKind | None) -> None:
    assert kind_of(path) == kind


def test_paths_of_new_things_are_plain_and_free() -> None:
    assert slug("The Reader’s Share: Été / 2") == "the-readers-share-ete-2"
    assert week_path(5, "Models!", "") == "weeks/05-models.md"
    assert week_path(5, "Models", "week5_models.md") == "weeks/week5_models.md"
    assert week_path(None, "Models", "../x.md") == "weeks/models.md"
    assert announcement_path(datetime(2026, 1, 2, tzinfo=UTC).date(), "字") == "announcements/2026-01-02-announcement.md"
    assert free_path("a/b.md", {"A/B.md", "a/b-2.md"}) == "a/b-3.md"


@pytest.mark.parametrize(
    "path", ["../x.md", "/etc/x.md", "a/../../x.md", "a//b.md", "a\\b.md", "a\nb.md", "C:x.md", "x" * 301, "a /b.md", "./x.md"]
)
def test_name_of_a_file_that_leads_out_or_cannot_be_written_is_a_problem(path: str) -> None:
    assert name_problem(path)


def test_directory_is_read_without_links_and_hidden_folders(tmp_path: Path) -> None:
    root = tmp_path / "course"
    (root / "weeks").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / ".git" / "x.md").write_text("x")
    (root / "weeks" / "01.md").write_bytes(b"# Week 1\r\n")
    (root / "notes.txt").write_text("x")
    (tmp_path / "secret.md").write_text("secret")
    (root / "README.md").symlink_to(tmp_path / "secret.md")
    (root / "quizzes").symlink_to(tmp_path)
    found = read_directory(root)
    assert found.files == {"weeks/01.md": b"# Week 1\r\n"}
    assert {path: note.code for path, note in found.refused.items()} == {"README.md": "E221"}
    assert found.left_alone == ("notes.txt",)


def test_directory_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FolderRefusedError, match="E222"):
        read_directory(tmp_path / "nothing")


def test_writing_never_follows_a_link_out_of_the_folder(tmp_path: Path) -> None:
    root, outside = tmp_path / "course", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / "weeks").symlink_to(outside)
    with pytest.raises(FolderRefusedError, match="E221"):
        write_directory(root, {"README.md": b"x", "weeks/01.md": b"x"})
    with pytest.raises(FolderRefusedError, match="E220"):
        write_directory(root, {"../x.md": b"x"})
    assert list(outside.iterdir()) == []
    assert not (root / "README.md").exists()


def test_archive_of_a_repository_loses_its_outer_folder_alone() -> None:
    inner = {"course.yaml": b"title: x\n", "weeks/01.md": b"# Week 1\n"}
    assert read_archive(archive({f"hum240-main/{path}": text for path, text in inner.items()})).files == inner
    assert read_archive(archive(inner)).files == inner
    assert read_archive(archive({"weeks/01.md": b"x"})).files == {"weeks/01.md": b"x"}
    made = write_archive(inner, at=datetime(2026, 1, 2, tzinfo=UTC), folder="hum240")
    assert read_archive(made).files == inner
    assert made == write_archive(inner, at=datetime(2026, 1, 2, tzinfo=UTC), folder="hum240")


def test_archive_with_bad_names_links_and_twins_refuses_those_files_alone() -> None:
    found = read_archive(
        archive(
            {"course.yaml": b"x", "../../evil.md": b"x", "/abs.md": b"x", "weeks/A.md": b"x", "weeks/a.md": b"y"},
            links={"README.md": "/etc/passwd"},
        )
    )
    assert found.files == {"course.yaml": b"x", "weeks/A.md": b"x"}
    codes = {path: note.code for path, note in found.refused.items()}
    assert codes == {"README.md": "E221", "weeks/a.md": "E220", "/abs.md": "E220", "../../evil.md": "E220"}


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 10])
def test_archive_that_cannot_be_unpacked_is_refused(content: bytes) -> None:
    with pytest.raises(FolderRefusedError, match="E222"):
        read_archive(content)


@pytest.mark.parametrize(
    ("method", "at"),
    [
        (zipfile.ZIP_DEFLATED, 46),  # the first letter of the name: nothing is left of it
        (zipfile.ZIP_DEFLATED, 10),  # the method of packing: stored, which it is not
        (zipfile.ZIP_DEFLATED, 20),  # the packed size
        (zipfile.ZIP_LZMA, 20),
    ],
)
def test_archive_whose_list_of_files_is_forged_is_refused(method: int, at: int) -> None:
    whole = bytearray(archive({"weeks/1.md": b"# Week 1: one\n" * 40}, method=method))
    whole[whole.rindex(b"PK\x01\x02") + at] = 0
    with pytest.raises(FolderRefusedError, match="E222"):
        read_archive(bytes(whole))


PAGES = {f"weeks/{number}.md": b"# Week 1: one\n" + b"words and more words " * 60 for number in range(3)}
WHOLE = [archive(PAGES, method=method) for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_LZMA)]
BROKEN = st.lists(st.tuples(st.integers(0), st.integers(0, 255)), min_size=1, max_size=4)


@settings(max_examples=examples(300, 100_000), deadline=None)
@given(st.sampled_from(WHOLE), BROKEN, st.integers(0, 10_000))
def test_archive_damaged_anywhere_is_read_or_refused(whole: bytes, changes: list[tuple[int, int]], length: int) -> None:
    content = bytearray(whole)
    for at, byte in changes:
        content[at % len(whole)] = byte
    for damaged in (bytes(content), bytes(content[:length])):
        with suppress(FolderRefusedError):  # any other exception is the fault that is looked for
            read_archive(damaged)


def test_archive_limits_hold_whatever_it_says_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = archive({f"weeks/{number}.md": b"0" * 400_000 for number in range(20)})
    assert len(bomb) < 20_000
    monkeypatch.setattr(limits, "MAX_ALL", 3_000_000)
    with pytest.raises(FolderRefusedError, match="more than 3 MB together"):
        read_archive(bomb)
    monkeypatch.setattr(limits, "MAX_FILE", 100_000)
    found = read_archive(archive({"weeks/1.md": b"0" * 100_001, "weeks/2.md": b"x"}))
    assert set(found.refused) == {"weeks/1.md"}
    assert set(found.files) == {"weeks/2.md"}
    monkeypatch.setattr(limits, "MAX_FILES", 3)
    with pytest.raises(FolderRefusedError, match="more than 3 files"):
        read_archive(archive({f"weeks/{number}.md": b"x" for number in range(4)}))
    monkeypatch.setattr(limits, "MAX_ENTRIES", 5)
    with pytest.raises(FolderRefusedError, match="more than 5 files and folders"):
        read_archive(archive({f"code/{number}.py": b"x" for number in range(6)}))
    monkeypatch.setattr(limits, "MAX_ARCHIVE", 100)
    with pytest.raises(FolderRefusedError, match="larger than 0 MB"):
        read_archive(archive({"weeks/1.md": b"x"}))
