"""What the pages of holds and disposals ask."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from assurance.models import RecordDisposal
from mappa.forms import Form
from offenders.models import LegalHold


def why_field(label: Any, *, help_text: Any = "", most: int = 300, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=most,
        required=required,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Enter the reason")},
    )


class HoldForm(Form):
    """Why a record is held whole."""

    ground = forms.ChoiceField(
        label=_("What asks for it?"),
        choices=[choice for choice in LegalHold.Ground.choices if choice[0] != LegalHold.Ground.REVIEW],
        widget=forms.RadioSelect,
        error_messages={"required": _("Select what asks for the hold")},
    )
    reason = why_field(
        _("Why?"),
        most=160,
        help_text=_(
            "For example, the name of the inquiry and its instruction. Everyone who sees the case can read it."
        ),
    )


class CaseField(forms.CharField):
    """A record, by its reference alone."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Reference of the record"),
            help_text=_("It reads like MA-2B3C-4D5E."),
            max_length=12,
            error_messages={"required": _("Enter the reference of the record")},
        )


class NamedHoldForm(HoldForm):
    """The same, of a record that whoever asks does not see."""

    widths: ClassVar = {"case": 20}
    field_order = ("case", "ground", "reason")

    case = CaseField()


class LiftForm(Form):
    """Why a hold is lifted."""

    reason = why_field(
        _("Why is the hold lifted?"), most=160, help_text=_("For example, that the inquiry has reported.")
    )


class ProposeForm(Form):
    """Which record shall go, and why."""

    widths: ClassVar = {"case": 20}

    case = CaseField()
    ground = forms.ChoiceField(
        label=_("Why may it go?"),
        choices=RecordDisposal.Ground.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select why it may go")},
    )
    reason = why_field(
        _("Reason"),
        help_text=_(
            "It is kept with the certificate when the record is gone. Write no name, date of birth or address."
        ),
    )


class DecideForm(Form):
    """Whether a proposed disposal is approved."""

    inline = ("approve",)

    approve = forms.TypedChoiceField(
        label=_("Do you approve the disposal?"),
        choices=[("yes", _("Approve")), ("no", _("Refuse"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Select whether you approve it")},
    )
    reason = why_field(_("If you refuse, why?"), required=False)
