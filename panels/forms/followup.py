"""What is asked about an action after the meeting, one question at a time."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, User
from mappa.forms import DateField, Form
from mappa.templatetags.mappa import long_date
from offenders.models import Document
from panels.actions.evidence import documents_for
from panels.actions.followup import colleagues, gains, taken_until, takers
from panels.models import Action

BOX = forms.Textarea(attrs={"rows": 4})


class OfAction(Form):
    """A question about an action as it was when `version` was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, initial={"version": action.version}, **kwargs)


class ActionUpdateForm(OfAction):
    """One box: what was done, or how far it has got. The button pressed says which."""

    text = forms.CharField(
        label=_("What has been done?"),
        help_text=_("Say what came of it. Whoever reads the action reads this. Name no victim."),
        widget=BOX,
        error_messages={"required": _("Enter what has been done, then say whether the action is done")},
    )

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, action=action, **kwargs)
        if not action.is_open:
            self.fields["text"].label = _("What else should be known?")


class ActionAnswerForm(OfAction):
    """Whoever confirms reads the outcome; he writes only when something is still missing."""

    prefix = "answer"
    text = forms.CharField(
        label=_("If it is not done yet: what is missing?"),
        help_text=_("The owner reads this, and the action is open again."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    says_optional = False


class PostponeForm(OfAction):
    """A later date, and why."""

    due_on = DateField(label=_("New date"), what=_("new date"))
    reason = forms.CharField(
        label=_("Why does it need more time?"),
        widget=BOX,
        error_messages={"required": _("Enter why the action needs more time")},
    )


class AssignForm(OfAction):
    """Who in the owning agency does it."""

    officer = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Who does it?"),
        help_text=_("People of the agency that owns the action. Whoever you choose is told."),
        error_messages={"required": _("Choose someone of the agency that owns the action")},
    )

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, action=action, **kwargs)
        people = User.objects.filter(pk__in=list(colleagues(action).values_list("user", flat=True))).order_by("name")
        self.fields["officer"].queryset = people  # type: ignore[attr-defined]


class TakerField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """An agency, and what giving it the action lets it see."""

    gains: dict[int, str]

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({self.gains[obj.pk]})" if obj.pk in self.gains else str(obj.name)


class ReassignForm(OfAction):
    """Another agency, and why it is the one that does it."""

    agency = TakerField(
        Agency.objects.none(),
        label=_("Which agency does it from now on?"),
        help_text=_("Agencies that were invited for this person, and police, probation and prison. Both are told."),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose an agency")},
    )
    reason = forms.CharField(
        label=_("Why another agency?"), widget=BOX, error_messages={"required": _("Enter why another agency does it")}
    )

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, action=action, **kwargs)
        agencies = takers(action)
        words = _now("gains access to this person’s record until %s") % long_date(taken_until(action))
        field = self.fields["agency"]
        field.gains = {a.pk: words for a in agencies if gains(a, action.offender)}  # type: ignore[attr-defined]
        rows = Agency.objects.filter(pk__in=[a.pk for a in agencies]).order_by("name")
        field.queryset = rows  # type: ignore[attr-defined]


class WithdrawActionForm(OfAction):
    """Why an action is taken back."""

    reason = forms.CharField(
        label=_("Why is it withdrawn?"),
        help_text=_("For example: it is no longer needed, or it was written down wrongly. Its owner reads this."),
        widget=BOX,
        error_messages={"required": _("Enter why the action is withdrawn")},
    )


class EvidenceForm(Form):
    """A document of the case that shows what was done."""

    document = forms.ModelChoiceField(
        Document.objects.none(),
        label=_("Which document?"),
        help_text=_("Documents of this person that you can read. Who else reads it, the document itself says."),
        error_messages={"required": _("Choose a document")},
    )

    def __init__(self, *args: Any, action: Action, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["document"]
        field.queryset = documents_for(action, user)  # type: ignore[attr-defined]
        field.label_from_instance = lambda row: f"{row.title}, {long_date(row.dated_on)}"  # type: ignore[attr-defined]
