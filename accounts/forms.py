"""Forms of the account pages: allauth's, in our words and without placeholders, and our own."""

from typing import Any
from zoneinfo import available_timezones

from allauth.account import forms as allauth_forms
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.enums import Theme
from accounts.form_base import BaseForm, SaysWhatIsMissing
from accounts.models import User, normalize_email

PASSWORD_HELP = "At least 12 characters. Four words you can remember are better than a puzzle."  # noqa: S105 - not a password
NAME_HELP = "On the schedule, in the list of people, beside what you write."
NAME_MISSING = "Enter the name that others see."
_REGIONS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def _say(form: forms.Form, **labels: str) -> None:
    """Give fields our labels and take away placeholders: they vanish while one types, and read badly aloud."""
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        field.label = labels.get(name, field.label)


def _say_new_password(form: forms.Form, **labels: str) -> None:
    _say(form, password1="New password", password2="New password again", **labels)
    form.fields["password1"].help_text = PASSWORD_HELP


class LoginForm(SaysWhatIsMissing, allauth_forms.LoginForm):  # type: ignore[misc]  # allauth publishes no types
    """Sign-in by e-mail address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, login="E-mail address", password="Password")  # noqa: S106 - labels
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "inputmode": "email"}
        self.fields["password"].help_text = ""

    def clean_login(self) -> str:
        """Compare addresses in the one spelling in which they are stored."""
        return normalize_email(self.cleaned_data["login"])

    def clean(self) -> dict[str, Any]:
        """Put the refusal at the password, where the next try begins."""
        try:
            super().clean()
        except ValidationError as refusal:
            self.add_error("password", refusal)
            # The bound field: it has copied the empty help text already.
            self["password"].help_text = "After five wrong tries you wait a minute. You can ask for a reset letter at any time."
        return self.cleaned_data


class ResetPasswordForm(SaysWhatIsMissing, allauth_forms.ResetPasswordForm):  # type: ignore[misc]  # allauth publishes no types
    """Ask for a reset letter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, email="E-mail address")
        self.fields["email"].widget.attrs |= {"autocomplete": "username", "inputmode": "email"}

    def clean_email(self) -> str:
        """Compare addresses in the one spelling in which they are stored."""
        self.cleaned_data["email"] = normalize_email(self.cleaned_data["email"])
        return super().clean_email()  # type: ignore[no-any-return]  # allauth publishes no types


class ResetPasswordKeyForm(SaysWhatIsMissing, allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]  # allauth publishes no types
    """Choose a new password from a letter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_new_password(self)

    def save(self) -> None:
        """Set the password. The letter reached the address, so the address is proven too."""
        super().save()
        self.user.confirm_address()


class ChangePasswordForm(SaysWhatIsMissing, allauth_forms.ChangePasswordForm):  # type: ignore[misc]  # allauth publishes no types
    """Change the password while signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_new_password(self, oldpassword="Current password")
        self.fields["oldpassword"].help_text = ""


class SetPasswordForm(SaysWhatIsMissing, allauth_forms.SetPasswordForm):  # type: ignore[misc]  # allauth publishes no types
    """Choose a first password while signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_new_password(self)


class ReauthenticateForm(SaysWhatIsMissing, allauth_forms.ReauthenticateForm):  # type: ignore[misc]  # allauth publishes no types
    """Type the password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, password="Password")  # noqa: S106 - a label
        self.fields["password"].help_text = ""


class InvitationForm(BaseForm):
    """Open one's account from an invitation: the name others see, and a password."""

    name = forms.CharField(
        label="Name others see",
        max_length=150,
        error_messages={"required": NAME_MISSING},
        help_text=NAME_HELP,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password1 = forms.CharField(
        label="Password",
        strip=False,
        max_length=128,
        help_text=PASSWORD_HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label="Password again",
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean(self) -> dict[str, Any]:
        """Check the password against this person's name and address, and against its repetition."""
        data: dict[str, Any] = super().clean() or {}
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", "The two passwords differ: type the same one twice.")
        if first:
            candidate = User(email=self.person.email, name=data.get("name", ""))
            try:
                validate_password(first, candidate)
            except ValidationError as refusal:
                self.add_error("password1", refusal)
        return data


def zone_choices() -> list[tuple[str, str | list[tuple[str, str]]]]:
    """Return the select's choices: the zone of each course, then the cities of each region."""
    regions: dict[str, list[tuple[str, str]]] = {region: [] for region in _REGIONS}
    for zone in sorted(available_timezones()):
        region, _, place = zone.partition("/")
        if region in regions and place:
            regions[region].append((zone, place.replace("_", " ").replace("/", ", ")))
    return [("", "The zone of each course"), *regions.items(), ("UTC", "UTC")]


class SettingsForm(BaseForm):
    """A person's own settings, of which `initial` holds the present ones."""

    name = forms.CharField(
        label="Name others see",
        max_length=150,
        error_messages={"required": NAME_MISSING},
        help_text=NAME_HELP,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    zone = forms.ChoiceField(
        label="Time zone",
        required=False,
        choices=zone_choices,
        help_text="All times are shown in it. Deadlines stay where the course set them.",
    )
    theme = forms.ChoiceField(label="Theme", choices=Theme.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = self.initial.get("zone", "")
        offered = {key for _, group in zone_choices() if isinstance(group, list) for key, _ in group} | {"", "UTC"}
        if here not in offered:
            # A zone of an older spelling stays as it is until the person changes it.
            self.fields["zone"].choices = [*zone_choices(), (here, here)]  # type: ignore[attr-defined]  # a ChoiceField
