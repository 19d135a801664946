"""What `manage.py migrate` refuses about a database, beyond Django's own checks."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.checks import CheckMessage, Error
from django.db import connections

from accounts.models import User
from config.demo.cast import ADMIN, INSTRUCTOR, PASSWORD, STUDENTS, address


def no_demo_accounts(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Return an error if a database for a class has people of the demo who still sign in with its printed password."""
    if settings.DEV_PAGES or not databases:
        return []
    found = []
    for alias in databases:
        if User._meta.db_table not in connections[alias].introspection.table_names():  # noqa: SLF001 - Django's own name for it
            continue
        known = User.objects.using(alias).filter(email__in=[address(name) for name in (STUDENTS[0], INSTRUCTOR, ADMIN)])
        # Only these columns: before a migration the table may lack newer ones.
        found += [email for email, secret in known.values_list("email", "password") if check_password(PASSWORD, secret)]
    if not found:
        return []
    return [
        Error(
            f"This database has demo accounts with the demo's password: {', '.join(found)}.",
            hint="Use a fresh database for a class: the password is printed in the documentation.",
            id="seminar.E001",
        )
    ]
