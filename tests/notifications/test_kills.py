"""The sender is killed again and again: no letter is lost, and a second copy carries the same Message-ID."""

import os
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db import connection

from accounts.models import User
from course.enums import EnrollmentState, Role
from course.models import Enrollment
from notifications import actions
from notifications.enums import OWED, DeliveryState
from notifications.models import Delivery
from tests.conftest import NOW, Cast
from tests.notifications.conftest import announce
from tests.notifications.sink import Sink
from tests.proof import examples
from tests.zygote import Child, Zygote

pytestmark = [
    pytest.mark.fault,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="several processes need the real database"),
]
SEED = 20261007
HOLD = timedelta(minutes=10)
ROUND = timedelta(minutes=6)  # longer than a lease


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with Zygote({**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"}) as zygote:
        yield zygote


@pytest.fixture
def office(zygote: Zygote, sink: Sink) -> "Office":
    return Office(zygote, sink)


@dataclass(frozen=True, slots=True)
class Office:
    """Starts senders that give their letters to `sink`."""

    zygote: Zygote
    sink: Sink

    def start(self, now: datetime, mode: str = "run", nth: int = 1) -> Child:
        words = [now.isoformat(), str(connection.settings_dict["NAME"]), str(self.sink.port), mode, str(nth)]
        return self.zygote.start(f"from tests.notifications.sender import main; main(*{words})")

    def run(self, now: datetime, mode: str = "run", nth: int = 1) -> int:
        return self.start(now, mode, nth).wait()

    def kill_at_random(self, now: datetime, chance: random.Random) -> None:
        process = self.start(now)
        self.sink.wait_for(len(self.sink.mails) + chance.randint(1, 4), seconds=5)
        time.sleep(chance.random() * 0.02)
        process.kill()
        process.wait()


def test_sender_killed_again_and_again_every_letter_arrives(cast: Cast, sink: Sink, office: Office) -> None:
    chance = random.Random(SEED)
    now, kills = NOW, 0
    for number in range(examples(5, 100)):
        now += ROUND
        leaver = User.objects.create_user(f"leaver{number}@example.edu", name=f"Lea Leaver {number}")
        enrollment = Enrollment.objects.create(course=cast.course, person=leaver, role=Role.STUDENT)
        announce(cast, now - HOLD, f"Round {number}")
        actions.plan(now=now)
        # Somebody leaves between planning and sending, every time.
        Enrollment.objects.filter(pk=enrollment.pk).update(state=EnrollmentState.REMOVED)
        mode = ("before", "after", "random")[number % 3]
        if mode == "random":
            office.kill_at_random(now, chance)
        else:
            assert office.run(now, mode, chance.randint(1, 4)) == -9
        kills += 1
    assert office.run(now + ROUND) == 0
    assert office.run(now + 2 * ROUND) == 0
    assert not Delivery.objects.filter(state__in=OWED).exists()
    owed = set(Delivery.objects.filter(state=DeliveryState.SENT).values_list("token", flat=True))
    arrived = sink.ids()
    assert len(owed) == 4 * examples(5, 100)
    assert {f"<delivery-{token}@testserver>" for token in owed} == set(arrived)
    assert sum(arrived.values()) - len(arrived) <= kills  # at most one repeat for each kill
    assert sum(arrived.values()) > len(arrived)  # the fail point after the server's yes did make repeats
    assert not [email for email in sink.recipients() if email.startswith("leaver")]
    # Who joins is owed the day's announcements too, and all of them are skipped when that person leaves.
    assert Delivery.objects.filter(state=DeliveryState.SKIPPED, reason="withdrawn").count() == kills * (kills + 1) // 2


def test_control_marking_before_sending_loses_a_letter(cast: Cast, sink: Sink, office: Office) -> None:
    announce(cast, NOW - HOLD)
    actions.plan(now=NOW)
    assert office.run(NOW, "mark_first") == -9
    assert office.run(NOW + ROUND) == 0
    assert Delivery.objects.filter(state=DeliveryState.SENT).count() == 4
    assert len(sink.mails) == 3


def test_two_senders_at_once_each_letter_once(cast: Cast, sink: Sink, office: Office) -> None:
    people = User.objects.bulk_create([User(email=f"reader{n}@example.edu", name=f"Reader {n}") for n in range(40)])
    Enrollment.objects.bulk_create([Enrollment(course=cast.course, person=one, role=Role.STUDENT) for one in people])
    announce(cast, NOW - HOLD)
    actions.plan(now=NOW)
    senders = [office.start(NOW) for _ in range(3)]
    assert [sender.wait() for sender in senders] == [0, 0, 0]
    assert len(sink.ids()) == 44
    assert set(sink.ids().values()) == {1}
