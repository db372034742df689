"""What the pages of information requests ask."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from disclosures.identifying import Detail
from disclosures.models import InformationAnswer, InformationRequest
from mappa.forms import DateField, Form
from mappa.templatetags.mappa import long_date
from offenders.actions.sharing import SHAREABLE
from offenders.forms.orders import words_field

LONGEST_REASON = 300


class RequestForm(Form):
    """Which agency is asked, what, why, by which power, and what it is told to find the person by."""

    widths: ClassVar = {"gateway_words": 30}

    agency = forms.ModelChoiceField(
        label=_("Which agency do you ask?"),
        queryset=Agency.objects.filter(is_active=True, kind__duty__in=SHAREABLE).order_by("name"),
        empty_label=_("Choose an agency"),
        error_messages={"required": _("Choose the agency")},
    )
    purpose = words_field(
        _("What do you need it for?"),
        hint=_("The agency reads this. Say only what it must know to answer, and name no victim."),
    )
    gateway = forms.ChoiceField(
        label=_("By which power do you ask?"),
        choices=InformationRequest.Gateway.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the power")},
    )
    gateway_words = forms.CharField(label=_("If another power, which Act and section?"), max_length=200, required=False)
    questions = words_field(
        _("What exactly do you ask?"),
        hint=_("One question a line. For example: Has he held a tenancy with you since January 2025?"),
        rows=6,
    )
    details = forms.MultipleChoiceField(
        label=_("What else may the agency know, to find the person in its records?"),
        help_text=_("The name is always given. Choose no more than it needs."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": _("These details have changed meanwhile. Choose again what to give")},
    )
    due_on = DateField(
        label=_("By when do you need the answer?"), what=_("date by which you need the answer"), required=False
    )

    def __init__(self, *args: Any, details: Sequence[Detail], usual_due: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["details"].choices = [  # type: ignore[attr-defined]
            (detail.code, f"{detail.label}: {detail.value}") for detail in details
        ]
        self.fields["due_on"].help_text = __("Leave empty for %s.") % long_date(usual_due)


class RequestAnswerForm(Form):
    """What the agency holds, that it holds nothing, or why it does not share it."""

    kind = forms.ChoiceField(
        label=_("What is your answer?"),
        choices=InformationAnswer.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose your answer")},
    )
    text = words_field(
        _("What do you hold, or why do you not share it?"),
        hint=_(
            "Answer each question, with dates, and say where it comes from. Where you hold nothing, you may leave this empty "
            "or say where you looked. Name no victim."
        ),
        rows=10,
        required=False,
    )
    audience = forms.ChoiceField(
        label=_("Who may read this?"),
        choices=InformationAnswer.Audience.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who may read this")},
    )


class ChaseForm(Form):
    """Nothing but the button."""


class WithdrawForm(Form):
    """Take a request back."""

    reason = forms.CharField(
        label=_("Why is the request withdrawn?"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everyone on the case reads this. Name no victim."),
        error_messages={"required": _("Enter the reason")},
    )
