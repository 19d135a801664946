"""Grading with real processes: a Celery worker that dies, a broker that is gone, and the sweep that finds what was missed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notifications import bell
from quizzes import tasks
from quizzes.actions.answers import save
from quizzes.actions.attempts import start, submit
from quizzes.actions.grading import grade, grade_owed
from quizzes.enums import AttemptState
from quizzes.marking import marks_of
from quizzes.models import Attempt
from tests import services
from tests.conftest import Cast
from tests.proof import examples
from tests.quizzes.making import make_quiz, request
from tests.zygote import Zygote

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parent.parent.parent
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
KILLS = examples(5, 100)
PATIENCE = 60
PAUSE = timedelta(minutes=5)


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A Valkey of this test's own, which the web side of this process uses too."""
    address = services.start_valkey()
    server, _, _ = services._running[-1]
    monkeypatch.setattr(current_app.conf, "broker_write_url", address)
    bell._connection.cache_clear()
    yield address
    bell._connection.cache_clear()
    if server.poll() is None:
        server.terminate()
        server.wait(10)


def environment(broker: str, **extra: str) -> dict[str, str]:
    """The same database as this test; Django's own test database has another name than the address says."""
    name = connection.settings_dict["NAME"]
    address = os.environ["DATABASE_URL"].replace("@/postgres", f"@/{name}")
    return os.environ | {"DATABASE_URL": address, "REDIS_URL": broker, "DJANGO_SETTINGS_MODULE": "config.settings.test"} | extra


@pytest.fixture
def armed(broker: str) -> Iterator[Zygote]:
    """Processes that die between finding a grade and writing it."""
    with Zygote(environment(broker, SEMINAR_FAILPOINT="grade.before_commit")) as zygote:
        yield zygote


def start_worker(broker: str, **extra: str) -> subprocess.Popen[bytes]:
    """Start a real worker (one process) and wait until it listens."""
    log = log_of_worker()
    log.parent.mkdir(exist_ok=True)
    with log.open("wb") as out:
        worker = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "celery",
                "-A",
                "config.celery",
                "worker",
                "--pool",
                "solo",
                "--loglevel",
                "INFO",
                "--without-gossip",
                "--without-mingle",
            ],
            cwd=ROOT,
            env=environment(broker, **extra),
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    assert wait_until(lambda: b" ready." in log.read_bytes() or worker.poll() is not None)
    assert worker.poll() is None, log.read_text()
    return worker


def killed_at_the_failpoint(worker: subprocess.Popen[bytes], attempt: Attempt) -> bool:
    """Ring for `attempt` and wait for the worker's end at its failpoint; where it does not come, show what it wrote."""
    bell.ring(tasks.grade_attempt, attempt_id=attempt.pk)
    try:
        return worker.wait(PATIENCE) == -signal.SIGKILL
    except subprocess.TimeoutExpired:
        stop(worker)
        pytest.fail(f"the worker did not reach its failpoint:\n{log_of_worker().read_text()}")


def log_of_worker() -> Path:
    return ROOT / "var" / f"test-worker-{os.getpid()}.log"  # one for each process of a parallel run


def stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait(10)


def wait_until(true: object, seconds: float = PATIENCE) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():  # type: ignore[operator]  # a condition
            return True
        time.sleep(0.05)
    return False


def running(cast: Cast, slug: str = "week-5") -> Attempt:
    now = timezone.now()
    attempt = start(quiz=make_quiz(cast.course, slug, opens_at=None, closes_at=None), student=cast.student, now=now)
    save(attempt=attempt, request=request(attempt, 1, "AC"), now=now)
    return attempt


def state(attempt: Attempt) -> str:
    return Attempt.objects.values_list("state", flat=True).get(pk=attempt.pk)


def signed_in(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.student, backend=BACKEND)
    return client


def press_submit(client: Client, attempt: Attempt) -> tuple[int, float, str]:
    """Submit over the web; return status, seconds and the address of the result."""
    args = [attempt.quiz.course.slug, attempt.quiz.slug, attempt.public_id]
    begun = time.monotonic()
    response = client.post(reverse("quizzes:attempt_submit", args=args), {"known": "1:1"})
    return response.status_code, time.monotonic() - begun, response.headers["Location"]


def result_appears(client: Client, address: str) -> bool:
    """Do what the waiting page does: ask for the status each second, then load the result."""
    status = address.replace("/result/", "/status/")
    shown = wait_until(lambda: "HX-Refresh" in client.get(status, headers={"HX-Request": "true"}).headers, 10)
    return shown and "1 of 3 points" in client.get(address).content.decode()


def assert_one_right_grade(attempt: Attempt) -> None:
    attempt.refresh_from_db()
    fresh = marks_of(attempt)
    assert (attempt.state, attempt.score) == (AttemptState.GRADED, fresh.total)
    assert list(attempt.grade_records.values_list("cause", "score")) == [("first", fresh.total)]
    assert dict(attempt.questions.values_list("pk", "score")) == fresh.by_question


