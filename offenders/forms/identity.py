"""What the pages about who a person is ask: one page each, in the order of the papers it is copied from."""

from datetime import date
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from mappa import dates
from mappa.forms import DateField, Form
from offenders import search
from offenders.law.identifiers import BadIdentifierError, canonical
from offenders.models import (
    Address,
    Alias,
    BirthDate,
    Characteristic,
    CharacteristicValue,
    Contact,
    Fact,
    Identifier,
    Occupation,
    Offender,
    Precision,
    Relationship,
)
from offenders.models.characteristic import Kind
from offenders.visibility import in_emergency_alone

IF_KNOWN = _("Leave empty if it is not known.")
WHILE_IT_LASTS = _("Leave empty while it lasts.")


def choice(label: Any, choices: Any, missing: Any, **kwargs: Any) -> forms.ChoiceField:
    """Radios with the words for an answer that is missing."""
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.RadioSelect, error_messages={"required": missing}, **kwargs
    )


def notes(help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=_("Notes"),
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        required=False,
    )


class FactForm(Form):
    """The base: it begins with what a row says when that is corrected."""

    def __init__(self, *args: Any, offender: Offender, user: User, fact: Fact | None = None, **kwargs: Any) -> None:
        self.offender, self.user, self.fact = offender, user, fact
        if fact is not None:
            kwargs["initial"] = self.begin(fact)
        super().__init__(*args, **kwargs)
        for name in self.only_new if fact is not None else ():
            del self.fields[name]

    # Asked when something is added, and not when it is corrected.
    only_new: ClassVar[tuple[str, ...]] = ()

    def begin(self, fact: Fact) -> dict[str, Any]:
        """The answers that a row holds."""
        return {name: getattr(fact, name) for name in self.base_fields if hasattr(fact, name)}


