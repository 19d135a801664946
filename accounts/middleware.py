from collections.abc import Callable
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone

Handler = Callable[[HttpRequest], HttpResponse]


class PersonalResponses:
    """Pages of a signed-in person are kept by no cache; signed-out htmx requests get 401, never a login page in a panel."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _sends_fragment_to_login(request, response):
            return _signed_out(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response


def _sends_fragment_to_login(request: HttpRequest, response: HttpResponse) -> bool:
    to_login = response.status_code in {301, 302, 303} and urlsplit(response["Location"]).path == resolve_url("account_login")
    return to_login and request.headers.get("HX-Request") == "true" and not request.user.is_authenticated


def _signed_out(request: HttpRequest) -> HttpResponse:
    # Only the path of the page: the header comes from the browser, and a host in it could lead away.
    page = urlsplit(request.headers.get("HX-Current-URL", ""))
    back = f"/{page.path.lstrip('/')}" + (f"?{page.query}" if page.query else "")
    sign_in = f"{resolve_url('account_login')}?{urlencode({'next': back})}"
    return render(request, "accounts/signed_out.html", {"sign_in": sign_in}, status=401)


class LocalTime:
    """Show times in the person's own zone; a course page without one of them uses the course's (`course.access`)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = getattr(request.user, "zone", "")
        with timezone.override(ZoneInfo(zone) if zone else None):
            return self.get_response(request)
