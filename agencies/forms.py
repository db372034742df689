"""The sign-in form, with errors that say what to do."""

from typing import Any

from allauth.account.forms import LoginForm
from django.utils.translation import gettext_lazy as _


class SignInForm(LoginForm):  # type: ignore[misc]
    """Work e-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].error_messages["required"] = _("Enter your work email address")
        self.fields["login"].error_messages["invalid"] = _("Enter an email address, like name@example.gov.uk")
        self.fields["password"].error_messages["required"] = _("Enter your password")
