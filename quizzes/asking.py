"""Asking a person about a doubtful key: what is asked, and what was answered. The same on the import and the quiz page."""

from dataclasses import dataclass, replace

from django.http import QueryDict

from quizzes.enums import Doubt

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
    """What is asked about one question. `ref` names its fields; `single`: one option is right; `yes` was answered."""

    ref: str
    doubt: Doubt
    reason: str
    single: bool
    choices: tuple[Choice, ...]
    yes: bool = False
    error: str = ""

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
    yes = ask.confirms and data.get(f"answer-{ask.ref}") == YES
    choices = tuple(replace(choice, ticked=choice.value in ticked) for choice in ask.choices)
    ask = replace(ask, yes=yes, choices=choices)
    if yes and ticked:
        return replace(ask, error="Say yes, or choose the right options, not both."), None
    if yes:
        return ask, Answer(confirmed=True, chosen=frozenset())
    return ask, Answer(confirmed=False, chosen=ticked) if ticked else None
