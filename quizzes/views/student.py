"""Quizzes as members see them who do not teach: the list and the page before the start."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from course.access import Membership, frame
from course.templatetags.clock import when
from quizzes.access import quiz_for, quizzes_for
from quizzes.enums import QuizKind, Scoring
from quizzes.models import Attempt, Quiz
from quizzes.overview import outline_of, question_counts
from quizzes.own_score import OwnScore, own_scores
from quizzes.review import Field, horizon_if_asked, is_out, key_words, score_words
from quizzes.schedule import Schedule, Standing, effective_schedule, effective_schedules
from quizzes.scoring import Policy, rule_sentence
from quizzes.wording import about, counted, duration, times

_NOW = {Standing.OPEN, Standing.RUNNING, Standing.WAITING}


@dataclass(frozen=True, slots=True)
class Line:
    """One quiz in the list with what holds for this student."""

    quiz: Quiz
    schedule: Schedule
    questions: int
    own: OwnScore | None

    @property
    def limit_words(self) -> str:
        return duration(self.schedule.limit.value) if self.schedule.limit.value else "no time limit"

    @property
    def attempt_words(self) -> str:
        left = self.schedule.attempts_left.value
        return "as often as you like" if left is None else f"{counted(left, 'attempt')} left"

    @property
    def state_words(self) -> str:
        if self.schedule.standing is Standing.RUNNING:
            return "running"
        if self.schedule.standing is Standing.WAITING:
            return f"taken {times(len(self.schedule.attempts))}, again from {when(self.schedule.next_start.value, self.schedule.now)}"
        return f"taken {times(len(self.schedule.attempts))}" if self.schedule.attempts else "not started"

    @property
    def best(self) -> Attempt | None:
        """The attempt to show: the one that counts if that may be seen, else the last."""
        return self.own.attempt if self.own else next(iter(reversed(self.schedule.attempts)), None)


def quizzes(request: HttpRequest, member: Membership) -> HttpResponse:
    """List the published quizzes: what can be done now, what comes, what is over with its scores."""
    now = timezone.now()
    found = quizzes_for(member)
    schedules = effective_schedules(found, member.user, now)
    counts, scores = question_counts(found), own_scores(schedules, now)
    lines = [Line(quiz, schedules[quiz.pk], counts.get(quiz.pk, 0), scores.get(quiz.pk)) for quiz in found]
    context = group(lines) | {"now": now, "rule": rule_sentence(Policy(Scoring.EXACT), kind="multi", select=None)}
    return render(request, "quizzes/quizzes.html", frame(member, "quizzes") | context)


def group(lines: list[Line]) -> dict[str, object]:
    """Sort the lines of the list into its parts, with the sum of the graded scores."""
    standing = {line.quiz.pk: line.schedule.standing for line in lines}
    over = [line for line in lines if standing[line.quiz.pk] in {Standing.CLOSED, Standing.USED_UP}]
    scored = [line.own for line in over if line.quiz.kind == QuizKind.GRADED and line.own]
    return {
        "open": sorted((line for line in lines if standing[line.quiz.pk] in _NOW), key=_most_urgent),
        "upcoming": [line for line in lines if standing[line.quiz.pk] is Standing.NOT_YET],
        "over": list(reversed(over)),
        "counted": len(scored),
        "score": sum(own.score for own in scored),
        "most": sum(own.most for own in scored),
    }


def _most_urgent(line: Line) -> tuple[bool, bool, float]:
    """Running ones first, then by the time they close; what never closes comes last."""
    closes = line.schedule.closes.value
    return line.schedule.standing is not Standing.RUNNING, closes is None, closes.timestamp() if closes else 0.0


def quiz(request: HttpRequest, member: Membership, slug: str) -> HttpResponse:
    """Show one quiz before the start: the rules in words, this student's own times with their reasons, and one button."""
    now = timezone.now()
    found = quiz_for(member, slug, now)
    return start_page(request, member, found, now)


def start_page(
    request: HttpRequest, member: Membership, quiz: Quiz, now: datetime, *, status: int = 200, code_error: str = ""
) -> HttpResponse:
    """Render the page before the start; a refused start comes back here with 409, one without the access code with why."""
    schedule = effective_schedule(quiz, member.user, now)
    late = schedule.late_steps()
    outline, horizon = outline_of(quiz), horizon_if_asked(quiz, now)
    context = {
        "quiz": quiz,
        "schedule": schedule,
        "now": now,
        "questions": outline.questions,
        "rules": outline.rules,
        "key_words": key_words(quiz, now, horizon=horizon),
        "score_words": score_words(quiz, now, horizon),
        "score_out": is_out(Field.SCORE, quiz, now, horizon),
        "refused": status == 409,
        "limit_words": duration(schedule.limit.value) if schedule.limit.value else "",
        "code_error": code_error,
        "late": late,
        "late_ends": late[-1][0] if late else None,
        "wait_words": duration(timedelta(minutes=quiz.wait)) if quiz.wait and schedule.attempts_allowed.value != 1 else "",
        "cut_words": about(schedule.ends.value - now) if schedule.cut and schedule.ends.value else "",
    }
    return render(request, "quizzes/start.html", frame(member, "quizzes") | context, status=status)
