from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin_base import ReadOnlyAdmin, ReadOnlyInline
from notifications.models import Delivery, Heartbeat, Notice, Unsubscribe
from notifications.registry import private_kinds


class DeliveryInline(ReadOnlyInline):
    model = Delivery
    related = ("person", "notice")
    fields = ["person", "channel", "state", "planned_at", "sent_at", "tries", "reason"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        """Leave out what would tell about a person's private ticks."""
        return super().get_queryset(request).exclude(notice__kind__in=private_kinds())


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    reason = "Notices are planned from the dates of quizzes, talks, readings and announcements. Change the date, and the notice follows."
    list_display = ["kind", "object_key", "version", "created_at"]
    list_filter = ["kind", "created_at"]
    search_fields = ["object_key", "deliveries__person__name", "deliveries__person__email"]
    date_hierarchy = "created_at"
    inlines = [DeliveryInline]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    reason = "This is the record of what was told to whom, and when. It is written by the program and never changed."
    list_display = ["notice", "person", "channel", "state", "planned_at", "sent_at", "tries", "reason"]
    list_filter = ["state", "notice__kind", "channel", "planned_at"]
    list_select_related = ["notice", "person"]
    search_fields = ["person__name", "person__email", "notice__object_key"]
    date_hierarchy = "planned_at"
    exclude = ["token"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        """Leave out what would tell about a person's private ticks."""
        return super().get_queryset(request).exclude(notice__kind__in=private_kinds())


@admin.register(Unsubscribe)
class UnsubscribeAdmin(ReadOnlyAdmin):
    reason = "Everybody decides for themselves what they are mailed: by the link in a mail, or in their settings."
    list_display = ["person", "kind", "at"]
    list_filter = ["kind"]
    list_select_related = ["person"]
    search_fields = ["person__name", "person__email"]


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    reason = "Written by the background processes; /readyz reads it."
    list_display = ["name", "at"]
