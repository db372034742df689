"""Tables as a file for a spreadsheet: CSV that Excel opens with its accents, and in which no cell is a formula."""

import csv
from collections.abc import Iterable
from io import StringIO

from mappa.paper import Table

CONTENT_TYPE = "text/csv; charset=utf-8"
# A cell that begins with one of these is run by a spreadsheet, not shown (OWASP, CSV injection).
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_of(tables: Iterable[Table], opening: Iterable[tuple[str, str]] = ()) -> bytes:
    """What is said first, as pairs; then each table under its caption, an empty line between two."""
    made = StringIO()
    rows = csv.writer(made)
    for label, said in opening:
        rows.writerow([harmless(label), harmless(said)])
    for table in tables:
        rows.writerow([])
        rows.writerow([harmless(table.caption)])
        rows.writerow([harmless(column) for column in table.columns])
        rows.writerows([harmless(cell) for cell in row] for row in table.rows)
    return made.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """The words of a cell, with an apostrophe before what a spreadsheet would run. A number stays a number."""
    if cell.lstrip(" ").startswith(RUNS) and not _is_number(cell):
        return f"'{cell}"
    return cell


def _is_number(cell: str) -> bool:
    """-5 is a number; -5+A1 is not."""
    return cell.isascii() and cell.removeprefix("-").replace(".", "", 1).isdigit()
