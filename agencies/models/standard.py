"""Figures of the Guidance: data with dates and citations, never constants in code."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models.agency import Area

# Standards that are a place in an order, and the places there are: of the postcode, its district, sector and whole.
RANKS = {"category_4_rank": (1, 2, 3), "drift_near_postcode_parts": (1, 2, 3)}
# Standards by which it is known who sits there: without a bound, one figure would ask nobody any more.
BOUNDS = {"reauthentication_minutes": (1, 15)}


class Standard(models.Model):
    """One figure, for one area or nationally, from a day on."""

    name = models.SlugField(max_length=60)
    value = models.DecimalField(max_digits=8, decimal_places=2)
    unit = models.CharField(max_length=30)
    area = models.ForeignKey(Area, models.PROTECT, related_name="standards", null=True, blank=True)
    from_on = models.DateField()
    until = models.DateField(null=True, blank=True)
    citation = models.CharField(max_length=200)
    certainty = models.CharField(max_length=10, blank=True, help_text=_("How far the source was checked."))

    class Meta:
        ordering = ["name", "area", "from_on"]
        constraints = [
            models.UniqueConstraint("name", "area", "from_on", name="one_standard_a_day", nulls_distinct=False),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("from_on")), name="standard_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.value.normalize():f} {self.unit}"

    def clean(self) -> None:
        if self.name in RANKS and self.value not in RANKS[self.name]:
            words = _("Enter one of these: %s") % ", ".join(map(str, RANKS[self.name]))
            raise ValidationError({"value": words})
        least, most = BOUNDS.get(self.name, (self.value, self.value))
        given: Decimal | None = self.value
        if given is not None and not least <= given <= most:
            words = _("Enter a figure from %(least)s to %(most)s") % {"least": least, "most": most}
            raise ValidationError({"value": words})


class ClosedDay(models.Model):
    """A day on which an area, or everybody, does not work, besides weekends and bank holidays."""

    on = models.DateField()
    area = models.ForeignKey(Area, models.PROTECT, related_name="closed_days", null=True, blank=True)
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ["on"]
        constraints = [models.UniqueConstraint("on", "area", name="one_closed_day", nulls_distinct=False)]

    def __str__(self) -> str:
        return f"{self.name}, {self.on}"


class UnknownStandardError(ValidationError):
    """No such standard is in force on the day, or what is set is none. Where a form is being sent, it is told to the
    person as an error."""


def standard(name: str, area: Area | None, on: date) -> Standard:
    """The standard in force: the area's own where it has one, else the national one.

    Raises UnknownStandardError, naming what to add in the administration pages.
    """
    rows = Standard.objects.filter(
        Q(area__isnull=True) | Q(area=area), Q(until__isnull=True) | Q(until__gte=on), name=name, from_on__lte=on
    )
    found = rows.order_by(models.F("area").asc(nulls_last=True), "-from_on").first()
    if found is None:
        words = _("No standard “%(name)s” is in force on %(on)s. Ask an administrator to add one under Standards.")
        raise UnknownStandardError(words % {"name": name, "on": f"{on:%-d %B %Y}"})
    return found


def value(name: str, area: Area | None, on: date) -> int:
    """The figure itself, a whole number of its unit."""
    return int(standard(name, area, on).value)
