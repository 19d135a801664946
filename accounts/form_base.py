"""What all forms of Seminar share. It stands in the lowest app because every app's forms build on it."""

from typing import TYPE_CHECKING

from django import forms
from django.forms.utils import pretty_name
from django.http import HttpRequest, QueryDict

if TYPE_CHECKING:
    _Form = forms.BaseForm
else:
    _Form = object

UNSAID = forms.Field.default_error_messages["required"]
STALE = "Something that belongs to this form did not come with it. Load the page again and send it once more."
_MANY = (forms.MultipleChoiceField, forms.ModelMultipleChoiceField)
_CHOICES = (forms.ChoiceField, forms.ModelChoiceField)


def posted(request: HttpRequest) -> QueryDict | None:
    """Return the data of a form that was sent, also an empty one; None when it was only asked for."""
    return request.POST if request.method == "POST" else None


def missing_words(name: str, field: forms.Field) -> str:
    """Return what to do about the required field `name` that came empty: "Enter the week number.", "Choose a role."."""
    label = str(field.label or pretty_name(name))
    words = label[:1].lower() + label[1:]
    if field.widget.is_hidden:
        return STALE
    if isinstance(field, _MANY):
        return f"Choose from {words}."
    if isinstance(field, _CHOICES):
        return f"Choose {'an' if words[:1] in 'aeiou' else 'a'} {words}."
    return f"Choose the {words}." if isinstance(field, forms.FileField) else f"Enter the {words}."


class SaysWhatIsMissing(_Form):
    """A form, also one of another library, that names what is missing. A field's own `required` words go first."""

    def full_clean(self) -> None:
        """Put the words in only now: labels change, and fields are added, until the form is looked at."""
        for name, field in self.fields.items():
            if field.error_messages.get("required") == UNSAID:
                field.error_messages["required"] = missing_words(name, field)
        super().full_clean()


class BaseForm(SaysWhatIsMissing, forms.Form):
    """The class under every form of ours that stands for no model."""
