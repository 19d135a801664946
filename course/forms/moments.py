"""Days and times that a course can have."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from course.years import year_problem


def check_year(day: date) -> None:
    """Raise ValidationError for a day (or a moment) of a year in which no course is held."""
    if problem := year_problem(day):
        raise ValidationError(problem)


class MomentField(forms.DateTimeField):
    """A date and time on the clock of the active zone; gives an aware datetime."""

    def to_python(self, value: Any) -> datetime | None:
        moment = super().to_python(value)
        if moment is not None:
            check_year(moment)
        return moment
