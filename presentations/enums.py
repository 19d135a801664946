from django.db.models import TextChoices


class SlotKind(TextChoices):
    PAPER = "paper", "Paper talk"
    DEMO = "demo", "Project demo"
    DISCUSSION = "discussion", "Discussion lead"


class BookingState(TextChoices):
    HELD = "held", "Held"
    CONFIRMED = "confirmed", "Confirmed"
    PRESENTED = "presented", "Presented"
    CANCELLED = "cancelled", "Cancelled"
    NO_SHOW = "no_show", "Did not show"


# Bookings that take up a place in their slot.
TAKES_PLACE = (BookingState.HELD, BookingState.CONFIRMED, BookingState.PRESENTED, BookingState.NO_SHOW)

# What can be said of a talk whose class has begun; the first: nothing is said.
OUTCOMES = (BookingState.CONFIRMED, BookingState.PRESENTED, BookingState.NO_SHOW)
