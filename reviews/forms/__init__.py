"""What the pages of the room ask, by noun."""

from reviews.forms.period import CorrectPackForm, PackForm, PeriodForm, QuarterForm, first_of_month, last_months

__all__ = ["CorrectPackForm", "PackForm", "PeriodForm", "QuarterForm", "first_of_month", "last_months"]
