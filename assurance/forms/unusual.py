"""What is asked about an unusual access."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from assurance.answering import WORDS
from assurance.models import UnusualAccess
from mappa.forms import Form


class ManagerForm(Form):
    """Which of the person's managers is asked."""

    manager = forms.ModelChoiceField(
        label=_("Who manages this person?"),
        queryset=User.objects.none(),
        to_field_name="email",
        empty_label=_("Choose a manager"),
        error_messages={"required": _("Choose whom to ask"), "invalid_choice": _("Choose one of the people listed")},
    )

    def __init__(self, *args: Any, managers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["manager"].queryset = managers  # type: ignore[attr-defined]


class ExplanationForm(Form):
    """What it was for."""

    explanation = forms.CharField(
        label=_("What was this access for?"),
        help_text=_(
            "Say what you know and how you know it. Write about the work, not about the people in the records."
        ),
        max_length=WORDS,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Say what this access was for")},
    )


class DecisionForm(Form):
    """What was found."""

    outcome = forms.ChoiceField(
        label=_("What did you find?"),
        choices=[(state.value, state.label) for state in UnusualAccess.OUTCOMES],
        widget=forms.RadioSelect,
        error_messages={"required": _("Select what you found")},
    )
    reasons = forms.CharField(
        label=_("How do you know?"),
        help_text=_("For “Referred”, say to whom. Write about the work, not about the people in the records."),
        max_length=WORDS,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Say how you know")},
    )


class QueueForm(Form):
    """Which of them are listed."""

    says_optional = False
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Not decided yet")), *UnusualAccess.State.choices],
    )
