"""The table of message codes in the documentation is that of the program."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
APPS = ("accounts", "config", "course", "exchange", "notifications", "presentations", "quizzes")
# Not "seminar.E001", which is Django's numbering of its own checks.
CODE = re.compile(r"(?<![\w.])[EWI]\d{3}(?!\w)")
ROW = re.compile(r"^\| ([EWI]\d{3}) \| (\S.*\S) \| (\S.*\S) \|$", re.MULTILINE)


def table() -> list[tuple[str, str, str]]:
    return ROW.findall((ROOT / "docs" / "messages.md").read_text(encoding="utf-8"))


def used() -> set[str]:
    files = (file for app in APPS for file in (ROOT / app).rglob("*.py"))
    return {code for file in files for code in CODE.findall(file.read_text(encoding="utf-8"))}


def test_message_codes_of_the_program_stand_in_the_table_once_and_no_others() -> None:
    assert Counter(code for code, _, _ in table()) == Counter(used())


def test_message_codes_are_sorted_within_their_tables() -> None:
    parts = (ROOT / "docs" / "messages.md").read_text(encoding="utf-8").split("\n## ")[1:]
    listed = [[code for code, _, _ in ROW.findall(part)] for part in parts]
    order = {"E": 0, "W": 1, "I": 2}
    assert listed == [sorted(codes, key=lambda code: (order[code[0]], code)) for codes in listed]


def test_message_codes_have_one_meaning_each() -> None:
    meanings = Counter(meaning for _, meaning, _ in table())
    assert [meaning for meaning, times in meanings.items() if times > 1] == []
