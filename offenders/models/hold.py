"""A legal hold: while one stands, nothing of the record is disposed of or merged. The case may end: its record stays whole.

docs/life-of-data.md says who places one, and docs/boards/serious-case-reviews.md what a review holds. The database refuses to
delete any row of a held record, whoever asks.
"""

from functools import partial
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.access import Perm, areas_granting
from agencies.models import User
from mappa.reference_numbers import new_reference
from offenders.models.offender import CaseModel, CaseQuerySet, Offender
from offenders.visibility import scope_of


class LegalHoldQuerySet(CaseQuerySet["LegalHold"]):
    def visible_to(self, user: User) -> Self:
        """Whoever sees the case; and whoever keeps retention in its area, who is shown its reference alone."""
        scope = scope_of(user)
        rule = scope.rule("offender__")
        if areas := areas_granting(user, Perm.KEEP_RETENTION):
            rule |= Q(offender__area__in=areas, offender__merged_into__isnull=True)
            rule &= ~Q(offender__in=sorted(scope.excluded))
        return self.scoped(rule)

    def standing(self) -> Self:
        return self.filter(lifted_at__isnull=True)

    def stands_on(self, offender: Offender) -> bool:
        """Is a record held? That alone is let out, to whoever holds the record."""
        return self.scoped(Q(offender=offender)).standing().exists()

    def held(self) -> Self:
        """The keys of the records that are held: for those who dispose of what is old, and show nothing."""
        return self.scoped(Q(lifted_at__isnull=True))


class LegalHold(CaseModel):
    """Why a record is kept whole, since when, and when that ended."""

    class Ground(models.TextChoices):
        REVIEW = "review", _("A serious case review")
        INQUIRY = "inquiry", _("A public inquiry")
        INQUEST = "inquest", _("An inquest")
        COURT = "court", _("A claim or proceedings before a court")
        COMPLAINT = "complaint", _("A complaint, or an investigation by a regulator or ombudsman")
        PERSON = "person", _("A request of the person: access or rectification")
        OTHER = "other", _("Something else")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "LH"), editable=False)
    offender = models.ForeignKey(Offender, models.PROTECT, related_name="holds")
    ground = models.CharField(max_length=10, choices=Ground, default=Ground.REVIEW)
    source = models.CharField(max_length=12)  # the reference of what asks for it; its own where a person does
    reason = models.CharField(max_length=160)
    placed_at = models.DateTimeField(auto_now_add=True)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    lifted_because = models.CharField(max_length=160, blank=True)

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        ordering = ["-placed_at", "-pk"]
        constraints = [
            models.UniqueConstraint("source", name="one_hold_of_a_source"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lifted_because="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_because="")),
                name="a_lifted_hold_says_by_whom_and_why",
            ),
        ]
        indexes = [
            models.Index(fields=["offender"], name="holds_standing", condition=Q(lifted_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.reference


def refuse_if_held(offender: Offender) -> None:
    """Raise ValidationError while a hold stands on the record."""
    if LegalHold.objects.stands_on(offender):
        words = _("A legal hold holds this record whole until it is lifted. Nothing was changed.")
        raise ValidationError(words, code="held")
