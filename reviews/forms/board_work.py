"""What is asked about the business plan, and of whoever asks or answers the board."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mappa.forms import DateField, Form
from mappa.templatetags.mappa import long_date
from reviews.forms.board_members import SittingMember
from reviews.models import BoardDecision, BoardQuestion, PlanStep


class BusinessPlanForm(Form):
    """The business plan of a year."""

    title = forms.CharField(
        label=_("Title"),
        help_text=_("For example, “Business plan 2026 to 2027”."),
        max_length=120,
        error_messages={"required": _("Enter the title of the plan")},
    )
    aims = forms.CharField(
        label=_("What does the board mean to achieve?"),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=4000,
        error_messages={"required": _("Enter what the board means to achieve")},
    )
    from_on = DateField(label=_("From"), what=_("first day of the plan"))
    until = DateField(label=_("To"), what=_("last day of the plan"))


class ChangePlanForm(BusinessPlanForm):
    """The same, of a plan that was read."""

    version = forms.CharField(widget=forms.HiddenInput)


class AgreePlanForm(Form):
    """Which words of a plan are agreed."""

    version = forms.CharField(widget=forms.HiddenInput)


class DecisionField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A decision of the board, by its day and its first words."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(BoardDecision.objects.none(), required=False, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{long_date(obj.meeting.starts_at)}: {obj.text[:60]}"


class PlanActionForm(Form):
    """Something for a member to do."""

    title = forms.CharField(
        label=_("What is to be done?"),
        help_text=_("Name no person at risk and no case."),
        max_length=200,
        error_messages={"required": _("Enter what is to be done")},
    )
    measure = forms.CharField(
        label=_("How will the board see that it is done?"),
        max_length=300,
        error_messages={"required": _("Enter how the board will see that it is done")},
    )
    owner = SittingMember(
        label=_("Who owns it?"), empty_label=_("Choose a member"), error_messages={"required": _("Choose who owns it")}
    )
    due_on = DateField(label=_("By when?"), what=_("day by which it is done"))
    decision = DecisionField(label=_("Because of which decision?"), empty_label=_("None"))

    def __init__(self, *args: Any, members: Any, decisions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = members  # type: ignore[attr-defined]
        self.fields["decision"].queryset = decisions  # type: ignore[attr-defined]


class UpdateActionForm(Form):
    """How an action goes."""

    kind = forms.ChoiceField(
        label=_("What is new?"),
        choices=PlanStep.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is new")},
    )
    words = forms.CharField(
        label=_("In a few words"),
        help_text=_("What was done, or why there is another day or owner, or why it is dropped. Name no case."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        error_messages={"required": _("Enter what is new in a few words")},
    )
    due_on = DateField(label=_("The new day, when you chose “Another day”"), what=_("new day"), required=False)
    owner = SittingMember(
        label=_("Who owns it now?"),
        empty_label=_("Choose a member"),
        error_messages={"required": _("Choose who owns it")},
    )

    def __init__(self, *args: Any, members: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = members  # type: ignore[attr-defined]


class AskBoardForm(Form):
    """A question, a note, or what communities say."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=BoardQuestion.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is")},
    )
    title = forms.CharField(
        label=_("What is it about?"),
        help_text=_("In a few words, for example “Housing's attendance”."),
        max_length=120,
        error_messages={"required": _("Enter what it is about")},
    )
    text = forms.CharField(
        label=_("What do you want to say?"),
        help_text=_("Everybody on the board reads it. Name nobody, and nothing by which somebody could be known."),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=4000,
        error_messages={"required": _("Enter what you want to say")},
    )


class AskAgainForm(Form):
    """Why an answer is not enough."""

    text = forms.CharField(
        label=_("What is still open?"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=4000,
        error_messages={"required": _("Enter what is still open")},
    )


class AnswerForm(Form):
    """The board's answer."""

    answer = forms.CharField(
        label=_("The board's answer"),
        help_text=_("Whoever asked is told. Everybody on the board reads it. Name no person at risk and no case."),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=4000,
        error_messages={"required": _("Enter the answer")},
    )
