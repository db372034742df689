"""What is asked of a step before a release that the record does not show by itself."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mappa.forms import DateField, Form
from reviews.models import ReleaseEntry


class ReleaseStepForm(Form):
    """What became of the step, on which day, and in a few words how or why."""

    outcome = forms.ChoiceField(
        label=_("What became of it?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what became of it")},
    )
    on = DateField(label=_("On which day?"), what=_("day"), help_text=_("When it was done, or when it was decided."))
    words = forms.CharField(
        label=_("In a few words"),
        help_text=_(
            "What was sent or proposed and to whom, or why it is not needed. Everybody who sees the case reads it: name no victim."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        error_messages={"required": _("Enter in a few words what was done, or why it is not needed")},
    )

    def __init__(self, *args: Any, outcomes: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each, ReleaseEntry.Outcome(each).label) for each in outcomes]
        self.fields["outcome"].choices = choices  # type: ignore[attr-defined]
