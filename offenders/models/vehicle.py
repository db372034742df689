"""What a person drives."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from offenders import numbers
from offenders.models.fact import DatedFact, FactQuerySet
from offenders.models.offender import Offender


class Vehicle(DatedFact):
    """A vehicle that the person keeps or uses."""

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="vehicles")
    mark = models.CharField(_("registration number"), max_length=12, blank=True)
    make = models.CharField(max_length=60, blank=True)
    colour = models.CharField(max_length=40, blank=True)
    notes = models.TextField(max_length=1000, blank=True)

    objects = FactQuerySet["Vehicle"].as_manager()

    class Meta(DatedFact.Meta):
        verbose_name = _("vehicle")
        ordering = ["-from_on", "pk"]
        constraints = [
            *DatedFact.Meta.constraints,
            models.CheckConstraint(condition=~Q(mark="", make=""), name="a_vehicle_has_a_mark_or_a_make"),
            models.UniqueConstraint(
                "offender",
                "mark",
                condition=Q(withdrawn_at__isnull=True, until__isnull=True) & ~Q(mark=""),
                name="one_such_vehicle",
                violation_error_message=_("This vehicle is recorded already."),
            ),
        ]
        indexes = [models.Index(fields=["mark"], name="vehicles_by_mark")]

    def prepare(self) -> None:
        self.make, self.colour = self.make.strip(), self.colour.strip()
        try:
            self.mark = numbers.mark(self.mark) if self.mark.strip() else ""
        except numbers.BadNumberError as error:
            raise ValidationError({"mark": str(error)}) from None
        if not self.mark and not self.make:
            raise ValidationError({"mark": _("Enter the registration number, or the make where it is not known")})
