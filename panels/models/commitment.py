"""What an agency promised to spend on a person at a level 3 meeting, and what the meetings after it found of it."""

from dataclasses import replace
from functools import partial
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts
from agencies.models import Agency, User
from mappa.reference_numbers import new_reference
from offenders.visibility import scope_of
from panels.models.distribution import issued_rule
from panels.models.meeting import AgendaItem, ItemModel, ItemQuerySet, item_rule, minuting_rule


class CommitmentQuerySet(ItemQuerySet["Commitment"]):
    def visible_to(self, user: User) -> Self:
        """Commitments of items the user sees, as he reads their minutes; always his agency's own."""
        scope = scope_of(user)
        rows = item_rule(scope, "item__")
        if scope.everything:
            return self.scoped(rows)
        own = scope.rule("item__offender__") & Q(agency__in=sorted(scope.agencies))
        return self.scoped(rows & (issued_rule(scope) | minuting_rule(user, scope)) | own)

    def kept(self) -> Self:
        """Commitments that were not struck out of the draft."""
        return self.filter(struck_at__isnull=True)

    def standing_at(self, item: AgendaItem) -> Self:
        """Commitments of earlier meetings about the person that no meeting before this one found to be over."""
        over = CommitmentReview.objects.filter(
            commitment=OuterRef("pk"),
            finding__in=CommitmentReview.ENDS,
            item__meeting__starts_at__lt=item.meeting.starts_at,
        )
        earlier = self.kept().filter(
            item__offender=item.offender_id, item__meeting__starts_at__lt=item.meeting.starts_at
        )
        return earlier.filter(~Exists(over))


class Commitment(ItemModel):
    """People, money or a service that an agency commits to a case, by somebody who may commit it."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "CM"), editable=False)
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="commitments")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    what = models.CharField(max_length=300)
    how_much = models.CharField(max_length=160)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    # A name and a post: who speaks for an agency at a meeting need not use mappa.
    committed_by = models.CharField(max_length=120)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        ordering = ["agency__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "item",
                "agency",
                "what",
                name="a_commitment_once",
                condition=Q(struck_at__isnull=True),
                violation_error_message=_("This commitment is already recorded."),
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="a_commitment_ends_after_it_begins",
                violation_error_message=_("The last day must not be before the first."),
            ),
            models.CheckConstraint(
                condition=Q(struck_at__isnull=True, struck_by__isnull=True)
                | Q(struck_at__isnull=False, struck_by__isnull=False),
                name="a_commitment_struck_at_and_by_together",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("panels:commitments", args=[self.item.reference])

    def parts(self) -> Parts:
        """The item's parts, in the area that manages the case now: it reviews what was promised to another."""
        return replace(self.item.parts(), area=self.item.offender.area_id)


class CommitmentReviewQuerySet(ItemQuerySet["CommitmentReview"]):
    def visible_to(self, user: User) -> Self:
        """What a later meeting found: seen as the minutes of that meeting are."""
        scope = scope_of(user)
        rows = item_rule(scope, "item__")
        if scope.everything:
            return self.scoped(rows)
        return self.scoped(rows & (issued_rule(scope) | minuting_rule(user, scope)))


class CommitmentReview(ItemModel):
    """What the next meeting found of a commitment."""

    class Finding(models.TextChoices):
        KEPT = "kept", _("Kept, and it goes on")
        PARTLY = "partly", _("Kept in part, and it goes on")
        OVER = "over", _("Kept to its end: it is over")
        BROKEN = "broken", _("Not kept: it is over")

    # What is over is reviewed no more.
    ENDS = (Finding.OVER, Finding.BROKEN)

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="commitment_reviews")
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="reviews")
    finding = models.CharField(max_length=10, choices=Finding)
    words = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(auto_now=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = CommitmentReviewQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "item",
                "commitment",
                name="a_commitment_is_reviewed_once_at_a_meeting",
                violation_error_message=_("This meeting has already said what it found of this commitment."),
            ),
            models.CheckConstraint(
                condition=Q(finding__in=["kept", "over"]) | ~Q(words=""),
                name="what_was_not_kept_is_said",
                violation_error_message=_("Enter what was not kept, and what follows."),
            ),
        ]

    def __str__(self) -> str:
        return f"review of {self.commitment_id}"
