"""`manage.py parse_quiz`: the JSON that is promised, and its exit codes."""

import io
import json
from pathlib import Path

import pytest

from quizzes.management.commands.parse_quiz import Command
from tests.quizzes.formats.pasted import PASTED
from tests.quizzes.formats.shapes import OPTION_KEYS, QUESTION_KEYS


def run(*arguments: str) -> tuple[str, int]:
    """Run the command as the command line does; return what it printed and its exit code."""
    out = io.StringIO()
    command = Command(stdout=out, stderr=io.StringIO())
    try:
        command.run_from_argv(["manage.py", "parse_quiz", *arguments])
    except SystemExit as leaving:
        return out.getvalue(), int(leaving.code or 0)
    return out.getvalue(), 0


def file_with(folder: Path, text: str) -> str:
    path = folder / "quiz.md"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_parse_quiz_command_review_prints_the_promised_json(tmp_path: Path) -> None:
    out, code = run(file_with(tmp_path, PASTED), "--json")
    data = json.loads(out)
    assert code == 0
    assert list(data) == ["format", "title", "questions", "messages"]
    assert (data["format"], data["title"]) == ("review", None)
    first = data["questions"][0]
    assert set(first) == QUESTION_KEYS
    assert {key: first[key] for key in ("line", "number", "kind", "select", "scoring", "points", "state")} == {
        "line": 14, "number": 1, "kind": "multi", "select": 3, "scoring": "exact", "points": None, "state": "confirm",
    }  # fmt: skip
    assert set(first["options"][0]) == OPTION_KEYS
    assert first["options"][2] == {
        "line": 26, "text": "Water for cooling the brood.", "correct": True, "weight": None, "mark": None,
        "inferred": True, "feedback": None,
    }  # fmt: skip
    assert first["feedback"] == {"general": None, "correct": None, "incorrect": None, "hint": None}
    assert [message["code"] for message in data["messages"]] == ["W320"]
    assert data["messages"] == [
        {
            "line": 26,
            "code": "W320",
            "level": "warning",
            "text": "marked right because the question asks for three (inferred) — confirm",
        }
    ]


def test_parse_quiz_command_points_are_numbers(tmp_path: Path) -> None:
    body = "\n- [x] A\n- [ ] B\n"
    out, _ = run(file_with(tmp_path, f"## Q {{points=2}}{body}## R {{points=0.5}}{body}"), "--json")
    assert [question["points"] for question in json.loads(out)["questions"]] == [2, 0.5]


def test_parse_quiz_command_with_errors_still_prints_and_exits_1(tmp_path: Path) -> None:
    path = file_with(tmp_path, "## Q\n\n- [ ] A\n- [ ] B\n")
    out, code = run(path, "--json")
    assert code == 1
    assert [message["code"] for message in json.loads(out)["messages"]] == ["I403", "E101"]
    out, code = run(path)
    assert code == 1
    assert f"{path}:1: E101 question" in out


def test_parse_quiz_command_format_not_supported_yet_exits_1(tmp_path: Path) -> None:
    out, code = run(file_with(tmp_path, PASTED), "--format", "gift", "--json")
    assert code == 1
    assert json.loads(out)["questions"] == []


def test_parse_quiz_command_summary_names_each_question(tmp_path: Path) -> None:
    path = file_with(tmp_path, PASTED)
    out, code = run(path, "--format=review")
    assert code == 0
    assert f"{path}:14: multi, confirm: marked right because the question asks for three" in out
    assert "(icon words on what was ticked)" in out
    assert f"{path}:26: W320" in out


@pytest.mark.parametrize("arguments", [[], ["--json"], ["missing.md"], [".", "--json"], ["x.md", "--format", "word"]])
def test_parse_quiz_command_unusable_arguments_exit_2(arguments: list[str]) -> None:
    assert run(*arguments)[1] == 2


def test_parse_quiz_command_file_too_large_says_so(tmp_path: Path) -> None:
    out, code = run(file_with(tmp_path, "x" * 300_000))
    assert code == 1
    assert "E208" in out
