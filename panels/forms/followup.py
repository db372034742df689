"""What is asked to update an action."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from mappa.forms import DateField, Form
from panels.actions.followup import colleagues
from panels.models import Action


class ActionUpdateForm(Form):
    """Done, later, or done by someone named. Every box is shown; which ones count depends on the first answer."""

    says_optional = False

    what = forms.ChoiceField(
        label=_("What has happened?"),
        choices=[
            ("done", _("It is done")),
            ("later", _("It needs more time")),
            ("assign", _("Someone in the agency will do it")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what has happened")},
    )
    outcome = forms.CharField(
        label=_("If done: what was done, and what came of it?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    due_on = DateField(label=_("If later: the new date"), what=_("new date"), required=False)
    reason = forms.CharField(label=_("If later: why?"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    officer = forms.ModelChoiceField(User.objects.none(), label=_("If someone: who?"), required=False)

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(pk__in=list(colleagues(action).values_list("user", flat=True)))
        self.fields["officer"].queryset = people  # type: ignore[attr-defined]
