"""The receipt of an attempt: every stored save with number, time and digest, as a file, and what a file agrees with.

A receipt is a JSON object: `kind` "seminar receipt", `version` 1, `course` and `quiz` (slugs), `attempt` (public id), `number`,
`started_at` and `submitted_at` (ISO 8601, UTC; null while it runs), `answers_digest` ("" while it runs), and `saves`: one object
for each stored save with the fields that its digest covers (`quizzes.actions.answers.log_row`) and that `digest`
(`quizzes.saving.chain`). Options are public ids; nothing in it says what is right.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from quizzes.actions.answers import log_row
from quizzes.models import AnswerLog, Attempt
from quizzes.saving import chain, short

KIND = "seminar receipt"
VERSION = 1
MAX_BYTES = 1_000_000
MAX_SAVES = 5_000
MAX_ID = 36


class NoReceipt(ValueError):  # noqa: N818 - as ValueError
    """The text is no receipt; the message says why, for the person who brought it."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as read from a file: nothing in it is trusted. `saves` are the objects as they stand there."""

    attempt: str
    answers_digest: str
    submitted_at: str
    saves: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """What one save of the file, or of the store, comes to. `words` says how it agrees or not, for people."""

    save: str
    question: str
    at: str
    digest: str
    agrees: bool
    words: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a receipt agrees with: each save in order, then the whole. `whole` are sentences about what does not agree."""

    attempt: Attempt
    lines: tuple[Line, ...]
    whole: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        return not self.whole and all(line.agrees for line in self.lines)

    @property
    def differing(self) -> int:
        return sum(not line.agrees for line in self.lines)


def written(attempt: Attempt, log: Sequence[AnswerLog]) -> str:
    """Return the receipt of an attempt as JSON text; `log` are its stored saves in order, each with its question."""
    return json.dumps(
        {
            "kind": KIND,
            "version": VERSION,
            "course": attempt.quiz.course.slug,
            "quiz": attempt.quiz.slug,
            "attempt": attempt.public_id,
            "number": attempt.number,
            "started_at": attempt.started_at.isoformat(),
            "submitted_at": _iso(attempt.submitted_at),
            "answers_digest": attempt.answers_digest,
            "saves": [_save(entry, attempt) for entry in log],
        },
        indent=1,
        ensure_ascii=False,
    )


def _save(entry: AnswerLog, attempt: Attempt) -> dict[str, object]:
    return log_row(entry, attempt.public_id, entry.question.position) | {"digest": entry.digest}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def read(text: str) -> Receipt:
    """Return the receipt that a file says. Raises NoReceipt, in words, for anything else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NoReceipt("This is not a receipt: it is not JSON. Bring the file as it was saved, unchanged.") from error
    if not isinstance(found, dict) or found.get("kind") != KIND:
        raise NoReceipt("This is not a receipt of this site. A receipt is the file that the result page offers.")
    if found.get("version") != VERSION:
        raise NoReceipt("This receipt has another version than the ones this site writes.")
    saves = found.get("saves")
    if not isinstance(saves, list) or not all(isinstance(save, dict) for save in saves):
        raise NoReceipt("The list of saves is missing in this receipt.")
    if len(saves) > MAX_SAVES:
        raise NoReceipt(f"A receipt has at most {MAX_SAVES} saves.")
    named = found.get("attempt")
    if not isinstance(named, str) or not 0 < len(named) <= MAX_ID or not named.isprintable():
        raise NoReceipt("This receipt does not say which attempt it belongs to.")
    return Receipt(named, _text(found.get("answers_digest")), _text(found.get("submitted_at")), tuple(saves))


def compared(receipt: Receipt, attempt: Attempt, log: Sequence[AnswerLog]) -> Verdict:
    """Return what of a receipt agrees with the attempt as it is stored, save by save; `log` as for `written`.

    A save that was stored after the receipt was made is no disagreement: the receipt says nothing about it. Neither is a
    receipt made before the attempt was submitted.
    """
    stored = {entry.save_number: _save(entry, attempt) for entry in log}
    lines, head = [], ""
    for place, said in enumerate(receipt.saves, start=1):
        row = {name: value for name, value in said.items() if name != "digest"}
        # From the digest that the line before says: what was changed shows in its own line and not in all that follow.
        digest = said.get("digest")
        sound = _chained(head, row) == digest
        head = digest if isinstance(digest, str) else ""
        lines.append(_line(place, said, stored.get(place), sound=sound))
    return Verdict(attempt, tuple(lines), tuple(_whole(receipt, attempt, log)))


def _chained(head: str, row: Mapping[str, object]) -> str:
    try:
        return chain(head, row)
    except (ValueError, UnicodeEncodeError, RecursionError):  # what JSON can write and the chain cannot: no digest fits it
        return ""


def _line(place: int, said: Mapping[str, object], own: Mapping[str, object] | None, *, sound: bool) -> Line:
    words = "Agrees with what is stored."
    if own is None:
        words = "No such save is stored."
    elif dict(said) != dict(own):
        differ = [_WORDS[name] for name in _WORDS if said.get(name) != own.get(name)]
        words = f"Differs from what is stored: {', '.join(differ) or 'it has fields that no save has'}."
    elif not sound:
        words = "Its digest does not follow from the line before it."
    return Line(
        save=str(place),
        question=_text(said.get("question")),
        at=_text(said.get("at")),
        digest=short(_text(said.get("digest"))),
        agrees=own is not None and dict(said) == dict(own) and sound,
        words=words,
    )


_WORDS = {
    "attempt": "the attempt",
    "save": "the number",
    "question": "the question",
    "outcome": "the outcome",
    "chosen": "the answer",
    "tab": "the window",
    "n": "its count in the window",
    "base": "the save before it",
    "request": "the request",
    "at": "the time",
    "digest": "the digest",
}


def _whole(receipt: Receipt, attempt: Attempt, log: Sequence[AnswerLog]) -> list[str]:
    found = []
    after_submission = bool(receipt.submitted_at)
    if after_submission and receipt.answers_digest != attempt.answers_digest:
        found.append("The digest of all answers as submitted is another one than the stored one.")
    if after_submission and receipt.submitted_at != _iso(attempt.submitted_at):
        found.append("The time of submission is another one than the stored one.")
    if after_submission and len(receipt.saves) < len(log):
        found.append("Saves are missing in the receipt: more of them are stored.")
    return found


def _text(value: object) -> str:
    """Return a value of the file for people; long and odd things are cut, the template escapes the rest."""
    return str(value)[:100] if isinstance(value, str | int) else ""
