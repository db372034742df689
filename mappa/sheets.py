"""Tables as a file for a spreadsheet: CSV that Excel opens with its accents, and in which no cell is a formula."""

import csv
import re
from collections.abc import Iterable
from io import StringIO
from typing import Any

from mappa.paper import Table

CONTENT_TYPE = "text/csv; charset=utf-8"
# A cell that begins with one of these is run by a spreadsheet, not shown (OWASP, CSV injection; ASVS 5.0, 1.2.10).
_BEFORE = re.compile(r"^[\s\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+")
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def csv_of(tables: Iterable[Table], opening: Iterable[tuple[str, str]] = ()) -> bytes:
    """What is said first, as pairs; then each table under its caption, an empty line between two."""
    made = StringIO()
    rows = _writer(made)
    for label, said in opening:
        rows.writerow([harmless(label), harmless(said)])
    for table in tables:
        rows.writerow([])
        rows.writerow([harmless(table.caption)])
        rows.writerow([harmless(column) for column in table.columns])
        rows.writerows([harmless(cell) for cell in row] for row in table.rows)
    return made.getvalue().encode("utf-8-sig")


def csv_of_rows(rows: Iterable[Iterable[str]]) -> bytes:
    """One table that a program may read too: its columns in the first row, and nothing else."""
    made = StringIO()
    _writer(made).writerows([harmless(cell) for cell in row] for row in rows)
    return made.getvalue().encode("utf-8-sig")


def _writer(into: StringIO) -> Any:
    """Every cell in quotes (RFC 4180, 2.6 and 2.7): where a spreadsheet parts cells at ";" it stays one cell."""
    return csv.writer(into, quoting=csv.QUOTE_ALL)


def harmless(cell: str) -> str:
    """The words of a cell, with an apostrophe before what a spreadsheet would run. A number stays a number."""
    # Looked at as a spreadsheet reads it: without the blanks and the signs of no width before it.
    runs = cell.startswith(RUNS) or _BEFORE.sub("", cell).startswith(RUNS)
    if runs and not _is_number(cell):
        return f"'{cell}"
    return cell


def _is_number(cell: str) -> bool:
    """-5 is a number; -5+A1 is not."""
    return cell.isascii() and cell.removeprefix("-").replace(".", "", 1).isdigit()
