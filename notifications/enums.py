from django.db.models import TextChoices


class Channel(TextChoices):
    MAIL = "mail", "E-mail"


class DeliveryState(TextChoices):
    PLANNED = "planned", "Planned"
    CLAIMED = "claimed", "Being sent"
    SENT = "sent", "Sent"
    SKIPPED = "skipped", "Skipped"
    HELD = "held", "Held"
    FAILED = "failed", "Failed"
    UNKNOWN = "unknown", "Unknown"


# What still has to be done about a delivery.
OWED = (DeliveryState.PLANNED, DeliveryState.CLAIMED)
