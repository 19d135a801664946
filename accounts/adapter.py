from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitationOnlyAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: an invitation opens the account."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: `accounts.actions.accept_invitation` is the only way in."""
        return False
