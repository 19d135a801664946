import socket
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from config import health
from notifications.models import Delivery, Heartbeat, Notice
from notifications.tasks import beat
from quizzes.enums import AttemptState, QuizState
from quizzes.models import Attempt, Quiz
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def test_healthz_anonymous_answers_without_a_query(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert client.get("/healthz").json() == {"status": "ok"}


def test_readyz_with_everything_there_is_ok_and_says_nothing_personal(cast: Cast, client: Client) -> None:
    beat()
    answer = client.get("/readyz")
    assert answer.status_code == 200, answer.json()
    assert set(answer.json()["checks"]) == {"database", "broker", "migrations", "worker", "beat", "work"}
    assert "@" not in answer.text


def test_readyz_before_the_first_heartbeat_is_missing(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    checks = answer.json()["checks"]
    assert [name for name, check in checks.items() if not check["ok"]] == ["worker", "beat"]


def test_readyz_with_an_old_heartbeat_is_missing(client: Client) -> None:
    beat()
    Heartbeat.objects.filter(name="worker").update(at=timezone.now() - health.HEARTBEAT_LIMIT - timedelta(seconds=1))
    checks = client.get("/readyz").json()["checks"]
    assert (checks["worker"]["ok"], checks["beat"]["ok"]) == (False, True)


@pytest.mark.parametrize(("age", "ok"), [(60, True), (180, False)])
def test_readyz_with_a_mail_owed_tells_its_age(age: int, ok: bool, cast: Cast) -> None:
    now = timezone.now()
    notice = Notice.objects.create(kind="quiz_due", object_key="quiz:1", version="1")
    Delivery.objects.create(notice=notice, person=cast.student, planned_at=now, due_at=now - timedelta(seconds=age))
    check = health.run_checks(now)["work"]
    assert (check.ok, check.detail) == (ok, f"oldest owed for {age} s")


def test_readyz_with_an_attempt_not_graded_is_missing(cast: Cast) -> None:
    now = timezone.now()
    quiz = Quiz.objects.create(course=cast.course, slug="one", title="One", state=QuizState.PUBLISHED)
    Attempt.objects.create(
        quiz=quiz,
        student=cast.student,
        number=1,
        quiz_revision=1,
        state=AttemptState.SUBMITTED,
        started_at=now - timedelta(hours=1),
        submitted_at=now - timedelta(minutes=5),
    )
    assert health.run_checks(now)["work"] == health.Check(False, "oldest owed for 300 s")


@pytest.mark.parametrize(
    ("celery", "redis"),
    [
        ("redis+socket:///run/v.sock?virtual_host=3", "unix:///run/v.sock?db=3"),
        ("redis+socket:///run/v.sock", "unix:///run/v.sock?db=0"),
        ("rediss://:secret@host:6380/1", "rediss://:secret@host:6380/1"),
    ],
)
def test_redis_url_of_each_kind_is_what_the_library_reads(celery: str, redis: str) -> None:
    assert health.redis_url(celery) == redis


@pytest.mark.fault
def test_readyz_with_the_broker_refusing_says_so(client: Client, settings: Settings) -> None:
    assert health.run_checks(timezone.now())["broker"].ok
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    assert not client.get("/readyz").json()["checks"]["broker"]["ok"]


@pytest.mark.fault
def test_readyz_with_a_broker_that_never_answers_takes_little_more_than_a_second(client: Client, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as hole:  # accepts and says nothing
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{hole.getsockname()[1]}/0"
        begin = time.monotonic()
        assert not client.get("/readyz").json()["checks"]["broker"]["ok"]
        assert time.monotonic() - begin < 2.5
