"""What the pages of a running attempt show: built from an allowlist, without the key tables (safety.md row 3)."""

from dataclasses import dataclass, field
from datetime import datetime

from accounts.public_ids import public_id
from quizzes.enums import QuestionKind
from quizzes.models import Attempt, AttemptQuestion, Response
from quizzes.scoring import Policy, rule_sentence
from quizzes.wording import capital, counted, letter, number, time_left


@dataclass(frozen=True, slots=True)
class OptionRow:
    id: str
    letter: str
    html: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Place:
    """One question in the navigator and in the check table. `letters` is the answer as the student sees it."""

    position: int
    answered: bool
    marked: bool
    letters: str
    save_number: int
    saved_at: datetime | None
    current: bool = False

    @property
    def words(self) -> str:
        """The state in words: "answered, marked", "not answered, this one"."""
        parts = ["answered" if self.answered else "not answered"]
        return ", ".join(parts + ["marked"] * self.marked + ["this one"] * self.current)


@dataclass(frozen=True, slots=True)
class Clock:
    """The time of an attempt, from the server's deadline: seconds left, words, absolute end. `limit` is the whole length."""

    seconds: int
    words: str
    ends_at: datetime
    limit: int


@dataclass(frozen=True, slots=True)
class Form:
    """What a save has to say besides the answer, for a page without JavaScript; the script fills in its own."""

    base: int
    tab: str = field(default_factory=public_id)
    counter: int = 1
    request_id: str = field(default_factory=public_id)


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """One question of a running attempt."""

    position: int
    stem_html: str
    hint_html: str
    one_choice: bool
    ask: str
    rule: str
    options: list[OptionRow]
    place: Place
    places: list[Place]
    form: Form

    @property
    def answered(self) -> int:
        return sum(place.answered for place in self.places)

    @property
    def previous(self) -> int | None:
        return self.position - 1 if self.position > 1 else None

    @property
    def is_last(self) -> bool:
        return self.position == len(self.places)


def clock(attempt: Attempt, now: datetime) -> Clock | None:
    """Return the time left of an attempt; None where it has no end."""
    if attempt.ends_at is None:
        return None
    left = attempt.ends_at - now
    length = attempt.ends_at - attempt.started_at
    return Clock(max(0, int(left.total_seconds())), time_left(left), attempt.ends_at, int(length.total_seconds()))


def places_of(attempt: Attempt, *, current: int = 0) -> list[Place]:
    """Return the questions of an attempt with their state. One query."""
    found = AttemptQuestion.objects.filter(attempt=attempt).select_related("response").defer("scoring", "points", "score")
    return [_place(question, current) for question in found]


def _place(question: AttemptQuestion, current: int) -> Place:
    response: Response | None = getattr(question, "response", None)
    chosen = response.chosen if response else []
    return Place(
        position=question.position,
        answered=response is not None,
        marked=question.marked,
        letters=letters(question, chosen),
        save_number=response.save_number if response else 0,
        saved_at=response.saved_at if response else None,
        current=question.position == current,
    )


def letters(question: AttemptQuestion, chosen: list[str] | tuple[str, ...]) -> str:
    """Return chosen options by the letters this student sees: "A, C"; "" for none."""
    return ", ".join(letter(index) for index, option in enumerate(question.option_order) if option in chosen)


def answer_words(question: AttemptQuestion, chosen: tuple[str, ...]) -> str:
    """Return an answer by its letters, or "nothing ticked"."""
    return letters(question, chosen) or "nothing ticked"


def question_page(attempt: Attempt, position: int) -> QuestionPage | None:
    """Return question `position` of an attempt; None if there is none. Three queries."""
    places = places_of(attempt, current=position)
    question = AttemptQuestion.objects.filter(attempt=attempt, position=position).select_related("version", "response").first()
    if question is None:
        return None
    version, place = question.version, places[position - 1]
    chosen = set(question.response.chosen) if place.answered else set()
    html = dict(version.options.values_list("public_id", "html"))
    return QuestionPage(
        position=position,
        stem_html=version.stem_html,
        hint_html=version.hint_html,
        one_choice=version.kind != QuestionKind.MULTI,
        ask=unsaid(ask_words(version.kind, version.select), version.stem),
        rule=rule_sentence(Policy(question.scoring), kind=version.kind, select=None),
        options=[
            OptionRow(option, letter(index), html[option], option in chosen) for index, option in enumerate(question.option_order)
        ],
        place=place,
        places=places,
        form=Form(place.save_number),
    )


def ask_words(kind: str, select: int | None) -> str:
    """Return what to do with the options: "Select all that apply.", "Select three.", "Select one."."""
    if kind != QuestionKind.MULTI:
        return "Select one."
    return f"Select {number(select)}." if select else "Select all that apply."


def unsaid(ask: str, stem: str) -> str:
    """Return `ask`, or "" where the question's own text says the same already."""
    return "" if ask.rstrip(".").casefold() in stem.casefold() else ask


def unanswered_words(places: list[Place]) -> str:
    """Return the headline of the check page: "Two questions are not answered", "All eight questions are answered"."""
    open_places = [place for place in places if not place.answered]
    if not open_places:
        return f"All {number(len(places))} questions are answered" if len(places) > 1 else "The question is answered"
    verb = "is" if len(open_places) == 1 else "are"
    return f"{capital(counted(len(open_places), 'question'))} {verb} not answered"
