"""Forms around week pages. Texts are taken exactly as they come: nothing is stripped (`ExactText`)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from accounts.form_base import BaseForm
from course.enums import Release
from course.forms.moments import MomentField
from course.models import Course, CourseSession, Week
from course.week_lines import plain
from course.week_words import sentence_case
from course.weekfile import Group, WeekFile

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


class ExactText(forms.CharField):
    """A text of which every character counts. A NUL is refused by the parser, which says where it stands."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, widget=forms.Textarea(attrs={"spellcheck": "true"}), **kwargs)
        self.validators = []


class SessionChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A class session, named by its day and time in the active zone."""

    def label_from_instance(self, obj: CourseSession) -> str:
        return session_words(obj)


def session_words(session: CourseSession) -> str:
    """Return a class session as "Wed 14 Oct, 18:00"."""
    return date_format(timezone.localtime(session.starts_at), "D j M, H:i")


def free_session(course: Course, number: int) -> CourseSession | None:
    """Return the class session that the week `number` most likely belongs to: the one of that place in the term."""
    sessions = list(course.sessions.all()[:number])
    if len(sessions) < number or number < 1:
        return None
    return None if Week.objects.filter(session=sessions[-1]).exists() else sessions[-1]


def _sessions_for(course: Course, week: Week | None) -> SessionChoice:
    free = Q(week__isnull=True)
    choices = course.sessions.filter(free | Q(week=week) if week else free)
    return SessionChoice(
        choices,
        required=False,
        label="Class session",
        empty_label="No class session",
        help_text="Readings without a date of their own are to be read by then.",
    )


class NewWeekForm(BaseForm):
    number = forms.IntegerField(min_value=0, max_value=99, label="Week number")
    title = forms.CharField(max_length=200)

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"] = _sessions_for(course, None)
        self.fields["number"].widget.attrs["class"] = "field-short"


class WeekTextForm(BaseForm):
    """The editor: the whole text, the version it was based on, and the class session."""

    text = ExactText(label="Week page, Markdown", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, course: Course, week: Week, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"] = _sessions_for(course, week)


class ReleaseForm(BaseForm):
    """What is to become of a week or a page: open now, opens later, back to a draft."""

    state = forms.ChoiceField(
        choices=Release, error_messages={"required": "Choose whether it opens now, later, or stays a draft."}
    )
    opens_at = MomentField(
        required=False,
        label="Opens to students",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )


class ImportForm(BaseForm):
    """A week page as a file or as pasted text: exactly one of the two."""

    file = forms.FileField(
        required=False,
        allow_empty_file=True,
        label="File",
        help_text="A Markdown file, at most 200 kB. It is kept byte for byte.",
    )
    text = ExactText(required=False, label="Or paste the text")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("file")) == bool(data.get("text")):
            given = "Choose a file or paste a text, not both" if data.get("file") else "Choose a file or paste the text of a week"
            self.add_error("file", given)
        return data

    def size(self) -> int:
        """Return the length of what was brought, in bytes, without reading it."""
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        return file.size or 0 if file else len(self.cleaned_data["text"].encode("utf-8", "surrogatepass"))

    def content(self) -> bytes:
        """Return the bytes of the file, or of the pasted text with plain newlines."""
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file:
            data: bytes = file.read()
            return data
        text: str = plain(self.cleaned_data["text"])
        return text.encode("utf-8", "surrogatepass")

    def filename(self) -> str:
        """Return the uploaded file's own name; "" for a pasted text."""
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        return (file.name or "")[:200] if file else ""


class ConfirmImportForm(BaseForm):
    """The last step of an import. With a week of that number in the course, replacing it must be said."""

    replace = forms.BooleanField(required=False)

    def __init__(self, *args: Any, course: Course, week: Week | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"] = _sessions_for(course, week)
        if week is None:
            del self.fields["replace"]
        else:
            self.fields["replace"] = forms.BooleanField(
                label=f"Replace {week}",
                help_text="The text that is there now stays in the history of the week.",
                error_messages={"required": f"{week} is in the course already. Say that it is to be replaced, or cancel."},
            )


def topics_of(file: WeekFile) -> Iterable[tuple[int, str]]:
    """Return the sections that take readings: the line of the heading, and its name."""
    return [(one.line, sentence_case(one.name)) for one in file.sections if one.group is Group.READINGS and one.level]


class ReadingForm(BaseForm):
    """One more reading. `version` guards against a page that was changed while the form stood open."""

    section_line = forms.TypedChoiceField(coerce=int, label="Topic")
    title = forms.CharField(max_length=400)
    url = forms.CharField(
        max_length=1900,
        required=False,
        label="Address",
        widget=forms.TextInput(attrs={"inputmode": "url"}),
        help_text="Leave it empty for something on paper.",
    )
    minutes = forms.IntegerField(required=False, min_value=1, max_value=999, help_text="How long it takes to read.")
    optional = forms.BooleanField(required=False, label="Optional reading")
    read_by = SessionChoice(CourseSession.objects.none(), required=False, label="Read by")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, course: Course, file: WeekFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        section, read_by = self.fields["section_line"], self.fields["read_by"]
        assert isinstance(section, forms.TypedChoiceField)
        assert isinstance(read_by, SessionChoice)
        section.choices = list(topics_of(file))
        read_by.queryset = course.sessions.all()
        read_by.empty_label = "The class session of this week"


class ReadByForm(BaseForm):
    """Until when a reading is to be read."""

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["read_by"] = SessionChoice(
            course.sessions.all(),
            required=False,
            label="Read by",
            empty_label="The class session of its week",
        )


class PageForm(BaseForm):
    """A course text that is no week: its title, its text, the week it belongs to."""

    title = forms.CharField(max_length=200)
    text = ExactText(label="Text, Markdown", required=False)

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["week"] = forms.ModelChoiceField(
            course.weeks.all(),
            required=False,
            label="Belongs to",
            empty_label="No week",
        )
