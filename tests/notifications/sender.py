"""A real sender for the kill tests: the product's own task at a given time, with a fail point in the mail backend.

`main` runs in a process of its own. MODE: run; before, after: die with SIGKILL before or after the mail server took the NTH mail
(before it is marked); mark_first: the control, a sender that marks a letter before it sends it and dies in between.
"""

import os
import signal
from collections.abc import Sequence
from datetime import datetime

import time_machine
from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

from notifications import actions
from notifications.enums import DeliveryState
from notifications.models import Delivery
from notifications.tasks import send_due


class FailingBackend(EmailBackend):
    """Django's SMTP backend, with a fail point on both sides of the server's yes."""

    mode = "run"
    nth = 1
    seen = 0

    def send_messages(self, email_messages: Sequence[object]) -> int:
        FailingBackend.seen += 1
        self.die_if("before")
        sent = super().send_messages(email_messages)  # type: ignore[arg-type]  # passed through as it came
        self.die_if("after")
        return sent

    def die_if(self, mode: str) -> None:
        if (self.mode, self.nth) == (mode, self.seen):
            os.kill(os.getpid(), signal.SIGKILL)


def main(now: str, database: str, port: str, mode: str, nth: str) -> None:
    settings.DATABASES["default"]["NAME"] = database
    settings.EMAIL_BACKEND = "tests.notifications.sender.FailingBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(port)
    FailingBackend.mode, FailingBackend.nth = mode, int(nth)
    moment = datetime.fromisoformat(now)
    with time_machine.travel(moment, tick=False):
        if mode == "mark_first":
            claimed = actions.claim_due(now=moment, limit=1)[0]
            Delivery.objects.filter(pk=claimed.pk).update(state=DeliveryState.SENT, sent_at=moment, lease_until=None)
            os.kill(os.getpid(), signal.SIGKILL)
        send_due()
