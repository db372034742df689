"""What was counted: so many, of so many, in an area in a month. The table that every board page is read from."""

from collections.abc import Sequence
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from agencies.access import Parts, Why
from agencies.models import Agency, Area, User
from mappa.guard import GuardedQuerySet, ProtectedModel
from reviews.readers import areas_read, reads_everywhere


class FigureQuerySet(GuardedQuerySet["Figure"]):
    def visible_to(self, user: User) -> Self:
        """Figures of the areas whose numbers the user reads as they are: small ones are in them."""
        return self.scoped(Q(pk__isnull=False) if reads_everywhere(user) else Q(area__in=areas_read(user)))

    def of_measure(self, measure: str, months: Sequence[date]) -> Self:
        """What was counted of a measure in these months: numbers, and nobody's row (reviews/figures.py sums them)."""
        return self.scoped(Q(measure=measure, month__in=months))


class Figure(ProtectedModel):
    """One number of one measure (reviews/measures/), made anew by every recount, and never entered by a person.

    Of a share `part` of `whole`; of what is only counted, `whole`. Of a wait, how many waited `days` working days. What a
    measure is not kept by is 0, empty or nothing.
    """

    measure = models.SlugField(max_length=40)
    month = models.DateField()
    area = models.ForeignKey(Area, models.CASCADE, related_name="+")
    level = models.PositiveSmallIntegerField(default=0)
    category = models.PositiveSmallIntegerField(default=0)
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+", null=True, blank=True)
    detail = models.CharField(max_length=40, blank=True)
    days = models.IntegerField(null=True, blank=True)
    part = models.PositiveIntegerField(default=0)
    whole = models.PositiveIntegerField(default=0)

    objects = FigureQuerySet.as_manager()

    class Meta:
        ordering = ["measure", "month", "pk"]
        constraints = [
            models.UniqueConstraint(
                "measure",
                "month",
                "area",
                "level",
                "category",
                "agency",
                "detail",
                "days",
                name="a_figure_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(part__lte=F("whole")), name="a_part_is_of_its_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.measure}, {self.month:%Y-%m}"

    def case_id_for_audit(self) -> None:
        return None

    def parts(self) -> Parts:
        return Parts(area=self.area_id)

    def why(self, user: User) -> Why:
        """A figure is about nobody."""
        return Why("figure")


class CountedMonth(models.Model):
    """When a measure was last counted for a month, in every area: where it found nothing, that is the figure."""

    measure = models.SlugField(max_length=40)
    month = models.DateField()
    counted_at = models.DateTimeField()

    class Meta:
        ordering = ["measure", "month"]
        constraints = [models.UniqueConstraint(fields=["measure", "month"], name="a_month_counted_once")]

    def __str__(self) -> str:
        return f"{self.measure}, {self.month:%Y-%m}"
