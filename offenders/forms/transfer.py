"""What handing a case over asks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, AgencyKind, Area
from mappa.forms import Form
from offenders.actions.transfer import KINDS_THAT_LEAD
from offenders.forms.victims import OfficerForm
from offenders.models import Offender

LONG = 2000


class TransferForm(Form):
    """Where a case is to go, and why."""

    to_area = forms.ModelChoiceField(
        label=_("Which area is to manage the case?"),
        help_text=_("The area does not follow the office of the lead agency."),
        queryset=Area.objects.none(),
        required=False,
    )
    to_agency = forms.ModelChoiceField(
        label=_("Which agency is to lead?"),
        queryset=Agency.objects.none(),
        required=False,
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("The receiving side reads this, and everybody on the case."),
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Enter why the case is to be transferred")},
    )

    def __init__(self, *args: Any, offender: Offender, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area, agency = self.fields["to_area"], self.fields["to_agency"]
        area.queryset = Area.objects.exclude(pk=offender.area_id)  # type: ignore[attr-defined]
        area.empty_label = _("The same: %s") % offender.area.name  # type: ignore[attr-defined]
        leaders = Agency.objects.filter(
            is_active=True, kind__in=AgencyKind.objects.filter(code__in=KINDS_THAT_LEAD)
        ).exclude(pk=offender.lead_agency_id)
        agency.queryset = leaders.order_by("name")  # type: ignore[attr-defined]
        agency.empty_label = _("The same: %s") % offender.lead_agency.name  # type: ignore[attr-defined]


class AcceptForm(OfficerForm):
    """Take a case over."""

    answer = forms.CharField(
        label=_("Note"),
        max_length=LONG,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_confirmed = forms.BooleanField(
        label=_("It is agreed with the other area how its meeting or minutes are finished"), required=False
    )
    field_order = ("officer", "answer", "is_confirmed")

    def __init__(self, *args: Any, asks_to_confirm: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].label = _("Who leads the case from today?")
        if not asks_to_confirm:
            del self.fields["is_confirmed"]


class TransferEndForm(Form):
    """Why a transfer is refused or withdrawn."""

    answer = forms.CharField(
        label=_("Why?"),
        help_text=_("Everybody on the case can read this."),
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Enter the reason")},
    )


class HandoverForm(Form):
    """One line of the checklist."""

    outcome = forms.ChoiceField(
        label=_("Is it done?"),
        choices=[("done", _("Done")), ("not-needed", _("Not needed"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether it is done or not needed")},
    )
    words = forms.CharField(
        label=_("Detail"),
        help_text=_("Needed where it is not needed: why. Everybody on the case can read this."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
