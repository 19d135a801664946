"""The quiz of each week in the list of weeks: open until when, what one has, or its state."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from course.models import Week
from course.templatetags.clock import when
from course.week_rows import Column, Note, register
from quizzes.enums import QuizState
from quizzes.models import Quiz
from quizzes.own_score import OwnScore, own_scores
from quizzes.schedule import Schedule, Standing, effective_schedules, general_schedules
from quizzes.wording import points

if TYPE_CHECKING:
    from course.access import Membership


@register
def quizzes_of_weeks(member: "Membership", weeks: Sequence[Week], now: datetime) -> list[Note]:
    """Return a note for each quiz of these weeks that this person sees. Two queries, one for those who take none."""
    found = Quiz.objects.filter(week__in=weeks).select_related("course")
    quizzes = list(found if member.is_staff else found.published())
    schedules = effective_schedules(quizzes, member.user, now) if member.takes_part else general_schedules(quizzes, now)
    scores = own_scores(schedules, now)
    return [_note(schedules[quiz.pk], scores.get(quiz.pk), now) for quiz in quizzes]


def _note(schedule: Schedule, own: OwnScore | None, now: datetime) -> Note:
    quiz = schedule.quiz
    return Note(quiz.week_id or 0, Column.QUIZ, f"{quiz.title}: {_words(schedule, own, now)}", quiz.get_absolute_url())


def _words(schedule: Schedule, own: OwnScore | None, now: datetime) -> str:
    if schedule.quiz.state == QuizState.DRAFT:
        return "draft"
    if own:
        return f"{points(own.score)} of {points(own.most)}"
    if schedule.standing is Standing.NOT_YET:
        return f"opens {when(schedule.opens.value, now)}"
    if schedule.standing is Standing.CLOSED:
        return "closed"
    return f"open until {when(schedule.closes.value, now)}" if schedule.closes.value else "open"
