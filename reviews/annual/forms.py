"""What the pages of the annual report ask."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Area
from mappa import dates
from mappa.forms import Form
from offenders.forms.documents import FileForm, file_field
from reviews.models import AnnualReport, PublishedTotal
from reviews.models.annual import FIRST_YEAR, year_before, year_words

BACK = 10  # years that may be drafted
MOST_WORDS = 20_000


def version_field() -> forms.IntegerField:
    """Which version was read: what was saved since is not overwritten."""
    return forms.IntegerField(widget=forms.HiddenInput)


class AreaForm(Form):
    """A form about one of the person's own areas, asked for where there are several."""

    area = forms.ModelChoiceField(
        Area.objects.none(),
        label=_("Area"),
        empty_label=_("Choose an area"),
        error_messages={"required": _("Choose an area")},
    )

    def __init__(self, *args: Any, areas: list[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = Area.objects.filter(pk__in=[a.pk for a in areas])  # type: ignore[attr-defined]
        self.only_area = areas[0] if len(areas) == 1 else None
        if self.only_area:
            del self.fields["area"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if self.only_area:
            found["area"] = self.only_area
        return found


class DraftForm(AreaForm):
    """Of which year a report is begun."""

    year = forms.TypedChoiceField(
        label=_("Which year?"),
        help_text=_("A year runs from 1 April to 31 March."),
        coerce=int,
        error_messages={"required": _("Choose the year")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = year_before(dates.today())
        years = range(last, max(last - BACK, FIRST_YEAR - 1), -1)
        self.fields["year"].choices = [(year, year_words(year)) for year in years]  # type: ignore[attr-defined]


def _words_field(label: Any, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=False, max_length=MOST_WORDS, widget=forms.Textarea(attrs={"rows": 8})
    )


HINTS = {
    "arrangements": _("Details of the arrangements: which agencies, and what each does. Needed before approval."),
    "commentary": _("What moved, and why. Name nobody, and no number that the tables hide. Needed before approval."),
}


class WordsForm(Form):
    """What the board writes."""

    version = version_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in AnnualReport.WORDS:
            self.fields[name] = _words_field(words, HINTS.get(name, ""))
        self.redress()


class LayWordsForm(Form):
    """What the lay advisers write."""

    lay_words = forms.CharField(
        label=_("What do the lay advisers say of the year?"),
        help_text=_("Both of you write here. What the other wrote stands in the box: leave it in."),
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"required": _("Write what the lay advisers say of the year")},
    )
    version = version_field()


class VersionForm(Form):
    """Nothing is asked but whether to go on."""

    version = version_field()


class ApproveForm(VersionForm):
    """The member's signature."""

    is_read = forms.BooleanField(
        label=_("I have read the report with its tables, and it may be published"),
        error_messages={"required": _("Tick this once you have read the report")},
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        found.pop("is_read", None)
        return found


class ReasonForm(Form):
    """Why."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Enter the reason")},
    )


def _choice(label: Any, choices: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=[("", _("All together")), *choices], coerce=int, empty_value=None, required=False
    )


class TotalForm(AreaForm):
    """One number that was published."""

    widths: ClassVar = {"year": 4, "number": 10}

    year = forms.IntegerField(
        label=_("In which year did the reporting year begin?"),
        help_text=_("For example 2022 for 1 April 2022 to 31 March 2023."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": _("Enter the year"), "invalid": _("Enter a year of 4 numbers, for example 2022")},
    )
    table = forms.ChoiceField(
        label=_("Which table?"),
        choices=[("", _("Choose a table")), *PublishedTotal.Table.choices],
        error_messages={"required": _("Choose the table")},
    )
    category = _choice(_("Which category?"), [(n, _("Category %s") % n) for n in (1, 2, 3, 4)])
    level = _choice(_("Which level?"), [(n, _("Level %s") % n) for n in (1, 2, 3)])
    number = forms.IntegerField(
        label=_("What number was published?"),
        min_value=0,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Enter the number"),
            "invalid": _("Enter a whole number, for example 816"),
            "min_value": _("Enter a whole number, for example 816"),
        },
    )
    source = forms.CharField(
        label=_("Where was it published?"),
        help_text=_("For example “Bedfordshire annual report 2022-23, page 9”."),
        max_length=200,
        error_messages={"required": _("Enter where the number was published")},
    )


class BringForm(AreaForm, FileForm):
    """A file of totals."""

    file = file_field(
        _("CSV file"),
        hint=_(
            "One line for each number, below a first line with the columns year, table, category, level, number, source."
        ),
        accept=".csv",
    )
