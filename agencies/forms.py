"""The sign-in form, with errors that say what to do."""

from collections.abc import Callable
from typing import Any

from allauth.account.forms import LoginForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm, LoginWebAuthnForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class SignInForm(LoginForm):  # type: ignore[misc]
    """Work e-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].error_messages["required"] = _("Enter your work email address")
        self.fields["login"].error_messages["invalid"] = _("Enter an email address, like name@example.gov.uk")
        self.fields["password"].error_messages["required"] = _("Enter your password")


class SecondFactorForm(AuthenticateForm):  # type: ignore[misc]
    """A code of the authenticator app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = _("Code")
        code.help_text = _("The 6 digits from your authenticator app, or one of your recovery codes.")
        code.error_messages["required"] = _("Enter a code")
        code.widget.attrs.pop("placeholder", None)


def _by_the_book(clean: Callable[[], Any]) -> Any:
    """What no passkey answers is a refusal, and not a fault of ours: the library stumbles over some of it."""
    try:
        return clean()
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ValidationError(_("The passkey was not accepted.")) from None


class PasskeyAsFactorForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey after the password."""

    def clean_credential(self) -> Any:
        return _by_the_book(super().clean_credential)


class PasskeySignInForm(LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey alone."""

    def clean_credential(self) -> Any:
        return _by_the_book(super().clean_credential)
