from django import forms

from accounts.form_base import BaseForm
from exchange.enums import Copy
from exchange.folder import MAX_ARCHIVE


class UploadForm(BaseForm):
    file = forms.FileField(
        label="Folder as a .zip file",
        allow_empty_file=True,
        help_text=f"At most {MAX_ARCHIVE // 1_000_000} MB. You see what it would change before anything does.",
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )


class DownloadForm(BaseForm):
    copy = forms.ChoiceField(choices=Copy.choices, label="Copy")
