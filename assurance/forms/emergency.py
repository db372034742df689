"""What is asked of emergency openings and their review."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from assurance.models import EmergencyRemark
from mappa.forms import Form

Kind = EmergencyRemark.Kind


class EmergencyReviewForm(Form):
    """What is found of one emergency opening."""

    finding = forms.ChoiceField(
        label=_("What do you find?"),
        choices=[
            (Kind.JUSTIFIED, Kind.JUSTIFIED.label),
            (Kind.NOT_JUSTIFIED, Kind.NOT_JUSTIFIED.label),
            (Kind.QUESTION, _("I need more: ask the person")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Select what you find")},
    )
    words = forms.CharField(
        label=_("Why, or what do you ask?"),
        help_text=_("The person can read it. Name nobody."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write down why, or what you ask")},
    )


class EmergencyAnswerForm(Form):
    """What the person says who opened the record."""

    words = forms.CharField(
        label=_("Your answer"),
        help_text=_("Why you needed the record, who asked you, and what you did. Do not write what the record says."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write your answer")},
    )


class CaseReferenceForm(Form):
    """A case by its reference alone."""

    widths: ClassVar = {"reference": 20}

    reference = forms.CharField(
        label=_("Reference of the case"),
        help_text=_("For example, MA-7Q2F-K9XD."),
        max_length=12,
        error_messages={"required": _("Enter the reference of the case")},
    )
