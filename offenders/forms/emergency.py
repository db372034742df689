"""What is asked of somebody who opens a case in an emergency, or who knows the person."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from mappa.forms import Form
from offenders.actions.conflicts import HowKnown
from offenders.models import EmergencyAccess
from offenders.models.emergency import LONGEST


class EmergencyForm(Form):
    """Which record, and what the emergency is."""

    widths: ClassVar = {"number": 20}

    number = forms.CharField(
        label=_("Which record?"),
        help_text=_("One whole number: the CRN, PNC, CRO, prison or ViSOR number, or the mappa reference."),
        max_length=40,
        error_messages={"required": _("Enter one of the person’s numbers")},
    )
    category = forms.ChoiceField(
        label=_("What is the emergency?"),
        choices=EmergencyAccess.Category.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select what the emergency is")},
    )
    words = forms.CharField(
        label=_("What has happened, and what do you need to know?"),
        help_text=_("At least 20 characters. The information officer of the area reads it."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say what has happened, and what you need to know")},
    )


class ConflictForm(Form):
    """How somebody knows the person. No more is asked than is needed."""

    how = forms.ChoiceField(
        label=_("How do you know this person?"),
        choices=HowKnown.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select how you know this person")},
    )
