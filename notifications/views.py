"""Stopping mail: by the link in it without signing in, or in the settings."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import person_of
from notifications import actions
from notifications.access import choices_of, gets, stop_for

PANEL = "notifications"


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """One kind of mail for one person, both named by the signed token.

    GET never changes anything (scanners open links); POST does, without login, cookie or CSRF token, because the mail
    program presses the button for the reader (RFC 8058), and answers without a redirect for the same reason.
    """
    person, kind = stop_for(token)
    if request.method == "POST":
        if request.POST.get("do") == "again":
            actions.subscribe(person=person, kind=kind.name)
        else:
            actions.unsubscribe(person=person, kind=kind.name, now=timezone.now())
    return render(
        request, "notifications/unsubscribe.html", {"kind": kind, "on": gets(person, kind), "done": request.method == "POST"}
    )


@login_required
@require_POST
def mail_kinds(request: HttpRequest) -> HttpResponse:
    """Save which kinds of mail the signed-in person wants: the ticked ones."""
    person, wanted, now = person_of(request), set(request.POST.getlist("mail")), timezone.now()
    for choice in choices_of(person):
        if choice.on and choice.kind.name not in wanted:
            actions.unsubscribe(person=person, kind=choice.kind.name, now=now)
        elif not choice.on and choice.kind.name in wanted:
            actions.subscribe(person=person, kind=choice.kind.name)
    messages.success(request, "Your choice of mail is saved.")
    return HttpResponseRedirect(f"{reverse('settings')}#{PANEL}", status=303)
