"""Who a stop link is about, and what mail a person gets."""

from dataclasses import dataclass

from django.http import Http404

from accounts.models import User
from notifications.mail import read_stop_token
from notifications.models import Unsubscribe
from notifications.registry import Kind, kind_named, kinds


@dataclass(frozen=True, slots=True)
class Choice:
    """One kind of mail and whether a person gets it."""

    kind: Kind
    on: bool


def stop_for(token: str) -> tuple[User, Kind]:
    """Return the person and the kind that a stop link names. 404 unless we signed it and both still exist."""
    read = read_stop_token(token)
    kind = kind_named(read[1]) if read else None
    person = User.objects.filter(public_id=read[0]).first() if read else None
    if person is None or kind is None:
        raise Http404
    return person, kind


def choices_of(person: User) -> list[Choice]:
    """Return every kind of mail with the person's choice. One query."""
    off = set(Unsubscribe.objects.filter(person=person).values_list("kind", flat=True))
    return [Choice(kind, kind.name not in off) for kind in kinds()]


def gets(person: User, kind: Kind) -> bool:
    """Return whether the person wants mail of this kind."""
    return not Unsubscribe.objects.filter(person=person, kind=kind.name).exists()
