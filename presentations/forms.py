from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.validators import MaxValueValidator, URLValidator
from django.utils import timezone

from accounts.form_base import BaseForm, SaysWhatIsMissing
from course.forms.moments import MomentField
from course.models import Course, CourseSession
from presentations.enums import OUTCOMES, BookingState, SlotKind
from presentations.models import Booking

# Django's own classes take no parameters at run time.
if TYPE_CHECKING:
    ManyField = forms.ModelMultipleChoiceField[CourseSession]
    FormOfBooking = forms.ModelForm[Booking]
else:
    ManyField = forms.ModelMultipleChoiceField
    FormOfBooking = forms.ModelForm

LOCAL = "%Y-%m-%dT%H:%M"


class SessionsField(ManyField):
    """Class meetings of one course, named by their date and week."""

    def label_from_instance(self, obj: Any) -> str:
        begins = timezone.localtime(obj.starts_at)
        week = getattr(obj, "week", None)
        name = f" · Week {week.number}" if week is not None and week.number is not None else ""
        return f"{begins:%a} {begins.day} {begins:%b}, {begins:%H:%M}{name}"


def _moment(label: str, help_text: str) -> MomentField:
    widget = forms.DateTimeInput(format=LOCAL, attrs={"type": "datetime-local"})
    return MomentField(label=label, help_text=help_text, required=False, input_formats=[LOCAL], widget=widget)


class SlotsForm(BaseForm):
    """Places to add to one or several class meetings of a course."""

    sessions = SessionsField(
        label="In which classes",
        queryset=CourseSession.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one class."},
    )
    kind = forms.ChoiceField(
        label="What is given", choices=SlotKind.choices, error_messages={"required": "Choose what is given."}
    )
    minutes = forms.IntegerField(
        label="Minutes each",
        min_value=1,
        max_value=240,
        initial=15,
        error_messages={"required": "Enter the minutes of each place."},
    )
    capacity = forms.IntegerField(
        label="People per place",
        min_value=1,
        max_value=30,
        initial=1,
        error_messages={"required": "Enter how many share one place."},
    )
    count = forms.IntegerField(
        label="How many",
        initial=1,
        min_value=1,
        validators=[MaxValueValidator(12)],
        error_messages={"required": "Enter how many places each class gets."},
    )
    opens_at = _moment("Students can claim from", "Empty: from now on.")
    closes_at = _moment("Until", "Empty: until the class begins.")

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("SessionsField", self.fields["sessions"])
        field.queryset = CourseSession.objects.filter(course=course).select_related("week")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        opens, closes = data.get("opens_at"), data.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", "Claiming must end after it begins.")
        return data


class BookingForm(SaysWhatIsMissing, FormOfBooking):
    """What a talk is about, by its presenter or by staff."""

    link = forms.URLField(
        label="Paper or project",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="The address of what you present. Everybody in the course sees it.",
        validators=[URLValidator(schemes=["http", "https"])],
    )

    outcome = forms.ChoiceField(
        label="What became of it",
        choices=[
            (BookingState.CONFIRMED.value, "Nothing noted"),
            (BookingState.PRESENTED.value, "Presented"),
            (BookingState.NO_SHOW.value, "Did not come"),
        ],
        widget=forms.RadioSelect,
        required=False,
        help_text="Others see who presented; that somebody did not come, only staff and they themselves.",
    )

    class Meta:
        model = Booking
        fields = ("title", "abstract", "link")
        help_texts = {"title": "As it stands on the schedule.", "abstract": "Two or three sentences; plain text."}
        widgets = {"abstract": forms.Textarea(attrs={"rows": 6})}

    def __init__(self, *args: Any, outcome: bool, **kwargs: Any) -> None:
        """With `outcome` it can be said what became of the talk."""
        super().__init__(*args, **kwargs)
        if not outcome:
            del self.fields["outcome"]
            return
        known = self.instance.state if self.instance.state in OUTCOMES else BookingState.CONFIRMED
        self.initial["outcome"] = known

    def clean_outcome(self) -> str:
        return str(self.cleaned_data["outcome"] or self.initial["outcome"])

    def clean_title(self) -> str:
        return " ".join(str(self.cleaned_data["title"]).split())
