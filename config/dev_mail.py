"""/dev/mail/: the mails that one laptop would have sent, read from the files that Django's file backend wrote."""

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

import nh3
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

SHOWN = 200
# As django.core.mail.backends.filebased writes it, one file a connection, a line of dashes after each mail.
SEPARATOR = re.compile(rb"^-{79}\r?\n", re.MULTILINE)
# The file's name without .log, and the place of the mail in it: never a path.
NAME = re.compile(r"(?P<file>\d{8}-\d{6}-\d{1,20})-(?P<place>\d{1,4})", re.ASCII)
HEADERS = (
    "From",
    "To",
    "Cc",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Auto-Submitted",
)
TAGS = {
    "a",
    "b",
    "blockquote",
    "br",
    "em",
    "h1",
    "h2",
    "h3",
    "hr",
    "li",
    "ol",
    "p",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "tr",
    "ul",
}


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it would have gone out. `html` is made safe for our page; the mail itself may say more."""

    name: str
    sent_at: datetime | None
    to: str
    subject: str
    headers: list[tuple[str, str]]
    text: str
    html: SafeString


@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """List the newest mails."""
    return render(request, "dev/mail_list.html", {"mails": newest(Path(settings.EMAIL_FILE_PATH)), "shown": SHOWN})


@require_safe
def mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    """Show one mail: its headers, its text, its HTML part without anything that could act."""
    match = NAME.fullmatch(name)
    path = Path(settings.EMAIL_FILE_PATH) / f"{match['file']}.log" if match else None
    if match is None or path is None or not path.is_file():
        raise Http404
    mail = next((mail for mail in read(path) if mail.name == name), None)
    if mail is None:
        raise Http404
    return render(request, "dev/mail_detail.html", {"mail": mail})


def newest(folder: Path) -> list[Mail]:
    """Return the newest mails in `folder`, at most SHOWN of them, newest first; none if there is no folder yet."""
    mails: list[Mail] = []
    for path in sorted(folder.glob("*.log"), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True):
        mails += reversed(read(path))
        if len(mails) >= SHOWN:
            break
    return mails[:SHOWN]


def read(path: Path) -> list[Mail]:
    """Return the mails of one file in the order in which they were sent."""
    texts = [text for text in SEPARATOR.split(path.read_bytes()) if text.strip()]
    return [_mail(f"{path.stem}-{place}", text) for place, text in enumerate(texts, 1)]


def _mail(name: str, text: bytes) -> Mail:
    message = email.message_from_bytes(text, policy=email.policy.default)
    cleaned = nh3.clean(_part(message, "html"), tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"})
    html = mark_safe(cleaned)  # noqa: S308 - cleaned in the line above
    headers = [(header, str(message[header])) for header in HEADERS if message[header]]
    return Mail(
        name,
        _date(message),
        str(message["To"] or ""),
        str(message["Subject"] or ""),
        headers,
        _part(message, "plain"),
        html,
    )


def _date(message: EmailMessage) -> datetime | None:
    try:
        return parsedate_to_datetime(str(message["Date"]))
    except (TypeError, ValueError):
        return None  # a mail without a readable date is still listed


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body(preferencelist=(kind,))
    return str(body.get_content()) if body else ""
