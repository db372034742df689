"""What is asked about who sits on a board."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from mappa.forms import DateField, Form
from panels.actions.observing import advisers_of
from panels.forms.meetings import ChairField
from reviews.actions.board_members import eligible, seatable
from reviews.models import Board, BoardMember, HoursEntry, LayAdviser
from reviews.models.lay_adviser import LEAST, MOST


class BoardForm(Form):
    """The name of a board."""

    name = forms.CharField(
        label=_("Name of the board"),
        help_text=_("For example, “Bedfordshire Strategic Management Board”."),
        max_length=120,
        error_messages={"required": _("Enter the name of the board")},
    )


class MemberDetailsForm(Form):
    """What can change about a member."""

    widths: ClassVar = {"post": 30}

    post = forms.CharField(
        label=_("Post of the member"),
        help_text=_("For example, “Head of Public Protection”."),
        max_length=120,
        error_messages={"required": _("Enter the member's post")},
    )
    deputy = ChairField(
        label=_("Deputy"),
        required=False,
        empty_label=_("Nobody is named"),
        help_text=_("Comes when the member cannot."),
    )
    until = DateField(label=_("Last day of the term"), what=_("last day of the term"), required=False)

    def __init__(self, *args: Any, board: Board, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].show(list(eligible(board.area_id)))  # type: ignore[attr-defined]


class MemberForm(MemberDetailsForm):
    """A new member of the board."""

    agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("Agency"),
        empty_label=_("Choose an agency"),
        error_messages={"required": _("Choose the agency")},
    )
    person = ChairField(
        label=_("Member"),
        empty_label=_("Choose a person"),
        help_text=_("Somebody at manager rank or above, or with the role of board member."),
        error_messages={"required": _("Choose who sits on the board")},
    )
    from_on = DateField(label=_("First day of the term"), what=_("first day of the term"))

    def __init__(self, *args: Any, board: Board, **kwargs: Any) -> None:
        super().__init__(*args, board=board, **kwargs)
        keys = [agency.pk for agency in seatable(board)]
        rows = Agency.objects.filter(pk__in=keys).order_by("kind__position", "name")
        self.fields["agency"].queryset = rows  # type: ignore[attr-defined]
        self.fields["person"].show(list(eligible(board.area_id)))  # type: ignore[attr-defined]
        self.order_fields(["agency", "person", "post", "deputy", "from_on", "until"])


def reason_field(required: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Why?"),
        help_text=_("Everybody on the board reads this."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=300,
        error_messages={"required": required},
    )


class ReasonForm(Form):
    """Why something is called off or withdrawn."""

    reason = reason_field(_("Enter why"))


class EndForm(Form):
    """When and why somebody leaves the board."""

    ended_on = DateField(label=_("Last day on the board"), what=_("last day"))
    reason = reason_field(_("Enter why it ends"))


class RenewForm(Form):
    """A letter that renews an appointment."""

    widths: ClassVar = {"letter": 20}

    letter = forms.CharField(
        label=_("Reference of the letter"),
        help_text=_("As it stands on the letter of appointment."),
        max_length=60,
        error_messages={"required": _("Enter the reference of the letter")},
    )
    until = DateField(label=_("Appointed until"), what=_("last day of the appointment"))
    is_clear = forms.BooleanField(
        label=_("It was checked that there is no conviction or caution for a relevant sexual or violent offence"),
        error_messages={"required": _("Check this first, then tick the box")},
    )


class AdviserForm(RenewForm):
    """A lay adviser whom the Secretary of State appointed."""

    person = ChairField(
        label=_("Lay adviser"),
        empty_label=_("Choose a person"),
        help_text=_("Somebody with the role of lay adviser in this area. An administrator gives the role."),
        error_messages={"required": _("Choose the lay adviser")},
    )
    from_on = DateField(label=_("Appointed from"), what=_("first day of the appointment"))

    def __init__(self, *args: Any, board: Board, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = advisers_of(board.area_id).select_related("user", "rank", "agency")
        self.fields["person"].show(list(rows))  # type: ignore[attr-defined]
        self.order_fields(["person", "letter", "from_on", "until", "is_clear"])


class HoursForm(Form):
    """Hours given on a day."""

    widths: ClassVar = {"hours": 5}

    on = DateField(label=_("Day"), what=_("day"))
    hours = forms.DecimalField(
        label=_("Hours"),
        help_text=_("For example, 2 or 1.5."),
        min_value=LEAST,
        max_value=MOST,
        max_digits=4,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={
            "required": _("Enter how many hours"),
            "invalid": _("Enter a number of hours, for example 1.5"),
            "min_value": _("Enter at least a quarter of an hour, 0.25"),
            "max_value": _("Enter at most 16 hours for a day"),
            "max_decimal_places": _("Enter hours and quarters, for example 1.25"),
            "max_digits": _("Enter hours and quarters, for example 1.25"),
            "max_whole_digits": _("Enter at most 16 hours for a day"),
        },
    )
    kind = forms.ChoiceField(
        label=_("What for?"),
        choices=HoursEntry.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the hours were for")},
    )


class SittingMember(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A member of one board, with the agency beside the name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(BoardMember.objects.none(), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.person.name} ({obj.agency.name})"


class _Members(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic at run time
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.person.name} ({obj.agency.name})" if isinstance(obj, BoardMember) else obj.person.name


class GroupForm(Form):
    """A group of the board: what it is for, and who is in it."""

    name = forms.CharField(
        label=_("Name of the group"),
        help_text=_("For example, “Performance and quality”."),
        max_length=80,
        error_messages={"required": _("Enter the name of the group")},
    )
    purpose = forms.CharField(
        label=_("What is it for?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=300,
        error_messages={"required": _("Enter what the group is for")},
    )
    lead = SittingMember(label=_("Who leads it?"), required=False, empty_label=_("Nobody is named"))
    members = _Members(
        BoardMember.objects.none(), label=_("Members"), required=False, widget=forms.CheckboxSelectMultiple
    )
    advisers = _Members(
        LayAdviser.objects.none(), label=_("Lay advisers"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, members: Any, advisers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = members  # type: ignore[attr-defined]
        self.fields["members"].queryset = members  # type: ignore[attr-defined]
        self.fields["advisers"].queryset = advisers  # type: ignore[attr-defined]
        for name in ("members", "advisers"):
            if not self.fields[name].queryset.exists():  # type: ignore[attr-defined]
                self.fields[name].help_text = _("The board has none yet.")
