"""Breaches and alerts: of an order, a licence condition, electronic monitoring or the rules of approved premises."""

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
from offenders.models.approved_premises import PremisesPlace
from offenders.models.licence import LicenceCondition
from offenders.models.monitoring import Monitoring
from offenders.models.offender import CaseModel, CaseQuerySet, Offender
from offenders.models.order import Order

# What a breach can be of: the names of its fields.
SUBJECTS = ("order", "condition", "monitoring", "place")


class BreachQuerySet(CaseQuerySet["Breach"]):
    def open(self) -> Self:
        """Breaches whose outcome is not known yet."""
        return self.filter(settled_on__isnull=True)


class Breach(CaseModel):
    """Somebody did not keep to something. The outcome is added when it is known; nothing else is ever changed."""

    class Action(models.TextChoices):
        NONE = "none", _("No action yet")
        WARNING = "warning", _("Warning given")
        RECALL = "recall", _("Recall proposed")
        POLICE = "police", _("Reported to the police")
        COURT = "court", _("Returned to court")
        OTHER = "other", _("Other action")

    class Outcome(models.TextChoices):
        UNFOUNDED = "unfounded", _("It was no breach, or a false alert")
        NO_ACTION = "no-action", _("No further action")
        WARNED = "warned", _("Warned")
        RECALLED = "recalled", _("Recalled")
        CAUTIONED = "cautioned", _("Cautioned")
        CONVICTED = "convicted", _("Convicted")
        ACQUITTED = "acquitted", _("Acquitted")
        OTHER = "other", _("Other")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "BR"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="breaches")
    order = models.ForeignKey(Order, models.CASCADE, related_name="breaches", null=True, blank=True)
    condition = models.ForeignKey(LicenceCondition, models.CASCADE, related_name="breaches", null=True, blank=True)
    monitoring = models.ForeignKey(Monitoring, models.CASCADE, related_name="breaches", null=True, blank=True)
    place = models.ForeignKey(PremisesPlace, models.CASCADE, related_name="breaches", null=True, blank=True)
    is_alert = models.BooleanField(default=False)
    happened_on = models.DateField()
    what = models.TextField()
    action = models.CharField(max_length=10, choices=Action)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    outcome_notes = models.TextField(blank=True)
    settled_on = models.DateField(null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = BreachQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(order__isnull=False, condition__isnull=True, monitoring__isnull=True, place__isnull=True)
                | Q(order__isnull=True, condition__isnull=False, monitoring__isnull=True, place__isnull=True)
                | Q(order__isnull=True, condition__isnull=True, monitoring__isnull=False, place__isnull=True)
                | Q(order__isnull=True, condition__isnull=True, monitoring__isnull=True, place__isnull=False),
                name="a_breach_is_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", settled_on__isnull=True, settled_by__isnull=True)
                | (~Q(outcome="") & Q(settled_on__gte=F("happened_on"), settled_by__isnull=False)),
                name="an_outcome_says_when_and_by_whom",
                violation_error_message=_("The outcome cannot be before the breach."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        route = "offenders:premises" if self.place_id else "offenders:orders"
        return reverse(route, args=[self.offender.reference])

    def clean(self) -> None:
        if self.happened_on > dates.today():
            raise ValidationError({"happened_on": _("The date when it happened must be today or in the past")})
