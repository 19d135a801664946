"""The last place, wanted by 200 people at once, on a real PostgreSQL; and the control that shows the test can fail."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from django.db import connection, transaction
from django.db.models import F

from accounts.models import User
from course.enums import Role
from course.models import Enrollment
from presentations import actions
from presentations.actions import SlotError, TooLateError
from presentations.enums import TAKES_PLACE
from presentations.models import Booking, Slot
from tests.conftest import NOW, Cast
from tests.proof import examples

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="the race needs a database with parallel writers"),
]
THREADS = 200


@dataclass
class Rush:
    """All threads start a round together, each with its own connection."""

    people: list[User]
    pool: ThreadPoolExecutor

    def on(self, slot: Slot, take: Callable[[Slot, User], object]) -> list[str]:
        gate = threading.Barrier(len(self.people))

        def one(person: User) -> str:
            connection.ensure_connection()
            gate.wait(timeout=60)
            try:
                take(slot, person)
            except SlotError as error:
                return type(error).__name__
            return "won"

        return list(self.pool.map(one, self.people))


@pytest.fixture
def rush(cast: Cast) -> Iterator[Rush]:
    people = User.objects.bulk_create([User(email=f"racer{n}@example.edu", name=f"Racer {n}") for n in range(THREADS)])
    Enrollment.objects.bulk_create([Enrollment(course=cast.course, person=one, role=Role.STUDENT) for one in people])
    with ThreadPoolExecutor(THREADS) as pool:
        yield Rush(people, pool)
        closing = threading.Barrier(THREADS)

        def close(_: int) -> None:
            closing.wait(timeout=60)
            connection.close()

        list(pool.map(close, range(THREADS)))


def new_slot(cast: Cast, position: int, capacity: int = 1) -> Slot:
    return Slot.objects.create(course=cast.course, session=cast.session, position=position, capacity=capacity)


def clear() -> None:
    Booking.objects.all().delete()
    Slot.objects.all().delete()


def claim(slot: Slot, person: User) -> Booking:
    return actions.claim(slot=slot, person=person, now=NOW)


def test_claim_last_place_by_200_at_once_exactly_one_wins(cast: Cast, rush: Rush) -> None:
    for number in range(examples(5, 50)):
        slot = new_slot(cast, number + 1)
        results = rush.on(slot, claim)
        slot.refresh_from_db()
        assert results.count("won") == 1
        assert results.count(TooLateError.__name__) == THREADS - 1
        assert slot.taken == slot.bookings.active().count() == 1
        clear()


def test_claim_three_places_by_200_at_once_exactly_three_win(cast: Cast, rush: Rush) -> None:
    slot = new_slot(cast, 1, capacity=3)
    assert rush.on(slot, claim).count("won") == 3
    slot.refresh_from_db()
    assert slot.taken == slot.bookings.active().count() == 3


def test_claim_and_undo_in_turns_counter_equals_bookings(cast: Cast, rush: Rush) -> None:
    slot = new_slot(cast, 1, capacity=5)

    def in_turns(slot: Slot, person: User) -> None:
        for _ in range(3):
            actions.undo(booking=claim(slot, person), person=person, now=NOW)

    rush.on(slot, in_turns)
    slot.refresh_from_db()
    assert slot.taken == slot.bookings.active().count() == 0
    assert slot.bookings.exists()


def test_claim_two_slots_of_a_class_at_once_person_gets_one(cast: Cast, rush: Rush) -> None:
    slots = [new_slot(cast, 1, capacity=THREADS), new_slot(cast, 2, capacity=THREADS)]
    person = rush.people[0]
    gate = threading.Barrier(2)

    def one(slot: Slot) -> str:
        gate.wait(timeout=60)
        try:
            claim(slot, person)
        except SlotError as error:
            return str(error)
        finally:
            connection.close()
        return "won"

    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(one, slots))
    assert results == ["You have a place in this class already: one place per person and class.", "won"]
    assert sum(Slot.objects.values_list("taken", flat=True)) == Booking.objects.active().count() == 1


@pytest.fixture
def unprotected() -> Iterator[None]:
    """Without the constraint that nothing is overbooked."""
    table = Slot._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT slot_not_overbooked")
    yield
    clear()
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT slot_not_overbooked CHECK (taken <= capacity)")


@pytest.mark.usefixtures("unprotected")
def test_control_look_then_take_overbooks(cast: Cast, rush: Rush) -> None:
    def look_then_take(slot: Slot, person: User) -> None:
        with transaction.atomic():
            seen = Slot.objects.get(pk=slot.pk)
            if seen.taken >= seen.capacity:
                raise TooLateError
            Booking.objects.create(slot=slot, person=person, made_by=person, made_at=NOW)
            Slot.objects.filter(pk=slot.pk).update(taken=F("taken") + 1)

    slot = new_slot(cast, 1)
    assert rush.on(slot, look_then_take).count("won") > 1
    assert Booking.objects.filter(state__in=TAKES_PLACE).count() > slot.capacity
