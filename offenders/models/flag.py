"""Flags: what anybody who works the case must know before the first visit, call or letter."""

from datetime import date
from functools import partial
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mappa import dates
from mappa.reference_numbers import new_reference
from offenders.models.offender import CaseModel, CaseQuerySet, Offender

LONGEST = 24  # months


class FlagKind(models.Model):
    """A kind of flag, and how long one may stand before somebody must look at it again."""

    class Tone(models.TextChoices):
        SEVERE = "severe", _("Severe")
        RISK = "risk", _("Risk")
        ALERT = "alert", _("Alert")

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120, unique=True)
    tone = models.CharField(max_length=10, choices=Tone, default=Tone.ALERT)
    review_months = models.PositiveSmallIntegerField(
        _("reviewed after at most, in months"), validators=[MinValueValidator(1), MaxValueValidator(LONGEST)]
    )
    warns = models.BooleanField(_("warns at the top of every page about the person"), default=False)
    is_active = models.BooleanField(_("may be added"), default=True)
    citation = models.CharField(max_length=200)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def latest_review(self, on: date) -> date:
        """The last day to which the review of a flag may be put off, counted from a day."""
        return dates.add_months(on, self.review_months)


class FlagQuerySet(CaseQuerySet["Flag"]):
    def open(self) -> Self:
        """Flags that stand."""
        return self.filter(removed_on__isnull=True)


class Flag(CaseModel):
    """A warning on a case, with a date by which somebody looks at it again. Removed, it stays on the record."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "FL"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="flags")
    kind = models.ForeignKey(FlagKind, models.PROTECT, related_name="+")
    notes = models.TextField()
    review_on = models.DateField()
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    removed_on = models.DateField(null=True, blank=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    removal_reason = models.TextField(blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        ordering = ["review_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                "offender",
                "kind",
                condition=Q(removed_on__isnull=True),
                name="one_open_flag_of_a_kind",
                violation_error_message=_("This flag is on the case already: review it instead."),
            ),
            models.CheckConstraint(
                condition=Q(removed_on__isnull=True, removed_by__isnull=True, removal_reason="")
                | (Q(removed_on__isnull=False, removed_by__isnull=False) & ~Q(removal_reason="")),
                name="a_removed_flag_says_by_whom_and_why",
            ),
        ]
        indexes = [models.Index(fields=["review_on"], name="flags_open", condition=Q(removed_on__isnull=True))]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("offenders:flags", args=[self.offender.reference])

    def is_overdue(self, on: date) -> bool:
        """Nobody has looked at it again by the day on which somebody had to."""
        return self.removed_on is None and self.review_on < on


class FlagReview(CaseModel):
    """Somebody looked at a flag again, and let it stand until another day. Never changed."""

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="flag_reviews")
    flag = models.ForeignKey(Flag, models.CASCADE, related_name="reviews")
    due_on = models.DateField()
    next_on = models.DateField()
    reason = models.TextField()
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = CaseQuerySet["FlagReview"].as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"review of {self.flag_id}, {self.at:%Y-%m-%d}"
