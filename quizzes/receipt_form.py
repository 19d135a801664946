"""The form that takes a receipt: a file or its text."""

from typing import Any

from django import forms

from accounts.form_base import BaseForm
from quizzes.receipt import MAX_BYTES, NoReceipt, Receipt, read


class ReceiptForm(BaseForm):
    """A receipt as a file or as pasted text, exactly one of the two; `receipt` is what it says, once the form is valid."""

    file = forms.FileField(
        required=False,
        allow_empty_file=True,
        label="File",
        help_text="The file that the result page offers, at most 1 MB; or paste its text below.",
    )
    text = forms.CharField(required=False, label="Text, pasted", widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}))
    receipt: Receipt

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file, text = data.get("file"), data.get("text", "")
        if bool(file) == bool(text):
            given = "Choose a file or paste a text, not both." if file else "Choose the file of a receipt, or paste its text."
            self.add_error("file", given)
            return data
        if (file and file.size > MAX_BYTES) or len(text) > MAX_BYTES:
            self.add_error("file", "This is longer than a receipt can be (at most 1 MB).")
            return data
        try:
            self.receipt = read(file.read().decode("utf-8-sig") if file else text)
        except UnicodeDecodeError:
            self.add_error("file", "This is not a receipt: it is not text in UTF-8.")
        except NoReceipt as refusal:
            self.add_error("file" if file else "text", str(refusal))
        return data

    def refuse(self, words: str) -> None:
        """Say that the receipt, well-formed as it is, cannot be checked."""
        self.add_error("file" if self.cleaned_data.get("file") else "text", words)
