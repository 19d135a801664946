"""Ringing the bell: waking a worker for work that a committed row already says is owed."""

import logging
from functools import lru_cache, partial
from typing import Any

from celery import Task, current_app
from django.db import transaction
from kombu import Connection
from kombu.exceptions import OperationalError
from kombu.pools import producers

logger = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def _connection() -> Connection:
    # max_retries 0: with Redis refused the request must answer at once; the sweep does the work later.
    return current_app.connection_for_write(transport_options={"max_retries": 0})


def _send(task: "Task[Any, Any]", ids: dict[str, int | str]) -> None:
    try:
        with producers[_connection()].acquire(block=True, timeout=1) as producer:
            task.apply_async(kwargs=ids, producer=producer, retry=False)
    except (OperationalError, ConnectionError, TimeoutError) as error:
        logger.warning("bell not heard, the sweep will do it: %s %s (%s)", task.name, ids, type(error).__name__)


def ring(task: "Task[Any, Any]", **ids: int | str) -> None:
    """Wake a worker for `task` with `ids` once the current transaction has committed.

    Never raises and never waits long: the row is the queue, the message only a wake-up (architecture.md).
    """
    transaction.on_commit(partial(_send, task, ids), robust=True)
