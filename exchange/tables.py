"""The table of changes as it is kept with an upload and shown on its page: plain values, and the answers that come back. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from course.line_changes import compare
from exchange.enums import TEXTS, UNDECIDED, WRITES, FileKind, Verdict
from exchange.merge import Choice
from exchange.planning import Change, Choices

Row = dict[str, Any]
MOST_LINES = 300
_TAGS = {
    Verdict.NEW: "tag-ok",
    Verdict.CHANGED: "tag-accent",
    Verdict.MERGED: "tag-accent",
    Verdict.MOVED: "tag-accent",
    Verdict.CONFLICT: "tag-warn",
    Verdict.QUESTION: "tag-warn",
    Verdict.REFUSED: "tag-bad",
}


def rows_of(changes: Iterable[Change], choices: Choices) -> list[Row]:
    """Return the changes as values that JSON can hold, numbered as the fields of the form are.

    What was decided about a file that still waits (`choices`) stays with it: nobody answers twice.
    """
    return [_row(number, change, choices) for number, change in enumerate(changes)]


def _row(number: int, change: Change, choices: Choices) -> Row:
    made = [one or "" for one in choices.conflicts.get(change.path, ())]
    same = dict(choices.same.get(change.path, {}))
    known = made if len(made) == len(change.conflicts) else [""] * len(change.conflicts)
    return {
        "number": number,
        "path": change.path,
        "kind": FileKind(change.kind).label,
        "verdict": str(change.verdict),
        "label": Verdict(change.verdict).label,
        "tag": _TAGS.get(change.verdict, ""),
        "words": change.words,
        "notes": [asdict(note) | {"error": note.is_error} for note in change.notes],
        "conflicts": [asdict(conflict) | {"made": one} for conflict, one in zip(change.conflicts, known, strict=True)],
        "asks": [dict(ask) | {"made": same.get(ask["ref"], "")} for ask in change.asks],
        "made": made,
        "same": same,
        "diff": _diff(change) if change.verdict in {Verdict.CHANGED, Verdict.MERGED, Verdict.QUESTION} else [],
    }


def _diff(change: Change) -> list[dict[str, Any]]:
    """Return what differs between the course's text of now and the one to come, with a little around it."""
    if change.kind not in TEXTS or change.held is None or change.result is None:
        return []
    lines = compare(change.held.ours.decode("utf-8", "replace"), change.text)
    return [asdict(line) for line in lines[:MOST_LINES]]


def grouped(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return the rows by what they ask of a person: to decide, refused, to be written, and nothing."""
    return {
        "decide": [row for row in rows if row["verdict"] in UNDECIDED],
        "refused": [row for row in rows if row["verdict"] == Verdict.REFUSED],
        "write": [row for row in rows if row["verdict"] in WRITES],
        "rest": [row for row in rows if row["verdict"] in {Verdict.SAME, Verdict.ONLY_HERE}],
    }


def answered(rows: Sequence[Row], posted: Mapping[str, str]) -> Choices:
    """Return what the form of a table says, with what was said before. A file of which one conflict is left open stays open
    as a whole.
    """
    conflicts: dict[str, Sequence[Choice | None]] = {}
    same: dict[str, Mapping[str, str]] = {}
    for row in grouped(rows)["decide"]:
        number, path = row["number"], row["path"]
        asked = range(len(row["conflicts"]))
        made = [posted.get(f"conflict-{number}-{place}", "") for place in asked] or row.get("made", [])
        conflicts[path] = [Choice(one) if one in set(Choice) else None for one in made]
        said = {ask["ref"]: posted.get(f"same-{number}-{place}", "") for place, ask in enumerate(row["asks"])}
        same[path] = row.get("same", {}) | said
    return Choices(conflicts=conflicts, same=same)
