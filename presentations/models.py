from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.public_ids import public_id
from course.models import Course, CourseSession
from presentations.enums import TAKES_PLACE, BookingState, SlotKind


class SlotQuerySet(models.QuerySet["Slot"]):
    def claimable(self, now: datetime) -> "SlotQuerySet":
        """Slots that a student may claim at `now`: a place is free, claiming is open, and the session lies ahead."""
        return self.filter(
            Q(opens_at__isnull=True) | Q(opens_at__lte=now),
            Q(closes_at__isnull=True) | Q(closes_at__gt=now),
            taken__lt=F("capacity"),
            session__starts_at__gt=now,
        )


class Slot(models.Model):
    """A place (or several) to present in one class session.

    `taken` counts the bookings that take a place; the last place is decided by the conditional UPDATE in
    `presentations.actions.claim`, and the constraint below holds whatever else goes wrong.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="slots")
    session = models.ForeignKey(CourseSession, on_delete=models.CASCADE, related_name="slots")
    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    kind = models.CharField(max_length=10, choices=SlotKind, default=SlotKind.PAPER)
    position = models.PositiveSmallIntegerField(default=1)
    minutes = models.PositiveSmallIntegerField(default=15)
    capacity = models.PositiveSmallIntegerField(default=1)
    taken = models.PositiveSmallIntegerField(default=0, editable=False)
    opens_at = models.DateTimeField("claims open", null=True, blank=True)
    closes_at = models.DateTimeField("claims close", null=True, blank=True)

    objects = SlotQuerySet.as_manager()

    class Meta:
        ordering = ["session__starts_at", "position"]
        constraints = [
            models.UniqueConstraint(fields=["session", "position"], name="slot_place_once"),
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="slot_not_overbooked"),
            models.CheckConstraint(condition=Q(kind__in=SlotKind.values), name="slot_kind_known"),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True) | Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="slot_window",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.position}, {self.session}"


class BookingQuerySet(models.QuerySet["Booking"]):
    def active(self) -> "BookingQuerySet":
        return self.filter(state__in=TAKES_PLACE)


class Booking(models.Model):
    """Who presents in a slot. Written by `presentations.actions`: claim, undo, assign, unassign, edit_booking.

    `session` repeats the slot's, because "one place per person and class" is a constraint of the database.
    """

    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="bookings")
    session = models.ForeignKey(CourseSession, on_delete=models.CASCADE, related_name="bookings", editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="bookings")
    state = models.CharField(max_length=10, choices=BookingState, default=BookingState.CONFIRMED)
    title = models.CharField(max_length=200, blank=True)
    abstract = models.TextField(blank=True)
    link = models.URLField("paper", max_length=500, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ["slot__session__starts_at", "slot__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "person"], condition=Q(state__in=TAKES_PLACE), name="booking_once_a_class"
            ),
            models.CheckConstraint(condition=Q(state__in=BookingState.values), name="booking_state_known"),
            models.CheckConstraint(
                condition=Q(state=BookingState.CANCELLED, cancelled_at__isnull=False)
                | ~Q(state=BookingState.CANCELLED) & Q(cancelled_at__isnull=True),
                name="booking_cancelled_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.slot}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.session_id = self.slot.session_id
        super().save(*args, **kwargs)
