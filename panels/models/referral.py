"""A request that a case be managed at a higher level (the Guidance's MAPPA A)."""

from functools import partial
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mappa.reference_numbers import new_reference
from offenders.models import Offender
from offenders.models.offender import CaseModel, CaseQuerySet


class ReferralQuerySet(CaseQuerySet["Referral"]):
    def awaiting_decision(self) -> Self:
        return self.filter(decided_at__isnull=True)


class Referral(CaseModel):
    """Why formal multi-agency meetings would add value, and what co-ordination decided."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        KEPT = "kept", _("Kept at its level")
        RETURNED = "returned", _("Returned with questions")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "RF"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="referrals")
    area = models.ForeignKey("agencies.Area", models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(
        choices=[c for c in Offender.Level.choices if c[0] != Offender.Level.ORDINARY]
    )
    reason = models.TextField()
    added_value = models.TextField()
    exceptional = models.BooleanField(_("exceptional need for co-ordination"), default=False)
    senior_needed = models.BooleanField(_("needs senior representation"), default=False)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_on = models.DateField()
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    decision_reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                "offender",
                condition=Q(decided_at__isnull=True),
                name="one_open_referral_per_case",
                violation_error_message=_("This case already has an open referral."),
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, outcome="")
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(outcome="")),
                name="a_decision_says_who_and_what",
            ),
        ]
        indexes = [
            models.Index(fields=["area", "due_on"], name="referrals_to_screen", condition=Q(decided_at__isnull=True))
        ]

    def __str__(self) -> str:
        return self.reference

    def clean(self) -> None:
        if not self.offender.can_be_referred_to(self.level):
            raise ValidationError({"level": _("Choose a level above the current one")})

    def get_absolute_url(self) -> str:
        return reverse("panels:referral", args=[self.reference])
