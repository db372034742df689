"""What an invited agency answers, and which agencies are asked again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, User
from mappa.forms import Form
from panels.actions.invitations import colleagues
from panels.models import Invitation


class ResponseForm(Form):
    """Who comes, for one or more of the agency's people. Every box is shown; which count depends on the answer."""

    says_optional = False

    people = forms.MultipleChoiceField(
        label=_("For whom do you answer?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose for whom your agency answers")},
    )
    response = forms.ChoiceField(
        label=_("Does your agency come?"),
        choices=[
            (Invitation.Response.ACCEPTED, _("Yes")),
            (Invitation.Response.DEPUTY, _("Yes, a deputy comes")),
            (Invitation.Response.DECLINED, _("No")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether your agency comes")},
    )
    representative = forms.ModelChoiceField(User.objects.none(), label=_("If yes: who comes?"), required=False)
    deputy_for = forms.ModelChoiceField(User.objects.none(), label=_("If a deputy: in whose place?"), required=False)
    reason = forms.CharField(
        label=_("If no: why not?"),
        help_text=_("Co-ordination and the chair read it. Name no victim."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, agency: Agency, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = people  # type: ignore[attr-defined]
        able = User.objects.filter(pk__in=list(colleagues(agency).values_list("user", flat=True)))
        for name in ("representative", "deputy_for"):
            self.fields[name].queryset = able  # type: ignore[attr-defined]


class ChaseForm(Form):
    """Which agencies are asked again."""

    agencies = forms.ModelMultipleChoiceField(
        Agency.objects.none(),
        label=_("Which agencies?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one agency")},
    )

    def __init__(self, *args: Any, agencies: list[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agencies"].queryset = Agency.objects.filter(pk__in=[a.pk for a in agencies])  # type: ignore[attr-defined]
