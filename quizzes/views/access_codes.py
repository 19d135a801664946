"""Access codes are not guessed: a few wrong ones, then a minute in which none is looked at, for this person and this quiz."""

from allauth.core import ratelimit
from django.core.cache import cache
from django.http import HttpRequest

from accounts.access import person_of
from quizzes.models import Quiz

ASKED = "This quiz asks for an access code. Type the one that your instructor gave you."
WRONG = "This is not the code of this quiz. Look at it again; capital letters do not matter."
TOO_MANY = "Too many wrong codes. Wait a minute, then try again."
PAUSE = 60  # seconds


def _key(request: HttpRequest, quiz: Quiz) -> str:
    return f"access_code:{quiz.pk}:{person_of(request).pk}"


def typed_code(request: HttpRequest, quiz: Quiz) -> str:
    """Return the code that was typed, "" during the pause after too many wrong ones. One query, none without a code to know."""
    code = request.POST.get("code", "")[:100].replace("\0", "")
    return "" if not quiz.access_code or cache.get(_key(request, quiz)) else code


def code_problem(request: HttpRequest, quiz: Quiz) -> str:
    """Count a code that was refused and return what to say about it."""
    key = _key(request, quiz)
    if cache.get(key):
        return TOO_MANY
    if not request.POST.get("code", "").strip():
        return ASKED
    if ratelimit.consume(request, action="access_code", key=key):
        return WRONG
    cache.set(key, "wait", PAUSE)
    return TOO_MANY
