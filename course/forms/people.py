"""Forms of the people page. Several people are invited by pasting lines, each checked on its own."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.form_base import BaseForm
from accounts.models import normalize_email
from course.actions.people import Guest
from course.enums import Role

MOST = 100  # letters are sent while the page waits
_WITH_NAME = re.compile(r"(?P<name>[^<>]*)<(?P<email>[^<>]*)>[\s,;]*")


@dataclass(frozen=True, slots=True)
class Line:
    """One pasted line: its number from 1, and who it names."""

    number: int
    guest: Guest


def read_line(text: str) -> Guest:
    """Return whom a line names: "Ada Miller <ada@example.edu>" or an address alone. Raises ValidationError."""
    match = _WITH_NAME.fullmatch(text)
    name, address = (match["name"], match["email"]) if match else ("", text.rstrip(" ,;"))
    email = normalize_email(address)
    try:
        validate_email(email)
    except ValidationError:
        raise ValidationError(f"“{text[:60]}” is not an e-mail address") from None
    clean_name = " ".join(name.strip(' "\t').split())
    if len(email) > 254 or len(clean_name) > 150 or not clean_name.isprintable():
        raise ValidationError(f"“{text[:60]}” is too long, or has characters that no name has")
    return Guest(email=email, name=clean_name)


def read_lines(text: str) -> list[Line]:
    """Return the people named in pasted text, one a line; a doubled address counts once.

    Raises one ValidationError with a message per bad line, each with its number.
    """
    lines: dict[str, Line] = {}
    problems: list[str] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        if not raw.strip():
            continue
        try:
            guest = read_line(raw.strip())
        except ValidationError as problem:
            problems.append(f"Line {number}: {problem.message}")
        else:
            lines.setdefault(guest.email, Line(number, guest))
    if problems:
        raise ValidationError(problems)
    return list(lines.values())


class InviteForm(BaseForm):
    """Whom to invite, and as what. `roles` are those that the asking person may give."""

    people = forms.CharField(
        label="E-mail addresses",
        max_length=30_000,
        help_text="One a line, with or without a name: Ada Miller <ada@example.edu>.",
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(label="Role", choices=Role.choices)

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]  # a ChoiceField

    def clean_people(self) -> list[Line]:
        """Read the lines; nothing is done while one of them is wrong."""
        lines = read_lines(self.cleaned_data["people"])
        if not lines:
            raise ValidationError("There is no address here. Write one a line.")
        if len(lines) > MOST:
            raise ValidationError(f"These are {len(lines)} addresses. Invite at most {MOST} at a time.")
        return lines

    def clean_role(self) -> Role:
        """Return the role itself, not its text."""
        return Role(self.cleaned_data["role"])


class RoleForm(BaseForm):
    """The new role of one person."""

    role = forms.ChoiceField(label="Role", choices=Role.choices)

    def clean_role(self) -> Role:
        """Return the role itself, not its text."""
        return Role(self.cleaned_data["role"])
