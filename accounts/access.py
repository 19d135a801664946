"""Who is asking."""

from typing import TYPE_CHECKING

from accounts.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest


def person_of(request: "HttpRequest") -> User:
    """Return the signed-in person of a request behind `login_required`."""
    user = request.user
    assert isinstance(user, User)
    return user
