"""Working days: not weekends, not bank holidays of England and Wales, not an area's own closed days."""

from collections import defaultdict
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from functools import lru_cache

from django.db.models import Q
from holidays import country_holidays

from agencies.models import Area, ClosedDay

Closed = AbstractSet[date]


@lru_cache(maxsize=256)
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England and Wales in a year (Banking and Financial Dealings Act 1971, Sch 1)."""
    return frozenset(country_holidays("GB", subdiv="ENG", years=year))


def closed_days(area: Area | None, first: date, last: date) -> set[date]:
    """The days between that everybody, or the area, has closed: one query."""
    rows = ClosedDay.objects.filter(Q(area__isnull=True) | Q(area=area), on__range=(first, last))
    return set(rows.values_list("on", flat=True))


def closed_days_of_areas(first: date, last: date) -> defaultdict[int, set[date]]:
    """The same for every area at once, by its key: one query."""
    rows: list[tuple[int | None, date]] = list(
        ClosedDay.objects.filter(on__range=(first, last)).values_list("area", "on")
    )
    everywhere = {on for area, on in rows if area is None}
    found: defaultdict[int, set[date]] = defaultdict(lambda: set(everywhere))
    for area, on in rows:
        if area is not None:
            found[area].add(on)
    return found


def areas_at_work(on: date) -> list[int]:
    """The areas in which a day is worked, by their keys."""
    closed = closed_days_of_areas(on, on)
    return [pk for pk in Area.objects.values_list("pk", flat=True) if is_working(on, closed[pk])]


def is_working(day: date, closed: Closed) -> bool:
    """Is `day` worked, given the area's closed days?"""
    return day.weekday() < 5 and day not in bank_holidays(day.year) and day not in closed


def step(day: date, days: int, closed: Closed) -> date:
    """The `days`-th working day after `day`, or before it when negative.

    None is the day itself, or the last working day before it: what must be done that day is done by then.
    """
    one = timedelta(days=1 if days > 0 else -1)
    if days == 0:
        while not is_working(day, closed):
            day += one
        return day
    for _each in range(abs(days)):
        day += one
        while not is_working(day, closed):
            day += one
    return day


def after(day: date, days: int, area: Area | None) -> date:
    """The `days`-th working day after `day`; `day` itself when `days` is 0."""
    if days <= 0:
        return day
    # Seven days hold five working days at most; the rest is room for holidays and closures, and grows with the wait.
    reach = timedelta(days=days * 2 + 30)
    while True:
        due = step(day, days, closed_days(area, day, day + reach))
        if due <= day + reach:
            return due
        reach *= 2


def between(first: date, last: date, closed: Closed) -> int:
    """Working days after `first` up to and including `last`; negative when `last` is earlier."""
    if last < first:
        return -between(last, first, closed)
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(is_working(day, closed) for day in days)
