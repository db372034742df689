"""Electronic monitoring: what is worn, under which condition or order, from when and until when."""

from functools import partial
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mappa import dates
from mappa.reference_numbers import new_reference
from offenders.models.licence import LicenceCondition
from offenders.models.offender import CaseModel, CaseQuerySet, Offender
from offenders.models.order import Order


class MonitoringQuerySet(CaseQuerySet["Monitoring"]):
    def standing(self) -> Self:
        """Equipment that is fitted."""
        return self.filter(removed_on__isnull=True)


class Monitoring(CaseModel):
    """A tag, fitted by a provider because a licence condition or an order says so. Removed, it stays on the record."""

    class Kind(models.TextChoices):
        CURFEW = "curfew", _("Curfew tag")
        TRAIL = "trail", _("Location (GPS trail)")
        EXCLUSION = "exclusion", _("Exclusion zone")
        ALCOHOL = "alcohol", _("Alcohol monitoring")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "EM"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="monitoring")
    kind = models.CharField(max_length=10, choices=Kind)
    provider = models.CharField(max_length=80)
    condition = models.ForeignKey(LicenceCondition, models.PROTECT, related_name="monitoring", null=True, blank=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="monitoring", null=True, blank=True)
    fitted_on = models.DateField()
    removed_on = models.DateField(null=True, blank=True)
    removal_reason = models.TextField(blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = MonitoringQuerySet.as_manager()

    class Meta:
        ordering = ["-fitted_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(condition__isnull=False, order__isnull=True)
                | Q(condition__isnull=True, order__isnull=False),
                name="monitoring_has_one_authority",
                violation_error_message=_("Choose the licence condition or the order that requires it."),
            ),
            models.CheckConstraint(
                condition=Q(removed_on__isnull=True, removal_reason="")
                | (Q(removed_on__gte=F("fitted_on")) & ~Q(removal_reason="")),
                name="monitoring_is_removed_after_it_is_fitted",
                violation_error_message=_("The equipment cannot be removed before it was fitted."),
            ),
            models.UniqueConstraint(
                "offender",
                "kind",
                condition=Q(removed_on__isnull=True),
                name="one_fitted_tag_of_a_kind",
                violation_error_message=_("Monitoring of this kind is fitted already: record its removal first."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("offenders:orders", args=[self.offender.reference])

    @property
    def has_lost_its_authority(self) -> bool:
        """Fitted still, though the condition, its licence or the order has ended."""
        if self.removed_on:
            return False
        if self.condition:
            return bool(self.condition.removed_on or self.condition.licence.ended_on)
        return self.order is not None and self.order.ended_on is not None

    def clean(self) -> None:
        if self.fitted_on > dates.today():
            raise ValidationError({"fitted_on": _("The date when it was fitted must be today or in the past")})
