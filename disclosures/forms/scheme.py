"""What the pages of the Child Sex Offender Disclosure Scheme ask."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, User
from disclosures.actions import Asked
from disclosures.forms.steps import yes_no
from disclosures.models import SchemeApplication
from disclosures.models.children import IS_ONE, OF_ONE
from disclosures.models.scheme import officers_of
from mappa import dates
from mappa.forms import ClockField, DateField, Form
from offenders.forms.orders import radios, words_field

FOR_POLICE = _("Only police who deal with applications read this.")
CLOSED, ALL = "closed", "all"


class SchemeLogForm(Form):
    """Which applications are shown."""

    says_optional = False
    widths = {"words": 20}

    words = forms.CharField(label=_("Name or reference"), max_length=120, required=False)
    show = forms.ChoiceField(
        label=_("Which applications"),
        choices=[("", _("Open")), (CLOSED, _("Closed")), (ALL, _("All"))],
        required=False,
    )
    mine = forms.BooleanField(label=_("Only those that I deal with"), required=False)


class TakeForm(Form):
    """What an applicant says when he asks."""

    inline = ("is_immediate",)
    widths = {"received_time": 5, "applicant_name": 30, "applicant_born": 20, "subject_name": 30}

    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("For which force?"), error_messages={"required": _("Choose the force")}
    )
    is_immediate = yes_no(
        _("Is a child at immediate risk?"),
        hint=_("If so, act now, as you would without the scheme, and record it here afterwards."),
        required=_("Say whether a child is at immediate risk"),
    )
    immediate_words = words_field(_("If yes, what is the immediate risk?"), rows=2, required=False)
    received_on = DateField(label=_("On which day was the application made?"), what=_("day of the application"))
    received_time = ClockField(
        label=_("At what time?"),
        help_text=_("For example 9:30am or 14:00. The initial checks are due 24 hours later."),
        error_messages={
            "required": _("Enter the time of the application"),
            "invalid": _("Enter a time, for example 9:30am"),
        },
    )
    channel = radios(_("How?"), SchemeApplication.Channel.choices, required=_("Choose how it was made"))
    applicant_name = forms.CharField(label=_("What is the applicant’s name?"), help_text=FOR_POLICE, max_length=120)
    applicant_born = forms.CharField(label=_("When was the applicant born?"), max_length=40, required=False)
    applicant_address = words_field(_("What is the applicant’s address?"), rows=3, required=False)
    applicant_contact = words_field(_("How can the applicant be reached?"), rows=2)
    safe_contact = words_field(
        _("When and how is that safe?"),
        hint=_("For example, never by post, and only while the person is at work."),
        rows=2,
    )
    relation = radios(
        _("What is the applicant to the child?"),
        SchemeApplication.Relation.choices,
        required=_("Choose what the applicant is to the child"),
    )
    children = words_field(
        _("About which children?"), hint=_("Name, age and address of each, and who cares for them."), rows=3
    )
    subject_name = forms.CharField(label=_("About whom is asked?"), help_text=_("The name as given."), max_length=120)
    subject_details = words_field(
        _("What else is known of that person?"),
        hint=_("Date of birth, other names, address, work, vehicle."),
        rows=3,
        required=False,
    )
    subject_access = words_field(
        _("How is the person in contact with the child?"),
        hint=_("For example living with the child, caring, teaching, or online."),
        rows=2,
    )
    concern = words_field(_("What is the concern?"), hint=_("What happened, and why it is asked now."))

    def __init__(self, *args: Any, agencies: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = Agency.objects.filter(pk__in=agencies)  # type: ignore[attr-defined]
        self.only = Agency.objects.get(pk=agencies[0]) if len(agencies) == 1 else None
        if self.only:
            del self.fields["agency"]

    def clean(self) -> dict[str, Any]:
        """What `take_application` asks for: day and time are one moment, in London."""
        answers = super().clean() or {}
        is_immediate, on, at = (answers.pop(name, None) for name in ("is_immediate", "received_on", "received_time"))
        if is_immediate and not answers.get("immediate_words"):
            self.add_error("immediate_words", _("Enter what the immediate risk is"))
        if is_immediate is False and answers.get("immediate_words"):
            self.add_error("is_immediate", _("Choose yes, or leave the words about the immediate risk empty"))
        agency = self.only or answers.pop("agency", None)
        if self.errors or not (on and at):
            return answers
        received_at = timezone.make_aware(datetime.combine(on, at))
        return {"agency": agency, "asked": Asked(received_at=received_at, **answers)}


class ImmediateForm(Form):
    """That a child is at immediate risk."""

    words = words_field(_("What is the immediate risk?"), hint=_("Act first, and write it down afterwards."), rows=3)


class ProtectionForm(Form):
    """What was done at once."""

    words = words_field(
        _("What was done to protect the child?"),
        hint=_("When, by whom, and with which reference children’s services were told."),
    )


class ChecksForm(Form):
    """The checks of the first day."""

    checked_on = DateField(label=_("When were the checks done?"), what=_("day of the checks"))
    checks = words_field(
        _("Which records were searched, and what do they hold?"),
        hint=_("Police national computer and database, ViSOR, intelligence, child protection and domestic abuse."),
        rows=8,
    )


class MeetingForm(Form):
    """The meeting with the applicant, and the advice that goes with it."""

    inline = ("is_identified",)

    met_on = DateField(label=_("When did you meet?"), what=_("day of the meeting"))
    met_how = radios(
        _("How?"),
        [choice for choice in SchemeApplication.Manner.choices if choice[0] in {"in-person", "telephone"}],
        required=_("Choose how you met"),
    )
    is_identified = yes_no(
        _("Did the applicant prove identity, address and relation to the child?"),
        hint=_("Nothing may be disclosed to somebody who did not."),
        required=_("Say whether the applicant proved identity"),
    )
    identity = words_field(_("Which proofs did you see, or why none?"), rows=2)
    said = words_field(_("What did the applicant say?"), rows=6)
    best_placed = words_field(_("Who can best protect the child?"), hint=_("That need not be the applicant."), rows=2)
    education = words_field(
        _("What advice and information did you give?"),
        hint=_(
            "How to keep a child safe, whom to turn to, that what may be told is confidential, and that "
            "false information is an offence. Nothing about the person."
        ),
        rows=3,
    )


class SchemeAssessmentForm(Form):
    """The full risk assessment."""

    inline = ("child_sex_offender", "serious_harm_to_children", "necessary_for_children")

    consulted = words_field(
        _("Which agencies were asked, and what did they say?"),
        hint=_("Children’s services, probation, health, education. Give them no more of the applicant than they need."),
    )
    assessment = words_field(_("What is the risk to the child?"), rows=8)
    child_sex_offender = yes_no(
        _("Has the person been convicted of, or cautioned for, a sexual offence against a child?"),
        required=IS_ONE["child_sex_offender"],
    )
    serious_harm_to_children = yes_no(
        _("Is there reasonable cause to believe that the person risks causing serious harm to children?"),
        required=OF_ONE["serious_harm_to_children"],
    )
    necessary_for_children = yes_no(
        _("Is telling somebody necessary to protect them?"),
        required=OF_ONE["necessary_for_children"],
    )


class DecideForm(Form):
    """The decision of a manager."""

    says_optional = False

    outcome = radios(
        _("What is decided?"),
        [(outcome.value, outcome.label) for outcome in SchemeApplication.DECIDED],
        required=_("Choose what is decided"),
    )
    reasons = words_field(_("What are the reasons?"), rows=6)
    decided_with = words_field(
        _("Who took part in the decision?"),
        hint=_("The meeting or panel, or each person with the agency. “Nobody else” is an answer."),
        rows=2,
    )
    against_presumption = words_field(
        _("If disclosure is presumed and you decide against it: why does the presumption not hold here?"),
        rows=3,
        required=False,
    )
    passed_to = words_field(
        _("If the concerns were passed to children’s services: to whom, and when?"), rows=2, required=False
    )


class EndForm(Form):
    """End it before a decision."""

    says_optional = False

    outcome = radios(
        _("Why does it end?"),
        [(outcome.value, outcome.label) for outcome in SchemeApplication.EARLY],
        required=_("Choose why it ends"),
    )
    reasons = words_field(
        _("What are the reasons, and what is done about the concern?"),
        hint=_("A concern about a child stays when an application ends."),
    )
    passed_to = words_field(_("If passed to another force: to which, to whom and when?"), rows=2, required=False)


class CloseForm(Form):
    """That the applicant was told."""

    inline = ("is_recipient",)
    says_optional = False

    is_recipient = yes_no(
        _("Was the applicant the one to whom it was disclosed?"),
        hint=_("If not, the applicant is told the words above and nothing else."),
        required=_("Say whether the applicant was the one to whom it was disclosed"),
    )
    told_on = DateField(label=_("When was the applicant told?"), what=_("day when the applicant was told"))
    told_how = radios(_("How?"), SchemeApplication.Manner.choices, required=_("Choose how the applicant was told"))
    told_words = words_field(
        _("What is there to say of it?"), hint=_("If the applicant was not told, why not."), rows=2, required=False
    )

    def __init__(self, *args: Any, application: SchemeApplication, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if application.outcome not in application.DISCLOSING:
            del self.fields["is_recipient"]
        if application.outcome == application.Outcome.DISCLOSE_ELSEWHERE:
            self.fields["told_words"].label = _("To whom was it disclosed, when and by whom?")
            self.fields["told_words"].help_text = _("And, if the applicant was not told, why not.")


class MatchForm(Form):
    """Which person on record it is."""

    widths: ClassVar = {"case": 20}

    case = forms.CharField(
        label=_("What is the reference of the person’s record?"),
        help_text=_("For example MA-7Q2F-K9XD. Find the person under People first."),
        max_length=20,
    )
    identified_by = forms.CharField(
        label=_("How do you know that it is this person?"),
        help_text=_("For example by date of birth and address. Do not write the name or the reference."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=300,
    )


class ReasonForm(Form):
    """Why."""

    reason = forms.CharField(label=_("Why?"), widget=forms.Textarea(attrs={"rows": 3}), max_length=300)


class PutOffForm(ReasonForm):
    """Until when, and why."""

    until = DateField(label=_("Until when?"), what=_("new day"))
    field_order = ("until", "reason")


class HandOverForm(Form):
    """To whom."""

    officer = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Who deals with it from now on?"),
        empty_label=_("Choose an officer"),
        error_messages={"required": _("Choose an officer")},
    )

    def __init__(self, *args: Any, application: SchemeApplication, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        officers = officers_of(application.agency).exclude(pk=application.officer_id)
        field = self.fields["officer"]
        field.queryset = officers  # type: ignore[attr-defined]
        field.label_from_instance = lambda officer: officer.name  # type: ignore[attr-defined]


class SchemeNoteForm(Form):
    """What became known, or is put right."""

    text = words_field(
        _("What is there to add?"), hint=_("What was recorded before stays as it is: say what is wrong in it.")
    )


def today() -> dict[str, Any]:
    """Where a form begins with the day of today."""
    return dict.fromkeys(("checked_on", "met_on", "told_on", "received_on"), dates.today())
