"""The columns of a file of cases: docs/record/import.md says the same in words."""

import csv
import io
import re
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Column(NamedTuple):
    """One column: its name in the file, what the pages call it, an example, and other names that are understood."""

    name: str
    label: str | Promise
    example: str
    longest: int = 40
    also: tuple[str, ...] = ()


COLUMNS = (
    Column("surname", _("Last name"), "Bell", 80, ("last name", "family name")),
    Column("forenames", _("First names"), "Ann", 120, ("first names", "first name", "given names")),
    Column("born_on", _("Date of birth"), "27/03/1981", also=("date of birth", "dob")),
    Column("crn", _("CRN"), "X123456"),
    Column("pnc", _("PNC number"), "2004/0712343W", also=("pnc number", "pnc id")),
    Column("noms", _("Prison number"), "A1234AA", also=("prison number", "noms number", "nomis")),
    Column("cro", _("CRO number"), "SF99/1B", also=("cro number",)),
    Column("area", _("Area"), "bedfordshire", 60),
    Column("lead_agency", _("Lead agency"), "probation", 120),
    Column("lead_officer", _("Lead officer’s e-mail address"), "", 254),
    Column("offence_code", _("Offence code"), "OAPA18", 20, ("offence",)),
    Column("outcome", _("What was found"), "convicted", also=("finding",)),
    Column("dealt_with_on", _("Date of the conviction"), "01/03/2024", also=("conviction date", "date of conviction")),
    Column("court", _("Court"), "Luton Crown Court", 80),
    Column("jurisdiction", _("Where it was dealt with"), "", also=("dealt with in",)),
    Column("disposal", _("Sentence"), "imprisonment", also=("sentence",)),
    Column("term_years", _("Length: years"), ""),
    Column("term_months", _("Length: months"), "18"),
    Column("term_days", _("Length: days"), ""),
    Column("licence_ends_on", _("Date when the licence or order ends"), "", also=("licence ends", "licence end date")),
    Column("mappa", _("MAPPA, as the source writes it"), "CAT 2 / LEVEL 1", 100, ("mappa status", "mappa string")),
    Column("mappa_category", _("MAPPA category"), ""),
    Column("mappa_level", _("MAPPA level"), ""),
    Column("next_review_on", _("Date of the next review"), "", also=("next review", "review date")),
    Column("released_on", _("Released on"), "", also=("release date",)),
    Column("whereabouts", _("Where the person is"), "", also=("location status",)),
    Column("whereabouts_since", _("There since"), ""),
    Column("whereabouts_place", _("Prison, hospital or country"), "", 120),
)
NAMES = tuple(column.name for column in COLUMNS)
BY_NAME = {column.name: column for column in COLUMNS}
REQUIRED = ("surname", "forenames", "born_on", "area", "lead_agency")
# One of each: a number to know the person by, and something by which the person is in MAPPA.
ONE_OF = (("crn", "pnc"), ("offence_code", "mappa", "mappa_category"))


def _key(title: str) -> str:
    return re.sub(r"[\s_-]+", " ", title.replace("\ufeff", "")).strip().casefold()


_KNOWN = {_key(title): column.name for column in COLUMNS for title in (column.name, *column.also)}


def column_of(title: str) -> str:
    """The column that a title in the first row names; empty for one that is not known."""
    return _KNOWN.get(_key(title), "")


def template(*, example: bool = False) -> str:
    """An empty file, or one with an example row, as spreadsheets open it: UTF-8 with a mark, comma."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(NAMES)
    if example:
        writer.writerow([column.example for column in COLUMNS])
    return f"\ufeff{out.getvalue()}"
