from django.contrib import admin

from accounts.admin_base import BaseAdmin, ReadOnlyAdmin, ReadOnlyInline
from presentations.models import Booking, Slot


class BookingInline(ReadOnlyInline):
    model = Booking
    related = ("person", "slot__session__course")
    fields = ["person", "state", "title", "made_by", "made_at", "cancelled_at"]


@admin.register(Slot)
class SlotAdmin(BaseAdmin):
    list_display = ["session", "kind", "position", "minutes", "taken", "capacity", "opens_at", "closes_at"]
    list_filter = ["kind", ("course", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["course", "session__course"]
    search_fields = ["course__code", "bookings__person__name", "bookings__title"]
    autocomplete_fields = ["course", "session"]
    date_hierarchy = "session__starts_at"
    readonly_fields = ["taken"]
    inlines = [BookingInline]


@admin.register(Booking)
class BookingAdmin(ReadOnlyAdmin):
    reason = "Places are counted: assign, move and cancel on the course's presentations page, which keeps the count right and tells the people."
    list_display = ["person", "slot", "state", "title", "made_by", "made_at"]
    list_filter = ["state", ("slot__course", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["person", "slot__session__course", "made_by"]
    search_fields = ["person__name", "person__email", "title"]
    date_hierarchy = "slot__session__starts_at"
