"""Working days: not weekends, not bank holidays of England and Wales, not an area's own closed days."""

from datetime import date, timedelta
from functools import lru_cache

from holidays import country_holidays

from agencies.models import Area, ClosedDay


@lru_cache(maxsize=256)
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England and Wales in a year (Banking and Financial Dealings Act 1971, Sch 1)."""
    return frozenset(country_holidays("GB", subdiv="ENG", years=year))


def closed_days(area: Area | None, first: date, last: date) -> set[date]:
    """The days between that everybody, or the area, has closed: one query."""
    rows = ClosedDay.objects.filter(on__range=(first, last))
    return set(rows.filter(area__isnull=True).union(rows.filter(area=area)).values_list("on", flat=True))


def is_working(day: date, closed: set[date]) -> bool:
    """Is `day` worked, given the area's closed days?"""
    return day.weekday() < 5 and day not in bank_holidays(day.year) and day not in closed


def after(day: date, days: int, area: Area | None) -> date:
    """The `days`-th working day after `day`."""
    closed = closed_days(area, day, day + timedelta(days=days * 2 + 30))
    due = day
    while days > 0:
        due += timedelta(days=1)
        days -= is_working(due, closed)
    return due


def between(first: date, last: date, closed: set[date]) -> int:
    """Working days after `first` up to and including `last`; negative when `last` is earlier."""
    if last < first:
        return -between(last, first, closed)
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(is_working(day, closed) for day in days)
