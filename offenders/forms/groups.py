"""What the pages of particular groups ask: one page each, beginning with what is recorded."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, AgencyKind, User
from mappa.forms import DateField, Form
from offenders.actions.transfer import KINDS_THAT_LEAD
from offenders.models import (
    ArmedService,
    CounterTerrorism,
    DatedFact,
    Immigration,
    Offender,
    PatientSection,
    PatientStep,
)

Step = PatientStep


def radios(label: Any, choices: Any, missing: Any, **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.RadioSelect, error_messages={"required": missing}, **kwargs
    )


def text(label: Any, most: int, help_text: Any = "", missing: Any = "") -> forms.CharField:
    """A line of text; needed when there are words for its absence."""
    said = {"required": missing} if missing else {}
    return forms.CharField(
        label=label, max_length=most, help_text=help_text, required=bool(missing), error_messages=said
    )


def lines(label: Any, help_text: Any = "", missing: Any = "") -> forms.CharField:
    said = {"required": missing} if missing else {}
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=2000,
        required=bool(missing),
        error_messages=said,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


NOTICE = DateField(
    label=_("When was MAPPA co-ordination notified (MAPPA I)?"),
    what=_("date of the notification"),
    required=False,
    help_text=_("Leave empty if it was not: it then stands in My work, with the day by which it is due."),
)


class GroupForm(Form):
    """The base: it begins with what a row says, when that is changed or corrected."""

    def __init__(
        self,
        *args: Any,
        offender: Offender,
        user: User,
        fact: DatedFact | None = None,
        new: bool = False,
        **kwargs: Any,
    ) -> None:
        self.offender, self.user = offender, user
        if fact is not None:
            # Both are of the row before: a new admission is notified anew.
            left = {"from_on", "notice_given_on"} if new else set()
            kwargs["initial"] = {
                name: getattr(fact, name) for name in self.base_fields if hasattr(fact, name) and name not in left
            }
        super().__init__(*args, **kwargs)


SINCE = DateField(
    label=_("From when is this so?"),
    what=_("start date"),
    required=False,
    help_text=_("What was recorded before ends then: today, if you leave it empty."),
)


class PatientForm(GroupForm):
    """A stay under a section."""

    widths = {"hospital": 30, "clinician": 30}

    section = forms.ModelChoiceField(
        label=_("Section or order"),
        queryset=PatientSection.objects.filter(is_active=True),
        empty_label=_("Choose a section or order"),
        error_messages={"required": _("Choose a section or order")},
    )
    restricted = forms.BooleanField(
        label=_("Restricted patient: sections 41, 45A or 49"),
        help_text=_("The Secretary of State for Justice then consents to leave and transfer, and may recall."),
        required=False,
    )
    hospital = text(
        _("Hospital, or guardian"),
        120,
        _("The hospital and the organisation that runs it, or the local authority that is guardian."),
        _("Enter the hospital or guardian"),
    )
    clinician = text(_("Responsible clinician, or the team"), 120)
    from_on = DateField(label=_("Admitted, or from when the order holds"), what=_("date of the order or admission"))
    notice_given_on = NOTICE


def step_form(kind: str) -> type["StepForm"]:
    """The form of one kind of step."""
    return STEPS[kind]


class StepForm(GroupForm):
    """Something that changes who meets the patient."""

    from_on = DateField(label=_("When?"), what=_("date"))


class LeaveForm(StepForm):
    """Leave of absence, MHA 1983 s.17."""

    leave = radios(_("What leave is it?"), Step.Leave.choices, _("Choose what leave it is"))
    authority = radios(
        _("Who granted it?"),
        [choice for choice in Step.Authority.choices if choice[0] in ("secretary-of-state", "clinician")],
        _("Choose who granted it"),
        help_text=_("Of a restricted patient, leave beyond the grounds needs the consent of the Secretary of State."),
    )
    conditions = lines(_("Conditions of the leave"), _("Name no victim: write “the victim”."))
    from_on = DateField(label=_("From"), what=_("start date"), help_text=_("It may lie ahead."))
    until = DateField(
        label=_("Until"), what=_("end date"), required=False, help_text=_("Leave empty while it has no end.")
    )
    notice_given_on = NOTICE


class TribunalForm(StepForm):
    """A hearing, with its outcome. A hearing to come is a key date."""

    outcome = radios(_("What was the outcome?"), Step.Outcome.choices, _("Choose the outcome"))
    conditions = lines(_("What the Tribunal directed or recommended"))
    from_on = DateField(label=_("When was the hearing?"), what=_("date of the hearing"))


class DischargeForm(StepForm):
    """A discharge, planned or made."""

    discharge = radios(_("What discharge is it?"), Step.Discharge.choices, _("Choose what discharge it is"))
    authority = radios(
        _("Who discharged or is to discharge?"),
        Step.Authority.choices,
        _("Choose who discharged"),
        help_text=_("A MAPPA meeting may propose conditions. It never makes them."),
    )
    conditions = lines(_("Conditions"), _("As they were set. Name no victim: write “the victim”."))
    from_on = DateField(
        label=_("Day of the discharge"),
        what=_("day of the discharge"),
        help_text=_("It may lie ahead: the expected day, from which the day of MAPPA I is counted."),
    )
    notice_given_on = NOTICE


class RecallForm(StepForm):
    """Recall from a conditional discharge or a community treatment order; from leave, end the leave."""

    authority = radios(
        _("Who recalled?"),
        [choice for choice in Step.Authority.choices if choice[0] in ("secretary-of-state", "clinician")],
        _("Choose who recalled"),
    )
    conditions = lines(_("Why, and to which hospital"))
    from_on = DateField(label=_("When was the recall?"), what=_("date of the recall"))


class AbsenceForm(StepForm):
    """Absent without leave, MHA 1983 s.18."""

    conditions = lines(_("What is known, and who was told"), _("Name no victim: write “the victim”."))
    from_on = DateField(label=_("Absent since"), what=_("start of the absence"))
    until = DateField(
        label=_("Returned on"), what=_("day of the return"), required=False, help_text=_("Leave empty while absent.")
    )


STEPS: dict[str, type[StepForm]] = {
    Step.Kind.LEAVE: LeaveForm,
    Step.Kind.TRIBUNAL: TribunalForm,
    Step.Kind.DISCHARGE: DischargeForm,
    Step.Kind.RECALL: RecallForm,
    Step.Kind.ABSENCE: AbsenceForm,
}


class ImmigrationForm(GroupForm):
    """Immigration status and deportation."""

    widths = {"home_office_reference": 20, "contact": 30}

    status = radios(_("Immigration status"), Immigration.Status.choices, _("Choose the immigration status"))
    home_office_reference = text(_("Home Office reference"), 30)
    detained = forms.BooleanField(label=_("Detained under immigration powers"), required=False)
    progress = radios(
        _("How far has deportation or removal come?"),
        Immigration.Progress.choices,
        _("Choose how far it has come"),
        initial=Immigration.Progress.NOT_CONSIDERED,
    )
    progress_on = DateField(
        label=_("Date of that decision or step"), what=_("date of the decision or step"), required=False
    )
    informed_on = DateField(
        label=_("When was Home Office Immigration Enforcement informed that this is a MAPPA case?"),
        what=_("date on which it was informed"),
        required=False,
    )
    contact = text(_("Contact there"), 200, _("A role or team, and how to reach it."))
    from_on = SINCE


class CounterTerrorismForm(GroupForm):
    """Who leads, and what a court determined."""

    widths = {"unit": 30, "contact": 30}

    lead = radios(_("Who leads?"), CounterTerrorism.Lead.choices, _("Choose who leads"))
    unit = text(_("Counter-terrorism unit"), 120)
    contact = text(_("Contact there"), 200, _("A role or team, and how to reach it. Write no intelligence here."))
    connection = radios(
        _("Terrorist connection"),
        CounterTerrorism.Connection.choices,
        _("Choose what was determined"),
        help_text=_("A court determines it (Sentencing Code s.69; Counter-Terrorism Act 2008 ss.30 and 31)."),
    )
    determined_on = DateField(
        label=_("When did the court determine it?"), what=_("date of the determination"), required=False
    )
    search_condition = forms.NullBooleanField(
        label=_("Is a personal search condition on the licence?"),
        required=False,
        widget=forms.RadioSelect(choices=[("true", _("Yes")), ("false", _("No")), ("unknown", _("Not known"))]),
    )
    inline = ("search_condition",)
    from_on = SINCE


class ArmedServiceForm(GroupForm):
    """Service in the armed forces."""

    widths = {"service_number": 20, "unit": 30, "police_contact": 30}

    status = radios(_("Is the person serving?"), ArmedService.Status.choices, _("Choose whether the person is serving"))
    branch = radios(_("Branch"), ArmedService.Branch.choices, _("Choose the branch"))
    service_number = text(_("Service number"), 20)
    unit = text(_("Regiment, ship or station"), 120)
    police_contact = text(_("Service police contact"), 200, _("A role or team, and how to reach it."))
    from_on = SINCE


class TransitionForm(GroupForm):
    """How the case goes to adult services at 18."""

    agreed_on = DateField(label=_("When was the plan agreed?"), what=_("date of the agreement"))
    to_agency = forms.ModelChoiceField(
        label=_("Which agency leads from then on?"),
        queryset=Agency.objects.none(),
        empty_label=_("Choose an agency"),
        error_messages={"required": _("Choose an agency"), "invalid_choice": _("Choose an agency from the list")},
    )
    plan = lines(_("The plan"), _("Who does what, and who meets the young person before."), _("Enter the plan"))
    from_on = DateField(
        label=_("From when does it lead?"), what=_("start date"), required=False, help_text=_("It may lie ahead.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = AgencyKind.objects.filter(code__in=KINDS_THAT_LEAD)
        leaders = Agency.objects.filter(area=self.offender.area_id, kind__in=kinds, is_active=True)
        self.fields["to_agency"].queryset = leaders  # type: ignore[attr-defined]


class NoticeForm(Form):
    """When MAPPA I was sent."""

    notice_given_on = DateField(label=_("When was MAPPA co-ordination notified?"), what=_("date of the notification"))


class EndGroupForm(Form):
    """When something stopped to hold."""

    until = DateField(label=_("When did it end?"), what=_("end date"))
