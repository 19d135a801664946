"""Everything that opens or changes an account."""

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.access import token_hash
from accounts.models import Invitation, User, normalize_email

INVITATION_LASTS = timedelta(days=14)
TOKEN_BYTES = 32  # 256 bits: cannot be guessed, so the link needs no further secret


class InvitationGoneError(Exception):
    """The invitation was used, replaced or has expired since the page was shown."""


def person_with_address(*, email: str, name: str = "") -> User:
    """Return the person with `email`, created without a password if unknown; a known person keeps their own name.

    Two calls at once create one person: the address is unique in the database.
    """
    person, _ = User.objects.get_or_create(
        email=normalize_email(email),
        defaults={"name": name, "password": make_password(None)},
    )
    return person


@transaction.atomic
def invite(*, person: User, invited_by: User | None, now: datetime) -> tuple[Invitation, str]:
    """Open an invitation for `person` that lasts 14 days and return it with the token of its link.

    The token is returned once and stored only as a hash. Earlier letters to the same person stop working.
    """
    person.invitations.filter(accepted_at=None).delete()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation.objects.create(
        user=person,
        invited_by=invited_by,
        token_hash=token_hash(token),
        created_at=now,
        expires_at=now + INVITATION_LASTS,
    )
    return invitation, token


def note_letter(*, invitation: Invitation, failure: str, now: datetime) -> None:
    """Write down that the mail server took the letter, or why it did not (`failure` not empty)."""
    invitation.sent_at = None if failure else now
    invitation.failure = failure[:200]
    invitation.save(update_fields=["sent_at", "failure"])


@transaction.atomic
def accept_invitation(*, invitation: Invitation, name: str, password: str, now: datetime) -> User:
    """Open the account: set name and password, take the address as proven, use up the invitation.

    The letter reached the address, so no confirmation letter follows. The invitation is claimed by a conditional
    UPDATE: of two answers to one letter the second raises InvitationGoneError, as does an expired or replaced one.
    """
    claimed = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, expires_at__gt=now).update(accepted_at=now)
    if not claimed:
        raise InvitationGoneError
    person = User.objects.select_for_update().get(pk=invitation.user_id)
    person.name = name
    person.set_password(password)
    person.save(update_fields=["name", "password"])
    person.confirm_address()
    return person


def save_settings(*, person: User, name: str, zone: str, theme: str) -> None:
    """Write a person's own settings. `zone` is an IANA name or "" for the zone of each course."""
    person.name, person.zone, person.theme = name, zone, theme
    person.save(update_fields=["name", "zone", "theme"])
