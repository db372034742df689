"""What the case row summarises, kept for ever: bases, levels, reviews, and what happened."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from offenders.models.offender import CaseModel, CaseQuerySet, Offender


class CategoryBasis(CaseModel):
    """One limb of CJA 2003 ss.325-327 under which the person is eligible, with its own start and end."""

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="bases")
    category = models.PositiveSmallIntegerField(choices=Offender.Category)
    limb = models.CharField(max_length=20)
    authority = models.CharField(max_length=160)
    explanation = models.CharField(max_length=400)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = CaseQuerySet["CategoryBasis"].as_manager()

    class Meta:
        ordering = ["category", "starts_on"]

    def __str__(self) -> str:
        return self.limb


class LevelPeriod(CaseModel):
    """A time at one level, by whose decision and why."""

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="levels")
    level = models.PositiveSmallIntegerField(choices=Offender.Level)
    from_on = models.DateField()
    until = models.DateField(null=True, blank=True)
    reason = models.TextField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = CaseQuerySet["LevelPeriod"].as_manager()

    class Meta:
        ordering = ["-from_on", "-pk"]
        constraints = [
            models.UniqueConstraint("offender", condition=Q(until__isnull=True), name="one_level_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"level {self.level}"


class ReviewQuerySet(CaseQuerySet["Review"]):
    def open(self) -> Self:
        """Reviews still to be held."""
        return self.filter(held_on__isnull=True, superseded_on__isnull=True)

    def due_by(self, on: date) -> Self:
        return self.open().filter(due_on__lte=on)


class Review(CaseModel):
    """A review that is due, or was held: by these the board counts what was on time."""

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="reviews")
    area = models.ForeignKey("agencies.Area", models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(choices=Offender.Level)
    due_on = models.DateField()
    held_on = models.DateField(null=True, blank=True)
    # The level moved before the review was held: it is no longer due, and was never held.
    superseded_on = models.DateField(null=True, blank=True)
    outcome = models.TextField(blank=True)  # what a level 1 review found; a meeting's is in its decision
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                "offender", condition=Q(held_on__isnull=True, superseded_on__isnull=True), name="one_open_review"
            ),
            models.CheckConstraint(
                condition=Q(held_on__isnull=True) | Q(superseded_on__isnull=True), name="held_or_superseded"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                name="reviews_open",
                condition=Q(held_on__isnull=True, superseded_on__isnull=True),
            ),
            models.Index(fields=["area", "held_on"], name="reviews_held"),
            models.Index(fields=["area", "due_on"], name="reviews_due_in_area"),
        ]

    def __str__(self) -> str:
        return f"review due {self.due_on}"

    @property
    def was_on_time(self) -> bool:
        return self.held_on is not None and self.held_on <= self.due_on


class TimelineEntry(CaseModel):
    """Something that happened, in words that everyone who sees the case may read. Never changed."""

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="timeline")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    text = models.CharField(max_length=400, blank=True)

    objects = CaseQuerySet["TimelineEntry"].as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["offender", "-at"], name="timeline_of_a_case")]
        verbose_name_plural = _("timeline entries")

    def __str__(self) -> str:
        return self.title
