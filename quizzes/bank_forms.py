"""Forms of the bank: a question as text, its tags, and the quiz that gets a copy."""

from typing import Any

from django import forms

from accounts.form_base import BaseForm
from course.forms.weeks import ExactText
from course.models import Course
from quizzes.formats.detect import MAX_BYTES
from quizzes.formats.tags import BadTagError, read_tags
from quizzes.models import Quiz

_TAGS_HELP = "Words with commas between them, such as “rag, week 5”. A quiz can draw from a tag."


class TagsField(forms.CharField):
    """Names of tags with commas between them; gives them in lower case, each once."""

    def __init__(self, *, label: str = "Tags") -> None:
        super().__init__(required=False, label=label, help_text=_TAGS_HELP)

    def to_python(self, value: object) -> tuple[str, ...]:  # type: ignore[override]  # a list of names, not a text
        try:
            return read_tags(str(value or ""))
        except BadTagError as error:
            raise forms.ValidationError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error

    def prepare_value(self, value: object) -> object:
        return ", ".join(value) if isinstance(value, (tuple, list)) else value


class TagsForm(BaseForm):
    """All the tags of a question."""

    tags = TagsField(label="Names of the tags")


class QuestionTextForm(BaseForm):
    """One question as text, and the version that it was based on (0: it is new)."""

    text = ExactText(label="Question, as text")
    base = forms.IntegerField(widget=forms.HiddenInput)

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if "\0" in text:
            raise forms.ValidationError("The text contains a NUL character, which cannot be stored. Delete it.")
        if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
            raise forms.ValidationError(f"The text is longer than {MAX_BYTES // 1000} kB.")
        return text.replace("\r\n", "\n")


class NewQuestionForm(QuestionTextForm):
    """A question that is new in the bank."""

    tags = TagsField()


class CopyForm(BaseForm):
    """Which quiz gets a copy of a question."""

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        quizzes = Quiz.objects.filter(course=course).order_by("-changed_at")
        self.fields["quiz"] = forms.ModelChoiceField(quizzes, label="Quiz", empty_label="Choose a quiz", to_field_name="slug")
