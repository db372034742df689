"""The filters of the access log, and what is asked before it is taken out."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Agency, User
from agencies.models.standard import value
from assurance.access_log import Asked, token_of
from assurance.lines import PURPOSES
from audit.models import Act
from mappa import dates
from mappa.forms import DateField, Form
from offenders.search import is_reference

# The log of everybody of an agency has no index by these: looking for a few acts reads all of the days.
NARROWING = ("act", "purpose", "denied")
FILTERED_DAYS = 92


class LogForm(Form):
    """From when until when, and which acts. Nothing chosen means the days of the standard, and everything."""

    says_optional = False
    since = DateField(label=gettext_lazy("From"), what=gettext_lazy("first day"), required=False)
    until = DateField(label=gettext_lazy("To"), what=gettext_lazy("last day"), required=False)
    act = forms.ChoiceField(label=gettext_lazy("What was done"), required=False)
    purpose = forms.ChoiceField(label=gettext_lazy("Purpose given"), required=False)
    denied = forms.BooleanField(label=gettext_lazy("Only what was refused"), required=False)

    def __init__(self, *args: Any, people: Iterable[User] = (), of_many: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._of_many = of_many
        self._people = {token_of(person): person for person in people}
        self._choose("act", [(str(code), str(words)) for code, words in Act.choices])
        self._choose("purpose", list(PURPOSES.items()))
        if self._people:
            self.fields["who"] = forms.ChoiceField(label=gettext_lazy("Who"), required=False)
            self._choose("who", [(token, person.name) for token, person in self._people.items()])
            self.redress()

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type checker
        field.choices = [("", _("Everything") if name != "who" else _("Everybody")), *choices]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        first, last = self._days(found)
        most = value("access_log_most_days", None, dates.today())
        if last < first:
            self.add_error("until", _("The last day must not be before the first"))
        elif (last - first).days >= most:
            self.add_error("since", _("Ask for at most %s days at once") % most)
        elif self._of_many and (last - first).days >= FILTERED_DAYS and any(found.get(name) for name in NARROWING):
            self.add_error("since", _("With a filter, ask for at most %s days at once") % FILTERED_DAYS)
        return found

    def _days(self, found: dict[str, Any]) -> tuple[date, date]:
        last = found.get("until") or dates.today()
        days = value("access_log_days", None, dates.today())
        return found.get("since") or last - timedelta(days=days - 1), last

    def asked(self) -> Asked:
        """What is asked for; what is wrong is left out, and the page says so beside it."""
        right = {} if {"since", "until"} & set(self.errors) else self.cleaned_data
        first, last = self._days(right)
        chosen = self.cleaned_data
        person = self._people.get(chosen.get("who", ""))
        return Asked(
            first,
            last,
            act=chosen.get("act", ""),
            person=person.pk if person else None,
            purpose=chosen.get("purpose", ""),
            denied=bool(chosen.get("denied")),
        )


class AgencyForm(Form):
    """Which of some agencies."""

    says_optional = False
    agency = forms.ModelChoiceField(
        label=gettext_lazy("Agency"),
        queryset=Agency.objects.none(),
        empty_label=gettext_lazy("Choose an agency"),
        error_messages={
            "required": gettext_lazy("Choose an agency"),
            "invalid_choice": gettext_lazy("Choose one of the agencies listed"),
        },
    )

    def __init__(self, *args: Any, agencies: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]


class MonthForm(AgencyForm):
    """An agency and one of the last twelve months."""

    month = forms.TypedChoiceField(label=gettext_lazy("Month"), coerce=date.fromisoformat)

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = [dates.add_months(on.replace(day=1), -ago) for ago in range(12)]
        field = self.fields["month"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type checker
        field.choices = [(month.isoformat(), dateformat.format(month, "F Y")) for month in months]


class CaseForm(Form):
    """Which case, by its reference alone."""

    widths = {"reference": 20}
    reference = forms.CharField(
        label=gettext_lazy("Reference of the case"),
        max_length=20,
        help_text=gettext_lazy("For example MA-7Q2F-K9XD. You are shown who opened it, and nothing of what it says."),
        error_messages={"required": gettext_lazy("Enter the reference of the case")},
    )

    def clean_reference(self) -> str:
        reference: str = self.cleaned_data["reference"].strip().upper()
        if not is_reference(reference):
            raise ValidationError(_("Enter the reference as it stands on the case, like MA-7Q2F-K9XD"))
        return reference


class WhoseForm(Form):
    """Whose access, by a part of a name or e-mail. It is sent and stands in no address."""

    widths = {"words": 20}
    words = forms.CharField(
        label=gettext_lazy("Name or work email"),
        max_length=80,
        help_text=gettext_lazy("Of somebody who works, or worked, in your area."),
        error_messages={"required": gettext_lazy("Enter a part of the name or of the email address")},
    )


class Why(models.TextChoices):
    """Why lines of the log leave mappa. No words: the log holds no personal data, and says this."""

    INSPECTION = "inspection", gettext_lazy("An inspection or audit")
    COMPLAINT = "complaint", gettext_lazy("A complaint or an information rights request")
    INVESTIGATION = "investigation", gettext_lazy("An investigation of how the record was used")
    COURT = "court", gettext_lazy("A court or a tribunal asks for it")
    REVIEW = "review", gettext_lazy("A review of the case")


class TakeOutForm(Form):
    """Why, and as what."""

    inline = ("form",)
    why = forms.ChoiceField(
        label=gettext_lazy("What do you need it for?"),
        choices=Why.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Select what you need it for")},
    )
    form = forms.ChoiceField(
        label=gettext_lazy("As what?"),
        choices=[("csv", gettext_lazy("Spreadsheet (CSV)")), ("pdf", gettext_lazy("Paper (PDF)"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Select spreadsheet or paper")},
    )
