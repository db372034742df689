"""What the pages of an import ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mappa.forms import Form
from offenders.forms.documents import file_field
from offenders.imports.columns import COLUMNS, REQUIRED
from offenders.models import ImportRow


class ImportForm(Form):
    """A file of cases."""

    file = file_field(
        _("File"),
        hint=_("A CSV file in UTF-8, up to 20 MB and 200,000 rows. Nothing is loaded before you have seen the check."),
        accept=".csv,text/csv",
    )


class ImportRowForm(Form):
    """The cells of a row that waits, to be put right. Dates and numbers are typed as in the file."""

    another_reason = forms.CharField(
        label=_("Why is this another person?"),
        help_text=_("Somebody like this may be registered already, or in another row of the file. Look first who is."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, row: ImportRow, asks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for column in COLUMNS:
            self.fields[column.name] = forms.CharField(
                label=str(column.label),
                max_length=max(column.longest, 200),
                required=column.name in REQUIRED,
                initial=row.cells.get(column.name, ""),
            )
        if not (asks or self.data.get("another_reason")):
            del self.fields["another_reason"]
        self.redress()


class DiscardRowForm(Form):
    """Why a row is set aside."""

    discard_reason = forms.CharField(
        label=_("Why is the row set aside?"),
        help_text=_("Nobody loads it then. Its cells and this reason stay."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Enter why the row is set aside")},
    )
