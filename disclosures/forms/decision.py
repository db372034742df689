"""What the page of a disclosure decision asks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from disclosures.models import DisclosureDecision
from mappa.forms import Form


class DecisionForm(Form):
    """Disclosure to a third party: yes or no, to whom, and why."""

    inline = ("decision",)
    widths = {"to_whom": 30}
    says_optional = False  # the one open answer is asked for as soon as the decision is to disclose

    decision = forms.ChoiceField(
        label=_("What was decided?"),
        choices=DisclosureDecision.Decision.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether to disclose")},
    )
    to_whom = forms.CharField(
        label=_("To whom?"),
        help_text=_(
            "Name, role and organisation. Where disclosure was considered and refused, who was considered, if anyone."
        ),
        max_length=160,
        required=False,
    )
    reasons = forms.CharField(
        label=_("What are the reasons?"),
        help_text=_(
            "Why it is or is not necessary and proportionate to the risk, which alternatives there are, and whether "
            "the person’s own views were asked for, and if not, why not."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Enter the reasons for the decision")},
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("decision") == DisclosureDecision.Decision.YES and not answers.get("to_whom", "").strip():
            self.add_error("to_whom", _("Enter to whom it is to be disclosed"))
        return answers
