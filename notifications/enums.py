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


class Standing(TextChoices):
    """Whether a planned delivery is still owed, and if not, why; the label is the reason kept in the ledger."""

    OWED = "owed", "still owed"
    DONE = "done", "done already"
    WITHDRAWN = "withdrawn", "withdrawn"
    UNSUBSCRIBED = "unsubscribed", "unsubscribed"
    MOVED = "moved", "the date moved"
    PAST = "past", "too late to be useful"
    GONE = "gone", "no app knows this kind any more"
