"""What the pages of the room ask, by noun."""

from reviews.forms.period import PeriodForm, first_of_month, last_months

__all__ = ["PeriodForm", "first_of_month", "last_months"]
