"""What is asked of who refers, and of who answers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mappa.forms import DateField, Form
from offenders.models import Offender
from panels.models import Referral

BOX = forms.Textarea(attrs={"rows": 5})


class ReferralForm(Form):
    """Why this case needs formal multi-agency meetings (the Guidance's MAPPA A)."""

    inline = ("level",)

    level = forms.TypedChoiceField(
        label=_("Which level do you ask for?"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose level 2 or level 3")},
    )
    reason = forms.CharField(
        label=_("Why now?"),
        help_text=_("What has happened, what could happen, to whom, and how soon."),
        widget=BOX,
        error_messages={"required": _("Enter why this case needs a higher level")},
    )
    added_value = forms.CharField(
        label=_("What would formal meetings add?"),
        help_text=_("Which agencies must act together, and what the lead agency cannot do without them."),
        widget=BOX,
        error_messages={"required": _("Enter what formal multi-agency meetings would add")},
    )
    exceptional = forms.BooleanField(
        label=_("Exceptionally, other agencies must be actively co-ordinated"),
        help_text=_("Only needed when the risk of serious harm is not assessed as high or very high."),
        required=False,
    )
    senior_needed = forms.BooleanField(
        label=_("Senior people of the agencies must be at the table"),
        help_text=_("Needed for level 3: significant resources at short notice, or strong media or public interest."),
        required=False,
    )

    def __init__(self, *args: Any, offender: Offender, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [(value, label) for value, label in Offender.Level.choices if offender.can_be_referred_to(value)]
        self.fields["level"].choices = levels  # type: ignore[attr-defined]


class AnswerForm(Form):
    """Co-ordination's answer to a referral."""

    answer = forms.ChoiceField(
        label=_("What do you decide?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you decide")},
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("Whoever referred the case reads this. When you return it, write your questions here."),
        widget=BOX,
        error_messages={"required": _("Enter the reason for your decision")},
    )
    next_review_on = DateField(
        label=_("Date of the next review"),
        what=_("review date"),
        help_text=_("Only when you accept. Leave empty for the last day that the standard allows."),
        required=False,
    )

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        case = referral.offender
        accept = [
            (str(level), _("Accept at level %s") % level)
            for level in (Offender.Level.ACTIVE.value, Offender.Level.ENHANCED.value)
            if case.can_be_referred_to(level)
        ]
        self.fields["answer"].choices = [  # type: ignore[attr-defined]
            *accept,
            (Referral.Outcome.KEPT.value, _("Keep at level %s") % case.level),
            (Referral.Outcome.RETURNED.value, _("Return with questions")),
        ]

    def clean(self) -> dict[str, Any]:
        """What `decide_referral` asks for: the outcome, and the level when it is accepted."""
        found = super().clean() or {}
        answer = str(found.pop("answer", ""))
        level = int(answer) if answer.isdigit() else None
        outcome = Referral.Outcome.ACCEPTED.value if level else answer
        return found | {"outcome": outcome, "level": level}
