"""The class that is measured: people, a quiz, and attempts without number written in bulk."""

import random
from datetime import date, datetime, timedelta

from accounts.models import User
from course.enums import Role
from course.models import Course, Enrollment, Term
from quizzes.enums import AttemptState, Scoring, SubmittedBy
from quizzes.models import Attempt, AttemptQuestion, Quiz, Response
from tests.conftest import make_course
from tests.quizzes.making import make_quiz

CHUNK = 500
KEYS = ("AC", "B", "AB", "ACE")


def people(name: str, count: int) -> list[User]:
    return User.objects.bulk_create(
        [User(email=f"{name}{at}@example.edu", name=f"{name.title()} {at}", password="!") for at in range(count)]
    )


def course(slug: str, students: list[User]) -> Course:
    term, _ = Term.objects.get_or_create(name="Bench", starts_on=date(2026, 8, 31), ends_on=date(2026, 12, 18))
    made = make_course(slug, term)
    Enrollment.objects.bulk_create([Enrollment(course=made, person=student, role=Role.STUDENT) for student in students])
    return made


def quiz(of: Course, now: datetime, *, questions: int, options: int) -> Quiz:
    """Return an open quiz whose questions are scored by all the policies in turn."""
    keys = [KEYS[at % len(KEYS)] for at in range(questions)]
    window = {"opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=1), "published_at": now - timedelta(days=1)}
    return make_quiz(of, "bench", keys=keys, options=options, shuffle=True, **window)


def submitted(found: Quiz, students: list[User], now: datetime, seed: int) -> None:
    """Write a submitted attempt with an answer to every question for each student, as start, save and submit would."""
    chance = random.Random(seed)
    versions = [(item.version, [o.public_id for o in item.version.options.all()]) for item in found.items.all()]
    policies = [policy.value for policy in Scoring]
    for at in range(0, len(students), CHUNK):
        attempts = Attempt.objects.bulk_create(
            [_attempt(found, student, now, len(versions)) for student in students[at : at + CHUNK]]
        )
        asked = [
            AttemptQuestion(
                attempt=attempt,
                position=place,
                version=version,
                points=100,
                scoring=policies[place % len(policies)],
                option_order=options,
            )
            for attempt in attempts
            for place, (version, options) in enumerate(versions, start=1)
        ]
        AttemptQuestion.objects.bulk_create(asked)
        Response.objects.bulk_create([_response(question, chance, now) for question in asked])


def _attempt(found: Quiz, student: User, now: datetime, questions: int) -> Attempt:
    return Attempt(
        quiz=found,
        student=student,
        number=1,
        quiz_revision=found.revision,
        state=AttemptState.SUBMITTED,
        started_at=now - timedelta(minutes=20),
        submitted_at=now - timedelta(minutes=1),
        submitted_by=SubmittedBy.STUDENT,
        max_score=100 * questions,
    )


def _response(question: AttemptQuestion, chance: random.Random, now: datetime) -> Response:
    chosen = sorted(option for option in question.option_order if chance.random() < 0.4)
    return Response(
        question=question, chosen=chosen, save_number=question.position, tab="t", counter=1, request_id="r", saved_at=now
    )
