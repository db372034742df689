"""What is asked about meetings of a board, their agenda, papers, attendance and decisions."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from mappa.forms import DateField, Form
from offenders.forms.documents import FileForm, file_field
from panels.forms.meetings import clock_field
from reviews.forms.board_members import SittingMember
from reviews.models import BoardAttendance, BoardItem, BoardMember, LayAdviser

State = BoardAttendance.State


class BoardMeetingForm(Form):
    """When and where the board meets."""

    widths: ClassVar = {"at": 5, "place": 30}

    on = DateField(label=_("Day"), what=_("day of the meeting"))
    at = clock_field()
    place = forms.CharField(label=_("Place"), max_length=120, error_messages={"required": _("Enter the place")})


def closed_field() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("For members alone"),
        help_text=_(
            "Tick it where a case, a person or a small number is named. Lay advisers and information officers then see "
            "that something is there, and not what."
        ),
        required=False,
    )


class ItemField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A line of the agenda."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(BoardItem.objects.none(), required=False, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        title: str = obj.title
        return title


class ItemForm(Form):
    """A line of the agenda."""

    title = forms.CharField(
        label=_("What is it about?"),
        help_text=_("Name no person. For example, “Performance, July to September”."),
        max_length=160,
        error_messages={"required": _("Enter what it is about")},
    )
    purpose = forms.ChoiceField(
        label=_("What is the board to do?"),
        choices=BoardItem.Purpose.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the board is to do")},
    )
    led_by = SittingMember(label=_("Who leads it?"), required=False, empty_label=_("Nobody is named"))
    before = ItemField(label=_("Where on the agenda?"), empty_label=_("At the end"))
    is_closed = closed_field()

    def __init__(self, *args: Any, members: Any, items: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["led_by"].queryset = members  # type: ignore[attr-defined]
        self.fields["before"].queryset = items  # type: ignore[attr-defined]
        self.fields["before"].label_from_instance = lambda item: _("Before “%s”") % item.title  # type: ignore[attr-defined]


class PaperForm(FileForm):
    """A paper for a meeting."""

    file = file_field(
        _("File"),
        hint=_("PDF, Word, Excel, picture, e-mail or text. No macros, scripts or passwords."),
        accept=".pdf,.docx,.xlsx,.png,.jpg,.jpeg,.eml,.txt",
    )
    title = forms.CharField(
        label=_("Title"),
        help_text=_("Name no person."),
        max_length=120,
        error_messages={"required": _("Enter the title")},
    )
    item = ItemField(label=_("For which line of the agenda?"), empty_label=_("For the meeting as a whole"))
    is_closed = closed_field()

    def __init__(self, *args: Any, items: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = items  # type: ignore[attr-defined]


class DecisionForm(Form):
    """What the board decided."""

    item = ItemField(label=_("On which line of the agenda?"), empty_label=_("On none of them"))
    text = forms.CharField(
        label=_("What did the board decide?"),
        help_text=_("Name no person at risk and no case, unless it is for members alone."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        error_messages={"required": _("Enter what the board decided")},
    )
    reasons = forms.CharField(
        label=_("Why?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        error_messages={"required": _("Enter why the board decided this")},
    )
    is_closed = closed_field()

    def __init__(self, *args: Any, items: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = items  # type: ignore[attr-defined]


class AttendanceForm(Form):
    """Who came: one question for each who sat on the board that day."""

    def __init__(
        self, *args: Any, members: Sequence[BoardMember], advisers: Sequence[LayAdviser], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for member in members:
            label = f"{member.agency.name}: {member.person.name}"
            self.fields[member.reference] = _state(label, State.choices, member.person.name)
        without = [choice for choice in State.choices if choice[0] != State.DEPUTY]
        for adviser in advisers:
            label = _("Lay adviser: %s") % adviser.person.name
            self.fields[adviser.reference] = _state(label, without, adviser.person.name)
        self.redress()

    def clean(self) -> dict[str, Any]:
        """One answer, as the verb takes it."""
        return {"states": super().clean() or {}}


def _state(label: Any, choices: Any, name: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether %s came") % name},
    )
