"""Forms around quizzes. Texts are taken exactly as they come; times are read on the course's clock."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms

from accounts.form_base import BaseForm
from course.forms.weeks import ExactText
from course.models import Course, Week
from quizzes.actions.authoring import PASTED
from quizzes.formats.detect import MAX_BYTES
from quizzes.formats.model import SUPPORTED, Format
from quizzes.models import Quiz
from quizzes.reading import Place
from quizzes.walltime import NoSuchTimeError, instant

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

FORMATS = {Format.AUTO: "Find out", Format.MARKDOWN: "Quiz with boxes: - [x]", Format.REVIEW: "Pasted review page"}


class CourseTime(forms.Field):
    """A date and time on the clock of the course's zone; gives an aware datetime. A time that never comes is refused."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, *, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.zone = zone

    def prepare_value(self, value: object) -> object:
        return value.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else value

    def to_python(self, value: object) -> datetime | None:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return instant(datetime.fromisoformat(text).replace(tzinfo=None), self.zone)
        except NoSuchTimeError as error:
            raise forms.ValidationError(str(error)) from error
        except ValueError as error:
            raise forms.ValidationError(f"“{text}” is not a date and time. Write it like 2026-09-28 23:59.") from error


class NewQuizForm(BaseForm):
    title = forms.CharField(max_length=150)

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["week"] = week_field(course)


class QuizTextForm(BaseForm):
    """The editor: the whole text, and the revision that it was based on."""

    text = ExactText(label="Questions, as text", required=False)
    base = forms.IntegerField(widget=forms.HiddenInput)

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if "\0" in text:
            raise forms.ValidationError("The text contains a NUL character, which cannot be stored. Delete it.")
        if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
            raise forms.ValidationError(f"The text is longer than {MAX_BYTES // 1000} kB. Split the quiz into several.")
        return text


class ImportForm(BaseForm):
    """A quiz as a file or as pasted text: exactly one of the two."""

    file = forms.FileField(
        required=False,
        allow_empty_file=True,
        label="File",
        help_text="A Markdown or text file, at most 200 kB.",
    )
    text = ExactText(
        required=False,
        label="Or paste the text",
        help_text="With everything around it: what stands above the questions becomes a page.",
    )
    format = forms.ChoiceField(
        choices=[(name, FORMATS[name]) for name in (Format.AUTO, *SUPPORTED)],
        label="What it is",
        initial=Format.AUTO,
        error_messages={"required": "Choose what the text is, or “Find out”."},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("file")) == bool(data.get("text")):
            given = "Choose a file or paste a text, not both" if data.get("file") else "Choose a file or paste the text of a quiz"
            self.add_error("file", given)
        return data

    def content(self) -> bytes:
        """Return the bytes of the file, at most one more than the limit; or of the pasted text, with plain newlines."""
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file:
            return bytes(file.read(MAX_BYTES + 1))
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n").encode("utf-8", "surrogatepass")

    def filename(self) -> str:
        """Return the uploaded file's own name; `PASTED` for a pasted text."""
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        return (file.name or "file")[:200] if file else PASTED


class ImportReviewForm(BaseForm):
    """The review step: the title, and which lines hold the quiz (a review only).

    With a quiz of that name in the course (`there`) it must be said where the text goes. `base` is the revision of that
    quiz that the page compared with.
    """

    title = forms.CharField(max_length=150, label="Title of the quiz")
    start = forms.IntegerField(required=False, min_value=1, label="From line")
    end = forms.IntegerField(required=False, min_value=1, label="to line")
    place = forms.ChoiceField(required=False, widget=forms.RadioSelect, label="Where does this text go?")
    base = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, there: Quiz | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["place"]
        assert isinstance(place, forms.ChoiceField)
        if there is None:
            del self.fields["place"], self.fields["base"]
            return
        place.required, self.fields["base"].required = True, True
        place.error_messages["required"] = f"Say whether it replaces “{there}” or becomes a quiz of its own."
        place.choices = [
            (Place.REPLACE.value, f"It replaces the text of “{there}”"),
            (Place.BESIDE.value, "It becomes a quiz of its own, beside it"),
        ]
        self.initial.setdefault("base", there.revision)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("start") and data.get("end") and data["end"] < data["start"]:
            self.add_error("end", "The last line stands before the first one")
        return data


class WeekChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    def label_from_instance(self, obj: Week) -> str:
        return str(obj)


def week_field(course: Course) -> WeekChoice:
    """Return the choice of a week of the course, or of none."""
    return WeekChoice(Week.objects.filter(course=course), required=False, label="Week", empty_label="No week")
