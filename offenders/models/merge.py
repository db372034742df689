"""Two records of one person made one, and everything that is needed to take that back exactly."""

from functools import partial
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Greatest, Least
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts, Why
from agencies.models import User
from mappa.guard import GuardedQuerySet, ProtectedModel
from mappa.reference_numbers import new_reference
from offenders.models.offender import CaseModel, CaseQuerySet, Offender
from offenders.visibility import scope_of


class MergeQuerySet(CaseQuerySet["Merge"]):
    def standing(self) -> Self:
        """Merges that were not undone."""
        return self.filter(undone_at__isnull=True)


class Merge(CaseModel):
    """One record was merged into another. The other, `offender`, stands; `merged` is closed to everybody until it is undone."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "MG"), editable=False)
    offender = models.ForeignKey(Offender, models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Offender, models.PROTECT, related_name="+")
    merged_reference = models.CharField(max_length=12, editable=False)
    reason = models.CharField(max_length=300)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    undone_reason = models.CharField(max_length=300, blank=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint("merged", condition=Q(undone_at__isnull=True), name="merged_into_one_record"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True, undone_reason="")
                | (Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undone_reason="")),
                name="an_undone_merge_says_by_whom_and_why",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_merge_says_why"),
        ]
        indexes = [models.Index(fields=["merged_reference"], name="merges_by_old_reference")]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("offenders:unmerge", args=[self.reference])


class MergedRowQuerySet(GuardedQuerySet["MergedRow"]):
    def visible_to(self, user: User) -> Self:
        """The system itself: an image repeats what victims' details, notes and documents say, whoever may read those."""
        return self.scoped(Q(pk__isnull=False) if scope_of(user).everything else Q(pk__in=[]))


class MergedRow(ProtectedModel):
    """One row that a merge touched, whole, as it was before and as the merge left it. Never shown, never changed.

    `before` is empty for a row that the merge made, `after` for one that it set aside. What only hangs on a moved row
    (an invitation on its item) is kept too, the same before and after, so that later changes to it are noticed.
    """

    merge = models.ForeignKey(Merge, models.CASCADE, related_name="rows")
    model = models.CharField(max_length=80)
    row = models.BigIntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    objects = MergedRowQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("merge", "model", "row", name="a_row_once_in_a_merge"),
            models.CheckConstraint(
                condition=Q(before__isnull=False) | Q(after__isnull=False), name="a_merged_row_was_or_is"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.row}"

    def case_id_for_audit(self) -> int:
        return self.merge.case_id_for_audit()

    def parts(self) -> Parts:
        return self.merge.parts()

    def why(self, user: User) -> Why:
        return self.merge.why(user)


class DuplicateSuspicionQuerySet(GuardedQuerySet["DuplicateSuspicion"]):
    def visible_to(self, user: User) -> Self:
        """Seen by whoever sees both cases. To anybody else it would tell that there is another."""
        scope = scope_of(user)
        return self.scoped(scope.rule("first__") & scope.rule("second__"))

    def open(self) -> Self:
        """Suspicions that nobody has looked into."""
        return self.filter(dismissed_at__isnull=True)


class DuplicateSuspicion(ProtectedModel):
    """Two records that may be of one person. Merged, it goes with the merge; dismissed, it says by whom and why."""

    class Birth(models.TextChoices):
        SAME = "same", _("Same date of birth")
        SWAPPED = "swapped", _("Day and month of birth swapped")
        NEAR = "near", _("Dates of birth near each other")

    class Source(models.TextChoices):
        REGISTRATION = "registration", _("When the second was registered")
        SEARCH = "search", _("By the nightly search")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "DU"), editable=False)
    first = models.ForeignKey(Offender, models.CASCADE, related_name="+")
    second = models.ForeignKey(Offender, models.CASCADE, related_name="+")
    birth = models.CharField(max_length=10, choices=Birth)
    source = models.CharField(max_length=15, choices=Source)
    made_at = models.DateTimeField(auto_now_add=True)
    # What the one who registered the second said, who was shown the first.
    said = models.CharField(max_length=300, blank=True)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    dismissal_reason = models.CharField(max_length=300, blank=True)

    objects = DuplicateSuspicionQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                Least("first", "second"),
                Greatest("first", "second"),
                name="suspected_once",
            ),
            models.CheckConstraint(condition=~Q(first=models.F("second")), name="nobody_is_his_own_duplicate"),
            models.CheckConstraint(
                condition=Q(dismissed_at__isnull=True, dismissed_by__isnull=True, dismissal_reason="")
                | (Q(dismissed_at__isnull=False, dismissed_by__isnull=False) & ~Q(dismissal_reason="")),
                name="a_dismissed_suspicion_says_by_whom_and_why",
            ),
            models.CheckConstraint(
                condition=Q(said="", said_by__isnull=True) | (~Q(said="") & Q(said_by__isnull=False)),
                name="what_was_said_of_a_duplicate_says_by_whom",
            ),
        ]
        indexes = [
            models.Index(fields=["-made_at", "-id"], name="suspicions_open", condition=Q(dismissed_at__isnull=True))
        ]

    def __str__(self) -> str:
        return self.reference

    def case_id_for_audit(self) -> int:
        return self.first_id

    def parts(self) -> Parts:
        return self.first.parts()

    def why(self, user: User) -> Why:
        return self.first.why(user)
