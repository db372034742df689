"""What is asked about standing panels, their members and the series of their meetings."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Area
from mappa.forms import DateField, Form
from mappa.templatetags.mappa import long_date
from panels.actions.meetings import chairs_of
from panels.actions.panels import Sitting, colleagues_of, seatable
from panels.forms.meetings import (
    ChairField,
    PeopleField,
    clock_field,
    joining_link_field,
    length_field,
    mode_field,
    place_field,
    reason_field,
)
from panels.models import Panel, Seat
from panels.recurring import LAST, Rule


class ChangePanelForm(Form):
    """What is usual for a panel."""

    widths: ClassVar = {"name": 30, "length": 3, "place": 30, "link": 30}

    name = forms.CharField(
        label=_("Name of the panel"), max_length=80, error_messages={"required": _("Enter a name for the panel")}
    )
    mode = mode_field()
    place = place_field()
    link = joining_link_field()
    length = length_field()
    chair = ChairField(
        label=_("Chair"),
        help_text=_("A level 3 meeting is chaired at senior rank."),
        error_messages={"required": _("Choose who chairs the panel")},
    )
    deputies = PeopleField(label=_("Who chairs when the chair cannot?"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, areas: list[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chair"].offer(areas)  # type: ignore[attr-defined]
        self.fields["deputies"].offer(chairs_of(areas))  # type: ignore[attr-defined]


class PanelForm(ChangePanelForm):
    """A new panel of one of the person's own areas."""

    inline = ("level",)

    area = forms.ModelChoiceField(Area.objects.none(), label=_("Area"))
    level = forms.TypedChoiceField(
        label=_("Which meetings?"),
        coerce=int,
        choices=[(2, _("Level 2")), (3, _("Level 3"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose level 2 or level 3")},
    )

    def __init__(self, *args: Any, areas: list[Area], **kwargs: Any) -> None:
        super().__init__(*args, areas=areas, **kwargs)
        self.fields["area"].queryset = Area.objects.filter(pk__in=[a.pk for a in areas])  # type: ignore[attr-defined]
        self.only_area = areas[0] if len(areas) == 1 else None
        if self.only_area:
            del self.fields["area"]
        del self.fields["version"]
        self.order_fields(["area", "level"])

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if self.only_area:
            found["area"] = self.only_area
        return found


class ClosePanelForm(Form):
    """Why a panel meets no more."""

    reason = reason_field(_("Why is the panel closed?"), _("Enter why the panel is closed"))


class MemberForm(Form):
    """An agency that becomes a core member."""

    agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("Which agency?"),
        empty_label=_("Choose an agency"),
        error_messages={"required": _("Choose an agency")},
    )

    def __init__(self, *args: Any, panel: Panel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [agency.pk for agency in seatable(panel)]
        self.fields["agency"].queryset = Agency.objects.filter(pk__in=keys)  # type: ignore[attr-defined]


class NameMembersForm(Form):
    """Who comes for an agency, and who comes instead."""

    representative = ChairField(
        label=_("Who usually comes?"),
        required=False,
        empty_label=_("Nobody is named"),
        help_text=_("The person is not asked to two meetings at once."),
    )
    deputies = PeopleField(label=_("Who comes instead?"))

    def __init__(self, *args: Any, seat: Seat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = list(colleagues_of(seat.agency).select_related("user", "rank", "agency"))
        self.fields["representative"].show(rows)  # type: ignore[attr-defined]
        self.fields["deputies"].offer(rows)  # type: ignore[attr-defined]


OFTEN: dict[str, tuple[Any, dict[str, int]]] = {
    "every-1": (_("Every week"), {"weeks": 1}),
    "every-2": (_("Every 2 weeks"), {"weeks": 2}),
    "every-3": (_("Every 3 weeks"), {"weeks": 3}),
    "every-4": (_("Every 4 weeks"), {"weeks": 4}),
    "every-6": (_("Every 6 weeks"), {"weeks": 6}),
    "every-8": (_("Every 8 weeks"), {"weeks": 8}),
    "every-12": (_("Every 12 weeks"), {"weeks": 12}),
    "first": (_("The first of each month"), {"nth": 1}),
    "second": (_("The second of each month"), {"nth": 2}),
    "third": (_("The third of each month"), {"nth": 3}),
    "fourth": (_("The fourth of each month"), {"nth": 4}),
    "last": (_("The last of each month"), {"nth": LAST}),
}
WEEKDAYS = [(0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")), (4, _("Friday"))]
MOST = 26


class SeriesForm(Form):
    """By which rule the meetings of a panel come again."""

    widths: ClassVar = {"at": 5, "count": 2}

    often = forms.ChoiceField(label=_("How often?"), choices=[(key, words) for key, (words, _rule) in OFTEN.items()])
    weekday = forms.TypedChoiceField(label=_("On which day of the week?"), coerce=int, choices=WEEKDAYS)
    start = DateField(label=_("Not before"), what=_("first date"))
    at = clock_field()
    count = forms.IntegerField(
        label=_("How many meetings?"),
        min_value=1,
        max_value=MOST,
        initial=6,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Enter how many meetings"),
            "invalid": _("Enter a number, for example 6"),
            "min_value": _("Enter a number from 1 to 26"),
            "max_value": _("Enter a number from 1 to 26"),
        },
    )

    def clean(self) -> dict[str, Any]:
        """What `preview` asks for: how often and the weekday are one rule."""
        found = super().clean() or {}
        often, weekday = found.pop("often", None), found.pop("weekday", None)
        if often is not None and weekday is not None:
            found["rule"] = Rule(weekday, **OFTEN[often][1])
        return found


class DaysForm(Form):
    """The dates of a series that are arranged."""

    days = forms.TypedMultipleChoiceField(
        label=_("Dates"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one date")},
    )

    def __init__(self, *args: Any, sittings: list[Sitting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = {one.on.isoformat(): one.on for one in sittings if one.on is not None}
        field = self.fields["days"]
        field.choices = [(key, long_date(day)) for key, day in days.items()]  # type: ignore[attr-defined]
        field.coerce = days.__getitem__  # type: ignore[attr-defined]
