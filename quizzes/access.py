"""Loading quizzes and attempts for one member. What is not theirs does not exist (404)."""

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest

from accounts.access import person_of
from course.access import RIGHTS, Membership, Right, membership_for, use_zone
from course.models import Enrollment
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


def attempt_to_change(member: Membership, quiz: str, public_id: str) -> Attempt:
    """Return the member's own attempt for a change of it. One query.

    Raises Http404 for anybody else's, PermissionDenied for somebody who is no student of the course any more: they read
    what they answered, and what is saved stays and is submitted at its deadline.
    """
    found = attempt_for(member, quiz, public_id)
    member.require(Right.TAKE_PART)
    return found


def held_attempt_for(request: HttpRequest, course: str, quiz: str, public_id: str) -> Attempt:
    """Return the signed-in person's own attempt with quiz and course, locked until the transaction around it ends, and
    switch the request to their time zone. One query, which also asks whether they take part in the course.

    This stands in for `membership_for` and `attempt_for` where an answer is saved and nowhere else: a whole class saves at
    once, several times a minute each, and three queries in one are most of what a save can spare.

    Raises Http404 for strangers and for anybody else's attempt, PermissionDenied where the attempt is the person's own and
    they are no longer a student of the course; only then are there more queries, to tell the two apart.
    """
    person = person_of(request)
    roles = [role for role, rights in RIGHTS.items() if Right.TAKE_PART in rights]
    taking_part = Enrollment.objects.active().filter(course=OuterRef("quiz__course"), person=person, role__in=roles)
    attempt = (
        Attempt.objects.select_for_update(no_key=True, of=("self",))
        .filter(Exists(taking_part), student=person, quiz__course__slug=course, quiz__slug=quiz, public_id=public_id)
        .select_related("quiz__course")
        .first()
    )
    if attempt is None:
        attempt_to_change(membership_for(request, course), quiz, public_id)
        raise Http404  # it became theirs between the two looks; the next try finds it
    use_zone(person, attempt.quiz.course)
    return attempt


def readable_attempt_for(member: Membership, quiz: str, public_id: str) -> Attempt:
    """Return an attempt to look at: a student's own, or anybody's for staff of the course. One query."""
    return _found(member, quiz, public_id, own=not member.is_staff)


def readable_attempts_for(member: Membership, quiz: str, public_id: str) -> tuple[Attempt, list[Attempt]]:
    """Return an attempt to look at, as `readable_attempt_for`, and all attempts of its student at that quiz. One query."""
    attempts = Attempt.objects.filter(quiz__course=member.course, quiz__slug=quiz, student__attempts__public_id=public_id)
    if not member.is_staff:
        attempts = attempts.filter(student=member.user)
    several = list(attempts.select_related("quiz__course", "quiz__week", "student").order_by("number"))
    found = next((attempt for attempt in several if attempt.public_id == public_id), None)
    if found is None:
        raise Http404
    return found, several


def attempt_by_id(member: Membership, public_id: str) -> Attempt | None:
    """Return the attempt of the member's course that a receipt names, if they may read it (own, or staff). One query."""
    attempts = Attempt.objects.filter(quiz__course=member.course, public_id=public_id)
    if not member.is_staff:
        attempts = attempts.filter(student=member.user)
    return attempts.select_related("quiz__course", "student").first()


def _found(member: Membership, quiz: str, public_id: str, *, own: bool) -> Attempt:
    attempts = Attempt.objects.filter(quiz__course=member.course, quiz__slug=quiz, public_id=public_id)
    if own:
        attempts = attempts.filter(student=member.user)
    attempt = attempts.select_related("quiz__course", "quiz__week", "student").first()
    if attempt is None:
        raise Http404
    return attempt
