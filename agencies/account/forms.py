"""What the pages of one's own account ask."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from mappa.forms import Form


def _code_box() -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"})


class PasswordAgainForm(Form):
    """The password of whoever sits there."""

    heading = "password"

    password = forms.CharField(
        label=_("Confirm it is you"),
        help_text=_("Enter your password. This is asked before acts that are hard to take back."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your password")},
    )


class CodeAgainForm(Form):
    """A code of the authenticator app."""

    widths = {"code": 10}

    code = forms.CharField(
        label=_("Code from your authenticator app"),
        help_text=_("6 digits. A new code comes every 30 seconds."),
        max_length=20,
        widget=_code_box(),
        error_messages={"required": _("Enter the code from your authenticator app")},
    )


class NewAppForm(CodeAgainForm):
    """The first code of an authenticator app shows that it has the secret."""


class CredentialForm(Form):
    """What a passkey answered, as the browser hands it over."""

    credential = forms.JSONField(
        widget=forms.HiddenInput,
        error_messages={
            "required": _("The passkey did not answer. Try again."),
            "invalid": _("The passkey did not answer. Try again."),
        },
    )


class NewPasskeyForm(CredentialForm):
    """A passkey and what its owner calls it."""

    widths = {"name": 20}
    field_order = ["name", "credential"]

    name = forms.CharField(
        label=_("What do you call it?"),
        help_text=_("So that you know it again, for example “Work laptop” or “Blue security key”."),
        max_length=60,
        error_messages={"required": _("Enter a name for this passkey")},
    )


class WhichPasskeyForm(Form):
    """Which of one's passkeys."""

    heading = "passkey"

    passkey = forms.ChoiceField(
        label=_("Which passkey do you want to remove?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Select the passkey")},
    )

    def __init__(self, *args: Any, among: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passkey"].choices = among  # type: ignore[attr-defined]


class ForgottenForm(Form):
    """To whom a link is sent, if there is such a person."""

    heading = "email"

    email = forms.EmailField(
        label=_("Reset your password"),
        help_text=_("Enter your work email address. If we know it, we send a link that works once, for an hour."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Enter your work email address"),
            "invalid": _("Enter an email address, like name@example.gov.uk"),
        },
    )


class NewPasswordForm(Form):
    """A password of one's own. It may be pasted, and need not hold any kind of character."""

    password = forms.CharField(
        label=_("New password"),
        help_text=_(
            "15 characters or more. Three or four words that have nothing to do with you or your work are best."
        ),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Enter a new password")},
    )
    again = forms.CharField(
        label=_("The same again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Enter the new password again")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if "password" in self.cleaned_data and again != self.cleaned_data["password"]:
            raise ValidationError(_("The two passwords differ. Enter the same password twice."))
        return again


class ChangePasswordForm(NewPasswordForm):
    """The old password, and the new one twice."""

    field_order = ["current", "password", "again"]

    current = forms.CharField(
        label=_("Your password now"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your password")},
    )

    def clean_current(self) -> str:
        current: str = self.cleaned_data["current"]
        if not self.user.check_password(current):
            raise ValidationError(_("This is not your password. Check it and enter it again."))
        return current
