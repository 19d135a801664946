"""Letters that bring people into a course. Sent while the page waits, because the link's secret is stored nowhere."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from course.actions.people import Invited

logger = logging.getLogger(__name__)

TIMEOUT = 5  # seconds for one word of the mail server
PATIENCE = 20  # seconds for all letters of one request
SILENT = "the mail server does not answer"


def _words(error: Exception) -> str:
    """Return a failure as people can use it; the rest is in the log."""
    if isinstance(error, SMTPException):
        return "the mail server refused it"
    return SILENT


def _letter(invited: Invited, sender: User, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    enrollment = invited.enrollment
    path = reverse("accounts:invitation", args=[invited.token]) if invited.token else enrollment.course.get_absolute_url()
    context = {
        "person": enrollment.person,
        "course": enrollment.course,
        "role": enrollment.get_role_display().lower(),
        "sender": sender,
        "link": settings.SITE_URL + path,
        "invitation": invited.invitation,
        "site_url": settings.SITE_URL,
    }
    # A title may have been typed with a line break; a header must not.
    subject = " ".join(f"{enrollment.course}: {sender} invites you".split())
    letter = EmailMultiAlternatives(
        subject,
        render_to_string("course/mail_invitation.txt", context),
        to=[enrollment.person.email],
        reply_to=[sender.email],
        connection=connection,
    )
    letter.attach_alternative(render_to_string("course/mail_invitation.html", context), "text/html")
    return letter


@contextmanager
def _mail_server() -> Iterator[BaseEmailBackend]:
    connection: BaseEmailBackend = get_connection(timeout=TIMEOUT)
    connection.open()
    try:
        yield connection
    finally:
        connection.close()


def send_letters(invited: list[Invited], sender: User) -> dict[int, str]:
    """Send a letter to each of `invited` and return why it failed, by enrollment id; "" where the server took it.

    Never raises for the mail server's sake, and ends after `PATIENCE` seconds: the people are enrolled already, and
    each letter can be sent again from the people page.
    """
    outcome = {one.enrollment.pk: SILENT for one in invited}
    ends = time.monotonic() + PATIENCE
    try:
        with _mail_server() as connection:
            for one in invited:
                if time.monotonic() > ends:
                    break
                outcome[one.enrollment.pk] = _send(_letter(one, sender, connection))
    except (SMTPException, OSError) as error:
        logger.warning("mail server: %s", error)
    return outcome


def _send(letter: EmailMultiAlternatives) -> str:
    try:
        letter.send()
    except (SMTPException, OSError) as error:
        logger.warning("invitation was not sent: %s", error)
        return _words(error)
    return ""
