"""What each Check page asks. The answers are those of offenders/law/, as for the record and the API."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from agencies import working_days
from mappa import dates
from mappa.forms import DateField, Form
from mappa.templatetags.mappa import long_date
from offenders.forms import LengthField
from offenders.law import deadlines, disposals, eligibility, identifiers, level, notification, reviews
from offenders.law.periods import Length, Stretch
from offenders.models import Conviction, Offence, Offender

# What the law calls a part of a sentence, and the box where it is typed.
BOXES = {"terms": "term_years", "discharge": "term_years"}
# Bank holidays are known up to 2100, and 1,000 working days are four years.
LAST_YEAR_COUNTED_FROM = 2094


@dataclass(frozen=True)
class Answered:
    """An answer in words: what it is, its details, where it stands and why."""

    headline: str
    rows: list[dict[str, Any]]
    authority: str
    explanation: str


class CheckForm(Form):
    """One question; `answer` is asked once it is valid."""

    def answer(self) -> Answered:
        raise NotImplementedError


def _rows(*pairs: tuple[Any, Any]) -> list[dict[str, Any]]:
    return [{"label": label, "value": value} for label, value in pairs]


def _or(day: date | None, words: str) -> str:
    return long_date(day) or words


class SentenceForm(CheckForm):
    """What was imposed, when, and on whom."""

    widths = {"term_years": 3, "term_months": 3, "term_days": 3}

    born_on = DateField(
        label=lazy("Date of birth"), what=lazy("date of birth"), help_text=lazy("For example, 27 3 1981.")
    )
    dealt_with_on = DateField(
        label=lazy("Date of the conviction, finding or caution"),
        what=lazy("date of the conviction"),
        help_text=lazy("Not the date of release: periods are counted from this day."),
    )
    disposal = forms.ChoiceField(
        label=lazy("Sentence"),
        choices=[("", lazy("Choose a sentence")), *Conviction.Disposal.choices],
        error_messages={"required": lazy("Choose the sentence")},
    )
    term_years = LengthField(
        label=lazy("Length: years"),
        help_text=lazy(
            "For imprisonment, detention or a conditional discharge. Add consecutive terms together, take off what "
            "runs together, and add the licence of an extended sentence."
        ),
    )
    term_months = LengthField(label=lazy("Length: months"))
    term_days = LengthField(label=lazy("Length: days"))

    def clean(self) -> dict[str, Any]:
        known = super().clean() or self.cleaned_data
        born_on, on = known.get("born_on"), known.get("dealt_with_on")
        if born_on and on and born_on > on:
            self.add_error("dealt_with_on", _("The date of the conviction must be after the date of birth"))
        if known.get("disposal") and not any(self.errors.get(name) for name in self.widths):
            for field, words in disposals.problems(self.imposed()).items():
                self.add_error(BOXES[field], words)
        return known

    def imposed(self) -> disposals.Disposal:
        """The sentence as the law takes it."""
        known = self.cleaned_data
        length = Length(known["term_years"], known["term_months"], known["term_days"])
        return disposals.disposal_of(known["disposal"], length)


class CategoryForm(SentenceForm):
    """Does a conviction, finding or caution make a person eligible, and in which category?"""

    inline = ("jurisdiction",)

    offence = forms.ModelChoiceField(
        label=lazy("Offence"),
        queryset=Offence.objects.none(),
        required=False,
        empty_label=lazy("Another offence, in none of the schedules"),
    )
    outcome = forms.ChoiceField(
        label=lazy("What the court or the police found"),
        choices=Conviction.Outcome.choices,
        initial=Conviction.Outcome.CONVICTED,
        widget=forms.RadioSelect,
    )
    jurisdiction = forms.ChoiceField(
        label=lazy("Where?"),
        choices=[(eligibility.HERE, lazy("England and Wales")), ("elsewhere", lazy("Elsewhere"))],
        initial=eligibility.HERE,
        widget=forms.RadioSelect,
    )
    licence_ended_on = DateField(
        label=lazy("Date when the licence or hospital order ended"),
        what=lazy("date when the licence or order ended"),
        required=False,
        help_text=lazy("Leave empty while it has not."),
    )
    sexual_notification = forms.BooleanField(
        label=lazy("Subject to sexual offender notification for another reason, such as an order"), required=False
    )
    terrorism_notification = forms.BooleanField(label=lazy("Subject to terrorism notification"), required=False)

    field_order = ("born_on", "offence", "outcome", "jurisdiction")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["offence"].queryset = Offence.objects.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        known = super().clean()
        outcome, disposal = known.get("outcome"), known.get("disposal")
        if outcome and disposal and (outcome == "cautioned") != (disposal == "caution"):
            self.add_error("disposal", _("A caution is both what was found and the sentence: choose both or neither"))
        return known

    def answer(self) -> Answered:
        known, today = self.cleaned_data, dates.today()
        sentence = eligibility.Sentence(
            outcome=known["outcome"],
            dealt_with_on=known["dealt_with_on"],
            disposal=self.imposed(),
            licence_ends_on=known["licence_ended_on"],
            jurisdiction=known["jurisdiction"],
        )
        found = eligibility.judge(
            born_on=known["born_on"],
            on=today,
            convictions=[(_flags(known["offence"]), sentence)],
            sexual_notification=known["sexual_notification"],
            terrorism_notification=known["terrorism_notification"],
        )
        category = Offender.Category(found.recorded_category).label if found.recorded_category else ""
        return Answered(
            headline=str(category) or _("Not eligible today by law"),
            rows=[row for basis in found.bases for row in _basis_rows(basis, today)] + _selectable_rows(found),
            authority=found.authority,
            explanation=found.explanation,
        )


def _flags(offence: Offence | None) -> eligibility.OffenceFlags:
    if offence is None:
        return eligibility.OffenceFlags()
    return eligibility.OffenceFlags(
        schedule_3=offence.schedule_3,
        schedule_15_part=offence.schedule_15_part,
        murder=offence.murder,
        section_327_4a=offence.section_327_4a,
        relevant_terrorist=offence.relevant_terrorist,
    )


def _basis_rows(basis: eligibility.Basis, today: date) -> list[dict[str, Any]]:
    words = _("Category %(category)s, %(limb)s") % {"category": basis.category, "limb": basis.limb}
    known = {"from": long_date(basis.starts_on), "until": _or(basis.ends_on, _("no end date"))}
    ended = "" if basis.in_force(today) else _(" Not in force today.")
    dated = _("From %(from)s to %(until)s.") % known
    return _rows((words, f"{basis.explanation}\n{dated}{ended}\n{basis.authority}"))


def _selectable_rows(found: eligibility.Eligibility) -> list[dict[str, Any]]:
    if not found.selectable:
        return []
    words = _(
        "Category 3, if the person may cause serious harm to the public and level 2 or 3 is needed; or category 4, if "
        "at risk of involvement in terrorism-related activity (s.325(2)(b) and (c))."
    )
    return _rows((_("The Responsible Authority could decide"), words))


class NotificationPeriodForm(SentenceForm):
    """For how long must somebody notify?"""

    regime = forms.ChoiceField(
        label=lazy("Which requirements?"),
        choices=[
            ("SOA2003", lazy("Sexual offender: Sexual Offences Act 2003")),
            ("CTA2008", lazy("Terrorist offender: Counter-Terrorism Act 2008")),
        ],
        initial="SOA2003",
        widget=forms.RadioSelect,
    )
    custody_from = DateField(
        label=lazy("In custody, hospital or immigration detention from"),
        what=lazy("first day in custody"),
        required=False,
        help_text=lazy("Only terrorism notification leaves these days out."),
    )
    custody_until = DateField(label=lazy("Last day there"), what=lazy("last day in custody"), required=False)

    field_order = ("regime", "born_on", "dealt_with_on")

    def clean(self) -> dict[str, Any]:
        known = super().clean()
        first, last = known.get("custody_from"), known.get("custody_until")
        if bool(first) != bool(last) and not {"custody_from", "custody_until"} & set(self.errors):
            self.add_error("custody_until" if first else "custody_from", _("Enter both days in custody, or neither"))
        if first and last and last < first:
            self.add_error("custody_until", _("The last day in custody must be on or after the first"))
        return known

    def answer(self) -> Answered:
        known = self.cleaned_data
        first, last = known["custody_from"], known["custody_until"]
        found = notification.period(
            regime=known["regime"],
            born_on=known["born_on"],
            relevant_on=known["dealt_with_on"],
            disposal=self.imposed(),
            custody=[Stretch(first, last)] if first else [],
        )
        rows = _rows(
            (_("Begins"), long_date(found.starts_on)),
            (_("Period"), str(found.period) if found.period else _("Indefinite")),
            (_("Last day"), _or(found.last_day, _("No end date"))),
        )
        applies = found.indefinite or found.period is not None
        return Answered(
            headline=_period_words(found),
            rows=rows if applies else [],
            authority=found.authority,
            explanation=found.explanation,
        )


def _period_words(found: notification.NotificationPeriod) -> str:
    if found.indefinite:
        return _("Must notify without end")
    if found.last_day is None:
        return _("The requirements do not apply")
    return _("Must notify until %(day)s, that day included") % {"day": long_date(found.last_day)}


class EventForm(CheckForm):
    """From which event is a deadline counted?"""

    event = forms.ChoiceField(
        label=lazy("What happened?"),
        choices=[
            ("conviction", lazy("Conviction, finding or caution")),
            ("release", lazy("Release from custody")),
            ("change_of_name", lazy("Change of name")),
            ("change_of_address", lazy("Change of home address")),
            ("periodic", lazy("Nothing since the last notification: when is the next one due?")),
            ("advance_notice", lazy("A change that was notified in advance")),
            ("indefinite_review", lazy("Indefinite requirements: when may a review first be asked for?")),
            ("indefinite_review_refused", lazy("A review of indefinite requirements was refused")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": lazy("Choose what happened")},
    )


class DeadlineForm(CheckForm):
    """The facts that the event asks for, and no others."""

    on = DateField(label=lazy("Date when it happened"), what=lazy("date"))
    last_notified_on = DateField(
        label=lazy("Date of the last notification"), what=lazy("date of the last notification")
    )
    no_fixed_abode = forms.BooleanField(label=lazy("No sole or main residence"), required=False)
    released_on = DateField(
        label=lazy("Date of release, if it fell due in custody"), what=lazy("date of release"), required=False
    )
    expected_on = DateField(
        label=lazy("Date given in the notice"),
        what=lazy("date given in the notice"),
        help_text=lazy("When the change was expected."),
    )
    happened_on = DateField(
        label=lazy("Date when the change happened"), what=lazy("date of the change"), required=False
    )
    not_happened_by = DateField(
        label=lazy("Or: last day on which it had not happened"), what=lazy("last day"), required=False
    )
    first_notified_on = DateField(
        label=lazy("Date of the first notification after release"), what=lazy("date of the first notification")
    )
    under_18 = forms.BooleanField(
        label=lazy("Under 18 on the date of the conviction, finding or caution"), required=False
    )

    def __init__(self, *args: Any, event: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event = event
        needed, allowed = deadlines.FACTS[event]
        for name in set(self.fields) - {*needed, *allowed}:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        known = super().clean() or self.cleaned_data
        both = {"happened_on", "not_happened_by"}
        asked = both <= set(self.fields) and not both & set(self.errors)
        if asked and bool(known["happened_on"]) == bool(known["not_happened_by"]):
            self.add_error("happened_on", deadlines.ONE_OF_TWO)
        return known

    def answer(self) -> Answered:
        found = deadlines.due(self.event, self.cleaned_data)
        day = {"day": long_date(found.due_on)}
        if found.due_on is None:
            headline = _("Nothing more is due")
        elif self.event.startswith("indefinite"):
            headline = _("An application may be made from %(day)s") % day
        else:
            headline = _("Due by %(day)s") % day
        valid = _rows()
        if isinstance(found, deadlines.AdvanceNotice):
            valid = _rows((_("Does the notice stand?"), _("Yes") if found.notice_valid else _("No")))
        return Answered(headline, valid, found.authority, found.explanation)


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
            rows=_rows(
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
        rows = _rows((_("Written as"), found.canonical)) if found.canonical else []
        if found.expected_letter:
            rows = _rows((_("Last letter should be"), found.expected_letter))
        headline = _("The number is valid") if found.valid else _("The number is not valid")
        return Answered(headline, rows, found.authority, found.explanation)


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
