"""Lengths of sentences and of periods, counted as statutes count them."""

from dataclasses import dataclass
from datetime import date, timedelta

from mappa.dates import add_months, add_years


@dataclass(frozen=True)
class Length:
    """Years, months and days, none negative."""

    years: int = 0
    months: int = 0
    days: int = 0

    def ends(self, starts_on: date) -> date:
        """The last day of a period of this length beginning with a day: the day before the anniversary."""
        return add_months(add_years(starts_on, self.years), self.months) + timedelta(days=self.days - 1)

    def is_at_least_months(self, months: int) -> bool:
        """Not for a term of less than so many months: 11 months and 30 days is less than 12."""
        return self.years * 12 + self.months >= months

    def is_more_than_months(self, months: int) -> bool:
        whole = self.years * 12 + self.months
        return whole > months or (whole == months and self.days > 0)
