"""A letter becomes a mail: one form for all kinds, plain text and simple HTML, links from SITE_URL only."""

import re
import unicodedata
from email.utils import formataddr, parseaddr
from html import unescape

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.safestring import mark_safe

from notifications.models import Delivery
from notifications.plaintext import wrap
from notifications.registry import Kind, Letter

_SALT = "notifications.unsubscribe"
_MAX_HEADER = 200
# Bidirectional controls and the like can make a subject show something else than it says.
_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_OWN_LINK = re.compile(r'(\s(?:href|src)=")/(?!/)')


def single_line(text: str, limit: int = _MAX_HEADER) -> str:
    """Return `text` as one line fit for a header: no control or invisible characters, at most `limit` characters."""
    seen = "".join(" " if unicodedata.category(char) in _HIDDEN else char for char in text)
    line = " ".join(seen.split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def absolute(path: str) -> str:
    """Return the address of a page of this site, from SITE_URL and never from a request (safety.md, row 32)."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def stop_token(public_id: str, kind: str) -> str:
    """Return the signed token with which the person `public_id` stops mail of `kind` without signing in."""
    token: str = signing.Signer(salt=_SALT).sign_object({"p": public_id, "k": kind})
    return token


def read_stop_token(token: str) -> tuple[str, str] | None:
    """Return (public id of the person, kind) of a token that we signed, None for any other."""
    try:
        data = signing.Signer(salt=_SALT).unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    return str(data["p"]), str(data["k"])


def stop_url(delivery: Delivery, kind: Kind) -> str:
    """Return the absolute address of the page that stops this kind of mail for this person."""
    return absolute(reverse("notifications:unsubscribe", args=[stop_token(delivery.person.public_id, kind.name)]))


def build(delivery: Delivery, kind: Kind, letter: Letter, connection: BaseEmailBackend | None = None) -> EmailMultiAlternatives:
    """Return the mail of a delivery: fixed Message-ID, List-Unsubscribe with one click (RFC 8058), text and HTML.

    Raises ValueError (BadHeaderError, bad address) when no valid mail can be made of it.
    """
    stop = stop_url(delivery, kind)
    link, choose = absolute(letter.path), absolute(reverse("settings"))
    own_links = _OWN_LINK.sub(rf"\g<1>{settings.SITE_URL.rstrip('/')}/", letter.html)
    context = {
        "letter": letter,
        "kind": kind,
        "link": link,
        "stop": stop,
        "settings_url": choose,
        "html": mark_safe(own_links),  # noqa: S308 - made by course.markdown or format_html, whoever writes the letter
        "preview": single_line(unescape(strip_tags(letter.html)), 120),
    }
    mail = EmailMultiAlternatives(
        subject=single_line(letter.subject),
        body=_as_text(letter, kind, link=link, stop=stop, choose=choose),
        from_email=_from(letter.sender),
        to=[formataddr((single_line(delivery.person.name, 80), _address(delivery.person.email)))],
        reply_to=[_address(letter.reply_to)] if letter.reply_to else None,
        headers={
            "Message-ID": delivery.message_id,
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
        connection=connection,
    )
    mail.attach_alternative(render_to_string("notifications/mail.html", context), "text/html")
    return mail


def _as_text(letter: Letter, kind: Kind, *, link: str, stop: str, choose: str) -> str:
    # Joined here, not in a template: a text template would have to switch escaping off.
    parts = [
        single_line(letter.place),
        wrap(single_line(letter.heading).upper()),
        letter.text,
        single_line(letter.signature),
        f"{letter.action}:\n{link}",
    ]
    foot = [wrap(letter.why), f"Choose what you get: {choose}", f"Stop mail about {kind.title.lower()}:", stop]
    return "\n\n".join(part for part in parts if part) + "\n\n-- \n" + "\n".join(foot) + "\n"


def _from(sender: str) -> str:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((f"{single_line(sender, 80)} via {name or 'Seminar'}" if sender else name, address))


def _address(address: str) -> str:
    if single_line(address, 320) != address or address.count("@") != 1:
        raise ValueError("the address is not one line with one @")
    return address
