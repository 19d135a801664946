"""A newer text of a quiz that may have been answered: what nothing tells is asked, and nothing is graded again without a yes.

The one home of formats.md 3.6, rule 6: the folder and the import on the web come through here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from quizzes.actions.rekeying import KeyChange, key_change, keys_of_now, regrade_with_new_key
from quizzes.enums import AttemptState
from quizzes.formats import markdown
from quizzes.identity import Told
from quizzes.models import Quiz
from quizzes.which import Ask, Choice, asks_about, told_by

REGRADE = "regrade"
_SAID = {"yes": True, "no": False}


def ask_to_regrade(words: str) -> Ask:
    """Return the question whether attempts are graded again; with the same `ref` wherever it is asked."""
    yes = Choice(value="yes", words="Yes, by the new key; earlier scores are kept in the record")
    return Ask(ref=REGRADE, words=words, choices=[yes, Choice(value="no", words="No, every score stays as it is")])


_AGAIN = ask_to_regrade("If this changes the key of graded attempts, are they graded again? Results show the new words then.")


class MustAskError(Exception):
    """Nobody said yet which of the questions or options is which. With graded attempts the last ask is about them: whether
    the key changes shows only when the others are answered.
    """

    def __init__(self, asks: Sequence[Ask]) -> None:
        super().__init__("; ".join(ask["words"] for ask in asks))
        self.asks = asks


class KeyChangedError(Exception):
    """The text changes the key of attempts that have a score, and nobody said whether they are graded again."""

    def __init__(self, change: KeyChange) -> None:
        super().__init__(f"{change.graded} graded attempts have another key")
        self.change = change


@dataclass(frozen=True, slots=True)
class NewerText:
    """The quiz as stored, what the text changed in its keys, and whether attempts were graded again for it."""

    quiz: Quiz
    change: KeyChange
    again: bool

    @property
    def graded(self) -> int:
        """How many graded attempts can be graded again by what the text changed."""
        return self.change.graded


def take_newer_text(
    *,
    quiz: Quiz,
    text: str,
    answers: Mapping[str, str] | None,
    regrade: bool | None,
    write: Callable[[Told | None], Quiz],
    now: datetime,
) -> NewerText:
    """Store `text` (native format) in a quiz by calling `write` with what was said about which is which.

    Inside the caller's transaction, the quiz locked. `answers` are values by the `ref` of each `Ask`; None: nobody is asked,
    what is unclear is guessed as when an author saves. An answer of the ref `REGRADE`, else `regrade`, says whether attempts
    whose key changed are graded again. Raises MustAskError before anything is written, KeyChangedError afterwards where neither
    says it and there are such attempts: the caller rolls back. Otherwise raises what `write` does.
    """
    asks = [] if answers is None else asks_about(quiz, markdown.parse(text))
    told = told_by(asks, answers or {}) if asks else None
    wanted = _SAID.get((answers or {}).get(REGRADE, ""), regrade)
    if asks and told is None:
        graded = quiz.attempts.filter(state=AttemptState.GRADED).exists()
        raise MustAskError([*asks, _AGAIN] if graded else asks)
    before = keys_of_now(quiz)
    saved = write(told)
    change = key_change(saved, before)
    if change.graded and wanted is None:
        raise KeyChangedError(change)
    again = bool(change.graded and wanted)
    if again:
        regrade_with_new_key(quiz=saved, change=change, now=now)
    return NewerText(saved, change, again)
