"""What the pages of a case ask."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.access import GRANTS, Perm, memberships
from agencies.models import Agency, Area, Role, User
from mappa import dates
from mappa.forms import DateField, Form
from offenders.actions.register import REGISTERED_IN
from offenders.actions.transfer import KINDS_THAT_LEAD
from offenders.forms.convictions import ForRegistration
from offenders.forms.identity import PartDateField
from offenders.law.identifiers import BadIdentifierError, canonical
from offenders.models import Conviction, Disposal, FlagKind, Note, Offence, Offender, Precision, TimelineEntry
from offenders.timeline import NOTES, RECORD
from offenders.visibility import scope_of

ANY = [("", _("Any"))]
NOT_ASSESSED = UNDETERMINED = -1


class PeopleForm(Form):
    """The words of a search and the filters beside them."""

    says_optional = False
    widths = {"words": 30}

    words = forms.CharField(
        label=_("Name, date of birth or number"),
        help_text=_(
            "Names in any order and spelling, a date such as 27/3/1981 or a year, or a number: CRN, PNC, prison, "
            "telephone or vehicle registration."
        ),
        max_length=120,
        required=False,
    )
    area = forms.ModelChoiceField(
        label=_("Area"), queryset=Area.objects.none(), to_field_name="slug", empty_label=_("Any"), required=False
    )
    level = forms.TypedChoiceField(
        label=_("Level"), choices=[*ANY, *Offender.Level.choices], coerce=int, empty_value=None, required=False
    )
    category = forms.TypedChoiceField(
        label=_("Category"),
        choices=[*ANY, *Offender.Category.choices, (UNDETERMINED, _("To be determined"))],
        coerce=int,
        empty_value=None,
        required=False,
    )
    rosh = forms.TypedChoiceField(
        label=_("Risk of serious harm"),
        choices=[*ANY, *Offender.Rosh.choices, (NOT_ASSESSED, _("Not assessed"))],
        coerce=int,
        empty_value=None,
        required=False,
    )
    lead_agency = forms.ModelChoiceField(
        label=_("Lead agency"), queryset=Agency.objects.none(), empty_label=_("Any"), required=False
    )
    whereabouts = forms.ChoiceField(
        label=_("Where the person is"), choices=[*ANY, *Offender.Whereabouts.choices], required=False
    )
    mine = forms.BooleanField(label=_("Only people I am lead officer of"), required=False)
    overdue = forms.BooleanField(label=_("Review overdue"), required=False)
    ended = forms.BooleanField(label=_("Include people no longer managed"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead_agency"].queryset = leading_agencies(user)  # type: ignore[attr-defined]
        self.fields["area"].queryset = areas_seen(user)  # type: ignore[attr-defined]


def areas_seen(user: User) -> Any:
    """The areas where the user works, and those of cases elsewhere that he sees."""
    scope = scope_of(user)
    here = {membership.agency.area_id for membership in memberships(user)}
    if not (elsewhere := sorted(scope.granted | scope.named)):
        return Area.objects.filter(pk__in=here)
    cases = Offender.objects.visible_to(user).filter(pk__in=elsewhere)
    return Area.objects.filter(Q(pk__in=here) | Q(pk__in=cases.order_by().values("area")))


def leading_agencies(user: User) -> Any:
    """Agencies that may lead a case in the areas where the user works, closed ones too, and those of cases elsewhere that he sees."""
    scope = scope_of(user)
    areas = {membership.agency.area_id for membership in memberships(user)}
    here = Q(area__in=areas, kind__code__in=KINDS_THAT_LEAD)
    if elsewhere := sorted(scope.granted | scope.named):
        cases = Offender.objects.visible_to(user).filter(pk__in=elsewhere)
        here |= Q(pk__in=cases.order_by().values("lead_agency"))
    return Agency.objects.filter(here).order_by("name", "pk")


def places_of_registration(user: User) -> tuple[Any, Any]:
    """The areas and lead agencies for which the user's roles let him register (agencies/access.py says which)."""
    cells = GRANTS[Perm.EDIT_CASE]
    held = [m for m in memberships(user) if Role.Code(m.role_id) in cells]
    wide = {m.agency.area_id for m in held if m.agency.is_responsible_authority or m.role_id == Role.Code.COORDINATOR}
    own = {m.agency_id for m in held}
    areas = Area.objects.filter(pk__in={m.agency.area_id for m in held})
    leaders = Agency.objects.filter(kind__code__in=KINDS_THAT_LEAD, is_active=True)
    return areas, leaders.filter(area__in=wide) | leaders.filter(pk__in=own)


