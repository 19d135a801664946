"""Whether this process answers (/healthz), and whether all a class needs is there (/readyz). No login, no personal data."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from notifications.models import Delivery, Heartbeat
from quizzes.models import Attempt

BROKER_SECONDS = 1.0
# Beat sends a heartbeat every 20 seconds; work that is owed longer than this is not being done.
HEARTBEAT_LIMIT = timedelta(seconds=90)
OWED_LIMIT = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Check:
    ok: bool
    detail: str


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Say that this process answers. Touches nothing else: a restart would not mend a stopped database."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Say of each part whether it is there, with what was seen; 503 if one is missing."""
    checks = run_checks(timezone.now())
    ready = all(check.ok for check in checks.values())
    body = {
        "status": "ok" if ready else "missing",
        "checks": {name: {"ok": check.ok, "detail": check.detail} for name, check in checks.items()},
    }
    return JsonResponse(body, status=200 if ready else 503)


def run_checks(now: datetime) -> dict[str, Check]:
    """Run every check at `now`. Without a database, what it would have told is missing too, and is not waited for."""
    checks = {"database": _database(), "broker": _broker()}
    asked: dict[str, Callable[[datetime], Check]] = {
        "migrations": lambda _: _migrations(),
        "worker": lambda at: _heartbeat("worker", at),
        "beat": lambda at: _heartbeat("beat", at),
        "work": _work,
    }
    for name, check in asked.items():
        checks[name] = _asked_of_database(check, now) if checks["database"].ok else Check(False, "not known without the database")
    return checks


def _asked_of_database(check: Callable[[datetime], Check], now: datetime) -> Check:
    try:
        return check(now)
    except DatabaseError as error:
        return Check(False, f"the database could not tell ({type(error).__name__})")


def _database() -> Check:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return Check(False, f"no answer ({type(error).__name__})")
    return Check(True, connection.vendor)


def unapplied_migrations() -> list[str]:
    """Return the names of migrations that the code has and the database has not."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _migrations() -> Check:
    missing = unapplied_migrations()
    return Check(not missing, f"{len(missing)} not applied, first {missing[0]}" if missing else "all applied")


def redis_url(broker: str) -> str:
    """Return Celery's address of a broker as the redis library writes it: unix sockets are spelt differently."""
    if not broker.startswith("redis+socket://"):
        return broker
    path, _, number = broker.removeprefix("redis+socket://").partition("?virtual_host=")
    return f"unix://{path}?db={number or 0}"


def _broker() -> Check:
    # A client of its own: Celery's tries again and again, and this has to answer within a second.
    client = Redis.from_url(
        redis_url(settings.CELERY_BROKER_URL),
        protocol=2,
        socket_connect_timeout=BROKER_SECONDS,
        socket_timeout=BROKER_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        with client:
            client.ping()
    except RedisError as error:
        return Check(False, f"no answer within {BROKER_SECONDS:g} s ({type(error).__name__})")
    return Check(True, "answers")


def _heartbeat(name: str, now: datetime) -> Check:
    beat = Heartbeat.objects.filter(name=name).first()
    if beat is None:
        return Check(False, "never seen")
    age = now - beat.at
    return Check(age <= HEARTBEAT_LIMIT, f"seen {age.total_seconds():.0f} s ago")


def _work(now: datetime) -> Check:
    """Look for the oldest thing that is owed: an answer to grade, an attempt to close, a mail to send."""
    since = [
        Attempt.objects.owed(now).aggregate(at=Min("submitted_at"))["at"],
        Attempt.objects.overdue(now).aggregate(at=Min("shut_at"))["at"],
        Delivery.objects.due(now).aggregate(at=Min("due_at"))["at"],
    ]
    oldest = min((at for at in since if at), default=None)
    if oldest is None:
        return Check(True, "nothing owed")
    age = now - oldest
    return Check(age <= OWED_LIMIT, f"oldest owed for {age.total_seconds():.0f} s")
