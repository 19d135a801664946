"""What every quiz format is parsed into. Lines are 1-based, texts are Markdown source."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum, StrEnum

from quizzes.scoring import Kind, Policy

Json = dict[str, object]

REASON_LIMIT = 480
MAX_OPTIONS = 100  # of one question
MOST_QUESTIONS = 2000  # of a text that is not in the native format
TOO_MANY = f"more than {MOST_QUESTIONS:,} questions — split the text into several quizzes"


class Format(StrEnum):
    """The formats by name; `SUPPORTED` are those that this version can read."""

    AUTO = "auto"
    MARKDOWN = "markdown"
    REVIEW = "review"
    GIFT = "gift"
    MOODLE_XML = "moodle-xml"
    AIKEN = "aiken"
    TEXT2QTI = "text2qti"
    QTI12 = "qti12"
    QTI21 = "qti21"
    RELATE = "relate"
    REXAMS = "rexams"
    JUPYTERQUIZ = "jupyterquiz"
    KAHOOT = "kahoot"


SUPPORTED = (Format.MARKDOWN, Format.REVIEW)


class State(StrEnum):
    """What a person still has to do about a question before it can be published."""

    READY = "ready"
    CONFIRM = "confirm"
    CHOOSE = "choose"
    CONTRADICTION = "contradiction"


_SEVERITY = {state: rank for rank, state in enumerate(State)}


def worst(states: Iterable[State]) -> State:
    """Return the gravest of the states; READY if there are none."""
    return max(states, key=_SEVERITY.__getitem__, default=State.READY)


class Mark(StrEnum):
    """The icon of a pasted review: the option was chosen, and was right (check) or wrong (close)."""

    CHECK = "check"
    CLOSE = "close"


class Dialect(StrEnum):
    """How a question is written, in the words that people are told."""

    NATIVE = "boxes below a heading"
    ICONS = "icon words on what was ticked"
    BOLD = "right options in bold"
    TAILS = "asterisks and X behind the options"
    TASKS = "a task list"
    LETTERS = "letters and an answer"
    BOLD_LETTERS = "letters, the right one in bold"
    VERDICTS = "verdicts below what was ticked"
    ANSWERS = "options and an answer below"
    EMOJI = "emoji in front of the options"
    WORDS = "the word “correct” behind the options"
    UNMARKED = "options without a mark"


class Sureness(StrEnum):
    """How sure it is that a text was read as what it is."""

    SURE = "sure"
    LIKELY = "likely"
    GUESS = "a guess"


class OptionEffect(StrEnum):
    """What an option does in scoring: it counts, it is as if it did not exist, or it is right for everybody."""

    NORMAL = "normal"
    NEUTRAL = "neutral"
    ALWAYS = "always"


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


_LEVELS = {"E": Level.ERROR, "W": Level.WARNING, "I": Level.INFO}


@dataclass(frozen=True, slots=True)
class Message:
    """One remark about the text: `line` is None if it is about the whole file."""

    line: int | None
    code: str
    text: str

    @property
    def level(self) -> Level:
        return _LEVELS[self.code[0]]

    def render(self, filename: str) -> str:
        """Return the message as ``FILE:LINE: CODE text``."""
        place = filename if self.line is None else f"{filename}:{self.line}"
        return f"{place}: {self.code} {self.text}"

    def as_json(self) -> Json:
        return {"line": self.line, "code": self.code, "level": self.level.value, "text": self.text}


@dataclass(frozen=True, slots=True)
class ParsedOption:
    """One option. `correct` is None if nothing says so; `inferred` if it was concluded, not written.

    `feedback` is for those who ticked it, `feedback_unticked` for those who did not. A neutral option is not right,
    one that is right for everybody is. `paragraphs` are the lines where its second and later paragraphs begin.
    """

    line: int
    end_line: int
    text: str
    correct: bool | None
    mark: Mark | None = None
    inferred: bool = False
    feedback: str | None = None
    feedback_line: int | None = None
    weight: Decimal | None = None
    effect: OptionEffect = OptionEffect.NORMAL
    feedback_unticked: str | None = None
    paragraphs: tuple[int, ...] = field(default=(), compare=False)

    def as_json(self) -> Json:
        return {
            "line": self.line,
            "text": self.text,
            "correct": self.correct,
            "weight": number(self.weight),
            "mark": None if self.mark is None else self.mark.value,
            "inferred": self.inferred,
            "feedback": self.feedback,
        }


@dataclass(frozen=True, slots=True)
class Feedback:
    """Texts about the question as a whole: always, if right, if wrong, and a hint before answering."""

    general: str | None = None
    correct: str | None = None
    incorrect: str | None = None
    hint: str | None = None

    def as_json(self) -> Json:
        return {
            "general": self.general,
            "correct": self.correct,
            "incorrect": self.incorrect,
            "hint": self.hint,
        }


@dataclass(frozen=True, slots=True)
class ParsedQuestion:
    """One question. `line` is where its prompt starts; `first_line` to `end_line` is all of its source.

    `reason` tells in words why it is in its `state`. `select` is the number of right options that the
    question itself asks for; `points` its worth in points, None if the text does not say. `tags` are those that the text writes,
    None if it writes none. A draw is a place without options where `draw` questions of the tag are taken from the bank.
    `paragraphs` are the lines where the second and later paragraphs of the prompt begin. `dialect` is how it is written,
    None where the format has only one way.
    """

    line: int
    first_line: int
    end_line: int
    number: int | None
    kind: Kind
    stem: str
    options: tuple[ParsedOption, ...]
    state: State
    reason: str
    select: int | None = None
    scoring: Policy = Policy.EXACT
    points: Decimal | None = None
    feedback: Feedback = field(default_factory=Feedback)
    ident: str | None = None
    week: int | None = None
    status: Mark | None = None
    tags: tuple[str, ...] | None = None
    draw: int | None = None
    paragraphs: tuple[int, ...] = field(default=(), compare=False)
    dialect: Dialect | None = field(default=None, compare=False)

    @property
    def key(self) -> frozenset[int]:
        """The 0-based positions of the options that are right, inferred ones included."""
        return frozenset(index for index, option in enumerate(self.options) if option.correct)

    def as_json(self) -> Json:
        return {
            "line": self.line,
            "number": self.number,
            "kind": self.kind.value,
            "stem": self.stem,
            "select": self.select,
            "scoring": self.scoring.value,
            "points": number(self.points),
            "state": self.state.value,
            "options": [option.as_json() for option in self.options],
            "feedback": self.feedback.as_json(),
        }


class QuizPurpose(StrEnum):
    """The `kind:` of a quiz file. A survey has no right options."""

    GRADED = "graded"
    PRACTICE = "practice"
    REVIEW = "review"
    SURVEY = "survey"


class Counting(StrEnum):
    """The `counts:` of a quiz file: which attempt counts."""

    HIGHEST = "highest"
    LATEST = "latest"
    FIRST = "first"
    AVERAGE = "average"


class PageLayout(StrEnum):
    """The `layout:` of a quiz file."""

    ONE = "one"
    ALL = "all"


class Never(Enum):
    """Said of a time: there is none, which is not the same as saying nothing."""

    NEVER = "never"


class KeyRelease(StrEnum):
    """The `show_key:` of a quiz file: when students see the right answers."""

    IMMEDIATELY = "immediately"
    AFTER_DUE = "after_due"
    AFTER_ALL = "after_all"
    ON_RELEASE = "on_release"
    NEVER = "never"


class PartRelease(StrEnum):
    """The `show_score:` and its like: when this part of a result shows; WITH_KEY together with the right answers."""

    IMMEDIATELY = "immediately"
    AFTER_DUE = "after_due"
    AFTER_ALL = "after_all"
    ON_RELEASE = "on_release"
    NEVER = "never"
    WITH_KEY = "with_key"


LateSteps = tuple[tuple[int, int], ...]
"""Steps of late credit: (minutes after the due date, percent of the points)."""


@dataclass(frozen=True, slots=True)
class QuizSettings:
    """The front matter of a quiz file; None where it says nothing.

    `opens`, `due` and `closes` are naive (wall clock of the course) unless the text gives an offset or a time
    zone. `time_limit` and `wait` are in minutes, `grace` in seconds; a `time_limit` of 0 is none. `points` is the worth of each question that does not say its
    own. `extra` is the YAML source of keys that are not ours; it is written back as it is. `week_line` is where `week` stands.
    """

    title: str | None = None
    week: int | None = None
    purpose: QuizPurpose | None = None
    points: Decimal | None = None
    scoring: Policy | None = None
    attempts: int | None = None
    shuffle: bool | None = None
    opens: datetime | None = None
    due: datetime | None = None
    closes: datetime | Never | None = None
    late: LateSteps | None = None
    time_limit: int | None = None
    grace: int | None = None
    wait: int | None = None
    counts: Counting | None = None
    access_code: str | None = None
    layout: PageLayout | None = None
    back: bool | None = None
    shuffle_questions: bool | None = None
    show_key: KeyRelease | None = None
    show_score: PartRelease | None = None
    show_answers: PartRelease | None = None
    show_correctness: PartRelease | None = None
    show_feedback: PartRelease | None = None
    show_explanation: PartRelease | None = None
    access: str | None = None
    timezone: str | None = None
    extra: str = ""
    week_line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class TextRange:
    """A run of lines, both ends included, that may hold a quiz; `heading` is the one above it."""

    start: int
    end: int
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedQuiz:
    """A whole file. For a pasted review `notes` is the exact text above it and `rest` the text below.

    `translated` tells that the text is in a relative of the native format, so what is kept of it has to be written anew.
    `sureness` and `why` tell how the format was found out, None where it was named.
    """

    format: Format
    title: str | None = None
    questions: tuple[ParsedQuestion, ...] = ()
    messages: tuple[Message, ...] = ()
    intro: str = ""
    settings: QuizSettings = field(default_factory=QuizSettings)
    notes: str = ""
    rest: str = ""
    range: TextRange | None = None
    candidates: tuple[TextRange, ...] = ()
    filename: str = ""
    translated: bool = False
    sureness: Sureness | None = None
    why: str = ""

    @property
    def errors(self) -> tuple[Message, ...]:
        return tuple(message for message in self.messages if message.level is Level.ERROR)

    @property
    def undecided(self) -> tuple[ParsedQuestion, ...]:
        """The questions that block publishing."""
        return tuple(question for question in self.questions if question.state is not State.READY)

    def detection(self) -> str:
        """Return what the text was taken for and how sure that is, "" where the format was named."""
        what = "a pasted review" if self.format is Format.REVIEW else "a quiz with boxes"
        return f"read as {what}; this is {self.sureness}: {self.why}" if self.sureness else ""

    def report(self) -> str:
        """Return all messages, one a line, as ``FILE:LINE: CODE text``."""
        return "\n".join(message.render(self.filename) for message in self.messages)

    def as_json(self) -> Json:
        """Return the shape that ``manage.py parse_quiz --json`` prints."""
        return {
            "format": self.format.value,
            "title": self.title,
            "questions": [question.as_json() for question in self.questions],
            "messages": [message.as_json() for message in self.messages],
        }


def in_order(messages: Iterable[Message]) -> tuple[Message, ...]:
    """Return the messages sorted by line (those about the whole file first), each once."""
    unique = dict.fromkeys(messages)
    return tuple(sorted(unique, key=lambda message: (message.line or 0, message.code)))


def reason_of(texts: Iterable[str]) -> str:
    """Return the reasons as one text, cut to what a review screen and a table column can hold."""
    text = "; ".join(dict.fromkeys(texts))
    return text if len(text) <= REASON_LIMIT else text[: REASON_LIMIT - 1] + "…"


def number(value: Decimal | None) -> int | float | None:
    """Return a decimal as JSON writes it: whole numbers without a point."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
