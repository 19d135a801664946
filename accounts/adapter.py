import logging
from smtplib import SMTPException
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import normalize_email

logger = logging.getLogger(__name__)


class InvitationOnlyAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth publishes no types
    """Sign-in as Seminar wants it: by invitation only, in our words, with links that start with SITE_URL."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The e-mail address and password do not match",
        "too_many_login_attempts": "Too many wrong tries: wait a minute, then try again. A reset letter works at once",
        "enter_current_password": "This is not your current password",
        "incorrect_password": "This is not your password",
        "invalid_password_reset": "This link is used up or too old",
        "account_inactive": "This account is closed",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: `accounts.actions.accept_invitation` is the only way in."""
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the link of a reset letter. It starts with SITE_URL: a forged Host must not reach a letter."""
        path: str = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.SITE_URL + path.replace("UID-KEY", key)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """Return the link of a confirmation letter, starting with SITE_URL."""
        return settings.SITE_URL + reverse("account_confirm_email", args=[emailconfirmation.key])

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Lead back to the settings, where the change began."""
        return reverse("settings")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a letter now, and say so on the page when the mail server does not take it."""
        try:
            super().send_mail(template_prefix, email, context | {"site_url": settings.SITE_URL})
        except (SMTPException, OSError):
            logger.exception("letter %s was not sent", template_prefix)
            # The same words for known and unknown addresses: both get a letter.
            text = "The mail server did not take the letter. Nothing was changed: try again in a few minutes."
            messages.error(self.request, text)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth's key contains the Host header; a second name of the site would be a second budget.
        return normalize_email(credentials.get("email") or credentials.get("username") or "")
