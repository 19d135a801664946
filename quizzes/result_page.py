"""What the result page of an attempt shows. Besides grading, the key tables are joined only here, for what is out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from quizzes.enums import AttemptState, Effect, QuestionKind
from quizzes.models import AnswerLog, Attempt, AttemptQuestion, Option, QuestionKey, Response
from quizzes.review import Field, Horizon, seen_of
from quizzes.scoring import Policy, rule_sentence
from quizzes.tally import counting
from quizzes.wording import capital, letter, listed, number, points

# What of a result is written in the key tables; without one of these they are not touched.
_IN_KEY_TABLES = frozenset({Field.KEY, Field.FEEDBACK, Field.EXPLANATION})


@dataclass(frozen=True, slots=True)
class ReviewedOption:
    """One option of a result. Without the key `verdict`, `mood` and `icon` are empty; `ticked` is False without answers.

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
    """One question of a result. `score` is None until it may be seen, the HTML of key and feedback empty likewise."""

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
        """What was wrong, in short: "two of five decisions wrong"; "" where that does not show."""
        if not self.answered:
            return "not answered"
        wrong = sum(option.mood == "bad" for option in self.options)
        return f"{number(wrong)} of {number(len(self.options))} decisions wrong" if wrong else ""

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
    seen: frozenset[Field]
    credit: int = 100

    @property
    def key_shown(self) -> bool:
        return Field.KEY in self.seen

    @property
    def score_shown(self) -> bool:
        return Field.SCORE in self.seen

    @property
    def answers_shown(self) -> bool:
        return Field.ANSWERS in self.seen

    @property
    def points_shown(self) -> bool:
        """Whether each question tells its points."""
        return Field.CORRECTNESS in self.seen

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left to wait for."""
        return self.seen == frozenset(Field)

    @property
    def questions_shown(self) -> bool:
        """Whether anything of the single questions may be seen."""
        return bool(self.seen - {Field.SCORE})

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


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who looks and at what: the words of the verdicts depend on it."""

    seen: frozenset[Field]
    who: str


def result_of(attempt: Attempt, now: datetime, *, staff: bool = False, horizon: Horizon | None = None) -> Result:
    """Return the result of an attempt as its student may see it at `now`, or whole for staff.

    Two queries, and what `horizon_of` takes where a rule waits for others and `horizon` is not given.
    """
    seen = frozenset(Field) if staff else seen_of(attempt, now, horizon)
    options = Option.objects.order_by("position")
    questions = AttemptQuestion.objects.filter(attempt=attempt).select_related("version", "response")
    if seen & _IN_KEY_TABLES:
        options, questions = options.select_related("key"), questions.select_related("version__key", "response", "version")
    found = questions.prefetch_related(Prefetch("version__options", queryset=options))
    reader = _Reader(seen, "they" if staff else "you")
    return Result([_reviewed(question, reader) for question in found], seen, attempt.credit)


def _reviewed(question: AttemptQuestion, reader: _Reader) -> ReviewedQuestion:
    seen, version = reader.seen, question.version
    response: Response | None = getattr(question, "response", None)
    chosen = set(response.chosen) if response else set()
    by_id = {option.public_id: option for option in version.options.all()}
    shown = [(letter(index), by_id[option]) for index, option in enumerate(question.option_order)]
    key: QuestionKey | None = getattr(version, "key", None) if seen & _IN_KEY_TABLES else None
    return ReviewedQuestion(
        position=question.position,
        stem_html=version.stem_html,
        answered=response is not None,
        points=question.points,
        score=question.score if Field.CORRECTNESS in seen else None,
        rule=rule_sentence(Policy(question.scoring), kind=QuestionKind(version.kind), select=None),
        options=[_option(name, option, ticked=option.public_id in chosen, reader=reader) for name, option in shown],
        explanation_html=key.general_html if key and Field.EXPLANATION in seen else "",
        remark_html=_remark(key, full=question.score == question.points) if key and seen >= _REMARK else "",
    )


# "Well done" says whether the answer was right.
_REMARK = frozenset({Field.FEEDBACK, Field.CORRECTNESS})


