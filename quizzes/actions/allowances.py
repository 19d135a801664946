"""The doors of what one student has and others have not: accommodations in a course, exceptions in a quiz.

Attempts that are running move with every change, in the same transaction: what a student is told is what holds.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from quizzes.enums import AttemptState
from quizzes.models import Attempt, Quiz
from quizzes.schedule import schedules_of

if TYPE_CHECKING:
    from accounts.models import User


def reschedule_running(quiz: Quiz, now: datetime, student: "User | None" = None) -> int:
    """Give the running attempts at a quiz (of one student, if given) the end that follows from the rules, accommodations
    and exceptions as they are now; return how many moved.

    Call it inside the transaction of the change, with the quiz locked or shared, after the change is written. An attempt
    whose end and grace are over stays as it is; an end is never moved before `now`: what was saved, was saved in time.
    """
    running = Attempt.objects.filter(Q(shut_at=None) | Q(shut_at__gt=now), quiz=quiz, state=AttemptState.IN_PROGRESS)
    if student is not None:
        running = running.filter(student=student)
    held = list(running.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    if not held:
        return 0
    schedules = schedules_of(quiz, {attempt.student_id for attempt in held}, now)
    moved = []
    for attempt in held:
        schedule = schedules[attempt.student_id].for_running(attempt)
        ends = schedule.ends.value
        new = (ends, ends and ends + schedule.grace, schedule.record())
        if new != (attempt.ends_at, attempt.shut_at, attempt.schedule):
            attempt.ends_at, attempt.shut_at, attempt.schedule = new
            moved.append(attempt)
    Attempt.objects.bulk_update(moved, ["ends_at", "shut_at", "schedule"], batch_size=200)
    return len(moved)
