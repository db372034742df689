"""What is asked about a sentence: the category it gives, and how long somebody must notify."""

from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from mappa import dates
from mappa.forms import DateField
from mappa.templatetags.mappa import long_date
from offenders.category_standards import national_order
from offenders.check.asking import Answered, CheckForm, day_or, rows
from offenders.check.lines import LengthsField, StaysField
from offenders.forms import LengthField
from offenders.law import disposals, eligibility, notification
from offenders.law.periods import Length
from offenders.models import Conviction, Disposal, Offence, Offender
from offenders.sentencing import flags_of

# What the law calls a part of a sentence, and the box where it is typed.
BOXES = {"terms": "term_years", "discharge": "term_years"}


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
        choices=[("", lazy("Choose a sentence")), *Disposal.Kind.choices],
        error_messages={"required": lazy("Choose the sentence")},
    )
    term_years = LengthField(
        label=lazy("Length: years"),
        help_text=lazy(
            "For imprisonment, detention or a conditional discharge. Further terms, what runs together and an extended "
            "licence have boxes of their own below."
        ),
    )
    term_months = LengthField(label=lazy("Length: months"))
    term_days = LengthField(label=lazy("Length: days"))
    more_terms = LengthsField(
        label=lazy("Further consecutive terms, one a line"),
        help_text=lazy("For example 18 months, or 2 years 3 months. They are added together."),
    )
    overlap = LengthsField(
        label=lazy("Of all terms, what runs together"),
        help_text=lazy("It is taken off. For wholly concurrent terms give the longest alone, and nothing here."),
        rows=1,
    )
    extension = LengthsField(
        label=lazy("Licence of an extended sentence"), help_text=lazy("It counts towards the term."), rows=1
    )
    suspended = forms.BooleanField(label=lazy("Suspended"), required=False)

    def clean(self) -> dict[str, Any]:
        known = super().clean() or self.cleaned_data
        born_on, on = known.get("born_on"), known.get("dealt_with_on")
        if born_on and on and born_on > on:
            self.add_error("dealt_with_on", _("The date of the conviction must be after the date of birth"))
        if known.get("disposal") and not set(self.errors) & {*self.widths, "more_terms", "overlap", "extension"}:
            for field, words in disposals.problems(self.imposed()).items():
                self.add_error(BOXES.get(field, field), words)
        return known

    def imposed(self) -> disposals.Disposal:
        """The sentence as the law takes it."""
        known = self.cleaned_data
        length = Length(known["term_years"], known["term_months"], known["term_days"])
        imposed = disposals.disposal_of(known["disposal"], length)
        return replace(
            imposed,
            terms=(*imposed.terms, *known["more_terms"]),
            overlap=sum(known["overlap"], disposals.NONE),
            extension=sum(known["extension"], disposals.NONE),
            suspended=known["suspended"],
        )


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
    schedule_3_met = forms.ChoiceField(
        label=lazy("Is the condition of Schedule 3 met?"),
        help_text=lazy(
            "Only where the offence has one, such as a victim under 18; and for a conviction of before 1 September 1997, "
            "whether it still ran on that day (Sexual Offences Act 2003 s.81)."
        ),
        choices=[("", lazy("There is none, or I do not know")), ("yes", lazy("Yes")), ("no", lazy("No"))],
        required=False,
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
        ended_on, dealt_with_on = known.get("licence_ended_on"), known.get("dealt_with_on")
        if ended_on and dealt_with_on and ended_on < dealt_with_on:
            words = _("The licence or order must end on or after the date of the conviction; leave it empty if it runs")
            self.add_error("licence_ended_on", words)
        return known

    def answer(self) -> Answered:
        known, today = self.cleaned_data, dates.today()
        offence: Offence | None = known["offence"]
        flags = flags_of(offence) if offence else eligibility.OffenceFlags()
        if known["schedule_3_met"] == "no":
            flags = replace(flags, schedule_3=False)
        sentence = eligibility.Sentence(
            outcome=known["outcome"],
            dealt_with_on=known["dealt_with_on"],
            disposal=self.imposed(),
            licence_ends_on=known["licence_ended_on"],
            jurisdiction=known["jurisdiction"],
            was_running_in_1997=known["schedule_3_met"] == "yes",
        )
        found = eligibility.judge(
            born_on=known["born_on"],
            on=today,
            convictions=[(flags, sentence)],
            sexual_notification=known["sexual_notification"],
            terrorism_notification=known["terrorism_notification"],
            order=national_order(today),
        )
        category = Offender.Category(found.recorded_category).label if found.recorded_category else ""
        return Answered(
            headline=str(category) or _("Not eligible today by law"),
            rows=[row for basis in found.bases for row in _basis_rows(basis, today)] + _selectable_rows(found),
            authority=found.authority,
            explanation=found.explanation,
        )


def _basis_rows(basis: eligibility.Basis, today: date) -> list[dict[str, Any]]:
    words = _("Category %(category)s, %(limb)s") % {"category": basis.category, "limb": basis.limb}
    known = {"from": long_date(basis.starts_on), "until": day_or(basis.ends_on, _("no end date"))}
    ended = "" if basis.in_force(today) else _(" Not in force today.")
    dated = _("From %(from)s to %(until)s.") % known
    return rows((words, f"{basis.explanation}\n{dated}{ended}\n{basis.authority}"))


def _selectable_rows(found: eligibility.Eligibility) -> list[dict[str, Any]]:
    if not found.selectable:
        return []
    words = _(
        "Category 3, if the person may cause serious harm to the public and level 2 or 3 is needed; or category 4, if "
        "at risk of involvement in terrorism-related activity (s.325(2)(b) and (c))."
    )
    return rows((_("The Responsible Authority could decide"), words))


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
    custody = StaysField(
        label=lazy("In custody, hospital or immigration detention, one stay a line"),
        help_text=lazy(
            "For example 3/4/2026 to 6/9/2026, both days counted. Only terrorism notification leaves these days out."
        ),
        required=False,
    )

    field_order = ("regime", "born_on", "dealt_with_on")

    def answer(self) -> Answered:
        known = self.cleaned_data
        found = notification.period(
            regime=known["regime"],
            born_on=known["born_on"],
            relevant_on=known["dealt_with_on"],
            disposal=self.imposed(),
            custody=known["custody"],
        )
        details = rows(
            (_("Begins"), long_date(found.starts_on)),
            (_("Period"), str(found.period) if found.period else _("Indefinite")),
            (_("Last day"), day_or(found.last_day, _("No end date"))),
        )
        applies = found.indefinite or found.period is not None
        return Answered(
            headline=_period_words(found),
            rows=details if applies else [],
            authority=found.authority,
            explanation=found.explanation,
        )


def _period_words(found: notification.NotificationPeriod) -> str:
    if found.indefinite:
        return _("Must notify without end")
    if found.last_day is None:
        return _("The requirements do not apply")
    return _("Must notify until %(day)s, that day included") % {"day": long_date(found.last_day)}
