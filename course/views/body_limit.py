"""Refusing an upload before it is read."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def limit_body(most: int, refuse: View[P]) -> Callable[[View[P]], View[P]]:
    """Answer a request whose body is longer than `most` bytes with `refuse`, without reading the body.

    Django's CSRF check reads the whole form before a view runs; so it runs inside this decorator, after the length was
    looked at. `refuse` must not look at `request.POST` and changes nothing.
    """

    def decorate(view: View[P]) -> View[P]:
        protected = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            length = request.META.get("CONTENT_LENGTH") or "0"
            if not length.isdecimal() or int(length) > most:
                return refuse(request, *args, **kwargs)
            return protected(request, *args, **kwargs)

        return cast("View[P]", checked)

    return decorate
