"""A disposal: what two people decided about a record, and the certificate of what was taken away. It names nobody managed.

The record is known here by its key and its reference, which say nothing once it is gone. docs/life-of-data.md.
"""

import hashlib
import json
from functools import partial
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts, Perm, Why, areas_granting
from agencies.models import Area, User
from mappa.guard import GuardedQuerySet, ProtectedModel
from mappa.reference_numbers import new_reference
from offenders.visibility import scope_of


class RecordDisposalQuerySet(GuardedQuerySet["RecordDisposal"]):
    def visible_to(self, user: User) -> Self:
        """Whoever may approve one in the area; not who is excluded from the case."""
        if user.is_system:
            return self.scoped(Q(pk__isnull=False))
        rule = Q(area__in=areas_granting(user, Perm.APPROVE_DISPOSAL))
        return self.scoped(rule & ~Q(case__in=sorted(scope_of(user).excluded)))

    def open(self) -> Self:
        return self.filter(state__in=RecordDisposal.OPEN)


class RecordDisposal(ProtectedModel):
    """One record that shall go, or went."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits for a second person")
        TAKEN_BACK = "taken-back", _("Taken back")
        REFUSED = "refused", _("Refused")
        APPROVED = "approved", _("Approved: being carried out")
        DONE = "done", _("Disposed of")

    class Ground(models.TextChoices):
        RETENTION = "retention", _("It has been kept as long as it must be")
        ERASURE = "erasure", _("Erasure was granted or ordered (DPA 2018 s.47; UK GDPR Article 17)")
        ERROR = "error", _("It was recorded in error: no such person is managed")

    OPEN = (State.PROPOSED, State.APPROVED)

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "DP"), editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    # No key to the record: this outlives it.
    case = models.BigIntegerField()
    case_reference = models.CharField(max_length=12)
    ground = models.CharField(max_length=10, choices=Ground)
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    proposed_at = models.DateTimeField(auto_now_add=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    refused_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    refused_because = models.CharField(max_length=300, blank=True)
    # Why it could not be carried out when it was last tried: a word of ours, nothing of the record.
    trouble = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict, blank=True)  # rows taken away, by table
    files = models.PositiveIntegerField(default=0)
    # Random names of files that are still to be taken away: a storage can be out of reach.
    files_left = models.JSONField(default=list, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    objects = RecordDisposalQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="a_disposal_takes_two",
                violation_error_message=_("Whoever proposed it does not approve it."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["approved", "done"], approved_by__isnull=False, decided_at__isnull=False)
                | Q(state__in=["proposed", "taken-back", "refused"], approved_by__isnull=True),
                name="an_approved_disposal_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) & ~Q(digest="")
                | ~Q(state="done") & Q(done_at__isnull=True, digest=""),
                name="a_disposal_has_its_certificate",
            ),
            models.UniqueConstraint(
                "case",
                condition=Q(state__in=["proposed", "approved"]),
                name="one_open_disposal_of_a_record",
                violation_error_message=_("The disposal of this record is proposed already."),
            ),
        ]
        indexes = [models.Index(fields=["area", "-proposed_at"], name="disposals_by_area")]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("assurance:disposal", args=[self.reference])

    def case_id_for_audit(self) -> int:
        return self.case

    def parts(self) -> Parts:
        return Parts(area=self.area_id)

    def why(self, user: User) -> Why:
        """No case is opened by it."""
        return Why("disposal")

    @property
    def rows(self) -> int:
        return sum(self.counts.values())

    def facts(self) -> dict[str, Any]:
        """What the certificate certifies, in the order and form of which `digest` is the SHA-256."""
        return {
            "certificate": self.reference,
            "record": self.case_reference,
            "case": self.case,
            "area": self.area.slug,
            "ground": self.ground,
            "proposed_by": self.proposed_by_id,
            "proposed_at": self.proposed_at.isoformat(),
            "approved_by": self.approved_by_id,
            "approved_at": self.decided_at.isoformat() if self.decided_at else "",
            "done_at": self.done_at.isoformat() if self.done_at else "",
            "rows": self.counts,
            "files": self.files,
        }

    def sum(self) -> str:
        return hashlib.sha256(json.dumps(self.facts(), sort_keys=True).encode()).hexdigest()

    def is_intact(self) -> bool:
        """Does the certificate still say what it said?"""
        return self.sum() == self.digest
