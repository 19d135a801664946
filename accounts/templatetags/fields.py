"""Form fields in the classes of the style sheet, with Django's own ids for help and errors."""

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()

_CLASSES = {"textarea": "textarea", "select": "select", "selectmultiple": "select"}
_BARE = {"checkbox", "radioselect", "checkboxselectmultiple", "file", "clearablefile"}


@register.filter
def control(field: BoundField) -> SafeString:
    """Return the field's input with the class of its widget; boxes and files keep the browser's own look."""
    widget = field.widget_type
    if widget in _BARE:
        return field.as_widget()
    given = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{_CLASSES.get(widget, 'text-input')} {given}".strip()})


@register.filter
def is_box(field: BoundField) -> bool:
    """Whether the input stands before its own label (one checkbox)."""
    return field.widget_type == "checkbox"


@register.filter
def is_group(field: BoundField) -> bool:
    """Whether the field is several boxes under one legend."""
    return field.widget_type in {"radioselect", "checkboxselectmultiple"}