class LengthField(forms.IntegerField):
    """A number of years, months or days: nothing typed is none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=999, required=False, **kwargs)
        self.widget.input_type = "text"
        self.widget.attrs |= {"inputmode": "numeric"}

    def clean(self, value: Any) -> int:
        return super().clean(value) or 0


class PersonForm(Form):
    """Who somebody is that is not registered yet: the name, and the date of birth as exactly as it is known."""

    surname = forms.CharField(
        label=_("Last name"), max_length=80, error_messages={"required": _("Enter the last name")}
    )
    forenames = forms.CharField(
        label=_("First names"), max_length=120, error_messages={"required": _("Enter the first names")}
    )
    born_on = PartDateField(
        label=_("Date of birth"),
        what=_("date of birth"),
        help_text=_("For example, 27 3 1981. Leave the day empty, or the day and the month, if they are not known."),
    )
    about = forms.BooleanField(
        label=_("The year is a guess"), help_text=_("Leave day and month empty."), required=False
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        born, about = answers.pop("born_on", None), answers.pop("about", False)
        if born is None:
            return answers
        first, _last, precision = born
        if about and precision != Precision.YEAR:
            self.add_error("born_on", _("Leave the day and the month empty where the year is a guess"))
            return answers
        return answers | {"born_on": first, "born_is": str(Precision.ABOUT if about else precision)}


class RegistrationForm(ForRegistration, PersonForm):
    """Register a person: who it is, what the court decided, and who leads."""

    widths = {
        "surname": 30,
        "forenames": 30,
        "crn": 10,
        "pnc": 20,
        "court": 30,
        "place": 30,
        "term_years": 3,
        "term_months": 3,
        "term_days": 3,
    }

    crn = forms.CharField(
        label=_("CRN"), required=False, max_length=40, help_text=_("1 letter and 6 numbers, for example X123456.")
    )
    pnc = forms.CharField(
        label=_("PNC number"),
        required=False,
        max_length=40,
        help_text=_("For example 2004/0712343W, in any spelling. Enter a CRN, a PNC number or both."),
    )
    offence = forms.ModelChoiceField(
        label=_("Offence"),
        queryset=Offence.objects.none(),
        empty_label=_("Choose an offence"),
        error_messages={"required": _("Choose the offence")},
    )
    inchoate = forms.ChoiceField(
        label=_("The offence itself, or an attempt"),
        choices=[("", _("The offence itself")), *Conviction.Inchoate.choices],
        required=False,
        help_text=_("An attempt and the like count in the same schedules."),
    )
    outcome = forms.ChoiceField(
        label=_("What the court or the police found"),
        choices=Conviction.Outcome.choices,
        initial=Conviction.Outcome.CONVICTED,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what was found")},
    )
    jurisdiction = forms.ChoiceField(
        label=_("Where it was dealt with"),
        help_text=_("Elsewhere does not make a person eligible by itself: it takes an order or a decision."),
        choices=Conviction.Jurisdiction.choices,
        initial=Conviction.Jurisdiction.HERE,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose where it was dealt with")},
    )
    dealt_with_on = DateField(
        label=_("Date of the conviction, finding or caution"),
        what=_("date of the conviction"),
        help_text=_("Not the date of release: periods are counted from this day."),
    )
    court = forms.CharField(label=_("Court"), required=False, max_length=80)
    disposal = forms.ChoiceField(
        label=_("Sentence"),
        choices=[("", _("Choose a sentence")), *Disposal.Kind.choices],
        error_messages={"required": _("Choose the sentence"), "invalid_choice": _("Choose a sentence from the list")},
    )
    term_years = LengthField(
        label=_("Length: years"), help_text=_("Only for imprisonment, detention or a conditional discharge.")
    )
    term_months = LengthField(label=_("Length: months"))
    term_days = LengthField(label=_("Length: days"))
    licence_ends_on = DateField(
        label=_("Date when the licence or order ends"),
        what=_("date when the licence or order ends"),
        required=False,
        help_text=_("Leave empty while it has no end."),
    )
    whereabouts = forms.ChoiceField(
        label=_("Where is the person now?"),
        choices=[(kind.value, kind.label) for kind in REGISTERED_IN],
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Leave empty if you do not know. Periods for notification wait for a release."),
    )
    place = forms.CharField(label=_("Prison, hospital or removal centre"), required=False, max_length=120)
    since = DateField(
        label=_("Since when?"),
        what=_("date"),
        required=False,
        help_text=_("In the community: the day of release. Leave it empty for somebody who was not held."),
    )
    area = forms.ModelChoiceField(
        label=_("Area that manages the case"),
        queryset=Area.objects.none(),
        empty_label=_("Choose an area"),
        error_messages={"required": _("Choose the area")},
    )
    lead_agency = forms.ModelChoiceField(
        label=_("Lead agency"),
        queryset=Agency.objects.none(),
        empty_label=_("Choose the lead agency"),
        error_messages={"required": _("Choose the lead agency")},
    )
    next_review_on = DateField(
        label=_("Date of the first level 1 review"),
        what=_("date of the review"),
        required=False,
        help_text=_("Leave empty for the latest date that the standard allows."),
    )
    another_reason = forms.CharField(
        label=_("Why is this another person?"),
        help_text=_("Asked only where somebody is registered already who may be the same person."),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    # Asked only once the law has given no category.
    to_be_determined = forms.CharField(
        label=_("Why should the person be managed under MAPPA?"),
        help_text=_(
            "Leave empty to correct the conviction instead. Otherwise the person is registered with the category to be "
            "determined, and MAPPA co-ordination decides category 3 or 4, or that the person is not eligible. "
            "Everyone who sees the case reads this."
        ),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    # The groups in which the page asks, in this order.
    GROUPS: ClassVar = (
        (_("Who the person is"), ("surname", "forenames", "born_on", "about", "crn", "pnc")),
        (
            _("What was decided"),
            (
                "offence",
                "inchoate",
                "outcome",
                "jurisdiction",
                "dealt_with_on",
                "schedule_3_met",
                "court",
                "disposal",
                "term_years",
                "term_months",
                "term_days",
                "licence_ends_on",
            ),
        ),
        (_("Where the person is"), ("whereabouts", "place", "since")),
        (_("Who manages the case"), ("area", "lead_agency", "next_review_on")),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas, leaders = places_of_registration(user)
        for name, rows in (("area", areas), ("lead_agency", leaders), ("offence", Offence.objects.in_use())):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        own = leaders.filter(pk__in=_own_agencies(user))
        self.initial = {"area": areas.first(), "lead_agency": own.first(), **self.initial}

    def clean_crn(self) -> str:
        return self._number("crn")

    def clean_pnc(self) -> str:
        return self._number("pnc")

    def _number(self, kind: str) -> str:
        """The number as typed; told here too that it is wrong, so that every mistake shows at once."""
        typed: str = self.cleaned_data[kind]
        try:
            if typed:
                canonical(kind, typed, dates.today().year)
        except BadIdentifierError as error:
            raise ValidationError(str(error)) from None
        return typed

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        asked = [(title, [self[name] for name in names if name in self.fields]) for title, names in self.GROUPS]
        if self.has_error("disposal", "no_category") or "to_be_determined" in self.data:
            asked.append((_("If no category follows by law"), [self["to_be_determined"]]))
        return asked

    def asks_why_another(self) -> bool:
        """Only once somebody like this was found, and from then on until the person is registered."""
        return bool(self.errors.get("another_reason") or self.data.get("another_reason"))


def _own_agencies(user: User) -> list[int]:
    return [membership.agency_id for membership in memberships(user)]


class WhoForm(PersonForm):
    """Who is to be registered: asked first, so that nobody types a whole record of somebody who has one."""

    widths = {"surname": 30, "forenames": 30, "crn": 10, "pnc": 20}

    crn = forms.CharField(label=_("CRN"), required=False, max_length=40)
    pnc = forms.CharField(label=_("PNC number"), required=False, max_length=40)


class ReviewForm(Form):
    """A level 1 review that the lead agency held."""

    outcome = forms.CharField(
        label=_("What did the review find?"),
        help_text=_("Say whether level 1 is still right, and why."),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Enter what the review found")},
    )
    next_review_on = DateField(
        label=_("When is the next review?"),
        what=_("date of the next review"),
        required=False,
        help_text=_("Leave empty for the latest date that the standard allows."),
    )


class FlagForm(Form):
    """A new flag."""

    kind = forms.ModelChoiceField(
        label=_("Which flag?"),
        queryset=FlagKind.objects.filter(is_active=True),
        empty_label=_("Choose a flag"),
        error_messages={"required": _("Choose the flag"), "invalid_choice": _("Choose a flag from the list")},
    )
    notes = forms.CharField(
        label=_("What should somebody know before acting?"),
        help_text=_("Everyone who sees the case reads this. Name no victim."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
        error_messages={"required": _("Enter what somebody should know")},
    )
    review_on = DateField(
        label=_("When is the flag reviewed?"),
        what=_("review date"),
        required=False,
        help_text=_("Leave empty for the latest date that this flag allows."),
    )


class FlagReviewForm(Form):
    """A flag was looked at again, and stands."""

    reason = forms.CharField(
        label=_("Why does the flag stand?"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
        error_messages={"required": _("Enter why the flag stands")},
    )
    review_on = DateField(
        label=_("When is it reviewed next?"),
        what=_("review date"),
        required=False,
        help_text=_("Leave empty for the latest date that this flag allows."),
    )


class FlagRemovalForm(Form):
    """A flag that no longer holds."""

    removal_reason = forms.CharField(
        label=_("Why is the flag removed?"),
        help_text=_("The flag stays on the page, under removed flags, with this reason."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
        error_messages={"required": _("Enter why the flag is removed")},
    )


class NoteForm(Form):
    """A note, or the correction of one."""

    kind = forms.ChoiceField(
        label=_("What is the note about?"),
        choices=Note.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the note is about")},
    )
    happened_on = DateField(label=_("When did it happen?"), what=_("date when it happened"))
    text = forms.CharField(
        label=_("Note"),
        help_text=_("A note is never changed: a correction is a new note, and both are shown."),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=20000,
        error_messages={"required": _("Enter the note")},
    )
    audience = forms.ChoiceField(
        label=_("Who may read it?"),
        help_text=_("Others on the case see that a note is there, and not what it says."),
        choices=Note.Audience.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who may read the note")},
    )


class TimelineForm(Form):
    """Which part of the timeline is shown."""

    says_optional = False

    kind = forms.ChoiceField(
        label=_("Show"),
        choices=[
            ("", _("Everything")),
            (RECORD, _("What mappa recorded")),
            *TimelineEntry.Topic.choices,
            (NOTES, _("All notes")),
            *Note.Kind.choices,
        ],
        required=False,
    )
    words = forms.CharField(label=_("Words"), max_length=100, required=False)
    since = DateField(label=_("Recorded from"), what=_("first date"), required=False)
    until = DateField(label=_("Recorded until"), what=_("last date"), required=False)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("since") and answers.get("until") and answers["until"] < answers["since"]:
            self.add_error("until", _("The last date must be the same as or after the first date"))
        return answers
