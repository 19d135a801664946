import unicodedata
from datetime import date, datetime, time, timedelta
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
    until_date = forms.DateField(
        label="Show it until",
        required=False,
        validators=[check_year],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    until_time = forms.TimeField(
        label="Until what time", required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    date = forms.DateField(
        required=False, validators=[check_year], widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    time = forms.TimeField(required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))

    def __init__(self, *args: Any, course: Course, now: datetime, published_at: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.published_at = now, published_at
        cast("WeekField", self.fields["week"]).queryset = Week.objects.filter(course=course).select_related("course")

    def clean_title(self) -> str:
        # A header of a mail is made of it: one line, nothing invisible.
        title = str(self.cleaned_data["title"])
        return " ".join("".join(" " if unicodedata.category(one) in {"Cc", "Zl", "Zp"} else one for one in title).split())

    def clean_source(self) -> str:
        return str(self.cleaned_data["source"]).replace("\r\n", "\n").replace("\r", "\n")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["at"] = self._appears(data)
        data["until"] = self._over(data, self.published_at or data["at"] or self.now)
        return data

    def _appears(self, data: dict[str, Any]) -> datetime | None:
        if data.get("when") != LATER or {"date", "time"} & self.errors.keys():
            return None
        day = data.get("date")
        if day is None:
            self.add_error("date", "Say on which day it should appear.")
            return None
        at = _instant(self, "time", day, data.get("time") or time(8))
        if at is not None and at <= self.now:
            self.add_error("date", "This time is over. Choose a later one, or post it now.")
        return at

    def _over(self, data: dict[str, Any], appears: datetime) -> datetime | None:
        """Return when it is over: at the end of a day that is given without a time."""
        day, clock = data.get("until_date"), data.get("until_time")
        if {"until_date", "until_time"} & self.errors.keys() or (day is None and clock is None):
            return None
        if day is None:
            self.add_error("until_date", "Say until which day it should be shown, or take out the time.")
            return None
        over = _instant(self, "until_time", day if clock else day + timedelta(days=1), clock or time(0))
        if over is not None and over <= appears:
            self.add_error("until_date", "It would be over before it appears. Choose a later time, or none.")
        return over


def _instant(form: AnnouncementForm, field: str, day: date, clock: time) -> datetime | None:
    """Return a moment on the clock of the active zone; None, told at `field`, for one that does not exist or exists twice."""
    try:
        return from_current_timezone(datetime.combine(day, clock))
    except ValidationError:
        form.add_error(field, "The clocks change in that night: this time does not exist, or exists twice.")
        return None
