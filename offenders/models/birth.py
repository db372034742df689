"""Dates of birth that a person gave or that are on papers, exact or not."""

import calendar
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from mappa import dates
from offenders.models.fact import Fact, FactQuerySet
from offenders.models.offender import Offender, Precision, birth_words


class BirthDate(Fact):
    """A date of birth: the recorded one where it was changed or is not exact, and others that were used.

    `first` and `last` are the days on which it may have been; a search looks for them.
    """

    class Kind(models.TextChoices):
        RECORDED = "recorded", _("Recorded date of birth")
        OTHER = "other", _("Also given by the person")
        PAPERS = "papers", _("On a document or in another record")

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="birth_dates")
    kind = models.CharField(max_length=10, choices=Kind)
    precision = models.CharField(max_length=5, choices=Precision, default=Precision.DAY)
    first = models.DateField()
    last = models.DateField()
    source = models.CharField(max_length=200, blank=True)

    objects = FactQuerySet["BirthDate"].as_manager()

    class Meta(Fact.Meta):
        verbose_name = _("date of birth")
        ordering = ["kind", "first", "pk"]
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="a_birth_is_within_days"),
            models.UniqueConstraint(
                "offender",
                condition=models.Q(kind="recorded", withdrawn_at__isnull=True),
                name="one_recorded_date_of_birth",
            ),
            models.UniqueConstraint(
                "offender",
                "kind",
                "first",
                "last",
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_such_date_of_birth",
                violation_error_message=_("This date of birth is recorded already."),
            ),
        ]
        indexes = [models.Index(fields=["first", "last"], name="births_by_day")]

    @staticmethod
    def within(day: date, precision: str) -> tuple[date, date]:
        """The first and the last day on which a birth may have been that is known to be of this month, year, or about it."""
        if precision == Precision.ABOUT:
            return date(day.year - 1, 1, 1), date(day.year + 1, 12, 31)
        if precision == Precision.YEAR:
            return date(day.year, 1, 1), date(day.year, 12, 31)
        if precision == Precision.MONTH:
            return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])
        return day, day

    def clean(self) -> None:
        super().clean()
        first: date | None = self.first
        if first is not None and first > dates.today():
            raise ValidationError({"born": _("The date of birth must be in the past")})

    def has_ended(self, on: date) -> bool:
        return False

    @property
    def starts(self) -> date | None:
        return None

    @property
    def day(self) -> date:
        """The day that stands for it: the first on which it may have been, of "about 1981" the first of 1981."""
        return self.first.replace(year=self.first.year + 1) if self.precision == Precision.ABOUT else self.first

    @property
    def in_words(self) -> str:
        """14 May 1981, May 1981, 1981, about 1981."""
        return birth_words(self.day, self.precision)
