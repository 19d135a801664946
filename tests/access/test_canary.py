"""A marker in everything that is secret, and everything a student can get looked through for it, in every state (safety.md row 3).

Every address of the access table is asked, plain and by script, those that refuse a student as well, and every form is posted;
status, headers, cookies and whole bodies are searched, and every mail. `make test` leaves out what is far from quizzes and what is refused to students.
"""

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.test import Client
from django.urls import reverse

from notifications import actions as ledger
from quizzes.actions.allowances import Difference, set_exception
from quizzes.actions.answers import save
from quizzes.actions.attempts import start, submit
from quizzes.actions.grading import grade
from quizzes.enums import AttemptState, ShowKey
from quizzes.models import Attempt, Option, OptionKey, QuestionKey, Quiz
from quizzes.saving import SaveRequest
from tests.access.objects import Objects, make_objects
from tests.access.table import CAST, TABLE
from tests.conftest import Cast
from tests.proof import examples

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NOW = datetime(2026, 10, 7, 16, 0, tzinfo=UTC)
OPENS, CLOSES, LATER = NOW + timedelta(hours=1), NOW + timedelta(hours=5), NOW + timedelta(hours=9)
GRACE = timedelta(seconds=30)
# Where a quiz shows itself to a student; `make proof` asks for everything, refusals too.
NEAR = ("quizzes:", "course:now", "course:week", "home")
STUDENT = CAST.index("student")
ROWS = [row for row in TABLE if examples(0, 1) or (row.split()[1].startswith(NEAR) and TABLE[row].split()[STUDENT] == "ok")]
SECRET_TEXTS = {
    OptionKey: ["feedback", "feedback_html", "feedback_unticked", "feedback_unticked_html"],
    QuestionKey: ["general", "general_html", "if_right", "if_right_html", "if_wrong", "if_wrong_html"],
}


@pytest.fixture(autouse=True)
def _at_now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def objects(cast: Cast) -> Objects:
    """One of everything, with a quiz that opens in an hour and that nobody has begun."""
    made = make_objects(cast)
    Attempt.objects.all().delete()
    return made


@pytest.fixture
def quiz(objects: Objects, cast: Cast) -> Quiz:
    Quiz.objects.update(opens_at=OPENS, closes_at=CLOSES, time_limit=3600, show_key=ShowKey.AFTER_DUE, attempts_allowed=1)
    return Quiz.objects.select_related("course").get(course=cast.course)


@pytest.fixture
def marker(quiz: Quiz) -> str:
    """Sixteen random bytes in every text about the key, and in the text that the quiz was written as."""
    found = secrets.token_hex(16)
    for version in {item.version for item in quiz.items.all()}:
        QuestionKey.objects.get_or_create(version=version)
    for model, names in SECRET_TEXTS.items():
        model.objects.update(**{name: Value(f"<p>{found}</p>") for name in names})  # type: ignore[attr-defined]  # a model
    Quiz.objects.update(source=Concat(F("source"), Value(f"\n<!-- {found} -->\n")))
    return found


def told(client: Client, row: str, url: str, data: dict[str, str], *, script: bool) -> str:
    """All that one request brings, its effects undone."""
    headers = {"HX-Request": "true"} if script else {}
    with transaction.atomic():
        answer = client.get(url, headers=headers) if row.startswith("GET") else client.post(url, data, headers=headers)
        body = b"".join(answer) if answer.streaming else answer.content
        transaction.set_rollback(True)
    return f"{answer.status_code} {answer.reason_phrase}\n{answer.headers}\n{answer.cookies}\n{body.decode('utf-8', 'replace')}"


def everything(client: Client, objects: Objects) -> dict[str, str]:
    """All that the student can get now, by the row of the access table."""
    return {
        f"{row} {'by script' if script else ''}": told(
            client, row, reverse(row.split()[1], kwargs=objects.kwargs(row.split()[1])), objects.data.get(row, {}), script=script
        )
        for row in ROWS
        for script in (False, True)
    }


Look = Callable[[datetime], dict[str, str]]


@pytest.fixture
def look(cast: Cast, objects: Objects) -> Look:
    def at(moment: datetime) -> dict[str, str]:
        with time_machine.travel(moment, tick=False):
            client = Client(raise_request_exception=False)
            client.force_login(cast.student, backend=BACKEND)
            return everything(client, objects)

    return at


def point_at(objects: Objects, attempt: Attempt) -> None:
    objects.by_parameter["attempt"] = attempt.public_id
    for name in ("quizzes:attempt_result", "quizzes:attempt_status"):
        objects.special[name]["attempt"] = attempt.public_id


def leaks(found: dict[str, str], marker: str) -> list[str]:
    return [row for row, answer in found.items() if marker in answer]


def letters_sent(until: datetime) -> str:
    """Plan and send all mail up to a moment; return it as it goes out."""
    with time_machine.travel(until, tick=False), get_connection() as backend:
        ledger.plan(now=until)
        for pk in ledger.claim_due(now=until, limit=500):
            ledger.send_one(delivery=pk, now=until, backend=backend)
    parts = [[letter.subject, letter.body, *(part[0] for part in getattr(letter, "alternatives", []))] for letter in mail.outbox]
    return "\n".join(str(part) for letter in parts for part in letter) + str([letter.extra_headers for letter in mail.outbox])


def test_canary_reaches_no_student_before_everybody_is_done(
    cast: Cast, objects: Objects, quiz: Quiz, marker: str, look: Look
) -> None:
    assert leaks(look(NOW), marker) == []
    assert leaks(look(OPENS), marker) == []
    attempt = start(quiz=quiz, student=cast.student, now=OPENS)
    point_at(objects, attempt)
    question = attempt.questions.get(position=1)
    answer = SaveRequest(1, tuple(sorted(question.option_order[:2])), "t", 1, 0, "r0")
    save(attempt=attempt, request=answer, now=OPENS)
    assert leaks(look(OPENS + timedelta(minutes=1)), marker) == []
    late = Difference(due_at=LATER, closes_at=LATER)
    set_exception(quiz=quiz, student=cast.other_student, difference=late, by=cast.instructor, now=OPENS)
    done = OPENS + timedelta(minutes=2)
    submit(attempt=attempt, known={}, now=done)
    assert leaks(look(done), marker) == []
    letters = letters_sent(LATER - timedelta(hours=1))
    assert marker not in letters
    assert "Small quiz" in letters
    grade(attempt_id=attempt.pk, now=done)
    assert leaks(look(done), marker) == []
    assert leaks(look(CLOSES + GRACE), marker) == []
    assert leaks(look(LATER + GRACE - timedelta(microseconds=1)), marker) == []
    assert leaks(look(LATER + GRACE), marker) == ["GET quizzes:attempt_result ", "GET quizzes:attempt_result by script"]


@pytest.mark.parametrize("state", [AttemptState.IN_PROGRESS, AttemptState.GRADED])
def test_canary_is_in_no_page_of_an_error_of_ours(
    cast: Cast, objects: Objects, quiz: Quiz, marker: str, look: Look, state: AttemptState
) -> None:
    """The options of a question vanish, and every page that shows them breaks."""
    attempt = start(quiz=quiz, student=cast.student, now=OPENS)
    point_at(objects, attempt)
    if state is AttemptState.GRADED:
        submit(attempt=attempt, known={}, now=OPENS)
        grade(attempt_id=attempt.pk, now=OPENS)
    Option.objects.filter(position__gt=1).update(public_id=Concat(Value("x"), F("position")))
    found = look(OPENS + timedelta(minutes=1))
    assert any(answer.startswith("500") for answer in found.values())
    assert leaks(found, marker) == []
