"""What the pages about approved premises ask."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Area
from mappa import dates
from mappa.forms import DateField, Form
from offenders.forms.orders import NAME_NO_VICTIM, radios, words_field
from offenders.models import Premises, PremisesPlace, PremisesProposal
from offenders.models.approved_premises import MOST_BEDS


class ProposalForm(Form):
    """A place in approved premises is proposed."""

    proposed_by = radios(
        _("Who proposes it?"),
        PremisesProposal.Proposer.choices,
        hint=_("A MAPPA meeting proposes. The competent body decides."),
        required=_("Choose who proposes it"),
    )
    proposed_on = DateField(label=_("When was it proposed?"), what=_("date of the proposal"))
    needed_from = DateField(label=_("From when is a place needed?"), what=_("date from which a place is needed"))
    reasons = words_field(_("Why are approved premises needed?"), hint=NAME_NO_VICTIM)


class DecisionForm(Form):
    """What the competent body decided."""

    widths: ClassVar = {"decided_by_officer": 30}

    decision = radios(_("What was decided?"), PremisesProposal.Decision.choices, required=_("Choose what was decided"))
    decided_by = radios(
        _("Which body decided?"), PremisesProposal.Decider.choices, required=_("Choose which body decided")
    )
    decided_by_officer = forms.CharField(
        label=_("Who decided there?"),
        max_length=120,
        help_text=_("Name and office of the person, or the panel or court."),
        error_messages={"required": _("Enter who decided")},
    )
    decided_on = DateField(label=_("When was it decided?"), what=_("date of the decision"))
    decision_reasons = words_field(_("Why?"))
    conditions = words_field(
        _("On which conditions?"), hint=_("For example, the curfew and the days of reporting."), required=False
    )


class PremisesField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the premises, with what tells whether they are fit."""

    def label_from_instance(self, premises: Any) -> str:
        return f"{premises.name}, {premises.area.name}, {premises.get_residents_display().lower()}"


class PlaceForm(Form):
    """Premises, a bed, and until when."""

    widths: ClassVar = {"bed": 3}

    premises = PremisesField(
        label=_("Which premises?"),
        queryset=Premises.objects.filter(is_active=True).select_related("area"),
        to_field_name="code",
        empty_label=_("Choose the premises"),
        error_messages={"required": _("Choose the premises"), "invalid_choice": _("Choose premises from the list")},
    )
    bed = forms.IntegerField(
        label=_("Which bed?"),
        min_value=1,
        max_value=MOST_BEDS,
        required=False,
        help_text=_("A number. Leave empty for the first that is free, or for the same bed."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("Enter the number of the bed, for example 4")},
    )
    until_on = DateField(
        label=_("When is the expected departure?"),
        what=_("expected departure"),
        help_text=_("The bed is free again from that day."),
    )


class ReservationForm(PlaceForm):
    """A bed is reserved."""

    from_on = DateField(label=_("From when?"), what=_("first day"))
    field_order = ["premises", "bed", "from_on", "until_on"]


class PlaceChangeForm(PlaceForm):
    """A stay is extended, shortened or moved."""

    reason = words_field(_("Why is it changed?"))


class ArrivalForm(Form):
    """The person arrived."""

    arrived_on = DateField(label=_("When did the person arrive?"), what=_("day of arrival"))


class DepartureForm(Form):
    """The person left."""

    release = radios(
        _("How did the stay end?"),
        [(how.value, how.label) for how in PremisesPlace.DEPARTURES],
        required=_("Choose how the stay ended"),
    )
    released_on = DateField(label=_("When did the person leave?"), what=_("day of departure"))
    release_notes = words_field(_("What else should be known?"), hint=NAME_NO_VICTIM, required=False)


class WithdrawalForm(Form):
    """The proposal is withdrawn."""

    withdrawal_reason = words_field(_("Why is it withdrawn?"))


class RegisterForm(Form):
    """Which premises are listed, and for which day."""

    says_optional = False

    area = forms.ModelChoiceField(
        label=_("Area"), queryset=Area.objects.all(), to_field_name="slug", empty_label=_("Any"), required=False
    )
    residents = forms.ChoiceField(label=_("For"), choices=[("", _("Anybody")), *Premises.For.choices], required=False)
    on = DateField(label=_("Beds on"), what=_("date"), required=False, help_text=_("Leave empty for today."))

    def clean_on(self) -> Any:
        # Stepping back day by day would tell when somebody whom the reader does not see came and left.
        on = self.cleaned_data["on"] or dates.today()
        if on < dates.today():
            raise forms.ValidationError(_("Enter today or a later day"))
        return on
