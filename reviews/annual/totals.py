"""Totals of earlier reports, entered one by one or brought as a CSV file, so that trends begin with them."""

import csv
import io
from collections.abc import Iterator
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Parts, Perm, require
from agencies.models import Area, User
from audit.record import record
from mappa import dates
from reviews.annual.tables import CATEGORIES, by_slug
from reviews.models import AnnualReport, PublishedTotal
from reviews.models.annual import FIRST_YEAR, year_before, year_words

COLUMNS = ("year", "table", "category", "level", "number", "source")
EXAMPLE = "\n".join(
    (
        ",".join(COLUMNS),
        "2022,eligible,,,816,Bedfordshire annual report 2022-23",
        "2022,eligible,1,,568,Bedfordshire annual report 2022-23",
    )
)
LARGEST = 100_000  # bytes
MOST = 1_000  # rows
SHOWN = 10  # mistakes
HIGHEST = 10_000_000


@transaction.atomic
def enter_total(
    *, area: Area, year: int, table: str, category: int | None, level: int | None, number: int, source: str, by: User
) -> PublishedTotal:
    """Enter one number of an earlier report, as it was published."""
    require(by, Perm.BOARD_PREPARE, on=Parts(area=area.pk))
    row = PublishedTotal(
        area=area,
        year=year,
        table=table,
        category=category,
        level=level,
        number=number,
        source=source.strip(),
        entered_by=by,
    )
    _refuse(row, by=by)
    row.full_clean()
    row.save()
    record("published_total.entered", by=by, about=row, year=year, table=table)
    return row


def _refuse(row: PublishedTotal, *, by: User) -> None:
    """Raise ValidationError for a year to come, one reported here, and a cell that its table does not have."""
    if not FIRST_YEAR <= row.year <= year_before(dates.today()):
        words = _("Enter a year from %(first)s to %(last)s, by the year in which it begins")
        raise ValidationError({"year": words % {"first": FIRST_YEAR, "last": year_before(dates.today())}})
    if AnnualReport.objects.visible_to(by).filter(area=row.area, year=row.year).exclude(state="due").exists():
        raise ValidationError(
            {"year": _("The report of %s is made here: it gives its own figures") % year_words(row.year)}
        )
    definition = by_slug()[row.table]
    levels, has_categories = tuple(definition.levels), definition.by_category
    if row.category is not None and not has_categories:
        raise ValidationError({"category": _("This table has no categories: leave it empty")})
    if row.level is not None and row.level not in levels:
        raise ValidationError({"level": _("This table does not have that level: leave it empty, or choose another")})
    if row.number > HIGHEST:
        raise ValidationError({"number": _("Enter a number of at most %s") % f"{HIGHEST:,}"})


@transaction.atomic
def remove_total(*, total: PublishedTotal, by: User) -> None:
    """Take away a number that was entered by mistake. The record keeps that it was there."""
    require(by, Perm.BOARD_PREPARE, on=total)
    rows = PublishedTotal.objects.visible_to(by).select_for_update(of=("self",))
    row = rows.filter(pk=total.pk).first()
    if row is None:
        raise ValidationError(_("This total was removed already."))
    about: dict[str, Any] = {"year": row.year, "table": row.table, "category": row.category, "level": row.level}
    record("published_total.removed", by=by, about=row, number=row.number, **about)
    row.delete()


@transaction.atomic
def bring_totals(*, area: Area, file: IO[bytes], by: User) -> int:
    """Enter every row of a CSV file, or none: how many.

    Raises ValidationError that names the rows which are wrong, and what to write there.
    """
    require(by, Perm.BOARD_PREPARE, on=Parts(area=area.pk))
    mistakes, brought = [], 0
    for line, cells in _lines(file):
        try:
            with transaction.atomic():
                enter_total(area=area, by=by, **_read(cells))
            brought += 1
        except ValidationError as refusal:
            mistakes.append(_("Row %(row)s: %(why)s") % {"row": line, "why": " ".join(refusal.messages)})
    if not (mistakes or brought):
        raise ValidationError({"file": _("The file has no rows below its first line. Add one for each total.")})
    if mistakes:
        more = [_("and %s more rows") % (len(mistakes) - SHOWN)] if len(mistakes) > SHOWN else []
        raise ValidationError({"file": [*mistakes[:SHOWN], *more]})
    return brought


def _lines(file: IO[bytes]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of the file with the number that a spreadsheet shows."""
    made = file.read(LARGEST + 1)
    if len(made) > LARGEST:
        raise ValidationError({"file": _("The file is too large. Bring at most %s KB.") % (LARGEST // 1000)})
    try:
        text = made.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValidationError({"file": _("The file is not a CSV file in UTF-8. Save it as “CSV UTF-8”.")}) from None
    reader = csv.reader(io.StringIO(text))
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        if sorted(header) != sorted(COLUMNS):
            words = _("The first line must have these columns: %s") % ", ".join(COLUMNS)
            raise ValidationError({"file": words})
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        raise ValidationError({"file": _("The file cannot be read as CSV. Save it again as “CSV UTF-8”.")}) from None
    if len(rows) > MOST:
        raise ValidationError({"file": _("The file has too many rows. Bring at most %s at once.") % f"{MOST:,}"})
    for line, row in rows:
        cells = [*row, *[""] * (len(header) - len(row))]
        yield line, {name: cell.strip() for name, cell in zip(header, cells, strict=False)}


def _read(cells: dict[str, str]) -> dict[str, Any]:
    """One row as `enter_total` takes it."""
    if cells["table"] not in PublishedTotal.Table.values:
        words = _("“%(said)s” is no table. Write one of these: %(tables)s")
        raise ValidationError(words % {"said": cells["table"][:40], "tables": ", ".join(PublishedTotal.Table.values)})
    if not cells["source"]:
        raise ValidationError(_("Write in “source” where the number was published"))
    return {
        "year": _whole(cells, "year"),
        "table": cells["table"],
        "category": _one_of(cells, "category", CATEGORIES),
        "level": _one_of(cells, "level", (1, 2, 3)),
        "number": _whole(cells, "number"),
        "source": cells["source"],
    }


def _whole(cells: dict[str, str], name: str) -> int:
    said = cells[name].replace(",", "")
    if not (said.isascii() and said.isdigit() and len(said) < 9):
        words = _("“%(said)s” in “%(column)s” is not a whole number. Write digits only.")
        raise ValidationError(words % {"said": cells[name][:40], "column": name})
    return int(said)


def _one_of(cells: dict[str, str], name: str, known: tuple[int, ...]) -> int | None:
    if not cells[name]:
        return None
    if cells[name] not in map(str, known):
        words = _("Write one of these in “%(column)s”, or nothing for all: %(known)s")
        raise ValidationError(words % {"column": name, "known": ", ".join(map(str, known))})
    return int(cells[name])
