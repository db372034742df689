"""Figures as they were on a day, for ever: a board's pack, the tables of an annual report."""

import hashlib
import json
from functools import partial
from typing import Any, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts, Why
from agencies.models import Area, User
from mappa.guard import GuardedQuerySet, ProtectedModel
from mappa.reference_numbers import new_reference
from reviews.readers import areas_read, reads_everywhere


class SnapshotQuerySet(GuardedQuerySet["Snapshot"]):
    def visible_to(self, user: User) -> Self:
        """Those of the areas whose numbers the user reads as they are: small ones are in them."""
        return self.scoped(Q(pk__isnull=False) if reads_everywhere(user) else Q(area__in=areas_read(user)))

    def standing(self) -> Self:
        """Those that no other one corrects."""
        return self.filter(correction__isnull=True)


class Snapshot(ProtectedModel):
    """Figures of an area and period with their definitions. Never changed: a corrected one is a new one that says why."""

    class Kind(models.TextChoices):
        BOARD_PACK = "board-pack", _("Board pack")
        ANNUAL_REPORT = "annual-report", _("Tables of an annual report")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "SN"), editable=False)
    kind = models.CharField(max_length=15, choices=Kind)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    first = models.DateField()
    last = models.DateField()
    content = models.JSONField(encoder=DjangoJSONEncoder)
    # What each figure meant when it was counted: the words of reviews/measures/ on that day.
    definitions = models.JSONField(encoder=DjangoJSONEncoder)
    # When what is in it was counted, at the earliest.
    counted_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    corrects = models.OneToOneField("self", models.PROTECT, related_name="correction", null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64, editable=False)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        ordering = ["-last", "-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="a_snapshot_has_a_period"),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True, reason="") | (Q(corrects__isnull=False) & ~Q(reason="")),
                name="a_corrected_snapshot_says_why",
                violation_error_message=_("Say what was wrong."),
            ),
        ]
        indexes = [models.Index(fields=["area", "kind", "-last"], name="snapshots_of_an_area")]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("reviews:pack", args=[self.reference])

    def case_id_for_audit(self) -> None:
        return None

    def parts(self) -> Parts:
        return Parts(area=self.area_id)

    def why(self, user: User) -> Why:
        """Figures are about nobody."""
        return Why("figures")

    def words(self) -> str:
        """Everything that it says, and the digest of what it corrects, always in the same order."""
        said: dict[str, Any] = {
            "reference": self.reference,
            "kind": self.kind,
            "area": self.area_id,
            "period": [self.first, self.last],
            "content": self.content,
            "definitions": self.definitions,
            "counted_at": self.counted_at,
            "made_at": self.made_at,
            "made_by": self.made_by_id,
            "corrects": self.corrects.digest if self.corrects else "",
            "reason": self.reason,
        }
        return json.dumps(said, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    def sealed(self) -> str:
        """The digest of these words: of others it would be another one."""
        return hashlib.sha256(self.words().encode()).hexdigest()

    def is_intact(self) -> bool:
        """Does it still say what it said when it was made?"""
        return self.digest == self.sealed()
