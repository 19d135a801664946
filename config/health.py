from django.http import HttpRequest, JsonResponse


def healthz(request: HttpRequest) -> JsonResponse:
    """Say that this process answers."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether everything a class needs is there. Replaced by the full checks before the first part is done."""
    return JsonResponse({"status": "ok"})
