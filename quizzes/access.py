"""Loading quizzes and attempts for one member. What is not theirs does not exist (404)."""

from datetime import datetime

from django.http import Http404

from course.access import Membership
from quizzes.enums import QuizState
from quizzes.models import Attempt, Quiz


def quizzes_for(member: Membership) -> list[Quiz]:
    """Return the quizzes a member sees, in order of opening: staff all of them, others the published ones."""
    found = Quiz.objects.filter(course=member.course).select_related("course", "week")
    return list(found if member.is_staff else found.published())


def quiz_for(member: Membership, slug: str, now: datetime) -> Quiz:
    """Return the quiz `slug` of the member's course. A draft, or one published later than `now`, does not exist for students (404)."""
    quiz = Quiz.objects.filter(course=member.course, slug=slug).select_related("course", "week").first()
    if quiz is None or not (member.is_staff or _is_published(quiz, now)):
        raise Http404
    return quiz


def _is_published(quiz: Quiz, now: datetime) -> bool:
    return quiz.state == QuizState.PUBLISHED and (quiz.published_at is None or quiz.published_at <= now)


def attempt_for(member: Membership, quiz: str, public_id: str) -> Attempt:
    """Return the member's own attempt at the quiz with the slug `quiz`; anybody else's is a 404. One query."""
    return _found(member, quiz, public_id, own=True)


def readable_attempt_for(member: Membership, quiz: str, public_id: str) -> Attempt:
    """Return an attempt to look at: a student's own, or anybody's for staff of the course. One query."""
    return _found(member, quiz, public_id, own=not member.is_staff)


def _found(member: Membership, quiz: str, public_id: str, *, own: bool) -> Attempt:
    attempts = Attempt.objects.filter(quiz__course=member.course, quiz__slug=quiz, public_id=public_id)
    if own:
        attempts = attempts.filter(student=member.user)
    attempt = attempts.select_related("quiz__course", "quiz__week", "student").first()
    if attempt is None:
        raise Http404
    return attempt
