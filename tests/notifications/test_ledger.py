"""Planning, claiming, retrying and giving up, row by row."""

import smtplib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.core.mail import get_connection
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from course.enums import EnrollmentState, Role
from course.models import Announcement, Enrollment
from notifications import actions, tasks
from notifications.enums import DeliveryState, Standing
from notifications.models import Delivery, Heartbeat, Notice, Unsubscribe
from notifications.registry import Kind, kind_named, kinds, register
from tests.conftest import NOW, Cast
from tests.notifications.conftest import announce, ledger, send_all
from tests.notifications.sink import Sink

HOLD = timedelta(minutes=10)
DUE = NOW + HOLD
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="needs parallel writers")


@pytest.mark.django_db
def test_announcement_after_the_hold_goes_to_everybody_but_its_author_once(cast: Cast) -> None:
    announce(cast, NOW)
    assert actions.plan(now=NOW) == 4
    assert send_all(DUE - timedelta(seconds=1)) == []
    assert send_all(DUE) == [DeliveryState.SENT] * 4
    assert sorted(one.to[0] for one in mail.outbox) == [
        "Ines Caballero <ines.caballero@example.edu>",
        "Jonah Whitfield <jonah.whitfield@example.edu>",
        "Odile Okafor <odile.okafor@example.edu>",
        "Teo Marchetti <teo.marchetti@example.edu>",
    ]
    assert actions.plan(now=DUE) == 0
    assert send_all(DUE + timedelta(days=1)) == []


@pytest.mark.django_db
def test_edit_within_the_hold_is_what_the_mail_says(cast: Cast) -> None:
    one = announce(cast, NOW)
    actions.plan(now=NOW)
    Announcement.objects.filter(pk=one.pk).update(title="Corrected", html="<p>Downstairs.</p>")
    send_all(DUE)
    assert {one.subject for one in mail.outbox} == {"HUM240: Corrected"}
    assert "Downstairs." in str(mail.outbox[0].body)


@pytest.mark.django_db
def test_late_joiner_gets_the_announcement_of_the_day(cast: Cast) -> None:
    announce(cast, NOW)
    actions.plan(now=NOW)
    send_all(DUE)
    late = User.objects.create_user("lou.late@example.edu", name="Lou Late")
    Enrollment.objects.create(course=cast.course, person=late, role=Role.STUDENT)
    assert actions.plan(now=DUE + timedelta(hours=1)) == 1
    assert send_all(DUE + timedelta(hours=1)) == [DeliveryState.SENT]
    later = User.objects.create_user("lea.later@example.edu", name="Lea Later")
    Enrollment.objects.create(course=cast.course, person=later, role=Role.STUDENT)
    assert actions.plan(now=DUE + timedelta(days=1)) == 0


@pytest.mark.django_db
def test_delivery_planned_after_its_time_is_owed_from_then_on(cast: Cast) -> None:
    announce(cast, NOW)
    hour_later = DUE + timedelta(hours=1)
    actions.plan(now=hour_later)
    assert set(Delivery.objects.values_list("planned_at", "due_at")) == {(DUE, hour_later)}


def leave(cast: Cast) -> None:
    Enrollment.objects.filter(person=cast.student).update(state=EnrollmentState.REMOVED)


def close_account(cast: Cast) -> None:
    User.objects.filter(pk=cast.student.pk).update(is_active=False)


def turn_off(cast: Cast) -> None:
    actions.unsubscribe(person=cast.student, kind="announcement", now=NOW)


def take_back(cast: Cast) -> None:
    Announcement.objects.update(mail=False)


