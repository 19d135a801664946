import unicodedata
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone

from accounts.form_base import BaseForm
from accounts.years import check_year
from course.models import Course, Week

if TYPE_CHECKING:
    WeekField = forms.ModelChoiceField[Week]
else:
    WeekField = forms.ModelChoiceField

NOW, LATER = "now", "later"


class AnnouncementForm(BaseForm):
    """What an announcement says, and when it comes out. Times are on the clock of the active zone."""

    title = forms.CharField(max_length=150, error_messages={"required": "Give it a title: it becomes the subject of the mail."})
    source = forms.CharField(
        label="Message, Markdown",
        max_length=20_000,
        widget=forms.Textarea,
        error_messages={"required": "Write the message."},
    )
    week = WeekField(
        queryset=Week.objects.none(),
        required=False,
        empty_label="No week",
        label="Show it on a week page too",
    )
    pinned = forms.BooleanField(label="Pin it", required=False, help_text="It stays on top of the list.")
    when = forms.ChoiceField(choices=[(NOW, "Now"), (LATER, "On a date")], required=False)
    date = forms.DateField(
        required=False, validators=[check_year], widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    time = forms.TimeField(required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))

    def __init__(self, *args: Any, course: Course, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        cast("WeekField", self.fields["week"]).queryset = Week.objects.filter(course=course).select_related("course")

    def clean_title(self) -> str:
        # A header of a mail is made of it: one line, nothing invisible.
        title = str(self.cleaned_data["title"])
        return " ".join("".join(" " if unicodedata.category(one) in {"Cc", "Zl", "Zp"} else one for one in title).split())

    def clean_source(self) -> str:
        return str(self.cleaned_data["source"]).replace("\r\n", "\n").replace("\r", "\n")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["at"] = None
        if data.get("when") != LATER or {"date", "time"} & self.errors.keys():
            return data
        day = data.get("date")
        if day is None:
            self.add_error("date", "Say on which day it should appear.")
            return data
        try:
            at = from_current_timezone(datetime.combine(day, data.get("time") or time(8)))
        except ValidationError:
            self.add_error("time", "The clocks change in that night: this time does not exist, or exists twice.")
            return data
        if at <= self.now:
            self.add_error("date", "This time is over. Choose a later one, or post it now.")
        data["at"] = at
        return data
