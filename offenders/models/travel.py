"""Travel abroad of a registered sexual offender (Sexual Offences Act 2003 s.86)."""

from functools import partial
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mappa.reference_numbers import new_reference
from offenders.models.offender import CaseModel, CaseQuerySet, Offender


class TravelQuerySet(CaseQuerySet["ForeignTravel"]):
    def standing(self) -> Self:
        """Journeys that were not called off."""
        return self.filter(called_off_on__isnull=True)


class ForeignTravel(CaseModel):
    """A journey out of the United Kingdom, planned or made."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "TR"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="travels")
    destination = models.CharField(max_length=200)
    leaves_on = models.DateField()
    returns_on = models.DateField(_("expected day of return"), null=True, blank=True)
    returned_on = models.DateField(null=True, blank=True)
    # Why notice could not be given as early as the rule wants: then the shorter one holds.
    late_reason = models.CharField(max_length=300, blank=True)
    called_off_on = models.DateField(null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = TravelQuerySet.as_manager()

    class Meta:
        ordering = ["-leaves_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(returns_on__isnull=True) | Q(returns_on__gte=F("leaves_on")))
                & (Q(returned_on__isnull=True) | Q(returned_on__gte=F("leaves_on"))),
                name="nobody_returns_before_leaving",
                violation_error_message=_("The day of return must be on or after the day of leaving."),
            ),
            models.CheckConstraint(
                condition=Q(called_off_on__isnull=True) | Q(returned_on__isnull=True),
                name="travel_called_off_has_no_return",
            ),
            models.UniqueConstraint(
                "offender",
                "leaves_on",
                condition=Q(called_off_on__isnull=True),
                name="one_journey_a_day",
                violation_error_message=_("A journey that begins on this day is recorded already."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
