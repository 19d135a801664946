"""What Celery does for the ledger. The rows say what is owed; each of these may run late, twice or at once."""

import time

from celery import shared_task
from django.core.mail import get_connection
from django.utils import timezone

from notifications import actions
from notifications.enums import DeliveryState

# Well below the lease and Celery's time limit, also when the mail server is slow at every word.
BUDGET = 120  # seconds for one run


@shared_task(name="notifications.beat")
def beat() -> None:
    """Show that beat rang and that a worker heard it: written through the queue, so a deaf worker shows."""
    actions.beat(names=["worker", "beat"], now=timezone.now())


@shared_task(name="notifications.plan")
def plan() -> None:
    actions.plan(now=timezone.now())


@shared_task(name="notifications.send_due")
def send_due() -> None:
    """Send what is due, one claim at a time: a letter that breaks the sender holds none of the others."""
    actions.free_expired(now=timezone.now())
    begun = time.monotonic()
    with get_connection() as backend:
        while time.monotonic() - begun < BUDGET:
            claimed = actions.claim_due(now=timezone.now(), limit=1)
            if not claimed:
                return
            state = actions.send_one(delivery=claimed[0], now=timezone.now(), backend=backend)
            if state not in {DeliveryState.SENT, DeliveryState.SKIPPED}:
                backend.close()  # a broken connection must not take the next letter with it


@shared_task(name="notifications.send_one")
def send_one(delivery: int) -> None:
    """Send one delivery now, if it is due and nobody else has it."""
    for one in actions.claim_one(pk=delivery, now=timezone.now()):
        actions.send_one(delivery=one, now=timezone.now(), backend=get_connection())
