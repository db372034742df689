"""What the pages of a person's category ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mappa import dates
from mappa.forms import DateField, Form
from offenders.models import CategoryDecision, CategoryProposal, Offender

Kind = CategoryDecision.Kind
DANGEROUS = Offender.Category.DANGEROUS
ORDINARY = Offender.Level.ORDINARY


class DecisionForm(Form):
    """What every decision asks: why, when, and where."""

    reasons = forms.CharField(
        label=_("What are the reasons?"),
        help_text=_("Everyone who sees the case reads this. Name no victim."),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=4000,
        error_messages={"required": _("Enter the reasons")},
    )
    decided_on = DateField(label=_("When was this decided?"), what=_("date of the decision"))
    meeting = forms.CharField(
        label=_("At which meeting?"),
        help_text=_("Its reference or date, if a meeting decided."),
        required=False,
        max_length=120,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"decided_on": dates.today(), **self.initial}


class LevelQuestions(Form):
    """The level, and the criteria of the Guidance's chapter 7 for levels 2 and 3."""

    level = forms.TypedChoiceField(
        label=_("At which level?"),
        choices=Offender.Level.choices,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the level")},
    )
    meetings_add_value = forms.BooleanField(
        label=_("Formal multi-agency meetings would add value"),
        help_text=_("Needed for level 2 and 3."),
        required=False,
    )
    exceptional = forms.BooleanField(
        label=_("Exceptionally, other agencies must be actively co-ordinated"),
        help_text=_("Only needed when the risk of serious harm is not assessed as high or very high."),
        required=False,
    )
    senior_needed = forms.BooleanField(
        label=_("Senior people of the agencies must be at the table"),
        help_text=_("Needed for level 3: significant resources at short notice, or strong media or public interest."),
        required=False,
    )


class WithReview(Form):
    """When the case is reviewed next, where a level begins."""

    next_review_on = DateField(
        label=_("Date of the next review"),
        what=_("date of the review"),
        required=False,
        help_text=_("Leave empty for the latest date that the standard allows."),
    )


class CategoryForm(DecisionForm, LevelQuestions, WithReview):
    """A decision that gives a category."""

    field_order = ("kind", "reasons", "level", "meetings_add_value", "exceptional", "senior_needed")

    kind = forms.ChoiceField(
        label=_("What is decided?"),
        choices=[(kind.value, kind.label) for kind in CategoryDecision.GIVES_A_BASIS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose category 3 or category 4")},
    )


class RuleOutForm(DecisionForm):
    """Not MAPPA eligible, as a positive record."""

    field_order = ("tool", "reasons")

    tool = forms.CharField(
        label=_("Which tool was used?"),
        max_length=120,
        initial=_("MAPPA Identification Tool"),
        error_messages={"required": _("Enter the tool that was used")},
    )


class ExitForm(DecisionForm):
    """Management ends."""

    field_order = ("kind", "reasons")

    kind = forms.ChoiceField(
        label=_("Why does management under MAPPA end?"),
        choices=[(kind.value, kind.label) for kind in (Kind.LAPSED, Kind.DIED, Kind.DEPORTED, Kind.LEFT)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why management ends")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decided_on"].help_text = _("Of a death, the day on which the person died: it is recorded too.")


class ReEntryForm(DecisionForm, LevelQuestions, WithReview):
    """A case is managed again."""

    field_order = ("reasons", "level", "meetings_add_value", "exceptional", "senior_needed")


class EndDecisionForm(DecisionForm, LevelQuestions, WithReview):
    """The level of risk has reduced enough."""

    field_order = ("reasons", "decided_on", "meeting", "level", "meetings_add_value", "exceptional", "senior_needed")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        level = self.fields["level"]
        level.required = False
        level.label = _("At which level, if something else is in force?")
        level.help_text = _("Leave empty to keep the level. Category 3 is never at level 1.")


class WithdrawalForm(LevelQuestions, WithReview):
    """A decision was made in error."""

    field_order = ("reasons", "level", "meetings_add_value", "exceptional", "senior_needed")

    reasons = forms.CharField(
        label=_("What was wrong?"),
        help_text=_("The decision stays on the page, marked as withdrawn, with this reason."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
        error_messages={"required": _("Enter what was wrong")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        level = self.fields["level"]
        level.required = False
        level.label = _("At which level, if the person is managed again or differently?")
        level.help_text = _("Leave empty to keep the level, or to begin at level 1.")


class ProposalForm(LevelQuestions):
    """A person's answer to what the system proposes."""

    CONFIRM, DECLINE = "confirm", "decline"
    field_order = ("answer", "reason", "level", "meetings_add_value", "exceptional", "senior_needed")

    answer = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=[(CONFIRM, _("Confirm: record it")), (DECLINE, _("Decline: leave the record as it is"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you decide")},
    )
    reason = forms.CharField(
        label=_("Why?"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
        error_messages={"required": _("Enter the reason for your decision")},
    )

    def __init__(self, *args: Any, proposal: CategoryProposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asks_level = proposal.kind == CategoryProposal.Kind.RE_ENTRY or (
            proposal.to_category == DANGEROUS and proposal.offender.level == ORDINARY
        )
        # Where the level stays what it is, nothing is asked about it.
        self.fields["level"].required = False
        if not asks_level:
            for name in LevelQuestions.base_fields:
                del self.fields[name]

    def answers(self) -> dict[str, Any]:
        """What the verb asks for besides the reason."""
        empty = {"level": None, "meetings_add_value": False, "exceptional": False, "senior_needed": False}
        return {name: self.cleaned_data.get(name, default) for name, default in empty.items()}
