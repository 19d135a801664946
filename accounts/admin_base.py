"""What all admin classes of Seminar share. It stands in the lowest app because every app's `admin` builds on it.

One class between ours and Django's, so that a change of the admin's skin is one line (interface.md 4.3).
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime, RelatedFieldWidgetWrapper
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

from accounts.years import check_year

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
    _TabularInline = admin.TabularInline[Any, Any]
    _BaseFormSet = forms.BaseInlineFormSet[Any, Any, Any]
else:
    _ModelAdmin = admin.ModelAdmin
    _TabularInline = admin.TabularInline
    _BaseFormSet = forms.BaseInlineFormSet


class LabelledSplitDateTime(AdminSplitDateTime):
    """Django's two boxes for one point in time, each with a name of its own for those who cannot see the other."""

    def __init__(self, label: str) -> None:
        super().__init__()
        for widget, part in zip(self.widgets, ("date", "time"), strict=True):
            widget.attrs["aria-label"] = f"{label}, {part}"


def _in_our_years(field: forms.Field, db_field: Any) -> None:
    """Let a day or a moment refuse a year that no clock of a page could show."""
    if isinstance(db_field, models.DateField):  # a DateTimeField is one, too
        field.validators = [*field.validators, check_year]


def _name_for_readers(field: forms.Field, label: str, *, in_table: bool) -> None:
    """Give the field's inputs a name where Django's page has no label for them: two boxes for one label, and table cells."""
    widget = field.widget
    if isinstance(widget, RelatedFieldWidgetWrapper):
        widget = widget.widget
    if isinstance(widget, AdminSplitDateTime):
        field.widget = LabelledSplitDateTime(label)
    elif in_table:
        widget.attrs["aria-label"] = label


class LabelledFormSet(_BaseFormSet):
    """Rows of a table whose “Delete?” boxes have a name."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Add Django's own fields, the box for deleting among them, and name it."""
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget.attrs["aria-label"] = (
                f"Delete {form.instance}" if form.instance.pk else "Delete this row"
            )


class BaseAdmin(_ModelAdmin):
    """A model in the admin. `reason` says, above the list and the form, why something cannot be changed here."""

    reason = ""
    list_per_page = 50
    change_list_template = "admin/list_with_reason.html"
    change_form_template = "admin/form_with_reason.html"

    class Media:
        js = ["js/admin.js"]

    def reason_for(self, obj: Any | None) -> str:
        """Return why `obj` (None: the whole list) cannot be changed here, or nothing."""
        return self.reason

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Fetch what the rows' names need at once: the list, the form and the autocomplete all show names."""
        rows = super().get_queryset(request)
        related = self.list_select_related
        return rows.select_related(*related) if isinstance(related, (list, tuple)) and related else rows

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        """Build the form field, name its inputs, and let days keep to our years."""
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"  # what Django 6 does; asking for nothing warns
        field: forms.Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:
            _in_our_years(field, db_field)
            _name_for_readers(field, capfirst(db_field.verbose_name), in_table=False)
        return field

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list with the reason."""
        return super().changelist_view(request, {"reason": self.reason_for(None)} | (extra_context or {}))

    def render_change_form(  # noqa: PLR0917 - Django's own signature
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any | None = None,
    ) -> HttpResponse:
        """Show the form with the reason."""
        return super().render_change_form(request, {"reason": self.reason_for(obj)} | context, add, change, form_url, obj)


class Unchangeable:
    """Nothing is added, changed or deleted through this class."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never; this also keeps what hangs on such a row from being deleted with it."""
        return False


class ReadOnlyAdmin(Unchangeable, BaseAdmin):
    """A record that the admin shows and never touches. Every subclass says why in `reason`."""


class TableInline(_TabularInline):
    """Short children in a table."""

    extra = 0
    formset = LabelledFormSet
    show_change_link = True
    related: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Fetch what the rows' names need at once."""
        return super().get_queryset(request).select_related(*self.related) if self.related else super().get_queryset(request)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        """Build the form field and name its inputs: a table's head is no label."""
        field: forms.Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:
            _in_our_years(field, db_field)
            _name_for_readers(field, capfirst(db_field.verbose_name), in_table=True)
        return field


class ReadOnlyInline(Unchangeable, TableInline):
    """Children that are shown and never touched."""

    can_delete = False
    show_change_link = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Every column is shown as text."""
        return [str(name) for name in self.fields or []]
