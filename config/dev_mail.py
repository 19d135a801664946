from django.http import HttpRequest, HttpResponse


def mail_list(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse()
