"""Who is asking, and with which invitation."""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.enums import InvitationState
from accounts.models import Invitation, User

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest


def person_of(request: "HttpRequest") -> User:
    """Return the signed-in person of a request behind `login_required`."""
    user = request.user
    assert isinstance(user, User)
    return user


def token_hash(token: str) -> str:
    """Return what is stored of a token: SHA-256 in hexadecimal. The token has 256 random bits, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class FoundInvitation:
    """What a link of a letter leads to. `invitation` is None exactly when the state is UNKNOWN."""

    state: InvitationState
    invitation: Invitation | None


def invitation_for(token: str, now: "datetime") -> FoundInvitation:
    """Return what the link with `token` is good for at `now`; a closed account's invitation is unknown. One query."""
    found = (
        Invitation.objects.filter(token_hash=token_hash(token), user__is_active=True).select_related("user", "invited_by").first()
    )
    if found is None:
        return FoundInvitation(InvitationState.UNKNOWN, None)
    if found.accepted_at is not None:
        return FoundInvitation(InvitationState.USED, found)
    state = InvitationState.OPEN if now < found.expires_at else InvitationState.EXPIRED
    return FoundInvitation(state, found)
