"""Mail that will go out, from the ledger: what kind, when, to how many."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, Min, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from notifications.enums import DeliveryState
from notifications.models import Delivery
from notifications.registry import kind_named, kinds


@dataclass(frozen=True, slots=True)
class MailAhead:
    """Letters of one kind that were planned for one time. `people` is None where the number is nobody else's business."""

    label: str
    at: datetime
    people: int | None


def keys_of(prefix: str, objects: QuerySet[Any]) -> QuerySet[Any, dict[str, Any]]:
    """Return the object keys ("quiz:42") of `objects` as a subquery: the ledger knows objects by these texts only."""
    keyed = objects.annotate(object_key=Concat(Value(f"{prefix}:"), Cast("pk", CharField())))
    keys: QuerySet[Any, dict[str, Any]] = keyed.values("object_key")
    return keys


def mail_ahead(course: int) -> list[MailAhead]:
    """Return the planned mail of a course (by primary key), soonest first. One query.

    Letters of a kind that were planned for the same time are one entry at the time of the first of them, also where some
    are tried again later than others.
    """
    ours = Q(pk__in=[])
    for kind in kinds():
        ours |= Q(notice__kind=kind.name, notice__object_key__in=kind.keys_in(course))
    planned = Delivery.objects.filter(ours, state=DeliveryState.PLANNED).order_by().values("notice__kind", "planned_at")
    rows = planned.annotate(at=Min("due_at"), people=Count("person", distinct=True)).order_by("at", "notice__kind")
    return [_entry(name, at, people) for name, at, people in rows.values_list("notice__kind", "at", "people")]


def _entry(name: str, at: datetime, people: int) -> MailAhead:
    kind = kind_named(name)
    assert kind is not None, "the query asks for registered kinds only"
    return MailAhead(kind.label, at, None if kind.private else people)
