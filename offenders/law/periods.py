"""Lengths of sentences and of periods, counted as statutes count them."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
# A month is a calendar month (Interpretation Act 1978 Schedule 1): so many in a row have at most, and at least, so
# many days. A whole year has 365, so that a sentence of 365 days is one of 12 months; of four years one is a leap year,
# so that one of 1,826 days is one of 5 years, and one of 1,825 is not.
MOST_DAYS = (0, 31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337)
FEWEST_DAYS = (0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334)


def _most_days(months: int) -> int:
    return _days_of_years(months // 12) + MOST_DAYS[months % 12]


def _fewest_days(months: int) -> int:
    return _days_of_years(months // 12) + FEWEST_DAYS[months % 12]


def _days_of_years(years: int) -> int:
    return years * 365 + years // 4


@dataclass(frozen=True)
class Length:
    """Years, months and days, none negative; only what is left after taking an overlap off may have negative days."""

    years: int = 0
    months: int = 0
    days: int = 0

    def __add__(self, other: "Length") -> "Length":
        return Length(self.years + other.years, self.months + other.months, self.days + other.days)

    def __sub__(self, other: "Length") -> "Length":
        months = self.in_months - other.in_months
        return Length(months=months, days=self.days - other.days)

    def __bool__(self) -> bool:
        return self != Length()

    @property
    def in_months(self) -> int:
        return self.years * 12 + self.months

    @property
    def most_days(self) -> int:
        """How many days it has at most: to order lengths, where a year may have one more."""
        return _most_days(self.in_months) + self.days

    @property
    def is_less_than_nothing(self) -> bool:
        """Whatever months they are: for what is left after taking another length off."""
        months = self.in_months
        if months < 0:
            return self.days < _fewest_days(-months)
        leap_day = 1 if months >= 12 else 0
        return self.most_days + leap_day < 0

    def ends(self, starts_on: date) -> date:
        """The last day of a period of this length beginning with a day: the day before the anniversary.

        Where the last month has no corresponding date, the period ends with that month (Dodds v Walker [1981] UKHL 2).
        """
        corresponding = self._corresponding(starts_on)
        if corresponding is None:
            return self._last_of_month(starts_on) + timedelta(days=self.days)
        return corresponding + timedelta(days=self.days - 1)

    def after(self, day: date) -> date:
        """The last day of a period of this length after a day, which is not counted itself: the corresponding date."""
        return (self._corresponding(day) or self._last_of_month(day)) + timedelta(days=self.days)

    def _corresponding(self, day: date) -> date | None:
        last = self._last_of_month(day)
        return None if day.day > last.day else last.replace(day=day.day)

    def _last_of_month(self, day: date) -> date:
        years, month = divmod(day.month - 1 + self.in_months, 12)
        year, month = day.year + years, month + 1
        return date(year, month, monthrange(year, month)[1])

    def is_at_least_months(self, months: int) -> bool:
        """Not for a term of less than so many months, whatever months they are: 11 months and 30 days is less than 12."""
        spare = self.in_months - months
        return self.days >= _most_days(-spare) if spare < 0 else -self.days <= _fewest_days(spare)

    def is_more_than_months(self, months: int) -> bool:
        spare = self.in_months - months
        return self.days > _most_days(-spare) if spare <= 0 else -self.days < _fewest_days(spare)

    def halved(self) -> "Length":
        """One half, in whole months."""
        months = self.in_months // 2
        return Length(years=months // 12, months=months % 12)

    def __str__(self) -> str:
        """3 years 6 months."""
        parts = ((self.years, "year"), (self.months, "month"), (self.days, "day"))
        return " ".join(f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in parts if number) or "0 days"


@dataclass(frozen=True)
class Stretch:
    """The days from the first to the last, both counted."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same days in order, each once: what overlaps or touches becomes one."""
    found: list[Stretch] = []
    for stretch in sorted(stretches, key=lambda each: each.first):
        if found and (stretch.first - found[-1].last).days <= 1:
            found[-1] = Stretch(found[-1].first, max(found[-1].last, stretch.last))
        else:
            found.append(stretch)
    return found


def is_under(years: int, born_on: date, on: date) -> bool:
    """Not yet of that age on a day. An age is reached as the birthday begins (Family Law Reform Act 1969 s.9);
    whoever was born on 29 February reaches it on 1 March of a common year."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day)) < years


def in_words(day: date) -> str:
    """14 January 2026."""
    return f"{day.day} {day:%B} {day.year}"
