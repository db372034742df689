"""A legal hold: while one stands, nothing of the record is disposed of or merged. The case may end: its record stays whole.

docs/boards/serious-case-reviews.md says what it keeps. The database refuses to delete the person, the timeline, notes, documents,
photographs and levels of a held record, whoever asks.
"""

from functools import partial
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mappa.reference_numbers import new_reference
from offenders.models.offender import CaseModel, CaseQuerySet, Offender


class LegalHoldQuerySet(CaseQuerySet["LegalHold"]):
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

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "LH"), editable=False)
    offender = models.ForeignKey(Offender, models.PROTECT, related_name="holds")
    source = models.CharField(max_length=12)  # the reference of what asks for it
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
        words = _("A serious case review holds this record whole until it is closed. Nothing was changed.")
        raise ValidationError(words, code="held")
