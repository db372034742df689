"""Count the measures anew: for whole months, every area at once, a query for some months (for each month-end of a stock).

The board counts every case of an area, restricted ones too, and sees none: reading is past visibility here, and what
comes out are numbers.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q, Value
from django.db.models.functions import TruncMonth
from django.utils import timezone

from agencies import working_days
from mappa import dates
from mappa.guard import unguarded
from reviews.measures import DIMENSIONS, MEASURES, Flow, Measure, Stock, Wait
from reviews.models import CountedMonth, Figure
from reviews.period import month_end

WHY = "the board counts every case of its area and sees none"
# Months that are counted again each hour, and each night: the running one and two years, for a year is compared with the
# one before.
LATELY, LONG = 2, 25
# So many months are counted by one statement: at a million cases two years of reviews take longer than one may (15 s).
AT_ONCE = 3
FIRST_YEAR = 2001  # in which the arrangements began (Criminal Justice and Court Services Act 2000 s.67)
NO_VALUE = {"level": 0, "category": 0, "agency": None, "detail": ""}


def months_back(on: date, number: int) -> list[date]:
    """The first days of so many months, the running one being the last."""
    first = on.replace(day=1)
    return [dates.add_months(first, -ago) for ago in reversed(range(number))]


def recount(months: Sequence[date], *, on: date, slugs: Iterable[str] = MEASURES) -> int:
    """Count measures for these months as the record stands now; how many figures there are.

    What was counted before is replaced, so that it may be run at any time, twice, and by two at once. Months to come are
    left out: there is nothing to count.
    """
    wanted = sorted({month.replace(day=1) for month in months if month <= on})
    return sum(_recount(MEASURES[slug], wanted, on) for slug in slugs) if wanted else 0


def never_counted(on: date) -> list[date]:
    """Months of the last two years in which some measure was never counted, as after a release that brings a new one."""
    months = months_back(on, LONG)
    counted = CountedMonth.objects.filter(measure__in=MEASURES, month__in=months).values_list("month")
    full = {month for month, found in counted.annotate(found=Count("pk")).order_by() if found == len(MEASURES)}
    return [month for month in months if month not in full]


@transaction.atomic
def _recount(measure: Measure, months: list[date], on: date) -> int:
    """One measure. Its marks are written first: a second count waits for them until the first is done."""
    now = timezone.now()
    CountedMonth.objects.bulk_create(
        [CountedMonth(measure=measure.slug, month=month, counted_at=now) for month in months],
        update_conflicts=True,
        unique_fields=["measure", "month"],
        update_fields=["counted_at"],
    )
    with unguarded(WHY):
        figures = list(_figures(measure, months, on))
        Figure.objects.filter(measure=measure.slug, month__in=months).delete()
        Figure.objects.bulk_create(figures, batch_size=2000)
    return len(figures)


def _figures(measure: Measure, months: list[date], on: date) -> Iterator[Figure]:
    counted = measure.counted
    if isinstance(counted, Stock):
        return (figure for month in months for figure in _at_the_end(measure, counted, month, on))
    parts = (months[at : at + AT_ONCE] for at in range(0, len(months), AT_ONCE))
    if isinstance(counted, Wait):
        return (figure for some in parts for figure in _waited(measure, counted, some, on))
    return (figure for some in parts for figure in _happened(measure, counted, some, on))


def _columns(counted: Flow | Stock) -> dict[str, Any]:
    """Area and dimensions, under the names that they have in the table; what it is not kept by has no value."""
    given = {name: F(column) for name, column in counted.by.items()}
    return {f"in_{name}": column for name, column in {"area": F(counted.area), **given}.items()}


def _as_figure(measure: Measure, row: dict[str, Any], **more: Any) -> Figure:
    named = {name: row.get(f"in_{name}", NO_VALUE[name]) for name in DIMENSIONS}
    named["agency_id"] = named.pop("agency")
    return Figure(measure=measure.slug, area_id=row["in_area"], part=row["part"], whole=row["whole"], **named, **more)


def _grouped(rows: Any, counted: Flow | Stock, part: Q | None, **more: Any) -> Any:
    """Rows by all that they are kept by, with how many there are and how many of them are the numerator."""
    columns = _columns(counted) | more
    met = Count("pk", filter=part) if part is not None else Value(0)
    return rows.order_by().values(**columns).annotate(whole=Count("pk"), part=met)


def _happened(measure: Measure, counted: Flow, months: list[date], on: date) -> Iterator[Figure]:
    rows = _within(counted.of(counted.model._default_manager.all(), on), months)
    for row in _grouped(rows, counted, counted.part, in_month=TruncMonth("fell_on")):
        if row["in_month"] in months:
            yield _as_figure(measure, row, month=row["in_month"])


def _within(rows: Any, months: list[date]) -> Any:
    return rows.filter(fell_on__range=(months[0], month_end(months[-1])))


def _at_the_end(measure: Measure, counted: Stock, month: date, on: date) -> Iterator[Figure]:
    """A month's last day; of the running month, today."""
    day = min(month_end(month), on)
    part = counted.part(day) if counted.part else None
    rows = counted.of(counted.model._default_manager.all(), day)
    return (_as_figure(measure, row, month=month) for row in _grouped(rows, counted, part))


def _waited(measure: Measure, counted: Wait, months: list[date], on: date) -> Iterator[Figure]:
    """How many waited how long: counted by their two days, and these measured in working days of the area."""
    rows = _within(counted.of(counted.model._default_manager.all(), on), months)
    closed = working_days.closed_days_of_areas(months[0], on)

    @cache
    def days_of(area: int, began: date, ended: date) -> int:
        return working_days.between(began, ended, closed[area])

    found: dict[tuple[Any, ...], Figure] = {}
    pairs = {"in_month": TruncMonth("fell_on"), "in_began": F("began"), "in_ended": F("ended")}
    for row in _grouped(rows, counted, counted.part, **pairs):
        if row["in_month"] not in months:
            continue
        days = days_of(row["in_area"], row["in_began"], row["in_ended"])
        figure = _as_figure(measure, row, month=row["in_month"], days=days)
        key = (figure.month, figure.area_id, figure.level, figure.category, figure.agency_id, figure.detail, days)
        if key in found:
            found[key].whole += figure.whole
        else:
            found[key] = figure
    return iter(found.values())
