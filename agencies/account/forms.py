"""What the pages of one's own account ask."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mappa.forms import Form


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
    """A code of the authenticator app, or one of the recovery codes."""

    heading = "code"
    widths = {"code": 10}

    code = forms.CharField(
        label=_("Confirm it is you"),
        help_text=_("Enter the 6-digit code from your authenticator app, or a recovery code."),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
        error_messages={"required": _("Enter the code from your authenticator app")},
    )
