"""Forms beside the things on a week page. `version` is the one that the form shows; it guards against changes meanwhile."""

from typing import Any

from django import forms

from accounts.form_base import BaseForm
from course.forms.weeks import ExactText

LONGEST_WORDS = 1_000
LONGEST_ADDRESS = 1_900


class PartForm(BaseForm):
    """What every form about one thing sends with it."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)


class ItemForm(PartForm):
    """A list item: its title and address if it is a link, else its words, and an address to make it one."""

    words = forms.CharField(max_length=LONGEST_WORDS)
    url = forms.CharField(
        max_length=LONGEST_ADDRESS, required=False, label="Address", widget=forms.TextInput(attrs={"inputmode": "url"})
    )

    def __init__(self, *args: Any, linked: bool, takes_address: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = "Title" if linked else "Text"
        if linked:
            self.fields["words"].help_text = "Length and date in brackets behind the title stay as they are."
        if not takes_address:
            del self.fields["url"]


class HeadingForm(PartForm):
    words = forms.CharField(max_length=LONGEST_WORDS, label="Heading")


class PartTextForm(PartForm):
    """Any part as Markdown."""

    text = ExactText(label="Markdown", required=False)


class NewItemForm(PartForm):
    words = forms.CharField(max_length=LONGEST_WORDS, label="New item")


class MoveForm(PartForm):
    """Which way something goes."""

    to = forms.ChoiceField(choices=[("up", "Up"), ("down", "Down")])
