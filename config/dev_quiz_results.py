"""The fixtures of /dev/states/quiz/ before and after an attempt: the start page in each standing, the result as far as it is out."""

from dataclasses import replace
from datetime import datetime, timedelta

from accounts.models import User
from config.dev_quiz_cases import COURSE, LIMIT, NOW, RULE, TEXTS, Case
from course.access import RIGHTS, Membership
from course.enums import Role
from quizzes.allowances import Because
from quizzes.enums import AttemptState, QuizState, SaveOutcome, SubmittedBy
from quizzes.models import AnswerLog, Attempt, AttemptQuestion, Quiz
from quizzes.result_page import Result, ReviewedOption, ReviewedQuestion, cost_words, sum_rows
from quizzes.review import Field
from quizzes.schedule import Schedule, general_schedules
from quizzes.wording import about, duration, letter

STUDENT = Membership(COURSE, User(name="Inés Caballero"), None, RIGHTS[Role.STUDENT])
OBSERVER = replace(STUDENT, rights=RIGHTS[Role.OBSERVER])
INSTRUCTOR = replace(STUDENT, user=User(name="Ruth Vandermeer"), rights=RIGHTS[Role.INSTRUCTOR])
LATER = "The right answers and the reasons appear once nobody can answer any more, not before tomorrow, 17:00."


def around_groups() -> list[tuple[str, list[Case]]]:
    """Return the states of the pages before and after an attempt, by page."""
    return [("Start page", _starts()), ("Result", _results())]


def _quiz(**fields: object) -> Quiz:
    rules = {"opens_at": NOW - timedelta(hours=1), "closes_at": NOW + timedelta(days=1), "time_limit": 1200} | fields
    return Quiz(course=COURSE, slug="week-5-quiz", title="Week 5 quiz", state=QuizState.PUBLISHED, **rules)


def _attempt(quiz: Quiz, number: int = 1, **fields: object) -> Attempt:
    times: dict[str, object] = {"started_at": NOW - timedelta(minutes=40), "submitted_at": NOW - timedelta(minutes=25)}
    graded = {"state": AttemptState.GRADED, "submitted_by": SubmittedBy.STUDENT, "score": 250, "max_score": 400}
    return Attempt(quiz=quiz, public_id=f"states{number}", number=number, **(times | graded | fields))


def _start(name: str, quiz: Quiz, attempts: tuple[Attempt, ...] = (), **told: object) -> Case:
    schedule = general_schedules([quiz], NOW)[quiz.pk]
    allowed = quiz.attempts_allowed
    left = None if allowed is None else max(0, allowed - len(attempts))
    waits = told.pop("waits_until", None)
    schedule = replace(
        schedule,
        attempts=attempts,
        attempts_left=Because(left, "You have used your one attempt." if left == 0 else "You have one attempt."),
        next_start=Because(waits if isinstance(waits, datetime) else None, "Two hours have to pass between two attempts."),
    )
    return Case(name, "quizzes/start.html", _start_context(quiz, schedule) | told)


def _start_context(quiz: Quiz, schedule: Schedule) -> dict[str, object]:
    late = schedule.late_steps()
    return {
        "member": STUDENT,
        "quiz": quiz,
        "schedule": schedule,
        "now": NOW,
        "questions": 8,
        "rules": [RULE],
        "key_words": LATER,
        "score_words": "Your score as soon as you submit.",
        "score_out": True,
        "late": late,
        "late_ends": late[-1][0] if late else None,
        "limit_words": schedule.limit_words,
        "wait_words": duration(timedelta(minutes=quiz.wait)) if quiz.wait else "",
        "cut_words": about(schedule.ends.value - NOW) if schedule.cut and schedule.ends.value else "",
    }


def _starts() -> list[Case]:
    plain, again = _quiz(), _quiz(attempts_allowed=3, wait=120)
    running = _attempt(plain, state=AttemptState.IN_PROGRESS, submitted_at=None, ends_at=NOW + LIMIT, shut_at=NOW + LIMIT)
    stuck = _attempt(plain, state=AttemptState.SUBMITTED, grade_tries=5, score=None)
    coded, late = _quiz(access_code="window"), _quiz(due_at=NOW + timedelta(hours=1), late_steps=[[60, 80], [1440, 50]])
    return [
        _start("Open", plain),
        _start("Open, untimed", _quiz(time_limit=None, closes_at=None, attempts_allowed=None)),
        _start("Open, less time than the limit", _quiz(closes_at=NOW + timedelta(minutes=5))),
        _start("Open with an access code", coded),
        _start("The access code was wrong", coded, code_error="This is not the code."),
        _start("Open, late credit", late),
        _start("Open, no way back", _quiz(back_allowed=False)),
        _start("Open, seen by an observer", plain, member=OBSERVER),
        _start("Not open yet", _quiz(opens_at=NOW + timedelta(days=2), closes_at=NOW + timedelta(days=3))),
        _start("Running", plain, (running,)),
        _start("Waiting for the next attempt", again, (_attempt(again),), waits_until=NOW + timedelta(hours=2)),
        _start("Used up", plain, (_attempt(plain),)),
        _start("Used up, grading waits for a person", plain, (stuck,)),
        _start("Closed", _quiz(closes_at=NOW)),
        _start("Closed with an attempt", _quiz(closes_at=NOW), (_attempt(plain),)),
        _start("Refused", _quiz(closes_at=NOW), refused=True),
        _start("Without questions", plain, refused=True),
    ]


