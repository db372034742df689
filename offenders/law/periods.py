"""Lengths of sentences and of periods, counted as statutes count them."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Length:
    """Years, months and days, none negative."""

    years: int = 0
    months: int = 0
    days: int = 0

    def ends(self, starts_on: date) -> date:
        """The last day of a period of this length beginning with a day: the day before the anniversary.

        Where the last month has no corresponding date, the period ends with that month (Dodds v Walker [1981] UKHL 2).
        """
        years, month = divmod(starts_on.month - 1 + self.months, 12)
        year, month = starts_on.year + self.years + years, month + 1
        last_of_month = monthrange(year, month)[1]
        if starts_on.day > last_of_month:
            return date(year, month, last_of_month) + timedelta(days=self.days)
        return date(year, month, starts_on.day) + timedelta(days=self.days - 1)

    @property
    def whole_months(self) -> int:
        """Months that the length surely holds: 365 days make a year, and any 31 of the rest a month."""
        years, days = divmod(self.days, 365)
        return (self.years + years) * 12 + self.months + days // 31

    def is_at_least_months(self, months: int) -> bool:
        """Not for a term of less than so many months: 11 months and 30 days is less than 12."""
        return self.whole_months >= months

    def is_more_than_months(self, months: int) -> bool:
        return self.whole_months > months or (self.whole_months == months and self.days > 0)
