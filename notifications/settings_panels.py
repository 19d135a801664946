"""Which kinds of mail a person gets, on the settings page."""

from accounts.models import User
from accounts.settings_panels import Panel, register
from notifications.access import choices_of


@register
def mail_panel(person: User) -> Panel | None:
    choices = choices_of(person)
    return Panel("notifications", "Notifications", "notifications/settings_panel.html", {"choices": choices}) if choices else None
