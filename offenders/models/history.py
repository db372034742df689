"""What the case row summarises, kept for ever: bases, levels, reviews, and what happened."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from offenders.models.category import CategoryDecision
from offenders.models.characteristic import managed
from offenders.models.conviction import Conviction
from offenders.models.offender import CaseModel, CaseQuerySet, Offender
from offenders.models.requirement import NotificationRequirement
from offenders.visibility import scope_of


class CategoryBasisQuerySet(CaseQuerySet["CategoryBasis"]):
    def standing(self) -> Self:
        """Bases that hold or held: all but those recorded in error or replaced by what the convictions now say."""
        return self.filter(superseded_on__isnull=True)


class CategoryBasis(CaseModel):
    """One limb of CJA 2003 ss.325-327 under which the person is eligible, with its own start and end.

    It comes from a conviction or from notification requirements, by law, or from a decision of the Responsible
    Authority; what an earlier register gave has none of them. `ends_on` is the last day; with `ended_by`, the day on which that was decided.
    """

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="bases")
    category = models.PositiveSmallIntegerField(choices=Offender.Category)
    limb = models.CharField(max_length=20)
    authority = models.CharField(max_length=160)
    explanation = models.CharField(max_length=400)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    conviction = models.ForeignKey(Conviction, models.RESTRICT, related_name="bases", null=True, blank=True)
    decision = models.ForeignKey(CategoryDecision, models.RESTRICT, related_name="bases", null=True, blank=True)
    requirement = models.ForeignKey(
        NotificationRequirement, models.RESTRICT, related_name="bases", null=True, blank=True
    )
    ended_by = models.ForeignKey(CategoryDecision, models.RESTRICT, related_name="ended_bases", null=True, blank=True)
    superseded_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CategoryBasisQuerySet.as_manager()

    class Meta:
        ordering = ["category", "starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(conviction__isnull=True, decision__isnull=True)
                | Q(conviction__isnull=True, requirement__isnull=True)
                | Q(decision__isnull=True, requirement__isnull=True),
                name="a_basis_has_one_source",
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True) | Q(ends_on__isnull=False),
                name="a_basis_ended_by_decision_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return self.limb

    def in_force(self, on: date) -> bool:
        """Does it make the person eligible on a day? A decision ends it on its own day, the law after its last day."""
        if self.superseded_on is not None or self.starts_on > on:
            return False
        if self.ends_on is None:
            return True
        return self.ends_on > on if self.ended_by_id else self.ends_on >= on


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


class TimelineEntryQuerySet(CaseQuerySet["TimelineEntry"]):
    def visible_to(self, user: User) -> Self:
        """Entries of cases the user sees; the restricted ones as restricted characteristics are."""
        rows = Q(offender__in=Offender.objects.visible_to(user).order_by().values("pk"))
        scope = scope_of(user)
        if scope.everything:
            return self.scoped(rows)
        return self.scoped(rows & (Q(restricted=False) | managed(scope)))


class TimelineEntry(CaseModel):
    """Something that happened, in words that everyone who sees the case may read. Never changed.

    `restricted`: that it happened at all is for the Responsible Authority of the area and the lead agency.
    """

    class Topic(models.TextChoices):
        PERSON = "person", _("Person and record")
        LAW = "law", _("Category and level")
        SENTENCES = "sentences", _("Sentences and key dates")
        MOVES = "moves", _("Custody, moves and approved premises")
        ORDERS = "orders", _("Orders and licence")
        NOTIFICATION = "notification", _("Notification requirements")
        RISK = "risk", _("Risk and disclosure")
        MEETINGS = "meetings", _("Referrals, meetings and actions")
        FLAGS = "flags", _("Flags and warnings")
        DOCUMENTS = "documents", _("Documents and photographs")
        ACCESS = "access", _("Access, transfer and lead officer")

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="timeline")
    topic = models.CharField(max_length=12, choices=Topic, default=Topic.PERSON)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    text = models.CharField(max_length=400, blank=True)
    restricted = models.BooleanField(default=False)

    objects = TimelineEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["offender", "-at"], name="timeline_of_a_case")]
        verbose_name_plural = _("timeline entries")

    def __str__(self) -> str:
        return self.title
