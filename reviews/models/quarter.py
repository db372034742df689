"""What lay readers read of the past quarters of an area."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import Area


class PublishedQuarter(models.Model):
    """A completed quarter as lay readers read it: counted once, hidden before it was kept, and never changed (ADR 0020).

    `figures` holds what is shown and nothing else: of each family of reviews/quarters.py its groups, each with its
    counts as reviews/rounding.py shows them. The row is about no case and names nobody.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    first = models.DateField()
    figures = models.JSONField()
    published_on = models.DateField()

    class Meta:
        ordering = ["-first"]
        constraints = [
            models.UniqueConstraint(
                "area", "first", name="a_quarter_is_published_once", violation_error_message=_("Published already.")
            )
        ]

    def __str__(self) -> str:
        return f"{self.area_id}, {self.first}"
