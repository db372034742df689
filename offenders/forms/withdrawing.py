"""What is asked of whoever takes something back, or says that it no longer holds."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mappa.forms import Form


class WithdrawForm(Form):
    """Something that does not hold."""

    withdrawal_reason = forms.CharField(
        label=_("Why does it not hold?"),
        help_text=_("It stays on the page, under what is past, with this reason."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": _("Enter why it does not hold")},
    )
