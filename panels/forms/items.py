"""What is asked on the agenda page: who, in which order, for how long, and which agencies come."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from mappa.forms import Form
from panels.models import Slot


def minutes_field(label: Any = None, initial: int = 30) -> forms.IntegerField:
    return forms.IntegerField(
        label=label or _("Minutes for each person"),
        min_value=5,
        max_value=240,
        initial=initial,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Enter how many minutes"),
            "invalid": _("Enter a number of minutes, for example 30"),
            "min_value": _("Enter between 5 and 240 minutes"),
            "max_value": _("Enter between 5 and 240 minutes"),
        },
    )


class PeopleForm(Form):
    """Suggested people to put on the agenda."""

    widths = {"minutes": 3}
    people = forms.MultipleChoiceField(
        label=_("People"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one person")},
    )
    minutes = minutes_field()

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = choices  # type: ignore[attr-defined]

    @property
    def ticked(self) -> list[str]:
        """The boxes as they were sent, right or wrong."""
        sent = self["people"].value()
        return list(sent or [])


class PersonForm(Form):
    """Someone who is not suggested, by number."""

    widths = {"person": 20, "minutes": 3}
    person = forms.CharField(
        label=_("CRN, PNC number or reference"),
        max_length=40,
        error_messages={"required": _("Enter a CRN, PNC number or reference")},
    )
    minutes = minutes_field()


class MoveForm(Form):
    """Up or down, in the order that was seen."""

    way = forms.ChoiceField(choices=[("up", _("Up")), ("down", _("Down"))])
    seen = forms.CharField(required=False, max_length=16)


class PinForm(Form):
    """Whether a person keeps the place when the agenda is arranged."""

    pinned = forms.TypedChoiceField(choices=[("yes", _("Yes")), ("no", _("No"))], coerce=lambda answer: answer == "yes")


class OrderForm(Form):
    """An order as it was shown: references with commas between them, and the mark of the order it was made from."""

    order = forms.CharField(widget=forms.HiddenInput)
    seen = forms.CharField(max_length=16, widget=forms.HiddenInput)

    def clean_order(self) -> list[str]:
        return [reference for reference in str(self.cleaned_data["order"]).split(",") if reference]


class SlotForm(Form):
    """A break or a standing item."""

    prefix = "slot"
    widths = {"minutes": 3}
    kind = forms.ChoiceField(label=_("What is added?"), choices=Slot.Kind, initial=Slot.Kind.BREAK)
    title = forms.CharField(label=_("Its name on the agenda, if another"), required=False, max_length=120)
    minutes = minutes_field(_("How many minutes?"), initial=15)


class TimeForm(Form):
    """How long an item takes."""

    widths = {"minutes": 3}
    minutes = minutes_field()


class AgenciesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """Agencies, under their kinds."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Agency.objects.none(), widget=forms.CheckboxSelectMultiple, **kwargs)

    def offer(self, agencies: list[Agency]) -> None:
        """Let these be chosen."""
        self.queryset = Agency.objects.filter(pk__in=[a.pk for a in agencies]).select_related("kind")


class InviteForm(Form):
    """Which agencies come for one person."""

    agencies = AgenciesField(label=_("Agencies"), required=False)

    def __init__(self, *args: Any, agencies: list[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agencies"].offer(agencies)  # type: ignore[attr-defined]
