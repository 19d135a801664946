"""The quizzes of a week in their place on its page: open until when, closed, graded."""

from dataclasses import dataclass
from datetime import datetime

from course.access import Membership
from course.models import Week
from course.templatetags.clock import when
from course.week_panels import Panel, register
from quizzes.enums import QuizState
from quizzes.models import Quiz
from quizzes.own_score import OwnScore, own_scores
from quizzes.schedule import Schedule, Standing, effective_schedules, general_schedules
from quizzes.wording import points

KINDS = ("quiz", "overhead")


@dataclass(frozen=True, slots=True)
class PanelLine:
    """One quiz: its state as a tag (`tone` ok, warn or "") and a sentence."""

    quiz: Quiz
    url: str
    tag: str
    tone: str
    detail: str


@register
def quizzes_of_week(member: Membership, week: Week, now: datetime) -> list[Panel]:
    """Return one panel with the quizzes of the week that this person sees. Two queries, one for those who take none."""
    found = Quiz.objects.filter(week=week).select_related("course")
    quizzes = list(found if member.is_staff else found.published())
    if not quizzes:
        return []
    schedules = effective_schedules(quizzes, member.user, now) if member.takes_part else general_schedules(quizzes, now)
    scores = own_scores(schedules, now)
    lines = [line_for(schedules[quiz.pk], scores.get(quiz.pk), now) for quiz in quizzes]
    title = quizzes[0].title if len(quizzes) == 1 else "Quizzes"
    return [Panel(KINDS, title, "quizzes/panel.html", {"lines": lines, "single": len(quizzes) == 1})]


def line_for(schedule: Schedule, own: OwnScore | None, now: datetime) -> PanelLine:
    """Return what a week page says about one quiz; `own` is the score that the reader may see."""
    quiz = schedule.quiz
    tag, tone, detail = _words(schedule, own, now)
    return PanelLine(quiz, quiz.get_absolute_url(), tag, tone, detail)


def _words(schedule: Schedule, score: OwnScore | None, now: datetime) -> tuple[str, str, str]:
    closes, opens = schedule.closes.value, schedule.opens.value
    own = f"You have {points(score.score)} of {points(score.most)} points." if score else ""
    if schedule.quiz.state == QuizState.DRAFT:
        return "Draft", "", "Only staff see it."
    if schedule.standing is Standing.RUNNING:
        return (
            "Running",
            "warn",
            f"Your attempt ends {when(schedule.ends.value, now)}." if schedule.ends.value else "Your attempt is open.",
        )
    if schedule.standing is Standing.NOT_YET:
        return f"Opens {when(opens, now)}", "", ""
    if schedule.standing is Standing.OPEN:
        return (f"Open until {when(closes, now)}" if closes else "Open"), "ok", own
    if schedule.standing is Standing.WAITING:
        return f"Open again {when(schedule.next_start.value, now)}", "", own
    return "Closed" if schedule.standing is Standing.CLOSED else "Taken", "", own
