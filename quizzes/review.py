"""What of a result may be seen when, and the result itself. Besides grading, the key tables are joined only here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Prefetch

from course.templatetags.clock import when
from quizzes.enums import AttemptState, Effect, QuestionKind, ShowKey
from quizzes.models import AnswerLog, Attempt, AttemptQuestion, Option, Quiz, Response
from quizzes.scoring import Policy, rule_sentence
from quizzes.wording import letter, listed, number, points


class Field(StrEnum):
    """What a result consists of."""

    SCORE = "score"
    ANSWERS = "answers"
    CORRECTNESS = "correctness"
    KEY = "key"
    FEEDBACK = "feedback"
    EXPLANATION = "explanation"


def may_see(field: Field, attempt: Attempt, now: datetime) -> bool:
    """Whether the student of an attempt may see `field` of it at `now`. Needs `attempt.quiz`; no query.

    Own answers always; the score once graded; right and wrong, key, feedback and explanation by the quiz's policy.
    """
    if field is Field.ANSWERS:
        return True
    if attempt.state != AttemptState.GRADED:
        return False
    return field is Field.SCORE or key_is_out(attempt.quiz, now)


def key_is_out(quiz: Quiz, now: datetime) -> bool:
    """Whether students who have a graded attempt may see right answers and reasons at `now`."""
    if quiz.show_key == ShowKey.NEVER:
        return False
    if quiz.show_key == ShowKey.IMMEDIATELY or (quiz.released_at is not None and quiz.released_at <= now):
        return True
    out_at = key_out_at(quiz)
    return out_at is not None and out_at <= now


def key_out_at(quiz: Quiz) -> datetime | None:
    """When the key comes out by itself: when nobody can change an answer any more, grace included. None: not by itself."""
    if quiz.show_key != ShowKey.AFTER_DUE or quiz.closes_at is None:
        return None
    return quiz.closes_at + timedelta(seconds=quiz.grace)


def key_is_held(quiz: Quiz, now: datetime) -> bool:
    """Whether the key, out by the dates, waits for attempts that may still be written in.

    Running attempts keep the end that they were told: closing moved to an earlier time leaves some of them open behind it.
    At most one query.
    """
    by_itself = quiz.show_key == ShowKey.AFTER_DUE and (quiz.released_at is None or quiz.released_at > now)
    return by_itself and Attempt.objects.filter(quiz=quiz, state=AttemptState.IN_PROGRESS).exclude(shut_at__lte=now).exists()


def key_words(quiz: Quiz, now: datetime) -> str:
    """Return when right answers and reasons appear, as a sentence for students."""
    if quiz.show_key == ShowKey.NEVER:
        return "Right answers are not shown for this quiz."
    if key_is_out(quiz, now) and key_is_held(quiz, now):
        return "The right answers and the reasons appear when the last attempt that is still running has ended."
    if key_is_out(quiz, now):
        return "The right answers and the reasons come with it."
    out_at = key_out_at(quiz)
    if out_at is None:
        return "The right answers and the reasons appear when your instructor releases them."
    return f"The right answers and the reasons appear {when(out_at, now)}, when nobody can answer any more."


@dataclass(frozen=True, slots=True)
class ReviewedOption:
    """One option of a result. Without release `verdict`, `mood` and `feedback_html` are empty.

    `mood` is ok, bad or plain (the css class), `icon` check, cross, missed or blank.
    """

    letter: str
    html: str
    ticked: bool
    verdict: str = ""
    mood: str = ""
    icon: str = ""
    feedback_html: str = ""

    @property
    def row_class(self) -> str:
        return {"ok": "reviewed-good", "bad": "reviewed-wrong"}.get(self.mood, "")


@dataclass(frozen=True, slots=True)
class ReviewedQuestion:
    """One question of a result. `score` is None and `explanation_html` empty before release."""

    position: int
    stem_html: str
    answered: bool
    points: int
    score: int | None
    rule: str
    options: list[ReviewedOption]
    explanation_html: str = ""
    remark_html: str = ""

    @property
    def is_full(self) -> bool:
        return self.score is not None and self.score == self.points

    @property
    def ticked(self) -> str:
        return listed([option.letter for option in self.options if option.ticked])

    @property
    def mistakes(self) -> str:
        """The wrong decisions by letter: "D ticked, E left blank"; "not answered"; "none"."""
        if not self.answered:
            return "not answered"
        bad = [option for option in self.options if option.mood == "bad"]
        groups = (("ticked", [o.letter for o in bad if o.ticked]), ("left blank", [o.letter for o in bad if not o.ticked]))
        return ", ".join(f"{listed(found)} {words}" for words, found in groups if found) or "none"

    @property
    def head(self) -> str:
        """What was wrong, in short: "two of five decisions wrong"."""
        if not self.answered:
            return "not answered"
        wrong = sum(option.mood == "bad" for option in self.options)
        return f"{number(wrong)} of {number(len(self.options))} decisions wrong"

    @property
    def own_words(self) -> str:
        """The answer of a fully right question in one sentence."""
        if not self.ticked:
            return "None of the options is right, and you left all of them blank."
        one = sum(option.ticked for option in self.options) == 1
        return f"You ticked {self.ticked}, " + ("which is right." if one else "all right.")


@dataclass(frozen=True, slots=True)
class SumRow:
    questions: str
    mistakes: str
    points: str


@dataclass(frozen=True, slots=True)
class Result:
    """A graded attempt as it may be seen now."""

    questions: list[ReviewedQuestion]
    key_shown: bool

    @property
    def missed(self) -> list[ReviewedQuestion]:
        return [question for question in self.questions if not question.is_full]

    @property
    def full(self) -> list[ReviewedQuestion]:
        return [question for question in self.questions if question.is_full]

    @property
    def rules(self) -> list[str]:
        """The scoring rules in force, each once, in order."""
        return list(dict.fromkeys(question.rule for question in self.questions))


def result_of(attempt: Attempt, now: datetime, *, staff: bool = False) -> Result:
    """Return the result of an attempt as its student may see it at `now`, or whole for staff. Two queries, three after closing."""
    released = staff or (may_see(Field.KEY, attempt, now) and not key_is_held(attempt.quiz, now))
    options = Option.objects.order_by("position")
    questions = AttemptQuestion.objects.filter(attempt=attempt).select_related("version", "response")
    if released:
        options, questions = options.select_related("key"), questions.select_related("version__key", "response", "version")
    found = questions.prefetch_related(Prefetch("version__options", queryset=options))
    return Result([_reviewed(question, released=released, who="they" if staff else "you") for question in found], released)


def _reviewed(question: AttemptQuestion, *, released: bool, who: str) -> ReviewedQuestion:
    response: Response | None = getattr(question, "response", None)
    chosen = set(response.chosen) if response else set()
    version = question.version
    by_id = {option.public_id: option for option in version.options.all()}
    shown = [(letter(index), by_id[option]) for index, option in enumerate(question.option_order)]
    key = getattr(version, "key", None) if released else None
    full = question.score == question.points
    return ReviewedQuestion(
        position=question.position,
        stem_html=version.stem_html,
        answered=response is not None,
        points=question.points,
        score=question.score if released else None,
        rule=rule_sentence(Policy(question.scoring), kind=QuestionKind(version.kind), select=None),
        options=[
            _verdict(name, option, ticked=option.public_id in chosen, who=who)
            if released
            else ReviewedOption(name, option.html, option.public_id in chosen)
            for name, option in shown
        ],
        explanation_html=key.general_html if key else "",
        remark_html=(key.if_right_html if full else key.if_wrong_html) if key else "",
    )


_VERDICTS = {
    (True, True): ("Right, and {} ticked it", "ok", "check"),
    (True, False): ("Right, but {} left it blank", "bad", "missed"),
    (False, True): ("Wrong, but {} ticked it", "bad", "cross"),
    (False, False): ("Wrong, and {} left it blank", "plain", "blank"),
}


def _verdict(name: str, option: Option, *, ticked: bool, who: str) -> ReviewedOption:
    key = option.key
    words, mood, icon = _VERDICTS[key.correct, ticked]
    if key.effect == Effect.NEUTRAL:
        words, mood, icon = "Does not count", "plain", "blank"
    elif key.effect == Effect.ALWAYS:
        words, mood, icon = "Counts as right for everybody", "ok", "check"
    return ReviewedOption(
        name,
        option.html,
        ticked,
        words.format(who),
        mood,
        icon,
        feedback_html=key.feedback_html if ticked else key.feedback_unticked_html,
    )


def sum_rows(result: Result) -> list[SumRow]:
    """Return how the points add up: what is fully right in one row for each worth, then the rest in order."""
    rows = []
    for worth in dict.fromkeys(question.points for question in result.full):
        same = [str(question.position) for question in result.full if question.points == worth]
        rows.append(SumRow(", ".join(same), "none", f"{len(same)} × {points(worth)}" if len(same) > 1 else points(worth)))
    rows += [SumRow(str(q.position), q.mistakes, points(q.score or 0)) for q in result.missed]
    return rows


def cost_words(result: Result) -> str:
    """Return which questions cost points, for the line under the score: "Questions 3 and 6 cost you points."."""
    if not result.missed:
        return "Every question is fully right."
    places = listed([str(question.position) for question in result.missed])
    unanswered = [str(question.position) for question in result.missed if not question.answered]
    words = f"Question{'s' if len(result.missed) > 1 else ''} {places} cost{'s' if len(result.missed) == 1 else ''} you points."
    if unanswered:
        words += f" Question{'s' if len(unanswered) > 1 else ''} {listed(unanswered)} "
        words += f"{'were' if len(unanswered) > 1 else 'was'} not answered."
    return words


def receipt_of(attempt: Attempt) -> list[AnswerLog]:
    """Return every save of an attempt that was stored, in order, with its question's place. One query."""
    return list(
        AnswerLog.objects.filter(attempt=attempt, save_number__isnull=False).select_related("question").order_by("save_number")
    )
