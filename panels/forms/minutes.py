"""What is asked of an invited agency, and at the meeting."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from disclosures.forms import ChildrenQuestions, why_against
from disclosures.models import CHILDREN, OF_ONE
from mappa.forms import DateField, Form
from offenders.models import Offender
from panels.models import AgendaItem, Decision, Invitation, Paragraph


class InformationForm(Form):
    """What the agency tells the meeting, or that it has nothing to tell."""

    text = forms.CharField(
        label=_("What should the meeting know?"),
        help_text=_("Facts and dates first, then what you make of them. Say where each comes from."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    nothing_to_share = forms.BooleanField(label=_("We have nothing to share about this person"), required=False)
    for_all = forms.TypedChoiceField(
        label=_("Who may read this?"),
        coerce=lambda value: value == "all",
        choices=[("all", _("Everyone invited for this person")), ("authority", _("Police, probation and prison only"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who may read this")},
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not (found.get("text") or found.get("nothing_to_share")) and "text" not in self.errors:
            self.add_error("text", _("Write what the meeting should know, or say that there is nothing to share"))
        return found


class AttendanceForm(Form):
    """Whether an invited agency came."""

    attendance = forms.ChoiceField(choices=Invitation.Attendance)


class ParagraphForm(Form):
    """One section of the minutes, as it was when `version` was read."""

    section = forms.ChoiceField(choices=Paragraph.Section)
    text = forms.CharField(required=False, strip=False)
    audience = forms.ChoiceField(choices=Paragraph.Audience)
    version = forms.IntegerField(min_value=0)


class DecisionForm(ChildrenQuestions):
    """Level, why, disclosure, and the next review: all of it must be answered, and of a child sex offender more."""

    inline = (*ChildrenQuestions.inline, "disclosure")
    # What may be left empty depends on other answers, and its hint says on which.
    says_optional = False
    field_order = ("level", "rationale", *CHILDREN, "disclosure")

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
    next_review_on = DateField(label=_("Next review"), what=_("date of the next review"))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["child_sex_offender"].help_text = self.law_in_words
        for name in OF_ONE:
            field = self.fields[name]
            field.required = False
            field.help_text = " ".join(filter(None, [str(_("Only of a child sex offender.")), str(field.help_text)]))

    @classmethod
    def of(cls, item: AgendaItem, decision: Decision | None, *, said_one: bool = False) -> "DecisionForm":
        """The form as the page first shows it: what is recorded, or the present level.

        `said_one`: an earlier decision or record says that the person is a child sex offender.
        """
        if decision is None:
            known = {"child_sex_offender": "yes"} if said_one else {}
            return cls(initial=known | {"level": item.offender.level, "version": 0})
        names = [name for name in cls.base_fields if hasattr(decision, name)]
        said = {name: getattr(decision, name) for name in names}
        yes_no = {True: "yes", False: "no"}
        return cls(initial=said | {name: yes_no.get(said[name], "") for name in CHILDREN})


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
