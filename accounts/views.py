"""A person's own settings, and the page on which an invitation opens an account."""

from allauth.decorators import rate_limit
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access import FoundInvitation, invitation_for, person_of
from accounts.actions import InvitationGoneError, accept_invitation, save_settings
from accounts.enums import InvitationState
from accounts.form_base import posted
from accounts.forms import InvitationForm, SettingsForm
from accounts.settings_panels import panels_for

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def settings(request: HttpRequest) -> HttpResponse:
    """Name, time zone and theme, and what other apps let a person choose."""
    person = person_of(request)
    now_set = {"name": person.name, "zone": person.zone, "theme": person.theme}
    form = SettingsForm(posted(request), initial=now_set)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        save_settings(person=person, name=data["name"], zone=data["zone"], theme=data["theme"])
        messages.success(request, "Your settings are saved.")
        return HttpResponseRedirect(reverse("settings"), status=303)
    context = {"form": form, "panels": panels_for(person)}
    return render(request, "accounts/settings.html", context, status=422 if form.errors else 200)


@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit(action="invitation")  # type: ignore[untyped-decorator]  # allauth publishes no types
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a name and a password with the link of a letter; then straight into the course."""
    now = timezone.now()
    found = invitation_for(token, now)
    if found.state is not InvitationState.OPEN or found.invitation is None:
        return _closed(request, found)
    invited = found.invitation.user
    form = InvitationForm(posted(request), person=invited, initial={"name": invited.name})
    if form.is_valid():
        data = form.cleaned_data
        try:
            person = accept_invitation(invitation=found.invitation, name=data["name"], password=data["password1"], now=now)
        except InvitationGoneError:
            return _closed(request, invitation_for(token, now))
        login(request, person, backend=BACKEND)
        return HttpResponseRedirect(reverse("home"), status=303)
    context = {"form": form, "invitation": found.invitation}
    return render(request, "accounts/invitation.html", context, status=422 if form.errors else 200)


def _closed(request: HttpRequest, found: FoundInvitation) -> HttpResponse:
    context = {"state": found.state, "states": InvitationState, "invitation": found.invitation}
    return render(request, "accounts/invitation_closed.html", context, status=410)
