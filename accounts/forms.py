from allauth.account import forms


class LoginForm(forms.LoginForm):
    """Sign-in by e-mail."""


class ResetPasswordForm(forms.ResetPasswordForm):
    """Ask for a reset letter."""


class ResetPasswordKeyForm(forms.ResetPasswordKeyForm):
    """Choose a new password from a letter."""


class ChangePasswordForm(forms.ChangePasswordForm):
    """Change the password while signed in."""
