"""What a form says about something that is missing."""

from collections.abc import Iterator

import pytest
from django import forms
from django.forms.models import ModelChoiceField
from django.urls import get_resolver

from accounts.form_base import STALE, UNSAID, BaseForm, SaysWhatIsMissing, missing_words
from accounts.forms import ChangePasswordForm, LoginForm, SettingsForm
from accounts.models import User
from tests.conftest import Cast

OURS = ("accounts.", "course.", "notifications.", "presentations.", "quizzes.")


def below(kind: type[object]) -> Iterator[type[object]]:
    for one in kind.__subclasses__():
        yield one
        yield from below(one)


def test_form_of_ours_every_one_says_what_is_missing() -> None:
    assert get_resolver().url_patterns  # every module with a form is loaded
    found = {one for one in below(forms.BaseForm) if one.__module__.startswith(OURS) and ".admin" not in one.__module__}
    assert len(found) > 20
    assert {one for one in found if not issubclass(one, SaysWhatIsMissing)} == set()


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (forms.CharField(), "Enter the name."),
        (forms.IntegerField(label="Week number"), "Enter the week number."),
        (forms.ChoiceField(label="Role"), "Choose a role."),
        (forms.ChoiceField(label="Option"), "Choose an option."),
        (ModelChoiceField(User.objects.none(), label="Topic"), "Choose a topic."),
        (forms.MultipleChoiceField(label="Classes"), "Choose from classes."),
        (forms.FileField(label="File"), "Choose the file."),
        (forms.IntegerField(widget=forms.HiddenInput), STALE),
    ],
)
def test_missing_words_name_the_field(field: forms.Field, words: str) -> None:
    assert missing_words("name", field) == words


def test_missing_words_of_the_field_itself_go_first() -> None:
    class Asked(BaseForm):
        name = forms.CharField(error_messages={"required": "Say who you are."})

    assert Asked({}).errors == {"name": ["Say who you are."]}


def test_missing_words_of_labels_given_late_are_theirs(cast: Cast) -> None:
    assert LoginForm({}).errors == {"login": ["Enter the e-mail address."], "password": ["Enter the password."]}
    assert ChangePasswordForm(cast.student, {}).errors["password2"] == ["Enter the new password again."]


def test_missing_words_stay_with_the_form_that_asked() -> None:
    assert SettingsForm({}).errors["name"] == ["Enter the name that others see."]
    assert forms.Field.default_error_messages["required"] == UNSAID
    assert SettingsForm.base_fields["theme"].error_messages["required"] == UNSAID
