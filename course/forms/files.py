"""The form that brings a picture."""

from django import forms

from accounts.form_base import BaseForm


class PictureForm(BaseForm):
    file = forms.FileField(
        label="Picture",
        allow_empty_file=True,
        help_text="PNG, JPEG, GIF or WebP, at most 5 MB.",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/gif,image/webp"}),
    )
    replace = forms.BooleanField(
        required=False,
        label="Replace the picture of this name",
        help_text="Every text that names it shows the new one, running quizzes too.",
    )
