"""What is asked about managing a case: its level and reviews, disclosure, numbers and working days."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from agencies import working_days
from agencies.models import Area
from agencies.models.standard import UnknownStandardError
from mappa import dates
from mappa.forms import DateField
from mappa.templatetags.mappa import long_date
from offenders.check.asking import Answered, CheckForm, rows
from offenders.law import disclosure, identifiers, level, reviews
from offenders.models import Offender
from offenders.review_standards import review_due

# Bank holidays are known up to 2100, and 1,000 working days are four years.
LAST_YEAR_COUNTED_FROM = 2094


class LevelForm(CheckForm):
    """May a case be managed at a level?"""

    category = forms.TypedChoiceField(
        label=lazy("Category"), choices=Offender.Category.choices, coerce=int, widget=forms.RadioSelect
    )
    proposed_level = forms.TypedChoiceField(
        label=lazy("Proposed level"), choices=Offender.Level.choices, coerce=int, widget=forms.RadioSelect
    )
    rosh = forms.TypedChoiceField(
        label=lazy("Risk of serious harm"), choices=Offender.Rosh.choices, coerce=int, widget=forms.RadioSelect
    )
    adds_value = forms.BooleanField(
        label=lazy("Formal multi-agency meetings would add value to managing the risk"), required=False
    )
    exceptional_coordination = forms.BooleanField(
        label=lazy("Exceptionally, other agencies’ interventions need active co-ordination"), required=False
    )
    was_at_level_3 = forms.BooleanField(label=lazy("The case was at level 3 before"), required=False)
    senior_representation = forms.BooleanField(
        label=lazy("The management issues need senior representation of the agencies"), required=False
    )

    def answer(self) -> Answered:
        known = self.cleaned_data
        need = level.Need(
            meetings_add_value=known["adds_value"],
            rosh=known["rosh"],
            exceptional_co_ordination=known["exceptional_coordination"],
            was_at_level_3=known["was_at_level_3"],
            needs_senior_representation=known["senior_representation"],
        )
        found = level.judge(known["category"], known["proposed_level"], need)
        words = _("Level %(level)s is open") if found.proposed_level_allowed else _("Level %(level)s is not open")
        met = {True: _("Met"), False: _("Not met")}
        return Answered(
            headline=words % {"level": known["proposed_level"]},
            rows=rows(
                (_("Criteria of level 2"), met[found.level_2_met]), (_("Criteria of level 3"), met[found.level_3_met])
            ),
            authority=found.authority,
            explanation=found.explanation,
        )


class IdentifierForm(CheckForm):
    """Is a number right, and how is it written?"""

    widths = {"value": 20}

    kind = forms.ChoiceField(
        label=lazy("Kind of number"),
        choices=[
            ("pnc", lazy("PNC number")),
            ("cro", lazy("CRO number")),
            ("crn", lazy("CRN")),
            ("noms", lazy("Prison number")),
            ("asn", lazy("Arrest summons number")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": lazy("Choose the kind of number")},
    )
    value = forms.CharField(
        label=lazy("Number"),
        max_length=100,
        help_text=lazy("In any spelling, with or without spaces."),
        error_messages={"required": lazy("Enter the number")},
    )

    def answer(self) -> Answered:
        found = identifiers.judge(self.cleaned_data["kind"], self.cleaned_data["value"], dates.today().year)
        details = rows((_("Written as"), found.canonical)) if found.canonical else []
        if found.expected_letter:
            details = rows((_("Last letter should be"), found.expected_letter))
        headline = _("The number is valid") if found.valid else _("The number is not valid")
        return Answered(headline, details, found.authority, found.explanation)


class WorkingDaysForm(CheckForm):
    """Which day is so many working days later?"""

    widths = {"days": 4}
    inline = ("nation",)

    first = DateField(
        label=lazy("Counted from"), what=lazy("date to count from"), help_text=lazy("This day itself is not counted.")
    )
    days = forms.IntegerField(
        label=lazy("Working days"),
        min_value=1,
        max_value=1000,
        error_messages={
            "required": lazy("Enter how many working days"),
            "invalid": lazy("Working days must be a whole number, for example 10"),
            "min_value": lazy("Working days must be from 1 to 1,000"),
            "max_value": lazy("Working days must be from 1 to 1,000"),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    nation = forms.ChoiceField(
        label=lazy("Nation"),
        choices=[("england", lazy("England")), ("wales", lazy("Wales"))],
        initial="england",
        widget=forms.RadioSelect,
    )

    def clean_first(self) -> date:
        first: date = self.cleaned_data["first"]
        if first.year > LAST_YEAR_COUNTED_FROM:
            raise ValidationError(_("The date to count from must be before 2095: later bank holidays are not known"))
        return first

    def answer(self) -> Answered:
        first, days = self.cleaned_data["first"], self.cleaned_data["days"]
        found = reviews.working_days(first, days, working_days.after(first, days, None))
        return Answered(long_date(found.due_on), [], found.authority, found.explanation)


class ReviewForm(CheckForm):
    """By when must a case be reviewed again?"""

    level = forms.TypedChoiceField(
        label=lazy("Level"),
        choices=Offender.Level.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": lazy("Choose the level")},
    )
    last_reviewed_on = DateField(label=lazy("Date of the last review"), what=lazy("date of the last review"))
    area = forms.ModelChoiceField(
        label=lazy("Area"),
        queryset=Area.objects.all(),
        required=False,
        empty_label=lazy("The national standard"),
        help_text=lazy("An area may set itself a stricter one."),
    )

    def clean(self) -> dict[str, Any]:
        known = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                known["due"] = review_due(known["level"], known["last_reviewed_on"], known["area"])
            except UnknownStandardError:
                self.add_error("last_reviewed_on", _("No standard was in force on this day: give a later one"))
        return known

    def answer(self) -> Answered:
        found = self.cleaned_data["due"]
        return Answered(_("By %(day)s") % {"day": long_date(found.due_on)}, [], found.authority, found.explanation)


class ChildDisclosureForm(CheckForm):
    """Must telling somebody about a child sex offender be considered, and is it presumed?"""

    child_sex_offender = forms.BooleanField(label=lazy("The person is a child sex offender"), required=False)
    serious_harm_to_children = forms.BooleanField(
        label=lazy("There is a risk of serious harm to particular children, or to children of a description"),
        required=False,
    )
    necessary = forms.BooleanField(label=lazy("Disclosure is necessary to protect them"), required=False)
    asked_for = forms.BooleanField(label=lazy("Somebody asked for it"), required=False)

    def answer(self) -> Answered:
        found = disclosure.child_disclosure(**self.cleaned_data)
        if found.presumption:
            headline = _("Must be considered, and is presumed")
        else:
            headline = _("Must be considered") if found.must_consider else _("This duty does not apply")
        return Answered(headline, [], found.authority, found.explanation)
