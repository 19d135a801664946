from django.http import HttpRequest, HttpResponse


def settings(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
