from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """Values that every page's frame shows: whom to ask when the program itself is in trouble."""
    return {"support_email": settings.SUPPORT_EMAIL, "csrf_cookie_name": settings.CSRF_COOKIE_NAME}