_TICKED, _MISSED = ("Right, and you ticked it", "ok", "check", True), ("Right, but you left it blank", "bad", "missed", False)
_WRONG, _LEFT = ("Wrong, but you ticked it", "bad", "cross", True), ("Wrong, and you left it blank", "plain", "blank", False)
_NEUTRAL, _ALWAYS = ("Does not count", "plain", "blank", False), ("Counts as right for everybody", "ok", "check", False)
# What became of six options: with mistakes, without any, without an answer.
_MISTAKEN = (_TICKED, _MISSED, _WRONG, _LEFT, _NEUTRAL, _ALWAYS)
_PERFECT = (_TICKED, _TICKED, _LEFT, _LEFT, _NEUTRAL, _ALWAYS)
_UNANSWERED = (_MISSED, _MISSED, _LEFT, _LEFT, _NEUTRAL, _ALWAYS)
_FEEDBACK = "<p>A token can be shorter than a word.</p>"


def _reviewed(position: int, score: int | None, *, shown: bool, answered: bool = True) -> ReviewedQuestion:
    texts = [*TEXTS, "<p>A syllable</p>", "<p>A sentence</p>"]
    became = (_PERFECT if score == 100 else _MISTAKEN) if answered else _UNANSWERED
    options = [
        ReviewedOption(letter(at), text, ticked, *((words, mood, icon, _FEEDBACK) if shown else ()))
        for at, (text, (words, mood, icon, ticked)) in enumerate(zip(texts, became, strict=True))
    ]
    reasons = {"explanation_html": "<p>See the reading.</p>", "remark_html": "<p>Not quite.</p>"} if shown else {}
    return ReviewedQuestion(position, "<p>What is a token?</p>", answered, 100, score, RULE, options, **reasons)


def _result(name: str, seen: frozenset[Field], scores: tuple[int | None, ...], *, credit: int = 100, **told: object) -> Case:
    shown, quiz = Field.KEY in seen, _quiz()
    answered = [at != 3 for at in range(1, len(scores) + 1)]
    questions = [_reviewed(at, score, shown=shown, answered=answered[at - 1]) for at, score in enumerate(scores, 1)]
    attempt = _attempt(quiz, answers_digest="4be1" * 16, max_score=100 * len(scores), credit=credit)
    attempt.score = sum(score or 0 for score in scores) * credit // 100
    result = Result(questions, seen, credit)
    context: dict[str, object] = {
        "member": STUDENT,
        "attempt": attempt,
        "quiz": quiz,
        "student": STUDENT.user,
        "result": result,
        "now": NOW,
        "cost": cost_words(result) if result.points_shown else "",
        "rows": sum_rows(result),
        "receipt": [_saved(at) for at in (1, 2, 3)],
        "key_words": LATER,
    }
    return Case(name, "quizzes/result.html", context | told)


def _saved(number: int) -> AnswerLog:
    outcome = SaveOutcome.GRACE if number == 3 else SaveOutcome.STORED
    question = AttemptQuestion(position=number)
    return AnswerLog(save_number=number, question=question, outcome=outcome, at=NOW - timedelta(minutes=30), digest="9f02" * 16)


def _results() -> list[Case]:
    everything, own = frozenset(Field), frozenset({Field.SCORE, Field.ANSWERS})
    return [
        _result("Everything is out", everything, (0, 100, 0, 50)),
        _result("Everything is right", everything, (100, 100)),
        _result("Late", everything, (0, 100), credit=80),
        _result("Score and own answers", own, (None, None, None)),
        _result("Points of each question", own | {Field.CORRECTNESS}, (0, 100, 0)),
        _result("Own answers alone", frozenset({Field.ANSWERS}), (None, None)),
        _result("Score alone", frozenset({Field.SCORE}), (None, None)),
        _result("Nothing", frozenset(), (None,)),
        _result("Nothing was saved", everything, (0,), receipt=[]),
        _result("Seen by staff", everything, (0, 100), member=INSTRUCTOR),
        _result("Several attempts", everything, (0, 100), counts="Of your two attempts this one counts (rule: highest attempt)."),
    ]