def post_again(cast: Cast) -> None:
    Announcement.objects.update(publish_at=NOW + timedelta(hours=1))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (leave, "withdrawn"),
        (close_account, "withdrawn"),
        (turn_off, "unsubscribed"),
        (take_back, "withdrawn"),
        (post_again, "the date moved"),
    ],
)
@pytest.mark.parametrize("when", ["planned", "claimed"])
def test_change_before_sending_skips_with_its_reason(cast: Cast, change: object, reason: str, when: str) -> None:
    assert callable(change)
    announce(cast, NOW)
    actions.plan(now=NOW)
    if when == "planned":
        change(cast)
        actions.plan(now=NOW)
        assert (cast.student.email, DeliveryState.SKIPPED, reason) in ledger()
        return
    mine = [one for one in actions.claim_due(now=DUE, limit=9) if one.person_id == cast.student.pk]
    change(cast)
    mine[0].person.refresh_from_db()
    assert actions.send_one(delivery=mine[0], now=DUE, backend=get_connection()) == DeliveryState.SKIPPED
    assert (cast.student.email, DeliveryState.SKIPPED, reason) in ledger()
    assert not mail.outbox


@pytest.mark.django_db
def test_too_late_to_be_useful_is_skipped(cast: Cast) -> None:
    announce(cast, NOW)
    actions.plan(now=NOW)
    assert set(send_all(DUE + timedelta(days=1))) == {DeliveryState.SKIPPED}
    assert {reason for _, _, reason in ledger()} == {"too late to be useful"}


@pytest.mark.django_db
def test_enrolled_again_the_skipped_letter_is_taken_up(cast: Cast) -> None:
    announce(cast, NOW)
    actions.plan(now=NOW)
    leave(cast)
    actions.plan(now=NOW)
    Enrollment.objects.update(state=EnrollmentState.ACTIVE)
    assert actions.plan(now=NOW) == 1
    assert send_all(DUE) == [DeliveryState.SENT] * 4


@pytest.mark.django_db
def test_who_unsubscribed_is_not_even_planned(cast: Cast) -> None:
    turn_off(cast)
    announce(cast, NOW)
    actions.plan(now=NOW)
    assert cast.student.email not in {email for email, _, _ in ledger()}
    actions.subscribe(person=cast.student, kind="announcement")
    assert actions.plan(now=NOW) == 1


@pytest.mark.django_db
def test_kind_that_no_app_knows_is_skipped(cast: Cast) -> None:
    notice = Notice.objects.create(kind="forgotten", object_key="thing:1", version="1")
    Delivery.objects.create(notice=notice, person=cast.student, planned_at=NOW, due_at=NOW)
    assert send_all(NOW) == [DeliveryState.SKIPPED]
    assert ledger()[0][2] == Standing.GONE.label


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reply", "state"),
    [
        ("450 mailbox busy", DeliveryState.PLANNED),
        ("452 full", DeliveryState.PLANNED),
        ("421 later", DeliveryState.PLANNED),
        ("454 no", DeliveryState.FAILED),
        ("550 no such user", DeliveryState.FAILED),
        ("553 bad name", DeliveryState.FAILED),
    ],
)
@pytest.mark.parametrize("stage", ["refuse", "refuse_data"])
def test_one_refused_address_holds_none_of_the_others(
    cast: Cast, sink: Sink, reply: str, state: DeliveryState, stage: str
) -> None:
    getattr(sink, stage)[cast.other_student.email] = reply
    announce(cast, NOW)
    actions.plan(now=NOW)
    send_all(DUE)
    assert len(sink.mails) == 3
    row = Delivery.objects.get(person=cast.other_student)
    assert row.state == state
    assert row.reason.startswith(reply.split(maxsplit=1)[0])
    if state == DeliveryState.PLANNED:
        assert (row.due_at, row.tries) == (DUE + timedelta(seconds=30), 1)
        getattr(sink, stage).clear()
        assert send_all(DUE + timedelta(seconds=30)) == [DeliveryState.SENT]


