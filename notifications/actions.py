"""Planning, claiming and sending: the doors of every change in the ledger.

The row is the queue. A sender claims a row by conditional UPDATE with a lease, sends, and marks it; a sender that dies in
between leaves a lease that runs out, and the letter goes out again with the same Message-ID (safety.md, row 20).
"""

import logging
import smtplib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest

from accounts.models import User
from notifications.enums import DeliveryState, Standing
from notifications.mail import build
from notifications.models import Delivery, Heartbeat, Notice, Unsubscribe
from notifications.registry import Kind, kind_named, kinds

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
MAX_TRIES = 10
RETRY_CODES = frozenset({421, 422, 431, 442, 447, 450, 451, 452})
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=2)
# The server as a whole is at fault, not this letter.
_SERVER_FAULTS = (
    smtplib.SMTPServerDisconnected,
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
)


def unsubscribe(*, person: User, kind: str, now: datetime) -> None:
    """Stop mail of one kind for good; once is as good as twice."""
    Unsubscribe.objects.bulk_create([Unsubscribe(person=person, kind=kind, at=now)], ignore_conflicts=True)


def subscribe(*, person: User, kind: str) -> None:
    """Let mail of one kind come again."""
    Unsubscribe.objects.filter(person=person, kind=kind).delete()


def beat(*, names: Iterable[str], now: datetime) -> None:
    """Write that these background processes did something at `now`."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=now) for name in names],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["at"],
    )


# --- planning


def plan(*, now: datetime) -> int:
    """Write a planned delivery for everything that is owed and has none; return how many were added or taken up again.

    Safe to run at any time and twice at once: the ledger's unique constraint holds each letter once. What was skipped and
    is owed again (a date that moved back, somebody enrolled again) is taken up; what is planned but no longer owed is
    skipped with its reason.
    """
    return sum(_plan_kind(kind, now) for kind in kinds())


def _plan_kind(kind: Kind, now: datetime) -> int:
    off = set(Unsubscribe.objects.filter(kind=kind.name).values_list("person_id", flat=True))
    owed = {(one.object_key, one.version, one.person_id): one.at for one in kind.owed(now) if one.person_id not in off}
    with transaction.atomic():
        notices = _notices(kind, {key[:2] for key in owed})
        known = {
            (*notice, person): (pk, state)
            for pk, person, state, *notice in Delivery.objects.filter(notice__in=notices.values()).values_list(
                "pk",
                "person_id",
                "state",
                "notice__object_key",
                "notice__version",
            )
        }
        Delivery.objects.bulk_create(
            [
                Delivery(notice_id=notices[key[:2]], person_id=key[2], planned_at=at, due_at=max(at, now))
                for key, at in sorted(owed.items())  # the same order everywhere: two plans at once must not wait in a circle
                if key not in known
            ],
            ignore_conflicts=True,
        )
        skipped = [known[key][0] for key in owed if key in known and known[key][1] == DeliveryState.SKIPPED]
        again = _take_up(skipped, now)
    _drop_what_is_not_owed(kind, owed, now)
    return len(owed.keys() - known.keys()) + again


def _notices(kind: Kind, wanted: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Return the id of the notice of each (object key, version), making those that are missing."""

    def existing() -> dict[tuple[str, str], int]:
        rows = Notice.objects.filter(kind=kind.name, object_key__in={key for key, _ in wanted})
        found = {(key, version): pk for pk, key, version in rows.values_list("pk", "object_key", "version")}
        return {key: found[key] for key in wanted & found.keys()}

    if not wanted:
        return {}
    found = existing()
    if len(found) == len(wanted):
        return found
    new = [Notice(kind=kind.name, object_key=key, version=version) for key, version in sorted(wanted - found.keys())]
    Notice.objects.bulk_create(new, ignore_conflicts=True)
    return existing()


def _take_up(skipped: list[int], now: datetime) -> int:
    if not skipped:
        return 0
    rows = Delivery.objects.filter(pk__in=skipped, state=DeliveryState.SKIPPED)
    return rows.update(state=DeliveryState.PLANNED, due_at=Greatest(F("planned_at"), now), reason="", tries=0)


def _drop_what_is_not_owed(kind: Kind, owed: dict[tuple[str, str, int], datetime], now: datetime) -> None:
    planned = Delivery.objects.filter(notice__kind=kind.name, state=DeliveryState.PLANNED).select_related("notice", "person")
    for delivery in planned:
        if (delivery.notice.object_key, delivery.notice.version, delivery.person_id) not in owed:
            standing = _standing(delivery, kind, now)
            if standing is not Standing.OWED:
                skip(delivery=delivery, standing=standing)


# --- sending


