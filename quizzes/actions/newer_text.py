"""A newer text of a quiz that may have been answered: what nothing tells is asked, and nothing is graded again without a yes.

The one home of formats.md 3.6, rule 6: the folder and the import on the web come through here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from quizzes.actions.rekeying import graded_with, regrade_with_new_key, with_old_key
from quizzes.formats import markdown
from quizzes.identity import Told
from quizzes.models import Quiz
from quizzes.which import Ask, asks_about, told_by


class MustAskError(Exception):
    """Nobody said yet which of the questions or options is which."""

    def __init__(self, asks: Sequence[Ask]) -> None:
        super().__init__("; ".join(ask["words"] for ask in asks))
        self.asks = asks


class KeyChangedError(Exception):
    """The text changes the key of `graded` attempts that have a score, and nobody said whether they are graded again."""

    def __init__(self, graded: int) -> None:
        super().__init__(f"{graded} graded attempts have another key")
        self.graded = graded


@dataclass(frozen=True, slots=True)
class NewerText:
    """The quiz as stored, how many graded attempts have another key by it, and whether they were graded again."""

    quiz: Quiz
    graded: int
    again: bool


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

    Inside the caller's transaction, the quiz locked. `answers` are values by the `ref` of each `Ask`; None: nobody is asked, what is unclear is
    guessed as when an author saves. `regrade` says whether attempts whose key changed are graded again. Raises MustAskError
    before anything is written, KeyChangedError afterwards where that is None and there are such attempts: the caller
    rolls back. Otherwise raises what `write` does.
    """
    asks = [] if answers is None else asks_about(quiz, markdown.parse(text))
    told = told_by(asks, answers or {}) if asks else None
    if asks and told is None:
        raise MustAskError(asks)
    old = set(with_old_key(quiz))
    saved = write(told)
    count = graded_with(saved, set(with_old_key(saved)) - old)
    if count and regrade is None:
        raise KeyChangedError(count)
    again = bool(count and regrade)
    if again:
        regrade_with_new_key(quiz=saved, now=now)
    return NewerText(saved, count, again)