@pytest.mark.django_db
def test_mail_server_away_ten_tries_then_failed(cast: Cast, sink: Sink) -> None:
    Enrollment.objects.exclude(person__in=[cast.student, cast.instructor]).delete()
    announce(cast, NOW)
    actions.plan(now=NOW)
    now, waits = DUE, []

    class Away(EmailBackend):
        def send_messages(self, messages: object) -> int:
            raise ConnectionRefusedError

    for _ in range(10):
        claimed = actions.claim_due(now=now, limit=1)[0]
        actions.send_one(delivery=claimed, now=now, backend=Away())
        claimed.refresh_from_db()
        waits.append(int((claimed.due_at - now).total_seconds()))
        now = max(now, claimed.due_at)
    assert waits[:9] == [30, 60, 120, 240, 480, 960, 1920, 3840, 7200]
    assert (claimed.state, claimed.reason) == (DeliveryState.FAILED, "the mail server does not answer (ConnectionRefusedError)")


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (TimeoutError(), True),
        (OSError(), True),
        (smtplib.SMTPServerDisconnected(), True),
        (smtplib.SMTPAuthenticationError(535, b"no"), True),
        (smtplib.SMTPConnectError(554, b"no"), True),
        (smtplib.SMTPDataError(451, b"later"), True),
        (smtplib.SMTPDataError(554, b"spam"), False),
        (smtplib.SMTPSenderRefused(550, b"no", "a@example.edu"), False),
        (smtplib.SMTPNotSupportedError(), False),
        (smtplib.SMTPRecipientsRefused({"a@example.edu": (450, b"")}), True),
        (smtplib.SMTPRecipientsRefused({"a@example.edu": (450, b""), "b@example.edu": (550, b"")}), False),
    ],
)
def test_may_pass_later_only_faults_that_pass(error: Exception, *, again: bool) -> None:
    assert actions._may_pass(error) is again


@pytest.mark.django_db
def test_bad_address_is_set_aside(cast: Cast) -> None:
    User.objects.filter(pk=cast.student.pk).update(email="ines@example.edu\r\nBcc: all@example.edu")
    announce(cast, NOW)
    actions.plan(now=NOW)
    assert sorted(send_all(DUE)) == ["failed", "sent", "sent", "sent"]
    assert len(mail.outbox) == 3


@pytest.mark.django_db
def test_our_own_error_is_recorded_and_raised_and_tried_again(cast: Cast) -> None:
    announce(cast, NOW)
    actions.plan(now=NOW)
    claimed = actions.claim_due(now=DUE, limit=1)[0]

    class Broken(EmailBackend):
        def send_messages(self, messages: object) -> int:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        actions.send_one(delivery=claimed, now=DUE, backend=Broken())
    claimed.refresh_from_db()
    assert (claimed.state, claimed.reason) == (DeliveryState.PLANNED, "ZeroDivisionError in our own program")


@pytest.mark.django_db
def test_lease_that_ran_out_sends_again_with_the_same_message_id(cast: Cast) -> None:
    announce(cast, NOW)
    actions.plan(now=NOW)
    first = actions.claim_due(now=DUE, limit=1)[0]
    actions.free_expired(now=DUE + timedelta(minutes=4, seconds=59))
    first.refresh_from_db()
    assert first.state == DeliveryState.CLAIMED
    later = DUE + timedelta(minutes=5)
    actions.free_expired(now=later)
    second = next(one for one in actions.claim_due(now=later, limit=9) if one.pk == first.pk)
    assert second.message_id == first.message_id
    # The first sender was only slow: it must not overwrite what belongs to the second.
    actions.send_one(delivery=first, now=later, backend=get_connection())
    second.refresh_from_db()
    assert second.state == DeliveryState.CLAIMED
    assert actions.send_one(delivery=second, now=later, backend=get_connection()) == DeliveryState.SENT
    assert {one.message()["Message-ID"] for one in mail.outbox} == {first.message_id}


@pytest.mark.django_db
def test_letter_that_kills_its_sender_is_given_up_after_ten_tries(cast: Cast) -> None:
    announce(cast, NOW)
    actions.plan(now=NOW)
    now = DUE
    for _ in range(10):
        actions.claim_due(now=now, limit=9)
        now += timedelta(minutes=6)
        actions.free_expired(now=now)
    assert {state for _, state, _ in ledger()} == {DeliveryState.FAILED}


@pytest.mark.django_db
def test_lease_of_a_kind_that_must_not_repeat_waits_for_staff(cast: Cast) -> None:
    notice = Notice.objects.create(kind="once_only", object_key="thing:1", version="1")
    Delivery.objects.create(notice=notice, person=cast.student, planned_at=NOW, due_at=NOW)
    actions.claim_due(now=NOW, limit=1)
    actions.free_expired(now=NOW + timedelta(minutes=5))
    assert ledger() == [(cast.student.email, DeliveryState.UNKNOWN, "the sender stopped; it may have gone out")]


