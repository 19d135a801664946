"""import_course, export_course, diff_course: what they say and how they end."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from course.models import Course, Week
from exchange.folder import write_directory
from tests.conftest import Cast
from tests.exchange.folders import WEEK_2, changed, files
from tests.exchange.test_importing import come_in, taken


def run(*arguments: str) -> tuple[int, str, str]:
    """Return exit status, standard output and standard error."""
    out, err = StringIO(), StringIO()
    try:
        call_command(*arguments, stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, out.getvalue(), err.getvalue() + str(error)
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture
def there(tmp_path: Path) -> Path:
    write_directory(tmp_path / "course", files())
    (tmp_path / "course" / "tool.py").write_text("1\n")
    return tmp_path / "course"


def test_commands_bring_a_folder_in_and_out_and_keep_what_is_new_in_it(cast: Cast, there: Path, tmp_path: Path) -> None:
    status, out, err = run("import_course", str(there), "--dry-run")
    assert (status, Course.objects.filter(slug="geo-12").exists()) == (0, False)
    assert "Would be: 11 new. Course: geo-12" in out
    assert 'presentations.md:5: W332 name not on the roster: "Ines Caballero"' in err
    assert "1 other file is no part of a course" in out
    assert run("import_course", str(there), "--instructor", cast.instructor.email)[0] == 0
    assert run("diff_course", "geo-12", str(there))[:2] == (0, "Folder and course are the same.\n")
    assert run("export_course", "geo-12", str(tmp_path / "copy"))[0] == 0
    assert {
        path.relative_to(tmp_path / "copy").as_posix(): path.read_bytes() for path in (tmp_path / "copy").rglob("*.*")
    } == files()
    # The folder moves on: an export does not write over it, a comparison shows it.
    (there / "weeks" / "02-bridges.md").write_text(WEEK_2.replace("Piers", "Piles"))
    Week.objects.filter(course__slug="geo-12", number=1).update(source="# Week 1: Other\n")
    status, out, _ = run("export_course", "geo-12", str(there), "--dry-run")
    lines = out.splitlines()
    head = lines.index("changed    weeks/01-fords.md")
    assert lines[head + 1 : head + 4] == ["--- folder/weeks/01-fords.md", "+++ course/weeks/01-fords.md", "@@ -1,14 +1 @@"]
    assert (status, lines[-1]) == (1, "Would write 1 of 11 files.")
    status, out, err = run("export_course", "geo-12", str(there))
    assert (status, "held back  weeks/02-bridges.md" in out, "changed    weeks/01-fords.md" in out) == (1, True, True)
    assert "Piles" in (there / "weeks" / "02-bridges.md").read_text()
    status, out, _ = run("diff_course", "geo-12", str(there))
    assert status == 1
    assert "-* [Piles](https://example.org/piers)\n+* [Piers](https://example.org/piers)" in out
    assert run("import_course", str(there), "--slug", "geo-12")[0] == 0
    assert "Piles" in Week.objects.get(course__slug="geo-12", number=2).source


@pytest.mark.parametrize(("say", "score"), [("--regrade", 100), ("--no-regrade", 50)])
def test_import_command_waits_for_a_word_about_the_grades(cast: Cast, tmp_path: Path, say: str, score: int) -> None:
    attempt = taken(cast, come_in(cast).course)
    write_directory(tmp_path, changed("quizzes/crossing.md", "- [x] a ferry", "- [ ] a ferry"))
    status, out, err = run("import_course", str(tmp_path), "--slug", "geo12")
    assert (status, "Some files wait for a decision" in err) == (1, True)
    assert "use --regrade or --no-regrade." in out
    status, out, _ = run("import_course", str(tmp_path), "--slug", "geo12", say)
    attempt.refresh_from_db()
    assert (status, attempt.score) == (0, score)
    assert ("One attempt is graded again." if score == 100 else "One attempt keeps the score.") in out


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("import_course", "/nowhere/at/all"), 2, "E222"),
        (("export_course", "unknown", "x"), 2, "there is no course “unknown”"),
        (("diff_course", "hum240", "/nowhere/at/all"), 2, "E222"),
    ],
)
def test_commands_with_unusable_arguments_end_with_two(cast: Cast, arguments: tuple[str, ...], status: int, said: str) -> None:
    ended, _, err = run(*arguments)
    assert (ended, said in err) == (status, True)


def test_import_of_a_folder_without_course_yaml_makes_no_course(cast: Cast, there: Path) -> None:
    (there / "course.yaml").unlink()
    status, _, err = run("import_course", str(there), "--slug", "other")
    assert (status, "course.yaml: E223 the folder has no course.yaml" in err) == (1, True)
