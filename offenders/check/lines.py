"""Boxes in which several lengths or stays are typed, one a line."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from offenders import lengths
from offenders.law.periods import Length, Stretch

MOST_LINES = 50
FIRST_YEAR, LAST_YEAR = 1900, 2100
STAY = re.compile(
    r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})\s+(?:to|until|-)\s+(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})", re.ASCII
)


class LinesField(forms.CharField):
    """Some lines, each read for itself; a line that is not understood is named with its number."""

    example: Any = ""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        super().__init__(max_length=5000, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def read(self, line: str) -> Any:
        """What a line says. Raises ValueError when it says nothing that is understood."""
        raise NotImplementedError

    def clean(self, value: Any) -> tuple[Any, ...]:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise ValidationError(_("Give no more than %s lines") % MOST_LINES)
        found = []
        for number, line in enumerate(lines, start=1):
            try:
                found.append(self.read(line))
            except ValueError:
                words = _("Line %(number)s is not understood: write it like %(example)s")
                raise ValidationError(words % {"number": number, "example": self.example}) from None
        return tuple(found)


class LengthsField(LinesField):
    """Lengths such as "2 years 3 months", read as the record reads them; none typed is none."""

    example = _("18 months, or 2 years 3 months")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def read(self, line: str) -> Length:
        return lengths.read(line)


class StaysField(LinesField):
    """Stays such as "3/4/2026 to 6/4/2026", both days counted."""

    example = _("3/4/2026 to 6/4/2026, the last day not before the first")

    def read(self, line: str) -> Stretch:
        parts = STAY.fullmatch(line)
        if parts is None:
            raise ValueError(line)
        day, month, year, last_day, last_month, last_year = (int(part) for part in parts.groups())
        first, last = date(year, month, day), date(last_year, last_month, last_day)
        if not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR or last < first:
            raise ValueError(line)
        return Stretch(first, last)