def _remark(key: QuestionKey, *, full: bool) -> str:
    return key.if_right_html if full else key.if_wrong_html


def _option(name: str, option: Option, *, ticked: bool, reader: _Reader) -> ReviewedOption:
    seen = reader.seen
    verdict = _verdict(option, ticked=ticked, reader=reader) if Field.KEY in seen else ("", "", "")
    feedback = ""
    if Field.FEEDBACK in seen:
        feedback = option.key.feedback_html if ticked else option.key.feedback_unticked_html
    return ReviewedOption(name, option.html, ticked and Field.ANSWERS in seen, *verdict, feedback_html=feedback)


_VERDICTS = {
    (True, True): ("Right, and {} ticked it", "ok", "check"),
    (True, False): ("Right, but {} left it blank", "bad", "missed"),
    (False, True): ("Wrong, but {} ticked it", "bad", "cross"),
    (False, False): ("Wrong, and {} left it blank", "plain", "blank"),
}


def _verdict(option: Option, *, ticked: bool, reader: _Reader) -> tuple[str, str, str]:
    key = option.key
    if key.effect == Effect.NEUTRAL:
        return "Does not count", "plain", "blank"
    if key.effect == Effect.ALWAYS:
        return "Counts as right for everybody", "ok", "check"
    if Field.ANSWERS not in reader.seen:
        return ("Right", "ok", "check") if key.correct else ("Wrong", "plain", "blank")
    words, mood, icon = _VERDICTS[key.correct, ticked]
    return words.format(reader.who), mood, icon


def sum_rows(result: Result) -> list[SumRow]:
    """Return how the points add up: what is fully right in one row for each worth, the rest in order, late credit last."""
    rows, right = [], "none" if result.key_shown else "fully right"
    for worth in dict.fromkeys(question.points for question in result.full):
        same = [str(question.position) for question in result.full if question.points == worth]
        rows.append(SumRow(", ".join(same), right, f"{len(same)} × {points(worth)}" if len(same) > 1 else points(worth)))
    rows += [SumRow(str(q.position), q.mistakes if result.key_shown else "", points(q.score or 0)) for q in result.missed]
    if result.credit < 100:
        rows.append(SumRow("All", "handed in late", f"× {result.credit} %"))
    return rows


def cost_words(result: Result) -> str:
    """Return which questions cost points, for the line under the score: "Questions 3 and 6 cost you points."."""
    late = f" Handed in late: {result.credit} % of the points count." if result.credit < 100 else ""
    if not result.missed:
        return f"Every question is fully right.{late}"
    places = listed([str(question.position) for question in result.missed])
    unanswered = [str(question.position) for question in result.missed if not question.answered]
    words = f"Question{'s' if len(result.missed) > 1 else ''} {places} cost{'s' if len(result.missed) == 1 else ''} you points."
    if unanswered:
        words += f" Question{'s' if len(unanswered) > 1 else ''} {listed(unanswered)} "
        words += f"{'were' if len(unanswered) > 1 else 'was'} not answered."
    return words + late


def counts_words(attempt: Attempt, others: Iterable[Attempt]) -> str:
    """Return which of several attempts counts, as a sentence; "" where there is one. `others` are the student's at the quiz."""
    scores = {one.number: one.score for one in (*others, attempt) if one.state == AttemptState.GRADED and one.score is not None}
    if len(scores) < 2:
        return ""
    tally = counting(scores, attempt.quiz.counts)
    rule = capital(attempt.quiz.get_counts_display().lower())
    if len(tally.numbers) > 1:
        return f"{rule} counts: {points(tally.score)} points."
    if attempt.number in tally.numbers:
        return f"Of your {number(len(scores))} attempts this one counts (rule: {rule.lower()})."
    return f"Attempt {min(tally.numbers)} counts, with {points(tally.score)} points (rule: {rule.lower()})."


def receipt_of(attempt: Attempt) -> list[AnswerLog]:
    """Return every save of an attempt that was stored, in order, with its question's place. One query."""
    return list(
        AnswerLog.objects.filter(attempt=attempt, save_number__isnull=False).select_related("question").order_by("save_number")
    )