def claim_due(*, now: datetime, limit: int) -> list[Delivery]:
    """Take up to `limit` due deliveries for this sender alone, with a lease of five minutes. Oldest first."""
    with transaction.atomic():
        due = Delivery.objects.due(now).order_by("due_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        return _claim(list(due.values_list("pk", flat=True)[:limit]), now)


def claim_one(*, pk: int, now: datetime) -> list[Delivery]:
    """Take this delivery, if it is due and nobody else has it."""
    return _claim(list(Delivery.objects.due(now).filter(pk=pk).values_list("pk", flat=True)), now)


def _claim(ids: list[int], now: datetime) -> list[Delivery]:
    """The conditional UPDATE that decides, one row at a time, whose a delivery is."""
    mine = [
        pk
        for pk in ids
        if Delivery.objects.due(now)
        .filter(pk=pk)
        .update(
            state=DeliveryState.CLAIMED,
            lease_until=now + LEASE,
            tries=F("tries") + 1,
        )
    ]
    rows = Delivery.objects.filter(pk__in=mine).select_related("notice", "person")
    return sorted(rows, key=lambda row: mine.index(row.pk))


def free_expired(*, now: datetime) -> None:
    """Decide about claims whose sender did not come back: again where a copy does no harm, else a question for staff.

    The tries are counted at the claim: a letter that kills its sender is given up after ten of them.
    """
    expired = Delivery.objects.filter(state=DeliveryState.CLAIMED, lease_until__lte=now)
    repeatable = [kind.name for kind in kinds() if kind.repeatable]
    expired.filter(tries__gte=MAX_TRIES).update(
        state=DeliveryState.FAILED,
        lease_until=None,
        reason=f"given up after {MAX_TRIES} tries that did not end",
    )
    expired.filter(notice__kind__in=repeatable).update(state=DeliveryState.PLANNED, lease_until=None, due_at=now)
    expired.update(state=DeliveryState.UNKNOWN, lease_until=None, reason="the sender stopped; it may have gone out")


def send_one(*, delivery: Delivery, now: datetime, backend: BaseEmailBackend) -> DeliveryState:
    """Send a claimed delivery and mark what became of it; return its new state.

    Whether it is still owed is asked again here, so that nobody who was removed or unsubscribed since gets a letter.
    A fault of the mail server or one of `RETRY_CODES` plans it again later (30 s, doubling, at most 2 h, ten tries); every
    other refusal is final and kept with its reason. An error of our own is recorded likewise and raised.
    """
    kind = kind_named(delivery.notice.kind)
    standing = Standing.GONE if kind is None else _standing(delivery, kind, now)
    if kind is None or standing is not Standing.OWED:
        skip(delivery=delivery, standing=standing)
        return DeliveryState.SKIPPED
    try:
        backend.send_messages([build(delivery, kind, kind.render(delivery), backend)])
    except (smtplib.SMTPException, OSError) as error:
        return _failed(delivery, _words(error), now=now, again=_may_pass(error))
    except ValueError as error:  # no valid mail can be made of it: a bad address, a bad header
        return _failed(delivery, f"no mail could be made of it: {error}", now=now, again=False)
    except Exception as error:
        _failed(delivery, f"{type(error).__name__} in our own program", now=now, again=True)
        raise
    _mark(delivery, state=DeliveryState.SENT, sent_at=now, reason="")
    return DeliveryState.SENT


def skip(*, delivery: Delivery, standing: Standing) -> None:
    """Note that a planned or claimed delivery is not sent, and why."""
    rows = Delivery.objects.filter(pk=delivery.pk, state=delivery.state, lease_until=delivery.lease_until)
    rows.update(state=DeliveryState.SKIPPED, lease_until=None, reason=standing.label)


def _standing(delivery: Delivery, kind: Kind, now: datetime) -> Standing:
    if not delivery.person.is_active:
        return Standing.WITHDRAWN
    if Unsubscribe.objects.filter(person=delivery.person, kind=kind.name).exists():
        return Standing.UNSUBSCRIBED
    return kind.still_owed(delivery, now)


def _failed(delivery: Delivery, reason: str, *, now: datetime, again: bool) -> DeliveryState:
    reason = reason[:200]
    if again and delivery.tries < MAX_TRIES:
        _mark(delivery, state=DeliveryState.PLANNED, due_at=now + wait_after(delivery.tries), reason=reason)
        return DeliveryState.PLANNED
    logger.warning("delivery %s failed: %s", delivery.token, reason)
    _mark(delivery, state=DeliveryState.FAILED, reason=reason)
    return DeliveryState.FAILED


def wait_after(tries: int) -> timedelta:
    """Return how long to wait after the `tries`-th try (from 1): 30 s, 1 min, 2 min, … at most 2 h."""
    doubled: timedelta = _FIRST_WAIT * 2 ** (tries - 1)
    return min(doubled, _LONGEST_WAIT)


def _mark(delivery: Delivery, **changes: object) -> None:
    # Only the holder of the lease marks: a sender that was too slow must not overwrite what the next one found.
    Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.CLAIMED, lease_until=delivery.lease_until).update(
        lease_until=None,
        **changes,
    )


def _may_pass(error: Exception) -> bool:
    """Whether the same letter may go through later."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code in RETRY_CODES for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException) and not isinstance(error, _SERVER_FAULTS):
        return error.smtp_code in RETRY_CODES
    # Every SMTPException is an OSError; what is left of those is a connection that broke or never came about.
    return isinstance(error, _SERVER_FAULTS) or not isinstance(error, smtplib.SMTPException)


def _words(error: Exception) -> str:
    """Return a failure in one line for the ledger."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, refusal = next(iter(error.recipients.values()))
        return f"{code} {refusal.decode(errors='replace')}"
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return f"{error.smtp_code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
    return f"the mail server does not answer ({type(error).__name__})"


def call_back(*, kind: str, object_key: str) -> bool:
    """Skip every letter of this kind about this object that has not left; return whether none had left.

    The caller undoes its transaction on False. A sender that claims a row meanwhile either was first, and is seen here, or
    finds the row skipped: the UPDATE comes before the look.
    """
    letters = Delivery.objects.filter(notice__kind=kind, notice__object_key=object_key)
    letters.filter(state=DeliveryState.PLANNED).update(state=DeliveryState.SKIPPED, reason=Standing.WITHDRAWN.label)
    return not letters.filter(state__in=[DeliveryState.CLAIMED, DeliveryState.SENT, DeliveryState.UNKNOWN]).exists()
