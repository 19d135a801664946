"""Asking a person about a doubtful key: what is asked, and what was answered. The same on the import and the quiz page."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from django.http import QueryDict

from quizzes.enums import Doubt
from quizzes.wording import counted

YES = "yes"


@dataclass(frozen=True, slots=True)
class Choice:
    """One option to choose: its value in the form, its text as HTML, a note such as "line 75, no mark"."""

    value: str
    html: str
    note: str = ""
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked about one question. `ref` names its fields; `single`: one option is right; `yes` was answered.

    `wanted` is how many right options the question asks for, where an answer must have as many.
    """

    ref: str
    doubt: Doubt
    reason: str
    single: bool
    choices: tuple[Choice, ...]
    yes: bool = False
    error: str = ""
    wanted: int | None = None

    @property
    def confirms(self) -> bool:
        """Whether "yes, as shown" is an answer."""
        return self.doubt is Doubt.CONFIRM

    @property
    def touched(self) -> bool:
        """Whether anything was ticked, so that the form opens on it."""
        return any(choice.ticked for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Answer:
    """`confirmed`: the key is right as shown; otherwise `chosen` are the values of the right options."""

    confirmed: bool
    chosen: frozenset[str]


def answered(ask: Ask, data: QueryDict) -> tuple[Ask, Answer | None]:
    """Return the question with what was typed and any error, and the answer; None: to be decided later."""
    ticked = frozenset(data.getlist(f"key-{ask.ref}")) & {choice.value for choice in ask.choices}
    ask = filled(ask, yes=data.get(f"answer-{ask.ref}") == YES, ticked=ticked)
    if error := _error(ask, len(ticked)):
        return replace(ask, error=error), None
    if ask.yes:
        return ask, Answer(confirmed=True, chosen=frozenset())
    return ask, Answer(confirmed=False, chosen=ticked) if ticked else None


def filled(ask: Ask, *, yes: bool, ticked: Collection[str]) -> Ask:
    """Return the question with an answer in its fields; `ticked` are values of choices."""
    choices = tuple(replace(choice, ticked=choice.value in ticked) for choice in ask.choices)
    return replace(ask, yes=yes and ask.confirms, choices=choices)


def _error(ask: Ask, ticked: int) -> str:
    if ask.yes and ticked:
        return "Say yes, or choose the right options, not both."
    if ask.single and ticked > 1:
        return f"The question has one right option; you chose {ticked}."
    if ticked and ask.wanted not in {None, ticked}:
        return f"The question asks for {counted(ask.wanted or 0, 'right option')}; you ticked {ticked}."
    return ""