class DatedForm(FactForm):
    """Something with a first day and an end, asked last."""

    from_on = DateField(label=_("From"), what=_("start date"), required=False, help_text=IF_KNOWN)
    until = DateField(label=_("Until"), what=_("end date"), required=False, help_text=WHILE_IT_LASTS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = ("from_on", "until", "ends_present", "notes")
        self.order_fields([*(name for name in self.fields if name not in last), *last])


class AliasForm(DatedForm):
    """Another name of a person."""

    widths = {"surname": 30, "forenames": 30}

    kind = choice(
        _("What kind of name is it?"),
        Alias.Kind.choices,
        _("Choose what kind of name it is"),
        initial=Alias.Kind.ALSO_KNOWN_AS,
    )
    surname = forms.CharField(label=_("Last name"), max_length=80, required=False)
    forenames = forms.CharField(
        label=_("First names"), max_length=120, required=False, help_text=_("Enter a last name, first names or both.")
    )


class NameForm(Form):
    """The recorded name, as it should have been from the beginning."""

    widths = {"surname": 30, "forenames": 30}

    surname = forms.CharField(
        label=_("Last name"), max_length=80, error_messages={"required": _("Enter the last name")}
    )
    forenames = forms.CharField(
        label=_("First names"), max_length=120, error_messages={"required": _("Enter the first names")}
    )

    def __init__(self, *args: Any, offender: Offender, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"surname": offender.surname, "forenames": offender.forenames}


class NewNameForm(NameForm):
    """The name by which the person goes now."""

    from_on = DateField(
        label=_("Since when does the person use it?"),
        what=_("date"),
        required=False,
        help_text=_("Leave empty if it is not known: then no deadline to notify the new name is worked out."),
    )


class PartDateField(DateField):
    """A date of which the day, or the day and the month, may be left empty: its first and last day, and a Precision."""

    def clean(self, value: Any) -> Any:
        day, month, year = (str(part or "").strip() for part in (value or ["", "", ""]))
        if year and not day and (month or not any((day, month))):
            first = super().clean(["1", month or "1", year])
            if first is None:
                return None
            precision = Precision.MONTH if month else Precision.YEAR
            return *BirthDate.within(first, precision), precision
        exact = super().clean(value)
        return exact and (exact, exact, Precision.DAY)


class BirthForm(FactForm):
    """The recorded date of birth, as exactly as it is known."""

    widths = {"source": 30}

    born = PartDateField(
        label=_("Date of birth"),
        what=_("date of birth"),
        help_text=_("For example, 27 3 1981. Leave the day empty, or the day and the month, if they are not known."),
    )
    about = forms.BooleanField(
        label=_("The year is a guess"),
        help_text=_("Searches look a year to each side of it too. Leave day and month empty."),
        required=False,
    )
    source = forms.CharField(
        label=_("How is this known?"), help_text=_("For example, passport seen."), max_length=200, required=False
    )

    def begin(self, fact: Fact) -> dict[str, Any]:
        found = super().begin(fact)
        if isinstance(fact, BirthDate):
            found["born"] = boxes(fact.day, fact.precision)
            found["about"] = fact.precision == Precision.ABOUT
        return found

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        born, about = answers.pop("born", None), answers.pop("about", False)
        if born is None:
            return answers
        first, last, precision = born
        if first > dates.today():
            self.add_error("born", _("The date of birth must be in the past"))
        if about and precision != Precision.YEAR:
            self.add_error("born", _("Leave the day and the month empty where the year is a guess"))
        if about:
            precision = Precision.ABOUT
            first, last = BirthDate.within(first, precision)
        return answers | {"first": first, "last": last, "precision": str(precision)}


def boxes(day: date, precision: str) -> Any:
    """A date of birth as the three boxes show it: empty where it is not known."""
    if precision == Precision.DAY:
        return day
    return ["", day.month if precision == Precision.MONTH else "", day.year]


class OtherBirthForm(BirthForm):
    """Another date of birth that was used."""

    kind = choice(
        _("Where does this date come from?"),
        [row for row in BirthDate.Kind.choices if row[0] != BirthDate.Kind.RECORDED],
        _("Choose where the date comes from"),
    )


class IdentifierForm(FactForm):
    """A number by which an agency knows the person."""

    widths = {"typed": 20}
    only_new = ("supersedes",)

    kind = choice(_("What kind of number is it?"), Identifier.Kind.choices, _("Choose what kind of number it is"))
    typed = forms.CharField(
        label=_("Number"),
        help_text=_("In any spelling, for example 2004/0712343W or x123456. The check letter is tested."),
        max_length=40,
        error_messages={"required": _("Enter the number")},
    )
    supersedes = forms.ModelChoiceField(
        label=_("Does it take the place of a number?"),
        help_text=_("The older number still finds the person, and is given to nobody else."),
        queryset=Identifier.objects.none(),
        empty_label=_("No, it stands beside the others"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "supersedes" in self.fields:
            present = self.offender.identifiers.visible_to(self.user).standing().filter(superseded_on__isnull=True)
            field = self.fields["supersedes"]
            field.queryset = present  # type: ignore[attr-defined]
            field.label_from_instance = lambda row: f"{row.get_kind_display()} {row.value}"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("kind") and answers.get("typed"):
            try:
                canonical(answers["kind"], answers["typed"], dates.today().year)
            except BadIdentifierError as error:
                self.add_error("typed", str(error))
        return answers


class AddressForm(DatedForm):
    """A place where the person lives or stays."""

    widths = {"postcode": 10}
    only_new = ("ends_present",)

    kind = choice(_("What kind of address is it?"), Address.Kind.choices, _("Choose what kind of address it is"))
    address = forms.CharField(
        label=_("Address"),
        help_text=_("Where there is no fixed abode, the place where the person can regularly be found."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=400,
        error_messages={"required": _("Enter the address or the place")},
    )
    postcode = forms.CharField(label=_("Postcode"), max_length=10, required=False)
    ends_present = forms.BooleanField(
        label=_("The present main address ends on the day when this one begins"), required=False
    )
    notes = notes(_("For example, who else lives there."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_on"].help_text = _(
            "Needed for a home, approved premises and no fixed abode. It may lie ahead, as for a release."
        )


class ContactForm(DatedForm):
    """A telephone number or a name online."""

    widths = {"typed": 30, "service": 20}

    kind = choice(_("What is it?"), Contact.Kind.choices, _("Choose what it is"))
    typed = forms.CharField(
        label=_("Number, address or name"),
        max_length=200,
        error_messages={"required": _("Enter the number, address or name")},
    )
    service = forms.CharField(
        label=_("Which site or app?"), help_text=_("For an online name."), max_length=80, required=False
    )
    notes = notes()


class VehicleForm(DatedForm):
    """A vehicle."""

    widths = {"mark": 10, "make": 20, "colour": 20}

    mark = forms.CharField(label=_("Registration number"), max_length=20, required=False)
    make = forms.CharField(label=_("Make and model"), max_length=60, required=False)
    colour = forms.CharField(label=_("Colour"), max_length=40, required=False)
    notes = notes(_("For example, who owns it."))


class OccupationForm(DatedForm):
    """Work, study or volunteering."""

    widths = {"organisation": 30, "role": 30}
    inline = ("vulnerable_contact",)

    kind = choice(_("What is it?"), Occupation.Kind.choices, _("Choose what it is"))
    organisation = forms.CharField(
        label=_("Employer, school or organisation"),
        max_length=120,
        error_messages={"required": _("Enter the employer, school or organisation")},
    )
    role = forms.CharField(label=_("What the person does there"), max_length=120, required=False)
    place = forms.CharField(label=_("Where"), widget=forms.Textarea(attrs={"rows": 3}), max_length=400, required=False)
    vulnerable_contact = choice(
        _("Does it bring contact with children or vulnerable people?"),
        Occupation.Contact.choices,
        _("Choose whether it brings contact with children or vulnerable people"),
    )
    notes = notes()


class RelationshipForm(DatedForm):
    """Another person, or another case."""

    widths = {"name": 30, "case": 20}
    inline = ("is_child",)

    relation = choice(
        _("What is the other person to this one?"), Relationship.Relation.choices, _("Choose what the other person is")
    )
    name = forms.CharField(
        label=_("Name of the other person"),
        help_text=_("Name no victim here: victims are recorded in their own part of the record."),
        max_length=200,
        required=False,
    )
    case = forms.CharField(
        label=_("Or the reference of the other person’s case"),
        help_text=_("For example MA-7Q2F-K9XD. Only who sees that case sees whose it is."),
        max_length=40,
        required=False,
    )
    born_on = DateField(label=_("Date of birth of the other person"), what=_("date of birth"), required=False)
    is_child = choice(
        _("Is the other person a child, under 18?"),
        Relationship.Child.choices,
        _("Choose whether it is a child"),
        help_text=_("Leave it and the date of birth empty for a case: its own record says it."),
        required=False,
    )
    notes = notes()

    def begin(self, fact: Fact) -> dict[str, Any]:
        found = super().begin(fact)
        if isinstance(fact, Relationship) and fact.other_id:
            seen = Offender.objects.visible_to(self.user).filter(pk=fact.other_id).first()
            found["case"] = seen.reference if seen else ""
        return found

    def clean_case(self) -> Offender | None:
        """A case that the user sees, and not in an emergency alone; of others nothing is said, not even that they are there."""
        typed: str = self.cleaned_data["case"].strip().upper()
        if not typed:
            return None
        found = Offender.objects.visible_to(self.user).filter(reference=typed).first()
        if found is None or not search.is_reference(typed):
            raise ValidationError(_("You see no case with this reference. Check it, or enter the name"))
        if in_emergency_alone(found.pk, self.user):
            raise ValidationError(_("You see this case in an emergency, to read it. Enter the name"))
        return found

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if "case" not in answers:
            return answers
        other, name = answers.pop("case"), (answers.get("name") or "").strip()
        if bool(other) == bool(name):
            self.add_error("name", _("Enter the name, or the reference of the other case, and not both"))
        if other:
            answers |= {"born_on": None, "is_child": Relationship.child_by(other.born_on, dates.today())}
        elif not answers.get("is_child"):
            self.add_error("is_child", _("Choose whether it is a child"))
        return answers | {"other": other, "name": name}


class CharacteristicForm(DatedForm):
    """One characteristic; the question is the same for all, the answers are its own."""

    value = forms.ModelChoiceField(
        label=_("Answer"),
        queryset=CharacteristicValue.objects.none(),
        empty_label=_("Choose an answer"),
        error_messages={"required": _("Choose an answer"), "invalid_choice": _("Choose an answer from the list")},
    )
    detail = forms.CharField(label=_("In the person’s own words, or details"), max_length=300, required=False)
    interpreter = forms.NullBooleanField(
        label=_("Is an interpreter needed?"),
        required=False,
        widget=forms.RadioSelect(choices=[("true", _("Yes")), ("false", _("No")), ("unknown", _("Not known"))]),
    )
    inline = ("interpreter",)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        values = CharacteristicValue.objects.filter(kind=kind, is_active=True)
        field = self.fields["value"]
        field.queryset = values  # type: ignore[attr-defined]
        field.label = Kind(kind).label
        if kind == Kind.DISABILITY:
            self.fields["detail"].label = _("Adjustments that are needed, and details")
        if kind != Kind.LANGUAGE:
            del self.fields["interpreter"]
        if self.fact is None:
            del self.fields["until"]
        if kind not in Characteristic.SEVERAL:
            self.fields["from_on"].help_text = _("What was recorded before ends then: today, if you leave it empty.")

    @classmethod
    def of(cls, kind: str) -> Any:
        """The form of one characteristic."""

        return partial(cls, kind=kind)


class EndForm(Form):
    """When something stopped to hold."""

    until = DateField(label=_("When did it end?"), what=_("end date"))


class WithdrawForm(Form):
    """Why something was wrong."""

    because = forms.CharField(
        label=_("Why is it withdrawn?"),
        help_text=_("It stays on the record, with this reason, and searches find nobody by it."),
        max_length=300,
        error_messages={"required": _("Enter why it is withdrawn")},
    )
