"""What is asked about a conviction, caution or finding, and whether it counts for registration."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mappa.forms import DateField, Form
from offenders.forms.disposals import IMPOSED, ImposedForm
from offenders.forms.offences import FindingOffences, OffenceField
from offenders.models import Conviction, Offence

FOUND = (
    "offence",
    "inchoate",
    "count",
    "outcome",
    "dealt_with_on",
    "schedule_3_met",
    "committed_from",
    "committed_until",
    "court",
    "jurisdiction",
    "is_index",
)


class ForRegistration(Form):
    """Whether a conviction counts for registration is asked once an offence is chosen of which that depends on something.

    The form beside it has the fields offence, outcome and dealt_with_on.
    """

    schedule_3_met = forms.TypedChoiceField(
        label=_("Does the conviction count for registration?"),
        choices=[(True, _("Yes")), (False, _("No"))],
        coerce=lambda typed: typed == "True",
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether the conviction counts for registration")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if depends := self._depends_on():
            words = _("Schedule 3 of the Sexual Offences Act 2003 counts this offence only with a condition: %s.")
            self.fields["schedule_3_met"].help_text = words % "; ".join(str(each) for each in depends)
        else:
            del self.fields["schedule_3_met"]

    def _depends_on(self) -> list[Any]:
        offence = self._chosen("offence", self.initial.get("offence"))
        if not isinstance(offence, Offence):
            return []
        outcome = self._chosen("outcome", self.initial.get("outcome"))
        return offence.registers_if(self._chosen("dealt_with_on", self.initial.get("dealt_with_on")), outcome or "")

    def _chosen(self, name: str, before: Any) -> Any:
        """What is typed in a box, if it is right; unasked yet, what it begins with."""
        if not self.is_bound:
            return before
        field, prefixed = self.fields[name], self.add_prefix(name)
        if name == "offence":
            field = forms.ModelChoiceField(queryset=Offence.objects.all(), required=False)
        try:
            return field.clean(self.fields[name].widget.value_from_datadict(self.data, self.files, prefixed))
        except ValidationError:
            return None

    def _clean_form(self) -> None:
        super()._clean_form()  # type: ignore[misc]
        if "schedule_3_met" not in self.fields:
            self.cleaned_data["schedule_3_met"] = None


class FoundForm(ForRegistration, FindingOffences):
    """A conviction, caution or finding."""

    offence = OffenceField(
        label=_("Offence"),
        queryset=Offence.objects.none(),
        empty_label=_("Choose an offence"),
        error_messages={"required": _("Choose the offence"), "invalid_choice": _("Choose an offence from the list")},
    )
    inchoate = forms.ChoiceField(
        label=_("The offence itself, or an attempt"),
        choices=[("", _("The offence itself")), *Conviction.Inchoate.choices],
        required=False,
        help_text=_("An attempt and the like count in the same schedules."),
    )
    count = forms.CharField(
        label=_("Count"),
        help_text=_("Only where one indictment has several counts of this offence: the number, for example 2."),
        required=False,
        max_length=20,
    )
    outcome = forms.ChoiceField(
        label=_("What the court or the police found"),
        choices=Conviction.Outcome.choices,
        initial=Conviction.Outcome.CONVICTED,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what was found")},
    )
    dealt_with_on = DateField(
        label=_("Date of the conviction, finding or caution"),
        what=_("date of the conviction"),
        help_text=_("Not the date of the sentence or release: notification periods are counted from this day."),
    )
    committed_from = DateField(
        label=_("Date of the offence, or its first day"),
        what=_("date of the offence"),
        required=False,
        help_text=_("Leave empty if it is not known."),
    )
    committed_until = DateField(
        label=_("Last day of the offence"),
        what=_("last day of the offence"),
        required=False,
        help_text=_("Only for an offence between two dates."),
    )
    court = forms.CharField(label=_("Court"), required=False, max_length=80)
    jurisdiction = forms.ChoiceField(
        label=_("Where it was dealt with"),
        help_text=_("Elsewhere does not make a person eligible by itself: it takes an order or a decision."),
        choices=Conviction.Jurisdiction.choices,
        initial=Conviction.Jurisdiction.HERE,
        widget=forms.RadioSelect,
    )
    is_index = forms.BooleanField(label=_("This is the index offence"), required=False)

    field_order: Sequence[str] = ("find", *FOUND)


class ConvictionForm(FoundForm, ImposedForm):
    """A conviction, caution or finding, with what was first imposed for it."""

    field_order = ("find", *FOUND, *IMPOSED)
    widths = {**ImposedForm.widths, "court": 30, "find": 20, "count": 5}


class CorrectConvictionForm(FoundForm):
    """The right answers in the place of the wrong ones."""

    widths = {"court": 30, "find": 20, "count": 5}
    correction_reason = forms.CharField(
        label=_("What was wrong?"),
        help_text=_("The row as it was stays on the page, with this reason."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": _("Enter what was wrong")},
    )

    field_order = ("find", *FOUND, "correction_reason")


class QuashForm(Form):
    """A conviction set aside on appeal."""

    widths = {"set_aside_court": 30}

    set_aside_on = DateField(label=_("When was the appeal decided?"), what=_("date of the decision"))
    set_aside_court = forms.CharField(
        label=_("Which court decided it?"),
        max_length=80,
        error_messages={"required": _("Enter the court that decided the appeal")},
    )
    set_aside_reason = forms.CharField(
        label=_("What did it decide?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": _("Enter what the court decided")},
    )
