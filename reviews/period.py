"""Periods and shares: what every figure of a board is about."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from mappa import dates


@dataclass(frozen=True)
class Period:
    """Whole days, both counted."""

    first: date
    last: date

    @property
    def months(self) -> int:
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    @property
    def starts(self) -> list[date]:
        """The first day of each month that it touches: figures are kept by these."""
        first = self.first.replace(day=1)
        return [dates.add_months(first, number) for number in range(self.months)]

    def before(self) -> "Period":
        """As many months, ending the day before this begins."""
        return Period(dates.add_months(self.first, -self.months), self.first - dates.ONE_DAY)

    def instants(self) -> tuple[datetime, datetime]:
        """From the first midnight in London to the one after the last day."""
        ends = (self.first, self.last + dates.ONE_DAY)
        first, after = (timezone.make_aware(datetime.combine(day, time.min)) for day in ends)
        return first, after


def whole_months(first: date, last: date) -> Period:
    """From the first day of one month to the last day of another."""
    return Period(first.replace(day=1), month_end(last))


def month_end(day: date) -> date:
    """The last day of the month of a day."""
    return dates.add_months(day.replace(day=1), 1) - dates.ONE_DAY


def end_of(day: date) -> datetime:
    """The midnight in London at which a day ends."""
    return timezone.make_aware(datetime.combine(day + dates.ONE_DAY, time.min))


@dataclass(frozen=True)
class Share:
    """So many of so many. Of what is only counted, `whole` is the number."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """Rounded down: 89.9% has not met 90%."""
        return 100 * self.part // self.whole if self.whole else None