def test_submit_with_a_worker_is_graded_by_the_worker(cast: Cast, broker: str) -> None:
    worker, attempt = start_worker(broker), running(cast)
    try:
        assert press_submit(signed_in(cast), attempt)[0] == 303
        assert wait_until(lambda: state(attempt) == AttemptState.GRADED), log_of_worker().read_text()
    finally:
        stop(worker)
    assert_one_right_grade(attempt)


def test_submit_with_the_worker_killed_answers_at_once_and_the_result_appears(cast: Cast, broker: str) -> None:
    worker, attempt, client = start_worker(broker), running(cast), signed_in(cast)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(10)
    status, seconds, address = press_submit(client, attempt)
    assert status == 303
    assert seconds < 1
    assert result_appears(client, address)
    assert_one_right_grade(attempt)


def test_submit_with_valkey_stopped_answers_at_once_and_the_result_appears(cast: Cast, broker: str) -> None:
    attempt, client = running(cast), signed_in(cast)
    server, _, _ = services._running[-1]
    server.kill()
    server.wait(10)
    status, seconds, address = press_submit(client, attempt)
    assert status == 303
    assert seconds < 1
    assert result_appears(client, address)
    assert_one_right_grade(attempt)


def test_submit_with_valkey_frozen_answers_and_the_sweep_grades(cast: Cast, broker: str) -> None:
    attempt, client = running(cast), signed_in(cast)
    server, _, _ = services._running[-1]
    os.kill(server.pid, signal.SIGSTOP)
    try:
        assert press_submit(client, attempt)[0] == 303
    finally:
        os.kill(server.pid, signal.SIGCONT)
    assert grade_owed(now=timezone.now()) == 1
    assert_one_right_grade(attempt)


def test_worker_killed_between_grading_and_commit_leaves_one_grade_after_the_sweep(cast: Cast, broker: str) -> None:
    for round_number in range(KILLS):
        attempt = running(cast, f"kill-{round_number}")
        submit(attempt=attempt, known={}, now=timezone.now())
        worker = start_worker(broker, SEMINAR_FAILPOINT="grade.before_commit")
        assert killed_at_the_failpoint(worker, attempt)
        assert state(attempt) == AttemptState.SUBMITTED
        attempt.refresh_from_db()
        assert attempt.grade_tries == 1
        assert attempt.grade_after is not None
        assert grade_owed(now=attempt.grade_after) == 1
        assert_one_right_grade(attempt)


def test_web_killed_between_grading_and_commit_leaves_one_grade_after_the_sweep(cast: Cast, armed: Zygote) -> None:
    code = (
        "from django.test import Client\n"
        "from accounts.models import User\n"
        "client = Client()\n"
        "client.force_login(User.objects.get(pk={user}), backend={backend!r})\n"
        "client.get({address!r})\n"
    )
    for round_number in range(KILLS):
        attempt = running(cast, f"web-{round_number}")
        submit(attempt=attempt, known={}, now=timezone.now())
        time.sleep(1)  # the result page leaves the first second to the worker
        args = [attempt.quiz.course.slug, attempt.quiz.slug, attempt.public_id]
        script = code.format(user=cast.student.pk, backend=BACKEND, address=reverse("quizzes:attempt_result", args=args))
        assert armed.run(script) == -signal.SIGKILL
        assert state(attempt) == AttemptState.SUBMITTED
        assert grade_owed(now=timezone.now() + PAUSE) == 1
        assert_one_right_grade(attempt)


def test_sweep_killed_in_a_batch_leaves_one_grade_each_after_the_next_sweep(cast: Cast, armed: Zygote) -> None:
    code = "from django.utils import timezone\nfrom quizzes.actions.grading import grade_owed\ngrade_owed(now=timezone.now())\n"
    for round_number in range(examples(1, 100)):
        batch = [running(cast, f"batch-{round_number}-{at}") for at in range(3)]
        for attempt in batch:
            submit(attempt=attempt, known={}, now=timezone.now())
        assert armed.run(code) == -signal.SIGKILL
        assert [state(attempt) for attempt in batch] == [AttemptState.SUBMITTED] * 3
        assert grade_owed(now=timezone.now() + PAUSE) == 3
        for attempt in batch:
            assert_one_right_grade(attempt)


def test_control_worker_killed_without_a_sweep_leaves_the_work_owed(cast: Cast, broker: str) -> None:
    attempt = running(cast)
    submit(attempt=attempt, known={}, now=timezone.now())
    worker = start_worker(broker, SEMINAR_FAILPOINT="grade.before_commit")
    assert killed_at_the_failpoint(worker, attempt)
    assert not wait_until(lambda: state(attempt) == AttemptState.GRADED, 3)
    assert grade(attempt_id=attempt.pk, now=timezone.now()) is not None


def test_failpoint_is_inert_unless_it_is_named(cast: Cast) -> None:
    attempt = running(cast)
    submit(attempt=attempt, known={}, now=timezone.now())
    assert settings.DEV_PAGES
    assert grade(attempt_id=attempt.pk, now=timezone.now()) is not None
