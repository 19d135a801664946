"""Days and times that a course can have."""

from datetime import datetime
from typing import Any

from django import forms

from accounts.years import check_year


class MomentField(forms.DateTimeField):
    """A date and time on the clock of the active zone; gives an aware datetime."""

    def to_python(self, value: Any) -> datetime | None:
        moment = super().to_python(value)
        if moment is not None:
            check_year(moment)
        return moment
