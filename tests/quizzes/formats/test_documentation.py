"""What docs/quiz-files.md says is what is read."""

import re
from pathlib import Path

from quizzes.formats.front_matter import front_keys
from quizzes.formats.markdown import parse, write

PAGE = (Path(__file__).parents[3] / "docs" / "quiz-files.md").read_text(encoding="utf-8")


def test_documented_keys_are_those_of_the_front_matter() -> None:
    rows = re.findall(r"^\| (`[a-z_`, ]+`) \|", PAGE[PAGE.index("## Dates and rules") :], re.MULTILINE)
    keys = [key for row in rows for key in re.findall(r"[a-z_]+", row)]
    # "access" is kept in the text and does nothing.
    assert sorted(keys) == sorted(front_keys() - {"access"})


def test_documented_example_is_read_without_a_remark() -> None:
    match = re.search(r"````markdown\n(.*?)````", PAGE, re.DOTALL)
    assert match
    quiz = parse(match[1])
    assert quiz.messages == ()
    assert [(option.effect.value, option.correct) for option in quiz.questions[0].options][2:] == [
        ("normal", False),
        ("neutral", False),
        ("always", True),
    ]
    assert write(parse(write(quiz))) == write(quiz)
