"""What is asked about notification: by when, and whether stays somewhere must be notified."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from mappa.forms import DateField
from mappa.templatetags.mappa import long_date
from offenders.check.asking import Answered, CheckForm, rows
from offenders.check.lines import StaysField
from offenders.law import deadlines, premises


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
        valid = rows()
        if isinstance(found, deadlines.AdvanceNotice):
            valid = rows((_("Does the notice stand?"), _("Yes") if found.notice_valid else _("No")))
        return Answered(headline, valid, found.authority, found.explanation)


class PremisesForm(CheckForm):
    """Must an address where somebody stayed now and then be notified?"""

    stays = StaysField(
        label=lazy("Stays at the address, one a line"),
        help_text=lazy("The first and the last day, for example 3/4/2026 to 6/4/2026. Both days count."),
    )

    def answer(self) -> Answered:
        found = premises.qualifying_period(self.cleaned_data["stays"])
        words = _("Must be notified: the qualifying period was reached on %(day)s") % {"day": long_date(found.met_on)}
        headline = words if found.met else _("Need not be notified yet")
        return Answered(headline, [], found.authority, found.explanation)
