"""Forms for what one student has and others have not. Times are read on the course's clock."""

from decimal import Decimal
from typing import Any

from django import forms

from accounts.form_base import BaseForm
from course.models import Course
from quizzes.actions.allowances import Difference, Terms
from quizzes.forms import CourseTime
from quizzes.models import Accommodation, QuizException
from quizzes.rules import MAX_LIMIT_MINUTES
from quizzes.schedule import Schedule
from quizzes.wording import duration

FOR_STAFF = "For the staff of the course alone. The student does not see it."


class AccommodationForm(BaseForm):
    """More time for a student in every quiz of a course."""

    factor = forms.DecimalField(
        min_value=Decimal(1),
        max_value=Decimal(10),
        max_digits=4,
        decimal_places=2,
        required=False,
        label="Time factor",
        help_text="1.5 is half as much time again. The closing time moves by the time that is added.",
    )
    no_limit = forms.BooleanField(required=False, label="No time limit", help_text="Until the quiz closes.")
    extra_days = forms.IntegerField(
        min_value=0,
        max_value=60,
        required=False,
        label="Extra days",
        help_text="Due dates and closing times are so many days later, at the same time of day.",
    )
    reason = forms.CharField(max_length=300, required=False, label="Reason", help_text=FOR_STAFF)

    @staticmethod
    def initial_of(given: Accommodation | None) -> dict[str, object]:
        """Return what the form shows of an accommodation as stored."""
        if given is None:
            return {"factor": Decimal("1.5")}
        return {
            "factor": f"{given.factor.normalize():f}",
            "no_limit": given.no_limit,
            "extra_days": given.extra_days or None,
            "reason": given.reason,
        }

    def terms(self) -> Terms:
        """Return what was typed."""
        data = self.cleaned_data
        return Terms(
            factor=data["factor"] or Decimal(1),
            no_limit=data["no_limit"],
            extra_days=data["extra_days"] or 0,
            reason=data["reason"],
        )


class ExceptionForm(BaseForm):
    """Other times, limit or attempts for a student in one quiz. What stays empty is as it would be without."""

    minutes = forms.IntegerField(min_value=1, max_value=MAX_LIMIT_MINUTES, required=False, label="Time limit in minutes")
    attempts = forms.IntegerField(min_value=1, max_value=99, required=False, label="Attempts in all")
    reason = forms.CharField(max_length=300, required=False, label="Reason", help_text=FOR_STAFF)

    def __init__(self, *args: Any, course: Course, without: Schedule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("closes", "Closes"), ("due", "Due"), ("opens", "Opens")):
            self.fields[name] = CourseTime(zone=course.tz, label=label)
        limit, allowed = without.limit.value, without.attempts_allowed.value
        self.fields["minutes"].help_text = f"Otherwise: {duration(limit) if limit else 'no limit'}."
        self.fields["attempts"].help_text = f"Otherwise: {allowed or 'as many as wanted'}. Used: {len(without.attempts)}."
        for name, value in (("closes", without.closes), ("due", without.due), ("opens", without.opens)):
            said = f"{value.value.astimezone(course.tz):%a %-d %b %Y, %H:%M}" if value.value else value.reason
            self.fields[name].help_text = f"Otherwise: {said.rstrip('.')}."

    @staticmethod
    def initial_of(given: QuizException | None) -> dict[str, object]:
        """Return what the form shows of an exception as stored."""
        if given is None:
            return {}
        return {
            "opens": given.opens_at,
            "due": given.due_at,
            "closes": given.closes_at,
            "minutes": given.time_limit and -(-given.time_limit // 60),
            "attempts": given.attempts_allowed,
            "reason": given.reason,
        }

    def difference(self) -> Difference:
        """Return what was typed."""
        data = self.cleaned_data
        return Difference(
            opens_at=data["opens"],
            due_at=data["due"],
            closes_at=data["closes"],
            time_limit=data["minutes"] and data["minutes"] * 60,
            attempts_allowed=data["attempts"],
            reason=data["reason"],
        )
