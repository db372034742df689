"""What is asked to arrange, move, hand over and cancel a meeting, and to approve its minutes."""

import datetime
from collections.abc import Container, Iterable
from typing import Any, ClassVar

from django import forms
from django.db.models import Case, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.models import Area, Membership, User
from mappa.forms import ClockField, DateField, Form
from panels.actions.meetings import chairs_of
from panels.models import Meeting, Mode, Panel
from panels.models.panel import LONGEST, SHORTEST, USUAL_MINUTES, PanelQuerySet


def in_words(rows: Iterable[Membership]) -> dict[int, str]:
    """People by key, each with rank and agency beside the name; the first of several memberships counts."""
    found: dict[int, str] = {}
    for row in rows:
        rank = f"{row.rank.name}, " if row.rank else ""
        found.setdefault(row.user_id, f"{row.user.name} ({rank}{row.agency.name})")
    return found


class ChairField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A person, with rank and agency beside the name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(User.objects.none(), **kwargs)
        self.words: dict[int, str] = {}

    def offer(self, areas: list[Area], *, but: int = 0, first: Container[int] = ()) -> None:
        """Let the chairs of these areas be chosen, `but` one, with some of them first."""
        rows = [row for row in chairs_of(areas) if row.user_id != but]
        self.show(sorted(rows, key=lambda row: row.user_id not in first))

    def show(self, rows: Iterable[Membership]) -> None:
        """Let these people be chosen, in this order."""
        self.words = in_words(rows)
        place = [When(pk=key, then=number) for number, key in enumerate(self.words)]
        people = User.objects.filter(pk__in=list(self.words))
        self.queryset = people.order_by(Case(*place)) if place else people

    def label_from_instance(self, obj: Any) -> str:
        return self.words[obj.pk]


