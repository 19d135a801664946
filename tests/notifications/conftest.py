from collections.abc import Iterator
from datetime import datetime

import pytest
from django.core.mail import get_connection
from pytest_django import Settings

from course.actions.announcements import Posting, Text, save_announcement
from course.models import Announcement
from notifications import actions
from notifications.enums import DeliveryState
from notifications.models import Delivery
from tests.conftest import Cast
from tests.notifications.sink import Sink, running


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    """A mail server that this process sends to as well."""
    with running() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", sink.port, 5
        yield sink


def announce(cast: Cast, now: datetime, title: str = "Room change") -> Announcement:
    """Post an announcement with mail; `now` is when it was posted."""
    return save_announcement(
        course=cast.course,
        announcement=None,
        author=cast.instructor,
        text=Text(title, "We meet **upstairs**."),
        posting=Posting(at=None, mail=True),
        now=now,
    )


def send_all(now: datetime) -> list[DeliveryState]:
    """Send what is due at `now` with the configured mail backend, one connection a letter."""
    states = []
    while claimed := actions.claim_due(now=now, limit=1):
        states.append(actions.send_one(delivery=claimed[0], now=now, backend=get_connection()))
    return states


def ledger() -> list[tuple[str, str, str]]:
    """Return (recipient, state, reason) of every delivery."""
    return list(Delivery.objects.order_by("person__email").values_list("person__email", "state", "reason"))
