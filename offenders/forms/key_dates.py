"""What is asked about a key date of the sentence."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mappa.forms import DateField, Form
from offenders.models import KeyDate


class KeyDateForm(Form):
    """A date of the sentence."""

    widths = {"source": 30}

    kind = forms.ChoiceField(
        label=_("Which date?"),
        choices=[("", _("Choose the kind of date")), *KeyDate.Kind.choices],
        error_messages={"required": _("Choose which date it is"), "invalid_choice": _("Choose a kind from the list")},
    )
    on = DateField(label=_("Date"), what=_("date"))
    source = forms.CharField(
        label=_("Where is it from?"),
        help_text=_("For example: release dates notification of 3 March, or letter of the Parole Board."),
        max_length=120,
        error_messages={"required": _("Enter where the date is from")},
    )


class ChangeKeyDateForm(Form):
    """Another date in the place of one."""

    widths = {"source": 30}

    on = DateField(label=_("New date"), what=_("date"))
    source = forms.CharField(
        label=_("Where is it from?"), max_length=120, error_messages={"required": _("Enter where the date is from")}
    )
    reason = forms.CharField(
        label=_("Why does it change?"),
        help_text=_("The date before stays on the page, with this reason."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": _("Enter why the date changes")},
    )