class PeopleField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """People, each with rank and agency, to tick."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(User.objects.none(), widget=forms.CheckboxSelectMultiple, required=False, **kwargs)
        self.words: dict[int, str] = {}

    def offer(self, rows: Iterable[Membership]) -> None:
        """Let these people be chosen."""
        self.words = in_words(rows)
        self.queryset = User.objects.filter(pk__in=list(self.words))

    def label_from_instance(self, obj: Any) -> str:
        return self.words[obj.pk]


def mode_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("How do people come?"),
        choices=Mode.choices,
        initial=Mode.IN_PERSON,
        widget=forms.RadioSelect,
    )


def place_field() -> forms.CharField:
    return forms.CharField(
        label=_("Place"),
        max_length=120,
        required=False,
        help_text=_("May stay empty for a meeting by video."),
    )


def joining_link_field() -> forms.CharField:
    return forms.CharField(
        label=_("Joining link"),
        max_length=300,
        required=False,
        help_text=_("For video, starting with https://. Shown to whoever may see the meeting, and never mailed."),
    )


def length_field() -> forms.IntegerField:
    words = _("Enter between 15 and 600 minutes")
    return forms.IntegerField(
        label=_("Length in minutes"),
        min_value=SHORTEST,
        max_value=LONGEST,
        initial=USUAL_MINUTES,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": words,
            "invalid": _("Enter a number of minutes, for example 180"),
            "min_value": words,
            "max_value": words,
        },
    )


def clock_field() -> ClockField:
    return ClockField(
        label=_("Start"),
        help_text=_("For example 9:30am or 14:00."),
        error_messages={
            "required": _("Enter when the meeting starts"),
            "invalid": _("Enter a time, for example 9:30am"),
        },
    )


def reason_field(label: Any, required: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=_("Everyone who sees the meeting reads this. Name nobody."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": required},
    )


class WhenAndWhere(Form):
    """A time and a place, as `arrange` and `move_meeting` ask for them."""

    widths: ClassVar = {"at": 5, "length": 3, "place": 30, "link": 30}

    on = DateField(label=_("Date"), what=_("date of the meeting"), help_text=_("A working day, for example 3 12 2026."))
    at = clock_field()
    length = length_field()
    mode = mode_field()
    place = place_field()
    link = joining_link_field()

    def clean(self) -> dict[str, Any]:
        """Date and time are one moment, in London."""
        found = super().clean() or {}
        on, at = found.pop("on", None), found.pop("at", None)
        if on and at:
            found["starts_at"] = timezone.make_aware(datetime.datetime.combine(on, at))
        return found


class ArrangeForm(WhenAndWhere):
    """A level 2 or level 3 meeting of one of the person's own areas."""

    inline = ("level",)

    area = forms.ModelChoiceField(Area.objects.none(), label=_("Area"))
    panel = forms.ModelChoiceField(
        Panel.objects.none(),
        label=_("Panel"),
        to_field_name="reference",
        required=False,
        empty_label=_("No standing panel"),
    )
    level = forms.TypedChoiceField(
        label=_("Which meeting?"),
        coerce=int,
        choices=[(2, _("Level 2")), (3, _("Level 3"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose level 2 or level 3")},
    )
    chair = ChairField(
        label=_("Chair"),
        help_text=_("A level 3 meeting is chaired at senior rank."),
        error_messages={"required": _("Choose who chairs the meeting")},
    )

    def __init__(self, *args: Any, areas: list[Area], panels: PanelQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area, chair = self.fields["area"], self.fields["chair"]
        area.queryset = Area.objects.filter(pk__in=[a.pk for a in areas])  # type: ignore[attr-defined]
        chair.offer(areas)  # type: ignore[attr-defined]
        self.fields["panel"].queryset = panels  # type: ignore[attr-defined]
        self.only_area = areas[0] if len(areas) == 1 else None
        if self.only_area:
            del self.fields["area"]
        self.order_fields(["area", "panel", "level", "emergency_reason"])

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if self.only_area:
            found["area"] = self.only_area
        return found


class EmergencyForm(ArrangeForm):
    """A meeting that cannot wait: any day from today on, and why."""

    emergency_reason = reason_field(_("Why can it not wait?"), _("Enter why it cannot wait for the next meeting"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].help_text = _("From today on, also on a day that is not worked.")


class MoveMeetingForm(WhenAndWhere):
    """Another time, place or way to come."""

    reason = reason_field(_("Why is it moved?"), _("Enter why the meeting is moved"))
    sequence = forms.IntegerField(widget=forms.HiddenInput)


class CancelMeetingForm(Form):
    """Why a meeting does not take place."""

    reason = reason_field(_("Why does it not take place?"), _("Enter why the meeting is cancelled"))


class HandOverForm(Form):
    """Who chairs instead."""

    chair = ChairField(label=_("Who chairs it?"), error_messages={"required": _("Choose who chairs the meeting")})
    reason = reason_field(_("Why does the chair change?"), _("Enter why the chair changes"))

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        deputies = set(meeting.panel.deputies.values_list("pk", flat=True)) if meeting.panel else set()
        self.fields["chair"].offer([meeting.area], but=meeting.chair_id, first=deputies)  # type: ignore[attr-defined]


class ObserverForm(Form):
    """Which lay adviser is asked to observe."""

    adviser = ChairField(label=_("Lay adviser"), error_messages={"required": _("Choose a lay adviser")})

    def __init__(self, *args: Any, advisers: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["adviser"].show(advisers)  # type: ignore[attr-defined]


class MeetingsFilter(Form):
    """Which meetings the list shows."""

    says_optional = False

    level = forms.TypedChoiceField(
        label=_("Level"),
        coerce=int,
        choices=[("", _("Both levels")), (2, _("Level 2")), (3, _("Level 3"))],
        required=False,
    )
    panel = forms.ModelChoiceField(
        Panel.objects.none(), label=_("Panel"), to_field_name="reference", required=False, empty_label=_("All panels")
    )

    def __init__(self, *args: Any, panels: PanelQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["panel"].queryset = panels  # type: ignore[attr-defined]


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
