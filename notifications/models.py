from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.public_ids import public_id
from notifications.enums import Channel, DeliveryState


class Notice(models.Model):
    """What is to be told: one kind about one object, at one version of its date.

    `object_key` is a text key such as "quiz:42", never a foreign key upward (architecture.md). `version` is the date the
    notice is about, as text: when the date moves, a new notice is planned and the old one's deliveries are skipped.
    """

    kind = models.CharField(max_length=40)
    object_key = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_key", "version"], name="notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_key} ({self.version})"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime) -> "DeliveryQuerySet":
        """Planned deliveries whose time has come."""
        return self.filter(state=DeliveryState.PLANNED, due_at__lte=now)


class Delivery(models.Model):
    """One notice to one person by one channel: the ledger of what was told, when, and why not.

    State changes only in `notifications.actions`; rows are never deleted while their person exists.
    """

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.MAIL)
    state = models.CharField(max_length=8, choices=DeliveryState, default=DeliveryState.PLANNED)
    planned_at = models.DateTimeField(help_text="When it should go out.")
    due_at = models.DateTimeField(help_text="When it is tried next: the planned time, or later after a failure.")
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    token = models.CharField(max_length=12, unique=True, default=public_id, editable=False)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ["-planned_at", "pk"]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(state="planned"), name="delivery_owed")]
        constraints = [
            models.UniqueConstraint(fields=["notice", "person", "channel"], name="delivery_once"),
            models.CheckConstraint(condition=models.Q(state__in=DeliveryState.values), name="delivery_state_known"),
            models.CheckConstraint(condition=models.Q(channel__in=Channel.values), name="delivery_channel_known"),
            models.CheckConstraint(
                condition=models.Q(state=DeliveryState.SENT, sent_at__isnull=False)
                | ~models.Q(state=DeliveryState.SENT) & models.Q(sent_at__isnull=True),
                name="delivery_sent_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state=DeliveryState.CLAIMED, lease_until__isnull=False)
                | ~models.Q(state=DeliveryState.CLAIMED),
                name="delivery_claim_has_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice} to {self.person}: {self.get_state_display()}"

    @property
    def message_id(self) -> str:
        """The Message-ID of this delivery: the same at every try, so that a repeat can be recognised."""
        return f"<delivery-{self.token}@{settings.SITE_URL.split('//')[-1].split(':')[0]}>"


class Unsubscribe(models.Model):
    """One kind of notice that a person does not want by mail; it sticks after a new enrollment."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="unsubscribes")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="unsubscribe_once")]

    def __str__(self) -> str:
        return f"{self.person} does not want {self.kind}"


class Heartbeat(models.Model):
    """When a background process last did something: written through the queue, so a deaf worker shows."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%H:%M:%S}"
