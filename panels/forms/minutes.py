"""What is asked at the meeting."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from disclosures.forms import ChildrenQuestions, why_against, yes_no
from disclosures.models import CHILDREN, OF_ONE
from mappa.forms import ClockField, DateField, Form
from offenders.models import Offender
from panels.models import AgendaItem, Audience, Decision, Invitation, Paragraph, Proposal

A_TIME = _("Enter a time, for example 9:30am")


class AttendanceForm(Form):
    """Whether an invited agency came, who came for it, when, and why not."""

    attendance = forms.ChoiceField(
        choices=Invitation.Attendance,
        error_messages={"required": _("Choose whether the agency is present")},
    )
    who = forms.CharField(label=_("Who came"), max_length=120, required=False)
    role = forms.CharField(label=_("Role"), max_length=120, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)
    arrived = ClockField(label=_("Arrived"), required=False, error_messages={"invalid": A_TIME})
    left = ClockField(label=_("Left"), required=False, error_messages={"invalid": A_TIME})


class AgenciesForm(Form):
    """Words for an audience: everyone, the Responsible Authority, or some of the agencies that are invited."""

    audience = forms.ChoiceField(label=_("Who may read this?"), choices=Audience)
    agencies = forms.ModelMultipleChoiceField(
        Agency.objects.none(),
        label=_("Which agencies, for named agencies only"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, invited: list[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = Agency.objects.filter(pk__in=[agency.pk for agency in invited])
        for name in ("agencies", "agency"):
            if name in self.fields:
                self.fields[name].queryset = chosen  # type: ignore[attr-defined]


class ParagraphForm(AgenciesForm):
    """A paragraph of the minutes, as it was when `version` was read."""

    section = forms.ChoiceField(choices=Paragraph.Section)
    text = forms.CharField(required=False, strip=False)
    version = forms.IntegerField(min_value=0)


class DissentForm(AgenciesForm):
    """Who did not agree, and why."""

    prefix = "dissent"
    field_order = ("agency", "words", "audience", "agencies")

    agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("Which agency does not agree?"),
        error_messages={"required": _("Choose which agency does not agree")},
    )
    words = forms.CharField(
        label=_("With what, and why?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Enter with what the agency does not agree, and why")},
    )


class ProposalForm(Form):
    """What the meeting asks of a body that has the power."""

    prefix = "proposal"
    KINDS = [choice for choice in Proposal.Kind.choices if choice[0] != Proposal.Kind.CATEGORY]

    kind = forms.ChoiceField(
        label=_("What is it about?"),
        choices=KINDS,
        error_messages={"required": _("Choose what it is about")},
    )
    body = forms.CharField(
        label=_("Which body decides?"),
        help_text=_("For example the Parole Board, a prison governor, the Secretary of State or a court."),
        max_length=120,
        error_messages={"required": _("Enter which body decides")},
    )
    what = forms.CharField(
        label=_("What is proposed?"), max_length=300, error_messages={"required": _("Enter what is proposed")}
    )
    reasons = forms.CharField(
        label=_("Why?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Enter why it is proposed")},
    )
    due_on = DateField(label=_("By when is an answer needed?"), what=_("date by which an answer is needed"))


class AnswerProposalForm(Form):
    """What the body decided."""

    inline = ("answer",)

    answer = forms.ChoiceField(
        label=_("What did the body decide?"),
        choices=Proposal.Answer,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the body decided")},
    )
    answered_on = DateField(label=_("When did it decide?"), what=_("date of the decision"))
    answer_words = forms.CharField(
        label=_("In which words, and with what reasons?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Enter what the body decided and its reasons")},
    )


class RemoveForm(Form):
    """A paragraph is taken out as it was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class DecisionForm(ChildrenQuestions):
    """Level, why, disclosure, and the next review: all of it must be answered, and of a child sex offender more."""

    inline = (*ChildrenQuestions.inline, "disclosure", "is_critical", "needs_media_plan")
    # What may be left empty depends on other answers, and its hint says on which.
    says_optional = False
    field_order = ("level", "rationale", "category", "category_reasons", *CHILDREN, "disclosure")

    level = forms.TypedChoiceField(
        label=_("Level"),
        coerce=int,
        choices=Offender.Level,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the level")},
    )
    rationale = forms.CharField(
        label=_("Why this level?"),
        help_text=_("Someone who was not there must understand it, dissent included."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Enter why this level")},
    )
    category = forms.ChoiceField(
        label=_("Category"),
        help_text=_("It follows from the law. What the meeting thinks of it is put to the lead agency."),
        choices=Decision.Category,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether the category is confirmed")},
    )
    category_reasons = forms.CharField(
        label=_("If it is not confirmed: why?"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    disclosure = forms.ChoiceField(
        label=_("Disclosure to a third party was considered. Is anything to be disclosed?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether anything is to be disclosed")},
    )
    disclosure_reasons = forms.CharField(
        label=_("Why, or why not?"),
        help_text=_("For and against. Name no victim."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Enter why disclosure was decided so")},
    )
    disclosure_to = forms.CharField(
        label=_("To whom?"), help_text=_("Only when something is to be disclosed."), max_length=160, required=False
    )
    against_presumption = why_against(
        _("It is presumed where you answer “yes” to the first three questions about children. Name no victim.")
    )
    plan_changes = forms.CharField(
        label=_("What changes in the risk management plan?"),
        help_text=_("Leave empty when nothing does. The plan itself is changed by its writers."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    is_critical = yes_no(
        _("Critical public protection case was considered. Is this one?"),
        required=_("Say whether this is a critical public protection case"),
    )
    critical_reasons = forms.CharField(
        label=_("Why, or why not a critical case?"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    needs_media_plan = yes_no(
        _("A media plan was considered. Is one needed?"), required=_("Say whether a media plan is needed")
    )
    media_reasons = forms.CharField(
        label=_("Why, or why not a media plan?"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    next_review_on = DateField(label=_("Next review"), what=_("date of the next review"))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, level: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of_level = level
        if level != Offender.Level.ENHANCED:
            for name in ("is_critical", "needs_media_plan"):
                self.fields[name].required = False
                self.fields[name].help_text = _("Must be answered at a level 3 meeting.")
        self.fields["child_sex_offender"].help_text = self.law_in_words
        for name in OF_ONE:
            field = self.fields[name]
            field.required = False
            field.help_text = " ".join(filter(None, [str(_("Only of a child sex offender.")), str(field.help_text)]))

    def clean(self) -> dict[str, Any]:
        """Reasons beside each answer that needs them."""
        found = super().clean() or {}
        if found.get("category") not in {None, "", Decision.Category.CONFIRMED} and not found.get("category_reasons"):
            self.add_error("category_reasons", _("Enter why the category does not hold any more"))
        for asked, reasons in (("is_critical", "critical_reasons"), ("needs_media_plan", "media_reasons")):
            answer = found.get(asked)
            if answer is not None and not found.get(reasons):
                self.add_error(reasons, _("Enter the reasons for this answer"))
            if answer is None:
                found[reasons] = ""
        return found

    @classmethod
    def of(cls, item: AgendaItem, decision: Decision | None, *, said_one: bool = False) -> "DecisionForm":
        """The form as the page first shows it: what is recorded, or the present level.

        `said_one`: an earlier decision or record says that the person is a child sex offender.
        """
        if decision is None:
            known = {"child_sex_offender": "yes"} if said_one else {}
            return cls(initial=known | {"level": item.offender.level, "version": 0}, level=item.meeting.level)
        names = [name for name in cls.base_fields if hasattr(decision, name)]
        said = {name: getattr(decision, name) for name in names}
        words = {True: "yes", False: "no"}
        asked = (*CHILDREN, "is_critical", "needs_media_plan")
        return cls(initial=said | {name: words.get(said[name], "") for name in asked}, level=item.meeting.level)


class ActionForm(Form):
    """An action: what, who, by when, how it is checked; and why words that cannot be checked stand, if they must."""

    prefix = "action"
    text = forms.CharField(
        label=_("What will be done?"), max_length=300, error_messages={"required": _("Enter what will be done")}
    )
    agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("Which agency does it?"),
        error_messages={"required": _("Choose which agency will do it")},
    )
    due_on = DateField(label=_("By when?"), what=_("date by which it will be done"))
    checked_how = forms.CharField(
        label=_("How is it checked?"),
        help_text=_("Needed where the words alone do not show it, for example “Police inspect the phone each month”."),
        max_length=300,
        required=False,
    )
    override_reason = forms.CharField(
        label=_("Why must refused words stand?"),
        help_text=_(
            "Only when the check refused the words and they are needed as they are. It is kept with the action."
        ),
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, agencies: list[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = Agency.objects.filter(pk__in=[a.pk for a in agencies])  # type: ignore[attr-defined]
