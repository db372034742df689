"""What is asked about a commitment of resources."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from mappa.forms import DateField, Form
from panels.models import CommitmentReview


class CommitmentForm(Form):
    """Who commits what to this person, how much of it, for how long."""

    agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("Which agency?"),
        error_messages={"required": _("Choose which agency commits it")},
    )
    what = forms.CharField(
        label=_("What does it commit?"),
        help_text=_("For example, “A surveillance team” or “A place in supported housing”."),
        max_length=300,
        error_messages={"required": _("Enter what is committed")},
    )
    how_much = forms.CharField(
        label=_("How much?"),
        help_text=_("In words: “two officers, 8 hours a day”, “up to £4,000”."),
        max_length=160,
        error_messages={"required": _("Enter how much is committed")},
    )
    from_on = DateField(label=_("From"), what=_("first day"))
    until_on = DateField(
        label=_("Until"), what=_("last day"), help_text=_("Leave empty where no end was said."), required=False
    )
    committed_by = forms.CharField(
        label=_("Who committed it?"),
        help_text=_("The name and post of the person who may commit it for the agency."),
        max_length=120,
        error_messages={"required": _("Enter who committed it")},
    )

    def __init__(self, *args: Any, agencies: list[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = Agency.objects.filter(pk__in=[a.pk for a in agencies])  # type: ignore[attr-defined]


class CommitmentReviewForm(Form):
    """What the meeting finds of a commitment."""

    finding = forms.ChoiceField(
        label=_("What does the meeting find?"),
        choices=CommitmentReview.Finding,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the meeting finds")},
    )
    words = forms.CharField(
        label=_("What was not kept, and what follows?"),
        help_text=_("Needed unless it was kept."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    says_optional = False
