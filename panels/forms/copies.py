"""What is asked about approved minutes: other words, to whom they may go, and what stands before a summary."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from mappa.forms import Form
from offenders.forms.sharing import reason_field
from panels.models import Amendment, Invitation, OnwardRequest


class AmendingForm(Form):
    """Why a part of the minutes is amended, as they were when `version` was read."""

    field_order = ("becomes", "reason")

    reason = reason_field(_("Every reader of this part reads the reason. Name no victim."))
    version = forms.IntegerField(widget=forms.HiddenInput)


class AmendForm(AmendingForm):
    """Other words for one part of the minutes."""

    becomes = forms.CharField(
        label=_("What should the minutes say?"),
        help_text=_("The words as they stand. Change what is wrong and leave the rest."),
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Enter what the minutes should say")},
    )


class AmendAttendanceForm(AmendingForm):
    """Whether an agency came after all."""

    becomes = forms.ChoiceField(
        label=_("Did the agency come?"),
        choices=Invitation.Attendance.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether the agency was there")},
    )


class DecideAmendmentForm(Form):
    """Countersign, or refuse and say why."""

    outcome = forms.ChoiceField(
        label=_("Do you countersign this amendment?"),
        choices=[
            (Amendment.Outcome.ACCEPTED, _("Yes: it makes a new version, and everyone who has the minutes is told")),
            (Amendment.Outcome.REFUSED, _("No")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether you countersign it")},
    )
    reason = forms.CharField(
        label=_("If not, why not?"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class SendOnForm(Form):
    """Which agency needs the minutes, and why."""

    agency = forms.ModelChoiceField(
        label=_("Which agency?"),
        queryset=Agency.objects.none(),
        empty_label=_("Choose an agency"),
        error_messages={"required": _("Choose the agency")},
    )
    reason = reason_field(_("What does it need them for? Only the chair and those who write the minutes read this."))

    def __init__(self, *args: Any, agencies: list[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = Agency.objects.filter(pk__in=[a.pk for a in agencies]).order_by("name")  # type: ignore[attr-defined]


class DecideSendingOnForm(Form):
    """The chair's answer, in words either way."""

    outcome = forms.ChoiceField(
        label=_("May these minutes be sent on?"),
        choices=[
            (OnwardRequest.Outcome.PERMITTED, _("Yes, as far as they are for everyone")),
            (OnwardRequest.Outcome.REFUSED, _("No")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether the minutes may be sent on")},
    )
    reason = reason_field(_("Is it needed, and no more than is needed? Whoever asked reads this."))


class SummaryForm(Form):
    """The chair's own words before the facts."""

    covering = forms.CharField(
        label=_("What do you say first?"),
        help_text=_("The person may read this. Name nobody else, and say nothing that was told in confidence."),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Enter what stands before the facts")},
    )
