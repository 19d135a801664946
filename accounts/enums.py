from django.db.models import TextChoices


class Theme(TextChoices):
    SYSTEM = "system", "As my device"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class InvitationState(TextChoices):
    """What a link of an invitation is good for. UNKNOWN: never sent, or replaced by a newer letter."""

    OPEN = "open", "Open"
    USED = "used", "Used"
    EXPIRED = "expired", "Ended"
    UNKNOWN = "unknown", "Not known"
