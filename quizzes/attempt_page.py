"""What the pages of a running attempt show: built from an allowlist, without the key tables (safety.md row 3)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

from accounts.public_ids import public_id
from quizzes.enums import Layout, QuestionKind
from quizzes.models import Attempt, AttemptQuestion, Quiz, Response
from quizzes.passing import is_ahead, is_behind, is_one_way
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
    """One question in the navigator and in the check table. `letters` is the answer as the student sees it; `link` leads
    to the question from the attempt's own address, "" where it cannot be seen: passed for good, or still to come.
    """

    position: int
    answered: bool
    marked: bool
    letters: str
    save_number: int
    saved_at: datetime | None
    current: bool = False
    link: str = ""
    passed: bool = False
    later: bool = False

    @property
    def words(self) -> str:
        """The state in words: "answered, marked", "not answered, this one", "passed, not answered", "comes later"."""
        return state_words(answered=self.answered, marked=self.marked, current=self.current, passed=self.passed, later=self.later)


@dataclass(frozen=True, slots=True)
class Clock:
    """The time of an attempt, from the server's deadline: seconds left (rounded up: no page ends before its time), words,
    absolute end. `limit` is the whole length.
    """

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
class QuestionPart:
    """One question as it is asked. `part` ends the ids of its controls: "" alone on a page, "-3" beside others."""

    position: int
    stem_html: str
    hint_html: str
    one_choice: bool
    ask: str
    rule: str
    options: list[OptionRow]
    place: Place
    form: Form
    part: str = ""

    @property
    def left_blank(self) -> bool:
        """Whether what is saved says that none of the options is right."""
        return self.place.answered and not self.place.letters


@dataclass(frozen=True, slots=True)
class AttemptPage:
    """A page of a running attempt: the questions that it asks (one, or all of them), and the places of all."""

    questions: list[QuestionPart]
    places: list[Place]
    all_at_once: bool = False
    one_way: bool = False

    @property
    def answered(self) -> int:
        return sum(place.answered for place in self.places)

    @property
    def position(self) -> int:
        """The place of the question that stands alone on the page, else of the first one."""
        return self.questions[0].position

    @property
    def previous(self) -> int | None:
        return self.position - 1 if self.position > 1 and not self.one_way else None

    @property
    def is_last(self) -> bool:
        return self.position == len(self.places)

    @property
    def most_options(self) -> int:
        return max(len(question.options) for question in self.questions)

    @property
    def last_letter(self) -> str:
        """The last letter that ticks an option on this page: at most Z, the keyboard has no more."""
        return letter(min(self.most_options, 26) - 1)


def clock(attempt: Attempt, now: datetime) -> Clock | None:
    """Return the time left of an attempt; None where it has no end."""
    if attempt.ends_at is None:
        return None
    left = attempt.ends_at - now
    length = attempt.ends_at - attempt.started_at
    return Clock(max(0, ceil(left.total_seconds())), time_left(left), attempt.ends_at, int(length.total_seconds()))


def first_position(attempt: Attempt) -> int:
    """Return the question that a page without a place shows: the first one, or the one reached where there is no way back."""
    return attempt.reached if is_one_way(attempt.quiz) else 1


def place_link(quiz: Quiz, position: int) -> str:
    """Return what leads to a question from the address of its attempt: "?q=3", or "#question-3" where all are on one page."""
    return f"#question-{position}" if quiz.layout == Layout.ALL else f"?q={position}"


def state_words(*, answered: bool, marked: bool = False, current: bool = False, passed: bool = False, later: bool = False) -> str:
    """Return the state of a question for the navigator."""
    if later:
        return "comes later"
    parts = ["passed"] * passed + ["answered" if answered else "not answered"]
    return ", ".join(parts + ["marked"] * (marked and not passed) + ["this one"] * current)


def places_of(attempt: Attempt, *, current: int = 0) -> list[Place]:
    """Return the questions of an attempt with their state. One query. Needs `attempt.quiz`."""
    found = AttemptQuestion.objects.filter(attempt=attempt).select_related("response").defer("scoring", "points", "score")
    return [_place(attempt, question, current) for question in found]


def _place(attempt: Attempt, question: AttemptQuestion, current: int) -> Place:
    response: Response | None = getattr(question, "response", None)
    chosen = response.chosen if response else []
    passed, later = is_behind(attempt, question.position), is_ahead(attempt, question.position)
    return Place(
        position=question.position,
        answered=response is not None,
        marked=question.marked,
        letters=letters(question, chosen),
        save_number=response.save_number if response else 0,
        saved_at=response.saved_at if response else None,
        current=question.position == current,
        link="" if passed or later else place_link(attempt.quiz, question.position),
        passed=passed,
        later=later,
    )


def letters(question: AttemptQuestion, chosen: list[str] | tuple[str, ...]) -> str:
    """Return chosen options by the letters this student sees: "A, C"; "" for none."""
    return ", ".join(letter(index) for index, option in enumerate(question.option_order) if option in chosen)


def answer_words(question: AttemptQuestion, chosen: tuple[str, ...]) -> str:
    """Return an answer by its letters, or "nothing ticked"."""
    return letters(question, chosen) or "nothing ticked"


def attempt_page(attempt: Attempt, position: int) -> AttemptPage | None:
    """Return the page of an attempt that has question `position`; None if there is none. Needs `attempt.quiz`.

    Three queries for any number of questions. Whether the question may be seen is asked with `quizzes.passing` before.
    """
    all_at_once = attempt.quiz.layout == Layout.ALL
    places = places_of(attempt, current=0 if all_at_once else position)
    if not 1 <= position <= len(places):
        return None
    asked = AttemptQuestion.objects.filter(attempt=attempt).select_related("version", "response")
    found = (asked if all_at_once else asked.filter(position=position)).prefetch_related("version__options")
    return AttemptPage(
        questions=[
            _part(question, places[question.position - 1], f"-{question.position}" if all_at_once else "") for question in found
        ],
        places=places,
        all_at_once=all_at_once,
        one_way=is_one_way(attempt.quiz),
    )


def _part(question: AttemptQuestion, place: Place, part: str) -> QuestionPart:
    version = question.version
    html = {option.public_id: option.html for option in version.options.all()}
    response: Response | None = getattr(question, "response", None)
    chosen = set(response.chosen) if response else set()
    return QuestionPart(
        position=question.position,
        stem_html=version.stem_html,
        hint_html=version.hint_html,
        one_choice=version.kind != QuestionKind.MULTI,
        ask=unsaid(ask_words(version.kind, version.select), version.stem),
        rule=rule_sentence(Policy(question.scoring), kind=version.kind, select=None),
        options=[
            OptionRow(option, letter(index), html[option], option in chosen) for index, option in enumerate(question.option_order)
        ],
        place=place,
        form=Form(place.save_number),
        part=part,
    )


def ask_words(kind: str, select: int | None) -> str:
    """Return what to do with the options: "Select all that apply.", "Select three.", "Select one."."""
    if kind != QuestionKind.MULTI:
        return "Select one."
    return f"Select {number(select)}." if select else "Select all that apply."


def unsaid(ask: str, stem: str) -> str:
    """Return `ask`, or "" where the question's own text says the same already."""
    return "" if ask.rstrip(".").casefold() in stem.casefold() else ask


def unanswered_words(places: Iterable[Place]) -> str:
    """Return the headline of the check page: "Two questions are not answered", "All eight questions are answered"."""
    places = list(places)
    open_places = [place for place in places if not place.answered]
    if not open_places and len(places) == 2:
        return "Both questions are answered"
    if not open_places:
        return f"All {number(len(places))} questions are answered" if len(places) > 1 else "The question is answered"
    verb = "is" if len(open_places) == 1 else "are"
    return f"{capital(counted(len(open_places), 'question'))} {verb} not answered"
