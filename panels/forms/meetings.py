"""What is asked to arrange a meeting and to approve its minutes."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.models import Area, User
from mappa.forms import ClockField, DateField, Form
from panels.actions.meetings import chairs_of


class ChairField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A chair, with rank and agency beside the name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(User.objects.none(), **kwargs)
        self.words: dict[int, str] = {}

    def offer(self, areas: list[Area]) -> None:
        """Let the chairs of these areas be chosen."""
        rows = list(chairs_of(areas))
        for row in rows:
            rank = f"{row.rank.name}, " if row.rank else ""
            self.words.setdefault(row.user_id, f"{row.user.name} ({rank}{row.agency.name})")
        self.queryset = User.objects.filter(pk__in=[row.user_id for row in rows])

    def label_from_instance(self, obj: Any) -> str:
        return self.words[obj.pk]


class ArrangeForm(Form):
    """A level 2 or level 3 meeting of one of the person's own areas."""

    inline = ("level",)
    widths = {"at": 5}

    area = forms.ModelChoiceField(Area.objects.none(), label=_("Area"))
    level = forms.TypedChoiceField(
        label=_("Which meeting?"),
        coerce=int,
        choices=[(2, _("Level 2")), (3, _("Level 3"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose level 2 or level 3")},
    )
    on = DateField(label=_("Date"), what=_("date of the meeting"), help_text=_("A working day, for example 3 12 2026."))
    at = ClockField(
        label=_("Start"),
        help_text=_("For example 9:30am or 14:00."),
        error_messages={
            "required": _("Enter when the meeting starts"),
            "invalid": _("Enter a time, for example 9:30am"),
        },
    )
    place = forms.CharField(
        label=_("Place"), max_length=120, error_messages={"required": _("Enter where the meeting takes place")}
    )
    chair = ChairField(
        label=_("Chair"),
        help_text=_("A level 3 meeting is chaired at senior rank."),
        error_messages={"required": _("Choose who chairs the meeting")},
    )

    def __init__(self, *args: Any, areas: list[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area, chair = self.fields["area"], self.fields["chair"]
        area.queryset = Area.objects.filter(pk__in=[a.pk for a in areas])  # type: ignore[attr-defined]
        chair.offer(areas)  # type: ignore[attr-defined]
        self.only_area = areas[0] if len(areas) == 1 else None
        if self.only_area:
            del self.fields["area"]

    def clean(self) -> dict[str, Any]:
        """What `arrange` asks for: date and time are one moment, in London."""
        found = super().clean() or {}
        on, at = found.pop("on", None), found.pop("at", None)
        if self.only_area:
            found["area"] = self.only_area
        if on and at:
            found["starts_at"] = timezone.make_aware(datetime.datetime.combine(on, at))
        return found


class ApprovalForm(Form):
    """The chair's signature: two ticks."""

    accurate = forms.BooleanField(
        label=_("These minutes are an accurate record of the meeting"),
        error_messages={"required": _("Tick that the minutes are accurate")},
    )
    may_be_sent = forms.BooleanField(
        label=_("They may be sent to the agencies that were invited"),
        error_messages={"required": _("Tick that the minutes may be sent")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