@pytest.mark.django_db
def test_tasks_run_twice_have_the_effect_of_once(cast: Cast) -> None:
    announce(cast, datetime.now(tz=NOW.tzinfo) - HOLD)
    for _ in range(2):
        tasks.beat()
        tasks.plan()
        tasks.send_due()
        for pk in Delivery.objects.values_list("pk", flat=True):
            tasks.send_one(pk)
    assert len(mail.outbox) == 4
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {"worker", "beat"}


@pytest.mark.django_db
def test_send_one_task_sends_only_this_one(cast: Cast) -> None:
    announce(cast, datetime.now(tz=NOW.tzinfo) - HOLD)
    tasks.plan()
    mine = Delivery.objects.get(person=cast.student)
    tasks.send_one(mine.pk)
    assert [one.to for one in mail.outbox] == [["Ines Caballero <ines.caballero@example.edu>"]]


@pytest.mark.race
@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_plan_twice_at_once_creates_no_doubles(cast: Cast) -> None:
    for number in range(5):
        announce(cast, NOW - timedelta(minutes=number), f"Number {number}")
    gate = Barrier(6)

    def one(_: int) -> None:
        gate.wait(timeout=60)
        actions.plan(now=NOW)
        connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(one, range(6)))
    assert (Notice.objects.count(), Delivery.objects.count()) == (5, 20)


@pytest.mark.race
@on_postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("claiming", [True, False])
def test_senders_at_once_claims_share_the_letters_and_the_control_doubles_them(cast: Cast, *, claiming: bool) -> None:
    announce(cast, NOW)
    actions.plan(now=NOW)
    gate, looked = Barrier(8), Barrier(8)

    def one(_: int) -> list[int]:
        connection.ensure_connection()
        gate.wait(timeout=60)
        try:
            if claiming:
                return [row.pk for row in actions.claim_due(now=DUE, limit=3)]
            rows = list(Delivery.objects.due(DUE))  # the control looks, then takes
            looked.wait(timeout=60)
            Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
                state=DeliveryState.CLAIMED,
                lease_until=DUE + actions.LEASE,
            )
            return [row.pk for row in rows]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        taken = [pk for pks in pool.map(one, range(8)) for pk in pks]
    if claiming:
        assert sorted(taken) == sorted(Delivery.objects.values_list("pk", flat=True))
    else:
        assert len(taken) > Delivery.objects.count()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite inserts in batches of 999 values")
@pytest.mark.django_db
def test_plan_queries_same_at_two_sizes(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """Each kind has its own few; nothing grows with people or things."""
    announce(cast, NOW)
    with django_assert_num_queries(FIRST_PLAN):
        actions.plan(now=NOW)
    with django_assert_num_queries(NOTHING_NEW):
        actions.plan(now=NOW)
    people = User.objects.bulk_create([User(email=f"more{n}@example.edu", name=f"More {n}") for n in range(30)])
    Enrollment.objects.bulk_create([Enrollment(course=cast.course, person=one, role=Role.STUDENT) for one in people])
    for number in range(10):
        announce(cast, NOW - timedelta(minutes=number + 1), f"Number {number}")
    with django_assert_num_queries(FIRST_PLAN):
        actions.plan(now=NOW)
    with django_assert_num_queries(NOTHING_NEW):
        actions.plan(now=NOW)
    assert Delivery.objects.count() == 11 * 34


FIRST_PLAN, NOTHING_NEW = 28, 25


def test_kinds_registered_once_and_named() -> None:
    assert {one.name for one in kinds()} == {"announcement", "reading_due", "presentation", "quiz_due"}
    with pytest.raises(ValueError, match="registered twice"):
        register(kind_named("announcement"))  # type: ignore[arg-type]  # it is there
    assert all(isinstance(one, Kind) and one.help.endswith(".") for one in kinds())


@pytest.mark.django_db
def test_unsubscribing_twice_is_once(cast: Cast) -> None:
    turn_off(cast)
    turn_off(cast)
    assert Unsubscribe.objects.count() == 1
