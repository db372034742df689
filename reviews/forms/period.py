"""The board's question: which months, or which quarter."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mappa import dates
from mappa.forms import Form
from reviews.dashboard.plain import quarter_words
from reviews.period import Period

YEARS = 3


def first_of_month(day: date, months_ago: int = 0) -> date:
    return dates.add_months(day.replace(day=1), -months_ago)


def last_months(months: int, on: date) -> Period:
    """So many whole months that are over."""
    return Period(first_of_month(on, months), first_of_month(on) - dates.ONE_DAY)


class PeriodForm(Form):
    """From one month to another, both counted."""

    says_optional = False
    since = forms.ChoiceField(label=gettext_lazy("From"))
    until = forms.ChoiceField(label=gettext_lazy("To"))

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        self.on = on
        super().__init__(*args, **kwargs)
        months = [first_of_month(on, ago) for ago in range(YEARS * 12)]
        choices = [(f"{month:%Y-%m}", dateformat.format(month, "F Y")) for month in months]
        for name in ("since", "until"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type checker
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("since", "") > found.get("until", "9999"):
            self.add_error("until", _("The last month must not be before the first"))
        return found

    def period(self) -> Period:
        """The whole months asked for; the running month ends today."""
        since, until = (date.fromisoformat(f"{self.cleaned_data[name]}-01") for name in ("since", "until"))
        return Period(since, min(dates.add_months(until, 1) - dates.ONE_DAY, self.on))


class PackForm(Form):
    """From one month that has ended to another, both counted."""

    since = forms.TypedChoiceField(label=gettext_lazy("First month"), coerce=date.fromisoformat)
    until = forms.TypedChoiceField(label=gettext_lazy("Last month"), coerce=date.fromisoformat)

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = [first_of_month(on, ago) for ago in range(1, YEARS * 12 + 1)]
        for name in ("since", "until"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type checker
            field.choices = [(month.isoformat(), dateformat.format(month, "F Y")) for month in months]
        self.fields["since"].initial = first_of_month(on, 3).isoformat()
        self.fields["until"].initial = first_of_month(on, 1).isoformat()


class CorrectPackForm(Form):
    """Why the figures were wrong."""

    reason = forms.CharField(
        label=gettext_lazy("What was wrong"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class QuarterForm(Form):
    """One of the quarters that are published."""

    says_optional = False
    quarter = forms.ChoiceField(
        label=gettext_lazy("Quarter"),
        error_messages={"invalid_choice": gettext_lazy("Choose one of the published quarters")},
    )

    def __init__(self, *args: Any, quarters: Sequence[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["quarter"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type checker
        field.choices = [(f"{first:%Y-%m}", quarter_words(first)) for first in quarters]
