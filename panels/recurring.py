"""Dates that come again: every so many weeks, or on a weekday of each month, and never on a day that is not worked.

Pure: the caller gives the area's closed days. A date that cannot be worked moves to the next working day before the one
that follows; where there is none, the date is given up and says so.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.utils.translation import gettext as _

from agencies.working_days import Closed, bank_holidays, is_working
from mappa import dates
from mappa.templatetags.mappa import long_date

LAST = -1
ONE_DAY = dates.ONE_DAY


@dataclass(frozen=True)
class Rule:
    """A weekday (0 is Monday) every `weeks` weeks; or, where that is 0, the `nth` of its kind in each month."""

    weekday: int
    weeks: int = 0
    nth: int = 0


@dataclass(frozen=True)
class Proposed:
    """A date by the rule, the day that takes its place, and why. Without a day there is none in its period."""

    wanted: date
    on: date | None
    why: str = ""


def by_rule(rule: Rule, start: date, count: int) -> list[date]:
    """The first `count` dates by the rule from `start` on, worked or not."""
    if rule.weeks:
        first = start + timedelta(days=(rule.weekday - start.weekday()) % 7)
        return [first + timedelta(weeks=rule.weeks * number) for number in range(count)]
    month = start.replace(day=1)
    found: list[date] = []
    while len(found) < count:
        day = nth_of_month(rule, month)
        if day >= start:
            found.append(day)
        month = dates.add_months(month, 1)
    return found


def nth_of_month(rule: Rule, month: date) -> date:
    """The first, second, third, fourth or last such weekday of the month that begins on `month`."""
    if rule.nth == LAST:
        end = dates.add_months(month, 1) - ONE_DAY
        return end - timedelta(days=(end.weekday() - rule.weekday) % 7)
    return month + timedelta(days=(rule.weekday - month.weekday()) % 7, weeks=rule.nth - 1)


def propose(rule: Rule, start: date, count: int, closed: Closed) -> list[Proposed]:
    """One date in each period, from a date by the rule up to the day before the next."""
    found = by_rule(rule, start, count + 1)
    return [_worked(day, following, closed) for day, following in pairwise(found)]


def _worked(wanted: date, following: date, closed: Closed) -> Proposed:
    day = wanted
    while day < following and not is_working(day, closed):
        day += ONE_DAY
    if day == wanted:
        return Proposed(wanted, wanted)
    why = _("%(day)s is a bank holiday") if wanted in bank_holidays(wanted.year) else _("The area is closed on %(day)s")
    why %= {"day": long_date(wanted)}
    if day == following:
        return Proposed(wanted, None, _("%s, and no working day follows before the next date") % why)
    return Proposed(wanted, day, _("%s: the next working day instead") % why)
