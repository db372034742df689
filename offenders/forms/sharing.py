"""What the pages about seeing a case ask: why it is opened, and who may see it."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, AgencyKind, User
from mappa.forms import DateField, Form
from offenders.actions.case import REASON_LENGTH
from offenders.actions.sharing import SHAREABLE
from offenders.models import Offender, Purpose


class PurposeForm(Form):
    """Why the record is needed today. The case is named by its reference and nothing else."""

    heading = "purpose"

    purpose = forms.ChoiceField(
        label=_("Why do you need this record?"),
        choices=Purpose.Code.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select why you need this record")},
    )
    words = forms.CharField(
        label=_("Add detail"),
        help_text=_("For example, the meeting date or incident number. Needed only for another reason."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, reference: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reference = reference
        self.fields["purpose"].help_text = (
            _(
                "You have no part in case %s. Your answer is kept with your name and the time, and those who manage the "
                "case can read it. You are asked once a day."
            )
            % reference
        )


def reason_field(help_text: Any = "") -> forms.CharField:
    """Why something about seeing a case is changed: kept with it, read by those who may change it."""
    return forms.CharField(
        label=_("Why?"),
        help_text=help_text,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Enter the reason")},
    )


class ShareForm(Form):
    """Share a case with an agency."""

    agency = forms.ModelChoiceField(
        label=_("Agency"),
        queryset=Agency.objects.none(),
        empty_label=_("Choose an agency"),
        error_messages={"required": _("Choose the agency")},
    )
    reason = reason_field(_("Why does this agency need to see the case?"))
    until = DateField(
        label=_("Until when?"), what=_("end date"), help_text=_("The last day on which the agency sees the case.")
    )

    def __init__(self, *args: Any, offender: Offender, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies_to_share_with(offender)  # type: ignore[attr-defined]


def agencies_to_share_with(offender: Offender) -> Any:
    """Agencies anywhere with a duty in MAPPA, except those that see the case by its area or lead it."""
    by_area = Q(area=offender.area_id, kind__duty=AgencyKind.Duty.RESPONSIBLE_AUTHORITY)
    rows = Agency.objects.filter(is_active=True, kind__duty__in=SHAREABLE)
    return rows.exclude(by_area).exclude(pk=offender.lead_agency_id).order_by("name")


class PersonForm(Form):
    """A person, found by the address with which he signs in."""

    widths: ClassVar = {"person": 30}

    person = forms.EmailField(
        label=_("Work email address"),
        help_text=_("The address with which the person signs in."),
        max_length=254,
        error_messages={
            "required": _("Enter the person’s work email address"),
            "invalid": _("Enter an email address in the correct format, like name@example.gov.uk"),
        },
    )

    def clean_person(self) -> User:
        person = User.objects.filter(email__iexact=self.cleaned_data["person"], is_system=False).first()
        if person is None:
            raise ValidationError(_("Nobody signs in with this address"))
        return person


class NamingForm(PersonForm):
    """Name a person on a case."""

    reason = reason_field(_("Why does this person need to see the case?"))
    until = DateField(
        label=_("Until when?"),
        what=_("end date"),
        required=False,
        help_text=_("The last day. Leave empty for no end, as for the keeper of a restricted case."),
    )


class ExclusionForm(PersonForm):
    """Exclude a person from a case."""

    reason = reason_field(_("For example, a relative. Do not write more than is needed."))


class RestrictionForm(Form):
    """Restrict a case."""

    reason = reason_field(_("Why must the case be kept to named people?"))


class WhichAgencyForm(Form):
    """One agency of a few."""

    agency = forms.ModelChoiceField(
        label=_("Which agency?"),
        queryset=Agency.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Select the agency")},
    )

    def __init__(self, *args: Any, among: list[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Agency.objects.filter(pk__in=[agency.pk for agency in among]).order_by("name")
        self.fields["agency"].queryset = rows  # type: ignore[attr-defined]


class WhichPersonForm(Form):
    """One person of a few."""

    person = forms.ModelChoiceField(
        label=_("Which person?"),
        queryset=User.objects.none(),
        to_field_name="email",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Select the person")},
    )

    def __init__(self, *args: Any, among: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = User.objects.filter(pk__in=[person.pk for person in among]).order_by("name", "pk")
        self.fields["person"].queryset = rows  # type: ignore[attr-defined]
