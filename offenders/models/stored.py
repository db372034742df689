"""What every kept file is known by: where it lies, what it holds, and whether a scanner has seen it."""

from typing import Any, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from mappa.guard import GuardedQuerySet, ProtectedModel
from offenders.models.offender import CaseModel

F = TypeVar("F", bound=models.Model)
SHA256 = 64
# How many withdrawn rows in a chain are looked past.
DEEPEST = 3


class KeptFile(ProtectedModel):
    """A row with a file. The file is never changed; it is superseded by another row, or withdrawn with a reason, and kept."""

    class Scan(models.TextChoices):
        CLEAN = "clean", _("Scanned for viruses: none found")
        NOT_SCANNED = "not-scanned", _("Not scanned for viruses")

    # A random name in the storage: it says nothing, and nobody outside ever learns it.
    stored_as = models.CharField(max_length=100, unique=True, editable=False)
    file_kind = models.CharField(max_length=10, editable=False)
    size = models.PositiveIntegerField(editable=False)
    sha256 = models.CharField(max_length=SHA256, editable=False)
    scan = models.CharField(max_length=12, choices=Scan, editable=False)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    withdrawal_reason = models.TextField(blank=True)

    class Meta:
        abstract = True
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        reference: str = self.reference  # type: ignore[attr-defined]
        return reference


class StoredFile(KeptFile, CaseModel):
    """A file of a case."""

    class Meta(KeptFile.Meta):
        abstract = True


def followed_in(rows: GuardedQuerySet[F], depth: int = DEEPEST) -> Exists:
    """Whether one of these rows stands in the place of a row: it supersedes it, and is not withdrawn.

    What was withdrawn leaves the place to the one before it, unless a third had superseded it first.
    """
    stands = Q(withdrawn_at__isnull=True)
    if depth:
        stands |= Q(followed_in(rows, depth - 1))
    return Exists(rows.order_by().filter(stands, supersedes=OuterRef("pk")))


def kept_files(noun: str) -> list[Any]:
    """The constraints of every table of files; `noun` names it."""
    gone = Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason="")
    there = Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason="")
    return [
        models.CheckConstraint(condition=gone | there, name=f"a_withdrawn_{noun}_says_by_whom_and_why"),
        models.CheckConstraint(
            condition=Q(size__gt=0, sha256__regex=r"^[0-9a-f]{64}$") & ~Q(stored_as=""), name=f"a_{noun}_has_its_file"
        ),
    ]


def kept_whole(noun: str) -> list[Any]:
    """The same, of files that later ones may supersede."""
    return [
        *kept_files(noun),
        models.CheckConstraint(
            condition=Q(supersedes__isnull=True) | ~Q(supersedes=models.F("pk")), name=f"no_{noun}_supersedes_itself"
        ),
        models.UniqueConstraint(
            "supersedes", condition=Q(withdrawn_at__isnull=True), name=f"one_{noun}_stands_in_the_place_of_another"
        ),
    ]
