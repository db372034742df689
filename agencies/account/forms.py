"""What the pages of one's own account ask."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agencies.models import LostFactor, User
from audit.record import record_sign_in
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

    def __init__(self, *args: Any, may_try: Callable[[], bool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_try = may_try

    def clean_current(self) -> str:
        current: str = self.cleaned_data["current"]
        if not self.may_try():
            raise ValidationError(_("Too many tries. Wait a minute, then try again."))
        if not self.user.check_password(current):
            record_sign_in("reauthentication.failed", actor_id=self.user.pk, factor="password")
            raise ValidationError(_("This is not your password. Check it and enter it again."))
        return current


class LostForm(Form):
    """Who lost his factors, and how it was checked that it is he."""

    email = forms.EmailField(
        label=_("Work email address of the person"),
        error_messages={
            "required": _("Enter the person’s work email address"),
            "invalid": _("Enter an email address, like name@example.gov.uk"),
        },
    )
    checked_how = forms.CharField(
        label=_("How did you check who it is?"),
        help_text=_("For example: in person, by pass. A call or a mail that you did not begin is no check."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Enter how you checked who it is")},
    )


class AnswerLostForm(Form):
    """Which of those that wait, and the answer."""

    inline = ("approve",)

    request = forms.ChoiceField(
        label=_("Whose?"), widget=forms.RadioSelect, error_messages={"required": _("Select the person")}
    )
    approve = forms.TypedChoiceField(
        label=_("Do you agree?"),
        choices=[("yes", _("Yes, remove them")), ("no", _("No, refuse"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Select yes or no")},
    )

    def __init__(self, *args: Any, among: list[LostFactor], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.among = {str(row.started_at.timestamp()): row for row in among}
        words = _("%(who)s, %(agency)s: asked by %(by)s. Checked: %(how)s")
        self.fields["request"].choices = [  # type: ignore[attr-defined]
            (
                key,
                words % {"who": r.person.name, "agency": r.agency.name, "by": r.started_by.name, "how": r.checked_how},
            )
            for key, r in self.among.items()
        ]

    @property
    def is_empty(self) -> bool:
        return not self.among and not self.is_bound

    def clean_request(self) -> LostFactor:
        return self.among[self.cleaned_data["request"]]
