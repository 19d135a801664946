from enum import StrEnum

from django.db.models import TextChoices


class Theme(TextChoices):
    SYSTEM = "system", "As my device"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class InvitationState(StrEnum):
    """What a link of an invitation is good for."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"  # never sent, or replaced by a newer letter
