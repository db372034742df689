"""What the pages of risk ask."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from assessments.models import GROUPS
from mappa.forms import Form
from offenders.models import Offender

# The definitions of risk of serious harm, paraphrased from the sources of docs/domain.md 5.1.
DEFINITIONS = [
    (
        "L",
        _(
            "Current evidence does not indicate a likelihood of causing serious harm. There is no such thing as no risk."
        ),
    ),
    (
        "M",
        _(
            "There are identifiable indicators of risk of serious harm. The person could cause it, but is unlikely to "
            "unless circumstances change: medication, accommodation, a relationship, drugs or alcohol."
        ),
    ),
    (
        "H",
        _(
            "There are identifiable indicators of risk of serious harm. The potential event could happen at any time "
            "and the impact would be serious."
        ),
    ),
    (
        "VH",
        _(
            "There is an imminent risk of serious harm. The potential event is more likely than not to happen "
            "imminently and the impact would be serious."
        ),
    ),
]


def _risk_to(group: str) -> Any:
    return forms.TypedChoiceField(
        label=format_lazy(_("Risk to: {group}"), group=GROUPS[group]),
        choices=Offender.Rosh.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": format_lazy(_("Choose the level of risk to: {group}"), group=GROUPS[group])},
    )


class AssessmentForm(Form):
    """Risk of serious harm to each group in the community, and of what nature."""

    inline = tuple(GROUPS)

    children = _risk_to("children")
    public = _risk_to("public")
    known_adult = _risk_to("known_adult")
    staff = _risk_to("staff")
    prisoners = _risk_to("prisoners")
    nature = forms.CharField(
        label=_("What is the nature of the risk?"),
        help_text=_("What could happen, to whom, how soon, and what makes it more or less likely."),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Enter the nature of the risk")},
    )
